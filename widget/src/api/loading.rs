//! A request as a view sees it: quiet for a moment, then a skeleton, then "still working", then an answer or a way on.

use super::client::Failure;
use aftercart_shared::error::ErrorCode;
use leptos::{ev, prelude::*, task::spawn_local};
use std::{future::Future, pin::Pin, rc::Rc, time::Duration};

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

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;
type Ask<T> = Rc<dyn Fn() -> Answer<T>>;

/// The latest of a series of requests; answers to earlier ones are dropped.
pub struct Loading<T: Send + Sync + 'static> {
    /// The last good answer; it stays while a newer one is asked for.
    pub data: RwSignal<Option<T>>,
    pub pace: RwSignal<Pace>,
    pub failure: RwSignal<Option<Failure>>,
    turn: StoredValue<u32>,
    ask: StoredValue<Option<Ask<T>>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loading<T> {}

impl<T: Send + Sync + 'static> Loading<T> {
    pub fn new() -> Self {
        let loading = Loading {
            data: RwSignal::new(None),
            pace: RwSignal::new(Pace::Idle),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
            ask: StoredValue::new_local(None),
        };
        // Back on the network: what failed for want of it is asked again.
        let back = window_event_listener(ev::online, move |_| {
            let offline = |f: &Option<Failure>| f.as_ref().is_some_and(|f| f.code == ErrorCode::Offline);
            if loading.failure.try_with_untracked(offline) == Some(true) {
                loading.retry();
            }
        });
        on_cleanup(move || back.remove());
        loading
    }

    /// Asks, and from now on asks the same again on retry.
    pub fn ask<F>(self, ask: impl Fn() -> F + 'static)
    where
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        self.ask.set_value(Some(Rc::new(move || Box::pin(ask()) as Answer<T>)));
        self.retry();
    }

    pub fn retry(self) {
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
                    self.data.set(Some(data));
                    self.pace.set(Pace::Done);
                }
                Err(failure) => {
                    self.failure.set(Some(failure));
                    self.pace.set(Pace::Failed);
                }
            }
        });
    }

    /// Forgets the answer, and whatever is still on its way.
    pub fn clear(self) {
        self.next_turn();
        self.data.set(None);
        self.failure.set(None);
        self.pace.set(Pace::Idle);
    }

    pub fn is_busy(self) -> bool {
        self.pace.get().is_busy()
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

impl<T: Send + Sync + 'static> Default for Loading<T> {
    fn default() -> Self {
        Self::new()
    }
}
