//! An order on screen keeps itself up to date: it waits for news as long as it can be seen, and what comes does not move
//! what the shopper is reading.

use super::{
    Draft,
    order::spoken,
    times::{frame, pause},
};
use crate::session::Session;
use aftercart_shared::{api::orders::OrderView, error::ErrorCode};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Seconds that a request waits for news; below the patience of our own client.
const WAIT: u32 = 15;
/// Milliseconds until it is tried again after the first failure; doubled up to a minute.
const AGAIN: u32 = 4_000;
const AGAIN_MAX: u32 = 60_000;

/// Until the view is left.
pub fn watch(session: Session, draft: Draft) {
    let view = StoredValue::new(());
    spawn_local(async move {
        let mut again = AGAIN;
        loop {
            // Comes only while the page is on screen.
            frame().await;
            let seen = || {
                view.try_get_value()?;
                draft.found.data.with_untracked(|order| order.as_ref().map(|o| (o.watch.clone(), o.revision.clone())))
            };
            let Some((token, revision)) = seen() else { return };
            let path = format!("/orders/watch?after={revision}&wait={WAIT}");
            let news = session.api.watched::<OrderView>(path, None, token.as_deref().unwrap_or_default()).await;
            if view.try_get_value().is_none() {
                return;
            }
            // Another answer has come meanwhile.
            if seen().is_none_or(|(_, now)| now != revision) {
                continue;
            }
            let news = match news {
                // A verified shopper's own view is asked for anew, with its new token.
                Ok(Some(_)) if draft.own.get_value() => {
                    draft.hears(false);
                    draft.found.retry();
                    pause(AGAIN).await;
                    continue;
                }
                Err(failure) if draft.own.get_value() && failure.code == ErrorCode::SessionExpired => {
                    draft.found.retry();
                    pause(AGAIN_MAX).await;
                    continue;
                }
                // The token is for half an hour: the shopper herself is still here.
                Err(failure) if failure.code == ErrorCode::SessionExpired => draft.request(session).await.map(Some),
                news => news,
            };
            if view.try_get_value().is_none() {
                return;
            }
            match news {
                Ok(order) => {
                    again = AGAIN;
                    draft.hears(false);
                    if let Some(order) = order {
                        show(session, draft, order).await;
                    }
                }
                Err(failure) => {
                    draft.hears(true);
                    pause(failure.retry_after.map_or(again, |seconds| seconds.saturating_mul(1_000)).min(AGAIN_MAX))
                        .await;
                    again = (again * 2).min(AGAIN_MAX);
                }
            }
        }
    });
}

/// Puts a newer answer in the place of the one on screen. What the shopper is looking at stays where it is, and what has
/// become of the order is read out once.
pub async fn show(session: Session, draft: Draft, order: OrderView) {
    let changed = draft.found.data.with_untracked(|old| old.as_ref().is_none_or(|old| old.revision != order.revision));
    if !changed {
        draft.found.data.update_untracked(|old| *old = Some(order));
        return;
    }
    let before = landmark();
    let said = spoken(session, &order);
    draft.found.data.set(Some(order));
    frame().await;
    if let Some((id, top)) = before
        && let Some(element) = document().get_element_by_id(&id)
    {
        window().scroll_by_with_x_and_y(0.0, element.get_bounding_client_rect().top() - top);
    }
    session.announce(&said);
}

/// What has the focus, else the first thing on screen that has a name; and how far it is from the top.
fn landmark() -> Option<(String, f64)> {
    let place = |element: &Element| (element.id(), element.get_bounding_client_rect().top());
    let focused = document().active_element().filter(|active| !active.id().is_empty());
    if let Some(focused) = focused.filter(|active| active.closest(".ac-order").is_ok_and(|order| order.is_some())) {
        return Some(place(&focused));
    }
    let named = document().query_selector_all(".ac-order [id]").ok()?;
    let named = (0..named.length()).filter_map(|i| named.get(i)).map(|node| place(node.unchecked_ref()));
    named.into_iter().find(|(_, top)| *top >= 0.0)
}
