//! Amounts as platforms write them, in the currency's own minor unit. Never through a float.

use aftercart_shared::money::Currency;

/// A decimal in major units. More decimals than the currency has (a computed tax, an average) are rounded half away from
/// zero: the price is shown, never charged. `None` for what is no decimal, or beyond 64 bits.
pub fn from_major(text: &str, currency: Currency) -> Option<i64> {
    scaled(text, i32::try_from(currency.decimals()).ok()?)
}

/// An integer of `10^-precision` major units. Vendure counts every currency in hundredths unless its shop says
/// otherwise, yen too.
pub fn from_minor(text: &str, precision: u32, currency: Currency) -> Option<i64> {
    let whole = text.strip_prefix('-').unwrap_or(text);
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    scaled(text, i32::try_from(currency.decimals()).ok()? - i32::try_from(precision).ok()?)
}

/// The other way: our minor units in the platform's, `10^-precision` of a major one. `None` where it counts more coarsely
/// than the amount is, for money is never rounded on its way out.
pub fn to_minor(minor: i64, precision: u32, currency: Currency) -> Option<i64> {
    let (from, to) = (currency.decimals(), precision);
    if to >= from {
        return minor.checked_mul(10_i64.checked_pow(to - from)?);
    }
    let unit = 10_i64.checked_pow(from - to)?;
    (minor % unit == 0).then_some(minor / unit)
}

/// The decimal times `10^places`, rounded half away from zero.
fn scaled(text: &str, places: i32) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let all = format!("{whole}{fraction}");
    // Where the point stands in `all`.
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?.checked_add(places)?;
    if !(-40..=40).contains(&point) {
        return all.bytes().all(|b| b == b'0').then_some(0);
    }
    let kept: String = (0..point).map(|at| digit(&all, at)).collect();
    let minor: i64 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    let minor = if digit(&all, point) >= '5' { minor.checked_add(1)? } else { minor };
    Some(if negative { -minor } else { minor })
}

fn digit(all: &str, at: i32) -> char {
    usize::try_from(at).ok().and_then(|at| all.as_bytes().get(at)).map_or('0', |b| char::from(*b))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn major(text: &str, code: &str) -> Option<i64> {
        from_major(text, Currency::parse(code).unwrap())
    }

    fn minor(text: &str, precision: u32, code: &str) -> Option<i64> {
        from_minor(text, precision, Currency::parse(code).unwrap())
    }

    #[test]
    fn major_units_in_currencies_of_none_two_and_three_decimals() {
        assert_eq!(major("119.5", "USD"), Some(11_950));
        assert_eq!(major("18.25", "USD"), Some(1_825));
        // Each of these loses a cent as a float times a hundred.
        for (text, cents) in
            [("1.15", 115), ("4.35", 435), ("8.2", 820), ("1.005", 101), ("90071992547409.93", 9_007_199_254_740_993)]
        {
            assert_eq!(major(text, "USD"), Some(cents), "{text}");
        }
        assert_eq!(major("1299", "JPY"), Some(1_299));
        assert_eq!(major("1299.00", "JPY"), Some(1_299));
        assert_eq!(major("12.345", "KWD"), Some(12_345));
        assert_eq!(major("33.333333", "EUR"), Some(3_333));
        assert_eq!(major("-0.995", "EUR"), Some(-100));
        assert_eq!(major("1e2", "USD"), Some(10_000));
        assert_eq!(major("1.5E-1", "USD"), Some(15));
        assert_eq!(major("0e999", "USD"), Some(0));
    }

    #[test]
    fn minor_units_are_the_platform_s_not_the_currency_s() {
        assert_eq!(minor("5880", 2, "USD"), Some(5_880));
        assert_eq!(minor("129900", 2, "JPY"), Some(1_299));
        assert_eq!(minor("1299", 0, "JPY"), Some(1_299));
        assert_eq!(minor("1235", 2, "KWD"), Some(12_350));
        assert_eq!(minor("12345", 3, "KWD"), Some(12_345));
        assert_eq!(minor("58800", 3, "USD"), Some(5_880));
        assert_eq!(minor("-500", 2, "USD"), Some(-500));
    }

    #[test]
    fn what_goes_out_is_exact_or_does_not_go() {
        let to = |minor, precision, code| to_minor(minor, precision, Currency::parse(code).unwrap());
        assert_eq!(to(1_299, 2, "JPY"), Some(129_900));
        assert_eq!(to(1_299, 0, "JPY"), Some(1_299));
        assert_eq!(to(5_880, 2, "USD"), Some(5_880));
        assert_eq!(to(5_880, 3, "USD"), Some(58_800));
        assert_eq!(to(12_345, 3, "KWD"), Some(12_345));
        assert_eq!(to(12_350, 2, "KWD"), Some(1_235));
        assert_eq!(to(12_345, 2, "KWD"), None);
        assert_eq!(to(i64::MAX, 3, "USD"), None);
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for text in ["", "-", ".5", "1,00", "€5", "NaN", "99999999999999999999", "1e99999999999"] {
            assert_eq!(major(text, "USD"), None, "{text}");
        }
        assert_eq!(minor("12.5", 2, "USD"), None);
    }
}
