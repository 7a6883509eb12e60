//! The log on the page: it grows at its end, is read out as it grows, and goes along with whoever reads its end.

use super::{
    letters::{Letter, State},
    rows::{self, Body, By, Known, Mark, Row},
    state::Talk,
};
use crate::{
    desk::{kit, paper::Paper, words},
    i18n::{self, Style},
    js,
    ui::{
        dom::{Dom, El, afterwards, el, redrawn},
        icon::small_icon,
        links,
    },
};
use aftercart_shared::{
    events::{Came, Card},
    time::Timestamp,
};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event};

const SCROLLER: &str = "ad-log";
/// Pixels that count as the end: two lines of text.
const NEAR: f64 = 64.0;

pub fn log(talk: Talk) -> Dom {
    let desk = talk.desk;
    let t = desk.t();
    let place = el("div", "ad-log-rows").attr("role", "log").attr("aria-label", t.chat_log()).into_element();
    let typing = redrawn(move || {
        talk.typing
            .get()
            .then(|| {
                let dots = el("span", "ad-dots")
                    .attr("aria-hidden", "true")
                    .child(el("i", ""))
                    .child(el("i", ""))
                    .child(el("i", ""));
                let name = desk.open.with(|open| open.as_ref().map(|open| words::name(desk, &open.visitor)));
                el("p", "ad-typing").child(dots).child(desk.t().chat_typing(&name.unwrap_or_default()))
            })
            .into()
    });
    let below = RwSignal::new(false);
    let scroller = el("div", "ad-log")
        .id(SCROLLER)
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", t.chat_log())
        .child(place.clone())
        .child(el("div", "ad-typing-place").attr("role", "status").child(typing))
        .into_element();
    let paper = Rc::new(RefCell::new(Paper::new(place)));
    let at_end = Rc::new(RefCell::new(true));
    let (heard, watched) = (at_end.clone(), scroller.clone());
    let hear = Closure::<dyn Fn(Event)>::new(move |_: Event| {
        let end = is_at_end(&watched);
        *heard.borrow_mut() = end;
        if end && below.try_get_untracked() == Some(true) {
            below.set(false);
        }
    });
    let _ = scroller.add_event_listener_with_callback("scroll", hear.into_js_value().unchecked_ref());
    let me = desk.name();
    let written = scroller.clone();
    afterwards(move || {
        let follows = *at_end.borrow();
        let (events, notes, read) = (talk.events.get(), talk.notes.get(), talk.read.get());
        let laid = talk.letters.with(|letters| {
            let open = talk.id.get_untracked().unwrap_or_default();
            let own: Vec<&Letter> = letters.iter().filter(|letter| letter.conversation == open).collect();
            let known = Known { events: &events, notes: &notes, letters: own, read, me: &me };
            rows::lay(&known, |at| i18n::day_key("", at))
        });
        let mut paper = paper.borrow_mut();
        let before = paper.rows().count();
        paper.write(laid.rows, |row| drawn(talk, row));
        for (key, _, element) in paper.rows() {
            let mark = laid.marks.iter().find(|(marked, _)| marked == key).map(|(_, mark)| mark);
            show_mark(talk, key, element, mark);
        }
        if follows || before == 0 {
            to_end(&written);
        } else if paper.rows().count() > before {
            below.set(true);
        }
        talk.has_seen();
    });
    afterwards(move || {
        // Another has it now, or she: then what stands here counts as read.
        desk.open.track();
        talk.has_seen();
    });
    let more = redrawn(move || {
        below
            .get()
            .then(|| {
                kit::button("ad-quiet", "down", desk.t().chat_more(), move || {
                    if let Some(log) = kit::element(SCROLLER) {
                        to_end(&log);
                    }
                })
            })
            .into()
    });
    el("div", "ad-log-place").child(Dom::from(scroller)).child(el("div", "ad-log-more").child(more)).into()
}

fn is_at_end(log: &Element) -> bool {
    kit::figure(log, "scrollHeight") - kit::figure(log, "scrollTop") - kit::figure(log, "clientHeight") < NEAR
}

fn to_end(log: &Element) {
    let log = log.clone();
    request_animation_frame(move || js::set(&log, "scrollTop", &kit::figure(&log, "scrollHeight").into()));
}

fn drawn(talk: Talk, row: &Row) -> Element {
    let desk = talk.desk;
    let t = desk.t();
    match row {
        Row::Day(at) => el("p", "ad-day").child(el("span", "").child(words::day(desk, *at))),
        Row::Answer { cards, at } => answer(talk, cards, *at),
        Row::Handed { at } => happened(talk, "person", t.desk_log_handed().into(), *at),
        Row::Helped { at } => happened(talk, "check", t.desk_log_helped().into(), *at),
        Row::Taken { agent, at } => happened(talk, "person", t.desk_log_taken(agent), *at),
        Row::Closed { at } => happened(talk, "check", t.desk_log_closed().into(), *at),
        Row::Rated { score, comment, at } => {
            let stars = "★".repeat(usize::from((*score).min(5)));
            let text = t.desk_log_rated(&score.to_string());
            let line = happened(talk, "star", text, *at)
                .child(el("span", "ad-stars").attr("aria-hidden", "true").child(stars));
            line.child(comment.as_deref().map(|why| el("q", "ad-rated-why").attr("dir", "auto").child(why)))
        }
        Row::Note { agent, at, text } => {
            let head = el("p", "ad-note-head")
                .child(small_icon("lock"))
                .child(el("span", "").child(t.desk_note_by(agent)))
                .child(el("span", "ad-muted").child(clock(talk, *at)));
            el("div", "ad-note")
                .child(head)
                .child(
                    el("div", "ad-text").attr("dir", "auto").child(links::linked(text, talk.desk.t().common_new_tab())),
                )
                .child(mark_place())
        }
        Row::Said { by, at, what, first } => said(talk, by, *at, what, *first),
    }
    .into_element()
}

fn clock(talk: Talk, at: Timestamp) -> String {
    i18n::date(talk.desk.locale.get_untracked(), "", Style::Clock, at)
}

fn happened(talk: Talk, icon: &str, text: String, at: Timestamp) -> El {
    el("p", "ad-happened")
        .child(small_icon(icon))
        .child(el("span", "").child(text))
        .child(el("span", "ad-muted").child(clock(talk, at)))
}

/// As what it is: nobody of the shop has said it.
fn answer(talk: Talk, cards: &[Card], at: Timestamp) -> El {
    let t = talk.desk.t();
    let (name, time) = (t.desk_log_answer(), clock(talk, at));
    let head = el("p", "ad-msg-head")
        .attr("aria-hidden", "true")
        .child(el("span", "ad-msg-name").child(name))
        .child(el("span", "").child(time.as_str()));
    let card = |card: &Card| -> Dom {
        let (icon, words) = match card {
            Card::Order { number, status, .. } => {
                ("info", format!("{} · {}", t.track_order_line(number), t.order_status(*status)))
            }
            Card::Article { title, .. } => ("search", title.clone()),
        };
        el("li", "ad-found-card").child(small_icon(icon)).child(el("span", "").attr("dir", "auto").child(words)).into()
    };
    let words = el("div", "ad-msg-words")
        .child(el("span", "ac-vh").child(format!("{name}, {time}: ")))
        .child(el("ul", "ad-found").child(cards.iter().map(card).collect::<Vec<Dom>>()));
    el("div", "ad-msg ad-msg-ours ad-msg-auto ad-msg-first").child(head).child(words)
}

fn said(talk: Talk, by: &By, at: Timestamp, what: &Body, first: bool) -> El {
    let desk = talk.desk;
    let t = desk.t();
    let (class, name) = match by {
        By::Shopper => (
            "ad-msg",
            desk.open
                .with_untracked(|open| open.as_ref().map(|open| words::name(desk, &open.visitor)))
                .unwrap_or_default(),
        ),
        By::Agent(name) if *name == desk.name() => ("ad-msg ad-msg-ours", t.chat_you().to_owned()),
        By::Agent(name) => ("ad-msg ad-msg-ours", name.clone()),
        By::Shop => (
            "ad-msg ad-msg-ours",
            desk.me.with_untracked(|me| me.as_ref().map(|me| me.shop.name.clone())).unwrap_or_default(),
        ),
    };
    let time = clock(talk, at);
    let head = first.then(|| {
        el("p", "ad-msg-head")
            .attr("aria-hidden", "true")
            .child(el("span", "ad-msg-name").attr("dir", "auto").child(name.as_str()))
            .child(el("span", "").child(time.as_str()))
    });
    let whole = i18n::date(desk.locale.get_untracked(), "", Style::Moment, at);
    let words =
        el("div", "ad-msg-words").attr("title", &whole).child(el("span", "ac-vh").child(format!("{name}, {time}: ")));
    let words = match what {
        Body::Text(text, came) => {
            let mark = came.map(|came| match came {
                Came::Mail => t.desk_by_mail(),
                Came::MailUnproved => t.desk_by_mail_unproved(),
            });
            words
                .child(
                    el("div", "ad-text").attr("dir", "auto").child(links::linked(text, talk.desk.t().common_new_tab())),
                )
                .child(mark.map(|mark| el("div", "ad-msg-came").child(mark)))
        }
        Body::Picture { id, width, height } => words.child(picture(talk, id, *width, *height)),
    };
    el("div", if first { "ad-msg-first" } else { "" })
        .attr("class", &format!("{class}{}", if first { " ad-msg-first" } else { "" }))
        .child(head)
        .child(words)
        .child(mark_place())
}

/// Its place is kept while it loads.
fn picture(talk: Talk, id: &str, width: u32, height: u32) -> El {
    let conversation = talk.id.get_untracked().unwrap_or_default();
    let address = format!("/api/v1/admin/conversations/{conversation}/attachments/{id}");
    let image = el("img", "ad-picture")
        .attr("alt", talk.desk.t().chat_picture())
        .attr("width", &width.to_string())
        .attr("height", &height.to_string())
        .attr("src", &address);
    el("a", "ad-picture-link").attr("href", &address).attr("target", "_blank").attr("rel", "noopener").child(image)
}

fn mark_place() -> El {
    el("div", "ad-mark").attr("aria-live", "off").attr("hidden", "")
}

fn show_mark(talk: Talk, key: &str, row: &Element, mark: Option<&Mark>) {
    let Ok(Some(place)) = row.query_selector(".ad-mark") else { return };
    let said = mark.map_or_else(String::new, |mark| format!("{mark:?}"));
    if place.get_attribute("data-mark").unwrap_or_default() == said {
        return;
    }
    let _ = place.set_attribute("data-mark", &said);
    place.set_text_content(None);
    let Some(mark) = mark else {
        let _ = place.set_attribute("hidden", "");
        return;
    };
    let _ = place.remove_attribute("hidden");
    let t = talk.desk.t();
    let line = |icon: &str, text: &str| Dom::from([small_icon(icon).into(), el("span", "").child(text).into()]);
    let class = match mark {
        Mark::Read => "ad-mark ad-mark-read",
        Mark::Going(State::Refused(_)) => "ad-mark ad-mark-refused",
        _ => "ad-mark",
    };
    let _ = place.set_attribute("class", class);
    let words: Dom = match mark {
        Mark::Sent => line("check", t.chat_sent()),
        Mark::Read => line("check", t.chat_read()),
        Mark::Going(State::Sending) => t.chat_sending().into(),
        Mark::Going(State::Waiting(true)) => line("clock", t.chat_waiting_offline()),
        Mark::Going(State::Waiting(false)) => {
            let id = key.to_owned();
            let again = kit::button("ad-plain", "", t.common_retry(), move || talk.try_now(&id));
            [line("clock", t.chat_waiting()), again.into()].into()
        }
        Mark::Going(State::Refused(why)) => {
            let (edit, discard) = (key.to_owned(), key.to_owned());
            [
                line("alert", &format!("{} {why}", t.chat_not_sent())),
                kit::button("ad-plain", "", t.chat_edit(), move || {
                    talk.take_back(&edit, true);
                    super::composer::focus();
                })
                .into(),
                kit::button("ad-plain", "", t.chat_discard(), move || talk.take_back(&discard, false)).into(),
            ]
            .into()
        }
    };
    words.append_to(&place);
}
