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
            // Nothing to do yet for close (the frame is hidden as it is) and update.
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
    post(&[("type", "running")], None);
}

/// The shopper closed the panel: the page hides the frame and takes the focus back.
pub fn close() {
    post(&[("type", "close")], None);
}

pub fn locale_chosen(locale: Locale) {
    post(&[("type", "locale"), ("locale", locale.tag())], None);
}

/// For `Aftercart('on', name, …)`. Never carries anything that a shopper typed.
pub fn event(name: &str, key: &str, value: &str) {
    post(&[("type", "event"), ("name", name)], Some((key, value)));
}

fn post(fields: &[(&str, &str)], detail: Option<(&str, &str)>) {
    let Some(handover) = handover() else { return };
    let object = |fields: &[(&str, &str)]| {
        let object = Object::new();
        for (key, value) in fields {
            let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
        }
        object
    };
    let message = object(fields);
    if let Some(detail) = detail {
        let _ = Reflect::set(&message, &"detail".into(), &object(&[detail]));
    }
    handover.post(&message);
}
