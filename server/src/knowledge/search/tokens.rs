//! Cuts folded text into words and runs of Chinese characters.

use super::fold::{Folded, is_han};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub han: bool,
    /// Place in the folded text, `[start, end)`.
    pub start: usize,
    pub end: usize,
}

/// Words with their apostrophes taken out, and runs of Chinese. Order numbers and other long numbers are left out: they
/// say nothing about what is asked.
pub fn tokens(folded: &Folded) -> Vec<Token> {
    let chars = &folded.chars;
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        if is_han(chars[at]) {
            while at < chars.len() && is_han(chars[at]) {
                at += 1;
            }
            found.push(Token { text: chars[start..at].iter().collect(), han: true, start, end: at });
        } else if chars[at].is_alphanumeric() {
            let mut text = String::new();
            let mut possessive = false;
            while at < chars.len() {
                let c = chars[at];
                let next = chars.get(at + 1).copied().filter(|n| n.is_alphanumeric() && !is_han(*n));
                if c.is_alphanumeric() && !is_han(c) {
                    text.push(c);
                } else if c == '\'' && next.is_some() {
                    let after = chars.get(at + 2).is_some_and(|n| n.is_alphanumeric());
                    possessive = next == Some('s') && !after;
                    if possessive {
                        at += 2;
                        break;
                    }
                } else {
                    break;
                }
                at += 1;
            }
            if !is_number_of_something(&text, start.checked_sub(1).map(|before| chars[before])) {
                let asks = possessive && matches!(text.as_str(), "where" | "what" | "when" | "how" | "who" | "it");
                found.push(Token { text, han: false, start, end: at });
                if asks {
                    found.push(Token { text: "is".to_owned(), han: false, start, end: at });
                }
            }
        } else {
            at += 1;
        }
    }
    found
}

fn is_number_of_something(text: &str, before: Option<char>) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let all = digits == text.chars().count();
    digits >= 4 || (all && (digits >= 3 || matches!(before, Some('#' | '$' | '€' | '£' | '¥'))))
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn text_is_cut_where_words_end() {
        for (text, expected) in [
            ("Where's my order #A-1001?", "where|is|my|order|a"),
            ("I can't, it doesn’t", "i|cant|it|doesnt"),
            ("申请refund啊", "申请|refund|啊"),
            ("refund $50 in 10 days", "refund|in|10|days"),
            ("\"NEAR(a b)\" * % _", "near|a|b"),
            ("顺丰SF1234567890123到哪", "顺丰|到哪"),
            ("", ""),
        ] {
            let words: Vec<_> = tokens(&fold(text, 1000)).into_iter().map(|token| token.text).collect();
            assert_eq!(words.join("|"), expected, "{text}");
        }
    }
}
