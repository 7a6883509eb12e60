//! Coming in and going out, and where else she is logged in.

mod log_in;
mod sessions;

pub use log_in::log_in;
pub use sessions::{Dialog, dialog, languages, open};

use crate::desk::{
    Desk,
    client::{Failure, Request},
};
use aftercart_shared::api::desk::Me;
use leptos::{prelude::*, task::spawn_local};
use serde::Serialize;

#[derive(Serialize)]
struct Nothing {}

/// Is she logged in already?
pub fn knock(desk: Desk) {
    spawn_local(async move {
        let answer: Result<Me, Failure> = desk.ask(Request::get("/desk/me")).await;
        match answer {
            Ok(me) => desk.came_in(me),
            Err(failure) if failure.status == 401 => desk.went_out(false),
            Err(failure) => desk.door.set(crate::desk::Door::Stuck(failure)),
        }
    });
}

pub fn log_out(desk: Desk) {
    spawn_local(async move {
        match desk.do_it(Request::post("/desk/log-out", &Nothing {})).await {
            Err(failure) if failure.status != 401 => desk.complain_of(&failure),
            _ => desk.leaves(),
        }
    });
}
