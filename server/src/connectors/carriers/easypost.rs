//! EasyPost trackers: <https://docs.easypost.com/docs/trackers>, events: <https://docs.easypost.com/docs/events>, signed as
//! in <https://docs.easypost.com/guides/webhooks-guide>: `X-Hmac-Signature: hmac-sha256-hex=…`, the key NFKD-normalised.

use super::{
    Account, Ask, CarrierEvent, CarrierReport, Feed, Kind, Parcel, Promise, Unreadable, encode, finished, header_is,
    hmac_sha256, place,
};
use crate::{
    orders::carriers::when::{moment, zone_of},
    random::hex,
};
use aftercart_shared::{time::Timestamp, tracking::ParcelStatus};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::HeaderMap;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

#[derive(Debug)]
pub struct EasyPost;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    List { trackers: Vec<Tracker> },
    Refused { error: Trouble },
}

#[derive(Deserialize)]
struct Trouble {
    code: Option<String>,
}

#[derive(Deserialize)]
struct Pushed {
    description: String,
    result: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Tracker {
    tracking_code: String,
    status: Option<String>,
    status_detail: Option<String>,
    carrier: Option<String>,
    est_delivery_date: Option<String>,
    #[serde(default)]
    tracking_details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    message: Option<String>,
    description: Option<String>,
    status: Option<String>,
    status_detail: Option<String>,
    datetime: Option<String>,
    carrier_code: Option<String>,
    tracking_location: Option<Location>,
}

#[derive(Deserialize)]
struct Location {
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
}

/// The status of EasyPost's word.
pub fn status(word: &str) -> ParcelStatus {
    match word {
        "pre_transit" => ParcelStatus::Registered,
        "in_transit" => ParcelStatus::InTransit,
        "out_for_delivery" => ParcelStatus::OutForDelivery,
        "available_for_pickup" => ParcelStatus::ReadyForPickup,
        "delivered" => ParcelStatus::Delivered,
        "failure" | "error" => ParcelStatus::Exception,
        "return_to_sender" => ParcelStatus::Returning,
        "cancelled" => ParcelStatus::Cancelled,
        // `unknown`, and words that were added since.
        _ => ParcelStatus::Unknown,
    }
}

impl Feed for EasyPost {
    fn batch(&self) -> usize {
        1
    }

    fn register(&self, account: &Account, parcels: &[Parcel]) -> Option<Ask> {
        let parcel = parcels.first()?;
        let mut tracker = serde_json::json!({ "tracking_code": parcel.tracking_number });
        if let Some(carrier) = parcel.carrier.as_deref().and_then(name) {
            tracker["carrier"] = carrier.into();
        }
        let body = serde_json::json!({ "tracker": tracker }).to_string().into_bytes();
        Some(Ask { method: "POST", url: format!("{}/trackers", account.base_url), headers: headers(account), body })
    }

    fn ask(&self, account: &Account, parcels: &[Parcel]) -> Ask {
        let number = parcels.first().map_or("", |parcel| parcel.tracking_number.as_str());
        // The newest tracker of the number; a second one would be an older label.
        let url = format!("{}/trackers?page_size=1&tracking_code={}", account.base_url, encode(number));
        Ask { method: "GET", url, headers: headers(account), body: Vec::new() }
    }

    fn answer(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        match serde_json::from_slice(body)? {
            Answer::List { trackers } => Ok(trackers.into_iter().map(|t| report(t, &account.zone)).collect()),
            Answer::Refused { error: Trouble { code: Some(code) } } if code == "RATE_LIMITED" => Err(Unreadable::Busy),
            Answer::Refused { error } => Err(Unreadable::Refused { code: error.code.unwrap_or_default() }),
        }
    }

    fn signed(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> bool {
        let key: String = account.webhook_secret.nfkd().collect();
        let expected = format!("hmac-sha256-hex={}", hex(&hmac_sha256(key.as_bytes(), body)));
        header_is(headers, "x-hmac-signature", &expected)
    }

    fn push(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let pushed: Pushed = serde_json::from_slice(body)?;
        match (pushed.description.as_str(), pushed.result) {
            ("tracker.created" | "tracker.updated", Some(result)) => {
                Ok(vec![report(serde_json::from_value(result)?, &account.zone)])
            }
            _ => Ok(Vec::new()),
        }
    }
}

fn headers(account: &Account) -> Vec<(&'static str, String)> {
    let basic = BASE64_STANDARD.encode(format!("{}:", account.key));
    vec![("authorization", format!("Basic {basic}")), ("content-type", "application/json".into())]
}

/// EasyPost's name of our carrier; without one it detects it.
fn name(carrier: &str) -> Option<&'static str> {
    Some(match carrier {
        "ups" => "UPS",
        "usps" => "USPS",
        "fedex" => "FedEx",
        "dhl" => "DHLExpress",
        "royal_mail" => "RoyalMail",
        "evri" => "Evri",
        "sf" => "SFExpress",
        _ => return None,
    })
}

fn report(tracker: Tracker, zone: &str) -> CarrierReport {
    let expected = tracker.est_delivery_date.as_deref().and_then(|text| {
        let earliest = moment(text, zone)?.at;
        // A day, written as its midnight in UTC: some time on that day.
        Some(Promise { earliest, latest: earliest.plus_ms(Timestamp::DAY_MS - 1) })
    });
    finished(CarrierReport {
        source: Kind::EasyPost.name(),
        carrier: tracker.carrier,
        tracking_number: tracker.tracking_code,
        events: tracker.tracking_details.into_iter().filter_map(|detail| event(detail, zone)).collect(),
        expected,
        status: tracker.status.as_deref().map_or(ParcelStatus::Unknown, status),
        raw_status: tracker.status_detail.filter(|detail| detail != "unknown").or(tracker.status),
    })
}

fn event(detail: Detail, zone: &str) -> Option<CarrierEvent> {
    let location = detail.tracking_location.as_ref();
    let [city, state, country] = [
        location.and_then(|l| l.city.as_deref()),
        location.and_then(|l| l.state.as_deref()),
        location.and_then(|l| l.country.as_deref()),
    ];
    let when = moment(detail.datetime.as_deref()?, zone_of(country, state).unwrap_or(zone))?;
    let detailed = detail.status_detail.filter(|detail| detail != "unknown");
    Some(CarrierEvent {
        at: when.at,
        utc_offset_min: when.utc_offset_min,
        status: detail.status.as_deref().map_or(ParcelStatus::Unknown, status),
        place: place([city, state, country]),
        raw_code: detail.carrier_code.filter(|code| !code.is_empty()).or(detailed).or(detail.status),
        text: detail.message.or(detail.description),
    })
}
