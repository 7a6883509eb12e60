//! What is wrong with a file, where, and how to mend it.

use super::*;
use crate::returns::money::DeliveryCharge;
use crate::returns::policy::{
    CalendarDay, Policy, Postage, Settings, Span,
    check::{letters_off, nearest},
    explain::explain,
    values::to_date,
};
use aftercart_shared::{
    money::Currency,
    returns::{Counted, Day, Percent},
};

/// One problem: its line and column, a piece of its text, a piece of its hint.
fn wrong(text: &str, at: (usize, usize), says: &str, hint: &str) {
    let found = problems(text);
    assert_eq!(found.len(), 1, "{found:#?}\nin {text}");
    let problem = &found[0];
    assert_eq!((problem.line, problem.column), at, "{problem:?}");
    assert!(problem.text.contains(says), "{problem:?}");
    assert!(problem.hint.as_deref().unwrap_or_default().contains(hint), "{problem:?}");
}

#[test]
fn where_a_policy_says_nothing_the_european_minimum_holds() {
    let standard = Settings::standard();
    assert_eq!((standard.within, standard.counted_from), (Some(Span::Days(14)), Some(Counted::Delivery)));
    assert_eq!((standard.restocking, standard.credit_bonus), (Some(Percent::NONE), Some(Percent::NONE)));
    assert_eq!((standard.postage, standard.delivery_charge), (Some(Postage::Free), Some(DeliveryCharge::Kept)));
}

#[test]
fn large_sums_need_a_second_person() {
    let text = "in_force_from = \"2026-01-01\"\nsecond_person_from = { GBP = \"500\" }\n";
    let policy = Policy::parse(text).unwrap();
    let currency = |code: &str| Currency::parse(code).unwrap();
    assert!(policy.needs_second(50_000, currency("GBP")) && !policy.needs_second(49_999, currency("GBP")));
    assert!(!policy.needs_second(50_000, currency("EUR")), "no limit is given for it");
}

#[test]
fn problems_have_a_place_and_a_way_out() {
    let rule = |line: &str| {
        format!("in_force_from = \"2026-01-01\"\n[[rule]]\nname = {{ en = \"A\", zh-CN = \"甲\" }}\n{line}\n")
    };
    let fine = "when = { on_sale = true }\nthen = { decision = \"person\" }\n";
    assert!(problems(&rule(fine)).is_empty());
    wrong("", (1, 1), "in_force_from", "");
    wrong("in_force_from = 2026-01-01", (1, 17), "string", "");
    wrong("in_force_from = \"2026-02-29\"", (1, 17), "is not a day", "");
    wrong(
        "in_force_from = \"2026-01-01\"\n[otherwise]\nwithn = \"3 days\"",
        (3, 1),
        "unknown field",
        "did you mean `within`?",
    );
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\nwithin = \"3 dayz\"", (3, 10), "`30 days`", "");
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\nrestocking = \"110%\"", (3, 14), "100% at most", "");
    wrong(
        "in_force_from = \"2026-01-01\"\n[otherwise]\nmethods = [\"pick_up\"]",
        (3, 12),
        "pick_up",
        "did you mean `pickup`?",
    );
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\npostage = \"fre\"", (3, 11), "\"free\"", "");
    wrong(
        "in_force_from = \"2026-01-01\"\n[otherwise]\nkeep_below = { GBP = \"1.234\" }",
        (3, 14),
        "2 decimals at most",
        "",
    );
    wrong(
        "in_force_from = \"2026-01-01\"\n[otherwise]\nkeep_below = { GBP = \"-1\" }",
        (3, 14),
        "is not an amount",
        "",
    );
    wrong(
        "in_force_from = \"2026-01-01\"\n[otherwise]\nkeep_below = { pounds = \"1\" }",
        (3, 14),
        "is not a currency",
        "",
    );
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\nopen_until = \"02-29\"", (3, 14), "29 February", "");
    wrong("in_force_from = \"2026-01-01\"\ntime_zone = \"Europe/Londn\"", (2, 13), "time zone", "IANA");
    wrong("in_force_from = \"2026-01-01\"\nname = { en = \"Only English\" }", (2, 8), "both languages", "");
    wrong("in_force_from = \"2026-01-01\"\nname = { zh-CN = \"只有中文\", en = \" \" }", (2, 8), "both languages", "");
    wrong(
        &rule("when = { reasons = [\"faulti\"] }\nthen = { decision = \"person\" }"),
        (4, 21),
        "no reason `faulti`",
        "did you mean `faulty`?",
    );
    wrong(
        &rule("when = { reasons = [\"rainy\"] }\nthen = { decision = \"person\" }"),
        (4, 21),
        "no reason",
        "changed_mind, ",
    );
    wrong(
        &rule("when = { countries = [\"Britain\"] }\nthen = { decision = \"person\" }"),
        (4, 22),
        "two capital letters",
        "",
    );
    wrong(&rule("when = { countries = [\"UK\"] }\nthen = { decision = \"person\" }"), (4, 22), "write GB", "");
    for country in ["gb", "GBR", "G"] {
        let text = format!("when = {{ countries = [\"{country}\"] }}\nthen = {{ decision = \"person\" }}");
        wrong(&rule(&text), (4, 22), "two capital letters", "");
    }
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\nbecause = 3", (3, 11), "the name of a reason", "");
    wrong("in_force_from = \"2026-01-01\"\n[otherwise]\npostage = 3", (3, 11), "\"shopper\"", "");
    wrong(&rule("when = {}\nthen = { decision = \"person\" }"), (4, 8), "no condition", "[otherwise]");
    wrong(&rule("when = { on_sale = true }\nthen = {}"), (5, 8), "says nothing", "");
    wrong(&rule("when = { on_sale = true }\nthen = { decision = \"refuse\" }"), (5, 8), "must say why", "because");
    wrong(&rule("when = { on_sale = true }\nthen = { because = \"hygiene\" }"), (5, 8), "belongs to a decision", "");
    wrong(
        &rule("when = { on_sale = true }\nthen = { decision = \"refuse\", because = \"final\" }"),
        (5, 41),
        "final_sale",
        "",
    );
    wrong(&rule("when = { on_sale = true }\nthen = { methods = [] }"), (5, 8), "empty list", "");
    wrong(&rule("when = { on_sale = true }\nthen = { resolutions = [] }"), (5, 8), "empty list", "");
    wrong(
        &rule("when = { on_sale = true }\nthen = { resolutions = [\"keep_item\"] }"),
        (5, 8),
        "keep_item",
        "keep_below",
    );
    wrong(
        &format!("{}{}", rule(fine), &rule(fine)["in_force_from = \"2026-01-01\"\n".len()..]),
        (9, 8),
        "same name",
        "",
    );
}

#[test]
fn reasons_of_the_shops_own_hang_together() {
    let reason = |id: &str, under: &str| {
        format!("[[reason]]\nid = \"{id}\"\nwords = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n{under}\n")
    };
    let with = |reasons: &str| format!("in_force_from = \"2026-01-01\"\n{reasons}");
    assert!(problems(&with(&format!("{}{}", reason("a", ""), reason("b", "under = \"a\"")))).is_empty());
    wrong(&with(&reason("faulty", "")), (3, 6), "already", "");
    wrong(&with(&format!("{}{}", reason("a", ""), reason("a", ""))), (7, 6), "already", "");
    wrong(&with(&reason("a", "under = \"a\"")), (5, 9), "before this one", "");
    wrong(&with(&reason("a", "under = \"b\"")), (5, 9), "no reason `b`", "");
}

#[test]
fn every_problem_of_the_whole_is_told_at_once_and_in_order() {
    let found = problems(
        "in_force_from = \"2026-01-01\"\ntime_zone = \"X\"\n[otherwise]\ndecision = \"refuse\"\n\
         [[rule]]\nname = { en = \"A\", zh-CN = \"甲\" }\nwhen = {}\nthen = {}\n",
    );
    assert_eq!(found.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 3, 7, 8]);
}

#[test]
fn a_name_is_only_guessed_when_it_is_near() {
    for (a, b, off) in
        [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("ab", "ba", 2), ("灯", "灯具", 1), ("a", "a", 0)]
    {
        assert_eq!((letters_off(a, b), letters_off(b, a)), (off, off), "{a} {b}");
    }
    let names = || ["label", "drop_off", "pickup"].into_iter();
    assert_eq!(nearest("lable", names()), Some("label"));
    assert_eq!(nearest("lab", names()), None, "two letters of three are another word");
    assert_eq!(nearest("labe", names()), Some("label"));
    assert_eq!(nearest("pick up now", names()), None);
}

#[test]
fn an_expectation_that_is_not_met_is_seen() {
    let policy = policy("[otherwise]\npostage = { drop_off = { GBP = \"2.95\" } }\n");
    for (row, matter) in [
        ("expect='refuse'", "expect"),
        ("expect='approve'\nuntil='2026-03-19'", "until"),
        ("expect='approve'\nbecause='hygiene'", "because"),
        ("expect='approve'\nresolutions=['repair']", "resolutions"),
        ("expect='approve'\nmethods=['label']", "methods"),
        ("expect='approve'\npostage={drop_off='2.94'}", "postage"),
        ("expect='approve'\npostage={label='0'}", "postage"),
    ] {
        let found = surprises(&policy, row);
        assert!(found.len() == 1 && found[0].starts_with(matter), "{row}: {found:?}");
    }
    let met =
        "expect='approve'\nuntil='2026-03-18'\nresolutions=['refund']\nmethods=['drop_off']\npostage={drop_off='2.95'}";
    assert!(surprises(&policy, met).is_empty());
}

#[test]
fn examples_are_checked_before_they_are_tried() {
    let example =
        |field: &str| format!("in_force_from = \"2026-01-01\"\n[[example]]\n{BASE}expect = \"approve\"\n{field}\n");
    assert!(problems(&example("")).is_empty());
    let replaced = |from: &str, to: &str| problems(&example("").replace(from, to));
    assert!(replaced("50.00", "50.001")[0].text.contains("is not an amount"));
    assert!(replaced("2026-03-04", "soon")[0].text.contains("is not a day"));
    assert!(replaced("changed_mind", "rain")[0].text.contains("does not exist"));
    assert!(problems(&example("postage = { drop_off = \"x\" }"))[0].text.contains("is not an amount"));
    assert!(problems(&example("colour = \"red\""))[0].text.contains("unknown field"));
}

#[test]
fn lengths_of_time_are_read_strictly() {
    assert_eq!(Span::parse("30 days"), Some(Span::Days(30)));
    assert_eq!(Span::parse(" 1  day "), Some(Span::Days(1)));
    assert_eq!(Span::parse("no limit"), Some(Span::NoLimit));
    assert_eq!(Span::parse("100 years"), Some(Span::Years(100)));
    assert_eq!(Span::parse("1200 months"), Some(Span::Months(1200)));
    assert_eq!(Span::parse("5200 weeks"), Some(Span::Weeks(5200)));
    assert_eq!(Span::parse("36500 days"), Some(Span::Days(36500)));
    for text in [
        "",
        "30",
        "days",
        "-1 days",
        "1.5 years",
        "30 days ago",
        "101 years",
        "1201 months",
        "5201 weeks",
        "36501 days",
        "thirty days",
        "no limits",
    ] {
        assert_eq!(Span::parse(text), None, "{text}");
    }
}

#[test]
fn a_yearly_day_is_the_next_one() {
    let next = |yearly: &str, from: &str| {
        let from = to_date(Day::parse(from).unwrap());
        CalendarDay::parse(yearly).unwrap().next(from).to_string()
    };
    assert_eq!(next("01-31", "2026-11-20"), "2027-01-31");
    assert_eq!(next("11-30", "2026-11-11"), "2026-11-30");
    assert_eq!(next("11-30", "2026-11-30"), "2026-11-30");
    assert_eq!(next("11-30", "2026-12-01"), "2027-11-30");
    assert_eq!(next("03-01", "2028-02-29"), "2028-03-01");
    assert_eq!(next("2026-01-01", "2028-02-29"), "2026-01-01");
    for text in ["2-1", "13-01", "02-30", "1-031", "2026-02-29", ""] {
        assert_eq!(CalendarDay::parse(text), None, "{text}");
    }
}

#[test]
fn when_a_refund_starts_is_said_and_explained() {
    let explained =
        |at: &str, locale| explain(&policy(&format!("refund_at = \"{at}\"")), "Europe/London", locale).join("\n");
    assert!(explained("scan", Locale::En).contains("scans the goods for the first time"));
    assert!(explained("scan", Locale::ZhCn).contains("首次被承运商或店员扫描"));
    assert!(!explained("receipt", Locale::En).contains("scans"));
    wrong("in_force_from = \"2026-01-01\"\nrefund_at = \"delivery\"", (2, 13), "delivery", "");
}
