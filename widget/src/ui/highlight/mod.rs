//! A text with the places marked where a search matched.

use super::dom::{Dom, el};

/// Cuts a text at its matches (`[start, end)` in characters, as the server counts): each piece, and whether it matched.
/// Ranges that overlap, run backwards or beyond the end do no harm.
fn pieces(text: &str, matches: &[(u32, u32)]) -> Vec<(bool, String)> {
    let hit = |i: usize| matches.iter().any(|(start, end)| (*start as usize..*end as usize).contains(&i));
    let mut pieces: Vec<(bool, String)> = Vec::new();
    for (i, c) in text.chars().enumerate() {
        let matched = hit(i);
        match pieces.last_mut() {
            Some((last, piece)) if *last == matched => piece.push(c),
            _ => pieces.push((matched, c.to_string())),
        }
    }
    pieces
}

pub fn highlighted(text: &str, matches: &[(u32, u32)]) -> Dom {
    let drawn = |(matched, piece): (bool, String)| {
        if matched { el("mark", "ac-highlight").child(piece).into() } else { Dom::from(piece) }
    };
    pieces(text, matches).into_iter().map(drawn).collect::<Vec<Dom>>().into()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn drawn(text: &str, matches: &[(u32, u32)]) -> String {
        pieces(text, matches).into_iter().map(|(hit, piece)| if hit { format!("[{piece}]") } else { piece }).collect()
    }

    #[test]
    fn matches_are_counted_in_characters() {
        assert_eq!(drawn("How long refunds take", &[(9, 16)]), "How long [refunds] take");
        assert_eq!(drawn("退款多久到账", &[(0, 2), (4, 6)]), "[退款]多久[到账]");
        assert_eq!(drawn("plain", &[]), "plain");
    }

    #[test]
    fn nonsense_ranges_do_no_harm() {
        assert_eq!(drawn("abc", &[(1, 9), (2, 1), (7, 8)]), "a[bc]");
        assert_eq!(drawn("abcd", &[(0, 2), (1, 3)]), "[abc]d");
        assert_eq!(drawn("", &[(0, 1)]), "");
    }
}
