//! How good the answers are: shoppers' messages from `e2e/bench/search`, and floors that a change may not fall under.

use super::{Index, Source};
use aftercart_shared::{ids::ArticleId, locale::Locale};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/bench/search");

#[derive(Deserialize)]
struct Article {
    id: String,
    title: String,
    body: String,
    locale: Locale,
}

pub(super) fn read(file: &str) -> String {
    std::fs::read_to_string(format!("{FOLDER}/{file}")).expect("e2e/bench/search belongs to the repository")
}

pub(super) fn sources(language: &str) -> Vec<Source> {
    let lines = read(&format!("articles.{language}.jsonl"));
    let articles = lines.lines().map(|line| serde_json::from_str::<Article>(line).expect("an article a line"));
    let source = |article: Article| Source {
        id: ArticleId(article.id.clone()),
        slug: article.id,
        locale: article.locale,
        title: article.title,
        body: article.body,
        category: None,
        tags: Vec::new(),
        phrasings: Vec::new(),
    };
    articles.map(source).collect()
}

#[derive(Default, Clone, Copy)]
struct Tally {
    asked: u32,
    first: u32,
    third: u32,
}

impl Tally {
    fn share(count: u32, of: u32) -> f64 {
        f64::from(count) / f64::from(of.max(1))
    }

    fn hits(self) -> (f64, f64) {
        (Self::share(self.first, self.asked), Self::share(self.third, self.asked))
    }
}

/// Asks every question of a file; prints and returns Hit@1 and Hit@3 by where the questions come from.
fn evaluate(name: &str, index: &Index, file: &str, locale: Locale) -> BTreeMap<String, (f64, f64)> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut times = Vec::new();
    let missed = std::env::var("MISSED").ok();
    for line in read(file).lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [question, wanted, source] = cells.as_slice() else { panic!("three cells: {line}") };
        let started = Instant::now();
        let results = index.search(question, locale, 10);
        times.push(started.elapsed());
        let place = results.iter().position(|result| wanted.split('|').any(|id| id == result.id.as_str()));
        if missed.as_deref().is_some_and(|missed| source.contains(missed)) && place != Some(0) {
            let got: Vec<_> = results.iter().take(3).map(|result| result.id.as_str()).collect();
            println!("  missed [{name}] {question:?} wanted {wanted} at {place:?}, got {got:?}");
        }
        for of in [*source, "all"] {
            let tally = tallies.entry(of.to_owned()).or_default();
            tally.asked += 1;
            tally.first += u32::from(place == Some(0));
            tally.third += u32::from(place.is_some_and(|place| place < 3));
        }
    }
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(Duration::ZERO);
    println!("{name}: p50 {:?}, p95 {:?}, p99 {:?}", at(50), at(95), at(99));
    for (source, tally) in &tallies {
        let (first, third) = tally.hits();
        println!("  {source:<16} {:>5} asked   Hit@1 {first:.3}   Hit@3 {third:.3}", tally.asked);
    }
    tallies.into_iter().map(|(source, tally)| (source, tally.hits())).collect()
}

/// By source: at least this Hit@1 and this Hit@3.
type Floors = &'static [(&'static str, f64, f64)];

/// Run with `--nocapture` for the table, with `MISSED=own_` for the questions that fail.
#[test]
fn answers_are_as_good_as_they_were() {
    let both = Index::build(sources("en").into_iter().chain(sources("zh")));
    let english = Index::build(sources("en"));
    let chinese = Index::build(sources("zh"));
    let floors: &[(&str, &Index, &str, Locale, Floors)] = &[
        (
            "English, bilingual shop",
            &both,
            "queries.en.tsv",
            Locale::En,
            &[("all", 0.76, 0.93), ("own_message", 0.78, 0.92), ("own_typo", 0.9, 1.0), ("own_short", 0.9, 1.0)],
        ),
        (
            "English, English shop",
            &english,
            "queries.en.tsv",
            Locale::En,
            &[("all", 0.75, 0.92), ("own_message", 0.78, 0.9)],
        ),
        (
            "Chinese, bilingual shop",
            &both,
            "queries.zh.tsv",
            Locale::ZhCn,
            &[("all", 0.95, 0.97), ("own_pinyin", 0.85, 1.0), ("own_trad", 0.92, 1.0), ("own_typo", 0.9, 1.0)],
        ),
        (
            "Chinese, Chinese shop",
            &chinese,
            "queries.zh.tsv",
            Locale::ZhCn,
            &[("all", 0.95, 0.97), ("own_colloquial", 0.88, 0.92)],
        ),
        (
            "Chinese, English shop",
            &english,
            "queries.zh.tsv",
            Locale::ZhCn,
            &[("all", 0.91, 0.97), ("own_pinyin", 0.85, 1.0), ("own_trad", 0.92, 1.0)],
        ),
    ];
    for (name, index, file, locale, least) in floors {
        let reached = evaluate(name, index, file, *locale);
        for (source, first, third) in *least {
            let got = reached.get(*source).copied().unwrap_or_default();
            assert!(got.0 >= *first && got.1 >= *third, "{name}, {source}: {got:?} is under {:?}", (first, third));
        }
    }
}

/// Copies of the articles about other products, as a large shop has them.
fn many(count: usize) -> Vec<Source> {
    const PRODUCTS: [&str; 10] =
        ["lamps", "kettles", "sofas", "linen", "bicycles", "phones", "necklaces", "tents", "perfumes", "toys"];
    let originals: Vec<_> = sources("en").into_iter().chain(sources("zh")).collect();
    let copy = |number: usize| {
        let original = &originals[number % originals.len()];
        let round = number / originals.len();
        let product = PRODUCTS[round % PRODUCTS.len()];
        Source {
            id: ArticleId(format!("{}-{round}", original.id)),
            title: format!("{} ({product} {round})", original.title),
            body: format!("{} This is about {product}, model{round}.", original.body).repeat(2),
            ..original.clone()
        }
    };
    (0..count * 2).map(copy).collect()
}

/// The figures are for reading (`--nocapture`, on a release build); the bounds only catch what is slow everywhere.
#[test]
fn large_shops_are_searched_quickly() {
    let questions = read("queries.en.tsv") + &read("queries.zh.tsv");
    let questions: Vec<_> = questions.lines().filter_map(|line| line.split('\t').next()).step_by(13).collect();
    let started = Instant::now();
    let index = Index::build(many(500));
    let built = started.elapsed();
    let mut times: Vec<_> = questions
        .iter()
        .map(|question| {
            let started = Instant::now();
            index.search(question, Locale::En, 10);
            started.elapsed()
        })
        .collect();
    times.sort();
    let (middle, slow) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{} articles in two languages: built in {built:?}, p50 {middle:?}, p99 {slow:?}", index.len());
    assert!(middle < Duration::from_millis(50), "{middle:?}");
}
