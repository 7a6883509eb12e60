//! A view whose code is a part of the bundle: drawn at once if it is there, otherwise as any other answer is waited for.
//! What a part needs of styles and icons comes with it: the shell, which everybody downloads, has none of them.

mod later;

use super::{
    dom::{Dom, afterwards, redrawn, svg},
    frame::{focus_title, focus_waits, heading_meanwhile},
    notice::failed,
    skeleton::skeleton,
};
use crate::{
    api::{client::Failure, loading::Loading},
    js,
    session::Session,
};
use aftercart_shared::error::ErrorCode;
use leptos::prelude::*;
use std::{
    cell::RefCell,
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_split_helpers::SplitLoaderError;

pub use later::Later;

/// What a part wears. What others wear, too, is put on once.
#[derive(Debug)]
pub struct Dress {
    pub sheets: &'static [&'static str],
    /// Name and path, drawn with the same pen as the shell's.
    pub icons: &'static [(&'static str, &'static str)],
}

/// What a part has drawn, to be put on the page once its styles are.
#[derive(Debug)]
pub struct Drawn {
    pub dom: Dom,
    pub dress: &'static Dress,
}

impl Drawn {
    pub fn dressed(self) -> Dom {
        thread_local! {
            static WORN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
        }
        let new = |piece: &'static str| {
            WORN.with_borrow_mut(|worn| {
                let new = !worn.contains(&piece);
                if new {
                    worn.push(piece);
                }
                new
            })
        };
        let page: JsValue = document().into();
        for (name, d) in self.dress.icons.iter().filter(|(name, _)| new(name)) {
            let Ok(sprite) = js::call(&page, "querySelector", &[".ac-sprite".into()]) else { continue };
            let symbol = svg("symbol", "").id(&format!("ac-i-{name}")).attr("viewBox", "0 0 24 24");
            Dom::from(symbol.child(svg("path", "").attr("d", d))).append_to(sprite.unchecked_ref());
        }
        for sheet in self.dress.sheets.iter().filter(|sheet| new(sheet)) {
            put_on(&page, sheet);
        }
        self.dom
    }
}

fn put_on(page: &JsValue, styles: &str) {
    let Ok(sheet) = js::make("CSSStyleSheet", &[]) else { return };
    let _ = js::call(&sheet, "replaceSync", &[styles.into()]);
    let worn = js::get(page, "adoptedStyleSheets");
    if let Ok(both) = js::call(&worn, "concat", &[sheet]) {
        js::set(page, "adoptedStyleSheets", &both);
    }
}

/// What a function behind the cut returns, if its part is there; otherwise nothing has happened.
pub fn at_once<T>(call: impl Future<Output = Result<T, SplitLoaderError>>) -> Option<T> {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(drawn) => drawn.ok(),
        Poll::Pending => None,
    }
}

type Loaded = Pin<Box<dyn Future<Output = Result<(), SplitLoaderError>>>>;

/// A whole view, or where there is no title a piece of one.
pub fn arriving<L>(
    session: Session,
    title: Option<&'static str>,
    draw: impl Fn() -> Option<Dom> + 'static,
    load: fn() -> L,
) -> Dom
where
    L: Future<Output = Result<(), SplitLoaderError>> + 'static,
{
    draw().unwrap_or_else(|| awaited(session, title, Box::new(draw), Box::new(move || Box::pin(load()))))
}

fn awaited(
    session: Session,
    title: Option<&'static str>,
    draw: Box<dyn Fn() -> Option<Dom>>,
    load: Box<dyn Fn() -> Loaded>,
) -> Dom {
    let part = Loading::<()>::new();
    let failed_online = StoredValue::new(0);
    part.ask(move || {
        if failed_online.get_value() > 1 {
            // The network is there and the file is not: the server has a newer bundle, and this one cannot go on.
            let _ = window().location().reload();
        }
        let loaded = load();
        async move {
            let loaded = loaded.await;
            let online = window().navigator().on_line();
            if loaded.is_err() && online {
                failed_online.update_value(|failed| *failed += 1);
            }
            loaded.map_err(|_| Failure::from(if online { ErrorCode::Unavailable } else { ErrorCode::Offline }))
        }
    });
    if title.is_some() {
        afterwards(move || {
            if part.data.with(Option::is_some) && focus_waits() {
                focus_title(session);
            }
        });
    }
    let drawn = redrawn(move || {
        let there = part.data.with(Option::is_some);
        untrack(|| there.then(&draw).flatten()).into()
    });
    let bones: &[&str] = if title.is_some() { &["title", "half", "card"] } else { &["row"] };
    [
        title.map(|title| heading_meanwhile(part.data, title)).into(),
        skeleton(session, part.pace, bones),
        drawn,
        failed(session, part),
    ]
    .into()
}
