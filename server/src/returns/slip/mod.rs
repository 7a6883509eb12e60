//! The paper that goes with a return: its QR code as rows, SVG and PNG, and a slip to print as PDF.
//!
//! All of it is pure: the same return gives the same bytes.

mod font;
mod page;
mod pdf;
mod qr;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use pdf::pdf;
pub use qr::Qr;

use aftercart_shared::locale::Locale;

/// What stands on a slip. Texts are in the shopper's language already.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The shop's name.
    pub shop: String,
    /// `R-7K2M9Q`
    pub number: String,
    /// The order's, as people say it.
    pub order: String,
    pub items: Vec<SlipItem>,
    /// What the QR code says.
    pub code: String,
    /// The last day for sending it, in words.
    pub send_by: Option<String>,
    /// Where it goes, line by line, where the shop has said so.
    pub address: Vec<String>,
    pub locale: Locale,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipItem {
    pub title: String,
    pub quantity: i64,
}
