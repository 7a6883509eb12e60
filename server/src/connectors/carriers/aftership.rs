//! AfterShip Tracking API 2025-07: <https://www.aftership.com/docs/tracking/2025-07>; webhooks as specified in
//! <https://www.aftership.com/docs/tracking/2025-07/webhook/webhook-specifications>.

use super::{
    Account, Ask, CarrierEvent, CarrierReport, Feed, Kind, Parcel, Promise, Unreadable, finished, header_is,
    hmac_sha256, place,
};
use crate::orders::carriers::when::{moment, zone_of};
use aftercart_shared::tracking::ParcelStatus;
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::HeaderMap;
use serde::Deserialize;

#[derive(Debug)]
pub struct AfterShip;

#[derive(Deserialize)]
struct Listed {
    meta: Option<Meta>,
    data: Option<Page>,
}

#[derive(Deserialize)]
struct Meta {
    code: Option<i64>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    trackings: Vec<Tracking>,
}

#[derive(Deserialize)]
struct Pushed {
    event: String,
    msg: Option<Tracking>,
}

#[derive(Deserialize)]
struct Tracking {
    tracking_number: String,
    slug: Option<String>,
    tag: Option<String>,
    subtag: Option<String>,
    #[serde(default)]
    checkpoints: Vec<Checkpoint>,
    latest_estimated_delivery: Option<Estimate>,
    courier_estimated_delivery_date: Option<CourierEstimate>,
}

#[derive(Deserialize)]
struct Estimate {
    datetime: Option<String>,
    datetime_min: Option<String>,
    datetime_max: Option<String>,
}

#[derive(Deserialize)]
struct CourierEstimate {
    estimated_delivery_date: Option<String>,
    estimated_delivery_date_min: Option<String>,
    estimated_delivery_date_max: Option<String>,
}

#[derive(Deserialize)]
struct Checkpoint {
    checkpoint_time: Option<String>,
    tag: Option<String>,
    subtag: Option<String>,
    raw_tag: Option<String>,
    message: Option<String>,
    location: Option<String>,
    city: Option<String>,
    state: Option<String>,
    #[serde(alias = "country_iso3")]
    country_region: Option<String>,
}

/// The status of a tag; the sub-tag tells what goes back.
pub fn status(tag: &str, subtag: Option<&str>) -> ParcelStatus {
    match (tag, subtag) {
        ("Exception", Some("Exception_010")) => ParcelStatus::Returning,
        ("Exception", Some("Exception_011")) => ParcelStatus::Returned,
        ("InfoReceived", _) => ParcelStatus::Registered,
        ("InTransit", _) => ParcelStatus::InTransit,
        ("OutForDelivery", _) => ParcelStatus::OutForDelivery,
        ("AvailableForPickup", _) => ParcelStatus::ReadyForPickup,
        ("AttemptFail", _) => ParcelStatus::Attempted,
        ("Delivered", _) => ParcelStatus::Delivered,
        ("Exception", _) => ParcelStatus::Exception,
        ("Expired", _) => ParcelStatus::Expired,
        // `Pending`, and words that were added since.
        _ => ParcelStatus::Unknown,
    }
}

impl Feed for AfterShip {
    /// The most numbers in `tracking_numbers`.
    fn batch(&self) -> usize {
        50
    }

    fn register(&self, account: &Account, parcels: &[Parcel]) -> Option<Ask> {
        let parcel = parcels.first()?;
        let mut tracking = serde_json::json!({ "tracking_number": parcel.tracking_number });
        if let Some(slug) = parcel.carrier.as_deref().and_then(slug) {
            tracking["slug"] = slug.into();
        }
        Some(Ask {
            method: "POST",
            url: format!("{}/trackings", account.base_url),
            headers: headers(account),
            body: tracking.to_string().into_bytes(),
        })
    }

    fn ask(&self, account: &Account, parcels: &[Parcel]) -> Ask {
        let numbers: Vec<&str> = parcels.iter().map(|parcel| parcel.tracking_number.as_str()).collect();
        let query = super::encode(&numbers.join(","));
        let url = format!("{}/trackings?limit={}&tracking_numbers={query}", account.base_url, self.batch());
        Ask { method: "GET", url, headers: headers(account), body: Vec::new() }
    }

    fn answer(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let listed: Listed = serde_json::from_slice(body)?;
        match listed.meta.and_then(|meta| meta.code) {
            None | Some(200..=299) => {}
            Some(429) => return Err(Unreadable::Busy),
            Some(code) => return Err(Unreadable::Refused { code: code.to_string() }),
        }
        let page = listed.data.ok_or_else(|| Unreadable::Shape("no data".into()))?;
        Ok(page.trackings.into_iter().map(|tracking| report(tracking, &account.zone)).collect())
    }

    fn signed(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> bool {
        let expected = BASE64_STANDARD.encode(hmac_sha256(account.webhook_secret.as_bytes(), body));
        header_is(headers, "aftership-hmac-sha256", &expected)
    }

    fn push(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let pushed: Pushed = serde_json::from_slice(body)?;
        let about_parcels = matches!(pushed.event.as_str(), "tracking_update" | "edd_revise");
        let told = pushed.msg.filter(|_| about_parcels).map(|tracking| report(tracking, &account.zone));
        Ok(told.into_iter().collect())
    }
}

fn headers(account: &Account) -> Vec<(&'static str, String)> {
    vec![("as-api-key", account.key.clone()), ("content-type", "application/json".into())]
}

/// AfterShip's name of our carrier; without one it detects it.
fn slug(carrier: &str) -> Option<&'static str> {
    Some(match carrier {
        "sf" => "sf-express",
        "yto" => "yto",
        "zto" => "zto-express",
        "sto" => "sto",
        "yunda" => "yunda",
        "jd" => "jd-express",
        "ems" => "china-ems",
        "ups" => "ups",
        "usps" => "usps",
        "fedex" => "fedex",
        "royal_mail" => "royal-mail",
        _ => return None,
    })
}

fn report(tracking: Tracking, zone: &str) -> CarrierReport {
    let subtag = tracking.subtag.as_deref();
    let overall = tracking.tag.as_deref().map_or(ParcelStatus::Unknown, |tag| status(tag, subtag));
    let expected = promise(&tracking, zone);
    finished(CarrierReport {
        source: Kind::AfterShip.name(),
        carrier: tracking.slug,
        tracking_number: tracking.tracking_number,
        events: tracking.checkpoints.into_iter().filter_map(|checkpoint| event(checkpoint, zone)).collect(),
        expected,
        status: overall,
        raw_status: tracking.subtag.or(tracking.tag),
    })
}

fn promise(tracking: &Tracking, zone: &str) -> Option<Promise> {
    let read = |text: &Option<String>| text.as_deref().and_then(|text| moment(text, zone)).map(|m| m.at);
    let (only, from, to) = match (&tracking.latest_estimated_delivery, &tracking.courier_estimated_delivery_date) {
        (Some(e), _) => (read(&e.datetime), read(&e.datetime_min), read(&e.datetime_max)),
        (None, Some(e)) => (
            read(&e.estimated_delivery_date),
            read(&e.estimated_delivery_date_min),
            read(&e.estimated_delivery_date_max),
        ),
        (None, None) => return None,
    };
    let (earliest, latest) = (from.or(only)?, to.or(only)?);
    (earliest <= latest).then_some(Promise { earliest, latest })
}

fn event(checkpoint: Checkpoint, zone: &str) -> Option<CarrierEvent> {
    let there = zone_of(checkpoint.country_region.as_deref(), checkpoint.state.as_deref()).unwrap_or(zone);
    let when = moment(checkpoint.checkpoint_time.as_deref()?, there)?;
    let [city, state, country] = [&checkpoint.city, &checkpoint.state, &checkpoint.country_region];
    let joined = || place([city.as_deref(), state.as_deref(), country.as_deref()]);
    Some(CarrierEvent {
        at: when.at,
        utc_offset_min: when.utc_offset_min,
        status: checkpoint
            .tag
            .as_deref()
            .map_or(ParcelStatus::Unknown, |tag| status(tag, checkpoint.subtag.as_deref())),
        place: checkpoint.location.as_deref().and_then(|location| place([Some(location)])).or_else(joined),
        raw_code: checkpoint.raw_tag.or(checkpoint.subtag).or(checkpoint.tag),
        text: checkpoint.message,
    })
}
