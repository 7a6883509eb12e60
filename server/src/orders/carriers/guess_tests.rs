use super::*;
use proptest::prelude::*;

/// Numbers that carriers print in their own guides and tests, and whose they are.
const KNOWN: &[(&str, &str, Confidence)] = &[
    ("1Z999AA10123456784", "ups", Sure),
    ("1z 5r8 9390 3575 6712 7", "ups", Sure),
    ("1Z879E930346834440", "ups", Sure),
    ("9205590164917312751089", "usps", Sure),
    ("9400 1118 9922 3197 4284 97", "usps", Sure),
    ("420940259205590164917312751089", "usps", Sure),
    ("70160910000108310009", "usps", Likely),
    ("EA123456785US", "usps", Sure),
    ("RA123456785GB", "royal_mail", Sure),
    ("EE123456785CN", "ems", Sure),
    ("LP123456785CN", "ems", Sure),
    ("LZ123456785DE", "dhl", Sure),
    ("986578788855", "fedex", Likely),
    ("477179081230", "fedex", Likely),
    ("041441760228964", "fedex", Likely),
    ("568283610012734", "fedex", Likely),
    ("9611020987654312345672", "fedex", Sure),
    ("61299998820821171811", "fedex", Likely),
    ("00340434161094021507", "dhl", Sure),
    ("JJD000390007882823450", "dhl", Likely),
    ("JD014600006281230704", "dhl", Likely),
    ("SF1234567890123", "sf", Likely),
    ("YT7512345678901", "yto", Likely),
    ("78123456789012", "zto", Likely),
    ("773123456789012", "sto", Likely),
    ("312345678901234", "yunda", Likely),
    ("JDVA12345678901", "jd", Likely),
    ("JD0123456789012", "jd", Likely),
    ("JDX012345678901-1-1-", "jd", Likely),
    ("JT5123456789012", "jt", Likely),
    ("LP00123456789012", "cainiao", Likely),
    ("DPK364123456789", "deppon", Likely),
    ("H00HHA0012345678", "evri", Likely),
    ("01505678901234Q", "dpd", Likely),
];

#[test]
fn known_numbers_are_known() {
    for (number, carrier, confidence) in KNOWN {
        let first = candidates(number).into_iter().next();
        assert_eq!(first, Some(Candidate { carrier, confidence: *confidence }), "{number}");
        assert_eq!(best(number), Some(*carrier), "{number}");
    }
}

#[test]
fn possible_is_never_said_aloud() {
    for (number, carrier) in [
        ("3318810025", "dhl"),
        ("563102430313", "dhl"),
        ("9812345678901", "ems"),
        ("1212345678901", "yunda"),
        ("01505678901234", "dpd"),
        ("268123456789", "sto"),
    ] {
        assert!(candidates(number).contains(&Candidate { carrier, confidence: Possible }), "{number}");
        assert_eq!(best(number), None, "{number}");
    }
}

#[test]
fn what_is_nobody_s_is_nobody_s() {
    for number in [
        "",
        "-",
        "A-1001",
        "1Z999AA10123456785",
        "RA123456784GB",
        "RA123456785FR",
        "运单号",
        "SF123",
        "TBA000000000000",
    ] {
        assert_eq!(best(number), None, "{number}");
    }
    // Two carriers with equal right: none is named.
    let both = candidates("773123456789015");
    let sure = both.iter().filter(|c| c.confidence == Likely).count();
    assert_eq!(best("773123456789015").is_none(), sure > 1, "{both:?}");
}

#[test]
fn one_wrong_digit_is_noticed() {
    for (number, carrier, _) in KNOWN.iter().filter(|known| known.2 == Sure) {
        let whole = tracking_key(number).unwrap_or_default();
        // S10 writes two of its eleven remainders as 0 and 5: a few wrong digits slip through.
        if whole.len() == 13 {
            continue;
        }
        for place in 0..whole.len() {
            let Some(digit) = whole.as_bytes()[place].is_ascii_digit().then(|| whole.as_bytes()[place] - b'0') else {
                continue;
            };
            let mut wrong = whole.clone();
            wrong.replace_range(place..=place, &((digit + 1) % 10).to_string());
            let sure = candidates(&wrong).iter().any(|c| c.carrier == *carrier && c.confidence == Sure);
            // The ZIP code and the service prefix in front are not covered by the digit.
            let bare = whole.len() == 30 && place < 8 || whole.starts_with("96") && place < 7;
            assert!(!sure || bare, "{wrong} still passes for {number}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_typed_breaks_it(number in "\\PC{0,40}") {
        for candidate in candidates(&number) {
            prop_assert!(super::super::carrier(candidate.carrier).is_some());
        }
    }

    #[test]
    fn nothing_of_letters_and_digits_breaks_it(number in "[A-Z0-9]{0,34}") {
        let found = candidates(&number);
        prop_assert!(found.windows(2).all(|pair| pair[0].confidence >= pair[1].confidence));
    }
}
