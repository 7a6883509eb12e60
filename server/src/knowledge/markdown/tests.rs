//! What is kept of Markdown, and what never gets through.

use super::{parse, plain_text};
use aftercart_shared::document::{Block, Inline};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn json(markdown: &str) -> String {
    serde_json::to_string(&parse(markdown)).expect("blocks are plain data")
}

fn text(text: &str) -> Inline {
    Inline::Text { text: text.to_owned() }
}

fn hrefs(markdown: &str) -> Vec<String> {
    fn inlines(row: &[Inline], found: &mut Vec<String>) {
        for inline in row {
            match inline {
                Inline::Link { href, inlines: inner } => {
                    found.push(href.clone());
                    inlines(inner, found);
                }
                Inline::Strong { inlines: inner } | Inline::Emphasis { inlines: inner } => inlines(inner, found),
                Inline::Text { .. } | Inline::Code { .. } | Inline::Break => {}
            }
        }
    }
    fn blocks(row: &[Block], found: &mut Vec<String>) {
        for block in row {
            match block {
                Block::Heading { inlines: row, .. } | Block::Paragraph { inlines: row } => inlines(row, found),
                Block::List { items, .. } => items.iter().for_each(|item| blocks(item, found)),
                Block::Quote { blocks: inner } => blocks(inner, found),
                Block::Table { rows } => rows.iter().flatten().for_each(|cell| inlines(cell, found)),
                Block::Code { .. } | Block::Rule => {}
            }
        }
    }
    let mut found = Vec::new();
    blocks(&parse(markdown), &mut found);
    found
}

#[test]
fn every_construct_becomes_its_block() {
    let blocks = parse(
        "# Title\n\nOne **two** *three* `four`\\\nfive\n\n- a\n- b\n\n3. c\n\n> q\n\n```\nx\n  y\n```\n\n---\n\n| h | i |\n|---|---|\n| 1 |  |\n",
    );
    assert_eq!(
        blocks,
        vec![
            Block::Heading { level: 2, id: "h-title".into(), inlines: vec![text("Title")] },
            Block::Paragraph {
                inlines: vec![
                    text("One "),
                    Inline::Strong { inlines: vec![text("two")] },
                    text(" "),
                    Inline::Emphasis { inlines: vec![text("three")] },
                    text(" "),
                    Inline::Code { text: "four".into() },
                    Inline::Break,
                    text("five"),
                ],
            },
            Block::List {
                start: None,
                items: vec![
                    vec![Block::Paragraph { inlines: vec![text("a")] }],
                    vec![Block::Paragraph { inlines: vec![text("b")] }],
                ],
            },
            Block::List { start: Some(3), items: vec![vec![Block::Paragraph { inlines: vec![text("c")] }]] },
            Block::Quote { blocks: vec![Block::Paragraph { inlines: vec![text("q")] }] },
            Block::Code { text: "x\n  y\n".into() },
            Block::Rule,
            Block::Table { rows: vec![vec![vec![text("h")], vec![text("i")]], vec![vec![text("1")], vec![]]] },
        ]
    );
}

#[test]
fn headings_have_levels_and_ids_of_their_own() {
    let found: Vec<_> =
        parse("# 退货 流程\n## Refunds & money\n###### Deep\n## 退货 流程\n## 退货 流程-2\n## !!!\n## !!!\n")
            .into_iter()
            .filter_map(|block| match block {
                Block::Heading { level, id, .. } => Some((level, id)),
                _ => None,
            })
            .collect();
    let expected =
        ["h-退货-流程", "h-refunds-money", "h-deep", "h-退货-流程-2", "h-退货-流程-2-2", "h-section", "h-section-2"];
    assert_eq!(found.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(found.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [2, 2, 4, 2, 2, 2, 2]);
}

#[test]
fn links_lead_only_where_they_may() {
    for (markdown, expected) in [
        ("[a](https://shop.example/x?y=1#z)", Some("https://shop.example/x?y=1#z")),
        ("[a](HTTP://shop.example)", Some("HTTP://shop.example")),
        ("[a](mailto:help@shop.example)", Some("mailto:help@shop.example")),
        ("<help@shop.example>", Some("mailto:help@shop.example")),
        ("<https://shop.example/>", Some("https://shop.example/")),
        ("[a](tel:+8613800138000)", Some("tel:+8613800138000")),
        ("[a](/orders)", Some("/orders")),
        ("[a](article:refund-time)", Some("article:refund-time")),
        ("[a](article:退款)", Some("article:退款")),
        ("[a][r]\n\n[r]: https://shop.example", Some("https://shop.example")),
        ("[a](//evil.example)", None),
        ("[a](/\\evil.example)", None),
        ("[a](\\\\evil.example)", None),
        ("[a](article:../../x)", None),
        ("[a](article:)", None),
        ("[a](#top)", None),
        ("[a](relative)", None),
        ("[a](https://)", None),
        ("[a](ftp://shop.example)", None),
        ("[a](file:///etc/passwd)", None),
    ] {
        assert_eq!(hrefs(markdown).first().map(String::as_str), expected, "{markdown}");
    }
}

#[test]
fn nothing_that_runs_gets_through() {
    for attack in [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#115;cript:alert(1))",
        "[a](&#x6A;avascript:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](<java&Tab;script:alert(1)>)",
        "[a](<java&NewLine;script:alert(1)>)",
        "[a](< javascript:alert(1)>)",
        "[a](<\u{1}javascript:alert(1)>)",
        "[a](\u{202e}javascript:alert(1))",
        "[a](\u{feff}javascript:alert(1))",
        "[a](javascript&colon;alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](DATA:text/html,x)",
        "[a](vbscript:msgbox(1))",
        "[a](vb&#115;cript:msgbox)",
        "[a](blob:https://x)",
        "[a](view-source:https://x)",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "[![x](javascript:alert(1))](javascript:alert(2))",
        "![x](javascript:alert(1))",
        "[a](x-javascript:alert(1))",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href='https://evil.example'>x</a>",
    ] {
        assert_eq!(hrefs(attack), Vec::<String>::new(), "{attack}");
    }
    for attack in [
        "<script>alert(1)</script>",
        "hello <script>alert(1)</script> you",
        "<SCRIPT SRC=//evil.example></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "text <img src=x onerror=alert(1)> text",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>*{background:url(javascript:alert(1))}</style>",
        "<div onclick=alert(1)>",
        "<!-- <script>alert(1)</script> -->",
        "<details open ontoggle=alert(1)>",
        "<scr\u{0}ipt>",
        "<script>alert(1)",
    ] {
        let json = json(attack);
        for forbidden in ["alert", "onerror", "onload", "evil", "javascript"] {
            assert!(!json.contains(forbidden), "{attack} → {json}");
        }
    }
}

#[test]
fn text_of_html_and_images_stays() {
    assert_eq!(plain_text(&parse("<div>Hello <b>you</b> &amp; me</div>")), "Hello you & me");
    assert_eq!(plain_text(&parse("press <kbd>Esc</kbd> twice")), "press Esc twice");
    assert_eq!(plain_text(&parse("![the *red* [box](https://x.example)](https://x.example/a.png)")), "the red box");
    assert_eq!(plain_text(&parse("[**bold** text](javascript:x)")), "bold text");
}

#[test]
fn links_are_never_inside_links() {
    for markdown in ["[a [b](/b) c](/c)", "[![[x](/x)](/y)](/z)", "[<https://x.example>](/y)"] {
        let json = json(markdown);
        for (at, _) in json.match_indices("\"t\":\"link\"") {
            let inner = &json[at..];
            let end = inner.find("]}").unwrap_or(inner.len());
            assert!(!inner[11..end].contains("\"t\":\"link\""), "{markdown} → {json}");
        }
    }
}

#[test]
fn harmful_characters_are_gone() {
    let text = plain_text(&parse("a\u{0}b\u{202e}c\u{2066}d\u{7}e\u{feff}f `g\u{202d}h`\n\n    i\u{0}\tj"));
    assert!(!text.contains(['\u{0}', '\u{202e}', '\u{2066}', '\u{7}', '\u{feff}', '\u{202d}']), "{text:?}");
    assert!(text.contains("gh") && text.contains("\tj"), "{text:?}");
}

#[test]
fn broken_lines_are_joined_as_the_language_does() {
    assert_eq!(plain_text(&parse("退款会在\n三天内到账。")), "退款会在三天内到账。");
    assert_eq!(plain_text(&parse("a refund\ntakes **three**\ndays")), "a refund takes three days");
}

fn depth(blocks: &[Block]) -> usize {
    let below = |block: &Block| match block {
        Block::Quote { blocks } => depth(blocks),
        Block::List { items, .. } => items.iter().map(|item| depth(item)).max().unwrap_or(0),
        _ => 0,
    };
    1 + blocks.iter().map(below).max().unwrap_or(0)
}

#[test]
fn hostile_input_is_read_quickly_and_stays_shallow() {
    let nested_list: String = (0..2_000).map(|level| format!("{}- x\n", " ".repeat(2 * level.min(400)))).collect();
    for (name, markdown) in [
        ("quotes", format!("{}deep", ">".repeat(50_000))),
        ("lists", format!("{}deep", "- ".repeat(50_000))),
        ("nested list", nested_list),
        ("emphasis", format!("{}deep{}", "*a **b ".repeat(20_000), "** *".repeat(20_000))),
        ("brackets", "[".repeat(100_000)),
        ("links", "[a](".repeat(50_000)),
        ("images", format!("{}x{}", "![".repeat(20_000), "](y)".repeat(20_000))),
        ("ticks", "`a``b".repeat(20_000)),
        ("tags", "<a ".repeat(50_000)),
        ("equal headings", "# a\n\n".repeat(20_000)),
        ("a megabyte", "Refunds take *three* days. ".repeat(40_000)),
        ("a megabyte of Chinese", "退款三天到账。\n".repeat(48_000)),
        ("table", format!("|a|b|\n|-|-|\n{}", "|x|y|\n".repeat(50_000))),
    ] {
        let started = Instant::now();
        let blocks = parse(&markdown);
        let text = plain_text(&blocks);
        assert!(depth(&blocks) < 30, "{name}: {}", depth(&blocks));
        println!("{name}: {:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
        if markdown.contains("deep") {
            assert!(text.contains("deep"), "{name} lost its text");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read(markdown in "(?s).{0,300}") {
        plain_text(&parse(&markdown));
    }

    #[test]
    fn any_markdown_is_read(parts in proptest::collection::vec(prop_oneof![
        Just("> "), Just("- "), Just("1. "), Just("\n"), Just("\n\n"), Just("    "), Just("**"), Just("["), Just("]("), Just(")"),
        Just("javascript:"), Just("<script>"), Just("</script>"), Just("|"), Just("|-|\n"), Just("`"), Just("```\n"), Just("# "),
        Just("退"), Just("x"), Just("![")], 0..80)) {
        let markdown = parts.concat();
        for href in hrefs(&markdown) {
            prop_assert!(!href.to_lowercase().contains("script:"), "{markdown} → {href}");
        }
    }
}
