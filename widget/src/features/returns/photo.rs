//! Photos of a line: by camera, picker, paste or drop; seen at once, sent in the background, taken back with a tap.

use super::state::State;
use crate::{
    api::client::{Failure, read},
    js,
    session::Session,
    ui::{
        button::{Kind, button, pressed},
        dom::{Dom, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::{
    api::attachments::{AttachmentView, BYTES_MAX},
    error::ErrorCode,
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use web_sys::Event;

/// What the server takes; telephones turn their own formats into one of these.
const TYPES: &str = "image/jpeg,image/png,image/webp";
/// Of one line: enough to see it from all sides.
const MAX: usize = 5;

#[derive(Clone, Debug)]
enum Stage {
    /// Per cent.
    Sending(u64),
    /// The attachment's id.
    Sent(String),
    Failed(String, ErrorCode),
}

#[derive(Clone, Debug)]
struct Photo {
    /// Of this page's life.
    number: u32,
    line: String,
    /// For showing it; empty while it is fetched again.
    address: String,
    /// Gone after a refresh, when the server has it.
    file: Option<JsValue>,
    stage: Stage,
}

#[derive(Clone, Copy)]
pub struct Photos {
    all: RwSignal<Vec<Photo>, LocalStorage>,
    last: StoredValue<u32>,
}

impl Photos {
    pub fn new() -> Photos {
        Photos { all: RwSignal::new_local(Vec::new()), last: StoredValue::new(0) }
    }

    /// What failed for want of a network is sent when it is back.
    pub fn follow(self, session: Session, state: State) {
        let back = window_event_listener(ev::online, move |_| {
            let waiting = |photo: &Photo| matches!(photo.stage, Stage::Failed(_, ErrorCode::Offline));
            let numbers = self.all.with_untracked(|all| {
                all.iter().filter(|photo| waiting(photo)).map(|photo| photo.number).collect::<Vec<_>>()
            });
            for number in numbers {
                self.send(session, state, number);
            }
        });
        on_cleanup(move || back.remove());
    }

    pub fn clear(self) {
        for photo in self.all.get_untracked() {
            js::forget(&photo.address);
        }
        self.all.set(Vec::new());
    }

    pub fn is_sending(self, line: &str) -> bool {
        self.all.with_untracked(|all| {
            all.iter().any(|photo| photo.line == line && matches!(photo.stage, Stage::Sending(_)))
        })
    }

    fn add(self, line: &str, address: String, file: Option<JsValue>, stage: Stage) -> u32 {
        self.last.update_value(|last| *last += 1);
        let number = self.last.get_value();
        self.all.update(|all| all.push(Photo { number, line: line.into(), address, file, stage }));
        number
    }

    fn change(self, number: u32, change: impl FnOnce(&mut Photo)) {
        self.all.update(|all| {
            if let Some(photo) = all.iter_mut().find(|photo| photo.number == number) {
                change(photo);
            }
        });
    }

    fn of(self, line: &str) -> Vec<Photo> {
        self.all.with(|all| all.iter().filter(|photo| photo.line == line).cloned().collect())
    }

    /// What can be known at once is said at once.
    fn take(self, session: Session, state: State, line: &str, file: JsValue) {
        if self.all.with_untracked(|all| all.iter().filter(|photo| photo.line == line).count()) >= MAX {
            return;
        }
        let kind = js::get(&file, "type").as_string().unwrap_or_default();
        let refused = if !kind.is_empty() && !TYPES.split(',').any(|known| known == kind) {
            Some(ErrorCode::PictureInvalid)
        } else if js::number(&file, "size") > BYTES_MAX as u64 {
            Some(ErrorCode::TooLarge)
        } else {
            None
        };
        let name = js::get(&file, "name").as_string().unwrap_or_default();
        match refused {
            Some(code) => {
                self.add(line, String::new(), None, Stage::Failed(name, code));
            }
            None => {
                let number = self.add(line, js::address_of(&file), Some(file), Stage::Sending(0));
                self.send(session, state, number);
            }
        }
    }

    fn send(self, session: Session, state: State, number: u32) {
        let found = self.all.with_untracked(|all| all.iter().find(|photo| photo.number == number).cloned());
        let Some((photo, file)) = found.and_then(|photo| photo.file.clone().map(|file| (photo, file))) else { return };
        self.change(number, |photo| photo.stage = Stage::Sending(0));
        let name = js::get(&file, "name").as_string().unwrap_or_default();
        let progress = move |part| {
            self.change(number, |photo| {
                if matches!(photo.stage, Stage::Sending(_)) {
                    photo.stage = Stage::Sending(part);
                }
            });
        };
        let done = move |answer: Result<String, Failure>| {
            let here = self.all.with_untracked(|all| all.iter().any(|photo| photo.number == number));
            match answer.and_then(|text| read::<AttachmentView>(&text)) {
                // She has taken it back meanwhile.
                _ if !here => {}
                Ok(view) => {
                    let id = view.id.clone();
                    self.change(number, |photo| photo.stage = Stage::Sent(view.id));
                    state.change(|wish| {
                        if let Some(chosen) = wish.line_mut(&photo.line) {
                            chosen.photos.push(id);
                        }
                    });
                    session.announce(session.t().returns_flow_photo_added());
                }
                Err(failure) => self.change(number, |photo| photo.stage = Stage::Failed(name.clone(), failure.code)),
            }
        };
        session.api.upload("/me/attachments", &file, progress, done);
    }

    fn remove(self, session: Session, state: State, number: u32) {
        let found = self.all.with_untracked(|all| all.iter().find(|photo| photo.number == number).cloned());
        let Some(photo) = found else { return };
        js::forget(&photo.address);
        self.all.update(|all| all.retain(|other| other.number != number));
        if let Stage::Sent(id) = &photo.stage {
            state.change(|wish| {
                if let Some(chosen) = wish.line_mut(&photo.line) {
                    chosen.photos.retain(|other| other != id);
                }
            });
        }
        session.announce(session.t().returns_flow_photo_removed());
    }

    /// After a refresh the server has them and we have not.
    fn fetch_again(self, session: Session, state: State, line: &str) {
        let kept =
            state.wish.with_untracked(|wish| wish.line(line).map(|line| line.photos.clone()).unwrap_or_default());
        for id in kept {
            let here = |photo: &Photo| matches!(&photo.stage, Stage::Sent(known) if *known == id);
            if self.all.with_untracked(|all| all.iter().any(here)) {
                continue;
            }
            let number = self.add(line, String::new(), None, Stage::Sent(id.clone()));
            let line = line.to_owned();
            spawn_local(async move {
                match session.api.file(format!("/me/attachments/{id}")).await {
                    Ok(address) => self.change(number, |photo| photo.address = address),
                    Err(failure) if failure.code == ErrorCode::NotFound => {
                        self.all.update(|all| all.retain(|other| other.number != number));
                        state.change(|wish| {
                            if let Some(chosen) = wish.line_mut(&line) {
                                chosen.photos.retain(|other| *other != id);
                            }
                        });
                    }
                    // It is there all the same, only not to be seen just now.
                    Err(_) => {}
                }
            });
        }
    }
}

fn files(of: &JsValue) -> Vec<JsValue> {
    (0..js::number(of, "length")).map(|i| js::get(of, &i.to_string())).collect()
}

/// `i`: which of the chosen lines.
pub fn zone(session: Session, state: State, line: &str, i: usize) -> Dom {
    let t = session.t();
    let photos = state.photos;
    let line = StoredValue::new(line.to_owned());
    photos.fetch_again(session, state, &line.get_value());
    let take = move |all: Vec<JsValue>| {
        for file in all {
            photos.take(session, state, &line.get_value(), file);
        }
    };
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
        let all = line.with_value(|line| photos.of(line));
        if all.is_empty() {
            return Dom::default();
        }
        let one = |(n, photo): (usize, &Photo)| one(session, state, photo, n + 1);
        el("ul", "ac-photos").child(all.iter().enumerate().map(one).collect::<Vec<Dom>>()).into()
    });
    let dropped = move |event: Event| {
        event.prevent_default();
        take(files(&js::get(&js::get(&event, "dataTransfer"), "files")));
    };
    el("div", "ac-photo-zone")
        .on("dragover", |event: Event| event.prevent_default())
        .on("drop", dropped)
        .child(el("p", "ac-photo-title").child(t.returns_flow_photo_title()))
        .child(el("p", "ac-field-hint").child(t.returns_flow_photo_hint()))
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

fn one(session: Session, state: State, photo: &Photo, n: usize) -> Dom {
    let t = session.t();
    let photos = state.photos;
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
        .on_click(move || photos.remove(session, state, number))
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
            let again = again
                .then(|| button(Kind::Plain, "refresh", t.common_retry(), move || photos.send(session, state, number)));
            let name =
                (!file.is_empty()).then(|| el("span", "ac-photo-name").attr("translate", "no").child(file.as_str()));
            [name.into(), el("span", "ac-photo-error").attr("role", "alert").child(text).into(), again.into()].into()
        }
    };
    el("li", "ac-photo").child(picture).child(el("div", "ac-photo-says").child(says)).child(remove).into()
}

/// A picture that is pasted anywhere in the step goes to the first line that still needs one.
pub fn hear_pasted(session: Session, state: State) {
    let take = move |event: Event| {
        let pasted = files(&js::get(&js::get(&event, "clipboardData"), "files"));
        let wish = state.wish.get_untracked();
        let zones = (0..wish.lines.len()).filter(|i| document().get_element_by_id(&format!("ac-photo-{i}")).is_some());
        let zones: Vec<usize> = zones.collect();
        let lacking = zones.iter().find(|i| wish.lines[**i].photos.is_empty()).or(zones.last());
        let (Some(i), false) = (lacking, pasted.is_empty()) else { return };
        event.prevent_default();
        for file in pasted {
            state.photos.take(session, state, &wish.lines[*i].line, file);
        }
    };
    // By the window: where nothing has the focus no element hears of it.
    let heard = window_event_listener_untyped("paste", take);
    on_cleanup(move || heard.remove());
}
