//! The photos of this page's life, and sending them in the background.

use super::Album;
use crate::{
    api::client::{Failure, read},
    js,
    session::Session,
};
use aftercart_shared::{
    api::attachments::{AttachmentView, BYTES_MAX},
    error::ErrorCode,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

/// What the server takes; telephones turn their own formats into one of these.
pub const TYPES: &str = "image/jpeg,image/png,image/webp";
/// Of one line: enough to see it from all sides.
const MAX: usize = 5;

#[derive(Clone, Debug)]
pub enum Stage {
    /// Per cent.
    Sending(u64),
    /// The attachment's id.
    Sent(String),
    Failed(String, ErrorCode),
}

#[derive(Clone, Debug)]
pub struct Photo {
    /// Of this page's life.
    pub number: u32,
    line: String,
    /// For showing it; empty while it is fetched again.
    pub address: String,
    /// Gone after a refresh, when the server has it.
    pub file: Option<JsValue>,
    pub stage: Stage,
}

#[derive(Clone, Copy)]
pub struct Store {
    all: RwSignal<Vec<Photo>, LocalStorage>,
    last: StoredValue<u32>,
}

impl Store {
    fn new() -> Store {
        Store { all: RwSignal::new_local(Vec::new()), last: StoredValue::new(0) }
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

    fn find(self, number: u32) -> Option<Photo> {
        self.all.with_untracked(|all| all.iter().find(|photo| photo.number == number).cloned())
    }

    fn drop(self, number: u32) {
        self.all.update(|all| all.retain(|other| other.number != number));
    }
}

impl Album {
    pub fn store(&self) -> Store {
        let store = self.photos.store.get(Store::new);
        if self.photos.over.get_value() {
            self.photos.over.set_value(false);
            for photo in store.all.get_untracked() {
                js::forget(&photo.address);
            }
            store.all.set(Vec::new());
        }
        store
    }

    /// Follows the store.
    pub fn all(&self) -> Vec<Photo> {
        self.store().all.with(|all| all.iter().filter(|photo| photo.line == self.line).cloned().collect())
    }

    fn all_now(&self) -> Vec<Photo> {
        self.store().all.with_untracked(|all| all.iter().filter(|photo| photo.line == self.line).cloned().collect())
    }

    /// What can be known at once is said at once.
    pub fn take(&self, session: Session, file: JsValue) {
        if self.all_now().len() >= MAX {
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
        match refused {
            Some(code) => {
                let name = js::get(&file, "name").as_string().unwrap_or_default();
                self.store().add(&self.line, String::new(), None, Stage::Failed(name, code));
            }
            None => {
                let number = self.store().add(&self.line, js::address_of(&file), Some(file), Stage::Sending(0));
                self.send(session, number);
            }
        }
    }

    /// What failed for want of a network.
    pub fn send_waiting(&self, session: Session) {
        for photo in self.all_now() {
            if matches!(photo.stage, Stage::Failed(_, ErrorCode::Offline)) {
                self.send(session, photo.number);
            }
        }
    }

    pub fn send(&self, session: Session, number: u32) {
        let store = self.store();
        let Some(file) = store.find(number).and_then(|photo| photo.file) else { return };
        store.change(number, |photo| photo.stage = Stage::Sending(0));
        let (sending, line) = (self.photos.sending, self.line.clone());
        sending.update_value(|lines| lines.push(line.clone()));
        let name = js::get(&file, "name").as_string().unwrap_or_default();
        let progress = move |part| {
            store.change(number, |photo| {
                if matches!(photo.stage, Stage::Sending(_)) {
                    photo.stage = Stage::Sending(part);
                }
            });
        };
        let album = self.clone();
        let done = move |answer: Result<String, Failure>| {
            sending.update_value(|lines| {
                if let Some(at) = lines.iter().position(|sending| *sending == line) {
                    lines.remove(at);
                }
            });
            // Taken back meanwhile, or of what is over.
            if album.photos.over.get_value() || store.find(number).is_none() {
                return;
            }
            match answer.and_then(|text| read::<AttachmentView>(&text)) {
                Ok(view) => {
                    store.change(number, |photo| photo.stage = Stage::Sent(view.id.clone()));
                    (album.change)(&|kept| kept.push(view.id.clone()));
                    session.announce(session.t().returns_flow_photo_added());
                }
                Err(failure) => store.change(number, |photo| photo.stage = Stage::Failed(name.clone(), failure.code)),
            }
        };
        session.api.upload("/me/attachments", &file, progress, done);
    }

    pub fn remove(&self, session: Session, number: u32) {
        let store = self.store();
        let Some(photo) = store.find(number) else { return };
        js::forget(&photo.address);
        store.drop(number);
        if let Stage::Sent(id) = &photo.stage {
            (self.change)(&|kept| kept.retain(|other| other != id));
        }
        session.announce(session.t().returns_flow_photo_removed());
    }

    /// After a refresh the server has them and we have not.
    pub fn fetch_again(&self, session: Session) {
        let store = self.store();
        for id in (self.kept)() {
            if self.all_now().iter().any(|photo| matches!(&photo.stage, Stage::Sent(known) if *known == id)) {
                continue;
            }
            let number = store.add(&self.line, String::new(), None, Stage::Sent(id.clone()));
            let change = self.change.clone();
            spawn_local(async move {
                match session.api.file(format!("/me/attachments/{id}")).await {
                    Ok(address) => store.change(number, |photo| photo.address = address),
                    Err(failure) if failure.code == ErrorCode::NotFound => {
                        store.drop(number);
                        change(&|kept| kept.retain(|other| *other != id));
                    }
                    // It is there all the same, only not to be seen just now.
                    Err(_) => {}
                }
            });
        }
    }
}
