//! Messages between the panel and the page that embeds it. `boot.js` checks who speaks and where answers go; here is
//! only what is said.

use aftercart_shared::locale::Locale;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// What `boot.js` hands over: see there.
    #[derive(Clone)]
    pub type Handover;

    #[wasm_bindgen(method, getter)]
    pub fn submitted(this: &Handover) -> bool;
    #[wasm_bindgen(method, getter)]
    pub fn composing(this: &Handover) -> bool;
    #[wasm_bindgen(method, getter)]
    fn messages(this: &Handover) -> Array;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Handover, listener: &JsValue);
    #[wasm_bindgen(method)]
    fn post(this: &Handover, message: &JsValue);
}

/// What the page may ask of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    Open {
        view: Option<String>,
        number: Option<String>,
    },
    Locale(Locale),
    /// The page has hidden the panel.
    Close,
    /// The page's shopper is known: the token of her session, for which the shell has exchanged the shop's own.
    Session(String),
}

impl Message {
    fn read(message: &JsValue) -> Option<Message> {
        let text = |name: &str| Reflect::get(message, &name.into()).ok()?.as_string();
        match text("type")?.as_str() {
            "open" => Some(Message::Open { view: text("view"), number: text("number") }),
            "locale" => Locale::parse(&text("locale")?).map(Message::Locale),
            "session" => text("token").map(Message::Session),
            "close" => Some(Message::Close),
            // Nothing to do yet for update.
            _ => None,
        }
    }
}

pub fn handover() -> Option<Handover> {
    let handover = Reflect::get(&leptos::prelude::window(), &"__aftercart".into()).ok()?;
    handover.is_object().then(|| handover.unchecked_into())
}

/// Hears what was said before the bundle ran, then everything that follows.
pub fn listen(handle: impl Fn(Message) + 'static) {
    let Some(handover) = handover() else { return };
    let hear = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| {
        if let Some(message) = Message::read(&message) {
            handle(message);
        }
    })
    .into_js_value();
    handover.set_onmessage(&hear);
    let hear: js_sys::Function = hear.unchecked_into();
    for message in handover.messages().iter() {
        let _ = hear.call1(&JsValue::NULL, &message);
    }
}

pub fn running() {
    post(&[("type", "running")], &[]);
}

/// The shopper closed the panel: the page hides the frame and takes the focus back.
pub fn close() {
    post(&[("type", "close")], &[]);
}

pub fn locale_chosen(locale: Locale) {
    post(&[("type", "locale"), ("locale", locale.tag())], &[]);
}

/// For `Aftercart('on', name, …)`. Never carries anything that a shopper typed.
pub fn event(name: &str, detail: &[(&str, &str)]) {
    post(&[("type", "event"), ("name", name)], detail);
}

/// From now on the launcher may have something to say.
pub fn badge_wanted() {
    post(&[("type", "script"), ("src", "/notices.js")], &[]);
}

fn post(fields: &[(&str, &str)], detail: &[(&str, &str)]) {
    let Some(handover) = handover() else { return };
    let object = |fields: &[(&str, &str)]| {
        let object = Object::new();
        for (key, value) in fields {
            let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
        }
        object
    };
    let message = object(fields);
    if !detail.is_empty() {
        let _ = Reflect::set(&message, &"detail".into(), &object(detail));
    }
    handover.post(&message);
}
