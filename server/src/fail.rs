//! Faults on purpose, so that the nets below can be seen to hold: `AFTERCART_FAIL=ack-early`, `sync-normal`.
//!
//! They exist in development builds only. A release does not know the setting, and refuses to start with one that it does not
//! know: nobody switches them on by accident.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

static ACK_EARLY: AtomicBool = AtomicBool::new(false);
static SYNC_NORMAL: AtomicBool = AtomicBool::new(false);

/// So long what was acknowledged too early is not stored yet: a kill falls into it sooner or later.
const EARLY: Duration = Duration::from_millis(40);

/// # Errors
/// Names a fault that there is not.
pub fn switch_on(name: &str) -> Result<(), String> {
    match name {
        "" => Ok(()),
        "ack-early" => {
            ACK_EARLY.store(true, Ordering::Relaxed);
            tracing::warn!("what is written to SQLite is acknowledged before it is stored");
            Ok(())
        }
        "sync-normal" => {
            SYNC_NORMAL.store(true, Ordering::Relaxed);
            tracing::warn!("what is written to SQLite is committed before it is on the disk");
            Ok(())
        }
        other => Err(format!("there is no fault {other:?}; there are: ack-early, sync-normal")),
    }
}

/// Are writes to be answered before they are committed, and how long before?
pub fn ack_early() -> Option<Duration> {
    ACK_EARLY.load(Ordering::Relaxed).then_some(EARLY)
}

/// Is SQLite to leave it to the operating system when a commit reaches the disk?
pub fn sync_normal() -> bool {
    SYNC_NORMAL.load(Ordering::Relaxed)
}
