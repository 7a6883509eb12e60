//! The way in: which order, what is under way already, and the statutory withdrawal.

use super::{pick::earlier, state::State};
use crate::{
    i18n::{self, Style},
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button, inward},
        dom::{Dom, el, redrawn},
        frame::{heading_waits, title},
        notice::{empty, failed},
        row::{row, rows},
        skeleton::skeleton,
    },
};
use aftercart_shared::api::orders::{MyOrder, MyOrders};
use leptos::prelude::*;

pub fn choose(session: Session, state: State) -> Dom {
    let t = session.t();
    if state.orders.data.with_untracked(Option::is_none) && !state.orders.pace.get_untracked().is_busy() {
        state.orders.ask(move || session.api.get("/me/orders?limit=10".into()));
    }
    state.ask_mine(session);
    heading_waits(session, || true);
    let orders = redrawn(move || {
        state.orders.data.track();
        untrack(|| state.orders.data.with(|mine| mine.as_ref().map(|mine| list(session, state, mine)))).into()
    });
    let before = redrawn(move || {
        let heading = session.t().returns_flow_mine();
        state.mine.data.with(|mine| mine.as_ref().map(|mine| earlier(session, heading, &mine.returns))).into()
    });
    [
        title(t.returns_flow_title()).into(),
        el("p", "ac-intro").child(t.returns_flow_choose()).into(),
        skeleton(session, state.orders.pace, &["row", "row", "row"]),
        orders,
        failed(session, state.orders),
        before,
        foot(session),
    ]
    .into()
}

/// Also for who has not signed in.
pub fn foot(session: Session) -> Dom {
    let t = session.t();
    let articles =
        row(session, "book", t.returns_flow_articles(), Dom::default(), View::Category { id: "returns".into() });
    let withdraw = View::Return(Going::Withdraw { confirm: false });
    let withdraw = inward(session, Kind::Plain, "", t.returns_flow_withdraw(), withdraw);
    let gift = row(session, "return", t.gift_link(), Dom::default(), View::Return(Going::Gift));
    [
        el("h2", "ac-heading").child(t.returns_flow_more_help()).into(),
        rows(vec![gift, articles]).into(),
        el("div", "ac-withdraw-link").child(withdraw).into(),
    ]
    .into()
}

fn list(session: Session, state: State, mine: &MyOrders) -> Dom {
    let t = session.t();
    if mine.orders.is_empty() {
        let other = inward(session, Kind::Main, "search", t.home_action_track(), View::Track { number: None });
        return empty("parcel", t.returns_flow_no_orders(), t.returns_flow_no_orders_text(), vec![other]);
    }
    let more = mine.next.clone().map(|next| {
        button(Kind::Plain, "down", t.account_more(), move || {
            let path = format!("/me/orders?before={next}");
            state.orders.ask(move || {
                let path = path.clone();
                async move {
                    let mut later: MyOrders = session.api.get(path).await?;
                    let mut orders = state.orders.data.get_untracked().map_or_else(Vec::new, |mine| mine.orders);
                    orders.append(&mut later.orders);
                    Ok(MyOrders { orders, next: later.next })
                }
            });
        })
    });
    let one = |order: &MyOrder| {
        let placed = i18n::date(session.locale.get_untracked(), &session.boot.time_zone, Style::Short, order.placed_at);
        let note = format!("{} · {} · {placed}", t.order_status(order.status), order.number);
        let name = order.title.clone().unwrap_or_else(|| t.track_order_line(&order.number));
        row(session, "parcel", name, note.into(), View::Return(Going::order(order.id.as_str())))
    };
    [rows(mine.orders.iter().map(one).collect()).into(), more.into()].into()
}
