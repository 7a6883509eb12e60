//! Sentences of the server with dates in them: a date never breaks over two lines, least of all in a heading.

use super::dom::{Dom, el};

/// The text, its dates held together.
pub fn dated(text: &str) -> Dom {
    let piece = |(date, piece): (bool, &str)| -> Dom {
        if date { el("span", "ac-date").child(piece).into() } else { piece.into() }
    };
    pieces(text).into_iter().map(piece).collect::<Vec<Dom>>().into()
}

/// What lies between dates, and the dates.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut at, mut within_number) = (0, 0, false);
    while let Some(c) = text[at..].chars().next() {
        let length = if within_number { 0 } else { chinese(&text[at..]).max(english(&text[at..])) };
        if length == 0 {
            within_number = c.is_ascii_digit();
            at += c.len_utf8();
            continue;
        }
        if start < at {
            pieces.push((false, &text[start..at]));
        }
        at += length;
        pieces.push((true, &text[at - length..at]));
        (start, within_number) = (at, false);
    }
    if start < text.len() {
        pieces.push((false, &text[start..]));
    }
    pieces
}

fn digits(text: &str, most: usize) -> usize {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    if count <= most { count } else { 0 }
}

/// `2026年12月6日`, `12月6日`: how many bytes of it stand at the start; 0 for none.
fn chinese(text: &str) -> usize {
    let (mut length, mut units) = (0, 0);
    loop {
        let number = digits(&text[length..], 4);
        let unit = text[length + number..].chars().next().filter(|c| matches!(c, '年' | '月' | '日'));
        match unit {
            Some(unit) if number > 0 => length += number + unit.len_utf8(),
            _ => return if units > 1 { length } else { 0 },
        }
        units += 1;
    }
}

/// `6 December 2026`, `6 December`
fn english(text: &str) -> usize {
    let day = digits(text, 2);
    let Some(rest) = text[day..].strip_prefix(' ').filter(|_| day > 0) else { return 0 };
    let month = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    if month < 3 || !rest.starts_with(|c: char| c.is_ascii_uppercase()) {
        return 0;
    }
    let year = rest[month..].strip_prefix(' ').map_or(0, |rest| digits(rest, 4));
    day + 1 + month + if year == 4 { 5 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn marked(text: &str) -> String {
        pieces(text)
            .iter()
            .map(|(date, piece)| if *date { format!("[{piece}]") } else { (*piece).to_owned() })
            .collect()
    }

    #[test]
    fn dates_are_held_together_and_nothing_is_lost() {
        for (text, expected) in [
            ("已通过，请在2026年12月6日前寄出", "已通过，请在[2026年12月6日]前寄出"),
            ("请在12月6日前到任一寄件点", "请在[12月6日]前到任一寄件点"),
            ("Accepted. Please send it by 5 December 2026", "Accepted. Please send it by [5 December 2026]"),
            ("from 1 May to 12 June 2027.", "from [1 May] to [12 June 2027]."),
            ("5 个工作日内退款", "5 个工作日内退款"),
            ("7日内", "7日内"),
            ("Within 5 working days", "Within 5 working days"),
            ("R-2026 and 20261206", "R-2026 and 20261206"),
            ("", ""),
        ] {
            assert_eq!(marked(text), expected);
            assert_eq!(pieces(text).iter().map(|(_, piece)| *piece).collect::<String>(), text);
        }
    }
}
