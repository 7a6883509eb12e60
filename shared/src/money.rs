//! Money in minor units. Never a float: parts must add up to the whole.

use serde::{Deserialize, Serialize};

/// An ISO 4217 code: three capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code in either case. `None` unless it is three ASCII letters.
    pub fn parse(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.trim().to_ascii_uppercase().into_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many digits stand after the decimal point (ISO 4217, list one, 2026).
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Currency::parse(&code).ok_or_else(|| format!("{code:?} is not a three-letter ISO 4217 currency code"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// An amount in the currency's minor unit (cents, fen; yen for JPY).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    /// Reads a decimal amount in major units as shops export it (`"12.5"`, `"-0.05"`, `"1299"`) exactly, without
    /// passing through a float. `None` for anything else, for more decimals than the currency has (unless they are
    /// zeros), or beyond 64 bits.
    pub fn from_major(text: &str, currency: Currency) -> Option<Money> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let decimals = currency.decimals() as usize;
        let (kept, beyond) = fraction.split_at(fraction.len().min(decimals));
        if beyond.bytes().any(|b| b != b'0') {
            return None;
        }
        let minor: i64 = format!("{whole}{kept:0<decimals$}").parse().ok()?;
        Some(Money { minor: if negative { -minor } else { minor }, currency })
    }

    /// The amount in major units, as [`Money::from_major`] reads it: `12.50`, `-0.05`, `1299`.
    pub fn to_major(self) -> String {
        let decimals = self.currency.decimals() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn minor(text: &str, code: &str) -> Option<i64> {
        Money::from_major(text, Currency::parse(code).unwrap()).map(|m| m.minor)
    }

    #[test]
    fn amounts_are_exact_in_every_currency() {
        assert_eq!(minor("19.99", "USD"), Some(1999));
        assert_eq!(minor("0.1", "CNY"), Some(10));
        assert_eq!(minor("-0.05", "EUR"), Some(-5));
        assert_eq!(minor("1299", "JPY"), Some(1299));
        assert_eq!(minor("1299.00", "JPY"), Some(1299));
        assert_eq!(minor("1.234", "KWD"), Some(1234));
        assert_eq!(minor("90071992547409.93", "USD"), Some(9_007_199_254_740_993));
    }

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for (text, code) in
            [("19.99", "USD"), ("0.05", "EUR"), ("-0.05", "EUR"), ("0", "JPY"), ("1299", "JPY"), ("1.234", "KWD")]
        {
            let money = Money::from_major(text, Currency::parse(code).unwrap()).unwrap();
            assert_eq!(money.to_major(), text);
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", ".", "-", "1,00", "1e3", "12.345", "￥12", "99999999999999999999"] {
            assert_eq!(minor(text, "USD"), None, "{text}");
        }
        assert_eq!(minor("12.5", "JPY"), None);
        assert_eq!(Currency::parse("RMB1"), None);
        assert_eq!(Currency::parse("cny").unwrap().code(), "CNY");
    }
}
