//! A request as a view sees it: quiet for a moment, then a skeleton, then "still working", then an answer or a way on.

use super::client::Failure;
use aftercart_shared::error::ErrorCode;
use leptos::{ev, prelude::*, task::spawn_local};
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, rc::Rc, sync::Arc, time::Duration};

/// Whatever answers sooner needs no skeleton: it would only flash.
const QUIET: Duration = Duration::from_millis(300);
/// From here on silence looks like a fault.
const SLOW: Duration = Duration::from_secs(4);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Idle,
    Quiet,
    Waiting,
    Slow,
    Done,
    Failed,
}

impl Pace {
    pub fn is_busy(self) -> bool {
        matches!(self, Pace::Quiet | Pace::Waiting | Pace::Slow)
    }
}

/// An answer of any type, and what asks for one. Below [`Loading`] nothing knows the type: compiled anew for every one of
/// them, all this weighed a tenth of each part of the bundle.
type Held = Arc<dyn Any + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<Held, Failure>>>>;
type Ask = Rc<dyn Fn() -> Answer>;

/// The last good answer; it stays while a newer one is asked for.
pub struct Data<T> {
    /// Holds an `Option<T>`; nothing stands for `None`, too.
    held: RwSignal<Option<Held>>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl<T: Send + Sync + 'static> Data<T> {
    pub fn with<U>(self, look: impl FnOnce(&Option<T>) -> U) -> U {
        self.held.track();
        self.with_untracked(look)
    }

    pub fn with_untracked<U>(self, look: impl FnOnce(&Option<T>) -> U) -> U {
        let held = now(self.held);
        look(held.as_ref().and_then(|held| held.downcast_ref()).unwrap_or(&None))
    }

    pub fn track(self) {
        self.held.track();
    }

    pub fn set(self, data: Option<T>) {
        self.held.set(held(data));
    }

    pub fn update(self, change: impl FnOnce(&mut Option<T>)) {
        self.update_untracked(change);
        self.held.notify();
    }

    /// Nobody hears of it. Not to be called from within [`Data::with`].
    pub fn update_untracked(self, change: impl FnOnce(&mut Option<T>)) {
        let taken = self.held.try_update_untracked(Option::take).flatten();
        let taken = taken.and_then(|taken| taken.downcast::<Option<T>>().ok());
        let mut data = taken.and_then(Arc::into_inner).flatten();
        change(&mut data);
        self.held.update_untracked(|place| *place = held(data));
    }
}

impl<T: Clone + Send + Sync + 'static> Data<T> {
    pub fn get(self) -> Option<T> {
        self.with(Option::clone)
    }

    pub fn get_untracked(self) -> Option<T> {
        self.with_untracked(Option::clone)
    }
}

fn held<T: Send + Sync + 'static>(data: Option<T>) -> Option<Held> {
    data.map(|data| Arc::new(Some(data)) as Held)
}

#[inline(never)]
fn now(held: RwSignal<Option<Held>>) -> Option<Held> {
    held.get_untracked()
}

/// The latest of a series of requests; answers to earlier ones are dropped.
pub struct Loading<T> {
    pub data: Data<T>,
    pub pace: RwSignal<Pace>,
    pub failure: RwSignal<Option<Failure>>,
    series: Series,
}

/// The same without its type.
#[derive(Clone, Copy)]
struct Series {
    held: RwSignal<Option<Held>>,
    pace: RwSignal<Pace>,
    failure: RwSignal<Option<Failure>>,
    turn: StoredValue<u32>,
    ask: StoredValue<Option<Ask>, LocalStorage>,
}

impl<T> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loading<T> {}

impl<T: Send + Sync + 'static> Loading<T> {
    pub fn new() -> Self {
        let series = Series::new();
        let data = Data { held: series.held, kind: PhantomData };
        Loading { data, pace: series.pace, failure: series.failure, series }
    }

    /// Asks, and from now on asks the same again on retry.
    pub fn ask<F>(self, ask: impl Fn() -> F + 'static)
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        self.series.ask(Rc::new(move || {
            let answer = ask();
            Box::pin(async move { answer.await.map(|data| Arc::new(Some(data)) as Held) })
        }));
    }

    pub fn retry(self) {
        self.series.retry();
    }

    /// Forgets the answer, and whatever is still on its way.
    pub fn clear(self) {
        self.series.clear();
    }

    pub fn is_busy(self) -> bool {
        self.pace.get().is_busy()
    }
}

impl<T: Send + Sync + 'static> Default for Loading<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl Series {
    fn new() -> Series {
        let series = Series {
            held: RwSignal::new(None),
            pace: RwSignal::new(Pace::Idle),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
            ask: StoredValue::new_local(None),
        };
        // Back on the network: what failed for want of it is asked again.
        let back = window_event_listener(ev::online, move |_| {
            let offline = |f: &Option<Failure>| f.as_ref().is_some_and(|f| f.code == ErrorCode::Offline);
            if series.failure.try_with_untracked(offline) == Some(true) {
                series.retry();
            }
        });
        on_cleanup(move || back.remove());
        series
    }

    fn ask(self, ask: Ask) {
        self.ask.set_value(Some(ask));
        self.retry();
    }

    fn retry(self) {
        let Some(ask) = self.ask.try_get_value().flatten() else { return };
        let turn = self.next_turn();
        self.failure.set(None);
        self.pace.set(Pace::Quiet);
        self.later(turn, QUIET, Pace::Waiting);
        self.later(turn, SLOW, Pace::Slow);
        let answer = ask();
        spawn_local(async move {
            let answer = answer.await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(data) => {
                    self.held.set(Some(data));
                    self.pace.set(Pace::Done);
                }
                Err(failure) => {
                    self.failure.set(Some(failure));
                    self.pace.set(Pace::Failed);
                }
            }
        });
    }

    fn clear(self) {
        self.next_turn();
        self.held.set(None);
        self.failure.set(None);
        self.pace.set(Pace::Idle);
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn later(self, turn: u32, after: Duration, pace: Pace) {
        set_timeout(
            move || {
                let pending = self.pace.try_get_untracked().is_some_and(|p| matches!(p, Pace::Quiet | Pace::Waiting));
                if pending && self.turn.try_get_value() == Some(turn) {
                    self.pace.set(pace);
                }
            },
            after,
        );
    }
}
