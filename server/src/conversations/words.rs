//! The form in which words are kept to be found, and looked for: one case, one width, nothing that nobody sees.

use aftercart_shared::validate::{fold_width, is_invisible};

/// Of what a conversation's line in the queue repeats, in characters.
const LINE_MAX: usize = 200;

/// `ＡＢＣ` and `abc` are one.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(fold_width).flat_map(char::to_lowercase).collect()
}

/// Letters and digits alone: `#A-1001` and `a 1001` are one number, and so are `138 0013 8000` and `13800138000`.
pub fn bare(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// For `LIKE … ESCAPE '!'`: this text, wherever it stands. What means anything else in a pattern is only itself.
pub fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// In one line, and not all of it where it is long.
pub fn line(text: &str) -> String {
    let shown = |c: char| if c.is_whitespace() || c.is_control() { ' ' } else { c };
    let plain: String =
        text.chars().filter(|c| !is_invisible(*c) || *c == '\u{200D}' || *c == '\u{FE0F}').map(shown).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LINE_MAX {
        return line;
    }
    let mut short: String = line.chars().take(LINE_MAX - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_otherwise_is_found_all_the_same() {
        assert_eq!(folded("ＡＢｃ É\u{200B}ÉMILE 退款"), "abc ééMILE 退款".to_lowercase());
        for number in ["#A-1001", "a 1001", "Ａ－１００１", "A1001"] {
            assert_eq!(bare(number), "a1001", "{number}");
        }
        assert_eq!(bare("+86 138-0013-8000"), "8613800138000");
        assert_eq!(bare("%_!"), "");
    }

    #[test]
    fn a_pattern_means_what_it_says() {
        assert_eq!(pattern("50%_off!"), "%50!%!_off!!%");
        assert_eq!(pattern("退款"), "%退款%");
    }

    #[test]
    fn a_line_is_one_and_short() {
        assert_eq!(line(" two\n\n lines\t\u{202E}here "), "two lines here");
        assert_eq!(line("👩‍👩‍👧‍👦"), "👩‍👩‍👧‍👦");
        let long = line(&"字".repeat(300));
        assert_eq!((long.chars().count(), long.ends_with('…')), (200, true));
        assert_eq!(line(&"x".repeat(200)).len(), 200);
    }
}
