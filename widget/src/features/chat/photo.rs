//! One picture into the conversation, by picker or paste. For now of verified shoppers: the server keeps nobody else's.

use super::state::Chat;
use crate::{
    api::client::{Failure, Uploaded, read},
    js,
    ui::{
        dom::{Dom, el, redrawn},
        icon::icon,
    },
};
use aftercart_shared::{
    api::attachments::{AttachmentView, BYTES_MAX},
    error::ErrorCode,
    events::Said,
};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Event;

/// What the server takes; telephones turn their own formats into one of these.
const TYPES: &str = "image/jpeg,image/png,image/webp";
const PICKER: &str = "ac-chat-file";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upload {
    /// Per cent.
    Sending(u64),
    Failed(ErrorCode),
}

fn first(files: &JsValue) -> Option<JsValue> {
    (js::number(files, "length") > 0).then(|| js::get(files, "0"))
}

/// What can be known at once is said at once.
fn take(chat: Chat, file: &JsValue) {
    if matches!(chat.upload.get_untracked(), Some(Upload::Sending(_))) {
        return;
    }
    let kind = js::get(file, "type").as_string().unwrap_or_default();
    if !kind.is_empty() && !TYPES.split(',').any(|known| known == kind) {
        return chat.upload.set(Some(Upload::Failed(ErrorCode::PictureInvalid)));
    }
    if js::number(file, "size") > BYTES_MAX as u64 {
        return chat.upload.set(Some(Upload::Failed(ErrorCode::TooLarge)));
    }
    chat.upload.set(Some(Upload::Sending(0)));
    let progress = move |part| chat.upload.set(Some(Upload::Sending(part)));
    let done = move |answer: Uploaded| {
        // Signed out meanwhile.
        if chat.upload.get_untracked().is_none() {
            return;
        }
        match answer.and_then(|text| read::<AttachmentView>(&text)) {
            Ok(AttachmentView { id, .. }) => {
                chat.upload.set(None);
                chat.say(Said::Attachment { attachment_id: id });
            }
            Err(Failure { code, .. }) => chat.upload.set(Some(Upload::Failed(code))),
        }
    };
    chat.session.api.upload("/me/attachments", file, progress, done);
}

/// A picture from the clipboard; text goes its usual way.
pub fn paste(chat: Chat, event: &Event) {
    let pasted = first(&js::get(&js::get(event, "clipboardData"), "files"));
    if let Some(file) = pasted.filter(|_| untrack(|| chat.session.api.signed_in())) {
        event.prevent_default();
        take(chat, &file);
    }
}

pub fn button(chat: Chat) -> Dom {
    redrawn(move || {
        let t = chat.session.t();
        if !chat.session.api.signed_in() {
            return Dom::default();
        }
        let picker = el("input", "ac-vh")
            .id(PICKER)
            .attr("type", "file")
            .attr("accept", TYPES)
            .attr("tabindex", "-1")
            .attr("aria-hidden", "true")
            .on("change", move |event: Event| {
                let field = js::get(&event, "target");
                if let Some(file) = first(&js::get(&field, "files")) {
                    take(chat, &file);
                }
                // The same file again is a choice, too.
                js::set(&field, "value", &"".into());
            });
        let button = el("button", "ac-icon-button ac-chat-attach")
            .attr("type", "button")
            .attr("aria-label", t.chat_attach())
            .on_click(|| {
                let page: JsValue = document().into();
                if let Ok(picker) = js::call(&page, "getElementById", &[PICKER.into()]) {
                    let _ = js::call(&picker, "click", &[]);
                }
            })
            .child(icon("picture"));
        [picker.into(), button.into()].into()
    })
}

/// How it is doing.
pub fn progress(chat: Chat) -> Dom {
    let said = redrawn(move || {
        let t = chat.session.t();
        match chat.upload.get() {
            None => Dom::default(),
            Some(Upload::Sending(part)) => el("progress", "ac-chat-bar")
                .attr("max", "100")
                .attr("value", &part.to_string())
                .attr("aria-label", t.returns_flow_photo_sending())
                .into(),
            Some(Upload::Failed(code)) => {
                let words = match code {
                    ErrorCode::TooLarge => t.returns_flow_photo_too_big(),
                    code => t.error(code),
                };
                el("p", "ac-chat-count ac-chat-over").child(words).into()
            }
        }
    });
    el("div", "").attr("role", "status").child(said).into()
}
