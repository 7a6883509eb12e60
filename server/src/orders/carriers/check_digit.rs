//! The check digits of tracking numbers. Every function takes the whole number and answers whether its digit is right.

/// GS1 (USPS IMpb, SSCC, FedEx Ground): from the right, weights 3 and 1, modulo 10.
pub fn gs1(number: &str) -> bool {
    weighted(number, |place, _| if place % 2 == 0 { 3 } else { 1 })
}

/// DHL Identcode: from the left, weights 4 and 9, modulo 10.
pub fn identcode(number: &str) -> bool {
    let data = number.len().saturating_sub(1);
    weighted(number, |place, _| if (data - 1 - place).is_multiple_of(2) { 4 } else { 9 })
}

/// `weight(place from the right of the data, digit)`.
fn weighted(number: &str, weight: impl Fn(usize, u32) -> u32) -> bool {
    let Some((data, check)) = split(number) else { return false };
    let sum: u32 = data.iter().rev().enumerate().map(|(place, digit)| digit * weight(place, *digit)).sum();
    (10 - sum % 10) % 10 == check
}

/// UPS `1Z…`: letters count from A = 2, every second place double, modulo 10.
pub fn ups(number: &str) -> bool {
    let Some(body) = number.strip_prefix("1Z").filter(|body| body.len() == 16) else { return false };
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'?') % 10 };
    let Some((check, data)) = body.as_bytes().split_last() else { return false };
    let sum: u32 = data.iter().zip(0..).map(|(c, place)| value(*c) * (1 + place % 2)).sum();
    check.is_ascii_digit() && (10 - sum % 10) % 10 == u32::from(check - b'0')
}

/// The eight digits and the check digit of a UPU S10 number, modulo 11.
pub fn s10(digits: &str) -> bool {
    let Some((data, check)) = split(digits).filter(|(data, _)| data.len() == 8) else { return false };
    let sum: u32 = data.iter().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        digit => digit,
    };
    expected == check
}

/// FedEx Express, twelve digits: weights 3, 1, 7, modulo 11, then 10.
pub fn fedex_express(number: &str) -> bool {
    let Some((data, check)) = split(number).filter(|(data, _)| data.len() == 11) else { return false };
    let sum: u32 = data.iter().zip([3, 1, 7].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    sum % 11 % 10 == check
}

/// DHL Express: the number without its last digit, modulo 7.
pub fn modulo_7(number: &str) -> bool {
    let Some((data, check)) = split(number) else { return false };
    data.iter().fold(0, |rest, digit| (rest * 10 + digit) % 7) == check
}

/// DPD: ISO 7064 modulo 37, 36 over digits and letters.
pub fn modulo_37_36(number: &str) -> bool {
    let value = |c: char| c.to_digit(36);
    let mut rest = 36;
    let Some(check) = number.chars().last().and_then(value) else { return false };
    for c in number.chars().take(number.len() - 1) {
        let Some(value) = value(c) else { return false };
        let sum = (rest + value) % 36;
        rest = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    (rest + check) % 36 == 1
}

/// The digits and the last one; `None` where something is no digit.
fn split(number: &str) -> Option<(Vec<u32>, u32)> {
    let mut digits: Vec<u32> = number.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let check = digits.pop()?;
    (!digits.is_empty()).then_some((digits, check))
}
