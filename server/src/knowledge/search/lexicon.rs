//! The word lists of `knowledge/lexicon/`, read once: stop words, aliases, and the concepts that mean the same in both
//! languages.

use super::fold::{Folded, fold};
use super::tokens::tokens;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// One place where a concept is spoken of: `[start, end)` in tokens (English) or characters (Chinese).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention {
    pub concept: u16,
    pub start: usize,
    pub end: usize,
    /// Less than 1 inside a longer mention: "address" in "email address".
    pub weight: f32,
}

pub struct Lexicon {
    stop_words: HashSet<String>,
    stop_phrases: Vec<Vec<char>>,
    aliases: HashMap<String, Vec<String>>,
    /// By first stem, by first character.
    english: HashMap<String, Vec<(Vec<String>, u16)>>,
    chinese: HashMap<char, Vec<(Vec<char>, u16)>>,
    /// Every English word of the lists, as written.
    pub words: HashSet<String>,
    stemmer: Stemmer,
}

/// The rows of one of our data files: comments and empty lines skipped, cells split at tabs.
pub fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(|line| line.split('\t').collect())
}

fn folded_words(text: &str) -> Vec<String> {
    tokens(&fold(text, 400)).into_iter().map(|token| token.text).collect()
}

impl Lexicon {
    fn read() -> Self {
        let mut lexicon = Self {
            stop_words: HashSet::new(),
            stop_phrases: Vec::new(),
            aliases: HashMap::new(),
            english: HashMap::new(),
            chinese: HashMap::new(),
            words: HashSet::new(),
            stemmer: Stemmer::create(Algorithm::English),
        };
        for row in rows(include_str!("../lexicon/stop.tsv")) {
            match row.as_slice() {
                ["en", words] => lexicon.stop_words.extend(words.split_whitespace().map(str::to_owned)),
                ["zh", phrases] => lexicon.stop_phrases.extend(phrases.split('|').map(|p| fold(p, 20).chars)),
                _ => {}
            }
        }
        for row in rows(include_str!("../lexicon/aliases.tsv")) {
            if let [written, meant] = row.as_slice() {
                lexicon.aliases.insert((*written).to_owned(), folded_words(meant));
            }
        }
        for (concept, row) in rows(include_str!("../lexicon/concepts.tsv")).enumerate() {
            if let [_, english, chinese] = row.as_slice() {
                lexicon.read_concept(u16::try_from(concept).unwrap_or(u16::MAX), english, chinese);
            }
        }
        let known = rows(include_str!("../lexicon/known.txt"))
            .flat_map(|row| row.join(" ").split(' ').map(str::to_owned).collect::<Vec<_>>());
        lexicon.words.extend(known);
        lexicon
    }

    fn read_concept(&mut self, concept: u16, english: &str, chinese: &str) {
        for phrase in english.split('|') {
            let words = self.expand(folded_words(phrase));
            let stems: Vec<_> = words.iter().map(|word| self.stem(word)).collect();
            self.words.extend(words);
            if let Some(first) = stems.first() {
                self.english.entry(first.clone()).or_default().push((stems, concept));
            }
        }
        for phrase in chinese.split('|') {
            let characters = fold(phrase, 20).chars;
            if let Some(first) = characters.first() {
                self.chinese.entry(*first).or_default().push((characters, concept));
            }
        }
    }

    pub fn stem(&self, word: &str) -> String {
        self.stemmer.stem(word).into_owned()
    }

    pub fn is_stop(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }

    pub fn alias(&self, word: &str) -> Option<&[String]> {
        self.aliases.get(word).map(Vec::as_slice)
    }

    fn expand(&self, words: Vec<String>) -> Vec<String> {
        words.into_iter().flat_map(|word| self.alias(&word).map_or_else(|| vec![word], <[_]>::to_vec)).collect()
    }

    /// Concepts in a row of English stems.
    pub fn english_mentions(&self, stems: &[&str]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for (start, stem) in stems.iter().enumerate() {
            for (phrase, concept) in self.english.get(*stem).into_iter().flatten() {
                let end = start + phrase.len();
                if stems.get(start..end).is_some_and(|part| part.iter().zip(phrase).all(|(a, b)| a == b)) {
                    mentions.push(Mention { concept: *concept, start, end, weight: 1.0 });
                }
            }
        }
        weigh(mentions, 0.4)
    }

    /// Concepts in a run of Chinese characters.
    pub fn chinese_mentions(&self, chars: &[char]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for (start, first) in chars.iter().enumerate() {
            for (phrase, concept) in self.chinese.get(first).into_iter().flatten() {
                if chars[start..].starts_with(phrase) {
                    mentions.push(Mention { concept: *concept, start, end: start + phrase.len(), weight: 1.0 });
                }
            }
        }
        weigh(mentions, 0.35)
    }

    /// Which of these characters only greet, ask or please.
    pub fn stop_characters(&self, folded: &Folded, start: usize, end: usize) -> Vec<bool> {
        let chars = &folded.chars[start..end];
        let mut stop = vec![false; chars.len()];
        let mut at = 0;
        while at < chars.len() {
            let longest = self
                .stop_phrases
                .iter()
                .filter(|phrase| chars[at..].starts_with(phrase))
                .map(Vec::len)
                .max()
                .unwrap_or(0);
            stop[at..at + longest].fill(true);
            at += longest.max(1);
        }
        stop
    }
}

/// A mention inside a longer one counts less; a single Chinese character inside a longer one says nothing.
fn weigh(mut mentions: Vec<Mention>, inside: f32) -> Vec<Mention> {
    let all = mentions.clone();
    for mention in &mut mentions {
        let length = mention.end - mention.start;
        let contained = |other: &Mention| {
            other.start <= mention.start && other.end >= mention.end && other.end - other.start > length
        };
        if all.iter().any(contained) {
            mention.weight = inside;
        }
    }
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_same_concepts() {
        let english = |text: &str| {
            let stems: Vec<_> = folded_words(text).iter().map(|word| LEXICON.stem(word)).collect();
            let stems: Vec<_> = stems.iter().map(String::as_str).collect();
            LEXICON
                .english_mentions(&stems)
                .into_iter()
                .filter(|m| m.weight == 1.0)
                .map(|m| m.concept)
                .collect::<HashSet<_>>()
        };
        let chinese = |text: &str| {
            let mentions = LEXICON.chinese_mentions(&fold(text, 100).chars);
            mentions.into_iter().filter(|m| m.weight == 1.0).map(|m| m.concept).collect::<HashSet<_>>()
        };
        for (en, zh) in
            [("money back", "退款"), ("gift cards", "禮品卡"), ("unsubscribe", "退订"), ("invoices", "發票")]
        {
            assert!(!english(en).is_disjoint(&chinese(zh)), "{en} / {zh}");
        }
        assert!(english("refund").is_disjoint(&chinese("发票")));
    }

    #[test]
    fn the_files_are_well_formed() {
        for row in rows(include_str!("../lexicon/concepts.tsv")) {
            assert_eq!(row.len(), 3, "{row:?}");
        }
        for row in rows(include_str!("../lexicon/aliases.tsv")) {
            assert_eq!(row.len(), 2, "{row:?}");
        }
        for row in rows(include_str!("../lexicon/stop.tsv")) {
            assert!(row.len() == 2 && matches!(row[0], "en" | "zh"), "{row:?}");
        }
    }
}
