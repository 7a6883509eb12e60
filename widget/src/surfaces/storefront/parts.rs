//! What only some shoppers need, downloaded when they do. The build cuts the bundle at the functions marked here: what
//! is reached only through them travels in a file of its own, and shares the memory of the rest.

// The marks expand to imports and exports that the build's splitter joins; there is none besides.
#![allow(unsafe_code)]

use super::Drafts;
use crate::{
    features::{account, chat as talking, help, notices, returns as going_back, track},
    nav::{Going, Step, View},
    session::Session,
    ui::{
        button::{Kind, inward},
        dom::{Dom, afterwards, el, redrawn},
        frame::{focus_title, heading_meanwhile},
        part::{Drawn, arriving, at_once},
        skeleton::skeleton,
    },
};
use aftercart_shared::api::conversations::Subject;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

const LISTEN_AFTER: Duration = Duration::from_secs(1);

/// What is about one order, and about the shopper herself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Orders {
    Found {
        number: String,
    },
    Shared {
        token: String,
    },
    Verify,
    /// Something goes back, and only she may say so.
    Prove {
        going: Going,
    },
    Mine {
        id: String,
    },
    /// What is wrong with hers, above all on the first view.
    Told,
    /// The list on the first view.
    Recent,
}

/// Everything to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Help {
    Topics,
    Category { id: String },
    Article { slug: String },
    Search { query: String },
}

#[wasm_split(orders, fallible, preload(load_orders))]
fn draw_orders(session: Session, drafts: Drafts, view: Orders) -> Result<Dom, SplitLoaderError> {
    Ok(match view {
        Orders::Found { number } => track::order(session, drafts.track, Some(number), account::more(session)),
        Orders::Shared { token } => track::shared(session, drafts.track, token),
        Orders::Verify => account::verify(session, drafts.account, drafts.track.number, drafts.track.contact, None),
        Orders::Prove { going } => {
            let then = Callback::new(move |order: Option<String>| {
                if let (Going::Choose, Some(id)) = (&going, order) {
                    session.nav.replace(View::Return(Going::order(&id)));
                }
            });
            let inside = account::Inside { why: session.t().returns_flow_prove(), then };
            account::verify(session, drafts.account, drafts.track.number, drafts.track.contact, Some(inside))
        }
        Orders::Mine { id } => {
            if account::open(session, drafts.account, id) {
                drafts.track.begin_own();
            }
            let found = drafts.track.found;
            [
                heading_meanwhile(found.data, session.t().account_orders()),
                skeleton(session, found.pace, &["title", "half", "card"]),
                track::order(session, drafts.track, None, account::details(session, drafts.account)),
            ]
            .into()
        }
        Orders::Told => notices::cards(session, drafts.notices),
        Orders::Recent => account::recent(session, drafts.account),
    })
}

#[wasm_split(help, fallible, preload(load_help))]
fn draw_help(session: Session, drafts: Drafts, view: Help) -> Result<Dom, SplitLoaderError> {
    Ok(match view {
        Help::Topics => help::topics(session, drafts.help),
        Help::Category { id } => help::category(session, drafts.help, id),
        Help::Article { slug } => help::article(session, slug),
        Help::Search { query } => help::search(session, drafts.help, query),
    })
}

/// From the choice of an order to the button that sends it.
#[wasm_split(returns, fallible, preload(load_returns))]
fn draw_returns(session: Session, drafts: Drafts, going: Going) -> Result<Drawn, SplitLoaderError> {
    Ok(going_back::begin(session, drafts.returns, going))
}

/// What became of it, from then on.
#[wasm_split(returned, fallible, preload(load_returned))]
fn draw_returned(session: Session, drafts: Drafts, going: Going) -> Result<Drawn, SplitLoaderError> {
    Ok(going_back::follow(session, drafts.returns, going))
}

/// The way in for whoever was given something.
#[wasm_split(gift, fallible, preload(load_gift))]
fn draw_gift(session: Session, drafts: Drafts) -> Result<Drawn, SplitLoaderError> {
    Ok(going_back::gift(session, drafts.returns))
}

#[wasm_split(withdraw, fallible, preload(load_withdraw))]
fn draw_withdraw(session: Session, drafts: Drafts, confirm: bool) -> Result<Drawn, SplitLoaderError> {
    Ok(going_back::withdraw(session, drafts.returns, confirm))
}

/// Talking to a person. Without a view it listens and sends behind whatever is on screen.
#[wasm_split(chat, fallible, preload(load_chat))]
fn draw_chat(session: Session, drafts: Drafts, view: Option<Subject>) -> Result<Option<Drawn>, SplitLoaderError> {
    Ok(match view {
        Some(about) => Some(talking::talk(session, drafts.chat, about)),
        None => {
            talking::behind(session, drafts.chat);
            None
        }
    })
}

pub fn chat(session: Session, drafts: Drafts, about: Subject) -> Dom {
    let draw = move || at_once(draw_chat(session, drafts, Some(about.clone()))).flatten().map(Drawn::dressed);
    arriving(session, None, draw, load_chat)
}

/// Whoever has talked to us hears of the answer, and what did not arrive goes on. For everybody else nothing is
/// downloaded.
pub fn listen(session: Session, drafts: Drafts) {
    if talking::has_begun(session.api) {
        // The view that she came for goes first.
        set_timeout(
            move || {
                spawn_local(async move {
                    if load_chat().await.is_ok() {
                        at_once(draw_chat(session, drafts, None));
                    }
                });
            },
            LISTEN_AFTER,
        );
    }
}

pub fn orders(session: Session, drafts: Drafts, view: Orders) -> Dom {
    let title = match view {
        Orders::Found { .. } | Orders::Shared { .. } => session.t().track_title(),
        _ => session.t().account_orders(),
    };
    let draw = move || at_once(draw_orders(session, drafts, view.clone()));
    arriving(session, Some(title), draw, load_orders)
}

pub fn help(session: Session, drafts: Drafts, view: Help) -> Dom {
    let draw = move || at_once(draw_help(session, drafts, view.clone()));
    arriving(session, Some(session.t().help_title()), draw, load_help)
}

/// What needs no proof is there for everybody; before the rest she shows who she is, and then goes on where she was.
pub fn returns(session: Session, drafts: Drafts, going: Going) -> Dom {
    if matches!(going, Going::Code { .. } | Going::Gift | Going::Withdraw { .. }) {
        return going_view(session, drafts, &going);
    }
    let before = StoredValue::new(session.api.signed_in());
    afterwards(move || {
        let now = session.api.signed_in();
        if before.get_value() != now {
            before.set_value(now);
            focus_title(session);
        }
    });
    redrawn(move || {
        if session.api.signed_in() {
            return untrack(|| going_view(session, drafts, &going));
        }
        // On its way while she looks for her code.
        match going {
            Going::Status { .. } => spawn_local(async { _ = load_returned().await }),
            _ => spawn_local(async { _ = load_returns().await }),
        }
        let withdraw = View::Return(Going::Withdraw { confirm: false });
        let withdraw = inward(session, Kind::Plain, "", session.t().returns_flow_withdraw(), withdraw);
        let prove = untrack(|| orders(session, drafts, Orders::Prove { going: going.clone() }));
        let gift = inward(session, Kind::Plain, "", session.t().gift_link(), View::Return(Going::Gift));
        [prove, el("div", "ac-account-foot").child(gift).child(withdraw).into()].into()
    })
}

fn going_view(session: Session, drafts: Drafts, going: &Going) -> Dom {
    let title = Some(session.t().returns_flow_title());
    let to = going.clone();
    match going {
        Going::Choose | Going::Order { .. } => {
            if matches!(going, Going::Order { step: Step::Review, .. }) {
                // What follows the last step comes while she reads it.
                spawn_local(async { _ = load_returned().await });
            }
            let draw = move || at_once(draw_returns(session, drafts, to.clone())).map(Drawn::dressed);
            arriving(session, title, draw, load_returns)
        }
        Going::Status { .. } | Going::Code { .. } => {
            let draw = move || at_once(draw_returned(session, drafts, to.clone())).map(Drawn::dressed);
            arriving(session, title, draw, load_returned)
        }
        Going::Gift => {
            let draw = move || at_once(draw_gift(session, drafts)).map(Drawn::dressed);
            arriving(session, Some(session.t().gift_title()), draw, load_gift)
        }
        Going::Withdraw { confirm } => {
            let confirm = *confirm;
            let draw = move || at_once(draw_withdraw(session, drafts, confirm)).map(Drawn::dressed);
            arriving(session, Some(session.t().returns_flow_withdraw()), draw, load_withdraw)
        }
    }
}

/// What the first view has for a signed-in shopper; for everybody else nothing is downloaded.
pub fn own(session: Session, drafts: Drafts, view: Orders) -> Dom {
    let there = RwSignal::new(false);
    redrawn(move || {
        if !session.api.signed_in() {
            return Dom::default();
        }
        there.track();
        let drawn = untrack(|| at_once(draw_orders(session, drafts, view.clone())));
        if drawn.is_none() {
            // Without it the first view is whole, too: it is asked for again with the next view.
            spawn_local(async move {
                if load_orders().await.is_ok() {
                    there.try_set(true);
                }
            });
        }
        drawn.into()
    })
}

/// Called when a view is likely to follow: its download and what the shopper does meanwhile go on together.
pub fn expect_orders() {
    spawn_local(async { _ = load_orders().await });
}
