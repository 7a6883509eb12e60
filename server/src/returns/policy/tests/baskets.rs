//! Several lines at once.

use super::*;
use crate::returns::{
    money::DeliveryCharge,
    policy::{Arrival, Ask, Basket, Order, Pick, decide_basket, values::Cost},
};
use aftercart_shared::{
    returns::{Method, Verdict, Why},
    time::Timestamp,
};

const POLICY: &str = r#"
[[rule]]
name = { en = "Lamps", zh-CN = "灯" }
when = { tags = ["lamp"] }
then = { methods = ["pickup", "drop_off"], postage = { drop_off = { GBP = "2.95" }, pickup = { GBP = "9" } }, delivery_charge = "share" }
[[rule]]
name = { en = "Bags", zh-CN = "包" }
when = { tags = ["bag"] }
then = { methods = ["drop_off", "in_store"], postage = { drop_off = { GBP = "4" } } , delivery_charge = "whole_order" }
[[rule]]
name = { en = "Shop only", zh-CN = "仅限门店" }
when = { tags = ["shop_only"] }
then = { methods = ["in_store"] }
[[rule]]
name = { en = "Faulty", zh-CN = "有问题" }
when = { reasons = ["faulty"] }
then = { decision = "person" }
[[rule]]
name = { en = "Damaged", zh-CN = "破损" }
when = { reasons = ["damaged"] }
then = { decision = "photo" }
[[rule]]
name = { en = "Final sale", zh-CN = "清仓" }
when = { final_sale = true }
then = { decision = "refuse", because = "final_sale" }
[otherwise]
within = "30 days"
counted_from = "last_delivery"
"#;

/// Lamps, bags, something for the shop only, and final sale: two pieces of each.
fn order() -> (Order, Timestamp) {
    let policy = policy(POLICY);
    let facts = example("bought=2\nexpect='approve'").facts(&policy.calendar("Europe/London")).unwrap();
    let mut order = facts.order;
    let line = order.lines.remove(0);
    for (tag, final_sale) in [("lamp", false), ("bag", false), ("shop_only", false), ("final", true)] {
        order.lines.push(super::super::Line { id: tag.into(), tags: vec![tag.into()], final_sale, ..line.clone() });
    }
    (order, facts.now)
}

fn ask(order: &Order, picks: &[(usize, i64, &str)], now: Timestamp) -> Basket {
    let policy = policy(POLICY);
    let pick =
        |&(line, quantity, reason): &(usize, i64, &str)| Pick { line, ask: Ask { reason: reason.into(), quantity } };
    let picks: Vec<Pick> = picks.iter().map(pick).collect();
    decide_basket(&policy, &policy.calendar("Europe/London"), order, &picks, now)
}

fn verdicts(basket: &Basket) -> Vec<Verdict> {
    basket.lines.iter().map(|line| line.verdict).collect()
}

#[test]
fn the_strictest_line_decides_and_refused_ones_do_not() {
    use Verdict::{Approve, Person, Photo, Refuse};
    let (order, now) = order();
    for (picks, each, all) in [
        (&[(0, 1, "changed_mind"), (1, 1, "changed_mind")][..], vec![Approve, Approve], Approve),
        (&[(0, 1, "changed_mind"), (1, 1, "damaged")], vec![Approve, Photo], Photo),
        (&[(0, 1, "faulty"), (1, 1, "damaged")], vec![Person, Photo], Person),
        (&[(0, 1, "changed_mind"), (3, 1, "changed_mind")], vec![Approve, Refuse], Approve),
        (&[(3, 1, "changed_mind")], vec![Refuse], Refuse),
        (&[(3, 1, "faulty"), (0, 1, "changed_mind")], vec![Person, Approve], Person),
        (&[], vec![], Refuse),
    ] {
        let basket = ask(&order, picks, now);
        assert_eq!((verdicts(&basket), basket.verdict), (each, all), "{picks:?}");
    }
}

#[test]
fn one_parcel_is_charged_once_and_by_the_dearest() {
    let (order, now) = order();
    let basket = ask(&order, &[(0, 2, "changed_mind"), (1, 1, "changed_mind")], now);
    let methods: Vec<_> = basket.methods.iter().map(|offer| (offer.method, offer.cost, offer.exchange_cost)).collect();
    assert_eq!(methods, [(Method::DropOff, Cost::TakenOff(400), Cost::TakenOff(400))]);
    assert_eq!(basket.delivery_charge, DeliveryCharge::WholeOrder, "the less generous of the two");
    assert!(basket.why.is_empty());
    let turned = ask(&order, &[(1, 1, "changed_mind"), (0, 2, "changed_mind")], now);
    assert_eq!(turned.methods, basket.methods);
}

#[test]
fn what_cannot_travel_together_says_so() {
    let (order, now) = order();
    let basket = ask(&order, &[(0, 1, "changed_mind"), (2, 1, "changed_mind")], now);
    assert_eq!((basket.methods.len(), basket.why), (0, vec![Why::SendApart]));
    let refused = ask(&order, &[(3, 1, "changed_mind"), (3, 1, "changed_mind")], now);
    assert!(refused.methods.is_empty() && refused.why.is_empty(), "nothing travels at all");
    let alone = ask(&order, &[(2, 1, "changed_mind"), (3, 1, "changed_mind")], now);
    assert_eq!(alone.methods.len(), 1);
}

#[test]
fn pieces_of_a_line_are_counted_once() {
    use Verdict::{Approve, Photo, Refuse};
    let (order, now) = order();
    let two = ask(&order, &[(0, 1, "changed_mind"), (0, 1, "damaged")], now);
    assert_eq!(verdicts(&two), [Approve, Photo]);
    let three = ask(&order, &[(0, 2, "changed_mind"), (0, 1, "damaged")], now);
    assert_eq!(verdicts(&three), [Approve, Refuse]);
    assert_eq!(three.lines[1].why, [Why::NothingLeft]);
    let over = ask(&order, &[(0, 3, "changed_mind"), (0, 2, "damaged")], now);
    assert_eq!(verdicts(&over), [Refuse, Photo], "a refused pick takes nothing");
    let foreign = ask(&order, &[(9, 1, "changed_mind"), (0, 1, "changed_mind")], now);
    assert_eq!(verdicts(&foreign), [Refuse, Approve]);
}

#[test]
fn the_time_of_all_runs_from_the_last_parcel() {
    let (mut order, _) = order();
    let at = |day: i64| Timestamp(order.placed_at.0 + day * Timestamp::DAY_MS);
    let (day_3, day_20, day_40, day_51) = (at(3), at(20), at(40), at(51));
    order.lines[0].arrival = Arrival::Delivered(day_3);
    order.lines[1].arrival = Arrival::Delivered(day_20);
    let late = ask(&order, &[(0, 1, "changed_mind")], day_40);
    assert_eq!(late.verdict, Verdict::Approve, "30 days from the twentieth");
    assert!(matches!(
        late.lines[0].why[0],
        Why::OpenUntil { counted: aftercart_shared::returns::Counted::LastDelivery, .. }
    ));
    assert_eq!(ask(&order, &[(0, 1, "changed_mind")], day_51).verdict, Verdict::Refuse);
    order.lines[2].arrival = Arrival::Awaited;
    let running = ask(&order, &[(0, 1, "changed_mind"), (2, 1, "changed_mind")], day_51);
    assert_eq!(verdicts(&running), [Verdict::Approve, Verdict::Refuse]);
    assert_eq!((running.lines[0].why.clone(), running.lines[0].last_day), (vec![Why::NotYetRunning], None));
    assert_eq!(running.lines[1].why, [Why::NotDelivered]);
    // Nobody waits for what was refunded before it came.
    order.lines[2].returned = 2;
    assert_eq!(ask(&order, &[(0, 1, "changed_mind")], day_51).verdict, Verdict::Refuse);
    order.lines[3].arrival = Arrival::Untracked;
    assert_eq!(ask(&order, &[(0, 1, "changed_mind")], day_40).verdict, Verdict::Approve, "nor for what nobody tracks");
}
