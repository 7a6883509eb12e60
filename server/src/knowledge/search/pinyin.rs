//! The sound of Chinese without tones: finds homophones typed by mistake (腿款 for 退款) and pinyin typed as Latin
//! letters (`tuikuan`).

use pinyin::ToPinyin;
use std::collections::HashSet;
use std::sync::LazyLock;

static SYLLABLES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| ('\u{4e00}'..='\u{9fa5}').filter_map(syllable).filter(|s| s.is_ascii()).collect());

/// How a character sounds, without its tone.
pub fn syllable(character: char) -> Option<&'static str> {
    character.to_pinyin().map(|sound| sound.plain())
}

/// Cuts Latin letters into pinyin syllables, the longest first: `tuikuan` → `tui kuan`. `None` if they are none.
pub fn split(word: &str) -> Option<Vec<&'static str>> {
    if word.len() > 24 || !word.is_ascii() {
        return None;
    }
    // The longest cut that also works for the rest, from the end: short words, so the plain recursion as a table.
    let mut cuts: Vec<Option<usize>> = vec![None; word.len() + 1];
    cuts[word.len()] = Some(word.len());
    for start in (0..word.len()).rev() {
        let longest = word.len().min(start + 6);
        cuts[start] =
            (start + 1..=longest).rev().find(|end| cuts[*end].is_some() && SYLLABLES.contains(&word[start..*end]));
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < word.len() {
        let end = cuts[at]?;
        found.push(*SYLLABLES.get(&word[at..end])?);
        at = end;
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_cut_into_syllables() {
        assert_eq!(split("tuikuan"), Some(vec!["tui", "kuan"]));
        assert_eq!(split("kuaidi"), Some(vec!["kuai", "di"]));
        assert_eq!(split("zhuan"), Some(vec!["zhuan"]));
        assert_eq!(split("refund"), None);
        assert_eq!(split(""), None);
        assert_eq!(split("退款"), None);
    }

    #[test]
    fn homophones_sound_the_same() {
        assert_eq!(syllable('腿'), syllable('退'));
        assert_eq!(syllable('a'), None);
    }
}
