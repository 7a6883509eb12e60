//! The desk: the door, and behind it the queue, the conversation and the customer side by side, or one at a time where the
//! screen has room for one.

mod bar;
mod keys;

use crate::{
    desk::{Desk, Door, kit, words},
    features::{desk_customer, desk_door, desk_palette, desk_queue, desk_talk},
    ui::{
        dom::{Dom, El, afterwards, el, focus, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::locale::Locale;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Takes over from the shell's skeleton.
pub fn run() {
    let root = document().get_element_by_id("ad-root").and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let Some(root) = root else { return };
    root.set_text_content(None);
    let place = root.clone();
    mount_to(root, move || Dom::from(desk()).append_to(&place)).forget();
}

/// Everything that is at work.
#[derive(Clone, Copy)]
struct Works {
    desk: Desk,
    queue: desk_queue::Queue,
    talk: desk_talk::Talk,
    customers: desk_customer::Customers,
    palette: desk_palette::Palette,
    sessions: desk_door::Dialog,
}

fn desk() -> El {
    let desk = Desk::new();
    let (sessions, sessions_dialog) = desk_door::dialog(desk);
    let works = Works {
        desk,
        queue: desk_queue::Queue::new(desk),
        talk: desk_talk::Talk::new(desk),
        customers: desk_customer::Customers::new(desk),
        palette: desk_palette::Palette::new(desk),
        sessions,
    };
    follow_language(desk);
    follow_door(works);
    follow_title(works);
    keys::listen(works);
    desk_door::knock(desk);
    let inside = Memo::new(move |_| match desk.door.get() {
        Door::In => 0,
        Door::Out(_) => 1,
        Door::Unknown => 2,
        Door::Stuck(_) => 3,
    });
    let view = redrawn(move || match inside.get() {
        0 => workbench(works).into(),
        1 => el("main", "ad-outside").child(desk_door::log_in(desk)).into(),
        2 => waiting(),
        _ => stuck(desk).into(),
    });
    let toast = redrawn(move || {
        let toast = desk.toast.get();
        toast
            .map(|toast| {
                let (class, icon) =
                    if toast.trouble { ("ad-toast ad-toast-trouble", "alert") } else { ("ad-toast", "check") };
                el("p", class).child(small_icon(icon)).child(el("span", "").child(toast.text))
            })
            .into()
    });
    let said = el("p", "ac-vh").attr("role", "status").child(redrawn(move || desk.announcement().into()));
    el("div", "ad-whole")
        .child(view)
        .child(el("div", "ad-toasts").attr("role", "status").child(toast))
        .child(said)
        .child(desk_palette::dialog(works.palette))
        .child(desk_palette::keys_dialog(desk))
        .child(sessions_dialog)
}

/// As the shell drew it, until we know who is there.
fn waiting() -> Dom {
    el("main", "ad-waiting").attr("aria-busy", "true").child(el("span", "ac-vh").child("…")).into()
}

fn stuck(desk: Desk) -> El {
    let failure = match desk.door.get_untracked() {
        Door::Stuck(failure) => words::failure(desk, &failure),
        _ => String::new(),
    };
    let again = move || {
        desk.door.set(Door::Unknown);
        desk_door::knock(desk);
    };
    let heading = el("h1", "ac-vh").child(desk.t().desk_door_title());
    el("main", "ad-outside").child(heading).child(kit::failed(desk, &failure, again))
}

fn workbench(works: Works) -> El {
    let desk = works.desk;
    let named = move |class: &str, of: &'static str| {
        el("section", class).attr_follows("aria-label", move || {
            desk.locale.track();
            let t = desk.t();
            Some(match of {
                "queue" => t.desk_queue().into(),
                "talk" => t.chat_log().into(),
                _ => t.desk_customer().into(),
            })
        })
    };
    let panes = el("main", "ad-panes")
        .id("ad-panes")
        // Which pane is in front, where there is room for one.
        .attr_follows("data-front", move || {
            Some(desk.nav.place.with(|place| match (&place.conversation, place.customer) {
                (None, _) => "queue".to_owned(),
                (Some(_), false) => "talk".to_owned(),
                (Some(_), true) => "customer".to_owned(),
            }))
        })
        .child(heading(desk))
        .child(named("ad-pane ad-pane-queue", "queue").child(desk_queue::queue(works.queue)))
        .child(named("ad-pane ad-pane-talk", "talk").child(desk_talk::talk(works.talk)))
        .child(el("div", "ad-shade").attr("aria-hidden", "true").on_click(move || desk.nav.back()))
        .child(named("ad-pane ad-pane-customer", "customer").child(desk_customer::customer(works.customers)));
    el("div", "ad-bench").child(bar::bar(works)).child(panes)
}

fn heading(desk: Desk) -> Dom {
    redrawn(move || {
        desk.locale.track();
        el("h1", "ac-vh").child(desk.t().desk_title()).into()
    })
}

fn follow_language(desk: Desk) {
    afterwards(move || {
        let locale: Locale = desk.locale.get();
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("lang", locale.tag());
        }
    });
}

/// In: what is needed is read. Out: nothing of it stays on the page.
fn follow_door(works: Works) {
    let Works { desk, queue, talk, .. } = works;
    afterwards(move || match desk.door.get() {
        Door::In => {
            talk.resume();
            talk.read_colleagues();
            talk.canned.read(desk);
            queue.turn_to(desk.nav.view());
            talk.show(desk.nav.conversation());
        }
        Door::Out(_) => {
            talk.forget();
            queue.forget();
        }
        _ => {}
    });
    let shown = StoredValue::new((None::<String>, false));
    afterwards(move || {
        let place = desk.nav.place.get();
        if !desk.is_in() {
            return;
        }
        talk.show(place.conversation.clone());
        let before = shown.get_value();
        let now = (place.conversation.clone(), place.customer);
        if before == now {
            return;
        }
        shown.set_value(now.clone());
        // The focus goes where the eyes go.
        let to = match now {
            (Some(_), true) => "ad-customer-title",
            (Some(_), false) => "ad-talk-title",
            (None, _) => return back_to_row(before.0),
        };
        focus_when_there(to, 180);
    });
    // Back from another tab, she sees what stands here.
    kit::on_window("focus", move |_| talk.has_seen());
    afterwards(move || {
        let rows = queue.changed.get();
        if !rows.is_empty() {
            talk.changed(&rows);
        }
    });
}

fn back_to_row(id: Option<String>) {
    if let Some(id) = id {
        request_animation_frame(move || focus(&format!("ad-row-{id}")));
    }
}

/// Its heading comes with the answer.
fn focus_when_there(id: &'static str, tries: u32) {
    request_animation_frame(move || {
        let idle = document().active_element().is_none_or(|active| {
            active.tag_name() == "BODY" || active.id().starts_with("ad-row-") || active.tag_name() == "BUTTON"
        });
        if !idle {
            return;
        }
        match kit::element(id) {
            Some(_) => focus(id),
            None if tries > 0 => focus_when_there(id, tries - 1),
            None => {}
        }
    });
}

/// How many wait, seen from another tab.
fn follow_title(works: Works) {
    let Works { desk, queue, .. } = works;
    afterwards(move || {
        desk.locale.track();
        let t = desk.t();
        let shop = desk.me.with(|me| me.as_ref().map(|me| me.shop.name.clone()));
        let waiting = queue.counts.with(|counts| counts.unassigned);
        let title = match shop {
            None => t.desk_title().to_owned(),
            Some(shop) if waiting > 0 => format!("({waiting}) {} · {shop}", t.desk_title()),
            Some(shop) => format!("{} · {shop}", t.desk_title()),
        };
        document().set_title(&title);
    });
}
