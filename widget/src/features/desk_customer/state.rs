//! What is known of whoever is in the open conversation.

use super::returned_acts::DeskReturn;
use crate::desk::{
    Desk,
    client::{Failure, Request},
};
use aftercart_shared::api::{
    desk::{Customer, DeskVisitor},
    orders::FullOrder,
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// Whatever answers sooner needs no skeleton: it would only flash.
const QUIET: Duration = Duration::from_millis(300);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    Nobody,
    Loading(bool),
    Done,
    Failed(Failure),
}

pub type Found<T> = RwSignal<HashMap<String, Result<T, Failure>>>;

#[derive(Clone, Copy)]
pub struct Customers {
    pub desk: Desk,
    pub customer: RwSignal<Option<Customer>>,
    pub pace: RwSignal<Pace>,
    pub orders: Found<FullOrder>,
    pub returns: Found<DeskReturn>,
    /// Cards that she has opened.
    pub opened: StoredValue<HashSet<String>>,
    who: StoredValue<Option<(String, DeskVisitor)>>,
    turn: StoredValue<u32>,
}

impl Customers {
    pub fn new(desk: Desk) -> Customers {
        Customers {
            desk,
            customer: RwSignal::new(None),
            pace: RwSignal::new(Pace::Nobody),
            orders: RwSignal::new(HashMap::new()),
            returns: RwSignal::new(HashMap::new()),
            opened: StoredValue::new(HashSet::new()),
            who: StoredValue::new(None),
            turn: StoredValue::new(0),
        }
    }

    pub fn show(self, who: Option<(String, DeskVisitor)>) {
        if self.who.with_value(|known| *known == who) {
            return;
        }
        self.who.set_value(who);
        self.opened.update_value(HashSet::clear);
        self.customer.set(None);
        self.reload();
    }

    pub fn reload(self) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.orders.set(HashMap::new());
        self.returns.set(HashMap::new());
        let Some((id, _)) = self.who.get_value() else { return self.pace.set(Pace::Nobody) };
        self.pace.set(Pace::Loading(false));
        let is_turn = move || self.turn.try_get_value() == Some(turn);
        let show = move || {
            if is_turn() && self.pace.get_untracked() == Pace::Loading(false) {
                self.pace.set(Pace::Loading(true));
            }
        };
        set_timeout(show, QUIET);
        self.read(id, turn);
    }

    /// The same anew; what is on screen stays until it is there.
    pub fn refresh(self) {
        if let Some((id, _)) = self.who.get_value() {
            self.read(id, self.turn.get_value());
        }
    }

    fn read(self, id: String, turn: u32) {
        let locale = self.desk.locale.get_untracked();
        spawn_local(async move {
            let path = format!("/desk/conversations/{id}/customer?locale={locale}");
            let answer: Result<Customer, Failure> = self.desk.ask(Request::get(path)).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(customer) => {
                    self.customer.set(Some(customer));
                    self.pace.set(Pace::Done);
                }
                Err(failure) => self.pace.set(Pace::Failed(failure)),
            }
        });
    }

    pub fn read_order(self, id: &str) {
        self.look_up(self.orders, id, format!("/desk/orders/{id}"));
    }

    pub fn read_return(self, id: &str) {
        let locale = self.desk.locale.get_untracked();
        self.look_up(self.returns, id, format!("/admin/returns/{id}?locale={locale}"));
    }

    fn look_up<T: DeserializeOwned + Send + Sync + 'static>(self, found: Found<T>, id: &str, path: String) {
        let (id, turn) = (id.to_owned(), self.turn.get_value());
        spawn_local(async move {
            let answer: Result<T, Failure> = self.desk.ask(Request::get(path)).await;
            if self.turn.try_get_value() == Some(turn) {
                found.update(|found| {
                    found.insert(id, answer);
                });
            }
        });
    }
}
