//! Values that are watched, as small as they can be: with a signal's own ways to look and to change, each place that does
//! either was compiled anew, and they weighed more than everything else here.

use leptos::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lives as long as the page. Not to be looked at while it is being looked at.
pub struct Held<T: 'static> {
    value: &'static Mutex<T>,
    changed: RwSignal<u32>,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Held<T> {}

impl<T: Default + Send> Default for Held<T> {
    fn default() -> Self {
        Held::new(T::default())
    }
}

impl<T: Send> Held<T> {
    pub fn new(value: T) -> Held<T> {
        Held { value: Box::leak(Box::new(Mutex::new(value))), changed: RwSignal::new(0) }
    }

    fn lock(self) -> MutexGuard<'static, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn track(self) {
        self.changed.track();
    }

    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        self.track();
        look(&self.lock())
    }

    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.lock())
    }

    /// Without a word to anybody.
    pub fn keep<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        change(&mut self.lock())
    }

    pub fn update<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        let done = self.keep(change);
        self.changed.notify();
        done
    }

    pub fn set(self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone + Send> Held<T> {
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// Follows what `look` reads, and tells of it only when the answer has changed.
pub fn number(look: impl Fn() -> u32 + 'static) -> Memo<u32> {
    boxed(Box::new(look))
}

pub fn yes(look: impl Fn() -> bool + 'static) -> Memo<u32> {
    boxed(Box::new(move || u32::from(look())))
}

fn boxed(look: Box<dyn Fn() -> u32>) -> Memo<u32> {
    let look = StoredValue::new_local(look);
    Memo::new(move |_| look.with_value(|look| look()))
}
