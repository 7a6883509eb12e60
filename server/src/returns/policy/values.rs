//! What stands behind the equals signs of a policy file.

use aftercart_shared::{
    locale::Locale,
    money::{Currency, Money},
    returns::{Day, Method, NotReturnable, Words},
};
use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{collections::BTreeMap, fmt};

/// One amount for each currency the shop sells in: `{ GBP = "2.95", EUR = "4.90" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct Amounts(Vec<Money>);

impl Amounts {
    /// In minor units; `None` where the shop names no amount in this currency.
    pub fn minor(&self, currency: Currency) -> Option<i64> {
        self.0.iter().find(|amount| amount.currency == currency).map(|amount| amount.minor)
    }

    pub fn all(&self) -> &[Money] {
        &self.0
    }
}

impl TryFrom<BTreeMap<String, String>> for Amounts {
    type Error = String;
    fn try_from(amounts: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        let read = |(code, text): (String, String)| {
            let currency = Currency::parse(&code)
                .ok_or_else(|| format!("{code:?} is not a currency; write its three letters, like GBP"))?;
            Money::from_major(&text, currency).filter(|amount| amount.minor >= 0).ok_or_else(|| {
                format!(
                    "{text:?} is not an amount of {code}; write it like \"2.95\", with {} decimals at most",
                    currency.decimals()
                )
            })
        };
        Ok(Amounts(amounts.into_iter().map(read).collect::<Result<_, _>>()?))
    }
}

/// Why the shop says no, or what it has to say to a yes: a kind we have words for, or the shop's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    Kind(NotReturnable),
    Shop(Words),
}

impl<'de> Deserialize<'de> for Because {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Because;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a reason, or the shop's words as { en = \"…\", \"zh-CN\" = \"…\" }")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Because, E> {
                let names: Vec<&str> = NotReturnable::ALL.iter().map(|kind| kind.name()).collect();
                NotReturnable::parse(name).map(Because::Kind).ok_or_else(|| {
                    E::custom(format!(
                        "{name:?} is none of {}; for words of your own write {{ en = \"…\", \"zh-CN\" = \"…\" }}",
                        names.join(", ")
                    ))
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Because, A::Error> {
                words(MapAccessDeserializer::new(map)).map(Because::Shop)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Texts in both languages: what shoppers read must exist for all of them.
pub fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
    let words = BTreeMap::<Locale, String>::deserialize(deserializer)?;
    let has = |chinese: bool| words.iter().any(|(l, text)| l.is_chinese() == chinese && !text.trim().is_empty());
    if has(false) && has(true) {
        Ok(Words(words))
    } else {
        Err(de::Error::custom("the words are needed in both languages: { en = \"…\", \"zh-CN\" = \"…\" }"))
    }
}

/// Who pays for the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Postage {
    /// The shop.
    Free,
    /// The shopper: by method, taken off the refund once. A method or currency that is not named is free, but for goods
    /// that she sends herself she pays the carrier.
    Shopper(BTreeMap<Method, Amounts>),
}

/// What one way back costs, and whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Nothing to the shopper.
    Free,
    /// She pays a carrier of her own, and the shop gives it back.
    PaidBack,
    /// Taken off the refund, once for a return; in minor units.
    TakenOff(i64),
    /// She pays a carrier of her own.
    OwnCarrier,
}

impl Postage {
    pub fn cost(&self, method: Method, currency: Currency) -> Cost {
        match (self, method) {
            (Postage::Free, Method::ShipLater) => Cost::PaidBack,
            (Postage::Shopper(_), Method::ShipLater) => Cost::OwnCarrier,
            (Postage::Free, _) => Cost::Free,
            (Postage::Shopper(by), method) => match by.get(&method).and_then(|amounts| amounts.minor(currency)) {
                None | Some(0) => Cost::Free,
                Some(minor) => Cost::TakenOff(minor),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Postage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Postage;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"free\", \"shopper\", or amounts by method like { drop_off = { GBP = \"2.95\" } }")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Postage, E> {
                match text {
                    "free" => Ok(Postage::Free),
                    "shopper" => Ok(Postage::Shopper(BTreeMap::new())),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Postage, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(map)).map(Postage::Shopper)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A day, or the same day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum CalendarDay {
    On(Day),
    /// Month and day.
    Yearly(i8, i8),
}

/// Whether there is more time than a length of time alone would give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum OpenUntil {
    /// No, whatever rules below say.
    NoExtension,
    Until(CalendarDay),
}

impl TryFrom<String> for OpenUntil {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "none" => Ok(OpenUntil::NoExtension),
            _ => CalendarDay::try_from(text).map(OpenUntil::Until),
        }
    }
}

impl CalendarDay {
    /// Reads `2027-01-31`, or `01-31` for every year. 29 February is not in every year.
    pub fn parse(text: &str) -> Option<CalendarDay> {
        match Day::parse(text) {
            Some(day) => Some(CalendarDay::On(day)),
            // 2026 is no leap year.
            None => {
                Day::parse(&format!("2026-{text}")).map(|day| CalendarDay::Yearly(day.month() as i8, day.day() as i8))
            }
        }
    }

    /// The first such day on or after `from`; the day itself when it names its year.
    pub fn next(self, from: Date) -> Date {
        match self {
            CalendarDay::On(day) => to_date(day),
            CalendarDay::Yearly(month, day) => {
                let this = from.with().month(1).day(1).build().and_then(|d| d.with().month(month).day(day).build());
                let this = this.unwrap_or(from);
                if this >= from { this } else { this.with().year(this.year() + 1).build().unwrap_or(this) }
            }
        }
    }
}

impl TryFrom<String> for CalendarDay {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        CalendarDay::parse(&text).ok_or_else(|| {
            format!("{text:?} is not a day; write \"2027-01-31\", or \"01-31\" for every year (29 February is not in every year)")
        })
    }
}

pub fn to_date(day: Day) -> Date {
    Date::new(day.year(), day.month() as i8, day.day() as i8).unwrap_or(Date::MAX)
}

/// Days beyond the year 9999 or before the year 1 are the last or first of those that are.
pub fn to_day(date: Date) -> Day {
    let part = |part: i8| u8::try_from(part).unwrap_or(1);
    Day::new(date.year().max(1), part(date.month()), part(date.day())).unwrap_or_else(|| to_day(Date::MAX))
}

/// A country by its two letters, or `EU`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Place(String);

/// Member states of the European Union (2026).
const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl Place {
    pub fn code(&self) -> &str {
        &self.0
    }

    pub fn contains(&self, country: &str) -> bool {
        self.0.eq_ignore_ascii_case(country) || self.0 == "EU" && EU.iter().any(|one| one.eq_ignore_ascii_case(country))
    }
}

impl TryFrom<String> for Place {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let letters = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        if text == "UK" {
            return Err("write GB for the United Kingdom".into());
        }
        letters.then_some(Place(text.clone())).ok_or_else(|| {
            format!("{text:?} is not a country; write its two capital letters (ISO 3166), like GB, or EU for all of the Union")
        })
    }
}
