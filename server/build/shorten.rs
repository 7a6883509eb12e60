//! Makes the loader small: `static/loader.js` marks its own names with a leading underscore, and here each gets the
//! shortest name left. No parser is needed because such a name stands nowhere else: not in a string, not as a property.

use std::collections::HashMap;

/// To be called on text whose comments and white space are gone already.
pub fn shorten(script: &str) -> String {
    let mut pieces = Vec::new();
    let mut rest = script;
    let mut inside_word = false;
    let mut start = 0;
    while let Some(found) = rest[start..].find('_').map(|at| at + start) {
        let before = rest[..found].chars().next_back();
        let own =
            !before.map_or(inside_word, is_word) && rest[found + 1..].starts_with(|c: char| c.is_ascii_lowercase());
        if !own {
            start = found + 1;
            continue;
        }
        let length = rest[found..].find(|c| !is_word(c)).unwrap_or(rest.len() - found);
        pieces.push((&rest[..found], &rest[found..found + length]));
        rest = &rest[found + length..];
        inside_word = true;
        start = 0;
    }

    let mut uses: HashMap<&str, usize> = HashMap::new();
    for (_, name) in &pieces {
        *uses.entry(name).or_default() += 1;
    }
    // The most used first; among equals by name, so that the same source always gives the same bytes.
    let mut names: Vec<_> = uses.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').collect();
    let short: HashMap<&str, String> = names
        .into_iter()
        .enumerate()
        .map(|(at, (name, _))| {
            let letter = letters[at % letters.len()];
            (name, if at < letters.len() { letter.to_string() } else { format!("a{letter}") })
        })
        .collect();

    let mut out = String::with_capacity(script.len());
    for (between, name) in pieces {
        out.push_str(between);
        out.push_str(&short[name]);
    }
    out.push_str(rest);
    // Texts that the source splits over several lines.
    out.replace("\"+\"", "")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
