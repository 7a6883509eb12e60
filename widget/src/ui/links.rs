//! Addresses in what somebody typed. Only plain web addresses become links, and they are shown as they were typed.

use super::dom::{Dom, el};

/// Addresses as links, each with the word that says it opens in another tab; everything else as it was typed.
pub fn linked(text: &str, new_tab: &str) -> Vec<Dom> {
    let hint = format!(", {new_tab}");
    let piece = |(link, piece): (bool, &str)| -> Dom {
        if !link {
            return piece.into();
        }
        el("a", "")
            .attr("href", piece)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer nofollow ugc")
            .child(piece)
            .child(el("span", "ac-vh").child(hint.as_str()))
            .into()
    };
    pieces(text).into_iter().map(piece).collect()
}

/// What lies between addresses, and the addresses.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text[at..].find("http") {
        let from = at + found;
        let length = address(text, from);
        at = from + length.max(4);
        if length > 0 {
            if start < from {
                pieces.push((false, &text[start..from]));
            }
            pieces.push((true, &text[from..at]));
            start = at;
        }
    }
    if start < text.len() {
        pieces.push((false, &text[start..]));
    }
    pieces
}

/// How many bytes of an address stand there; 0 for none.
fn address(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme)) else { return 0 };
    let joined = text[..from].chars().next_back().is_some_and(|before| before.is_ascii_alphanumeric());
    let allowed =
        |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^');
    // Anything beyond ASCII ends it: in Chinese the sentence goes on without a space.
    let mut length = rest.bytes().take_while(|b| allowed(*b)).count();
    loop {
        let last = rest[..length].bytes().next_back();
        let open = |c: char| rest[..length].matches(c).count();
        let unopened = last == Some(b')') && open('(') < open(')');
        if unopened || matches!(last, Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' | b']')) {
            length -= 1;
        } else {
            break;
        }
    }
    let Some(host) = rest.get(scheme.len()..length) else { return 0 };
    let end = host.find(['/', '?', '#']).unwrap_or(host.len());
    // A name in other letters would be cut off in the middle; one with a user in front pretends to be another.
    let cut =
        end == host.len() && rest[length..].chars().next().is_some_and(|next| !next.is_ascii() && next.is_alphabetic());
    let chinese = rest[length..].chars().next().is_some_and(|next| next >= '\u{2e80}');
    let host = &host[..end];
    let known = host.contains('.') && !host.contains('@') && !host.starts_with('.');
    if joined || !known || cut && !chinese { 0 } else { length }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn marked(text: &str) -> String {
        pieces(text)
            .iter()
            .map(|(link, piece)| if *link { format!("[{piece}]") } else { (*piece).to_owned() })
            .collect()
    }

    #[test]
    fn addresses_are_found_and_nothing_is_lost() {
        for (text, expected) in [
            ("see https://shop.example/a?b=c#d.", "see [https://shop.example/a?b=c#d]."),
            ("(http://shop.example/x_(y)) and so on", "([http://shop.example/x_(y)]) and so on"),
            ("看https://shop.example/退款。", "看[https://shop.example/]退款。"),
            ("https://shop.example，谢谢", "[https://shop.example]，谢谢"),
            ("https://shop.example谢谢", "[https://shop.example]谢谢"),
            ("two: https://a.example\nhttps://b.example", "two: [https://a.example]\n[https://b.example]"),
            ("nothing here, http or https", "nothing here, http or https"),
            ("", ""),
        ] {
            assert_eq!(marked(text), expected);
            assert_eq!(pieces(text).iter().map(|(_, piece)| *piece).collect::<String>(), text);
        }
    }

    #[test]
    fn what_is_no_plain_web_address_stays_text() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,hello",
            "https://",
            "https://localhost",
            "https://bank.example@evil.example/",
            "https://münchen.example",
            "xhttps://shop.example",
            "ftp://shop.example",
            "https://\u{202e}moc.example",
        ] {
            assert_eq!(marked(text), text);
        }
    }
}
