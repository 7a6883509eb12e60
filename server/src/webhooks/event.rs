//! What can be told of, by its name on the wire.

/// A kind of event. Names are for ever: a new meaning gets a new name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    ConversationCreated,
    ConversationAssigned,
    ConversationClosed,
    MessageCreated,
    RatingGiven,
    OrderChanged,
    ReturnRequested,
    ReturnDecided,
    ReturnReceived,
    ReturnRefunded,
    ReturnRefundFailed,
    ReturnEnded,
    ReturnChanged,
    /// Sent when somebody tries an endpoint, whatever it has chosen.
    Ping,
}

/// In an endpoint's list: all of them, and those that there will be.
pub const ALL: &str = "*";

impl Event {
    /// Those that an endpoint can choose.
    pub const CHOSEN: [Event; 13] = [
        Event::ConversationCreated,
        Event::ConversationAssigned,
        Event::ConversationClosed,
        Event::MessageCreated,
        Event::RatingGiven,
        Event::OrderChanged,
        Event::ReturnRequested,
        Event::ReturnDecided,
        Event::ReturnReceived,
        Event::ReturnRefunded,
        Event::ReturnRefundFailed,
        Event::ReturnEnded,
        Event::ReturnChanged,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Event::ConversationCreated => "conversation.created",
            Event::ConversationAssigned => "conversation.assigned",
            Event::ConversationClosed => "conversation.closed",
            Event::MessageCreated => "message.created",
            Event::RatingGiven => "rating.given",
            Event::OrderChanged => "order.changed",
            Event::ReturnRequested => "return.requested",
            Event::ReturnDecided => "return.decided",
            Event::ReturnReceived => "return.received",
            Event::ReturnRefunded => "return.refunded",
            Event::ReturnRefundFailed => "return.refund_failed",
            Event::ReturnEnded => "return.ended",
            Event::ReturnChanged => "return.changed",
            Event::Ping => "ping",
        }
    }

    /// One that an endpoint can choose.
    pub fn parse(name: &str) -> Option<Event> {
        Event::CHOSEN.into_iter().find(|event| event.name() == name)
    }
}

/// As it stands in the table: each name between blanks, so that one is found by its whole name.
pub fn kept(names: &[String]) -> String {
    format!(" {} ", names.join(" "))
}

/// What [`kept`] was given.
pub fn read(kept: &str) -> Vec<String> {
    kept.split_ascii_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_again() {
        for event in Event::CHOSEN {
            assert_eq!(Event::parse(event.name()), Some(event));
        }
        for none in ["ping", "", "*", "message", "note.created", "Message.Created"] {
            assert_eq!(Event::parse(none), None, "{none}");
        }
        let names = vec!["message.created".to_owned(), "order.changed".to_owned()];
        assert_eq!(read(&kept(&names)), names);
    }
}
