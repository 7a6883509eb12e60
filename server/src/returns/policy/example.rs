//! Examples in the policy file itself: what the shop expects of its rules, so that an edit that breaks a promise is seen.
//!
//! ```toml
//! [[example]]
//! name = "Desk lamp, thirtieth day"
//! currency = "GBP"
//! country = "GB"
//! sku = "LP-DESK"
//! paid = "89.00"                      # for one piece
//! reason = "changed_mind"
//! ordered = "2026-03-01"              # a day (noon), or a moment: "2026-03-01T23:59"
//! delivered = "2026-03-04"
//! asked = "2026-04-03T23:59"
//! expect = "approve"
//! until = "2026-04-03"
//! postage = { drop_off = "2.95", in_store = "0" }
//! ```
//!
//! Days and moments are those of the shop's calendar. `quantity` and `bought` are 1 where they are left out. `sent` alone,
//! without `delivered`, is a parcel that nobody tracks; `awaited = true` one that a carrier says is not there yet.
//! `because`, `resolutions` and `methods` may be expected too; what is not written is not checked.

use super::{
    decide::{Decision, decide},
    facts::{Arrival, Ask, Line, Order},
    file::Policy,
    values::Cost,
    window::ShopCalendar,
};
use aftercart_shared::{
    i18n::Messages,
    money::{Currency, Money},
    returns::{Day, Method, NotReturnable, ReasonId, Resolution, Verdict, Why},
    time::Timestamp,
};
use jiff::civil;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub name: String,
    currency: Currency,
    country: Option<String>,
    channel: Option<String>,
    #[serde(default)]
    customer_groups: Vec<String>,
    sku: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(rename = "type")]
    product_type: Option<String>,
    paid: String,
    #[serde(default)]
    on_sale: bool,
    #[serde(default)]
    final_sale: bool,
    #[serde(default = "one")]
    bought: i64,
    #[serde(default)]
    returned: i64,
    #[serde(default = "one")]
    quantity: i64,
    pub reason: ReasonId,
    ordered: String,
    sent: Option<String>,
    delivered: Option<String>,
    #[serde(default)]
    awaited: bool,
    asked: String,
    expect: Verdict,
    until: Option<Day>,
    because: Option<NotReturnable>,
    resolutions: Option<Vec<Resolution>>,
    methods: Option<Vec<Method>>,
    /// In major units of the example's currency; `0` is free.
    postage: Option<BTreeMap<Method, String>>,
}

fn one() -> i64 {
    1
}

/// A question that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub order: Order,
    pub ask: Ask,
    pub now: Timestamp,
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surprise {
    pub matter: &'static str,
    /// Empty for nothing.
    pub expected: String,
    pub found: String,
}

impl Example {
    /// # Errors
    /// In words, when a date or an amount is none.
    pub fn facts(&self, calendar: &ShopCalendar) -> Result<Facts, String> {
        let at = |text: &String| moment(calendar, text);
        let maybe = |text: &Option<String>| text.as_ref().map(at).transpose();
        let amount = |text: &str| {
            Money::from_major(text, self.currency)
                .map(|money| money.minor)
                .ok_or_else(|| format!("{text:?} is not an amount of {}", self.currency.code()))
        };
        for text in self.postage.iter().flat_map(BTreeMap::values) {
            amount(text)?;
        }
        let arrival = match maybe(&self.delivered)? {
            Some(at) => Arrival::Delivered(at),
            None if self.awaited => Arrival::Awaited,
            None => Arrival::Untracked,
        };
        let line = Line {
            id: "1".into(),
            sku: self.sku.clone(),
            tags: self.tags.clone(),
            product_type: self.product_type.clone(),
            paid_each: amount(&self.paid)?,
            on_sale: self.on_sale,
            final_sale: self.final_sale,
            bought: self.bought,
            returned: self.returned,
            sent_at: maybe(&self.sent)?,
            arrival,
        };
        let order = Order {
            placed_at: at(&self.ordered)?,
            cancelled: false,
            currency: self.currency,
            country: self.country.clone(),
            channel: self.channel.clone(),
            customer_groups: self.customer_groups.clone(),
            lines: vec![line],
        };
        let ask = Ask { reason: self.reason.clone(), quantity: self.quantity };
        Ok(Facts { order, ask, now: at(&self.asked)? })
    }

    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What the policy says to it.
    ///
    /// # Errors
    /// As [`Example::facts`].
    pub fn decide(&self, policy: &Policy, calendar: &ShopCalendar) -> Result<Decision, String> {
        let Facts { order, ask, now } = self.facts(calendar)?;
        let line = order.lines.first().ok_or("an example has a line")?;
        Ok(decide(policy, calendar, &order, line, &ask, now))
    }

    /// Where the decision is not the expected one.
    pub fn surprises(&self, decision: &Decision, t: Messages) -> Vec<Surprise> {
        let mut all = vec![surprise("expect", self.expect.words(t).into(), decision.verdict.words(t).into())];
        if let Some(until) = self.until {
            let found = decision.last_day.map_or_else(String::new, |day| day.to_string());
            all.push(surprise("until", until.to_string(), found));
        }
        if let Some(kind) = self.because {
            let found = decision.why.iter().find_map(|why| match why {
                Why::NotReturnable { kind } => Some(kind.name()),
                _ => None,
            });
            all.push(surprise("because", kind.name().into(), found.unwrap_or_default().into()));
        }
        if let Some(wanted) = &self.resolutions {
            let names = |all: &[Resolution]| all.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
            all.push(surprise("resolutions", names(wanted), names(&decision.resolutions)));
        }
        if let Some(wanted) = &self.methods {
            let found = decision.methods.iter().map(|offer| offer.method.name()).collect::<Vec<_>>().join(", ");
            let wanted = wanted.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
            all.push(surprise("methods", wanted, found));
        }
        for (method, text) in self.postage.iter().flatten() {
            let wanted = Money::from_major(text, self.currency).map(Money::to_major).unwrap_or_default();
            let offer = decision.methods.iter().find(|offer| offer.method == *method);
            let minor = offer.map(|offer| match offer.cost {
                Cost::TakenOff(minor) => minor,
                Cost::Free | Cost::PaidBack | Cost::OwnCarrier => 0,
            });
            let found = minor.map(|minor| Money { minor, currency: self.currency }.to_major());
            all.push(surprise("postage", wanted, found.unwrap_or_default()));
        }
        all.into_iter().filter(|surprise| surprise.expected != surprise.found).collect()
    }
}

fn surprise(matter: &'static str, expected: String, found: String) -> Surprise {
    Surprise { matter, expected, found }
}

/// `2026-03-01` (noon), `2026-03-01T23:59` in the shop's calendar, or a moment with its own zone.
fn moment(calendar: &ShopCalendar, text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(at.as_millisecond()));
    }
    if let Some(day) = Day::parse(text) {
        return Ok(calendar.noon(day));
    }
    let wrong = |_| format!("{text:?} is not a day; write 2026-03-01, or 2026-03-01T23:59 for a moment of it");
    text.parse::<civil::DateTime>().map(|local| calendar.moment(local)).map_err(wrong)
}
