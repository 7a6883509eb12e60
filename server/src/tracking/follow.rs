//! Asking tracking services about parcels that still travel: often when the van is out, never once they are there.

use super::store;
use crate::{
    clock::Clock,
    connectors::carriers::{Account, Ask, Feed, Kind, Parcel, Unreadable},
    db::{self, Db},
    orders::{carriers::tracking_key, reports},
};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    time::Timestamp,
    tracking::ParcelStatus,
};
use futures_util::future::BoxFuture;

const MINUTE_MS: i64 = 60_000;
/// Requests in one round: a round is one job, and others wait behind it.
const CALLS_MAX: usize = 20;
/// Nor does a slow service hold it up: what is left comes with the next round.
const LONGEST_MS: i64 = 40_000;
/// New parcels are looked for at least so often.
const ROUND_MS: i64 = 5 * MINUTE_MS;
const BACK_OFF_MAX_MS: i64 = 60 * MINUTE_MS;

/// What came back from a service: the status, how long it asks us to wait (seconds), the body.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub retry_after_s: Option<i64>,
    pub body: Vec<u8>,
}

/// Whoever carries requests: the real client, or a test's script. The error says why nothing came back.
pub trait Carry: Send + Sync {
    fn carry(&self, ask: Ask) -> BoxFuture<'_, Result<Reply, String>>;
}

/// What a round did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Their panels are to be told.
    pub changed: Vec<OrderId>,
    /// When to come again.
    pub next: Timestamp,
    /// Why it ended early; nothing personal. `None`: it went well.
    pub trouble: Option<String>,
}

/// How long until a parcel is asked about again; `None`: never. `silent_ms`: since its last scan.
pub fn interval_ms(status: ParcelStatus, silent_ms: i64) -> Option<i64> {
    let hours = match status {
        ParcelStatus::Delivered | ParcelStatus::Returned | ParcelStatus::Cancelled | ParcelStatus::Expired => {
            return None;
        }
        ParcelStatus::OutForDelivery => return Some(20 * MINUTE_MS),
        ParcelStatus::ReadyForPickup | ParcelStatus::Attempted => 2,
        ParcelStatus::InTransit | ParcelStatus::Exception | ParcelStatus::Returning => 3,
        ParcelStatus::Unknown | ParcelStatus::Registered => 6,
    };
    // Whatever has been silent for two weeks will not speak in the next three hours.
    let patient = if silent_ms > 14 * Timestamp::DAY_MS { 24 } else { hours };
    Some(patient * Timestamp::HOUR_MS)
}

/// How long to leave a service alone that failed `failures` times in a row, this one included.
pub fn back_off_ms(failures: i64, retry_after_s: Option<i64>) -> i64 {
    let doubled = MINUTE_MS << (failures.clamp(1, 7) - 1);
    let asked = retry_after_s.unwrap_or(0).saturating_mul(1_000);
    doubled.min(BACK_OFF_MAX_MS).max(asked.clamp(0, Timestamp::DAY_MS))
}

/// One site's connection to one service.
pub struct Following<'a> {
    pub db: &'a Db,
    pub clock: &'a dyn Clock,
    pub site: &'a SiteId,
    pub connector_id: &'a str,
    pub kind: Kind,
    pub account: &'a Account,
    pub carry: &'a dyn Carry,
    /// Rounds that failed in a row before this one.
    pub failures: i64,
}

enum Stop {
    Database(db::Error),
    Service { why: String, retry_after_s: Option<i64>, about: About },
}

/// What is wrong: all of it, or only with what was asked about.
#[derive(Clone, Copy)]
enum About {
    Service,
    Numbers,
}

impl From<Unreadable> for Stop {
    fn from(error: Unreadable) -> Self {
        let busy = matches!(error, Unreadable::Busy);
        Stop::Service {
            retry_after_s: busy.then_some(60),
            why: error.to_string(),
            about: if busy { About::Service } else { About::Numbers },
        }
    }
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Self {
        Stop::Database(error)
    }
}

impl Following<'_> {
    /// Registers new parcels, asks about those that are due, and stores what is said. What was stored before a failure
    /// stays, and the failed numbers are due again.
    ///
    /// # Errors
    /// The database's.
    pub async fn round(&self) -> Result<Round, db::Error> {
        let mut changed = Vec::new();
        let outcome = self.work(&mut changed).await;
        let now = self.clock.now();
        let (next, trouble) = match outcome {
            Ok(next) => (next, None),
            Err(Stop::Service { why, retry_after_s, .. }) => {
                (now.plus_ms(back_off_ms(self.failures + 1, retry_after_s)), Some(why))
            }
            Err(Stop::Database(error)) => return Err(error),
        };
        changed.sort_unstable_by(|a: &OrderId, b| a.as_str().cmp(b.as_str()));
        changed.dedup();
        Ok(Round { changed, next, trouble })
    }

    async fn work(&self, changed: &mut Vec<OrderId>) -> Result<Timestamp, Stop> {
        let feed = self.kind.feed();
        let now = self.clock.now();
        store::refresh(self.db, self.site, self.connector_id, now).await?;
        let most = CALLS_MAX * feed.batch();
        let due = store::due(self.db, self.site, self.connector_id, now, most).await?;
        let all = due.len() < most;
        let mut calls = 0;
        let fresh: Vec<&store::Due> = due.iter().filter(|due| due.registered_at.is_none()).collect();
        for some in fresh.chunks(feed.register_batch()) {
            let may = calls < CALLS_MAX && now.plus_ms(LONGEST_MS) >= self.clock.now();
            if may && self.register(feed, some).await? {
                calls += 1;
            }
        }
        for some in due.chunks(feed.batch()) {
            if calls >= CALLS_MAX || now.plus_ms(LONGEST_MS) < self.clock.now() {
                return Ok(now.plus_ms(MINUTE_MS));
            }
            calls += 1;
            changed.extend(self.ask(feed, some).await?);
        }
        if !all {
            return Ok(now.plus_ms(MINUTE_MS));
        }
        let earliest = store::next(self.db, self.site, self.connector_id).await?;
        Ok(earliest.map_or(now.plus_ms(ROUND_MS), |at| at.min(now.plus_ms(ROUND_MS))).max(now.plus_ms(MINUTE_MS)))
    }

    /// Whether anything was sent.
    async fn register(&self, feed: &dyn Feed, some: &[&store::Due]) -> Result<bool, Stop> {
        let parcels: Vec<Parcel> = some.iter().map(|due| due.parcel()).collect();
        let Some(ask) = feed.register(self.account, &parcels) else { return Ok(false) };
        // "Known already" is a refusal too; what is really wrong shows when it is asked about.
        self.send(ask, true).await?;
        let keys = some.iter().map(|due| due.tracking_key.clone()).collect();
        store::registered(self.db, self.site, self.connector_id, keys, self.clock.now()).await?;
        Ok(true)
    }

    async fn ask(&self, feed: &dyn Feed, some: &[store::Due]) -> Result<Vec<OrderId>, Stop> {
        let parcels: Vec<Parcel> = some.iter().map(store::Due::parcel).collect();
        let said = match self.send(feed.ask(self.account, &parcels), false).await {
            Ok(body) => feed.answer(self.account, &body).map_err(Stop::from),
            Err(stop) => Err(stop),
        };
        let reports = match said {
            Err(Stop::Service { why, retry_after_s, about: About::Numbers }) => {
                // Or the one number that they refuse would keep all others from being asked about.
                let (keys, until) = (keys(some), self.clock.now().plus_ms(Timestamp::HOUR_MS));
                store::postpone(self.db, self.site, self.connector_id, keys, until).await?;
                return Err(Stop::Service { why, retry_after_s, about: About::Numbers });
            }
            said => said?,
        };
        // Only what was asked for: an answer about another number is not ours to believe.
        let asked = |number: &str| {
            let key = tracking_key(number);
            some.iter().any(|due| Some(&due.tracking_key) == key.as_ref())
        };
        let reports = reports.into_iter().filter(|report| asked(&report.tracking_number)).collect();
        let changed = reports::apply(self.db, self.clock, self.site, reports).await?;
        store::answered(self.db, self.site, self.connector_id, keys(some), self.clock.now(), feed.pause_ms()).await?;
        Ok(changed)
    }

    async fn send(&self, ask: Ask, refusal_is_fine: bool) -> Result<Vec<u8>, Stop> {
        let unanswered = |why| Stop::Service { why, retry_after_s: None, about: About::Service };
        let reply = self.carry.carry(ask).await.map_err(unanswered)?;
        match reply.status {
            200..=299 => Ok(reply.body),
            400 | 409 | 422 if refusal_is_fine => Ok(reply.body),
            status => Err(Stop::Service {
                why: refusal(status),
                retry_after_s: reply.retry_after_s,
                about: if matches!(status, 400 | 404 | 422) { About::Numbers } else { About::Service },
            }),
        }
    }
}

fn keys(some: &[store::Due]) -> Vec<String> {
    some.iter().map(|due| due.tracking_key.clone()).collect()
}

fn refusal(status: u16) -> String {
    match status {
        401 | 403 => format!("it refuses the credential: status {status}"),
        _ => format!("it answers with status {status}"),
    }
}

/// Asks about a number that nobody has: cheap, and needs the credential.
///
/// # Errors
/// Why it did not answer, in words for the retailer.
pub async fn try_out(kind: Kind, account: &Account, carry: &dyn Carry) -> Result<(), String> {
    // Looks like a number of a carrier that every service knows: they refuse shorter nonsense.
    let parcel = Parcel { tracking_number: "YT0000000000000".into(), carrier: Some("yto".into()), phone_tail: None };
    let reply = carry.carry(kind.feed().ask(account, &[parcel])).await?;
    if !(200..=299).contains(&reply.status) {
        return Err(refusal(reply.status));
    }
    kind.feed().answer(account, &reply.body).map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_the_oftener_and_never_after_the_end() {
        let minutes = |status, days: i64| interval_ms(status, days * Timestamp::DAY_MS).map(|ms| ms / MINUTE_MS);
        assert_eq!(minutes(ParcelStatus::OutForDelivery, 0), Some(20));
        assert_eq!(minutes(ParcelStatus::Attempted, 1), Some(120));
        assert_eq!(minutes(ParcelStatus::InTransit, 1), Some(180));
        assert_eq!(minutes(ParcelStatus::InTransit, 15), Some(24 * 60));
        assert_eq!(minutes(ParcelStatus::Registered, 0), Some(360));
        for status in ParcelStatus::ALL {
            assert_eq!(interval_ms(status, 0).is_none(), status.is_final(), "{status:?}");
        }
    }

    #[test]
    fn a_service_in_trouble_is_left_alone_longer_and_longer() {
        let minutes: Vec<i64> = (1..=9).map(|failures| back_off_ms(failures, None) / MINUTE_MS).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(back_off_ms(1, Some(600)), 600_000);
        assert_eq!(back_off_ms(9, Some(1)), BACK_OFF_MAX_MS);
        assert_eq!(back_off_ms(1, Some(i64::MAX)), Timestamp::DAY_MS);
    }
}
