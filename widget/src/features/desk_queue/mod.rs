//! The queue: who waits, for whom, and for how long.

mod list;
mod order;
mod state;

pub use list::{focus_search, step};
pub use state::Queue;

use crate::{
    desk::{Desk, client::Failure, kit, nav, words},
    ui::{
        dom::{Dom, afterwards, el, redrawn},
        icon::drawn,
    },
};
use aftercart_shared::api::desk::{InboxCounts, InboxView};
use leptos::prelude::*;
use state::Pace;
use std::time::Duration;
use web_sys::{Event, KeyboardEvent};

/// Whoever types waits no longer than this for the last letter.
const TYPED: Duration = Duration::from_millis(250);

pub fn word(desk: Desk, view: InboxView) -> &'static str {
    let t = desk.t();
    match view {
        InboxView::Mine => t.desk_mine(),
        InboxView::Unassigned => t.desk_unassigned(),
        InboxView::All => t.desk_all(),
        InboxView::Closed => t.desk_closed(),
    }
}

fn count(counts: InboxCounts, view: InboxView) -> Option<u32> {
    match view {
        InboxView::Mine => Some(counts.mine),
        InboxView::Unassigned => Some(counts.unassigned),
        InboxView::All => Some(counts.all),
        InboxView::Closed => None,
    }
}

pub fn queue(queue: Queue) -> Dom {
    let desk = queue.desk;
    let shown = Memo::new(move |_| desk.nav.place.with(|place| place.view));
    let views = redrawn(move || {
        desk.locale.track();
        let shown = shown.get();
        let tab = |(view, _): &(InboxView, &str)| -> Dom {
            let view = *view;
            let number = redrawn(move || {
                let number = count(queue.counts.get(), view).filter(|count| *count > 0);
                number.map(|count| el("span", "ad-count").child(count.to_string())).into()
            });
            el("button", "ad-view")
                .id(&format!("ad-view-{}", nav::name_of(view)))
                .attr("type", "button")
                .maybe("aria-current", (view == shown).then_some("true"))
                .child(el("span", "").child(word(desk, view)))
                .child(number)
                .on_click(move || desk.nav.show(view))
                .into()
        };
        let tabs = nav::VIEWS.iter().map(tab).collect::<Vec<Dom>>();
        el("div", "ad-views").attr("role", "group").attr("aria-label", desk.t().desk_queue()).child(tabs).into()
    });
    let search = redrawn(move || {
        desk.locale.track();
        search(queue)
    });
    let head = el("div", "ad-queue-head").child(views).child(search);
    afterwards(move || {
        // Another part of the queue, or other words: read anew.
        desk.nav.place.track();
        queue.looked_for.track();
        queue.turn_to(desk.nav.view());
    });
    let body = redrawn(move || {
        desk.locale.track();
        body(queue)
    });
    [head.into(), body].into()
}

fn search(queue: Queue) -> Dom {
    let t = queue.desk.t();
    let typed = StoredValue::new(0_u32);
    let field = el("input", "ad-search-input")
        .id("ad-search")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "search")
        .attr("aria-label", t.desk_search())
        .attr("placeholder", t.desk_search())
        .value_follows(move || queue.query.get())
        .on("input", move |event: Event| {
            queue.query.set(event_target_value(&event));
            typed.update_value(|nth| *nth += 1);
            let nth = typed.get_value();
            let then = move || {
                if typed.try_get_value() == Some(nth) {
                    queue.looked_for.set(queue.query.get_untracked().trim().to_owned());
                }
            };
            set_timeout(then, TYPED);
        })
        .on("keydown", move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" if queue.query.with_untracked(String::is_empty) => list::focus_first(queue),
            "Escape" => {
                event.prevent_default();
                queue.query.set(String::new());
                queue.looked_for.set(String::new());
            }
            "ArrowDown" => {
                event.prevent_default();
                list::focus_first(queue);
            }
            "Enter" if !kit::composing(&event) => {
                queue.looked_for.set(queue.query.get_untracked().trim().to_owned());
            }
            _ => {}
        });
    el("div", "ad-search")
        .attr("role", "search")
        .child(drawn("search", "ac-icon ac-icon-small ad-search-icon"))
        .child(field)
        .child(el("kbd", "ad-search-key").attr("aria-hidden", "true").child("/"))
        .into()
}

/// What stands below the search. The list is one thing for as long as there is one: drawn anew with every change, it would
/// forget how far she has scrolled.
#[derive(Clone, PartialEq)]
enum Below {
    List,
    Nothing,
    Bones,
    NoneFound,
    Nobody,
    Failed(Failure),
}

fn below(queue: Queue) -> Below {
    let (pace, more) = (queue.pace.get(), queue.more.get());
    if queue.rows.with(|rows| !rows.is_empty()) {
        return Below::List;
    }
    match pace {
        Pace::Failed(failure) => Below::Failed(failure),
        Pace::Loading(false) => Below::Nothing,
        Pace::Loading(true) => Below::Bones,
        Pace::Done if more => Below::Bones,
        Pace::Done if !queue.looked_for.with(String::is_empty) => Below::NoneFound,
        Pace::Done => Below::Nobody,
    }
}

fn body(queue: Queue) -> Dom {
    let desk = queue.desk;
    let shown = Memo::new(move |_| below(queue));
    redrawn(move || {
        let t = desk.t();
        match shown.get() {
            Below::List => list::list(queue),
            Below::Nothing => Dom::default(),
            Below::Bones => kit::bones(desk, &["row", "row", "row", "row", "row", "row"]),
            Below::Failed(failure) => kit::failed(desk, &words::failure(desk, &failure), move || queue.reload()).into(),
            Below::NoneFound => {
                let clear = kit::button("ad-quiet", "", t.common_clear(), move || {
                    queue.query.set(String::new());
                    queue.looked_for.set(String::new());
                });
                kit::empty("search", t.desk_none_found(), t.desk_none_found_text(), clear).into()
            }
            Below::Nobody => nobody(queue),
        }
    })
}

/// Nothing to do here; perhaps there is elsewhere.
fn nobody(queue: Queue) -> Dom {
    let desk = queue.desk;
    let t = desk.t();
    let (title, text) = match desk.nav.view() {
        InboxView::Mine => (t.desk_none_mine(), t.desk_none_mine_text()),
        InboxView::Unassigned => (t.desk_none_unassigned(), t.desk_none_unassigned_text()),
        InboxView::All => (t.desk_none_open(), t.desk_none_open_text()),
        InboxView::Closed => (t.desk_none_closed(), t.desk_none_closed_text()),
    };
    let mine = desk.nav.view() == InboxView::Mine;
    let elsewhere = redrawn(move || {
        let waiting = queue.counts.with(|counts| counts.unassigned);
        let see = || {
            let words = crate::i18n::plural(waiting, |n| t.desk_see_waiting_one(n), |n| t.desk_see_waiting_other(n));
            kit::button("", "", &words, move || desk.nav.show(InboxView::Unassigned))
        };
        (mine && waiting > 0).then(see).into()
    });
    kit::empty("talk", title, text, elsewhere).into()
}
