//! What stays on this device, and only once she has said something: who she is in this conversation, what has not
//! arrived yet, and what she was writing.

use super::outbox::{self, Letter};
use crate::{
    api::{
        client::Client,
        json::{Json, Said, object},
    },
    js,
};

/// Who this browser is to us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Empty while nobody knows her.
    pub token: String,
    /// Empty while there is none.
    pub conversation: String,
}

/// The name under which the surface finds out that there is something to wake up for.
const WHO: &str = "visitor";
const DRAFT: &str = "draft";
const OUT: &str = "out ";

/// Is there something to hear or to send?
pub fn has_begun(api: Client) -> bool {
    who(api).is_some_and(|who| !who.conversation.is_empty()) || !api.kept_talk_names(OUT).is_empty()
}

/// `None` where she has never said anything, or has signed out.
pub fn who(api: Client) -> Option<Who> {
    let json = Json::parse(&api.kept_talk(WHO)?)?;
    let text = |name: &str| json.get(name).text().unwrap_or_default().to_owned();
    Some(Who { token: text("token"), conversation: text("conversation") })
}

pub fn keep_who(api: Client, who: &Who) {
    let text = object(&[("token", Said::Text(&who.token)), ("conversation", Said::Text(&who.conversation))]);
    api.keep_talk(WHO, Some(&text));
}

pub fn draft(api: Client) -> String {
    api.kept_talk(DRAFT).unwrap_or_default()
}

pub fn keep_draft(api: Client, text: &str) {
    api.keep_talk(DRAFT, (!text.trim().is_empty()).then_some(text));
}

/// `here`: this tab sends them.
pub fn letters(api: Client, here: bool) -> Vec<Letter> {
    let read = |client_id: String| {
        let text = api.kept_talk(&format!("{OUT}{client_id}"))?;
        outbox::read(&client_id, &text, here)
    };
    api.kept_talk_names(OUT).into_iter().filter_map(read).collect()
}

/// `false`: this browser keeps nothing, and it lives in this tab's memory.
pub fn keep_letter(api: Client, letter: &Letter) -> bool {
    api.keep_talk(&format!("{OUT}{}", letter.client_id), Some(&outbox::kept(letter)))
}

pub fn drop_letter(api: Client, client_id: &str) {
    api.keep_talk(&format!("{OUT}{client_id}"), None);
}

/// Is this key of the browser's storage one of ours?
pub fn is_ours(event: &wasm_bindgen::JsValue) -> bool {
    // None at all: everything was erased.
    js::get(event, "key").as_string().is_none_or(|key| key.contains(" talk "))
}
