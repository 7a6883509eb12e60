//! The browsers in which she is logged in; each can be shown the door.

use crate::{
    desk::{
        Desk,
        client::{Failure, Request},
        kit, words,
    },
    i18n,
    ui::{
        dom::{Dom, El, el, redrawn},
        icon::icon,
    },
};
use aftercart_shared::{
    api::desk::{SessionView, Sessions},
    locale::Locale,
    time::Timestamp,
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::Event;

const DIALOG: &str = "ad-sessions";

#[derive(Clone)]
enum Known {
    Nothing,
    These(Vec<SessionView>),
    Failed(Failure),
}

#[derive(Clone, Copy)]
pub struct Dialog {
    desk: Desk,
    known: RwSignal<Known>,
}

fn read(dialog: Dialog) {
    spawn_local(async move {
        let answer: Result<Sessions, Failure> = dialog.desk.ask(Request::get("/desk/sessions")).await;
        dialog.known.set(match answer {
            Ok(answer) => Known::These(answer.sessions),
            Err(failure) => Known::Failed(failure),
        });
    });
}

pub fn open(dialog: Dialog) {
    dialog.known.set(Known::Nothing);
    read(dialog);
    kit::open_dialog(DIALOG);
}

pub fn dialog(desk: Desk) -> (Dialog, Dom) {
    let dialog = Dialog { desk, known: RwSignal::new(Known::Nothing) };
    let drawn = redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        let body = redrawn(move || match dialog.known.get() {
            Known::Nothing => kit::bones(desk, &["line", "line"]),
            Known::Failed(failure) => kit::failed(desk, &words::failure(desk, &failure), move || read(dialog)).into(),
            Known::These(sessions) => el("ul", "ad-session-list")
                .child(sessions.iter().map(|one| line(dialog, one).into()).collect::<Vec<Dom>>())
                .into(),
        });
        kit::dialog(DIALOG, t.desk_sessions(), t.common_close(), body).into()
    });
    (dialog, drawn)
}

fn line(dialog: Dialog, session: &SessionView) -> El {
    let desk = dialog.desk;
    let t = desk.t();
    let locale = desk.locale.get_untracked();
    let seen = i18n::since(locale, session.seen_at, Timestamp(desk.now.get_untracked()));
    let seen = if session.current {
        t.desk_session_this().to_owned()
    } else {
        seen.unwrap_or_else(|| t.desk_wait_now().into())
    };
    let since = t.desk_session_since(&i18n::date(locale, "", i18n::Style::Short, session.created_at));
    let id = session.id.clone();
    let end = (!session.current).then(|| {
        kit::button("ad-quiet", "", t.desk_session_end(), move || {
            let path = format!("/desk/sessions/{id}");
            spawn_local(async move {
                match desk.do_it(Request::delete(path)).await {
                    Ok(()) => desk.tell(desk.t().desk_session_ended_there()),
                    Err(failure) => desk.complain_of(&failure),
                }
                read(dialog);
            });
        })
        .attr("aria-label", &format!("{}: {}", t.desk_session_end(), session.device))
    });
    el("li", "ad-session")
        .child(
            el("div", "ad-session-words")
                .child(el("p", "ad-session-device").child(session.device.as_str()))
                .child(el("p", "ad-muted").child(format!("{seen} · {since}"))),
        )
        .child(end)
}

/// English or Chinese.
pub fn languages(desk: Desk) -> El {
    let option = |locale: &Locale| -> Dom {
        el("option", "").attr("value", locale.tag()).attr("lang", locale.tag()).child(locale.own_name()).into()
    };
    let select = el("select", "ad-language-select")
        .id("ad-language")
        .attr("aria-label", desk.t().common_language())
        .child([Locale::En, Locale::ZhCn].iter().map(option).collect::<Vec<Dom>>())
        .value_follows(move || desk.locale.get().tag().into())
        .on("change", move |event: Event| {
            if let Some(locale) = Locale::parse(&event_target_value(&event)) {
                desk.choose(locale);
            }
        });
    el("span", "ad-language").child(icon("globe")).child(select)
}
