//! What is offered, what it costs, and the words for it.

use super::*;
use crate::returns::{
    money::DeliveryCharge,
    policy::{Decision, values::Cost, wording::ServerWording},
};
use aftercart_shared::returns::{Counted, Day, Method, NotReturnable, Percent, Resolution, Verdict, Why};

fn decide(says: &str, row: &str) -> Decision {
    let policy = policy(says);
    example(row).decide(&policy, &policy.calendar("Europe/London")).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn what_a_policy_leaves_out_is_the_standard() {
    let decision = decide("", "expect='approve'");
    let offer = super::super::MethodOffer { method: Method::DropOff, cost: Cost::Free, exchange_cost: Cost::Free };
    assert_eq!(decision.methods, [offer]);
    assert_eq!(decision.resolutions, [Resolution::Refund]);
    assert_eq!((decision.restocking, decision.credit_bonus), (Percent::NONE, Percent::NONE));
    assert_eq!((decision.delivery_charge, decision.left), (DeliveryCharge::Kept, 1));
    assert_eq!(
        decision.why,
        [Why::OpenUntil { last_day: day("2026-03-18"), counted: Counted::Delivery, since: day("2026-03-04") }]
    );
}

#[test]
fn goods_of_little_worth_may_stay() {
    let says = "[otherwise]\nkeep_below = { GBP = \"100\" }\nresolutions = [\"store_credit\", \"refund\"]\n";
    let keep = [Resolution::KeepItem, Resolution::StoreCredit, Resolution::Refund];
    for (row, kept) in [
        ("paid='99.99'", true),
        ("paid='100.00'", false),
        ("paid='49.99'\nbought=2\nquantity=2", true),
        ("paid='50.00'\nbought=2\nquantity=2", false),
        ("paid='50.00'\nbought=2\nquantity=1", true),
        ("currency='EUR'\npaid='1.00'", false),
    ] {
        let decision = decide(says, &format!("{row}\nexpect='approve'"));
        assert_eq!(decision.resolutions, if kept { &keep[..] } else { &keep[1..] }, "{row}");
        assert_eq!(decision.why.contains(&Why::KeepIt), kept, "{row}");
    }
    let only_repair = "[otherwise]\nkeep_below = { GBP = \"100\" }\nresolutions = [\"repair\"]\n";
    assert_eq!(decide(only_repair, "expect='approve'").resolutions, [Resolution::Repair], "no money, nothing to keep");
}

#[test]
fn every_way_back_has_its_price() {
    let says = r#"[otherwise]
methods = ["drop_off", "pickup", "in_store", "ship_later"]
postage = { drop_off = { GBP = "2.95" }, pickup = { EUR = "7.90" } }
exchange_postage = "free"
"#;
    let costs = |decision: &Decision| decision.methods.iter().map(|m| (m.cost, m.exchange_cost)).collect::<Vec<_>>();
    let decision = decide(says, "expect='approve'");
    assert_eq!(
        costs(&decision),
        [
            (Cost::TakenOff(295), Cost::Free),
            (Cost::Free, Cost::Free),
            (Cost::Free, Cost::Free),
            (Cost::OwnCarrier, Cost::PaidBack),
        ]
    );
    let same = decide("[otherwise]\npostage = { drop_off = { GBP = \"0\" } }\n", "expect='approve'");
    assert_eq!(costs(&same), [(Cost::Free, Cost::Free)]);
    let shopper = "[otherwise]\nmethods = [\"ship_later\", \"label\"]\npostage = \"shopper\"\n";
    assert_eq!(
        costs(&decide(shopper, "expect='approve'")),
        [(Cost::OwnCarrier, Cost::OwnCarrier), (Cost::Free, Cost::Free),]
    );
}

#[test]
fn a_bonus_is_only_for_whoever_may_choose_credit() {
    let says =
        |list: &str| format!("[otherwise]\ncredit_bonus = \"5%\"\nrestocking = \"10%\"\nresolutions = [{list}]\n");
    let five = Percent::parse("5%").unwrap();
    let with = decide(&says("\"refund\", \"store_credit\""), "expect='approve'");
    assert_eq!((with.credit_bonus, with.restocking), (five, Percent::parse("10%").unwrap()));
    assert!(with.why.contains(&Why::CreditBonus { percent: five }));
    assert!(with.why.contains(&Why::Restocking { percent: with.restocking }));
    let without = decide(&says("\"refund\""), "expect='approve'");
    assert_eq!(without.credit_bonus, Percent::NONE);
    assert!(!without.why.iter().any(|why| matches!(why, Why::CreditBonus { .. })));
}

#[test]
fn the_first_reason_is_the_one_that_matters() {
    let first = |says: &str, row: &str| decide(says, row).why.into_iter().next();
    assert_eq!(first("", "quantity=2\nexpect='refuse'"), Some(Why::OverWhatIsLeft { left: 1 }));
    assert_eq!(first("", "quantity=0\nexpect='refuse'"), Some(Why::NotAQuantity));
    assert_eq!(first("", "returned=1\nexpect='refuse'"), Some(Why::NothingLeft));
    assert_eq!(first("", "delivered='-'\nawaited=true\nexpect='refuse'"), Some(Why::NotDelivered));
    let final_sale = "[otherwise]\ndecision = \"refuse\"\nbecause = \"final_sale\"\n";
    let not = Why::NotReturnable { kind: NotReturnable::FinalSale };
    assert_eq!(
        first(final_sale, "asked='2030-01-01'\nexpect='refuse'"),
        Some(not),
        "closed too, but that matters less"
    );
    assert_eq!(first("[otherwise]\ndecision = \"photo\"\n", "expect='photo'"), Some(Why::PhotoNeeded));
    assert_eq!(first("[otherwise]\ndecision = \"person\"\n", "expect='person'"), Some(Why::PersonDecides));
    assert_eq!(first("[otherwise]\nwithin = \"no limit\"\n", "expect='approve'"), Some(Why::NoTimeLimit));
    let closed =
        Why::WindowClosed { last_day: day("2026-03-18"), counted: Counted::Delivery, since: day("2026-03-04") };
    assert_eq!(first("", "asked='2026-03-19'\nexpect='refuse'"), Some(closed));
}

#[test]
fn a_refusal_offers_nothing() {
    for row in ["quantity=0", "asked='2027-01-01'", "delivered='-'\nawaited=true"] {
        let decision = decide("", &format!("{row}\nexpect='refuse'"));
        assert_eq!(decision.verdict, Verdict::Refuse);
        assert!(decision.resolutions.is_empty() && decision.methods.is_empty(), "{row}");
    }
}

#[test]
fn a_cancelled_order_has_nothing_to_return() {
    let policy = policy("");
    let calendar = policy.calendar("UTC");
    let mut facts = example("expect='approve'").facts(&calendar).unwrap();
    facts.order.cancelled = true;
    let line = facts.order.lines[0].clone();
    let decision = super::super::decide(&policy, &calendar, &facts.order, &line, &facts.ask, facts.now);
    assert_eq!((decision.verdict, decision.why), (Verdict::Refuse, vec![Why::OrderCancelled]));
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let (last_day, since) = (day("2026-11-30"), day("2026-11-23"));
    let percent = Percent::parse("2.5%").unwrap();
    let words = match policy("name = { en = \"Winter\", zh-CN = \"冬季\" }\n").name {
        words if words.get(Locale::ZhCn) == "冬季" => words,
        other => panic!("{other:?}"),
    };
    let counted = [Counted::Delivery, Counted::LastDelivery, Counted::Shipment, Counted::Order];
    let mut all = vec![
        Why::OrderCancelled,
        Why::NotDelivered,
        Why::NotAQuantity,
        Why::NothingLeft,
        Why::OverWhatIsLeft { left: 2 },
        Why::Extended { last_day, name: words.clone() },
        Why::NoTimeLimit,
        Why::NotYetRunning,
        Why::PhotoNeeded,
        Why::PersonDecides,
        Why::Shop { words },
        Why::KeepIt,
        Why::Restocking { percent },
        Why::CreditBonus { percent },
        Why::SendApart,
    ];
    all.extend(NotReturnable::ALL.iter().map(|kind| Why::NotReturnable { kind: *kind }));
    all.extend(counted.map(|counted| Why::WindowClosed { last_day, counted, since }));
    all.extend(counted.map(|counted| Why::OpenUntil { last_day, counted, since }));
    for locale in [Locale::En, Locale::ZhCn] {
        let said: Vec<String> = all.iter().map(|why| why.words(&ServerWording(locale))).collect();
        for (i, text) in said.iter().enumerate() {
            assert!(!text.is_empty() && !text.contains(['{', '}']), "{:?}", all[i]);
            assert!(!said[..i].contains(text), "two reasons in the same words: {text}");
        }
    }
    let closed = Why::WindowClosed { last_day, counted: Counted::Delivery, since };
    assert_eq!(
        closed.words(&ServerWording(Locale::En)),
        "This could be returned until 30 November 2026. It arrived on 23 November 2026."
    );
    assert!(closed.words(&ServerWording(Locale::ZhCn)).contains("2026年11月30日"));
}
