//! A verified shopper's orders, on the first view.

use super::{Draft, sign_out};
use crate::{
    i18n::{self, Style},
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, el, redrawn},
        row::{row, rows},
    },
};
use aftercart_shared::api::orders::{MyOrder, MyOrders};
use leptos::prelude::*;

pub fn recent(session: Session, draft: Draft) -> Dom {
    draft.ask_orders_once(session);
    redrawn(move || match session.api.signed_in() {
        true => draft.orders.data.with(|mine| mine.as_ref().map(|mine| list(session, draft, mine))).into(),
        false => Dom::default(),
    })
}

fn list(session: Session, draft: Draft, mine: &MyOrders) -> Dom {
    let t = session.t();
    let more = mine.next.clone().map(|next| {
        button(Kind::Plain, "down", t.account_more(), move || {
            let next = format!("/me/orders?before={next}");
            draft.orders.ask(move || {
                let next = next.clone();
                async move {
                    let mut later: MyOrders = session.api.get(next).await?;
                    let mut orders = draft.orders.data.get_untracked().map_or_else(Vec::new, |mine| mine.orders);
                    orders.append(&mut later.orders);
                    Ok(MyOrders { orders, next: later.next })
                }
            });
        })
    });
    let mut orders: Vec<Dom> = mine.orders.iter().map(|order| line(session, order)).collect();
    orders.push(row(session, "return", t.returns_flow_mine(), Dom::default(), View::Return(Going::Choose)));
    el("section", "ac-account-orders")
        .attr("aria-labelledby", "ac-orders")
        .child(el("h2", "ac-heading").id("ac-orders").child(t.account_orders()))
        .child(rows(orders))
        .child(more)
        .child(button(Kind::Plain, "", t.account_sign_out(), move || sign_out(session)))
        .into()
}

fn line(session: Session, order: &MyOrder) -> Dom {
    let t = session.t();
    let placed = i18n::date(session.locale.get_untracked(), &session.boot.time_zone, Style::Short, order.placed_at);
    let note = format!("{} · {} · {placed}", t.order_status(order.status), order.number);
    let title = order.title.clone().unwrap_or_else(|| t.track_order_line(&order.number));
    row(session, "parcel", title, note.into(), View::Mine { id: order.id.0.clone() })
}
