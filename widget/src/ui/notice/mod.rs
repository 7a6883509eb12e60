//! Something the shopper should know, always with a way on.

use super::{
    button::{Kind, button},
    icon::{icon, small_icon},
};
use crate::{
    api::{client::Failure, loading::Loading},
    i18n,
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

pub fn notice(tone: Tone, name: &str, title: Option<String>, text: String, buttons: Vec<AnyView>) -> AnyView {
    let class = match tone {
        Tone::Calm => "ac-notice",
        Tone::Trouble => "ac-notice ac-notice-trouble",
        Tone::Error => "ac-notice ac-notice-error",
    };
    let title = title.map(|title| view! { <p class="ac-notice-title">{title}</p> });
    let buttons = (!buttons.is_empty()).then(|| view! { <div class="ac-buttons">{buttons}</div> });
    view! { <div class=class>{small_icon(name)}{title}<p>{text}</p>{buttons}</div> }.into_any()
}

/// A place with nothing in it yet.
pub fn empty(name: &str, title: String, text: &str, buttons: Vec<AnyView>) -> AnyView {
    view! {
        <div class="ac-empty">
            {icon(name)}<p class="ac-empty-title">{title}</p><p>{text.to_owned()}</p>
            <div class="ac-buttons">{buttons}</div>
        </div>
    }
    .into_any()
}

/// The shopper's words for a failure.
pub fn failure_text(session: Session, failure: &Failure) -> String {
    let t = session.t();
    let when = failure.retry_after.and_then(|seconds| i18n::in_seconds(session.locale.get_untracked(), seconds));
    match (failure.code, when) {
        (ErrorCode::RateLimited, Some(when)) => t.errors_rate_limited_until(&when),
        (code, _) => t.error(code).to_owned(),
    }
}

/// What stands where an answer should be when there is none. Read out as soon as it appears.
pub fn failed<T: Send + Sync + 'static>(session: Session, loading: Loading<T>) -> AnyView {
    let retry = move || loading.retry();
    (move || {
        let failure = loading.failure.get();
        view! { <div role="alert">{failure.map(|failure| failure_notice(session, &failure, retry))}</div> }
    })
    .into_any()
}

fn failure_notice(session: Session, failure: &Failure, retry: impl Fn() + 'static) -> AnyView {
    let t = session.t();
    let again = vec![button(Kind::Quiet, "refresh", t.common_retry(), retry)];
    match failure.code {
        // What was typed is wrong, not the way it went: the same again would not help.
        ErrorCode::OrderNotFound | ErrorCode::Invalid | ErrorCode::TooLong | ErrorCode::Required => {
            notice(Tone::Error, "alert", None, failure_text(session, failure), vec![])
        }
        ErrorCode::Offline => {
            let text = format!("{} {}", t.offline_text(), t.offline_kept());
            notice(Tone::Trouble, "offline", Some(t.offline_title().into()), text, vec![])
        }
        ErrorCode::RateLimited => notice(Tone::Trouble, "clock", None, failure_text(session, failure), again),
        _ => notice(Tone::Error, "alert", Some(t.errors_title().into()), failure_text(session, failure), again),
    }
}
