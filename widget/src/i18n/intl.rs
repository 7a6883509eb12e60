//! The browser's `Intl`, as little of it as is needed.

use crate::js;
use aftercart_shared::{locale::Locale, time::Timestamp};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, at: f64) -> String;
    #[wasm_bindgen(method, catch, js_name = formatRange)]
    fn format_range(this: &DateTimeFormat, from: f64, to: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "NumberFormat", catch)]
    fn new_number(locale: &str, options: &JsValue) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, js_name = format)]
    fn write(this: &NumberFormat, value: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "RelativeTimeFormat", catch)]
    fn new_relative(locale: &str) -> Result<RelativeTimeFormat, JsValue>;
    #[wasm_bindgen(method, js_name = format)]
    fn say(this: &RelativeTimeFormat, value: f64, unit: &str) -> String;
}

/// How much of a moment is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Thursday, 26 November
    Day,
    /// 26 Nov 2026
    Short,
    /// Thu, 26 Nov, 14:05
    Moment,
    /// 14:05
    Clock,
}

/// English has many date orders: the shopper's own browser knows hers. Where it speaks no English, day comes first.
fn tag(locale: Locale) -> String {
    let navigator = leptos::prelude::window().navigator();
    let own = navigator.language().filter(|language| Locale::parse(language) == Some(locale));
    own.unwrap_or_else(|| if locale == Locale::En { "en-GB".into() } else { locale.tag().into() })
}

fn formatter(locale: Locale, zone: &str, style: Style) -> Option<DateTimeFormat> {
    let fields = match style {
        Style::Day => r#""weekday":"long","day":"numeric","month":"long""#,
        Style::Short => r#""day":"numeric","month":"short","year":"numeric""#,
        Style::Clock => r#""hour":"2-digit","minute":"2-digit","hourCycle":"h23""#,
        Style::Moment => {
            r#""weekday":"short","day":"numeric","month":"short","hour":"2-digit","minute":"2-digit","hourCycle":"h23""#
        }
    };
    let tag = tag(locale);
    // A zone that this browser has not heard of must not take the date with it.
    [zone, "UTC"].into_iter().find_map(|zone| DateTimeFormat::new(&tag, &options(zone, fields)?).ok())
}

/// No zone is that of her own clock.
fn options(zone: &str, fields: &str) -> Option<JsValue> {
    let zone = if zone.is_empty() { String::new() } else { format!(r#""timeZone":"{zone}""#) };
    let comma = if zone.is_empty() || fields.is_empty() { "" } else { "," };
    js_sys::JSON::parse(&format!("{{{zone}{comma}{fields}}}")).ok()
}

pub fn date(locale: Locale, zone: &str, style: Style, at: Timestamp) -> String {
    formatter(locale, zone, style).map_or_else(String::new, |f| f.format(at.0 as f64))
}

/// `24–26 November`, as short as the language allows.
pub fn date_range(locale: Locale, zone: &str, from: Timestamp, to: Timestamp) -> String {
    let Some(formatter) = formatter(locale, zone, Style::Day) else { return String::new() };
    if locale.is_chinese() {
        // Browsers shorten Chinese ranges to `11/22星期日`, as nobody writes.
        let (from, to) = (formatter.format(from.0 as f64), formatter.format(to.0 as f64));
        return if from == to { from } else { format!("{from}至{to}") };
    }
    formatter
        .format_range(from.0 as f64, to.0 as f64)
        .unwrap_or_else(|_| format!("{} – {}", formatter.format(from.0 as f64), formatter.format(to.0 as f64)))
}

/// A moment as clocks showed it at the given offset from UTC, so that no zone's name is needed.
pub fn clock_at(locale: Locale, offset_min: i32, at: Timestamp) -> String {
    date(locale, "UTC", Style::Moment, at.plus_ms(i64::from(offset_min) * 60_000))
}

/// The calendar day in a zone, for comparing: `2026-11-26`.
pub fn day_key(zone: &str, at: Timestamp) -> String {
    // Swedish writes dates as ISO 8601 does.
    [zone, "UTC"]
        .into_iter()
        .find_map(|zone| DateTimeFormat::new("sv", &options(zone, "")?).ok())
        .map_or_else(String::new, |f| f.format(at.0 as f64))
}

/// `3 minutes ago`; `None` within the last minute.
pub fn since(locale: Locale, at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = (now.0 - at.0) / 1000;
    let (value, unit) = match seconds {
        i64::MIN..60 => return None,
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let format = RelativeTimeFormat::new_relative(&tag(locale)).ok()?;
    Some(format.say(-(value as f64), unit))
}

/// `in 2 minutes`
pub fn in_seconds(locale: Locale, seconds: u32) -> Option<String> {
    let (value, unit) = if seconds < 60 { (seconds.max(1), "second") } else { (seconds.div_ceil(60), "minute") };
    let format = RelativeTimeFormat::new_relative(&tag(locale)).ok()?;
    Some(format.say(f64::from(value), unit))
}

/// An amount in the currency's minor unit, of which `decimals` make the major one.
pub fn money(locale: Locale, currency: &str, decimals: u32, minor: i64) -> String {
    let amount = minor as f64 / 10f64.powi(decimals as i32);
    let options = js_sys::JSON::parse(&format!(r#"{{"style":"currency","currency":"{currency}"}}"#)).ok();
    let format = options.and_then(|options| NumberFormat::new_number(&tag(locale), &options).ok());
    // Written by the browser, too: what Rust has for fractions weighs 8 kB.
    format.map_or_else(|| format!("{currency} {}", js::text(&amount.into())), |format| format.write(amount))
}
