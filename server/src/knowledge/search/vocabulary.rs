//! The words that articles and lexicon really use: completes a word being typed, and repairs a mistyped one into one of
//! them. Never into a word that finds nothing, and never a word that is right as it is.

use super::lexicon::LEXICON;
use std::collections::HashMap;

pub struct Vocabulary {
    /// Sorted, for completion.
    words: Vec<Entry>,
    places: HashMap<Box<str>, u32>,
}

struct Entry {
    word: Box<str>,
    count: f32,
    letters: u32,
}

fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |mask, byte| mask | 1 << (byte % 32))
}

impl Vocabulary {
    /// `counts`: how often articles use a word. The lexicon's words belong to it in any case.
    pub fn build(mut counts: HashMap<String, f32>) -> Self {
        for word in &LEXICON.words {
            *counts.entry(word.clone()).or_default() += 0.5;
        }
        let mut words: Vec<_> = counts
            .into_iter()
            .map(|(word, count)| Entry { letters: letters(&word), word: word.into_boxed_str(), count })
            .collect();
        words.sort_by(|a, b| a.word.cmp(&b.word));
        let places = words.iter().zip(0..).map(|(entry, place)| (entry.word.clone(), place)).collect();
        Self { words, places }
    }

    pub fn knows(&self, word: &str) -> bool {
        self.places.contains_key(word) || LEXICON.is_stop(word) || LEXICON.alias(word).is_some()
    }

    /// Words that begin like this and go on, the most used first.
    pub fn complete(&self, prefix: &str, limit: usize) -> Vec<&str> {
        let first = self.words.partition_point(|entry| *entry.word < *prefix);
        let mut found: Vec<_> = self.words[first..]
            .iter()
            .take(2_000)
            .take_while(|entry| entry.word.starts_with(prefix))
            .filter(|entry| *entry.word != *prefix)
            .collect();
        found.sort_by(|a, b| b.count.total_cmp(&a.count));
        found.into_iter().take(limit).map(|entry| &*entry.word).collect()
    }

    /// The word that was probably meant, and how sure that is.
    pub fn repair(&self, word: &str) -> Option<(&str, f32)> {
        let length = word.chars().count();
        let allowed = match length {
            0..=2 => return None,
            3..=5 => 1,
            6..=24 => 2,
            _ => return None,
        };
        let mask = letters(word);
        let first = word.chars().next()?;
        let mut best: Option<(f32, &Entry)> = None;
        for entry in &self.words {
            if (entry.letters ^ mask).count_ones() > 2 * allowed
                || entry.word.len().abs_diff(word.len()) > allowed as usize
            {
                continue;
            }
            let same_start = entry.word.starts_with(first);
            let Some(cost) = distance(word, &entry.word, allowed as usize) else { continue };
            if entry.word.len() < 4 || (length == 3 && entry.word.len() <= 3) {
                continue;
            }
            let swapped_start =
                entry.word.chars().nth(1) == Some(first) && word.chars().nth(1) == entry.word.chars().next();
            if !same_start && !swapped_start && (length < 5 || cost > 1.0) {
                continue;
            }
            if cost > 1.0 && entry.word.len().abs_diff(word.len()) > 1 {
                // Two letters too many make another word: a president is no present.
                continue;
            }
            let cost = cost + if same_start { 0.0 } else { 0.4 } - 0.08 * (1.0 + entry.count).ln();
            if best.is_none_or(|(lowest, _)| cost < lowest) {
                best = Some((cost, entry));
            }
        }
        best.map(|(cost, entry)| (&*entry.word, if cost <= 1.0 { 0.9 } else { 0.75 }))
    }

    /// Two words typed as one.
    pub fn split<'a>(&self, word: &'a str) -> Option<(&'a str, &'a str)> {
        let long_enough = word.len() >= 5 && word.is_ascii();
        let cuts = (1..word.len()).map(|at| long_enough.then(|| word.split_at(at))).map_while(|cut| cut);
        cuts.filter(|(left, right)| {
            let whole = |part: &str| if part.len() < 3 { LEXICON.is_stop(part) } else { self.knows(part) };
            whole(left) && whole(right) && left.len().max(right.len()) >= 4
        })
        .max_by_key(|(left, right)| left.len().min(right.len()))
    }
}

/// Damerau–Levenshtein with neighbours swapped at less cost; `None` past `limit` edits.
fn distance(a: &str, b: &str, limit: usize) -> Option<f32> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let width = b.len() + 1;
    let mut earlier = vec![0_usize; width];
    let mut before: Vec<usize> = (0..width).map(|n| n * 10).collect();
    let mut now = vec![0; width];
    for i in 1..=a.len() {
        now[0] = i * 10;
        for j in 1..width {
            let vowels = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
            let change = match (a[i - 1], b[j - 1]) {
                (x, y) if x == y => 0,
                (x, y) if vowels(x) && vowels(y) => 8,
                _ => 10,
            };
            let mut cost = (before[j - 1] + change).min(before[j] + 10).min(now[j - 1] + 9);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(earlier[j - 2] + 8);
            }
            now[j] = cost;
        }
        if now.iter().min().is_none_or(|least| *least > limit * 10) {
            return None;
        }
        std::mem::swap(&mut earlier, &mut before);
        std::mem::swap(&mut before, &mut now);
    }
    let cost = before[width - 1];
    (cost <= limit * 10).then_some(cost as f32 / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::build(HashMap::from([("refund".to_owned(), 5.0), ("lavender".to_owned(), 1.0)]))
    }

    #[test]
    fn typing_mistakes_become_words_of_the_articles() {
        let vocabulary = vocabulary();
        for (typed, meant) in [
            ("refud", Some("refund")),
            ("refnud", Some("refund")),
            ("erfund", Some("refund")),
            ("lavendre", Some("lavender")),
            ("gfit", Some("gift")),
            ("humna", Some("human")),
            ("zzzzqq", None),
            ("xy", None),
        ] {
            assert_eq!(vocabulary.repair(typed).map(|(word, _)| word), meant, "{typed}");
        }
    }

    #[test]
    fn words_are_completed_and_cut() {
        let vocabulary = vocabulary();
        assert_eq!(vocabulary.complete("lav", 3), ["lavender"]);
        assert_eq!(vocabulary.complete("refu", 1), ["refund"]);
        assert_eq!(vocabulary.split("wheredo"), Some(("where", "do")));
        assert_eq!(vocabulary.split("xqzrefund"), None);
        assert_eq!(vocabulary.split("éé退款ab"), None);
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("abcd", "abcd", 1), Some(0.0));
        assert_eq!(distance("abdc", "abcd", 1), Some(0.8));
        assert_eq!(distance("abc", "xyz", 1), None);
    }
}
