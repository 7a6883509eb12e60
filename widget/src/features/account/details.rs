//! What only the verified shopper sees of an order: articles, amounts, address, the code for collecting.

use super::{Draft, sign_out};
use crate::{
    i18n,
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button, inward},
        dom::{Dom, El, el, redrawn},
    },
};
use aftercart_shared::api::orders::{FullOrder, LineView};
use leptos::prelude::*;

pub fn details(session: Session, draft: Draft) -> Dom {
    redrawn(move || draft.full.with(|full| full.as_ref().map(|full| whole(session, full))).into())
}

fn whole(session: Session, full: &FullOrder) -> Dom {
    let t = session.t();
    let money = |minor: i64| i18n::money(session.locale.get_untracked(), &full.currency, full.decimals, minor);
    let fact = |name: &str, value: El| el("div", "ac-fact").child(el("dt", "").child(name)).child(value);
    let text = |text: &str| el("dd", "").child(text);
    let codes = full.contents.iter().filter_map(|parcel| parcel.pickup_code.as_deref());
    let codes = codes.map(|code| fact(t.account_pickup_code(), text(code).attr("translate", "no")).into());
    let codes: Vec<Dom> = codes.collect();
    let address: Vec<Dom> = full.address.iter().map(|line| el("div", "").child(line.as_str()).into()).collect();
    let address = (!address.is_empty()).then(|| fact(t.account_address(), el("dd", "ac-address").child(address)));
    let facts = el("dl", "ac-facts")
        .child(full.lines_total.map(|sum| fact(t.account_lines_total(), text(&money(sum)))))
        .child((full.refunded > 0).then(|| fact(t.account_refunded(), text(&money(full.refunded)))))
        .child(codes)
        .child(address)
        .child(full.email.as_ref().or(full.phone.as_ref()).map(|to| fact(t.account_contact(), text(to))));
    let card = el("section", "ac-parcel ac-account-order")
        .attr("aria-labelledby", "ac-items")
        .child(el("h2", "ac-parcel-status").id("ac-items").child(t.account_items()))
        .child(items(session, full))
        .child(facts);
    let back = View::Return(Going::order(full.id.as_str()));
    let back = inward(session, Kind::Quiet, "return", t.returns_flow_something(), back);
    let out = button(Kind::Plain, "", t.account_sign_out(), move || sign_out(session));
    [card.child(el("div", "ac-buttons").child(back)).into(), out].into()
}

/// What was bought; parcel by parcel when there are several, and last what is in none of them.
fn items(session: Session, full: &FullOrder) -> Dom {
    let t = session.t();
    fn bought(line: &LineView) -> (&LineView, u32) {
        (line, line.quantity)
    }
    if full.contents.len() < 2 {
        return list(session, full, full.lines.iter().map(bought));
    }
    let mut left: Vec<(&LineView, u32)> = full.lines.iter().map(bought).collect();
    let mut shown = Vec::new();
    let mut part = |name: &str, lines: &[(&LineView, u32)]| {
        if !lines.is_empty() {
            shown.push(el("h3", "ac-heading").child(name).into());
            shown.push(list(session, full, lines.iter().copied()));
        }
    };
    let count = full.order.parcels.len().to_string();
    for contents in &full.contents {
        let mut lines = Vec::new();
        for content in &contents.lines {
            if let Some((line, left)) = left.iter_mut().find(|(line, _)| line.id == content.line) {
                *left = left.saturating_sub(content.quantity);
                lines.push((*line, content.quantity));
            }
        }
        // Under the number by which tracking speaks of it.
        let place = full.order.parcels.iter().position(|parcel| parcel.id == contents.parcel);
        part(&t.track_parcel(&count, &place.map_or(0, |place| place + 1).to_string()), &lines);
    }
    left.retain(|(_, left)| *left > 0);
    part(t.account_unsent(), &left);
    shown.into()
}

fn list<'a>(session: Session, full: &FullOrder, lines: impl Iterator<Item = (&'a LineView, u32)>) -> Dom {
    let t = session.t();
    let money = |minor: i64| i18n::money(session.locale.get_untracked(), &full.currency, full.decimals, minor);
    let item = |(line, quantity): (&LineView, u32)| -> Dom {
        let price = line.unit_price.map(|price| el("span", "").child(money(price * i64::from(quantity))));
        let sku = line.sku.as_ref().map(|sku| el("span", "ac-field-hint").child(t.account_sku(sku)));
        let name = el("span", "").child(format!("{} × {quantity}", line.title)).child(sku);
        el("li", "ac-fact").child(name).child(price).into()
    };
    el("ul", "").child(lines.map(item).collect::<Vec<Dom>>()).into()
}
