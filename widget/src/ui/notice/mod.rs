//! Something the shopper should know, always with a way on.

use super::{
    button::{Kind, button, inward},
    dom::{Dom, el, redrawn},
    icon::{icon, small_icon},
};
use crate::{
    api::{client::Failure, loading::Loading},
    i18n,
    nav::View,
    session::Session,
};
use aftercart_shared::error::ErrorCode;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Calm,
    Trouble,
    Error,
}

pub fn notice(tone: Tone, name: &str, title: Option<&str>, text: &str, buttons: Vec<Dom>) -> Dom {
    let class = match tone {
        Tone::Calm => "ac-notice",
        Tone::Trouble => "ac-notice ac-notice-trouble",
        Tone::Error => "ac-notice ac-notice-error",
    };
    let title = title.map(|title| el("p", "ac-notice-title").child(title));
    let buttons = (!buttons.is_empty()).then(|| el("div", "ac-buttons").child(buttons));
    el("div", class).child(small_icon(name)).child(title).child(el("p", "").child(text)).child(buttons).into()
}

/// A place with nothing in it yet.
pub fn empty(name: &str, title: &str, text: &str, buttons: Vec<Dom>) -> Dom {
    let title = el("p", "ac-empty-title").child(title);
    let buttons = el("div", "ac-buttons").child(buttons);
    el("div", "ac-empty").child(icon(name)).child(title).child(el("p", "").child(text)).child(buttons).into()
}

/// What stands where an answer should be when there is none. Read out as soon as it appears.
pub fn failed<T: Send + Sync + 'static>(session: Session, loading: Loading<T>) -> Dom {
    alert(session, loading.failure, Callback::new(move |()| loading.retry()))
}

fn alert(session: Session, failure: RwSignal<Option<Failure>>, retry: Callback<()>) -> Dom {
    let shown = redrawn(move || failure.get().map(|failure| failure_notice(session, &failure, retry)).into());
    el("div", "").attr("role", "alert").child(shown).into()
}

fn failure_notice(session: Session, failure: &Failure, retry: Callback<()>) -> Dom {
    let t = session.t();
    let text = failure_text(session, failure);
    let again = || vec![button(Kind::Quiet, "refresh", t.common_retry(), move || retry.run(()))];
    match failure.code {
        // What was typed is wrong, not the way it went: the same again would not help.
        ErrorCode::OrderNotFound
        | ErrorCode::LinkInvalid
        | ErrorCode::Invalid
        | ErrorCode::KeyReused
        | ErrorCode::NotPossibleNow
        | ErrorCode::NotReturnable
        | ErrorCode::QuantityInvalid
        | ErrorCode::PhotoRequired
        | ErrorCode::VariantGone
        | ErrorCode::LabelExpired
        | ErrorCode::GiftsNotOffered
        | ErrorCode::PictureInvalid
        | ErrorCode::PictureTooLarge
        | ErrorCode::ReturnNotFound
        | ErrorCode::TooLong
        | ErrorCode::Required => notice(Tone::Error, "alert", None, &text, vec![]),
        ErrorCode::Offline => {
            let text = format!("{} {}", t.offline_text(), t.offline_kept());
            notice(Tone::Trouble, "offline", Some(t.offline_title()), &text, vec![])
        }
        // The way in is a code.
        ErrorCode::CodeRequired | ErrorCode::SessionExpired => {
            let code = inward(session, Kind::Main, "mail", t.account_send(), View::Verify);
            notice(Tone::Trouble, "info", None, &text, vec![code])
        }
        ErrorCode::RateLimited => notice(Tone::Trouble, "clock", None, &text, again()),
        _ => notice(Tone::Error, "alert", Some(t.errors_title()), &text, again()),
    }
}

/// The shopper's words for a failure.
fn failure_text(session: Session, failure: &Failure) -> String {
    let t = session.t();
    let when = failure.retry_after.and_then(|seconds| i18n::in_seconds(session.locale.get_untracked(), seconds));
    match (failure.code, when) {
        (ErrorCode::RateLimited, Some(when)) => t.errors_rate_limited_until(&when),
        (code, _) => t.error(code).to_owned(),
    }
}
