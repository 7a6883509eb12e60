//! How long it takes, in words.

use crate::{
    i18n::{self, Style},
    session::Session,
};
use aftercart_shared::{
    api::conversations::{Minutes, QueueView},
    time::Timestamp,
};
use leptos::prelude::*;

/// `hers`: she stands in it; otherwise what she would find. Nothing, where there is nothing worth saying.
pub fn lines(session: Session, queue: &QueueView, hers: bool) -> Vec<String> {
    let t = session.t();
    let mut lines = Vec::new();
    if queue.closed {
        lines.push(t.queue_closed().to_owned());
        lines.extend(queue.opens_at.map(|at| back(session, at)));
        if !hers {
            lines.push(t.queue_leave().to_owned());
        }
        return lines;
    }
    if hers {
        lines.push(match queue.position {
            1 => t.queue_next().to_owned(),
            place => t.queue_place(&place.to_string()),
        });
    }
    lines.extend(queue.minutes.map(|Minutes { from, to }| match (hers, from == to) {
        (true, false) => t.queue_minutes(&from.to_string(), &to.to_string()),
        (true, true) => i18n::plural(to, |_| t.queue_minute().to_owned(), |count| t.queue_about(count)),
        (false, false) => t.queue_now(&from.to_string(), &to.to_string()),
        (false, true) => i18n::plural(to, |_| t.queue_now_minute().to_owned(), |count| t.queue_now_about(count)),
    }));
    lines
}

/// When somebody is there again, by the shop's clocks; where hers show something else, that is said.
fn back(session: Session, at: Timestamp) -> String {
    let (t, zone, locale) = (session.t(), session.boot.time_zone.as_str(), session.locale.get_untracked());
    let now = Timestamp(super::super::state::now());
    let day = |at: Timestamp| i18n::day_key(zone, at);
    let clock = i18n::date(locale, zone, Style::Clock, at);
    let told = if day(at) == day(now) {
        t.queue_back_today(&clock)
    } else if day(at) == day(now.plus_ms(Timestamp::DAY_MS)) {
        t.queue_back_tomorrow(&clock)
    } else {
        t.queue_back(&i18n::date(locale, zone, Style::Day, at), &clock)
    };
    match i18n::date(locale, "", Style::Moment, at) == i18n::date(locale, zone, Style::Moment, at) {
        true => told,
        false => t.queue_their_time(&told),
    }
}
