//! Brings text to one form before it is compared: width and case (NFKC), accents, traditional to simplified Chinese,
//! invisible characters. Every folded character remembers where it came from, so that matches can be shown.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for line in include_str!("../lexicon/traditional.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut characters = line.chars();
        while let (Some(from), Some(to)) = (characters.next(), characters.next()) {
            table.insert(from, to);
        }
    }
    table
});

/// Folded characters, each with the place (in characters) of the original text that it comes from.
#[derive(Default)]
pub struct Folded {
    pub chars: Vec<char>,
    pub origin: Vec<u32>,
}

/// Folds at most `limit` characters of `text`.
pub fn fold(text: &str, limit: usize) -> Folded {
    let mut folded = Folded::default();
    for (place, original) in text.chars().take(limit).enumerate() {
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        if original.is_ascii() {
            push(&mut folded, original.to_ascii_lowercase(), place);
        } else if is_han(original) && !('\u{f900}'..='\u{faff}').contains(&original) {
            push(&mut folded, *TRADITIONAL.get(&original).unwrap_or(&original), place);
        } else {
            decompose_compatible(original, |part| {
                for lower in part.to_lowercase().filter(|c| !is_combining_mark(*c)) {
                    push(&mut folded, *TRADITIONAL.get(&lower).unwrap_or(&lower), place);
                }
            });
        }
    }
    folded
}

fn push(folded: &mut Folded, character: char, place: u32) {
    let character = match character {
        '’' | '‘' | '`' | '´' => '\'',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => return,
        other => other,
    };
    folded.chars.push(character);
    folded.origin.push(place);
}

/// Written without blanks between words: searched by characters instead of words.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '\u{3007}'
        | '\u{3041}'..='\u{30ff}' | '\u{0e00}'..='\u{0e7f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_the_same_thing_become_one() {
        for (written, expected) in [
            ("Ｒｅｆｕｎｄ", "refund"),
            ("CAFÉ", "cafe"),
            ("退貨運費", "退货运费"),
            ("帳號", "帐号"),
            ("what’s", "what's"),
            ("or\u{200b}der\u{202e}", "order"),
            ("①", "1"),
            ("\u{301}", ""),
        ] {
            assert_eq!(fold(written, 100).chars.into_iter().collect::<String>(), expected, "{written}");
        }
    }

    #[test]
    fn every_character_knows_its_origin() {
        let folded = fold("ﬁx 退貨", 100);
        assert_eq!(folded.chars, ['f', 'i', 'x', ' ', '退', '货']);
        assert_eq!(folded.origin, [0, 0, 1, 2, 3, 4]);
    }
}
