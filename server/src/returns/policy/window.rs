//! Until when something may come back, by the shop's own calendar.

use super::{
    facts::{Arrival, Line, Order},
    span::Span,
    values::{OpenUntil, to_date, to_day},
};
use aftercart_shared::{
    returns::{Counted, Day},
    time::Timestamp,
};
use jiff::{civil::Date, tz::TimeZone};

/// The shop's calendar.
#[derive(Clone, Debug)]
pub struct ShopCalendar(TimeZone);

impl ShopCalendar {
    /// By the IANA name of its zone; `None` for a name nobody knows.
    pub fn of_zone(name: &str) -> Option<ShopCalendar> {
        TimeZone::get(name).ok().map(ShopCalendar)
    }

    pub fn utc() -> ShopCalendar {
        ShopCalendar(TimeZone::UTC)
    }

    pub fn zone(&self) -> &TimeZone {
        &self.0
    }

    /// Which day it is there.
    pub fn date(&self, at: Timestamp) -> Date {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.0.to_datetime(moment).date()
    }

    pub fn day(&self, at: Timestamp) -> Day {
        to_day(self.date(at))
    }

    /// What its clocks show: `18:05`.
    pub fn clock(&self, at: Timestamp) -> String {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.0.to_datetime(moment).strftime("%H:%M").to_string()
    }

    pub fn noon(&self, day: Day) -> Timestamp {
        self.moment(to_date(day).at(12, 0, 0, 0))
    }

    /// A clock's time there. Where clocks jump over it, the moment after the jump; where it comes twice, the first.
    pub fn moment(&self, local: jiff::civil::DateTime) -> Timestamp {
        let at = self.0.to_ambiguous_zoned(local).compatible();
        at.map_or(Timestamp(0), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
    }
}

/// The days on which a line may come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    NoLimit,
    /// It is counted from the arrival of the order's last parcel, and that is still awaited.
    NotYet,
    Until {
        counted: Counted,
        /// The day it is counted from; the day after it is the first of the window.
        since: Day,
        /// It counts to midnight.
        last_day: Day,
        /// Later than the length of time alone, because the shop gives until a certain day.
        extended: bool,
    },
}

impl Window {
    pub fn is_open(&self, today: Date) -> bool {
        match self {
            Window::NoLimit | Window::NotYet => true,
            Window::Until { last_day, .. } => to_day(today) <= *last_day,
        }
    }

    pub fn last_day(&self) -> Option<Day> {
        match self {
            Window::NoLimit | Window::NotYet => None,
            Window::Until { last_day, .. } => Some(*last_day),
        }
    }
}

/// From when it is counted: what is asked for if it is known, else when it was sent, else when it was ordered. `None`
/// while the order's last parcel, from whose arrival it is counted, is still awaited.
fn counted_from(wanted: Counted, order: &Order, line: &Line) -> Option<(Counted, Timestamp)> {
    let sent = line.sent_at.map_or((Counted::Order, order.placed_at), |at| (Counted::Shipment, at));
    Some(match (wanted, line.arrival) {
        (Counted::Order, _) => (Counted::Order, order.placed_at),
        (Counted::Shipment, _) => sent,
        (Counted::Delivery, Arrival::Delivered(at)) => (Counted::Delivery, at),
        (Counted::LastDelivery, Arrival::Delivered(at)) => match order.all_arrived_at()? {
            last if last > at => (Counted::LastDelivery, last),
            _ => (Counted::Delivery, at),
        },
        (Counted::Delivery | Counted::LastDelivery, Arrival::Awaited | Arrival::Untracked) => sent,
    })
}

/// The window of one line.
pub fn window(
    calendar: &ShopCalendar,
    order: &Order,
    line: &Line,
    within: Span,
    counted: Counted,
    open_until: Option<OpenUntil>,
) -> Window {
    let Some((counted, at)) = counted_from(counted, order, line) else { return Window::NotYet };
    let since = calendar.date(at);
    let Some(plain) = within.last_day(since) else { return Window::NoLimit };
    let longer = match open_until {
        Some(OpenUntil::Until(day)) => Some(day.next(calendar.date(order.placed_at))).filter(|longer| *longer > plain),
        Some(OpenUntil::NoExtension) | None => None,
    };
    let last_day = to_day(longer.unwrap_or(plain));
    Window::Until { counted, since: to_day(since), last_day, extended: longer.is_some() }
}
