//! Carriers: their names, their own pages, and whose number this could be.

mod check_digit;
mod guess;
mod report;
mod table;
pub mod when;

pub use guess::{Candidate, Confidence, best, candidates};
pub use report::{CarrierEvent, CarrierReport, Promise};
pub use table::{CARRIERS, Carrier};

use aftercart_shared::{locale::Locale, validate::fold_width};

/// What a parcel has whose carrier is none of ours.
pub const OTHER: &str = "other";

/// `None` for `other` and whatever we have not heard of.
pub fn carrier(code: &str) -> Option<&'static Carrier> {
    CARRIERS.iter().find(|carrier| carrier.code == code)
}

/// As its customers call it.
pub fn name(code: &str, locale: Locale) -> Option<&'static str> {
    carrier(code).map(|carrier| if locale.is_chinese() { carrier.chinese } else { carrier.english })
}

/// The code of a carrier by its name or code; `other` for one that we do not know.
pub fn code(name: &str) -> &'static str {
    let key: String = letters(name).flat_map(char::to_lowercase).collect();
    let known = |carrier: &&Carrier| carrier.names.contains(&key.as_str());
    CARRIERS.iter().find(known).map_or(OTHER, |carrier| carrier.code)
}

/// The carrier's own page of this parcel (always https), or its page for asking where it takes no number.
pub fn page(code: &str, tracking_number: &str) -> Option<String> {
    let number = tracking_key(tracking_number).filter(|key| key.is_ascii())?;
    carrier(code).map(|carrier| carrier.page.replace("{n}", &number))
}

/// A tracking number as it is compared: however it was typed, carriers and shops mean the same. `None` for none.
pub fn tracking_key(number: &str) -> Option<String> {
    let key: String = letters(number).flat_map(char::to_uppercase).collect();
    (!key.is_empty()).then_some(key)
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(fold_width).filter(|c| c.is_alphanumeric())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
