//! Rules that both sides run: the widget to help while typing, the server because nobody else can be trusted.
//!
//! They forgive what people and their keyboards do (full-width digits, pasted spaces, `#`, invisible characters) and
//! are strict about what remains.

use crate::error::ErrorCode;

/// The longest order number that is looked at, in characters as typed.
pub const ORDER_NUMBER_MAX: usize = 100;
/// RFC 5321 allows 254 for an address; phones are shorter. A little more is forgiven for pasted spaces.
pub const CONTACT_MAX: usize = 300;
/// A question to the help search, in characters.
pub const QUERY_MAX: usize = 200;

/// Letters without a digit that are an order number and no word.
const CODE_MIN: usize = 12;

/// An order number in the form in which numbers are compared: capital letters and digits only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// `" ＃ａ－１００１ "`, `"#A 1001"` and `"a–1001"` are all `A1001`.
    ///
    /// # Errors
    /// [`ErrorCode::Required`] when nothing is left, [`ErrorCode::TooLong`], and [`ErrorCode::OrderNumberInvalid`] when
    /// something other than letters, digits and usual separators is in it, or neither a digit nor one long code.
    pub fn parse(typed: &str) -> Result<OrderNumber, ErrorCode> {
        if typed.chars().count() > ORDER_NUMBER_MAX {
            return Err(ErrorCode::TooLong);
        }
        let mut key = String::with_capacity(typed.len());
        for c in typed.chars().filter(|c| !is_invisible(*c)).map(fold_width) {
            match c {
                c if c.is_whitespace() || is_dash(c) => {}
                '#' | '№' | '.' | '_' | '/' | ':' | '，' | ',' | '。' | '、' => {}
                c if c.is_ascii_alphanumeric() => key.push(c.to_ascii_uppercase()),
                // Shops in China do write numbers such as 沪-1001.
                // Their case stays: the tables that fold it beyond ASCII weigh 8 kB in every shopper's download.
                c if c.is_alphabetic() => key.push(c),
                _ => return Err(ErrorCode::OrderNumberInvalid),
            }
        }
        if key.is_empty() {
            return Err(ErrorCode::Required);
        }
        // Codes of shops that draw sixteen letters and digits hold no digit at all once in a hundred and fifty times.
        let drawn = || key.len() >= CODE_MIN && key.is_ascii() && !typed.trim().contains(char::is_whitespace);
        if !(key.bytes().any(|b| b.is_ascii_digit()) || drawn()) || key.chars().count() > 64 {
            return Err(ErrorCode::OrderNumberInvalid);
        }
        Ok(OrderNumber(key))
    }

    /// Does this text look like an order number rather than a question? For the field that takes both: one word, at
    /// least three digits, and not a telephone or parcel number.
    pub fn recognise(typed: &str) -> Option<OrderNumber> {
        let words = typed.split_whitespace().count();
        let number = OrderNumber::parse(typed).ok()?;
        let digits = number.0.bytes().filter(u8::is_ascii_digit).count();
        let letters = number.0.chars().count() - digits;
        let marked = typed.trim_start().starts_with(['#', '＃', '№']);
        let plausible = digits >= 3 && letters <= 4 && number.0.chars().count() <= 20;
        (plausible && (words <= 2 || marked) && number.0.is_ascii()).then_some(number)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the shop reached the shopper: what she proves herself with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Contact {
    /// In lower case, as far as it is ASCII.
    Email(String),
    /// Digits only, with a leading `+` when the country was given. The server completes the rest by the site's country.
    Phone(String),
}

impl Contact {
    /// Reads an e-mail address or a telephone number as typed.
    ///
    /// # Errors
    /// [`ErrorCode::Required`], [`ErrorCode::TooLong`] or [`ErrorCode::ContactInvalid`].
    pub fn parse(typed: &str) -> Result<Contact, ErrorCode> {
        if typed.chars().count() > CONTACT_MAX {
            return Err(ErrorCode::TooLong);
        }
        let text: String = typed.chars().filter(|c| !is_invisible(*c)).map(fold_width).collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(ErrorCode::Required);
        }
        if text.contains('@') { email(text) } else { phone(text) }.ok_or(ErrorCode::ContactInvalid)
    }
}

fn email(text: &str) -> Option<Contact> {
    let text = text.trim_start_matches("mailto:").trim_matches(['<', '>', '"', '\'']).to_ascii_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let clean = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
    let labels = domain.split('.').collect::<Vec<_>>();
    let domain_holds = labels.len() >= 2
        && labels.iter().all(|label| {
            clean(label)
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    let local_holds = clean(local) && local.len() <= 64 && !local.contains(['@', '<', '>', ',', ';', '(', ')', '"']);
    (local_holds && domain_holds && text.len() <= 254).then_some(Contact::Email(text))
}

fn phone(text: &str) -> Option<Contact> {
    let text = text.strip_prefix("tel:").unwrap_or(text).trim();
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push('+'),
            c if c.is_whitespace() || is_dash(c) || matches!(c, '(' | ')' | '.' | '/') => {}
            _ => return None,
        }
    }
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    // E.164 allows 15 digits; the shortest national numbers have 5.
    (5..=15).contains(&digits.trim_start_matches('+').len()).then_some(Contact::Phone(digits))
}

/// A question to the help search, tidied.
///
/// # Errors
/// [`ErrorCode::Required`] for nothing but blanks, [`ErrorCode::TooLong`] past [`QUERY_MAX`].
pub fn search_query(typed: &str) -> Result<String, ErrorCode> {
    let text: String = typed.chars().filter(|c| !is_invisible(*c)).map(blank_control).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(ErrorCode::Required),
        n if n > QUERY_MAX => Err(ErrorCode::TooLong),
        _ => Ok(text.to_owned()),
    }
}

/// Splits what people paste in one go (`"A-1024 li.na@example.cn"`) into order number and contact.
pub fn split_number_and_contact(pasted: &str) -> Option<(String, String)> {
    let words: Vec<&str> = pasted
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；'))
        .filter(|w| !w.is_empty())
        .collect();
    let at = words.iter().position(|w| w.contains(['@', '＠']))?;
    let contact = words[at].to_owned();
    let number = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, w)| *w).collect::<Vec<_>>().join(" ");
    (Contact::parse(&contact).is_ok() && OrderNumber::recognise(&number).is_some()).then_some((number, contact))
}

/// Characters that nobody sees and everybody pastes: zero-width, bidi marks and overrides, soft hyphen, BOM,
/// variation selectors.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Control characters, and those that turn the direction of everything after them: they make a name or a title lie.
pub fn misleads(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Full-width forms (`Ａ１＃＠`) and the ideographic space as their plain twins.
pub fn fold_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn blank_control(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | 'ー' | '~')
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
