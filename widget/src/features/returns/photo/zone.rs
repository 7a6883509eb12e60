//! Photos of a line: by camera, picker, paste or drop; seen at once, taken back with a tap.

use super::{
    Album,
    store::{Photo, Stage, TYPES},
};
use crate::{
    js,
    session::Session,
    ui::{
        button::{Kind, button, pressed},
        dom::{Dom, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::error::ErrorCode;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::Event;

fn files(of: &JsValue) -> Vec<JsValue> {
    (0..js::number(of, "length")).map(|i| js::get(of, &i.to_string())).collect()
}

pub fn zone(session: Session, album: Album) -> Dom {
    let t = session.t();
    let (i, hint) = (album.i, album.hint);
    let album = StoredValue::new_local(album);
    album.with_value(|album| album.fetch_again(session));
    let back = window_event_listener(ev::online, move |_| album.with_value(|album| album.send_waiting(session)));
    on_cleanup(move || back.remove());
    if window().navigator().on_line() {
        album.with_value(|album| album.send_waiting(session));
    }
    let take = move |all: Vec<JsValue>| {
        for file in all {
            album.with_value(|album| album.take(session, file));
        }
    };
    hear_pasted(i, take);
    let picker = |id: &str, camera: bool| {
        el("input", "ac-vh")
            .attr("type", "file")
            .id(id)
            .attr("accept", TYPES)
            .attr("tabindex", "-1")
            .attr("aria-hidden", "true")
            .maybe("capture", camera.then_some("environment"))
            .maybe("multiple", (!camera).then_some(""))
            .on("change", move |event: Event| {
                let field = js::get(&event, "target");
                take(files(&js::get(&field, "files")));
                // The same file again is a choice, too.
                js::set(&field, "value", &"".into());
            })
    };
    let (pick, camera) = (format!("ac-photo-file-{i}"), format!("ac-photo-camera-{i}"));
    let open = |id: &str| {
        let id = id.to_owned();
        move || {
            if let Some(field) = document().get_element_by_id(&id) {
                let _ = js::call(&field, "click", &[]);
            }
        }
    };
    let shown = redrawn(move || {
        let all = album.with_value(Album::all);
        if all.is_empty() {
            return Dom::default();
        }
        let one = |(n, photo): (usize, &Photo)| one(session, album, photo, n + 1);
        el("ul", "ac-photos").child(all.iter().enumerate().map(one).collect::<Vec<Dom>>()).into()
    });
    let dropped = move |event: Event| {
        event.prevent_default();
        take(files(&js::get(&js::get(&event, "dataTransfer"), "files")));
    };
    el("div", "ac-photo-zone")
        .id(&format!("ac-photos-{i}"))
        .on("dragover", |event: Event| event.prevent_default())
        .on("drop", dropped)
        .child(el("p", "ac-photo-title").child(t.returns_flow_photo_title()))
        .child(el("p", "ac-field-hint").child(hint))
        .child(shown)
        .child(picker(&pick, false))
        .child(picker(&camera, true))
        .child(
            el("div", "ac-buttons")
                .child(
                    pressed(Kind::Quiet, "camera", t.returns_flow_photo_camera(), open(&camera))
                        .attr("class", "ac-button ac-button-quiet ac-photo-camera"),
                )
                .child(
                    pressed(Kind::Quiet, "picture", t.returns_flow_photo_pick(), open(&pick))
                        .id(&format!("ac-photo-{i}")),
                ),
        )
        .into()
}

fn one(session: Session, album: StoredValue<Album, LocalStorage>, photo: &Photo, n: usize) -> Dom {
    let t = session.t();
    let number = photo.number;
    let name = t.returns_flow_photo_number(&n.to_string());
    let picture: Dom = if photo.address.is_empty() {
        el("span", "ac-photo-picture").child(small_icon("picture")).into()
    } else {
        el("img", "ac-photo-picture").attr("src", &photo.address).attr("alt", &name).into()
    };
    let label = t.returns_flow_photo_remove(&n.to_string());
    let remove = el("button", "ac-icon-button ac-photo-remove")
        .attr("type", "button")
        .attr("aria-label", &label)
        .on_click(move || album.with_value(|album| album.remove(session, number)))
        .child(small_icon("close"));
    let says: Dom = match &photo.stage {
        Stage::Sending(part) => {
            let bar = el("progress", "ac-photo-bar").attr("max", "100").attr("value", &part.to_string());
            bar.attr("aria-label", t.returns_flow_photo_sending()).into()
        }
        Stage::Sent(_) => {
            [small_icon("check").into(), el("span", "").child(t.returns_flow_photo_added()).into()].into()
        }
        Stage::Failed(file, code) => {
            let text = match code {
                ErrorCode::TooLarge => t.returns_flow_photo_too_big(),
                ErrorCode::Offline => t.returns_flow_photo_offline(),
                code => t.error(*code),
            };
            let again =
                photo.file.is_some() && *code != ErrorCode::PictureInvalid && *code != ErrorCode::PictureTooLarge;
            let send = move || album.with_value(|album| album.send(session, number));
            let again = again.then(|| button(Kind::Plain, "refresh", t.common_retry(), send));
            let name =
                (!file.is_empty()).then(|| el("span", "ac-photo-name").attr("translate", "no").child(file.as_str()));
            [name.into(), el("span", "ac-photo-error").attr("role", "alert").child(text).into(), again.into()].into()
        }
    };
    el("li", "ac-photo").child(picture).child(el("div", "ac-photo-says").child(says)).child(remove).into()
}

/// A picture that is pasted anywhere in the view goes to the first line that has none yet, or to the last.
fn hear_pasted(i: usize, take: impl Fn(Vec<JsValue>) + 'static) {
    let heard = window_event_listener_untyped("paste", move |event: Event| {
        let page: JsValue = document().into();
        let ask = |how: &str, which: &str| js::call(&page, how, &[which.into()]).unwrap_or(JsValue::UNDEFINED);
        let all = ask("querySelectorAll", ".ac-photo-zone");
        let lacking = ask("querySelector", ".ac-photo-zone:not(:has(.ac-photo))");
        let last = js::get(&all, &js::number(&all, "length").saturating_sub(1).to_string());
        let to = if lacking.is_object() { lacking } else { last };
        let pasted = files(&js::get(&js::get(&event, "clipboardData"), "files"));
        let mine = js::get(&to, "id").as_string() == Some(format!("ac-photos-{i}"));
        if mine && !pasted.is_empty() && !event.default_prevented() {
            event.prevent_default();
            take(pasted);
        }
    });
    // By the window: where nothing has the focus no element hears of it.
    on_cleanup(move || heard.remove());
}
