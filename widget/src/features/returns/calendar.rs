//! "Add to calendar": the day by which it must be on its way, as a file that every calendar reads (RFC 5545).

use super::status::download;
use crate::{
    i18n, js,
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button},
        dom::Dom,
    },
};
use aftercart_shared::{api::returns::ReturnView, returns::Method, time::Timestamp};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Nothing where there is no such day.
pub fn add(session: Session, shown: &ReturnView) -> Dom {
    let Some(by) = shown.send_by else { return Dom::default() };
    let t = session.t();
    let (number, shop) = (&shown.summary.number, &session.boot.shop_name);
    let name = match shown.method {
        Some(Method::Pickup) => t.returns_calendar_pickup(number, shop),
        _ => t.returns_calendar_send(number, shop),
    };
    let link = session.nav.href(&View::Return(Going::Status { id: shown.summary.id.0.clone() }));
    let origin = js::get(&window().location(), "origin").as_string().unwrap_or_default();
    let mut says = shown.next.clone();
    says.push(t.returns_calendar_zone(&session.boot.time_zone));
    let entry = Entry {
        uid: &shown.summary.id.0,
        day: &i18n::day_key(&session.boot.time_zone, by),
        next_day: &i18n::day_key(&session.boot.time_zone, by.plus_ms(Timestamp::DAY_MS)),
        made: &js::text(
            &js::call(&js::make("Date", &[]).unwrap_or(JsValue::UNDEFINED), "toISOString", &[])
                .unwrap_or(JsValue::UNDEFINED),
        ),
        name: &name,
        says: &js::joined(&says, "\n"),
        // Of who has the code alone there is no page to go back to.
        link: &if shown.order_id.is_some() { format!("{origin}{link}") } else { String::new() },
    };
    let (text, file) = (entry.write(), format!("{number}.ics"));
    button(Kind::Quiet, "calendar", t.returns_calendar_add(), move || {
        if let Some(file_made) = blob(&text) {
            download(js::address_of(&file_made), &file);
        }
    })
}

fn blob(text: &str) -> Option<JsValue> {
    let parts = js_sys::JSON::parse("[]").ok()?;
    js::set(&parts, "0", &text.into());
    let kind = js_sys::JSON::parse(r#"{"type":"text/calendar;charset=utf-8"}"#).ok()?;
    js::make("Blob", &[parts, kind]).ok()
}

struct Entry<'a> {
    uid: &'a str,
    /// `2026-12-06`, in the shop's time zone.
    day: &'a str,
    next_day: &'a str,
    /// `2026-11-22T12:30:00.000Z`
    made: &'a str,
    name: &'a str,
    says: &'a str,
    link: &'a str,
}

impl Entry<'_> {
    /// A day, not a moment: calendars show it on that day wherever they are. A reminder comes the morning before.
    fn write(&self) -> String {
        let digits = |text: &str| text.chars().filter(|c| *c != '-' && *c != ':').collect::<String>();
        let made = digits(self.made.split('.').next().unwrap_or_default());
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".into(),
            "PRODID:-//Aftercart//Returns//EN".into(),
            "BEGIN:VEVENT".into(),
            format!("UID:{}@aftercart", self.uid),
            format!("DTSTAMP:{made}Z"),
            format!("DTSTART;VALUE=DATE:{}", digits(self.day)),
            format!("DTEND;VALUE=DATE:{}", digits(self.next_day)),
            "TRANSP:TRANSPARENT".into(),
            format!("SUMMARY:{}", escaped(self.name)),
            format!("DESCRIPTION:{}", escaped(self.says)),
        ];
        if !self.link.is_empty() {
            lines.push(format!("URL:{}", self.link));
        }
        lines.extend(["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15H"].map(String::from));
        lines.push(format!("DESCRIPTION:{}", escaped(self.name)));
        lines.extend(["END:VALARM", "END:VEVENT", "END:VCALENDAR"].map(String::from));
        lines.iter().map(|line| folded(line)).collect()
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => out.extend(['\\', c]),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// No line is longer than 75 bytes; what goes on begins with a blank. Characters stay whole.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> String {
        let entry = Entry {
            uid: "7c9e",
            day: "2026-12-06",
            next_day: "2026-12-07",
            made: "2026-11-22T12:30:05.123Z",
            name,
            says: "Pack it; keep the receipt,\nplease",
            link: "https://help.shop.example/s/pk/returns/7c9e",
        };
        entry.write()
    }

    #[test]
    fn an_entry_is_a_whole_day_with_a_reminder() {
        let text = entry("Send back R-7K2M9Q");
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        for line in [
            "DTSTAMP:20261122T123005Z",
            "DTSTART;VALUE=DATE:20261206",
            "DTEND;VALUE=DATE:20261207",
            "SUMMARY:Send back R-7K2M9Q",
            "DESCRIPTION:Pack it\\; keep the receipt\\,\\nplease",
            "TRIGGER:-PT15H",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
        }
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let name = "请把商品连同全部配件包好".repeat(9);
        let text = entry(&name);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{name}\r\n")));
    }

    #[test]
    fn nothing_that_is_typed_ends_a_line() {
        assert_eq!(escaped("a\r\nATTENDEE:b\u{7}"), "a\\nATTENDEE:b");
    }
}
