//! The policy file: TOML, read strictly. A misspelt name must not pass in silence, so every problem has its line.
//!
//! | top level | |
//! |---|---|
//! | `in_force_from` | required: the day from which orders are under this policy, `"2026-01-01"` |
//! | `name` | the shop's own, `{ en = "…", "zh-CN" = "…" }` |
//! | `time_zone` | IANA name; the site's when left out |
//! | `second_person_from` | `{ GBP = "500" }`: a refund of so much or more needs two of the shop's people |
//! | `refund_at` | `"receipt"` (as if left out): once the goods were counted; `"scan"`: at their first scan by a carrier or by us |
//! | `[gift]` | `returns = true`: whoever was given something may return it for store credit or another variant, and the giver hears nothing; left out: only the buyer may |
//! | `[tags]` | tags for goods by SKU: `lamp = ["LP-DESK", "LP-PEND-*"]`; they add to those the shop's system sends |
//! | `[[reason]]` | reasons of the shop's own: `id`, `words`, and `under` another |
//! | `[[rule]]` | `name`, `when`, `then` |
//! | `[otherwise]` | what holds where no rule says anything: the same fields as `then` |
//! | `[[example]]` | see [`super::example`] |
//!
//! | `when` | every condition must hold; of a list one entry must |
//! |---|---|
//! | `reasons`, `tags`, `types`, `channels`, `customer_groups` | lists of names; upper and lower case are the same |
//! | `countries` | where it was delivered: `["GB", "EU"]` |
//! | `price_from`, `price_below` | what was paid for one piece: `{ GBP = "200" }`; never holds in a currency not named |
//! | `on_sale`, `final_sale` | `true` or `false` |
//! | `ordered` | `{ from = "11-01", until = "12-24" }`: every year, both days included; or with a year |
//! | `asked_within` | `"14 days"` of the item's arrival |
//!
//! | `then`, `[otherwise]` | |
//! |---|---|
//! | `within` | `"30 days"`, `"2 weeks"`, `"6 months"`, `"2 years"`, `"no limit"`; the day it is counted from is not counted |
//! | `counted_from` | `delivery` (of the item), `last_delivery` (of the order), `shipment`, `order` |
//! | `open_until` | `"01-31"`: in any case until then; `"none"`: no more time, whatever rules below say |
//! | `decision` | `approve`, `photo`, `person`, `refuse` |
//! | `because` | `final_sale`, `made_to_order`, `hygiene`, `gift_card`, `digital`, `perishable`, or words |
//! | `restocking` | `"10%"` of what was paid |
//! | `postage` | `"free"`; `"shopper"`: she pays her carrier; or `{ drop_off = { GBP = "2.95" }, pickup = { GBP = "4.95" } }` |
//! | `exchange_postage` | the same for exchanges, replacements and repairs; left out everywhere: as `postage` |
//! | `delivery_charge` | `kept`, `whole_order`, `share`: what becomes of the charge for the first delivery |
//! | `resolutions` | `refund`, `store_credit`, `replacement`, `exchange_variant`, `exchange_any`, `repair` |
//! | `credit_bonus` | `"5%"` more as store credit |
//! | `keep_below` | `{ GBP = "15" }`: worth less than that, the goods may stay with the shopper |
//! | `methods` | `drop_off`, `label`, `pickup`, `in_store`, `ship_later` |

use super::{
    check,
    example::Example,
    reasons::OwnReason,
    span::Span,
    values::{Amounts, Because, CalendarDay, OpenUntil, Place, Postage, words},
    window::ShopCalendar,
};
use crate::returns::money::DeliveryCharge;
use aftercart_shared::{
    money::Currency,
    returns::{Counted, Day, Method, Percent, Resolution, Verdict, Words},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The rules that hold for orders from a certain day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(default, deserialize_with = "words")]
    pub name: Words,
    pub in_force_from: Day,
    pub time_zone: Option<Spanned<String>>,
    pub second_person_from: Option<Amounts>,
    pub refund_at: Option<RefundAt>,
    #[serde(default)]
    pub gift: Gift,
    #[serde(default)]
    pub tags: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "reason")]
    pub reasons: Vec<OwnReason>,
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub otherwise: Settings,
    #[serde(default, rename = "example")]
    pub examples: Vec<Spanned<Example>>,
}

/// What starts a refund of goods that come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundAt {
    /// Somebody has counted and graded them.
    Receipt,
    /// The first scan on their way, unless a person has to look. Never a carrier's word that they were delivered.
    Scan,
}

/// What whoever was given something may do with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    /// Return it for store credit or another variant; the giver hears nothing.
    #[serde(default)]
    pub returns: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(deserialize_with = "words")]
    pub name: Words,
    pub when: Spanned<When>,
    pub then: Spanned<Settings>,
}

/// Which items a rule speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    pub reasons: Vec<Spanned<String>>,
    pub tags: Vec<String>,
    pub types: Vec<String>,
    pub countries: Vec<Place>,
    pub channels: Vec<String>,
    pub customer_groups: Vec<String>,
    pub price_from: Option<Amounts>,
    pub price_below: Option<Amounts>,
    pub on_sale: Option<bool>,
    pub final_sale: Option<bool>,
    pub ordered: Option<Ordered>,
    pub asked_within: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordered {
    pub from: CalendarDay,
    pub until: CalendarDay,
}

/// What is said about an item. What is left out is left to later rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub within: Option<Span>,
    pub counted_from: Option<Counted>,
    pub open_until: Option<OpenUntil>,
    pub decision: Option<Verdict>,
    pub because: Option<Because>,
    pub restocking: Option<Percent>,
    pub postage: Option<Postage>,
    pub exchange_postage: Option<Postage>,
    pub delivery_charge: Option<DeliveryCharge>,
    pub resolutions: Option<Vec<Resolution>>,
    pub credit_bonus: Option<Percent>,
    pub keep_below: Option<Amounts>,
    pub methods: Option<Vec<Method>>,
}

impl Settings {
    /// What holds where a policy says nothing at all: the European minimum, free of charge.
    pub fn standard() -> Settings {
        Settings {
            within: Some(Span::Days(14)),
            counted_from: Some(Counted::Delivery),
            decision: Some(Verdict::Approve),
            restocking: Some(Percent::NONE),
            postage: Some(Postage::Free),
            delivery_charge: Some(DeliveryCharge::Kept),
            resolutions: Some(vec![Resolution::Refund]),
            credit_bonus: Some(Percent::NONE),
            methods: Some(vec![Method::DropOff]),
            ..Settings::default()
        }
    }
}

/// Something to mend in a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In English, as all of the command line.
    pub text: String,
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn at(source: &str, offset: usize, text: impl Into<String>) -> Problem {
        let before = source.get(..offset).unwrap_or(source);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        Problem { line, column: before[start..].chars().count() + 1, text: text.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Problem {
        Problem { hint: Some(hint.into()), ..self }
    }
}

impl Policy {
    /// Reads and checks a policy.
    ///
    /// # Errors
    /// Everything that is to be mended: one problem if the file cannot be read at all, else all of them.
    pub fn parse(source: &str) -> Result<Policy, Vec<Problem>> {
        let policy: Policy = toml::from_str(source).map_err(|error| vec![check::unreadable(source, &error)])?;
        let problems = check::problems(source, &policy);
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }

    /// Whether a refund of so much, in minor units, needs two people.
    pub fn needs_second(&self, total: i64, currency: Currency) -> bool {
        self.second_person_from.as_ref().and_then(|from| from.minor(currency)).is_some_and(|from| total >= from)
    }

    /// Its own calendar, else that of the site.
    pub fn calendar(&self, site_zone: &str) -> ShopCalendar {
        let zone = self.time_zone.as_ref().map_or(site_zone, |zone| zone.get_ref().as_str());
        ShopCalendar::of_zone(zone).unwrap_or_else(ShopCalendar::utc)
    }
}
