use super::*;
use proptest::prelude::*;

fn number(typed: &str) -> Result<String, ErrorCode> {
    OrderNumber::parse(typed).map(|n| n.as_str().to_owned())
}

#[test]
fn order_numbers_forgive_keyboards_and_clipboards() {
    for typed in [
        "A-1001",
        "a1001",
        "#A-1001",
        " # A 1001 ",
        "Ａ－１００１",
        "＃ａ１００１",
        "A\u{200B}-10\u{FEFF}01",
        "\u{202A}A-1001\u{202C}",
        "A–1001",
        "A—1001",
        "A\u{00A0}1001\n",
        "Ａ　１００１",
        "A-1001.",
        "№A-1001",
    ] {
        assert_eq!(number(typed).as_deref(), Ok("A1001"), "{typed:?}");
    }
    assert_eq!(number("沪-1001").as_deref(), Ok("沪1001"));
}

/// As Vendure draws them: most have digits, some have none.
#[test]
fn a_long_code_without_a_digit_is_an_order_number() {
    assert_eq!(number(" nmxafcwjhsktfdvw\n").as_deref(), Ok("NMXAFCWJHSKTFDVW"));
    assert_eq!(number("NMXA-FCWJ-HSKT").as_deref(), Ok("NMXAFCWJHSKT"));
    for question in ["where is my order", "orders", "wo ist mein paket", "我的订单在哪里请告诉我好吗"] {
        assert_eq!(number(question), Err(ErrorCode::OrderNumberInvalid), "{question:?}");
    }
}

#[test]
fn what_cannot_be_an_order_number_says_why() {
    for (typed, code) in [
        ("", ErrorCode::Required),
        ("   ", ErrorCode::Required),
        ("\u{200B}", ErrorCode::Required),
        ("#", ErrorCode::Required),
        ("hello", ErrorCode::OrderNumberInvalid),
        ("📦1001", ErrorCode::OrderNumberInvalid),
        ("1001\0", ErrorCode::OrderNumberInvalid),
        ("1001'; DROP TABLE orders", ErrorCode::OrderNumberInvalid),
        ("<b>1001</b>", ErrorCode::OrderNumberInvalid),
    ] {
        assert_eq!(number(typed), Err(code), "{typed:?}");
    }
    assert_eq!(number(&"9".repeat(10_240)), Err(ErrorCode::TooLong));
    assert_eq!(number(&"9".repeat(65)), Err(ErrorCode::OrderNumberInvalid));
}

#[test]
fn the_field_for_everything_knows_a_number_from_a_question() {
    for typed in ["A-1001", "#1001", "１００１", "HP 20481", "a1024"] {
        assert!(OrderNumber::recognise(typed).is_some(), "{typed}");
    }
    for typed in ["how long do refunds take", "订单 1001 在哪里", "no 1", "7天无理由", "covid19", "where is 1001", "x"]
    {
        assert!(OrderNumber::recognise(typed).is_none(), "{typed}");
    }
}

#[test]
fn contacts_forgive_too() {
    for (typed, email) in [
        ("Emma.Wilson@Example.com ", "emma.wilson@example.com"),
        ("ｌｉ．ｎａ＠ｅｘａｍｐｌｅ．ｃｎ", "li.na@example.cn"),
        ("<li.na@example.cn>", "li.na@example.cn"),
        ("li.na\u{200B}@example.cn", "li.na@example.cn"),
        ("王@例子.中国", "王@例子.中国"),
        ("a+b@x-y.co.uk", "a+b@x-y.co.uk"),
    ] {
        assert_eq!(Contact::parse(typed), Ok(Contact::Email(email.into())), "{typed}");
    }
    for (typed, phone) in [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("＋８６１３８００１３８０００", "+8613800138000"),
        ("(020) 7946 0018", "02079460018"),
        ("tel:+447700900123", "+447700900123"),
        ("\u{202D}13800138000\u{202C}", "13800138000"),
    ] {
        assert_eq!(Contact::parse(typed), Ok(Contact::Phone(phone.into())), "{typed}");
    }
    for (typed, code) in [
        ("", ErrorCode::Required),
        ("emma@", ErrorCode::ContactInvalid),
        ("emma@example", ErrorCode::ContactInvalid),
        ("a b@example.com", ErrorCode::ContactInvalid),
        ("a@b@example.com", ErrorCode::ContactInvalid),
        ("1234", ErrorCode::ContactInvalid),
        ("emma", ErrorCode::ContactInvalid),
        ("1380013800012345678", ErrorCode::ContactInvalid),
        ("x@example.com\nbcc: y@example.com", ErrorCode::ContactInvalid),
        ("1380013\08000", ErrorCode::ContactInvalid),
    ] {
        assert_eq!(Contact::parse(typed), Err(code), "{typed:?}");
    }
}

#[test]
fn a_pasted_pair_fills_both_fields() {
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(split_number_and_contact("A-1024 li.na@example.cn"), pair("A-1024", "li.na@example.cn"));
    assert_eq!(split_number_and_contact("li.na@example.cn，#A-1024"), pair("#A-1024", "li.na@example.cn"));
    assert_eq!(split_number_and_contact("A-1024"), None);
    assert_eq!(split_number_and_contact("my order, li.na@example.cn please"), None);
}

#[test]
fn questions_are_tidied_not_judged() {
    assert_eq!(search_query("  how long?\u{200B} ").as_deref(), Ok("how long?"));
    assert_eq!(search_query("a\0b").as_deref(), Ok("a b"));
    assert_eq!(search_query("\"NEAR( * %_").as_deref(), Ok("\"NEAR( * %_"));
    assert_eq!(search_query(" \u{3000}\t"), Err(ErrorCode::Required));
    assert_eq!(search_query(&"退".repeat(201)), Err(ErrorCode::TooLong));
    assert!(search_query(&"退".repeat(200)).is_ok());
}

proptest! {
    #[test]
    fn whatever_is_typed_nothing_breaks(typed in "\\PC{0,120}") {
        let _ = Contact::parse(&typed);
        let _ = search_query(&typed);
        let _ = split_number_and_contact(&typed);
        if let Ok(number) = OrderNumber::parse(&typed) {
            // Reading what was read changes nothing.
            prop_assert_eq!(OrderNumber::parse(number.as_str()), Ok(number.clone()));
        }
    }
}
