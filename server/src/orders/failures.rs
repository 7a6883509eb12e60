//! How often an order look-up may fail: for one order, for one contact, from one address.
//!
//! A lock would let anybody shut a shopper out by failing on her order. So past an order's (or contact's) limit a one-time
//! code is the way in, for everybody and whether the order exists or not; past it, guessing from ever more addresses
//! finds nothing. An address past its own limit waits. Counted in the database, so it holds across nodes and restarts, under keyed hashes that say nothing about
//! anybody; what is under way is counted in memory, so that a burst cannot slip through before it is written down.

use crate::{
    config::Limits,
    db::{self, Db},
    error::Error,
    http::Source,
    random::hex,
};
use aftercart_shared::{
    ids::SiteId,
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Failures are counted for an hour.
const WINDOW_MS: i64 = Timestamp::HOUR_MS;

/// The limits and what is under way on this node.
#[derive(Debug)]
pub struct Failures {
    secret: String,
    per_order: i64,
    per_contact: i64,
    per_source: i64,
    under_way: Arc<Mutex<HashMap<String, i64>>>,
}

impl Failures {
    pub fn new(secret: &str, limits: &Limits) -> Failures {
        Failures {
            secret: secret.to_owned(),
            per_order: limits.failures_per_order,
            per_contact: limits.failures_per_contact,
            per_source: limits.failures_per_source,
            under_way: Arc::default(),
        }
    }

    fn bucket(&self, kind: &str, parts: &[&str]) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else { return String::new() };
        mac.update(kind.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes()[..16])
    }
}

/// One look-up, before its outcome is known.
#[derive(Debug)]
pub struct Attempt<'a> {
    failures: &'a Failures,
    site: SiteId,
    order: String,
    contact: String,
    source: String,
}

/// Holds an attempt's place among those under way.
#[derive(Debug)]
pub struct Pass {
    under_way: Arc<Mutex<HashMap<String, i64>>>,
    buckets: Vec<String>,
}

impl<'a> Attempt<'a> {
    pub fn new(
        failures: &'a Failures,
        site: &SiteId,
        number: &OrderNumber,
        contact: &Contact,
        source: Source,
    ) -> Attempt<'a> {
        let number = number.as_str();
        let contact = match contact {
            Contact::Email(email) => email.as_str(),
            Contact::Phone(phone) => phone.trim_start_matches('+'),
        };
        let source = source.0.to_string();
        let bucket = |kind, parts: &[&str]| failures.bucket(kind, &[&[site.as_str()], parts].concat());
        Attempt {
            order: bucket("order", &[number]),
            contact: bucket("contact", &[contact]),
            source: bucket("source", &[&source]),
            failures,
            site: site.clone(),
        }
    }

    fn buckets(&self) -> [&String; 3] {
        [&self.order, &self.contact, &self.source]
    }

    /// # Errors
    /// [`Error::CodeRequired`], [`Error::RateLimited`], or the database's.
    pub async fn permit(&self, db: &Db, now: Timestamp) -> Result<Pass, Error> {
        // First among those under way, then the database: who has gone from the one in between stands in the other.
        let (pass, beside) = self.enter();
        let window = window(now);
        let counted = super::store::failures(db, &self.site, self.buckets(), window - WINDOW_MS).await?;
        // A sliding hour from two fixed ones: what the last one counted fades as this one grows.
        let share_of_last = 1.0 - (now.0 - window) as f64 / WINDOW_MS as f64;
        let [order, contact, source] = [0, 1, 2].map(|i| {
            let bucket = &pass.buckets[i];
            let stored: f64 = counted
                .iter()
                .filter(|c| c.bucket == *bucket)
                .map(|c| c.failures as f64 * if c.window_start == window { 1.0 } else { share_of_last })
                .sum();
            stored.floor() as i64 + beside[i]
        });
        let limits = &self.failures;
        if order >= limits.per_order || contact >= limits.per_contact {
            return Err(Error::CodeRequired);
        }
        if source >= limits.per_source {
            let left_ms = window + WINDOW_MS - now.0;
            return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
        }
        Ok(pass)
    }

    /// A place among those under way, and how many were there before it.
    fn enter(&self) -> (Pass, [i64; 3]) {
        let mut under_way = lock(&self.failures.under_way);
        let beside = self.buckets().map(|bucket| {
            let count = under_way.entry(bucket.clone()).or_default();
            *count += 1;
            *count - 1
        });
        let buckets = self.buckets().into_iter().cloned().collect();
        (Pass { under_way: self.failures.under_way.clone(), buckets }, beside)
    }

    /// Counts the failure against the order, the contact and the address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn failed(&self, db: &Db, now: Timestamp) -> Result<(), db::Error> {
        let site = self.site.clone();
        let buckets: Vec<String> = self.buckets().into_iter().cloned().collect();
        let window = window(now);
        db.write(move |tx| Box::pin(async move { super::store::count_failures(tx, &site, &buckets, window).await }))
            .await
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        for bucket in &self.buckets {
            if let Some(count) = under_way.get_mut(bucket) {
                *count -= 1;
                if *count <= 0 {
                    under_way.remove(bucket);
                }
            }
        }
    }
}

/// Forgets hours that no longer count.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), db::Error> {
    let before = window(now) - WINDOW_MS;
    db.write(move |tx| Box::pin(async move { super::store::forget_failures(tx, before).await })).await
}

fn window(now: Timestamp) -> i64 {
    now.0 - now.0.rem_euclid(WINDOW_MS)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
