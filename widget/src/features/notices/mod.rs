//! What is wrong with a verified shopper's orders, at the top of the first view: said once, with what can be done.

use crate::{
    api::loading::Loading,
    host,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, button, inward},
        dom::{Dom, afterwards, el, redrawn},
        notice::{Tone, notice},
    },
};
use aftercart_shared::{
    api::notices::{MyNotices, NoticeView},
    locale::Locale,
    trouble::NextAction,
};
use leptos::{prelude::*, task::spawn_local};

/// What was told; outlives the view. Kept in memory only.
#[derive(Clone, Copy)]
pub struct Draft {
    mine: Loading<MyNotices>,
    /// In which language.
    asked: StoredValue<Option<Locale>>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft { mine: Loading::new(), asked: StoredValue::new(None) }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks while the shopper is known, and again in another language; signed out, nothing of hers stays.
pub fn follow(session: Session, draft: Draft) {
    afterwards(move || {
        let locale = session.locale.get();
        let asked = session.api.signed_in().then_some(locale);
        if draft.asked.get_value() == asked {
            return;
        }
        draft.asked.set_value(asked);
        draft.mine.clear();
        if asked.is_some() {
            draft.mine.ask(move || session.api.get(format!("/me/notices?locale={}", locale.tag())));
        }
    });
}

pub fn cards(session: Session, draft: Draft) -> Dom {
    redrawn(move || {
        let drawn = draft.mine.data.with(|mine| {
            let mine = mine.as_ref().filter(|mine| !mine.notices.is_empty())?;
            Some(list(session, draft, &mine.notices))
        });
        see(session, draft);
        drawn.into()
    })
}

fn list(session: Session, draft: Draft, notices: &[NoticeView]) -> Dom {
    let cards: Vec<Dom> = notices.iter().map(|one| card(session, draft, one)).collect();
    el("section", "ac-alerts").attr("aria-label", session.t().alert_heading()).child(cards).into()
}

/// What is on screen is seen, and the launcher's badge has done its work.
fn see(session: Session, draft: Draft) {
    let notices = draft.mine.data.with_untracked(|mine| mine.as_ref().map(|mine| mine.notices.clone()));
    let unseen = notices.iter().flatten().filter(|one| !one.seen);
    let keys: Vec<&str> = unseen.map(|one| one.key.as_str()).collect();
    if keys.is_empty() {
        return;
    }
    mark(session, &keys, false);
    host::event("notices", &[("count", "0")]);
    draft.mine.data.update_untracked(|mine| {
        for one in mine.iter_mut().flat_map(|mine| &mut mine.notices) {
            one.seen = true;
        }
    });
}

fn card(session: Session, draft: Draft, told: &NoticeView) -> Dom {
    let t = session.t();
    let mut ways = vec![inward(session, Kind::Main, "", t.alert_open(), View::Mine { id: told.order_id.0.clone() })];
    // What else can be done stands with the order.
    let talk = told.trouble.and_then(|trouble| {
        trouble.actions().iter().find_map(|action| match action {
            NextAction::AskUs => Some(t.track_ask_us()),
            NextAction::ReportMissing => Some(t.track_report_missing()),
            _ => None,
        })
    });
    ways.extend(talk.map(|text| inward(session, Kind::Quiet, "talk", text, View::talk_about_order(&told.number))));
    let key = told.key.clone();
    ways.push(button(Kind::Plain, "", t.alert_dismiss(), move || {
        mark(session, &[&key], true);
        draft.mine.data.update(|mine| {
            if let Some(mine) = mine {
                mine.notices.retain(|one| one.key != key);
            }
        });
    }));
    let tone = if told.trouble.is_some() { Tone::Trouble } else { Tone::Calm };
    notice(tone, if told.trouble.is_some() { "alert" } else { "info" }, Some(&told.title), &told.text, ways)
}

/// Lost on the way it does no harm: she is told once more.
fn mark(session: Session, keys: &[&str], dismissed: bool) {
    // Keys are hexadecimal digits.
    let body = format!("{{\"keys\":[\"{}\"],\"dismissed\":{dismissed}}}", keys.join("\",\""));
    spawn_local(async move {
        let _ = session.api.tell("/me/notices/seen".into(), body).await;
    });
}
