//! How the desk says what it knows: failures, waiting times, how sure we are of somebody.

use super::{Desk, client::Failure};
use crate::i18n::{self, Style};
use aftercart_shared::{
    api::{
        conversations::Subject,
        desk::{Certainty, DeskVisitor},
        shoppers::ShopperKind,
    },
    error::ErrorCode,
    locale::Locale,
    time::Timestamp,
};
use leptos::prelude::*;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// From here on somebody waits too long, and from there on far too long.
const SOON_MS: i64 = 5 * MINUTE_MS;
const LATE_MS: i64 = 15 * MINUTE_MS;

/// In the words of whoever works here; shoppers' words would beg her pardon.
pub fn failure(desk: Desk, failure: &Failure) -> String {
    let t = desk.t();
    let when = failure.retry_after.and_then(|seconds| i18n::in_seconds(desk.locale.get_untracked(), seconds));
    match (failure.code.as_str(), when) {
        ("rate_limited", Some(when)) => t.errors_rate_limited_until(&when),
        ("log_in_refused", _) => t.desk_refused().into(),
        ("agent_not_allowed", _) => t.desk_not_allowed().into(),
        ("conversation_closed", _) => t.desk_is_closed().into(),
        ("conversation_not_found", _) => t.desk_not_found().into(),
        ("not_possible_now", _) => match failure.message.strip_suffix(" has it") {
            Some(name) => t.desk_somebody_has_it(name),
            None => t.desk_not_possible_now().into(),
        },
        ("session_expired" | "key_invalid", _) => t.desk_session_ended().into(),
        ("offline", _) => t.desk_offline().into(),
        _ => t.error(failure.known().unwrap_or(ErrorCode::Internal)).into(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Calm,
    Soon,
    Late,
}

pub fn urgency(waited_ms: i64) -> Urgency {
    match waited_ms {
        ..SOON_MS => Urgency::Calm,
        SOON_MS..LATE_MS => Urgency::Soon,
        _ => Urgency::Late,
    }
}

/// How long in whole units, the largest that fits: minutes, hours, days.
fn units(ms: i64) -> (i64, char) {
    match ms.max(0) / MINUTE_MS {
        minutes @ 0..60 => (minutes, 'm'),
        minutes @ 60..1440 => (minutes / 60, 'h'),
        minutes => (minutes / 1440, 'd'),
    }
}

/// `4 min`, `2 h`, `3 d`
pub fn duration(desk: Desk, ms: i64) -> String {
    let t = desk.t();
    match units(ms) {
        (0, _) => t.desk_wait_now().into(),
        (minutes, 'm') => t.desk_wait_minutes(&minutes.to_string()),
        (hours, 'h') => t.desk_wait_hours(&hours.to_string()),
        (days, _) => t.desk_wait_days(&days.to_string()),
    }
}

/// The clock today, the day before that.
pub fn short_time(desk: Desk, at: Timestamp) -> String {
    let locale = desk.locale.get_untracked();
    let today = i18n::day_key("", at) == i18n::day_key("", Timestamp(super::client::now()));
    i18n::date(locale, "", if today { Style::Clock } else { Style::Short }, at)
}

/// A calendar day of the log, by her own clock.
pub fn day(desk: Desk, at: Timestamp) -> String {
    let (t, now) = (desk.t(), super::client::now());
    let key = i18n::day_key("", at);
    if key == i18n::day_key("", Timestamp(now)) {
        t.chat_today().into()
    } else if key == i18n::day_key("", Timestamp(now - DAY_MS)) {
        t.chat_yesterday().into()
    } else {
        i18n::date(desk.locale.get_untracked(), "", Style::Day, at)
    }
}

/// What she is called: by her name, by what she has proved, or not at all.
pub fn name(desk: Desk, visitor: &DeskVisitor) -> String {
    let known = [&visitor.name, &visitor.email, &visitor.phone].into_iter().flatten().find(|text| !text.is_empty());
    known.cloned().unwrap_or_else(|| desk.t().desk_visitor().into())
}

pub fn certainty(desk: Desk, visitor: &DeskVisitor) -> &'static str {
    let t = desk.t();
    match (visitor.certainty, visitor.proof) {
        (Certainty::Anonymous, _) => t.desk_unproved(),
        (_, Some(ShopperKind::Email)) => t.desk_proved_email(),
        (_, Some(ShopperKind::Phone)) => t.desk_proved_phone(),
        (_, Some(ShopperKind::Customer)) => t.desk_proved_customer(),
        (_, None) => t.desk_proved(),
    }
}

/// What she was looking at.
pub fn about(desk: Desk, subject: &Subject) -> Option<String> {
    let t = desk.t();
    match subject {
        Subject { return_number: Some(number), .. } => Some(t.desk_about_return(number)),
        Subject { order: Some(number), .. } => Some(t.desk_about_order(number)),
        Subject { article: Some(slug), .. } => Some(t.desk_about_article(slug)),
        _ => None,
    }
}

/// A language by its own name.
pub fn language(tag: &str) -> String {
    Locale::parse(tag).map_or_else(|| tag.to_owned(), |locale| locale.own_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_the_largest_unit_that_fits() {
        for (ms, expected) in [
            (-5, (0, 'm')),
            (59_999, (0, 'm')),
            (60_000, (1, 'm')),
            (59 * 60_000, (59, 'm')),
            (3_600_000, (1, 'h')),
            (86_399_999, (23, 'h')),
            (3 * 86_400_000, (3, 'd')),
        ] {
            assert_eq!(units(ms), expected, "{ms}");
        }
    }

    #[test]
    fn who_waits_long_is_seen() {
        assert_eq!(urgency(0), Urgency::Calm);
        assert_eq!(urgency(5 * 60_000), Urgency::Soon);
        assert_eq!(urgency(15 * 60_000), Urgency::Late);
    }
}
