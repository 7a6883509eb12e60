//! What a result shows: the best part of the text, and which characters matched.

use super::fold::fold;
use super::terms::{Key, Kind, Term};

/// Half-width columns: about 140 Latin letters or 70 Chinese characters.
const COLUMNS: usize = 140;
/// Longer texts are searched to their end, but shown by their beginning.
const MAX_MARKS: usize = 1_200;

/// A title and a body with the places of their terms, in characters.
pub struct Shown {
    pub title: String,
    body: String,
    title_marks: Box<[Mark]>,
    body_marks: Box<[Mark]>,
}

struct Mark {
    key: Key,
    start: u32,
    end: u32,
}

type Range = (u32, u32);

fn marks(terms: &[Term]) -> Box<[Mark]> {
    let shown = terms.iter().filter(|term| matches!(term.kind, Kind::Word | Kind::Pair | Kind::Concept | Kind::Sound));
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    shown.take(MAX_MARKS).map(|t| Mark { key: t.key, start: place(t.start), end: place(t.end) }).collect()
}

impl Shown {
    pub fn new(title: String, body: String, title_terms: &[Term], body_terms: &[Term]) -> Self {
        Self { title, body, title_marks: marks(title_terms), body_marks: marks(body_terms) }
    }

    pub fn title_matches(&self, weight: &impl Fn(Key) -> Option<f32>, characters: &[char]) -> Vec<Range> {
        let hits = self.title_marks.iter().filter(|mark| weight(mark.key).is_some());
        let ranges = hits.map(|mark| (mark.start, mark.end)).chain(places(&self.title, characters));
        merged(ranges.collect())
    }

    /// The stretch of the body that tells most of what was asked, and the matches in it.
    pub fn snippet(&self, weight: &impl Fn(Key) -> Option<f32>, characters: &[char]) -> (String, Vec<Range>) {
        let mut hits: Vec<(u32, u32, Key, f32)> = self
            .body_marks
            .iter()
            .filter_map(|mark| weight(mark.key).map(|weight| (mark.start, mark.end, mark.key, weight)))
            .chain(places(&self.body, characters).map(|(start, end)| (start, end, 0, 1.0)))
            .collect();
        hits.sort_by_key(|hit| (hit.0, hit.1));
        let text: Vec<char> = self.body.chars().collect();
        let from = start_near(&text, best_start(&text, &hits));
        let (start, end) = window(&text, from);
        let mut snippet = String::new();
        let shift = if start > 0 {
            snippet.push('…');
            1
        } else {
            0
        };
        // One line: breaks of the text become blanks, so that places stay what they are.
        snippet.extend(text[start..end].iter().map(|c| if c.is_whitespace() { ' ' } else { *c }));
        if end < text.len() {
            snippet.push('…');
        }
        let inside = hits.iter().filter(|hit| hit.0 as usize >= start && hit.1 as usize <= end);
        let (start, shift) = (u32::try_from(start).unwrap_or(0), shift);
        (snippet, merged(inside.map(|hit| (hit.0 - start + shift, hit.1 - start + shift)).collect()))
    }
}

fn columns(c: char) -> usize {
    if c >= '\u{1100}' { 2 } else { 1 }
}

/// Where the window with the weightiest different terms begins: at one of the hits.
fn best_start(text: &[char], hits: &[(u32, u32, Key, f32)]) -> usize {
    let mut best = (0.0, 0);
    for (at, first) in hits.iter().enumerate().take(400) {
        let mut seen: Vec<Key> = Vec::new();
        let mut total = 0.0;
        // A window is at most this many characters; in Chinese text it is half of that.
        let reach = if text.get(first.0 as usize).is_some_and(|c| columns(*c) == 2) { COLUMNS / 2 } else { COLUMNS };
        for hit in hits[at..].iter().take_while(|hit| (hit.1 - first.0) as usize <= reach).take(60) {
            if !seen.contains(&hit.2) {
                seen.push(hit.2);
                total += hit.3;
            }
        }
        if total > best.0 * 1.02 {
            best = (total, first.0 as usize);
        }
    }
    best.1
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '；' | '\n')
}

/// Goes back to the beginning of the sentence if that is near, else of a word or clause.
fn start_near(text: &[char], hit: usize) -> usize {
    let mut used = 0;
    let mut word = None;
    for at in (0..hit.min(text.len())).rev() {
        used += columns(text[at]);
        if used > COLUMNS / 3 {
            return word.unwrap_or(hit);
        }
        if ends_sentence(text[at]) && (text[at] != '.' || text.get(at + 1).is_none_or(|c| c.is_whitespace())) {
            return (at + 1..hit).find(|start| !text[*start].is_whitespace()).unwrap_or(hit);
        }
        if used <= COLUMNS / 6 && (text[at].is_whitespace() || matches!(text[at], '，' | '、' | '：')) {
            word = Some(at + 1);
        }
    }
    0
}

/// As much as fits, ending where a word does.
fn window(text: &[char], start: usize) -> (usize, usize) {
    let mut start = start.min(text.len());
    let width = |range: &[char]| range.iter().map(|c| columns(*c)).sum::<usize>();
    // Near the end of the text there is room before: use it, up to the beginning of a word.
    let mut room = COLUMNS.saturating_sub(width(&text[start..text.len().min(start + COLUMNS)]));
    if room > COLUMNS / 4 {
        let mut back = start;
        while back > 0 && room >= columns(text[back - 1]) {
            back -= 1;
            room -= columns(text[back]);
            if back == 0 || text[back - 1].is_whitespace() || columns(text[back - 1]) == 2 {
                start = back;
            }
        }
    }
    let mut used = 0;
    let mut end = start;
    while end < text.len() && used + columns(text[end]) <= COLUMNS {
        used += columns(text[end]);
        end += 1;
    }
    if end < text.len() {
        let word_goes_on =
            |at: usize| text[at - 1].is_alphanumeric() && text[at].is_alphanumeric() && columns(text[at]) == 1;
        let mut cut = end;
        while cut > start && word_goes_on(cut) {
            cut -= 1;
        }
        // A single endless word is cut anywhere.
        end = if cut > start { cut } else { end };
        while end > start + 1 && text[end - 1].is_whitespace() {
            end -= 1;
        }
    }
    (start, end)
}

/// Where these characters stand, whatever way they are written.
fn places(text: &str, characters: &[char]) -> impl Iterator<Item = Range> {
    let found = if characters.is_empty() { fold("", 0) } else { fold(text, 4_000) };
    let hits: Vec<_> = found
        .chars
        .iter()
        .zip(&found.origin)
        .filter(|(c, _)| characters.contains(c))
        .map(|(_, at)| (*at, at + 1))
        .collect();
    hits.into_iter()
}

/// In order, without overlaps.
fn merged(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut joined: Vec<Range> = Vec::new();
    for (start, end) in ranges.into_iter().filter(|(start, end)| start < end) {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}
