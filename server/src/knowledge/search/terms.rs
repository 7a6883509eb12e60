//! Turns text into what is compared: word stems, pairs of Chinese characters, their sound, concepts.

use super::fold::Folded;
use super::lexicon::LEXICON;
use super::pinyin;
use super::tokens::Token;
use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Word,
    Pair,
    Character,
    Sound,
    Concept,
}

impl Kind {
    /// What one match of this kind is worth.
    pub fn weight(self) -> f32 {
        match self {
            Kind::Word => 1.0,
            Kind::Pair => 0.6,
            Kind::Character => 0.15,
            Kind::Sound => 0.35,
            Kind::Concept => 1.0,
        }
    }
}

/// A term by its hash: 64 bits make a collision in a vocabulary of thousands a matter of one in 10^11.
pub type Key = u64;

pub fn key(kind: Kind, content: impl Hash) -> Key {
    let mut hasher = DefaultHasher::new();
    (kind, content).hash(&mut hasher);
    hasher.finish()
}

#[derive(Clone, Copy, Debug)]
pub struct Term {
    pub key: Key,
    pub kind: Kind,
    pub weight: f32,
    /// Place in the folded text.
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A question: greetings and filler say nothing.
    Question,
    /// An article, or a question of nothing but filler.
    Text,
}

pub fn terms(folded: &Folded, tokens: &[Token], reading: Reading) -> Vec<Term> {
    let mut found = Vec::new();
    let mut row_start = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.han {
            english(&tokens[row_start..at], reading, &mut found);
            row_start = at + 1;
            chinese(folded, token, reading, &mut found);
        }
    }
    english(&tokens[row_start..], reading, &mut found);
    found
}

fn english(tokens: &[Token], reading: Reading, found: &mut Vec<Term>) {
    let stems: Vec<_> = tokens.iter().map(|token| LEXICON.stem(&token.text)).collect();
    for (token, stem) in tokens.iter().zip(&stems) {
        if reading == Reading::Text || !LEXICON.is_stop(&token.text) {
            let (start, end) = (token.start, token.end);
            found.push(Term {
                key: key(Kind::Word, stem.as_str()),
                kind: Kind::Word,
                weight: Kind::Word.weight(),
                start,
                end,
            });
        }
    }
    let stems: Vec<_> = stems.iter().map(String::as_str).collect();
    for mention in LEXICON.english_mentions(&stems) {
        found.push(Term {
            key: key(Kind::Concept, mention.concept),
            kind: Kind::Concept,
            weight: Kind::Concept.weight() * mention.weight,
            start: tokens[mention.start].start,
            end: tokens[mention.end - 1].end,
        });
    }
}

fn chinese(folded: &Folded, token: &Token, reading: Reading, found: &mut Vec<Term>) {
    let chars = &folded.chars[token.start..token.end];
    let mentions = LEXICON.chinese_mentions(chars);
    let mut stop = match reading {
        Reading::Question => LEXICON.stop_characters(folded, token.start, token.end),
        Reading::Text => vec![false; chars.len()],
    };
    for mention in &mentions {
        stop[mention.start..mention.end].fill(false);
        found.push(Term {
            key: key(Kind::Concept, mention.concept),
            kind: Kind::Concept,
            weight: Kind::Concept.weight() * mention.weight,
            start: token.start + mention.start,
            end: token.start + mention.end,
        });
    }
    let mut previous_sound = None;
    for (at, character) in chars.iter().enumerate() {
        let sound = pinyin::syllable(*character);
        let place = token.start + at;
        if !stop[at] {
            let weight = Kind::Character.weight() * if chars.len() == 1 { 5.0 } else { 1.0 };
            let key = key(Kind::Character, character);
            found.push(Term { key, kind: Kind::Character, weight, start: place, end: place + 1 });
        }
        if at > 0 {
            let filler = match (stop[at - 1], stop[at]) {
                (true, true) => 0.0,
                (false, false) => 1.0,
                _ => 0.3,
            };
            let mut push = |kind: Kind, key| {
                let weight = kind.weight() * filler;
                if weight > 0.0 {
                    found.push(Term { key, kind, weight, start: place - 1, end: place + 1 });
                }
            };
            push(Kind::Pair, key(Kind::Pair, (chars[at - 1], *character)));
            if let (Some(before), Some(sound)) = (previous_sound, sound) {
                push(Kind::Sound, key(Kind::Sound, (before, sound)));
            }
        }
        previous_sound = sound;
    }
}

/// Latin letters read as pinyin: pairs of syllables, as [`chinese`] makes of characters.
pub fn sounds(syllables: &[&str]) -> Vec<Term> {
    let pairs = syllables.windows(2);
    pairs
        .map(|pair| {
            let key = key(Kind::Sound, (pair[0], pair[1]));
            Term { key, kind: Kind::Sound, weight: 1.0, start: 0, end: 0 }
        })
        .collect()
}
