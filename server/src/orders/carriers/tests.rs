use super::*;

#[test]
fn carriers_are_known_by_every_usual_name() {
    for (name, expected) in [
        ("SF Express", "sf"),
        ("顺丰速运", "sf"),
        ("shunfeng", "sf"),
        ("J&T Express", "jt"),
        ("Royal Mail", "royal_mail"),
        ("royal_mail", "royal_mail"),
        ("royal-mail", "royal_mail"),
        ("DHL eCommerce", "dhl"),
        ("ＵＰＳ", "ups"),
        ("Joe's bicycle", OTHER),
        ("", OTHER),
    ] {
        assert_eq!(code(name), expected, "{name}");
    }
    for carrier in CARRIERS {
        assert_eq!(code(carrier.code), carrier.code);
        assert_eq!(code(carrier.english), carrier.code);
        assert_eq!(code(carrier.chinese.split(' ').next().unwrap_or("")), carrier.code, "{}", carrier.chinese);
    }
}

#[test]
fn no_name_stands_for_two_carriers() {
    let mut all: Vec<&str> = CARRIERS.iter().flat_map(|carrier| carrier.names).copied().collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn every_carrier_has_a_page_of_its_own_over_https() {
    for carrier in CARRIERS {
        let url = page(carrier.code, "AB 12-34").unwrap_or_default();
        let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        assert!(host.contains('.') && !url.contains(['{', ' ', '}']), "{url}");
        assert_eq!(url.contains("AB1234"), carrier.page.contains("{n}"), "{url}");
    }
    assert_eq!(page("ups", "1z 999").as_deref(), Some("https://www.ups.com/track?tracknum=1Z999"));
    // What a shop typed never becomes part of an address but as letters and digits.
    assert_eq!(page("ups", "\"><script>").as_deref(), Some("https://www.ups.com/track?tracknum=SCRIPT"));
    assert_eq!(page("ups", "运单"), None);
    assert_eq!(page("ups", " - "), None);
    assert_eq!(page(OTHER, "1"), None);
}

#[test]
fn a_number_is_one_number_however_it_is_typed() {
    for typed in ["1z999aa1", " 1Z 999-AA1 ", "１Ｚ９９９ＡＡ１", "1Z999AA1\u{200B}"] {
        assert_eq!(tracking_key(typed).as_deref(), Some("1Z999AA1"), "{typed:?}");
    }
    assert_eq!(tracking_key("--"), None);
}
