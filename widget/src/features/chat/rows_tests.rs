//! What stands where, and under which name.

use super::*;
use aftercart_shared::events::Said;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn day(at: Timestamp) -> String {
    (at.0 / DAY).to_string()
}

fn said(seq: u64, minutes: i64, from: Sender) -> Event {
    let client_id = (from == Sender::Visitor).then(|| format!("c{seq}"));
    Event {
        seq,
        at: Timestamp(minutes * MINUTE),
        from,
        client_id,
        what: What::Message { text: format!("no. {seq}"), came: None },
    }
}

fn ann() -> Sender {
    Sender::Agent { name: "Ann".into() }
}

fn log(events: Vec<Event>) -> Log {
    let mut log = Log::default();
    events.into_iter().for_each(|event| log.put(event));
    log
}

fn drawn(log: &Log, outbox: &Outbox) -> Vec<String> {
    let row = |row: Row| match row.kind {
        Kind::Day => format!("day {}", row.key),
        Kind::Joined(name) => format!("{name} joined"),
        Kind::Answer(cards) => format!("{} found", cards.len()),
        Kind::Handed => "handed".into(),
        Kind::Ended => "ended".into(),
        Kind::Bubble(bubble) => {
            let who = match bubble.from {
                From::Her => "her",
                From::Agent(_) => "agent",
                From::Shop => "shop",
            };
            let state = bubble.state.map_or_else(String::new, |state| format!(" {state:?}"));
            format!("{}{who} {}{state}", if bubble.first { "" } else { "+" }, row.key)
        }
    };
    rows(log, outbox, Going::default(), day).into_iter().map(row).collect()
}

#[test]
fn what_the_assistant_found_stands_there_and_her_wish_for_a_person_once() {
    let mut log = Log::default();
    let card = Card::Article { slug: "a".into(), title: "A".into(), snippet: String::new() };
    let found = What::Answer { cards: vec![card.clone()] };
    log.put(said(1, 0, Sender::Visitor));
    log.put(Event { what: found, ..said(2, 0, Sender::Assistant) });
    log.put(Event { what: What::HandoffRequested {}, ..said(3, 1, Sender::Visitor) });
    log.put(Event { what: What::HandoffRequested {}, ..said(4, 1, Sender::Visitor) });
    let mut outbox = Outbox::default();
    outbox.add("w".into(), Said::HandoffRequested {}, 2 * MINUTE);
    let kinds: Vec<Kind> =
        rows(&log, &outbox, Going::default(), |_| "d".into()).into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    assert_eq!((&kinds[2], &kinds[3]), (&Kind::Answer(vec![card]), &Kind::Handed));
}

#[test]
fn days_part_them_and_neighbours_stand_together() {
    let log = log(vec![
        said(1, 10, Sender::Visitor),
        said(2, 12, Sender::Visitor),
        said(3, 13, ann()),
        said(4, 20, ann()),
        said(5, 24 * 60 + 1, ann()),
    ]);
    assert_eq!(
        drawn(&log, &Outbox::default()),
        ["day d0", "her c1", "+her c2 Sent", "agent e3", "agent e4", "day d1", "agent e5"]
    );
}

#[test]
fn the_last_of_hers_says_how_far_it_came() {
    let mut log = log(vec![said(1, 1, Sender::Visitor), said(2, 2, ann()), said(3, 3, Sender::Visitor)]);
    log.read.agent = 2;
    assert_eq!(drawn(&log, &Outbox::default()).last().map(String::as_str), Some("her c3 Sent"));
    log.read.agent = 3;
    assert_eq!(drawn(&log, &Outbox::default()).last().map(String::as_str), Some("her c3 Read"));
}

#[test]
fn what_is_on_its_way_stands_last_and_keeps_its_place_when_it_arrives() {
    let mut log = log(vec![said(1, 1, ann())]);
    let mut outbox = Outbox::default();
    outbox.add("c2".into(), Said::Message { text: "on its way".into() }, 2 * MINUTE);
    outbox.add("c3".into(), Said::Rated { score: 5, comment: None }, 2 * MINUTE);
    assert_eq!(drawn(&log, &outbox), ["day d0", "agent e1", "her c2 Sending"]);
    log.put(said(2, 2, Sender::Visitor));
    outbox.settle(&log);
    assert_eq!(drawn(&log, &outbox), ["day d0", "agent e1", "her c2 Sent"]);
}

#[test]
fn the_last_one_says_for_all_why_they_wait() {
    let log = log(vec![said(1, 0, Sender::Visitor)]);
    let mut outbox = Outbox::default();
    for client_id in ["a", "b", "c"] {
        outbox.add(client_id.into(), Said::Message { text: client_id.into() }, 0);
    }
    outbox.refuse("a", ErrorCode::TooLong);
    let states = |outbox: &Outbox, going| {
        let state = |row: Row| match row.kind {
            Kind::Bubble(bubble) => Some(bubble.state),
            _ => None,
        };
        rows(&log, outbox, going, day).into_iter().filter_map(state).collect::<Vec<_>>()
    };
    let refused = Some(State::Refused(ErrorCode::TooLong));
    let going = |slow, failure| Going { slow, failure };
    assert_eq!(states(&outbox, going(false, None)), [None, refused, None, Some(State::Sending)]);
    assert_eq!(states(&outbox, going(true, None)), [None, refused, None, Some(State::Slow)]);
    let offline = Some(State::Waiting(ErrorCode::Offline));
    assert_eq!(states(&outbox, going(true, Some(ErrorCode::Offline))), [None, refused, None, offline]);
    outbox.remove("b");
    outbox.remove("c");
    assert_eq!(states(&outbox, going(false, None)), [Some(State::Sent), refused]);
}

#[test]
fn a_clock_that_goes_wrong_names_no_day_twice() {
    let log = log(vec![said(1, 24 * 60, Sender::Visitor)]);
    let mut outbox = Outbox::default();
    outbox.add("c2".into(), Said::Message { text: "yesterday, says her clock".into() }, 5);
    outbox.add("c3".into(), Said::Message { text: "today".into() }, DAY + 5);
    assert_eq!(drawn(&log, &outbox), ["day d1", "her c1", "day d0", "her c2", "her c3 Sending"]);
}

#[test]
fn what_happened_parts_groups_and_is_no_bubble() {
    let joined = Event { what: What::Assigned { agent: "Ann".into() }, ..said(2, 1, Sender::System) };
    let closed = Event { what: What::Closed {}, ..said(4, 1, ann()) };
    let rated = Event { what: What::Rated { score: 5, comment: None }, ..said(5, 1, Sender::Visitor) };
    let log = log(vec![said(1, 1, ann()), joined, said(3, 1, ann()), closed, rated]);
    assert_eq!(drawn(&log, &Outbox::default()), ["day d0", "agent e1", "Ann joined", "agent e3", "ended"]);
}
