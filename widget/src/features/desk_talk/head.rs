//! Whose conversation it is: taken, handed over, closed. A colleague who has it is named plainly.

use super::state::{Nothing, Talk};
use crate::{
    desk::{
        Desk,
        client::{Failure, Request},
        kit, words,
    },
    ui::{
        dom::{Dom, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::api::{
    conversations::ConversationState,
    desk::{Certainty, DeskConversation, Permission},
};
use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;

const HANDING: &str = "ad-handing";

#[derive(Serialize)]
struct Assigning {
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// Who has it.
enum Holder {
    Nobody,
    /// Nobody was asked.
    Assistant,
    Me,
    Other(String),
    /// It is closed.
    Closed,
}

fn holder(desk: Desk, open: &DeskConversation) -> Holder {
    match (&open.agent_email, open.view.state) {
        (_, ConversationState::Closed) => Holder::Closed,
        (None, ConversationState::Answered) => Holder::Assistant,
        (None, _) => Holder::Nobody,
        (Some(email), _) if email.eq_ignore_ascii_case(&desk.email()) => Holder::Me,
        (Some(email), _) => Holder::Other(open.view.agent.clone().unwrap_or_else(|| email.clone())),
    }
}

pub fn head(talk: Talk) -> Dom {
    let desk = talk.desk;
    redrawn(move || {
        let t = desk.t();
        let Some(open) = talk.who.get() else { return Dom::default() };
        let name = words::name(desk, &open.visitor);
        let proved = open.visitor.certainty == Certainty::Verified;
        let certainty = el("span", if proved { "ad-sure" } else { "ad-sure ad-sure-not" })
            .child(small_icon(if proved { "check" } else { "alert" }))
            .child(el("span", "").child(if proved { t.desk_verified() } else { t.desk_unproved_short() }));
        let who = match holder(desk, &open) {
            Holder::Nobody => t.desk_nobody_has_it().to_owned(),
            Holder::Assistant => t.desk_only_answered().to_owned(),
            Holder::Me => t.desk_you_have_it().to_owned(),
            Holder::Other(name) => t.desk_somebody_has_it(&name),
            Holder::Closed => t.desk_is_closed().to_owned(),
        };
        let about = words::about(desk, &open.subject).map(|about| el("span", "ad-chip ad-only-not-wide").child(about));
        let words = el("div", "ad-head-words")
            .child(el("h2", "ad-head-name").id("ad-talk-title").attr("tabindex", "-1").attr("dir", "auto").child(name))
            .child(el("p", "ad-head-meta").child(certainty).child(el("span", "").child(who)).child(about));
        let back =
            el("span", "ad-only-narrow").child(kit::icon_button("back", t.common_back(), move || desk.nav.back()));
        let customer = el("span", "ad-only-not-wide")
            .child(kit::icon_button("person", t.desk_customer(), move || desk.nav.show_customer()));
        el("header", "ad-head").child(back).child(words).child(actions(talk, &open)).child(customer).into()
    })
}

fn actions(talk: Talk, open: &DeskConversation) -> Dom {
    let desk = talk.desk;
    let t = desk.t();
    if open.view.state == ConversationState::Closed || !desk.may(Permission::Answer) {
        return Dom::default();
    }
    let nobody = open.agent_email.is_none();
    let mine = open.agent_email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&desk.email()));
    let take = nobody.then(|| {
        kit::button("", "hand", t.desk_take(), move || take(talk)).id("ad-take").attr("aria-keyshortcuts", "t")
    });
    let hand = (mine || desk.may(Permission::HandOver)).then(|| {
        kit::button("ad-quiet", "handover", t.desk_hand_over(), move || {
            talk.read_colleagues();
            kit::open_dialog(HANDING);
        })
        .id("ad-hand")
    });
    let close = kit::button("ad-quiet", "check", t.desk_close(), move || close(talk))
        .id("ad-close")
        .attr("aria-keyshortcuts", "e");
    el("div", "ad-actions").child(take).child(hand).child(close).into()
}

/// To whom?
pub fn handing(talk: Talk) -> Dom {
    let desk = talk.desk;
    let t = desk.t();
    let list = redrawn(move || {
        let t = desk.t();
        let holder = talk.who.with(|open| open.as_ref().and_then(|open| open.agent_email.clone()));
        let one = |colleague: &aftercart_shared::api::desk::Colleague| -> Option<Dom> {
            (holder.as_deref() != Some(&colleague.email)).then(|| {
                let email = colleague.email.clone();
                let open =
                    crate::i18n::plural(colleague.open, |n| t.desk_has_open_one(n), |n| t.desk_has_open_other(n));
                el("li", "")
                    .child(
                        el("button", "ad-pick")
                            .attr("type", "button")
                            .child(kit::face(&colleague.name, false))
                            .child(
                                el("span", "ad-pick-words")
                                    .child(el("span", "ad-pick-name").child(colleague.name.as_str()))
                                    .child(el("span", "ad-muted").child(open)),
                            )
                            .on_click(move || {
                                kit::close_dialog(HANDING);
                                hand_to(talk, email.clone());
                            }),
                    )
                    .into()
            })
        };
        let all: Vec<Dom> = talk.colleagues.with(|all| all.iter().filter_map(one).collect());
        if all.is_empty() {
            return el("p", "ad-muted").child(t.desk_no_colleague()).into();
        }
        el("ul", "ad-picks").child(all).into()
    });
    kit::dialog(HANDING, t.desk_hand_over_to(), t.common_close(), list).into()
}

/// Somebody else has it, or nothing is heard of it: said before she writes.
pub fn banner(talk: Talk) -> Dom {
    let desk = talk.desk;
    redrawn(move || {
        let t = desk.t();
        let Some(open) = talk.who.get() else { return Dom::default() };
        let line = |class: &str, icon: &str, text: String| {
            el("p", class).child(small_icon(icon)).child(el("span", "").child(text))
        };
        let mut lines: Vec<Dom> = Vec::new();
        if !desk.online.get() {
            lines.push(line("ad-banner ad-banner-trouble", "offline", t.desk_offline().into()).into());
        } else if talk.lost.get() {
            lines.push(line("ad-banner ad-banner-trouble", "offline", t.desk_lost().into()).into());
        }
        if let Holder::Other(name) = holder(desk, &open) {
            let over = desk.may(Permission::HandOver).then(|| {
                let email = desk.email();
                kit::button("ad-plain", "", t.desk_take_over(), move || hand_to(talk, email.clone())).id("ad-take-over")
            });
            lines.push(line("ad-banner", "person", t.desk_colleague_has_it(&name)).child(over).into());
        }
        el("div", "ad-banners").attr("role", "status").child(lines).into()
    })
}

fn assign(talk: Talk, id: String, to: Option<String>, said: String) {
    let desk = talk.desk;
    spawn_local(async move {
        let path = format!("/admin/conversations/{id}/assign");
        let answer: Result<DeskConversation, Failure> = desk.ask(Request::post(path, &Assigning { to })).await;
        match answer {
            Ok(head) => {
                talk.set_head(head);
                if !said.is_empty() {
                    desk.tell(&said);
                }
                talk.has_seen();
            }
            Err(failure) => {
                desk.complain_of(&failure);
                // Somebody was quicker: here is who.
                talk.read_head(&id);
            }
        }
    });
}

pub fn take(talk: Talk) {
    if let Some(id) = talk.id.get_untracked() {
        assign(talk, id, None, talk.desk.t().desk_taken().into());
    }
}

/// By answering. Somebody who was quicker has it, and what was said is said all the same.
pub fn take_quietly(talk: Talk, id: String) {
    assign(talk, id, None, String::new());
}

pub fn hand_to(talk: Talk, email: String) {
    let Some(id) = talk.id.get_untracked() else { return };
    let name =
        talk.colleagues.with_untracked(|all| all.iter().find(|one| one.email == email).map(|one| one.name.clone()));
    let own = email.eq_ignore_ascii_case(&talk.desk.email());
    let said = match name {
        _ if own => talk.desk.t().desk_taken().to_owned(),
        Some(name) => talk.desk.t().desk_handed(&name),
        None => talk.desk.t().desk_handed(&email),
    };
    assign(talk, id, Some(email), said);
}

pub fn colleagues(talk: Talk) -> Vec<(String, String)> {
    talk.colleagues.with_untracked(|all| all.iter().map(|one| (one.email.clone(), one.name.clone())).collect())
}

pub fn close(talk: Talk) {
    let desk = talk.desk;
    let open =
        desk.open.with_untracked(|open| open.as_ref().is_some_and(|open| open.view.state != ConversationState::Closed));
    let Some(id) = talk.id.get_untracked().filter(|_| open) else { return };
    spawn_local(async move {
        let path = format!("/admin/conversations/{id}/close");
        let answer: Result<DeskConversation, Failure> = desk.ask(Request::post(path, &Nothing {})).await;
        match answer {
            Ok(head) => {
                talk.set_head(head);
                desk.tell(desk.t().desk_closed_now());
            }
            Err(failure) => {
                desk.complain_of(&failure);
                talk.read_head(&id);
            }
        }
    });
}
