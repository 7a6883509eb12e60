//! Which rule speaks of what.

use super::*;
use crate::returns::policy::reasons;

/// A policy of one rule that refuses, so that a fitting item is seen at once.
fn refuses(when: &str) -> Policy {
    policy(&format!(
        "[tags]\nlamp = [\"LP-*\", \"LAMP\"]\n[[reason]]\nid = \"too_big\"\nwords = {{ en = \"Too big\", zh-CN = \"太大\" }}\n\
         under = \"does_not_fit\"\n[[reason]]\nid = \"much_too_big\"\nwords = {{ en = \"Much too big\", zh-CN = \"大太多\" }}\n\
         under = \"too_big\"\n[[rule]]\nname = {{ en = \"It\", zh-CN = \"它\" }}\nwhen = {{ {when} }}\n\
         then = {{ decision = \"refuse\", because = \"final_sale\" }}\n"
    ))
}

#[test]
fn every_condition_fits_what_it_names_and_nothing_else() {
    for (name, when, row, fits) in [
        ("tag of the shop's system", "tags = ['sale']", "tags=['new','Sale']", true),
        ("tag by whole SKU", "tags = ['lamp']", "sku='lamp'", true),
        ("tag by the beginning of a SKU", "tags = ['Lamp']", "sku='lp-desk'", true),
        ("another SKU", "tags = ['lamp']", "sku='XLP-DESK'", false),
        ("a SKU shorter than the pattern", "tags = ['lamp']", "sku='L'", false),
        ("a SKU of other letters", "tags = ['lamp']", "sku='灯'", false),
        ("no SKU", "tags = ['lamp']", "", false),
        ("one of several tags", "tags = ['x', 'lamp']", "sku='LP-1'", true),
        ("type", "types = ['Candle']", "type='candle'", true),
        ("another type", "types = ['candle']", "type='lamp'", false),
        ("no type", "types = ['candle']", "", false),
        ("channel", "channels = ['wechat', 'kiosk']", "channel='kiosk'", true),
        ("another channel", "channels = ['wechat']", "channel='web'", false),
        ("customer group", "customer_groups = ['vip']", "customer_groups=['club','VIP']", true),
        ("another group", "customer_groups = ['vip']", "customer_groups=['club']", false),
        ("country", "countries = ['GB']", "country='gb'", true),
        ("another country", "countries = ['GB']", "country='FR'", false),
        ("the Union", "countries = ['EU']", "country='FR'", true),
        ("outside the Union", "countries = ['EU']", "country='CH'", false),
        ("the last of the Union", "countries = ['US', 'EU']", "country='sk'", true),
        ("no country", "countries = ['GB']", "country='-'", false),
        ("price, exactly", "price_from = { GBP = '50' }", "", true),
        ("price, a penny less", "price_from = { GBP = '50.01' }", "", false),
        ("price, below", "price_below = { GBP = '50.01' }", "", true),
        ("price, not below itself", "price_below = { GBP = '50' }", "", false),
        ("price in a currency nobody named", "price_below = { EUR = '99' }", "", false),
        ("price between", "price_from = { GBP = '40' }, price_below = { GBP = '60' }", "", true),
        ("price of yen", "price_from = { JPY = '5000' }", "currency='JPY'\npaid='5000'", true),
        ("price of dinars", "price_from = { KWD = '5.001' }", "currency='KWD'\npaid='5.000'", false),
        ("reduced", "on_sale = true", "on_sale=true", true),
        ("not reduced", "on_sale = true", "", false),
        ("full price", "on_sale = false", "", true),
        ("final sale", "final_sale = true", "final_sale=true", true),
        ("not final", "final_sale = true", "on_sale=true", false),
        ("not final, asked for", "final_sale = false", "", true),
        ("reason", "reasons = ['changed_mind']", "", true),
        ("another reason", "reasons = ['damaged', 'faulty']", "", false),
        ("a reason under it", "reasons = ['does_not_fit']", "reason='too_big'", true),
        ("a reason far under it", "reasons = ['does_not_fit']", "reason='much_too_big'", true),
        ("the reason above it", "reasons = ['too_big']", "reason='does_not_fit'", false),
        ("asked in time, the last minute", "asked_within = '6 days'", "asked='2026-03-10T23:59'", true),
        ("asked too late", "asked_within = '6 days'", "asked='2026-03-11T00:00'", false),
        ("asked in time after it was sent", "asked_within = '8 days'", "sent='2026-03-02'\ndelivered='-'", true),
        ("asked too late after it was sent", "asked_within = '7 days'", "sent='2026-03-02'\ndelivered='-'", false),
        ("asked in time after the order", "asked_within = '9 days'", "delivered='-'", true),
        ("no limit", "asked_within = 'no limit'", "", true),
        ("ordered on the day", "ordered = { from = '03-01', until = '03-01' }", "", true),
        ("ordered on another day", "ordered = { from = '03-02', until = '03-02' }", "", false),
        ("ordered before", "ordered = { from = '03-02', until = '03-09' }", "", false),
        ("ordered after", "ordered = { from = '02-01', until = '02-28' }", "", false),
        ("ordered between years", "ordered = { from = '2025-11-01', until = '2026-03-01' }", "", true),
        ("ordered since a year", "ordered = { from = '2027-01-01', until = '12-31' }", "", false),
        ("all of several", "countries = ['GB'], on_sale = true", "on_sale=true", true),
        ("only one of several", "countries = ['GB'], on_sale = true", "", false),
    ] {
        let expect = if fits { "expect='refuse'\nbecause='final_sale'" } else { "expect='approve'" };
        let wrong = surprises(&refuses(when), &format!("{row}\n{expect}"));
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn every_reason_has_words() {
    let policy = refuses("on_sale = true");
    for locale in [Locale::En, Locale::ZhCn] {
        let t = Messages::new(locale);
        let ids = reasons::all(&policy.reasons);
        let words: Vec<String> = ids.iter().map(|id| reasons::in_words(&policy.reasons, id, t)).collect();
        for (i, text) in words.iter().enumerate() {
            assert!(!text.is_empty() && !ids.contains(&text.as_str()) && !words[..i].contains(text), "{text}");
        }
        assert_eq!(words[4], t.returns_reason_damaged());
        assert_eq!(words[9], if locale == Locale::En { "Too big" } else { "太大" });
    }
    assert_eq!(reasons::in_words(&policy.reasons, "gone", Messages::new(Locale::En)), "gone");
}

#[test]
fn the_first_rule_that_mentions_a_matter_settles_it() {
    let policy = policy(
        r#"
[[rule]]
name = { en = "Faulty", zh-CN = "有问题" }
when = { reasons = ["faulty"] }
then = { decision = "person", postage = "free" }
[[rule]]
name = { en = "Pans", zh-CN = "锅" }
when = { tags = ["pan"] }
then = { decision = "refuse", because = "hygiene", within = "10 years" }
[[rule]]
name = { en = "Britain", zh-CN = "英国" }
when = { countries = ["GB"] }
then = { within = "30 days", methods = ["drop_off", "in_store"], postage = { drop_off = { GBP = "2.95" } } }
[otherwise]
within = "7 days"
methods = ["label"]
"#,
    );
    table(
        &policy,
        &[
            (
                "two rules, two matters",
                "tags=['pan']\nreason='faulty'\nexpect='person'\nuntil='2036-03-04'\npostage={drop_off='0'}",
            ),
            ("the refusal is heard", "tags=['pan']\nexpect='refuse'\nbecause='hygiene'"),
            ("its reason goes with its decision", "reason='faulty'\nexpect='person'\nuntil='2026-04-03'"),
            (
                "Britain alone",
                "expect='approve'\nuntil='2026-04-03'\nmethods=['drop_off','in_store']\npostage={drop_off='2.95',in_store='0'}",
            ),
            (
                "nobody mentions anything",
                "country='FR'\nexpect='approve'\nuntil='2026-03-11'\nmethods=['label']\npostage={label='0'}",
            ),
        ],
    );
    let example = example("tags=['pan']\nreason='faulty'\nexpect='person'");
    let decision = example.decide(&policy, &policy.calendar("UTC")).unwrap();
    assert_eq!(decision.rules, [0, 1, 2], "who settled something is named");
}

#[test]
fn nothing_comes_back_that_is_not_there() {
    let policy = policy("[otherwise]\nwithin = \"30 days\"\n");
    table(
        &policy,
        &[
            ("all of it", "bought=3\nquantity=3\nexpect='approve'"),
            ("one too many", "bought=3\nquantity=4\nexpect='refuse'"),
            ("what is left", "bought=3\nreturned=1\nquantity=2\nexpect='approve'"),
            ("more than is left", "bought=3\nreturned=1\nquantity=3\nexpect='refuse'"),
            ("nothing is left", "bought=3\nreturned=3\nquantity=1\nexpect='refuse'"),
            ("more returned than bought", "bought=1\nreturned=2\nquantity=1\nexpect='refuse'"),
            ("none", "quantity=0\nexpect='refuse'"),
            ("less than none", "quantity=-1\nexpect='refuse'"),
        ],
    );
}
