//! The words of a mail that has HTML only. What it says is read by `mail-parser`; here its blocks become lines, and what
//! mail programs mark as quoted is left away.

use mail_parser::decoders::html::html_to_text;

/// How mail programs mark where a quoted mail begins, in lower case.
const QUOTES: &[&str] = &[
    // Gmail
    "class=\"gmail_quote",
    "class=\"gmail_attr",
    // Apple Mail, Thunderbird
    "<blockquote type=\"cite\"",
    "class=\"moz-cite-prefix",
    // Outlook
    "id=\"divrplyfwdmsg\"",
    "id=\"appendonsend\"",
    "id=\"mail-editor-reference-message-container\"",
    "border-top:solid #e1e1e1 1.0pt",
    "border-top:solid #b5c4df 1.0pt",
    // 163, QQ
    "id=\"isreplycontent\"",
    "class=\"qmquote",
    "id=\"original-content\"",
    // Yahoo
    "class=\"yahoo_quoted",
];

/// Elements that begin a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Elements of which nobody sees what stands in them.
const UNSEEN: &[&str] = &["head", "script", "style", "title", "template"];

/// What a reader would see, without what is quoted at its end.
pub fn words(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let end = QUOTES.iter().filter_map(|mark| lower.find(mark)).min();
    let end = end.map(|at| lower[..=at].rfind('<').unwrap_or(at));
    let said = end.map(|end| text(&html[..end])).filter(|said| !said.trim().is_empty());
    said.unwrap_or_else(|| text(html))
}

fn text(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let mut lines = String::with_capacity(html.len() + 64);
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|found| at + found) {
        // A line's end means nothing in HTML.
        lines.extend(html[at..open].chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
        let name: &str = {
            let rest = lower[open + 1..].trim_start_matches('/');
            &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())]
        };
        let closes = lower[open + 1..].starts_with('/');
        if UNSEEN.contains(&name) && !closes {
            let end = lower[open..].find(&format!("</{name}")).map(|found| open + found);
            let Some(end) = end else { break };
            at = lower[end..].find('>').map_or(lower.len(), |found| end + found + 1);
            continue;
        }
        if BLOCKS.contains(&name) && (!closes || matches!(name, "p" | "blockquote" | "table")) {
            lines.push_str("<br>");
        }
        if name == "td" && !closes {
            lines.push(' ');
        }
        let Some(close) = lower[open..].find('>').map(|found| open + found + 1) else {
            at = lower.len();
            break;
        };
        // Its attributes say nothing that is read.
        match name {
            "br" => lines.push_str("<br>"),
            _ if html[open..].starts_with("<!--") => {
                at = html[open..].find("-->").map_or(html.len(), |found| open + found + 3);
                continue;
            }
            _ => lines.push_str("<i>"),
        }
        at = close;
    }
    lines.push_str(&html[at..]);
    html_to_text(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<String> {
        words(html).lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn blocks_are_lines_and_what_is_unseen_is_not_said() {
        let html = "<html><head><title>no</title><style>p{}</style></head><body><!-- no <p> --><div>one\n two</div>\
                    <div><b>three</b>&amp;&nbsp;four<br>five</div><p>six</p><script>no()</script><ul><li>seven</li><li>八</li></ul>";
        assert_eq!(lines(html), ["one two", "three&\u{a0}four", "five", "six", "seven", "八"]);
    }

    #[test]
    fn what_is_quoted_is_left_away_if_anything_else_is_said() {
        let gmail = "<div dir=\"ltr\">Yes, please</div><br><div class=\"gmail_quote gmail_quote_container\"><div class=\"gmail_attr\">\
                     On Sat … wrote:<br></div><blockquote>no</blockquote></div>";
        assert_eq!(lines(gmail), ["Yes, please"]);
        assert_eq!(lines("<blockquote type=\"cite\">all of it</blockquote>"), ["all of it"]);
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_goes() {
        for broken in
            ["<", "<div", "a<", "</", "<style>", "<!--", "<div class=\"gmail_quote", "&", "&#", "<é>ü</é", "<p/><//>"]
        {
            let _ = words(broken);
        }
        assert_eq!(lines("a <unknown>b</unknown> c"), ["a b c"]);
    }
}
