//! What the index promises whatever is asked: one result per article, places that can be shown, no panic, no junk.

use super::{Index, Source};
use aftercart_shared::{api::articles::SearchResult, ids::ArticleId, locale::Locale};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

fn source(id: &str, locale: Locale, title: &str, body: &str) -> Source {
    Source {
        id: ArticleId::from(id),
        slug: format!("{id}-slug"),
        locale,
        title: title.to_owned(),
        body: body.to_owned(),
        category: None,
        tags: Vec::new(),
        phrasings: Vec::new(),
    }
}

static SHOP: LazyLock<Index> = LazyLock::new(|| {
    use Locale::{En, ZhCn, ZhTw};
    Index::build([
        source(
            "refund-time",
            En,
            "How long refunds take",
            "Refunds are paid in 3 to 7 days.\nThe bank may need longer. Ask us after ten days.",
        ),
        source("refund-time", ZhCn, "退款多久到账", "退款审核通过后，一般三至七个工作日到账。信用卡可能需要更长时间。"),
        source("track", En, "Track your order", "Open your orders to see where each parcel is."),
        source("track", ZhCn, "查看物流进度", "在我的订单里可以看到包裹到了哪里。"),
        source("linen", En, "Caring for linen", "Wash at 40 degrees. Lavender keeps moths away."),
        source("lamp", ZhTw, "燈具保固", "燈具享兩年保固，請保留發票。"),
        source("invoice", En, "Invoices", "Every invoice is stored under Orders."),
    ])
});

fn first(question: &str, locale: Locale) -> Option<String> {
    SHOP.search(question, locale, 3).first().map(|result| result.id.to_string())
}

#[test]
fn questions_find_their_article() {
    for (question, expected) in [
        ("where is my parcel", Some("track")),
        ("money back how long", Some("refund-time")),
        ("REFUNDS!!!", Some("refund-time")),
        ("refud", Some("refund-time")),
        ("refu", Some("refund-time")),
        ("lave", Some("linen")),
        ("lavendre", Some("linen")),
        ("tuikuan", Some("refund-time")),
        ("腿款", Some("refund-time")),
        ("退款多久", Some("refund-time")),
        ("退", Some("refund-time")),
        ("發票", Some("invoice")),
        ("我要發票", Some("invoice")),
        ("ｒｅｆｕｎｄ", Some("refund-time")),
        ("hello, please help me, where is order #A-1001 ???", Some("track")),
        ("灯具保修", Some("lamp")),
    ] {
        for locale in Locale::ALL {
            assert_eq!(first(question, locale).as_deref(), expected, "{question} in {locale}");
        }
    }
}

#[test]
fn nothing_is_better_than_junk() {
    for question in [
        "",
        "   ",
        "?!.,",
        "\0",
        "\u{301}",
        "😀😀",
        "*",
        "\"",
        "%",
        "_",
        "NEAR(",
        "xqzvw kjhgf",
        "1234567",
        "\u{202e}\u{200b}",
    ] {
        assert!(SHOP.search(question, Locale::En, 10).is_empty(), "{question:?}");
    }
    assert!(Index::build([]).search("refund", Locale::En, 10).is_empty());
    assert!(SHOP.search("refund", Locale::En, 0).is_empty());
}

#[test]
fn an_article_appears_once_in_the_nearest_locale() {
    assert_eq!((SHOP.len(), SHOP.is_empty()), (5, false));
    for (asked, shown) in [(Locale::En, Locale::En), (Locale::ZhCn, Locale::ZhCn), (Locale::ZhTw, Locale::ZhCn)] {
        for question in ["refund", "退款"] {
            let results = SHOP.search(question, asked, 10);
            let refund: Vec<_> = results.iter().filter(|result| result.id.as_str() == "refund-time").collect();
            assert_eq!(refund.iter().map(|result| result.locale).collect::<Vec<_>>(), [shown], "{question} in {asked}");
            assert_eq!(refund[0].slug, "refund-time-slug");
        }
    }
    assert_eq!(SHOP.search("保固", Locale::En, 1)[0].locale, Locale::ZhTw);
}

fn marked(text: &str, places: &[(u32, u32)]) -> Vec<String> {
    places
        .iter()
        .map(|(start, end)| text.chars().skip(*start as usize).take((end - start) as usize).collect())
        .collect()
}

#[test]
fn matches_are_shown_in_the_text_as_it_is_written() {
    for (question, locale, title, snippet) in [
        ("refund", Locale::En, vec!["refunds"], vec!["Refunds"]),
        ("money back", Locale::En, vec!["refunds"], vec!["Refunds"]),
        ("退款", Locale::ZhTw, vec!["退款"], vec!["退款"]),
        ("tuikuan", Locale::ZhCn, vec!["退款"], vec!["退款"]),
        ("退", Locale::ZhCn, vec!["退"], vec!["退"]),
    ] {
        let result = SHOP.search(question, locale, 1).remove(0);
        assert_eq!(marked(&result.title, &result.title_matches), title, "{question}");
        assert_eq!(
            marked(&result.snippet, &result.snippet_matches)[..1],
            snippet[..1],
            "{question}: {}",
            result.snippet
        );
    }
    let lamp = SHOP.search("灯具保修", Locale::ZhTw, 1).remove(0);
    assert_eq!(lamp.title, "燈具保固");
    assert_eq!(marked(&lamp.title, &lamp.title_matches), ["燈具保固"]);
}

#[test]
fn snippets_show_the_best_place_cut_at_words() {
    let filler = "Nothing of interest stands in this sentence at all. ".repeat(30);
    let index = Index::build([
        source(
            "a",
            Locale::En,
            "Things",
            &format!("{filler}A lavender sachet keeps the moths out of drawers.\n{filler}"),
        ),
        source(
            "b",
            Locale::ZhCn,
            "其他",
            &format!("{}薰衣草香包可以防虫。{}", "这里什么都没有写。".repeat(60), "后面还有很多话。".repeat(60)),
        ),
    ]);
    let english = index.search("lavender sachet", Locale::En, 1).remove(0).snippet;
    assert!(english.starts_with("…A lavender sachet keeps"), "{english}");
    assert!(english.ends_with('…') && english.chars().count() <= 142, "{english}");
    let last = english.trim_end_matches('…').split(' ').next_back().unwrap_or_default();
    assert!(filler.split(' ').any(|word| word == last), "cut inside a word: {english}");
    let chinese = index.search("薰衣草", Locale::ZhCn, 1).remove(0).snippet;
    assert!(chinese.contains("薰衣草香包可以防虫") && chinese.chars().count() <= 72, "{chinese}");
}

#[test]
fn phrasings_and_labels_are_searched_too() {
    let mut with = source("x", Locale::En, "Title", "Body.");
    with.phrasings = vec!["my kettle whistles".to_owned()];
    with.tags = vec!["samovar".to_owned()];
    with.category = Some("Teatime".to_owned());
    let index = Index::build([with, source("y", Locale::En, "Another", "Text.")]);
    for question in ["whistling kettle", "samovar", "teatime"] {
        assert_eq!(index.search(question, Locale::En, 5).first().map(|r| r.id.as_str()), Some("x"), "{question}");
    }
}

#[test]
fn long_questions_are_cut_not_refused() {
    let started = Instant::now();
    for question in [
        "refund ".repeat(1_500),
        "退款".repeat(5_000),
        "qzxwvk".repeat(2_000),
        "ab cd ".repeat(2_000),
        "\u{301}".repeat(10_000),
    ] {
        SHOP.search(&question, Locale::En, 10);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(first(&"refund ".repeat(1_500), Locale::En).as_deref(), Some("refund-time"));
}

fn check(result: &SearchResult) -> Result<(), TestCaseError> {
    for (text, matches) in [(&result.title, &result.title_matches), (&result.snippet, &result.snippet_matches)] {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let mut before = 0;
        for (start, end) in matches {
            prop_assert!(before <= *start && start < end && *end <= length, "{matches:?} of {text:?}");
            before = *end;
        }
    }
    prop_assert!(result.score.is_finite());
    Ok(())
}

/// Everything a keyboard, a clipboard or an attacker can send.
fn anything() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "(?s).{0,20}",
        "[a-z]{1,12}",
        "[退款换货物流查询我的吗帳號發票]{1,8}",
        Just("NEAR(\"refund* %_ ".to_owned()),
        Just("\u{0}\u{301}\u{202e}😀👨‍👩‍👧 ﬁ ½ Ⅳ ﷺ ".to_owned()),
        Just("<b>refund</b> &amp; ".to_owned()),
        Just("שלום عربي ไทย 한국어 ひらがな ".to_owned()),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_question_is_answered_without_panic(question in anything(), limit in 0_usize..8) {
        for locale in Locale::ALL {
            let results = SHOP.search(&question, locale, limit);
            prop_assert!(results.len() <= limit);
            results.iter().try_for_each(check)?;
        }
    }

    #[test]
    fn any_article_can_be_found_by_its_own_words(title in anything(), body in anything()) {
        let index = Index::build([source("any", Locale::En, &title, &body), source("other", Locale::ZhCn, &body, &title)]);
        for question in [&title, &body] {
            index.search(question, Locale::En, 5).iter().try_for_each(check)?;
        }
    }
}
