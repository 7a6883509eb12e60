//! Words, dates and numbers as the shopper's language writes them. Words are compiled in; dates and numbers are left to
//! the browser's own `Intl`.

mod intl;

pub use aftercart_shared::i18n::Messages;
pub use intl::{Style, clock_at, date, date_range, day_key, in_seconds, money, since};

/// Both languages need no more than one and many; Chinese has the same words for both.
pub fn plural(count: u32, one: impl FnOnce(&str) -> String, other: impl FnOnce(&str) -> String) -> String {
    let text = count.to_string();
    if count == 1 { one(&text) } else { other(&text) }
}
