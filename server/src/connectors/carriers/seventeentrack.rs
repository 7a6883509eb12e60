//! 17TRACK tracking API v2.4: <https://api.17track.net/en/doc?version=v2.4>. Header `17token`, at most 40 numbers a call;
//! pushes carry `sign` = hex SHA-256 of the raw body, `/` and the key.

use super::{
    Account, Ask, CarrierEvent, CarrierReport, Feed, Kind, Parcel, Promise, Unreadable, finished, header_is, place,
};
use crate::{
    orders::carriers::when::{moment, zone_of},
    random::hex,
};
use aftercart_shared::tracking::ParcelStatus;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Debug)]
pub struct SeventeenTrack;

#[derive(Deserialize)]
struct Answer {
    code: i64,
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    accepted: Vec<Accepted>,
    #[serde(default)]
    errors: Vec<Trouble>,
}

#[derive(Deserialize)]
struct Trouble {
    code: i64,
}

#[derive(Deserialize)]
struct Accepted {
    number: String,
    track_info: Option<TrackInfo>,
}

#[derive(Deserialize)]
struct Pushed {
    event: String,
    data: Option<Accepted>,
}

#[derive(Deserialize)]
struct TrackInfo {
    latest_status: Option<LatestStatus>,
    time_metrics: Option<TimeMetrics>,
    tracking: Option<Tracking>,
}

#[derive(Deserialize)]
struct LatestStatus {
    status: Option<String>,
    sub_status: Option<String>,
}

#[derive(Deserialize)]
struct TimeMetrics {
    estimated_delivery_date: Option<Estimate>,
}

#[derive(Deserialize)]
struct Estimate {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize)]
struct Tracking {
    #[serde(default)]
    providers: Vec<Provided>,
}

#[derive(Deserialize)]
struct Provided {
    provider: Option<Provider>,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Provider {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    time_iso: Option<String>,
    time_utc: Option<String>,
    time_raw: Option<RawTime>,
    description: Option<String>,
    location: Option<String>,
    stage: Option<String>,
    sub_status: Option<String>,
    address: Option<Address>,
}

#[derive(Deserialize)]
struct RawTime {
    date: Option<String>,
    time: Option<String>,
    timezone: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    country: Option<String>,
    state: Option<String>,
    city: Option<String>,
}

/// The status of a main status, a sub-status (`Main_Detail`) or a milestone (`PickedUp`, `Returning`…).
pub fn status(word: &str) -> ParcelStatus {
    match word {
        "Exception_Returning" | "Returning" => return ParcelStatus::Returning,
        "Exception_Returned" | "Returned" => return ParcelStatus::Returned,
        "Exception_Cancel" => return ParcelStatus::Cancelled,
        "PickedUp" | "Departure" | "Arrival" => return ParcelStatus::InTransit,
        _ => {}
    }
    match word.split('_').next().unwrap_or_default() {
        "InfoReceived" => ParcelStatus::Registered,
        "InTransit" => ParcelStatus::InTransit,
        "OutForDelivery" => ParcelStatus::OutForDelivery,
        "AvailableForPickup" => ParcelStatus::ReadyForPickup,
        "DeliveryFailure" => ParcelStatus::Attempted,
        "Delivered" => ParcelStatus::Delivered,
        "Exception" => ParcelStatus::Exception,
        "Expired" => ParcelStatus::Expired,
        // `NotFound`, and words that were added since.
        _ => ParcelStatus::Unknown,
    }
}

impl Feed for SeventeenTrack {
    fn batch(&self) -> usize {
        40
    }

    fn register_batch(&self) -> usize {
        40
    }

    fn register(&self, account: &Account, parcels: &[Parcel]) -> Option<Ask> {
        (!parcels.is_empty()).then(|| call(account, "register", parcels))
    }

    fn ask(&self, account: &Account, parcels: &[Parcel]) -> Ask {
        call(account, "gettrackinfo", parcels)
    }

    fn answer(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let answer: Answer = serde_json::from_slice(body)?;
        let data = answer.data.unwrap_or(Data { accepted: Vec::new(), errors: Vec::new() });
        let code = if answer.code == 0 { data.errors.first().map_or(0, |trouble| trouble.code) } else { answer.code };
        match code {
            0 => Ok(data.accepted.into_iter().filter_map(|told| report(told, &account.zone)).collect()),
            // Too many requests in this second.
            429 => Err(Unreadable::Busy),
            code => Err(Unreadable::Refused { code: code.to_string() }),
        }
    }

    fn signed(&self, account: &Account, headers: &HeaderMap, body: &[u8]) -> bool {
        let mut hash = Sha256::new();
        for part in [body, b"/", account.webhook_secret.as_bytes()] {
            hash.update(part);
        }
        header_is(headers, "sign", &hex(&hash.finalize()))
    }

    fn push(&self, account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let pushed: Pushed = serde_json::from_slice(body)?;
        let about_parcels = pushed.event == "TRACKING_UPDATED";
        Ok(pushed.data.filter(|_| about_parcels).and_then(|told| report(told, &account.zone)).into_iter().collect())
    }
}

fn call(account: &Account, verb: &str, parcels: &[Parcel]) -> Ask {
    let numbers: Vec<serde_json::Value> = parcels
        .iter()
        .map(|parcel| {
            let mut number = serde_json::json!({ "number": parcel.tracking_number });
            // Only when registering, and only for carriers that ask for it.
            if let (Some("sf"), Some(tail), "register") = (parcel.carrier.as_deref(), &parcel.phone_tail, verb) {
                number["param"] = tail.as_str().into();
            }
            number
        })
        .collect();
    Ask {
        method: "POST",
        url: format!("{}/{verb}", account.base_url),
        headers: vec![("17token", account.key.clone()), ("content-type", "application/json".into())],
        body: serde_json::Value::from(numbers).to_string().into_bytes(),
    }
}

/// `None` for a number that was registered a moment ago: nothing is known of it.
fn report(told: Accepted, zone: &str) -> Option<CarrierReport> {
    let info = told.track_info?;
    let latest = info.latest_status.as_ref();
    let raw_status = latest.and_then(|l| l.sub_status.clone().or_else(|| l.status.clone()));
    let promise = info.time_metrics.and_then(|metrics| metrics.estimated_delivery_date).and_then(|estimate| {
        let read = |text: &Option<String>| text.as_deref().and_then(|text| moment(text, zone)).map(|m| m.at);
        let (from, to) = (read(&estimate.from), read(&estimate.to));
        let (earliest, latest) = (from.or(to)?, to.or(from)?);
        (earliest <= latest).then_some(Promise { earliest, latest })
    });
    let providers = info.tracking.map(|tracking| tracking.providers).unwrap_or_default();
    let carrier = providers.iter().find_map(|provided| provided.provider.as_ref()?.name.clone());
    let events = providers.into_iter().flat_map(|provided| provided.events);
    Some(finished(CarrierReport {
        source: Kind::SeventeenTrack.name(),
        carrier,
        tracking_number: told.number,
        events: events.filter_map(|e| event(e, zone)).collect(),
        expected: promise,
        status: raw_status.as_deref().map_or(ParcelStatus::Unknown, status),
        raw_status,
    }))
}

fn event(event: Event, zone: &str) -> Option<CarrierEvent> {
    let address = event.address.as_ref();
    let [country, state, city] = [
        address.and_then(|a| a.country.as_deref()),
        address.and_then(|a| a.state.as_deref()),
        address.and_then(|a| a.city.as_deref()),
    ];
    let there = zone_of(country, state).unwrap_or(zone);
    let written = event.time_iso.as_deref().and_then(|text| moment(text, there));
    let when = written.or_else(|| event.time_utc.as_deref().and_then(|text| moment(text, there))).or_else(|| {
        let raw = event.time_raw.as_ref()?;
        let offset = raw.timezone.as_deref().unwrap_or_default();
        moment(&format!("{}T{}{offset}", raw.date.as_deref()?, raw.time.as_deref()?), there)
    })?;
    let code = event.sub_status.or(event.stage);
    Some(CarrierEvent {
        at: when.at,
        utc_offset_min: when.utc_offset_min,
        status: code.as_deref().map_or(ParcelStatus::Unknown, status),
        raw_code: code,
        place: event.location.as_deref().and_then(|l| place([Some(l)])).or_else(|| place([city, state, country])),
        text: event.description,
    })
}
