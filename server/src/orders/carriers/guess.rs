//! Whose parcel is this? Read from the number's form and check digit alone.
//!
//! Sources of the forms: UPU S10, GS1 (SSCC, USPS Publication 199), the carriers' own label guides, and for China the
//! public waybill ranges. A form that several carriers use, or that any long number could have by chance, says only
//! *possible*: such a guess is never shown as a fact.

use super::{check_digit, tracking_key};

/// How far the number alone proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Others number like this too.
    Possible,
    /// Only this carrier numbers like this, but nothing checks it; or a digit checks a common form.
    Likely,
    /// Only this carrier numbers like this, and the check digit is right.
    Sure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// One of our codes.
    pub carrier: &'static str,
    pub confidence: Confidence,
}

/// The carrier to name and to link to: the only one of the highest confidence, at least *likely*.
pub fn best(number: &str) -> Option<&'static str> {
    let found = candidates(number);
    let first = found.first().filter(|c| c.confidence >= Likely)?;
    found.get(1).is_none_or(|second| second.confidence < first.confidence).then_some(first.carrier)
}

/// Every carrier that it could be, the surest first. The number may be written in any way.
pub fn candidates(number: &str) -> Vec<Candidate> {
    let Some(key) = tracking_key(number).filter(|key| key.is_ascii()) else { return Vec::new() };
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |carrier, confidence| {
        if !found.iter().any(|c| c.carrier == carrier) {
            found.push(Candidate { carrier, confidence });
        }
    };
    lettered(&key, &mut add);
    if key.bytes().all(|b| b.is_ascii_digit()) {
        digits(&key, &mut add);
    }
    // Stable: of equal ones the first rule stands first.
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.confidence));
    found
}

use Confidence::{Likely, Possible, Sure};

fn lettered(key: &str, add: &mut impl FnMut(&'static str, Confidence)) {
    if check_digit::ups(key) {
        add("ups", Sure);
    }
    if let Some(post) = postal(key) {
        add(post, Sure);
    }
    for (prefix, digits, carrier) in [
        ("SF", 13..=13, "sf"),
        ("YT", 13..=13, "yto"),
        ("JT", 13..=13, "jt"),
        ("LP", 14..=14, "cainiao"),
        ("DPK", 9..=13, "deppon"),
        // DHL Parcel licence plates: JD and JJD with 16 to 18 digits.
        ("JD", 16..=18, "dhl"),
        ("JJD", 16..=18, "dhl"),
    ] {
        if after(key, prefix).is_some_and(|rest| digits.contains(&rest.len())) {
            add(carrier, Likely);
        }
    }
    // JD: JD0…, JDVA…, JDX… with 11 to 13 digits, then a parcel's place in its shipment (JDVA…-1-3-).
    if let Some(rest) = key.strip_prefix("JD") {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let letters = key.len() - 2 - rest.len();
        if letters <= 2 && (11..=15).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()) {
            add("jd", Likely);
        }
    }
    if key.len() == 16
        && key.as_bytes()[0].is_ascii_uppercase()
        && key[1..3] == *"00"
        && after(key, &key[..6]).is_some()
    {
        add("evri", Likely);
    }
    if key.len() == 15 && after(&key[..14], "").is_some() && check_digit::modulo_37_36(key) {
        add("dpd", if key.ends_with(|c: char| c.is_ascii_uppercase()) { Likely } else { Possible });
    }
}

/// What follows the prefix, if it is digits and nothing else.
fn after<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    key.strip_prefix(prefix).filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// UPU S10: two letters, eight digits and a check digit, the country of the post that made the label.
fn postal(key: &str) -> Option<&'static str> {
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_uppercase());
    let right = key.len() == 13 && letters(&key[..2]) && letters(&key[11..]) && check_digit::s10(&key[2..11]);
    if !right {
        return None;
    }
    match &key[11..] {
        "CN" => Some("ems"),
        "US" => Some("usps"),
        "GB" => Some("royal_mail"),
        "DE" => Some("dhl"),
        _ => None,
    }
}

fn digits(key: &str, add: &mut impl FnMut(&'static str, Confidence)) {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| key.starts_with(prefix));
    let gs1 = check_digit::gs1(key);
    match key.len() {
        // USPS IMpb; with its ZIP code in front on the label.
        22 if starts(&["91", "92", "93", "94", "95"]) && gs1 => add("usps", Sure),
        30 | 34 if starts(&["420"]) => {
            let bare = &key[if key.len() == 30 { 8 } else { 12 }..];
            if bare.starts_with('9') && check_digit::gs1(bare) {
                add("usps", Sure);
            }
        }
        22 if starts(&["96"]) && check_digit::gs1(&key[7..]) => add("fedex", Sure),
        20 => {
            if starts(&["0034043"]) && gs1 {
                add("dhl", Sure);
            }
            if starts(&["61"]) && check_digit::gs1(&format!("92{key}")) {
                add("fedex", Likely);
            }
            if starts(&["70", "71", "73", "77", "03", "23"]) && gs1 {
                add("usps", Likely);
            }
        }
        15 => {
            if starts(&["77"]) {
                add("sto", Likely);
            }
            if starts(&["31", "43", "46"]) {
                add("yunda", Likely);
            }
            if gs1 {
                add("fedex", Likely);
            }
        }
        14 => {
            if starts(&["73", "75", "76", "77", "78", "79"]) {
                add("zto", Likely);
            }
            add("dpd", Possible);
        }
        13 => {
            if starts(&["97", "98", "99"]) {
                add("ems", Possible);
            }
            if starts(&["10", "11", "12", "13", "14", "16", "17", "18", "19"]) {
                add("yunda", Possible);
            }
        }
        12 => {
            if check_digit::fedex_express(key) {
                add("fedex", Likely);
            }
            if check_digit::identcode(key) {
                add("dhl", Possible);
            }
            // Old waybills: only ranges.
            if starts(&["268", "368", "468", "568", "668", "868", "888"]) {
                add("sto", Possible);
            }
        }
        10 if check_digit::modulo_7(key) => add("dhl", Possible),
        _ => {}
    }
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
