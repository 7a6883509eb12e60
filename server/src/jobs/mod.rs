//! What has to happen after a transaction: stored with it, done at least once, and asked for only once.
//!
//! A job's id comes from its site, kind and key, so it is also the key under which other people's servers recognise a
//! second attempt. Handlers stand in [`kinds`]; [`worker`] runs them on every node.

pub mod kinds;
pub mod store;
pub mod worker;

use crate::random::hex;
use aftercart_shared::{ids::SiteId, time::Timestamp};
use sha2::{Digest, Sha256};

pub use store::enqueue;

/// Something to be done after the transaction that asks for it.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub site: SiteId,
    /// One of [`kinds`].
    pub kind: &'static str,
    /// What it is about: the same kind and key is the same job, for ever.
    pub key: String,
    /// JSON.
    pub payload: String,
    /// Not before this.
    pub run_at: Timestamp,
}

impl NewJob {
    pub fn id(&self) -> String {
        job_id(&self.site, self.kind, &self.key)
    }
}

/// Stable: the same job has the same id on every node and after every restart.
pub fn job_id(site: &SiteId, kind: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    for part in [site.as_str(), kind, key] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}

/// A job in the hands of its handler.
#[derive(Clone, Debug)]
pub struct Job {
    pub site: SiteId,
    pub job_id: String,
    pub kind: String,
    pub key: String,
    pub payload: String,
    /// From 1.
    pub attempt: i64,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// It went well, and is to be done again at that moment.
    Again(Timestamp),
    /// It did not work this time, for this reason.
    Retry(String),
    /// It can never work, for this reason.
    Failed(String),
}
