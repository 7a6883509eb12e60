//! Whether a rule speaks of an item.

use super::{
    facts::{Arrival, Ask, Line, Order},
    file::{Ordered, Policy, When},
    reasons,
    values::CalendarDay,
    window::ShopCalendar,
};
use aftercart_shared::time::Timestamp;
use jiff::civil::Date;

/// What a question is put with.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub policy: &'a Policy,
    pub calendar: &'a ShopCalendar,
    pub order: &'a Order,
    pub line: &'a Line,
    pub ask: &'a Ask,
    pub now: Timestamp,
}

impl Question<'_> {
    /// Whether every condition holds.
    pub fn fits(&self, when: &When) -> bool {
        let (order, line) = (self.order, self.line);
        let one_of = |wanted: &[String], has: &[&str]| wanted.is_empty() || wanted.iter().any(|w| names(has, w));
        let maybe = |value: &Option<String>| value.iter().map(String::as_str).collect::<Vec<_>>().join("");
        let groups: Vec<&str> = order.customer_groups.iter().map(String::as_str).collect();
        let (kind, channel) = (maybe(&line.product_type), maybe(&order.channel));
        self.reason_fits(when)
            && (when.tags.is_empty() || when.tags.iter().any(|tag| self.has_tag(tag)))
            && one_of(&when.types, &[&kind])
            && one_of(&when.channels, &[&channel])
            && one_of(&when.customer_groups, &groups)
            && self.country_fits(when)
            && self.price_fits(when)
            && when.on_sale.is_none_or(|wanted| wanted == line.on_sale)
            && when.final_sale.is_none_or(|wanted| wanted == line.final_sale)
            && when.ordered.is_none_or(|days| includes(days, self.calendar.date(order.placed_at)))
            && self.asked_in_time(when)
    }

    fn reason_fits(&self, when: &When) -> bool {
        let own = &self.policy.reasons;
        let is = |wanted: &String| reasons::is_under(own, &self.ask.reason, wanted);
        when.reasons.is_empty() || when.reasons.iter().any(|wanted| is(wanted.get_ref()))
    }

    fn has_tag(&self, tag: &str) -> bool {
        let sent = self.line.tags.iter().any(|has| same(has, tag));
        let skus = self.policy.tags.iter().filter(|(name, _)| same(name, tag)).flat_map(|(_, skus)| skus);
        let by_sku = |sku: &String| skus.clone().any(|pattern| sku_matches(pattern, sku));
        sent || self.line.sku.as_ref().is_some_and(by_sku)
    }

    fn country_fits(&self, when: &When) -> bool {
        let country = self.order.country.as_deref().unwrap_or_default();
        when.countries.is_empty() || when.countries.iter().any(|place| place.contains(country))
    }

    fn price_fits(&self, when: &When) -> bool {
        let (paid, currency) = (self.line.paid_each, self.order.currency);
        let from = |amounts: &super::Amounts| amounts.minor(currency).is_some_and(|from| paid >= from);
        let below = |amounts: &super::Amounts| amounts.minor(currency).is_some_and(|below| paid < below);
        when.price_from.as_ref().is_none_or(from) && when.price_below.as_ref().is_none_or(below)
    }

    /// Counted from the item's own arrival, or what stands in for it where nobody tells of that.
    fn asked_in_time(&self, when: &When) -> bool {
        let Some(span) = when.asked_within else { return true };
        let since = match self.line.arrival {
            Arrival::Delivered(at) => at,
            Arrival::Awaited | Arrival::Untracked => self.line.sent_at.unwrap_or(self.order.placed_at),
        };
        span.last_day(self.calendar.date(since)).is_none_or(|last| self.calendar.date(self.now) <= last)
    }
}

fn names(has: &[&str], wanted: &str) -> bool {
    has.iter().any(|has| same(has, wanted))
}

fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// `LP-*` is every SKU that begins with `LP-`.
fn sku_matches(pattern: &str, sku: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => sku.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin)),
        None => same(pattern, sku),
    }
}

fn includes(days: Ordered, day: Date) -> bool {
    let order = |day: CalendarDay| match day {
        CalendarDay::On(day) => (day.year(), day.month() as i8, day.day() as i8),
        CalendarDay::Yearly(month, day) => (0, month, day),
    };
    let (from, until) = (order(days.from), order(days.until));
    let with_year = |bound: (i16, i8, i8)| (if bound.0 == 0 { 0 } else { day.year() }, day.month(), day.day());
    let (after, before) = (with_year(from) >= from, with_year(until) <= until);
    // From December to January, every year.
    let over_new_year = from.0 == 0 && until.0 == 0 && from > until;
    if over_new_year { after || before } else { after && before }
}
