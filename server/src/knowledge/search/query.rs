//! Reads a question: filler out, abbreviations written out, mistakes repaired, the last word completed, pinyin heard.

use super::fold::fold;
use super::lexicon::LEXICON;
use super::pinyin;
use super::terms::{Key, Kind, Reading, Term, key, sounds, terms};
use super::tokens::{Token, tokens};
use super::vocabulary::Vocabulary;
use std::collections::HashMap;

/// Nobody reads further; a longer question is cut, not refused.
pub const MAX_CHARACTERS: usize = 400;
const MAX_TOKENS: usize = 80;
/// Repairs cost the most: a text full of unknown words is not worth more of them.
const MAX_REPAIRS: usize = 12;
const COMPLETIONS: usize = 8;

#[derive(Debug, Default)]
pub struct Query {
    /// What is looked for, and how much each is worth.
    pub terms: HashMap<Key, f32>,
    /// Single Chinese characters asked for by themselves: the only case in which they are shown as matches.
    pub characters: Vec<char>,
}

/// Writes abbreviations out.
pub fn aliased(tokens: Vec<Token>) -> Vec<Token> {
    let mut written = Vec::with_capacity(tokens.len());
    for token in tokens {
        match LEXICON.alias(&token.text) {
            Some(words) if !token.han => {
                written.extend(words.iter().map(|word| Token { text: word.clone(), ..token.clone() }));
            }
            _ => written.push(token),
        }
    }
    written
}

impl Query {
    /// `sounds_known`: whether any article or message sounds like this; else Latin letters are no pinyin.
    pub fn read(text: &str, vocabulary: &Vocabulary, sounds_known: impl Fn(Key) -> bool) -> Self {
        let folded = fold(text, MAX_CHARACTERS);
        let mut raw = tokens(&folded);
        raw.truncate(MAX_TOKENS);
        let typing = folded.chars.last().is_some_and(|c| c.is_alphanumeric());
        let mut query = Self::default();
        query.hear(&raw, vocabulary, sounds_known);
        let heard = !query.terms.is_empty();

        let mut repaired = Vec::with_capacity(raw.len());
        let mut repairs = 0;
        let last = raw.len().saturating_sub(1);
        for (at, token) in raw.into_iter().enumerate() {
            let unfinished = typing && at == last && !token.han && token.text.chars().count() >= 2;
            if unfinished && !heard {
                let known = vocabulary.knows(&token.text);
                query.complete(&token.text, known, vocabulary);
            }
            if token.han || heard || vocabulary.knows(&token.text) || repairs >= MAX_REPAIRS {
                repaired.push(token);
                continue;
            }
            repairs += 1;
            if let Some((left, right)) = vocabulary.split(&token.text) {
                repaired.extend([left, right].map(|part| Token { text: part.to_owned(), ..token.clone() }));
            } else if unfinished && !vocabulary.complete(&token.text, 1).is_empty() {
                // Still being typed: its completions stand for it.
            } else if let Some((word, _)) = vocabulary.repair(&token.text) {
                repaired.push(Token { text: word.to_owned(), ..token });
            } else {
                repaired.push(token);
            }
        }
        let repaired = aliased(repaired);
        let mut found = terms(&folded, &repaired, Reading::Question);
        if found.iter().all(|term| matches!(term.kind, Kind::Character)) && query.terms.is_empty() {
            found = terms(&folded, &repaired, Reading::Text);
        }
        query.add(found);
        if let [only] = repaired.as_slice()
            && only.han
            && only.end - only.start == 1
        {
            query.characters.push(folded.chars[only.start]);
        }
        query
    }

    fn add(&mut self, terms: Vec<Term>) {
        for term in terms {
            let weight = self.terms.entry(term.key).or_default();
            *weight = weight.max(term.weight);
        }
    }

    /// The word being typed, by the words it may become.
    fn complete(&mut self, word: &str, known: bool, vocabulary: &Vocabulary) {
        let share = if known { 0.25 } else { 0.9 };
        for (rank, whole) in vocabulary.complete(word, COMPLETIONS).into_iter().enumerate() {
            let weight = share / (1.0 + rank as f32 * 0.5);
            let stem = LEXICON.stem(whole);
            let concepts =
                LEXICON.english_mentions(&[stem.as_str()]).into_iter().map(|mention| (Kind::Concept, mention.concept));
            let keys = concepts.map(|(kind, concept)| key(kind, concept)).chain([key(Kind::Word, stem.as_str())]);
            for key in keys {
                let held = self.terms.entry(key).or_default();
                *held = held.max(weight);
            }
        }
    }

    /// Latin letters that are probably pinyin: mostly syllables, and at least one word that is not English.
    fn hear(&mut self, tokens: &[Token], vocabulary: &Vocabulary, sounds_known: impl Fn(Key) -> bool) {
        let latin: Vec<_> = tokens.iter().filter(|token| !token.han).collect();
        let split: Vec<_> = latin.iter().map(|token| pinyin::split(&token.text)).collect();
        let foreign = |(token, split): (&&Token, &Option<Vec<&str>>)| split.is_some() && !vocabulary.knows(&token.text);
        let spelled = split.iter().filter(|split| split.is_some()).count();
        let count = latin.iter().zip(&split).filter(|pair| foreign((pair.0, pair.1))).count();
        let syllables = split.iter().flatten().flatten().count();
        if count == 0 || syllables < 2 || spelled * 3 < latin.len() * 2 {
            return;
        }
        let rows = split.split(Option::is_none).map(|row| row.iter().flatten().flatten().copied().collect::<Vec<_>>());
        let heard: Vec<Term> = rows.flat_map(|row| sounds(&row)).collect();
        if heard.iter().filter(|term| sounds_known(term.key)).count() * 2 >= heard.len() {
            self.add(heard);
        }
    }
}
