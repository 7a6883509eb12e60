//! Kuaidi100 (快递100): 实时查询 <https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc>, 订阅推送
//! <https://api.kuaidi100.com/document/5f0ffa8f2977d50a94e1023c>. Times without a zone are Beijing's.
//!
//! Queries are forms signed with upper-case MD5 of param, key and customer; pushes are forms signed with upper-case MD5
//! of param and the salt that was given when subscribing. MD5 is their choice, not ours.

use super::{Account, Ask, CarrierEvent, CarrierReport, Feed, Kind, Parcel, Unreadable, encode, finished, place};
use crate::{
    orders::carriers::when::moment,
    random::{hex, same},
};
use aftercart_shared::tracking::ParcelStatus;
use md5::{Digest, Md5};
use reqwest::header::HeaderMap;
use serde::Deserialize;

#[derive(Debug)]
pub struct Kuaidi100;

const ZONE: &str = "Asia/Shanghai";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    /// Only in refusals.
    result: Option<bool>,
    return_code: Option<Scalar>,
    #[serde(flatten)]
    told: Told,
}

#[derive(Deserialize)]
struct Told {
    /// The tracking number.
    nu: Option<String>,
    com: Option<String>,
    state: Option<Scalar>,
    data: Option<Vec<Step>>,
}

/// They write numbers now as numbers, now as texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(i64),
}

impl Scalar {
    fn text(&self) -> String {
        match self {
            Scalar::Text(text) => text.trim().to_owned(),
            Scalar::Number(number) => number.to_string(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    time: Option<String>,
    ftime: Option<String>,
    context: Option<String>,
    /// 在途, 揽收, …; only with the extended answer.
    status: Option<String>,
    status_code: Option<Scalar>,
    area_name: Option<String>,
    location: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pushed {
    /// `polling`, `shutdown` (finished), `abort` (given up), `updateall`.
    status: String,
    last_result: Option<Told>,
    /// The carrier abroad that went on with it.
    dest_result: Option<Told>,
}

/// The status of a state (0–14), of its detailed code (101, 1002, …) or of its name.
pub fn status(code: &str) -> ParcelStatus {
    match code {
        "101" | "102" => ParcelStatus::Registered,
        "0" | "1" | "103" | "1001" | "1002" | "1003" | "7" | "8" | "10" | "11" | "12" => ParcelStatus::InTransit,
        "5" => ParcelStatus::OutForDelivery,
        "501" => ParcelStatus::ReadyForPickup,
        "3" | "301" | "302" | "303" | "304" => ParcelStatus::Delivered,
        "6" | "14" => ParcelStatus::Returning,
        "4" => ParcelStatus::Returned,
        "401" => ParcelStatus::Cancelled,
        // 201–210: overdue, not updated, refused, undeliverable, uncollected, unreachable, out of area, held, damaged.
        "2" | "13" | "201" | "202" | "203" | "204" | "205" | "206" | "207" | "208" | "209" | "210" => {
            ParcelStatus::Exception
        }
        "揽收" | "在途" | "转投" | "转单" | "清关" => ParcelStatus::InTransit,
        "派件" => ParcelStatus::OutForDelivery,
        "签收" => ParcelStatus::Delivered,
        "疑难" => ParcelStatus::Exception,
        "退回" | "拒签" => ParcelStatus::Returning,
        "退签" => ParcelStatus::Returned,
        _ => ParcelStatus::Unknown,
    }
}

impl Feed for Kuaidi100 {
    fn batch(&self) -> usize {
        1
    }

    /// They lock a number that is asked about twice within half an hour.
    fn pause_ms(&self) -> i64 {
        40 * 60_000
    }

    /// Only where there is an address to push to and the carrier is known: they do not detect it.
    fn register(&self, account: &Account, parcels: &[Parcel]) -> Option<Ask> {
        let parcel = parcels.first()?;
        let (company, callback) = (company(parcel.carrier.as_deref()?)?, account.callback.as_deref()?);
        let mut parameters = serde_json::json!({
            "callbackurl": callback,
            "salt": account.webhook_secret,
            "resultv2": "4",
        });
        if let Some(tail) = &parcel.phone_tail {
            parameters["phone"] = tail.as_str().into();
        }
        let param = serde_json::json!({
            "company": company, "number": parcel.tracking_number, "key": account.key, "parameters": parameters,
        });
        let body = format!("schema=json&param={}", encode(&param.to_string())).into_bytes();
        Some(Ask { method: "POST", url: format!("{}/poll", account.base_url), headers: form(), body })
    }

    fn ask(&self, account: &Account, parcels: &[Parcel]) -> Ask {
        let parcel = parcels.first();
        let mut param = serde_json::json!({
            "com": parcel.and_then(|p| company(p.carrier.as_deref()?)).unwrap_or("auto"),
            "num": parcel.map_or("", |p| p.tracking_number.as_str()),
            "resultv2": "4",
        });
        if let Some(tail) = parcel.and_then(|p| p.phone_tail.as_deref()) {
            param["phone"] = tail.into();
        }
        let param = param.to_string();
        let sign = signature(&[&param, &account.key, &account.customer]);
        let body = format!("customer={}&sign={sign}&param={}", encode(&account.customer), encode(&param)).into_bytes();
        Ask { method: "POST", url: format!("{}/poll/query.do", account.base_url), headers: form(), body }
    }

    fn answer(&self, _account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let answer: Answer = serde_json::from_slice(body)?;
        if answer.result == Some(false) {
            return match answer.return_code.map(|code| code.text()).unwrap_or_default().as_str() {
                // "No result": the carrier does not know the number yet.
                "500" => Ok(Vec::new()),
                // Too often for one number, or no capacity left this second.
                "408" | "601" => Err(Unreadable::Busy),
                code => Err(Unreadable::Refused { code: code.to_owned() }),
            };
        }
        Ok(report(answer.told, false).into_iter().collect())
    }

    fn signed(&self, account: &Account, _headers: &HeaderMap, body: &[u8]) -> bool {
        let (Some(param), Some(sign)) = (field(body, "param"), field(body, "sign")) else { return false };
        same(signature(&[&param, &account.webhook_secret]).as_bytes(), sign.as_bytes())
    }

    fn push(&self, _account: &Account, body: &[u8]) -> Result<Vec<CarrierReport>, Unreadable> {
        let param = field(body, "param").ok_or_else(|| Unreadable::Shape("no param".into()))?;
        let pushed: Pushed = serde_json::from_str(&param)?;
        let given_up = pushed.status == "abort";
        let abroad = pushed.dest_result.and_then(|told| report(told, false));
        let mut reports: Vec<CarrierReport> =
            pushed.last_result.and_then(|told| report(told, given_up)).into_iter().collect();
        // What the carrier abroad saw is part of the same journey, under the number the shop knows.
        match (reports.first_mut(), abroad) {
            (Some(own), Some(abroad)) => own.events.extend(abroad.events),
            (None, Some(abroad)) => reports.push(abroad),
            _ => {}
        }
        Ok(reports)
    }

    fn thanks(&self) -> (&'static str, &'static str) {
        ("application/json", r#"{"result":true,"returnCode":"200","message":"成功"}"#)
    }
}

fn form() -> Vec<(&'static str, String)> {
    vec![("content-type", "application/x-www-form-urlencoded".into())]
}

fn signature(parts: &[&str]) -> String {
    let mut hash = Md5::new();
    parts.iter().for_each(|part| hash.update(part.as_bytes()));
    hex(&hash.finalize()).to_ascii_uppercase()
}

/// The field of a form, decoded; of two with one name none.
fn field(body: &[u8], name: &str) -> Option<String> {
    let form: Vec<(String, String)> = reqwest::Url::parse("http://form/")
        .ok()
        .map(|mut url| {
            url.set_query(Some(&String::from_utf8_lossy(body)));
            url.query_pairs().into_owned().collect()
        })
        .unwrap_or_default();
    let mut found = form.into_iter().filter(|(key, _)| key == name).map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Their name of our carrier.
fn company(carrier: &str) -> Option<&'static str> {
    Some(match carrier {
        "sf" => "shunfeng",
        "yto" => "yuantong",
        "zto" => "zhongtong",
        "sto" => "shentong",
        "yunda" => "yunda",
        "jd" => "jd",
        "ems" => "ems",
        "deppon" => "debangkuaidi",
        "jt" => "jtexpress",
        "cainiao" => "danniao",
        "ups" => "ups",
        "usps" => "usps",
        "fedex" => "fedex",
        "dhl" => "dhl",
        "royal_mail" => "royalmail",
        "dpd" => "dpd",
        "gls" => "gls",
        _ => return None,
    })
}

fn report(told: Told, given_up: bool) -> Option<CarrierReport> {
    let state = told.state.map(|state| state.text());
    let overall = if given_up { ParcelStatus::Expired } else { state.as_deref().map_or(ParcelStatus::Unknown, status) };
    let mut events: Vec<CarrierEvent> = told.data.into_iter().flatten().filter_map(event).collect();
    // Without the extended answer only the newest step's state is known.
    if let Some(newest) = events.iter_mut().max_by_key(|event| event.at)
        && newest.status == ParcelStatus::Unknown
        && let (false, Some(state)) = (given_up, &state)
    {
        (newest.status, newest.raw_code) = (status(state), Some(state.clone()));
    }
    Some(finished(CarrierReport {
        source: Kind::Kuaidi100.name(),
        carrier: told.com.filter(|com| com != "auto"),
        tracking_number: told.nu.filter(|nu| !nu.is_empty())?,
        events,
        expected: None,
        status: overall,
        raw_status: if given_up { Some("abort".into()) } else { state },
    }))
}

fn event(step: Step) -> Option<CarrierEvent> {
    let when = [&step.ftime, &step.time].into_iter().flatten().find_map(|text| moment(text, ZONE))?;
    let code = step.status_code.map(|code| code.text()).filter(|code| !code.is_empty());
    let named = step.status.filter(|name| !name.is_empty());
    let by_code = code.as_deref().map_or(ParcelStatus::Unknown, status);
    let by_name = named.as_deref().map_or(ParcelStatus::Unknown, status);
    Some(CarrierEvent {
        at: when.at,
        utc_offset_min: when.utc_offset_min,
        // A detailed code that is newer than we: its family's name still tells.
        status: if by_code == ParcelStatus::Unknown { by_name } else { by_code },
        raw_code: code.or(named),
        place: place([step.area_name.as_deref()]).or_else(|| place([step.location.as_deref()])),
        text: step.context,
    })
}
