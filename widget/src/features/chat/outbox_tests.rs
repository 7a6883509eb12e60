//! Nothing she said is lost, doubled or turned around.
#![allow(clippy::unwrap_used)]

use super::*;
use aftercart_shared::{
    events::{Event, Sender},
    time::Timestamp,
};

fn message(text: &str) -> Said {
    Said::Message { text: text.into() }
}

fn ids(outbox: &Outbox) -> Vec<&str> {
    outbox.letters.iter().map(|letter| letter.client_id.as_str()).collect()
}

#[test]
fn letters_go_out_in_the_order_in_which_they_were_said() {
    let mut outbox = Outbox::default();
    outbox.add("a".into(), message("one"), 100);
    outbox.add("b".into(), message("two"), 100);
    outbox.add("c".into(), message("three"), 40);
    assert_eq!(outbox.letters.iter().map(|letter| letter.at).collect::<Vec<_>>(), [100, 101, 102]);
    assert_eq!(outbox.next(100).unwrap().client_id, "a");
    outbox.remove("a");
    assert_eq!(outbox.next(100).unwrap().client_id, "b");
}

#[test]
fn one_that_was_given_back_holds_up_nobody() {
    let mut outbox = Outbox::default();
    outbox.add("a".into(), message("one"), 1);
    outbox.add("b".into(), message("two"), 2);
    outbox.refuse("a", ErrorCode::TooLong);
    assert_eq!(outbox.next(3).unwrap().client_id, "b");
    assert_eq!(ids(&outbox), ["a", "b"]);
    outbox.remove("b");
    assert_eq!(outbox.next(3), None);
    assert!(!outbox.is_waiting());
}

#[test]
fn what_is_kept_is_read_again_whatever_stands_in_it() {
    let odd = "a \"quote\"\n\\ 退款👍";
    for said in [
        message(odd),
        Said::Attachment { attachment_id: "p1".into() },
        Said::Rated { score: 4, comment: Some(odd.into()) },
        Said::Rated { score: 1, comment: None },
        Said::HandoffRequested {},
        Said::Helped {},
    ] {
        let letter = Letter {
            client_id: "c".into(),
            said,
            at: 1_795_000_000_000,
            here: false,
            held: false,
            gone: false,
            refused: None,
        };
        assert_eq!(read("c", &kept(&letter), false).as_ref(), Some(&letter));
        // The server reads the very same.
        assert_eq!(serde_json::from_str::<Said>(&written(&letter.said)).unwrap(), letter.said);
    }
    for broken in ["", "{}", "null", r#"{"at":1,"said":{"kind":"song"}}"#, r#"{"said":{"kind":"message","text":""}}"#] {
        assert_eq!(read("c", broken, true), None, "{broken}");
    }
}

#[test]
fn letters_of_other_tabs_stand_in_their_place_and_are_sent_when_nobody_else_does() {
    let mut outbox = Outbox::default();
    outbox.add("b".into(), message("here"), 2_000);
    let other = |client_id: &str, at| Letter {
        client_id: client_id.into(),
        said: message("there"),
        at,
        here: false,
        held: false,
        gone: false,
        refused: None,
    };
    outbox.adopt(vec![other("c", 3_000), other("a", 1_000), other("b", 2_000)]);
    assert_eq!(ids(&outbox), ["a", "b", "c"]);
    assert_eq!(outbox.next(5_000), None, "the other tab sends it");
    assert_eq!(outbox.next(1_000 + OTHERS_MS + 1).unwrap().client_id, "a");
    // It did: what stands here is not sent again, and leaves with the next look at the log.
    outbox.missing(&[other("c", 3_000)]);
    assert_eq!(outbox.next(1_000 + OTHERS_MS + 1).unwrap().client_id, "b");
    outbox.drop_gone();
    assert_eq!(ids(&outbox), ["b", "c"]);
}

#[test]
fn what_the_log_has_is_delivered_whoever_brought_it_there() {
    let mut outbox = Outbox::default();
    outbox.add("a".into(), message("one"), 1);
    outbox.add("b".into(), message("two"), 2);
    let mut log = Log::default();
    let (client_id, what) = (Some("a".into()), what(&message("one")));
    log.put(Event { seq: 1, at: Timestamp(5), from: Sender::Visitor, client_id, what });
    assert_eq!(outbox.settle(&log), ["a"]);
    assert_eq!(ids(&outbox), ["b"]);
}

#[test]
fn every_failure_has_a_way_on() {
    for code in [ErrorCode::Offline, ErrorCode::Unavailable, ErrorCode::Internal, ErrorCode::RateLimited] {
        assert_eq!(then(code), Then::Later);
    }
    assert_eq!(then(ErrorCode::ConversationClosed), Then::Elsewhere);
    assert_eq!(then(ErrorCode::SessionExpired), Then::AsStranger);
    for code in [ErrorCode::TooLong, ErrorCode::KeyReused, ErrorCode::Invalid] {
        assert_eq!(then(code), Then::GiveBack);
    }
}

#[test]
fn a_rating_belongs_to_its_conversation() {
    let mut outbox = Outbox::default();
    outbox.add("a".into(), Said::Rated { score: 5, comment: None }, 1);
    outbox.add("b".into(), message("and another thing"), 2);
    assert_eq!(outbox.drop_ratings(), ["a"]);
    assert_eq!(ids(&outbox), ["b"]);
}

#[test]
fn a_rating_waits_for_its_reason_and_goes_out_once() {
    let mut outbox = Outbox::default();
    outbox.hold("a".into(), 2, 1);
    let changed = outbox.hold("b".into(), 4, 2).unwrap();
    assert_eq!((changed.client_id.as_str(), &changed.said), ("a", &Said::Rated { score: 4, comment: None }));
    assert!(!outbox.is_waiting());
    // Kept meanwhile, so that a closed window loses nothing.
    assert_eq!(read("a", &kept(&changed), true).map(|letter| letter.held), Some(false));
    let released = outbox.release(Some("很快".into())).unwrap();
    assert_eq!(released.said, Said::Rated { score: 4, comment: Some("很快".into()) });
    assert_eq!(outbox.release(None), None);
    assert_eq!(outbox.hold("c".into(), 1, 3), None, "it is on its way");
    assert_eq!(outbox.next(4).unwrap().client_id, "a");
}
