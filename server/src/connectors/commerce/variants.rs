//! Which other sizes and colours there are of something that was bought, what they cost, and how many of them.
//!
//! Asked while a shopper waits, and again when she has chosen. A platform says what it knows; whether a variant may be
//! had in exchange is decided elsewhere.

use super::super::outgoing::Fault;
use aftercart_shared::{locale::Locale, money::Currency, returns::Words};
use futures_util::future::BoxFuture;

/// More variants than a shopper can look through; the rest of a product is not read.
pub const MOST: usize = 250;

/// A line of an order, by the platform's own ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOf {
    pub order: String,
    pub line: String,
    /// The order's: prices in another one are left out.
    pub currency: Currency,
}

/// All variants of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Siblings {
    /// Which of `variants` was bought; it may be gone from the shop since.
    pub bought: Option<String>,
    pub variants: Vec<Variant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The platform's own id.
    pub id: String,
    pub sku: Option<String>,
    /// In the order in which the shop names them: colour, size.
    pub options: Vec<OptionValue>,
    /// What one costs today with its tax, in minor units of the order's currency.
    pub price: Option<i64>,
    pub stock: Stock,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    /// *Colour*
    pub name: Words,
    /// *olive*
    pub value: Words,
}

/// How many can be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// The platform does not say.
    Unknown,
    /// What is promised to others is not among them. Never below nought.
    Pieces(i64),
    /// It is not counted, or may be sold without being there.
    Unlimited,
}

impl Stock {
    pub fn pieces(count: i64) -> Stock {
        Stock::Pieces(count.max(0))
    }
}

/// A platform that tells them.
pub trait Varied: Send + Sync + std::fmt::Debug {
    /// `None`: the platform knows no such line, or no product behind it any more.
    ///
    /// # Errors
    /// Why it could not be asked, or not understood.
    fn siblings<'a>(&'a self, of: &'a LineOf) -> BoxFuture<'a, Result<Option<Siblings>, Fault>>;
}

/// A text in the shop's own language, with its translations as far as we speak their languages.
pub(super) fn words(own: Option<(&str, String)>, translations: impl Iterator<Item = (String, String)>) -> Words {
    let mut words = Words::default();
    let own = own.map(|(tag, text)| (tag.to_owned(), text));
    // What stands in a language of ours is shown under it; the shop's own language, whatever it is, stands for English.
    for (tag, text) in translations.chain(own) {
        let text: String = text.trim().chars().take(100).collect();
        if !text.is_empty() {
            words.0.entry(Locale::parse(&tag).unwrap_or(Locale::En)).or_insert(text);
        }
    }
    words
}
