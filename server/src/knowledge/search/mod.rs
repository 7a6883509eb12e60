//! Finds help articles: in memory, without an outside service, in both languages at once.
//!
//! A question's terms ([`query`]) are scored against every article ([`postings`]) and against the usual intents of
//! shoppers ([`intents`]); the two are added. See `lexicon/` for the word lists behind it.

mod fold;
mod intents;
mod lexicon;
mod pinyin;
mod postings;
mod query;
mod show;
mod terms;
mod tokens;
mod vocabulary;

#[cfg(test)]
mod quality;
#[cfg(test)]
mod sure_tests;
#[cfg(test)]
mod tests;

use aftercart_shared::{api::articles::SearchResult, ids::ArticleId, locale::Locale};
use intents::{INTENTS, Nearness};
use postings::{Fields, Postings};
use query::Query;
use show::Shown;
use std::collections::HashMap;
use terms::{Key, Kind, Reading, Term};
use vocabulary::Vocabulary;

/// One text of an article, in one locale.
#[derive(Clone, Debug)]
pub struct Source {
    pub id: ArticleId,
    pub slug: String,
    pub locale: Locale,
    pub title: String,
    /// Plain text.
    pub body: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// Other ways in which shoppers ask for it.
    pub phrasings: Vec<String>,
}

/// Articles longer than this are found by their beginning.
const MAX_BODY: usize = 20_000;
const TITLE: f32 = 3.0;
const PHRASING: f32 = 1.5;
const LABEL: f32 = 0.5;
const BODY: f32 = 1.0;
/// How much of an article must answer the question to be an answer at all.
const LEAST_COVERED: f32 = 0.1;
const LEAST_OF_BEST: f32 = 0.12;
/// What an intent weighs beside the words. With the two exponents the result of trying on `e2e/bench/search`; each may
/// be a third off without harm.
const INTENT: f32 = 2.0;
/// How fast intents that are less near than the nearest stop to count: for a question, and for an article.
const ASKED_SHARPNESS: f32 = 2.5;
const ABOUT_SHARPNESS: f32 = 6.0;
/// Even where the words explain little of a question they decide between articles of one intent.
const WORDS_AT_LEAST: f32 = 0.3;

/// So near must a question be to a usual intent that an article answers by itself, without anybody who chooses it from a list. Tried
/// on the demo's articles: what asks nothing stays below, but for a few that name something of a shop's; what they answer begins at
/// 0.73. The score says nothing of it: of many bad articles one is still the best.
const SURE: f32 = 0.7;
/// What is shown beside the best is nearly as good.
const SURE_BESIDE: f32 = 0.7;

pub struct Index {
    articles: Vec<Article>,
    texts: Vec<Text>,
    postings: Postings,
    vocabulary: Vocabulary,
}

struct Article {
    id: ArticleId,
    texts: Vec<u32>,
    intents: Vec<(u16, f32)>,
}

struct Text {
    article: u32,
    slug: String,
    locale: Locale,
    shown: Shown,
}

/// The words inside are nobody's business in a log.
impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("articles", &self.len()).finish_non_exhaustive()
    }
}

impl Index {
    pub fn build(sources: impl IntoIterator<Item = Source>) -> Index {
        let mut articles: Vec<Article> = Vec::new();
        let mut places: HashMap<ArticleId, u32> = HashMap::new();
        let mut texts = Vec::new();
        let mut documents = Vec::new();
        let mut words: HashMap<String, f32> = HashMap::new();
        let mut topics: Vec<HashMap<Key, f32>> = Vec::new();
        for source in sources {
            let article = *places.entry(source.id.clone()).or_insert_with(|| {
                articles.push(Article { id: source.id.clone(), texts: Vec::new(), intents: Vec::new() });
                topics.push(HashMap::new());
                u32::try_from(articles.len() - 1).unwrap_or(u32::MAX)
            });
            let mut read = |text: &str| analysed(text, &mut words);
            let (title, body) = (read(&source.title), read(&source.body));
            let mut fields = Fields::default();
            let labels = source.category.iter().chain(&source.tags).flat_map(|label| read(label));
            fields.add(LABEL, labels.collect());
            let phrasings: Vec<Term> = source.phrasings.iter().flat_map(|phrasing| read(phrasing)).collect();
            let topic = &mut topics[article as usize];
            for (weight, terms) in [(1.0, &title), (0.7, &phrasings), (0.2, &body)] {
                for term in terms.iter().take(400) {
                    let held = topic.entry(term.key).or_default();
                    *held = held.max(weight * term.weight);
                }
            }
            let shown = Shown::new(source.title, source.body, &title, &body);
            fields.add(PHRASING, phrasings);
            fields.add(TITLE, title);
            fields.add(BODY, body);
            articles[article as usize].texts.push(u32::try_from(texts.len()).unwrap_or(u32::MAX));
            texts.push(Text { article, slug: source.slug, locale: source.locale, shown });
            documents.push(fields);
        }
        for (article, topic) in articles.iter_mut().zip(&topics) {
            article.intents = about(&INTENTS.near(topic));
        }
        Index { articles, texts, postings: Postings::build(&documents), vocabulary: Vocabulary::build(words) }
    }

    /// How many articles there are, however many locales each is written in.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Best first, each article once, in the text nearest to `locale`. Nothing rather than junk.
    pub fn search(&self, text: &str, locale: Locale, limit: usize) -> Vec<SearchResult> {
        if limit == 0 || self.articles.is_empty() {
            return Vec::new();
        }
        let query = self.query(text);
        if query.terms.is_empty() {
            return Vec::new();
        }
        let (lexical, possible) = self.lexical(&query);
        let near = INTENTS.near(&query.terms);
        let mut ranked = self.fuse(&lexical, possible, &near);
        ranked.truncate(limit);
        ranked.into_iter().map(|(article, score)| self.result(article, score, &query, locale)).collect()
    }

    /// The same, but only what is surely about the question: for whoever has asked us and not the search. A greeting, a name or a
    /// few words about nothing find nothing here.
    pub fn sure(&self, text: &str, locale: Locale, limit: usize) -> Vec<SearchResult> {
        if !speaks_of_something(text) || self.nearness(text) < SURE {
            return Vec::new();
        }
        let mut found = self.search(text, locale, limit);
        let best = found.first().map_or(0.0, |found| found.score);
        found.retain(|one| one.score >= best * SURE_BESIDE);
        found
    }

    fn query(&self, text: &str) -> Query {
        Query::read(text, &self.vocabulary, |key| self.postings.find(key).is_some() || INTENTS.knows(key))
    }

    /// How near a question is to the nearest of the usual intents.
    fn nearness(&self, text: &str) -> f32 {
        INTENTS.near(&self.query(text).terms).confidence
    }

    /// Per article the score of its best text; and the most that a text could score.
    fn lexical(&self, query: &Query) -> (Vec<f32>, f32) {
        let mut scores = vec![0.0_f32; self.texts.len()];
        let mut possible = 0.0;
        for (key, weight) in &query.terms {
            let term = self.postings.find(*key);
            possible += weight * self.postings.idf(term);
            if let Some(term) = term {
                self.postings.each(term, |text, impact| scores[text] += weight * impact);
            }
        }
        let mut best = vec![0.0_f32; self.articles.len()];
        for (text, score) in self.texts.iter().zip(scores) {
            let held = &mut best[text.article as usize];
            *held = held.max(score);
        }
        (best, possible)
    }

    fn fuse(&self, lexical: &[f32], possible: f32, near: &Nearness) -> Vec<(usize, f32)> {
        let most = lexical.iter().copied().fold(0.0, f32::max);
        let covered = (most / possible.max(f32::EPSILON)).min(1.0);
        let mut intents = vec![0.0_f32; INTENTS.len()];
        for (intent, nearness) in &near.intents {
            intents[*intent as usize] = nearness.powf(ASKED_SHARPNESS);
        }
        let scored = lexical.iter().zip(&self.articles).map(|(lexical, article)| {
            let words = if most > 0.0 { lexical / most } else { 0.0 };
            let intent: f32 =
                article.intents.iter().map(|(intent, share)| share * intents[*intent as usize]).fold(0.0, f32::max);
            words * (WORDS_AT_LEAST + covered) + INTENT * near.confidence * intent
        });
        let mut ranked: Vec<_> = scored.enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let best = ranked.first().map_or(0.0, |(_, score)| *score);
        if covered.max(near.confidence) < LEAST_COVERED {
            return Vec::new();
        }
        ranked.retain(|(_, score)| *score > 0.0 && *score >= best * LEAST_OF_BEST);
        ranked
    }

    fn result(&self, article: usize, score: f32, query: &Query, locale: Locale) -> SearchResult {
        let article = &self.articles[article];
        let preference = preferred(locale);
        let rank = |text: &&Text| preference.iter().position(|wanted| *wanted == text.locale);
        let texts = article.texts.iter().map(|text| &self.texts[*text as usize]);
        let text = texts.min_by_key(rank).unwrap_or(&self.texts[0]);
        let weight = |key: Key| query.terms.get(&key).map(|weight| weight * self.postings.idf(self.postings.find(key)));
        let (snippet, snippet_matches) = text.shown.snippet(&weight, &query.characters);
        SearchResult {
            id: article.id.clone(),
            slug: text.slug.clone(),
            locale: text.locale,
            title: text.shown.title.clone(),
            title_matches: text.shown.title_matches(&weight, &query.characters),
            snippet,
            snippet_matches,
            score,
        }
    }
}

/// Does it name anything that shops have to do with, as it is written? A word that only looks like one is a guess, good enough for a
/// list and not for an answer.
fn speaks_of_something(text: &str) -> bool {
    let folded = fold::fold(text, query::MAX_CHARACTERS);
    let tokens = query::aliased(tokens::tokens(&folded));
    let terms = terms::terms(&folded, &tokens, Reading::Question);
    // Within a longer name it is another thing: see `lexicon`.
    terms.iter().any(|term| term.kind == Kind::Concept && term.weight >= Kind::Concept.weight())
}

fn preferred(locale: Locale) -> [Locale; 3] {
    match locale {
        Locale::En => [Locale::En, Locale::ZhCn, Locale::ZhTw],
        Locale::ZhCn => [Locale::ZhCn, Locale::ZhTw, Locale::En],
        Locale::ZhTw => [Locale::ZhTw, Locale::ZhCn, Locale::En],
    }
}

/// The intents that an article is about, if it is about any.
fn about(near: &Nearness) -> Vec<(u16, f32)> {
    let sharp = near.intents.iter().map(|(intent, nearness)| (*intent, nearness.powf(ABOUT_SHARPNESS)));
    sharp.filter(|(_, share)| *share > 0.1).take(4).collect()
}

fn analysed(text: &str, words: &mut HashMap<String, f32>) -> Vec<Term> {
    let folded = fold::fold(text, MAX_BODY);
    let tokens = tokens::tokens(&folded);
    for token in tokens.iter().filter(|token| !token.han && token.text.len() <= 24) {
        *words.entry(token.text.clone()).or_default() += 1.0;
    }
    let tokens = query::aliased(tokens);
    let mut found = terms::terms(&folded, &tokens, Reading::Text);
    for term in &mut found {
        // From here on places are those of the original text.
        let end = folded.origin.get(term.end.saturating_sub(1)).map_or(0, |at| *at as usize + 1);
        (term.start, term.end) = (folded.origin.get(term.start).map_or(0, |at| *at as usize), end);
    }
    found
}
