//! Tracking services behind one trait: what a retailer pays AfterShip, 17TRACK, EasyPost or Kuaidi100 to know.
//!
//! Everything here is pure. [`Feed::ask`] and [`Feed::register`] say what to send, [`Feed::answer`] and [`Feed::push`]
//! read what comes back, [`accept`] believes nothing that is not signed. Raw codes and words are kept beside our status.

pub mod aftership;
pub mod easypost;
pub mod kuaidi100;
pub mod seventeentrack;

pub use crate::orders::carriers::{CarrierEvent, CarrierReport, Promise};

use crate::random::same;
use aftercart_shared::tracking::ParcelStatus;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::HeaderMap;
use sha2::Sha256;

/// A tracking service that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    AfterShip,
    SeventeenTrack,
    EasyPost,
    Kuaidi100,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::AfterShip, Kind::SeventeenTrack, Kind::EasyPost, Kind::Kuaidi100];

    /// As `connectors.kind`, and as the source of what it reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::AfterShip => "aftership",
            Kind::SeventeenTrack => "17track",
            Kind::EasyPost => "easypost",
            Kind::Kuaidi100 => "kuaidi100",
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the retailer is to give us, in words for the command line.
    pub fn credential(self) -> &'static str {
        match self {
            Kind::AfterShip => "an API key of AfterShip Tracking",
            Kind::SeventeenTrack => "the API's access key (Settings → Security)",
            Kind::EasyPost => "a production API key",
            Kind::Kuaidi100 => "the company's number and its key, as CUSTOMER:KEY",
        }
    }

    /// Where the service answers, unless a test or a gateway stands in for it.
    pub fn base_url(self) -> &'static str {
        match self {
            Kind::AfterShip => "https://api.aftership.com/tracking/2025-07",
            Kind::SeventeenTrack => "https://api.17track.net/track/v2.4",
            Kind::EasyPost => "https://api.easypost.com/v2",
            Kind::Kuaidi100 => "https://poll.kuaidi100.com",
        }
    }

    pub fn feed(self) -> &'static dyn Feed {
        match self {
            Kind::AfterShip => &aftership::AfterShip,
            Kind::SeventeenTrack => &seventeentrack::SeventeenTrack,
            Kind::EasyPost => &easypost::EasyPost,
            Kind::Kuaidi100 => &kuaidi100::Kuaidi100,
        }
    }
}

/// How one site reaches a service. Holds secrets: no `Debug`.
#[derive(Clone)]
pub struct Account {
    pub base_url: String,
    pub key: String,
    /// Kuaidi100's number of the company.
    pub customer: String,
    /// What pushes are signed with; the same as `key` for 17TRACK. Empty: no push is believed.
    pub webhook_secret: String,
    /// Where the service may push to, for those that are told with each number.
    pub callback: Option<String>,
    /// The shop's zone (IANA), for times that neither name a zone nor a place.
    pub zone: String,
}

impl Account {
    /// `credential` is the API key; for Kuaidi100 `CUSTOMER:KEY`.
    pub fn new(kind: Kind, base_url: &str, credential: &str, webhook_secret: &str, zone: &str) -> Account {
        let (customer, key) = match kind {
            Kind::Kuaidi100 => credential.split_once(':').unwrap_or(("", credential)),
            _ => ("", credential),
        };
        let secret = if kind == Kind::SeventeenTrack && webhook_secret.is_empty() { key } else { webhook_secret };
        Account {
            base_url: base_url.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
            customer: customer.to_owned(),
            webhook_secret: secret.to_owned(),
            callback: None,
            zone: zone.to_owned(),
        }
    }
}

/// A parcel to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub tracking_number: String,
    /// One of our carrier codes, if anybody knows.
    pub carrier: Option<String>,
    /// The last four digits of the shopper's phone: SF Express tells nothing without.
    pub phone_tail: Option<String>,
}

/// A request to the service. Its headers and body may hold secrets: no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Ask {
    /// `GET` or `POST`.
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Why nothing could be read. Never quotes the text: that may hold somebody's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the answer is not what the service documents ({0})")]
    Shape(String),
    /// The service says no in its own words.
    #[error("the service refuses: {code}")]
    Refused { code: String },
    /// It counts requests, and ours were too many.
    #[error("the service asks us to come back later")]
    Busy,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Unreadable::Shape(format!("line {}, column {}", error.line(), error.column()))
    }
}

/// Why a push is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not signed with this connector's secret")]
    Signature,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// A tracking service.
pub trait Feed: Send + Sync + std::fmt::Debug {
    /// Numbers in one request, at most.
    fn batch(&self) -> usize;

    /// Numbers in one registration, at most.
    fn register_batch(&self) -> usize {
        1
    }

    /// The service may not be asked about one number more often than this.
    fn pause_ms(&self) -> i64 {
        0
    }

    /// What makes the service follow these numbers and push; `None` where asking is all there is.
    fn register(&self, account: &Account, parcels: &[Parcel]) -> Option<Ask>;

    /// What asks where these parcels are.
    fn ask(&self, account: &Account, parcels: &[Parcel]) -> Ask;

    /// Reads the answer to [`Feed::ask`]. Numbers that the service does not know are left out.
    ///
    /// # Errors
    /// When it is not what the service documents, or a refusal.
    fn answer(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable>;

    /// Is the push really from the service? Over the raw body.
    fn signed(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> bool;

    /// Reads a push that was signed. One about something else is no report.
    ///
    /// # Errors
    /// When it is not what the service documents.
    fn push(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable>;

    /// What must be answered to a push, as content type and body, for it not to come again.
    fn thanks(&self) -> (&'static str, &'static str) {
        ("text/plain", "")
    }
}

/// Verifies a push over its raw body and reads it.
///
/// # Errors
/// When it is not signed with the account's secret, or cannot be read.
pub fn accept(kind: Kind, headers: &HeaderMap, body: &[u8], account: &Account) -> Result<Vec<CarrierReport>, Refused> {
    let feed = kind.feed();
    if account.webhook_secret.is_empty() || !feed.signed(account, headers, body) {
        return Err(Refused::Signature);
    }
    Ok(feed.push(account, body)?)
}

/// A report whose overall status none of its events says: *expired* has no scan. It is told as if it had happened with
/// the newest event, so that the same answer tomorrow is the same report.
fn finished(mut report: CarrierReport) -> CarrierReport {
    let newest = report.events.iter().map(|event| event.at).max();
    let said = report.events.iter().any(|event| event.status == report.status);
    if let (Some(at), false) = (newest, said || report.status == ParcelStatus::Unknown) {
        let raw_code = report.raw_status.clone();
        let (status, utc_offset_min) = (report.status, None);
        report.events.push(CarrierEvent { at, utc_offset_min, status, raw_code, place: None, text: None });
    }
    report
}

/// Joins what is there of a place.
fn place<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let mut said: Vec<&str> = Vec::new();
    for part in parts.into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()) {
        if !said.contains(&part) {
            said.push(part);
        }
    }
    (!said.is_empty()).then(|| said.join(", "))
}

/// For a query or a form.
fn encode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => write!(out, "{}", char::from(byte)),
            _ => write!(out, "%{byte:02X}"),
        };
        out
    })
}

fn hmac_sha256(key: &[u8], body: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

/// The header is exactly this. Compared in constant time.
fn header_is(headers: &HeaderMap, name: &str, expected: &str) -> bool {
    headers.get(name).is_some_and(|value| same(value.as_bytes(), expected.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
