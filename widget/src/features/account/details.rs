//! What only the verified shopper sees of an order: articles, amounts, address, the code for collecting.

use super::{Draft, sign_out};
use crate::{
    i18n,
    session::Session,
    ui::{
        button::{Kind, button},
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
    let line = |line: &LineView| -> Dom {
        let price = line.unit_price.map(|price| el("span", "").child(money(price * i64::from(line.quantity))));
        let sku = line.sku.as_ref().map(|sku| el("span", "ac-field-hint").child(t.account_sku(sku)));
        let name = el("span", "").child(format!("{} × {}", line.title, line.quantity)).child(sku);
        el("li", "ac-fact").child(name).child(price).into()
    };
    let lines: Vec<Dom> = full.lines.iter().map(line).collect();
    let card = el("section", "ac-parcel ac-account-order")
        .attr("aria-labelledby", "ac-items")
        .child(el("h2", "ac-parcel-status").id("ac-items").child(t.account_items()))
        .child(el("ul", "").child(lines))
        .child(facts);
    [card.into(), button(Kind::Plain, "", t.account_sign_out(), move || sign_out(session))].into()
}
