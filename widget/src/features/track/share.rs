//! A link for somebody else that shows how far the order is, and nothing more.

use super::Draft;
use crate::{
    session::Session,
    ui::{
        button::{Kind, button},
        dom::{Dom, el, redrawn},
        notice::{Tone, notice},
    },
};
use aftercart_shared::api::orders::ShareLink;
use js_sys::Reflect;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

#[derive(Clone, Debug)]
pub struct Link {
    url: String,
    /// It is in the clipboard already.
    copied: bool,
}

pub fn share(session: Session, draft: Draft) -> Dom {
    let t = session.t();
    let press = move || {
        let token = draft.found.data.with_untracked(|order| order.as_ref().and_then(|order| order.watch.clone()));
        spawn_local(async move {
            let (path, token) = ("/orders/share".into(), token.unwrap_or_default());
            let asked = session.api.watched::<ShareLink>(path, Some(String::new()), &token);
            match asked.await {
                Ok(Some(ShareLink { url, .. })) => {
                    let copied = copy(&url).await;
                    let t = session.t();
                    session.announce(if copied { t.track_share_note() } else { t.track_share_by_hand() });
                    let _ = draft.shareable.try_set(Some(Link { url, copied }));
                }
                Ok(None) => {}
                Err(failure) => draft.found.failure.set(Some(failure)),
            }
        });
    };
    let link = redrawn(move || {
        let Some(Link { url, copied }) = draft.shareable.get() else { return Dom::default() };
        let t = session.t();
        let text = if copied { t.track_share_note() } else { t.track_share_by_hand() };
        let shown = el("code", "ac-link").attr("tabindex", "0").attr("translate", "no").child(url);
        el("div", "ac-shareable").child(notice(Tone::Calm, "check", None, text, vec![shown.into()])).into()
    });
    [button(Kind::Quiet, "copy", t.track_share(), press), link].into()
}

/// `false` where the browser has no clipboard for us (plain HTTP), or will not let us without a press.
pub async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    if !has_clipboard() {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

pub fn has_clipboard() -> bool {
    Reflect::get(&window().navigator(), &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object())
}
