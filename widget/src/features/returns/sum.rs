//! The sum, line by line: what is added, what is taken off, and what it comes to.

use super::steps::money;
use crate::{
    session::Session,
    ui::dom::{Dom, El, el},
};
use aftercart_shared::api::returns::ReturnSum;

pub fn sum(session: Session, sum: &ReturnSum, currency: &str, decimals: u32) -> Dom {
    let t = session.t();
    let say = |minor: i64| money(session, currency, decimals, minor);
    let fact = |name: String, amount: String| -> El {
        el("div", "ac-fact").child(el("dt", "").child(name)).child(el("dd", "").child(amount))
    };
    let lines: Vec<Dom> = sum
        .lines
        .iter()
        .map(|line| fact(format!("{} × {}", line.title, line.quantity), say(line.paid)).into())
        .collect();
    let more = |name: &str, amount: i64| (amount != 0).then(|| fact(name.into(), say(amount)));
    let less = |name: &str, amount: i64| (amount != 0).then(|| fact(name.into(), format!("−{}", say(amount))));
    // With its own sign: it may be either.
    let adjusted = more(t.returns_flow_sum_adjusted(), sum.adjusted);
    let total = fact(t.returns_flow_sum_total().into(), say(sum.total)).attr("class", "ac-fact ac-sum-total");
    let facts = el("dl", "ac-facts ac-sum")
        .child(lines)
        .child(more(t.returns_flow_sum_delivery(), sum.delivery))
        .child(more(t.returns_flow_sum_bonus(), sum.bonus))
        .child(less(t.returns_flow_sum_restocking(), sum.restocking))
        .child(less(t.returns_flow_sum_postage(), sum.postage))
        .child(less(t.exchange_sum(), sum.exchanged))
        .child(adjusted)
        .child(total);
    let cards = (sum.to_gift_cards > 0).then(|| t.returns_flow_sum_gift_cards(&say(sum.to_gift_cards)));
    let notes: Vec<Dom> =
        [cards, sum.says.clone()].into_iter().flatten().map(|note| el("p", "ac-sum-note").child(note).into()).collect();
    [facts.into(), notes.into()].into()
}
