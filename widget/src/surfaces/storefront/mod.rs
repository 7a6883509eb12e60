//! The storefront panel: takes over from the shell's skeleton, then shows one view at a time.

mod parts;

use crate::{
    api::{json::Json, read::Read},
    features::{account, chat, help, home, notices, returns, talk, track},
    host::{self, Message},
    nav::{Nav, View},
    session::Session,
    ui::{
        dom::{Dom, El, afterwards, el, redrawn},
        frame,
    },
};
use aftercart_shared::{
    api::sites::{BootConfig, Surface},
    locale::Locale,
};
use leptos::prelude::*;
use parts::{Help, Orders};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, HtmlInputElement};

/// Starts the panel in the shell. Without the shell's configuration there is nothing to show, and the skeleton stays.
pub fn run() {
    let element = |id: &str| document().get_element_by_id(id);
    let config = element("aftercart-boot").and_then(|script| script.text_content());
    let boot = config.and_then(|json| Json::parse(&json)).and_then(|json| BootConfig::read(&json));
    let root = element("aftercart-root").and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let (Some(boot), Some(root)) = (boot, root) else { return };
    // Lives as long as the page.
    let boot: &'static BootConfig = Box::leak(Box::new(boot));
    // In a task of its own: together with starting the bundle it would hold up a slow phone's touches for twice as long.
    set_timeout(move || begin(boot, root), Duration::ZERO);
}

/// Mounts the panel, unless an input method is at work in the skeleton's field: then when it is done.
fn begin(boot: &'static BootConfig, root: HtmlElement) {
    let composing = host::handover().is_some_and(|handover| handover.composing());
    match first_field().filter(|_| composing) {
        Some(field) => {
            let end = Closure::once_into_js(move || mount(boot, root));
            let _ = field.add_event_listener_with_callback("compositionend", end.unchecked_ref());
        }
        None => mount(boot, root),
    }
}

/// What the shopper has done in the skeleton's field.
struct Taken {
    q: String,
    /// Selection, if the field has the focus.
    caret: Option<(u32, u32)>,
}

fn take_over(root: &HtmlElement) -> Taken {
    let field = first_field();
    let focused = document().active_element().is_some_and(|active| active.id() == "ac-first-q");
    let taken = Taken {
        q: field.as_ref().map(HtmlInputElement::value).unwrap_or_default(),
        caret: field.filter(|_| focused).map(|field| {
            let end = field.value().encode_utf16().count() as u32;
            let at = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(end);
            (at(field.selection_start()), at(field.selection_end()))
        }),
    };
    root.set_text_content(None);
    taken
}

fn first_field() -> Option<HtmlInputElement> {
    document().get_element_by_id("ac-first-q").and_then(|field| field.dyn_into().ok())
}

fn mount(boot: &'static BootConfig, root: HtmlElement) {
    let submitted = host::handover().is_some_and(|handover| handover.submitted());
    let taken = take_over(&root);
    let q = taken.q.clone();
    let place = root.clone();
    let draw = move || Dom::from(panel(boot, q, submitted)).append_to(&place);
    mount_to(root, draw).forget();
    if let (Some((start, end)), Some(field)) = (taken.caret, first_field()) {
        let _ = field.focus();
        let _ = field.set_selection_range(start, end);
    }
    host::running();
}

/// What outlives the views.
#[derive(Clone, Copy)]
struct Drafts {
    home: home::Draft,
    track: track::Draft,
    account: account::Draft,
    help: help::Draft,
    notices: notices::Draft,
    returns: returns::Draft,
    chat: chat::Draft,
}

fn panel(boot: &'static BootConfig, q: String, submitted: bool) -> El {
    let nav = Nav::new(&boot.base, boot.surface == Surface::Panel, boot.locale);
    let session = Session::new(boot, nav);
    let track = track::Draft::new();
    let account = account::Draft::new(track.found);
    let drafts = Drafts {
        home: home::Draft::new(q),
        track,
        account,
        help: help::Draft::new(),
        notices: notices::Draft::new(),
        returns: returns::Draft::new(),
        chat: chat::Draft::new(),
    };
    let track = Callback::new(move |(number, contact): (String, Option<String>)| {
        drafts.track.fill(number.clone(), contact);
        nav.go(View::Track { number: Some(number) });
    });
    let choose_locale = Callback::new(move |locale: Locale| {
        nav.choose_locale(locale);
        host::locale_chosen(locale);
    });
    follow_language(session);
    follow_view(session, drafts.help.q);
    account::forget_when_signed_out(session, drafts.account);
    notices::follow(session, drafts.notices);
    parts::listen(session, drafts);
    if submitted {
        home::submit(session, &drafts.home.q.get_untracked(), track);
    }
    host::listen(move |message| hear(session, drafts.account, message));

    // Views are drawn anew when the language changes: every text in them is plain, and nothing is lost, because what
    // was typed lives in the drafts.
    let view = redrawn(move || {
        session.locale.track();
        let view = nav.view.get();
        let class = if view == View::Home { "ac-view ac-home" } else { "ac-view" };
        let content = untrack(|| draw(session, drafts, track, view));
        el("main", class).id("ac-view").attr("tabindex", "-1").child(content).into()
    });
    let status =
        el("p", "ac-vh").attr("role", "status").id("ac-status").child(redrawn(move || session.announcement().into()));
    el("div", "ac-panel").child(frame::top(session, choose_locale)).child(view).child(status)
}

fn draw(session: Session, drafts: Drafts, track: home::Track, view: View) -> Dom {
    match view {
        View::Home => {
            let own = |view| parts::own(session, drafts, view);
            home::home(session, drafts.home, track, own(Orders::Told), own(Orders::Recent))
        }
        View::Track { number } => {
            if let Some(number) = number {
                drafts.track.fill(number, None);
            }
            parts::expect_orders();
            track::form(session, drafts.track)
        }
        View::Shared { token } => parts::orders(session, drafts, Orders::Shared { token }),
        View::Order { number } => parts::orders(session, drafts, Orders::Found { number }),
        View::Verify => parts::orders(session, drafts, Orders::Verify),
        View::Mine { id } => parts::orders(session, drafts, Orders::Mine { id }),
        View::Help => parts::help(session, drafts, Help::Topics),
        View::Category { id } => parts::help(session, drafts, Help::Category { id }),
        View::Article { slug } => parts::help(session, drafts, Help::Article { slug }),
        View::Search { query } => parts::help(session, drafts, Help::Search { query }),
        View::Talk(about) => {
            let chat = session.boot.chat.then(|| parts::chat(session, drafts, about.clone()));
            talk::talk(session, &about, chat)
        }
        View::Return(going) => parts::returns(session, drafts, going),
    }
}

fn hear(session: Session, account: account::Draft, message: Message) {
    match message {
        Message::Session(token) => account::identified(session, account, token),
        Message::Locale(locale) => {
            if session.boot.locales.contains(&locale) && session.locale.get_untracked() != locale {
                session.nav.choose_locale(locale);
            }
        }
        Message::Close => session.shown.set(false),
        Message::Open { view: None, number: None } => session.shown.set(true),
        Message::Open { view, number } => {
            session.shown.set(true);
            let view = view.unwrap_or_else(|| "track".into());
            let search = number.map(|number| format!("number={}", js_sys::encode_uri_component(&number)));
            session.nav.go(View::parse(&view, search.as_deref().unwrap_or_default()));
        }
    }
}

fn follow_language(session: Session) {
    afterwards(move || {
        let locale = session.locale.get();
        if let Some(html) = document().document_element() {
            let _ = html.set_attribute("lang", locale.tag());
        }
    });
}

/// Another view: the heading takes the focus, and the page hears of it.
fn follow_view(session: Session, searched: RwSignal<String>) {
    let first = StoredValue::new(true);
    afterwards(move || {
        let view = session.nav.view.get();
        if view == View::Home {
            // Help starts afresh the next time; on the way back from an article the search is still there.
            searched.set(String::new());
        }
        if !first.get_value() {
            host::event("view", &[("view", view.name())]);
            frame::focus_title(session);
        }
        first.set_value(false);
    });
}
