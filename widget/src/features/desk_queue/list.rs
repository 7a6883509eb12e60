//! The rows on screen. Ten thousand may be in the queue: only those in sight are on the page.

use super::state::Queue;
use crate::{
    desk::{Desk, kit, nav::Place, paper::Paper, words},
    js,
    ui::{
        dom::{Dom, afterwards, el},
        icon::small_icon,
    },
};
use aftercart_shared::api::desk::{Certainty, InboxRow, InboxView};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

/// Pixels; the style sheet says the same.
const ROW: f64 = 88.0;
/// Rows above and below the window that are there already.
const SPARE: usize = 8;
/// So many rows before the end the next page is asked for.
const AHEAD: usize = 30;
const SCROLLER: &str = "ad-rows";

#[derive(Clone, Debug)]
struct Shown {
    row: Arc<InboxRow>,
    nth: usize,
}

/// Where it stands is moved in place, so it is not part of how it looks.
impl PartialEq for Shown {
    fn eq(&self, other: &Shown) -> bool {
        Arc::ptr_eq(&self.row, &other.row) || self.row == other.row
    }
}

type Rows = Rc<RefCell<Paper<Shown>>>;

fn row_id(id: &str) -> String {
    format!("ad-row-{id}")
}

pub fn list(queue: Queue) -> Dom {
    let desk = queue.desk;
    let place =
        el("div", "ad-rows-place").attr("role", "list").attr("aria-label", desk.t().desk_queue()).into_element();
    let paper: Rows = Rc::new(RefCell::new(Paper::new(place.clone())));
    let scroller = el("div", "ad-rows").id(SCROLLER).child(place.clone()).into_element();
    let top = RwSignal::new(0_usize);
    let first = {
        let scroller = scroller.clone();
        move || (kit::figure(&scroller, "scrollTop") / ROW).max(0.0) as usize
    };
    let seen = first.clone();
    let _ = scroller.add_event_listener_with_callback(
        "scroll",
        wasm_bindgen::closure::Closure::<dyn Fn(Event)>::new(move |_: Event| {
            // In steps, so that most of a scroll costs nothing.
            let now = seen() / 4 * 4;
            if top.try_get_untracked().is_some_and(|was| was != now) {
                top.set(now);
            }
        })
        .into_js_value()
        .unchecked_ref(),
    );
    let window_rows = {
        let scroller = scroller.clone();
        move || (kit::figure(&scroller, "clientHeight").max(800.0) / ROW) as usize + 1
    };
    afterwards(move || {
        top.track();
        let open = desk.nav.place.with(|place| place.conversation.clone());
        queue.rows.with(|rows| {
            kit::style(&place, "height", &format!("{}px", rows.len() as f64 * ROW));
            let start = first().saturating_sub(SPARE);
            let end = (first() + window_rows() + SPARE).min(rows.len());
            let held = focused_row();
            let at_hand = |(nth, row): (usize, &Arc<InboxRow>)| {
                (row.conversation.view.id.as_str().to_owned(), Shown { row: row.clone(), nth })
            };
            let mut shown: Vec<(String, Shown)> =
                rows.iter().enumerate().take(end).skip(start.min(end)).map(at_hand).collect();
            // Whoever has the focus keeps it, however far she scrolls.
            let far = held.and_then(|held| {
                let nth = rows.iter().position(|row| row.conversation.view.id.as_str() == held)?;
                (nth < start || nth >= end).then(|| at_hand((nth, &rows[nth])))
            });
            shown.extend(far);
            let mut paper = paper.borrow_mut();
            let kept = focused_row();
            paper.write(shown, |shown| drawn(desk, shown));
            for (id, shown, element) in paper.rows() {
                kit::style(element, "transform", &format!("translateY({}px)", shown.nth as f64 * ROW));
                let _ = element.set_attribute("aria-posinset", &(shown.nth + 1).to_string());
                let _ = element.set_attribute("aria-setsize", &rows.len().to_string());
                mark(element, open.as_deref() == Some(id));
                show_wait(desk, shown, element);
            }
            // One that was drawn anew, because there was news in it.
            if let Some(id) = kept.filter(|id| focused_row().as_ref() != Some(id)) {
                crate::ui::dom::focus(&row_id(&id));
            }
            if rows.len() < end + AHEAD && queue.has_more() {
                queue.read_on();
            }
        });
    });
    let ticking = scroller.clone();
    afterwards(move || {
        let now = desk.now.get();
        let Ok(waits) = ticking.query_selector_all("[data-since]") else { return };
        for i in 0..waits.length() {
            if let Some(wait) = waits.item(i).and_then(|node| node.dyn_into::<Element>().ok()) {
                write_wait(desk, &wait, now);
            }
        }
    });
    let more = crate::ui::dom::redrawn(move || {
        queue.more.get().then(|| el("p", "ad-rows-more").attr("role", "status").child(desk.t().common_loading())).into()
    });
    [scroller.into(), more].into()
}

fn focused_row() -> Option<String> {
    document().active_element()?.id().strip_prefix("ad-row-").map(str::to_owned)
}

fn mark(element: &Element, open: bool) {
    if let Ok(Some(link)) = element.query_selector("a") {
        let _ = if open { link.set_attribute("aria-current", "true") } else { link.remove_attribute("aria-current") };
    }
}

fn drawn(desk: Desk, shown: &Shown) -> Element {
    let t = desk.t();
    let conversation = &shown.row.conversation;
    let id = conversation.view.id.as_str();
    let name = words::name(desk, &conversation.visitor);
    let proved = conversation.visitor.certainty == Certainty::Verified;
    let last = shown.row.last.as_ref();
    let said = last.map(|last| last.text.clone().unwrap_or_else(|| t.chat_picture().to_owned()));
    let ours = last.is_some_and(|last| !last.hers);
    let said = match said {
        Some(said) if ours => t.desk_row_ours(&said),
        Some(said) => said,
        None => t.desk_row_nothing().into(),
    };
    let holder = match (&conversation.view.agent, &conversation.agent_email) {
        (Some(agent), Some(email)) if !email.eq_ignore_ascii_case(&desk.email()) => Some(agent.clone()),
        _ => None,
    };
    let about = words::about(desk, &conversation.subject);
    let meta = el("span", "ad-row-meta")
        .child(about.map(|about| el("span", "ad-chip").child(about)))
        .child(holder.map(|holder| {
            el("span", "ad-row-holder")
                .child(small_icon("person"))
                .child(el("span", "ac-vh").child(format!("{} ", t.desk_with())))
                .child(holder)
        }))
        .child((!proved).then(|| el("span", "ad-row-unproved").child(t.desk_unproved_short())));
    let wait = el("span", "ad-wait").child("").into_element();
    let unread = shown.row.conversation.view.read.agent < shown.row.conversation.view.last_seq && !ours;
    let class = if unread { "ad-row ad-row-unread" } else { "ad-row" };
    let place = Place { view: desk.nav.view(), conversation: Some(id.to_owned()), customer: false };
    let to = id.to_owned();
    let link = el("a", class)
        .id(&row_id(id))
        .attr("href", &place.address())
        .child(kit::face(&name, proved))
        .child(
            el("span", "ad-row-words")
                .child(
                    el("span", "ad-row-top")
                        .child(el("span", "ad-row-name").attr("dir", "auto").child(name))
                        .child(Dom::from(wait)),
                )
                .child(el("span", "ad-row-said").attr("dir", "auto").child(said))
                .child(meta),
        )
        .on("click", move |event: MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() || event.button() != 0 {
                return;
            }
            event.prevent_default();
            desk.nav.open(&to);
        });
    el("div", "ad-row-place").attr("role", "listitem").child(link).into_element()
}

/// Since when she waits, or when it was last heard of her.
fn show_wait(desk: Desk, shown: &Shown, element: &Element) {
    let Ok(Some(wait)) = element.query_selector(".ad-wait") else { return };
    let waits = shown.row.waiting_since.filter(|_| desk.nav.view() != InboxView::Closed);
    match waits {
        Some(since) => {
            let _ = wait.set_attribute("data-since", &since.0.to_string());
            write_wait(desk, &wait, desk.now.get_untracked());
        }
        None => {
            let _ = wait.remove_attribute("data-since");
            let at = shown.row.last.as_ref().map_or(shown.row.conversation.updated_at, |last| last.at);
            let _ = wait.set_attribute("class", "ad-wait ad-wait-none");
            wait.set_text_content(Some(&words::short_time(desk, at)));
        }
    }
}

fn write_wait(desk: Desk, wait: &Element, now: i64) {
    let Some(since) = wait.get_attribute("data-since").and_then(|since| since.parse::<i64>().ok()) else { return };
    let waited = now - since;
    let class = match words::urgency(waited) {
        words::Urgency::Calm => "ad-wait ad-wait-calm",
        words::Urgency::Soon => "ad-wait ad-wait-soon",
        words::Urgency::Late => "ad-wait ad-wait-late",
    };
    let text = words::duration(desk, waited);
    let label = desk.t().desk_waiting(&text);
    let _ = wait.set_attribute("class", class);
    let _ = wait.set_attribute("title", &label);
    if wait.text_content().as_deref() != Some(&text) {
        wait.set_text_content(Some(&text));
    }
}

pub fn focus_search() {
    crate::ui::dom::focus("ad-search");
    if let Some(field) = kit::element("ad-search") {
        let _ = js::call(&field, "select", &[]);
    }
}

/// The first row, or the one that is open.
pub fn focus_first(queue: Queue) {
    let first = queue.rows.with_untracked(|rows| {
        let open = queue.desk.nav.conversation();
        let at = rows.iter().position(|row| Some(row.conversation.view.id.as_str()) == open.as_deref());
        at.or((!rows.is_empty()).then_some(0))
    });
    if let Some(nth) = first {
        focus_nth(queue, nth);
    }
}

/// To the next row or the one before: from the one that has the focus, else from the one that is open.
pub fn step(queue: Queue, by: i32) {
    let from = focused_row().or_else(|| queue.desk.nav.conversation());
    let to = queue.rows.with_untracked(|rows| {
        let at = from.and_then(|id| rows.iter().position(|row| row.conversation.view.id.as_str() == id));
        match at {
            Some(at) => at.saturating_add_signed(by as isize).min(rows.len().saturating_sub(1)),
            None => 0,
        }
    });
    focus_nth(queue, to);
}

fn focus_nth(queue: Queue, nth: usize) {
    let id = queue.rows.with_untracked(|rows| rows.get(nth).map(|row| row.conversation.view.id.as_str().to_owned()));
    let (Some(id), Some(scroller)) = (id, kit::element(SCROLLER)) else { return };
    let (top, height) = (kit::figure(&scroller, "scrollTop"), kit::figure(&scroller, "clientHeight"));
    let (start, end) = (nth as f64 * ROW, (nth + 1) as f64 * ROW);
    if start < top {
        js::set(&scroller, "scrollTop", &start.into());
    } else if end > top + height {
        js::set(&scroller, "scrollTop", &(end - height).into());
    }
    // Once it is on the page.
    request_animation_frame(move || {
        request_animation_frame(move || {
            if let Some(row) = kit::element(&row_id(&id)).and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = row.focus_with_options(&options);
            }
        });
    });
}
