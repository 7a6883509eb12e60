//! When an article answers by itself: measured on the questions of `e2e/bench/search`, and on what people say who ask nothing.

use super::{
    Index, SURE, Source,
    quality::{read, sources},
};
use crate::knowledge::{article_file, markdown};
use aftercart_shared::{ids::ArticleId, locale::Locale};
use std::{fs, path::Path, sync::LazyLock};

/// The demo shop's articles, as they are brought in.
static DEMO: LazyLock<Index> = LazyLock::new(|| {
    let mut sources = Vec::new();
    for language in ["en", "zh-CN"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/demo/articles").join(language);
        let mut files: Vec<_> =
            fs::read_dir(folder).expect("the demo's articles").flatten().map(|f| f.path()).collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).expect("an article");
            let (article, _) = article_file::markdown(&text).expect("an article");
            sources.push(Source {
                id: ArticleId(article.id.clone()),
                slug: article.id,
                locale: article.locale,
                title: article.title,
                body: markdown::plain_text(&markdown::parse(&article.body)),
                category: article.category,
                tags: article.tags,
                phrasings: article.phrasings,
            });
        }
    }
    Index::build(sources)
});

/// What is said without asking anything that an article answers; some of it is said in our own tests and under load.
const NOTHING: &[&str] = &[
    "hi",
    "Hi!",
    "hello",
    "Hello there",
    "hey",
    "good morning",
    "thanks",
    "thank you so much",
    "ok",
    "yes",
    "no",
    "?",
    "test",
    "testing 123",
    "A",
    "B",
    "one",
    "two",
    "line 3",
    "newest",
    "to both",
    "half a sen",
    "canary 17",
    "canary-0815",
    "bye",
    "asdf",
    "qwertz",
    "lorem ipsum dolor sit amet",
    "blue elephant",
    "what",
    "why",
    "how are you",
    "are you there?",
    "Are you there? 1795255200000",
    "A question for whoever is there 1795255200000",
    "Something to find 1795255200000",
    "One more thing",
    "It does so since yesterday.",
    "I have a question",
    "can you help me",
    "help",
    "please",
    "message 12",
    "c3 m17",
    "no. 4",
    "你好",
    "您好",
    "在吗",
    "在吗？1795255200000",
    "谢谢",
    "好的",
    "嗯",
    "哈哈",
    "早上好",
    "想咨询一下 1795255200000",
    "查找用 1795255200000",
    "手机上看 1795255200000",
    "还有一件事",
    "昨天开始的。",
    "请问",
    "帮帮我",
    "测试",
    "测试一下",
    "我有个问题",
    "蓝色的大象",
    "说到一半",
    "再见",
    "不客气",
    "Is the switch of my lamp known to crackle?",
    "台灯的开关有杂音，正常吗？",
    "Hello, the desk lamp hums when it’s on. Is that normal?",
    "您好，台灯打开后有嗡嗡声，这正常吗？",
];

/// Of the questions of `e2e/bench/search`, so many are shown something; and of those, so many the right one.
const SHOWN_PERCENT: usize = 55;
const RIGHT_PERCENT: usize = 88;

/// What the demo's articles answer, in which one.
const ASKED: &[(&str, &str)] = &[
    ("How long do refunds take?", "track-refund"),
    ("退款多久到账", "track-refund"),
    ("how do I return something", "start-return"),
    ("怎么退货", "start-return"),
    ("Do you deliver to Ireland?", "delivery-area"),
    ("where is my parcel", "track-order"),
    ("我的包裹到哪里了", "track-order"),
    ("can I change the delivery address", "change-address"),
    ("怎么开发票", "invoice"),
    ("how much is shipping", "shipping-cost"),
    ("运费多少", "shipping-cost"),
    ("I forgot my password", "recover-password"),
];

#[test]
fn whoever_asks_nothing_is_answered_nothing() {
    let mut wrong = Vec::new();
    for said in NOTHING {
        for locale in [Locale::En, Locale::ZhCn] {
            let best = DEMO.search(said, locale, 1).first().map(|found| (found.score, found.slug.clone()));
            if !DEMO.sure(said, locale, 3).is_empty() {
                wrong.push((said, best));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn whoever_asks_what_an_article_answers_is_shown_it() {
    let mut wrong = Vec::new();
    for (asked, wanted) in ASKED {
        let found = DEMO.sure(asked, Locale::En, 3);
        if found.iter().all(|one| one.slug != *wanted) {
            wrong.push((asked, wanted, found.into_iter().map(|one| one.slug).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Run with `--nocapture` for the table behind [`SURE`].
#[test]
fn what_is_shown_is_right() {
    let both = Index::build(sources("en").into_iter().chain(sources("zh")));
    for (file, locale) in [("queries.en.tsv", Locale::En), ("queries.zh.tsv", Locale::ZhCn)] {
        let questions = read(file);
        let (mut asked, mut shown, mut right) = (0, 0, 0);
        for line in questions.lines().filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split('\t').collect();
            let found = both.sure(cells[0], locale, 3);
            asked += 1;
            shown += usize::from(!found.is_empty());
            right += usize::from(found.iter().any(|one| cells[1].split('|').any(|wanted| wanted == one.id.as_str())));
        }
        println!(
            "{file}: of {asked} questions {shown} are shown something, {right} of them the right one, from {SURE}"
        );
        assert!(shown * 100 >= asked * SHOWN_PERCENT, "{file}: {shown} of {asked}");
        assert!(right * 100 >= shown * RIGHT_PERCENT, "{file}: {right} of {shown}");
    }
}
