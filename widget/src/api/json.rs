//! JSON, as much of it as our own server writes. Generated readers for every type weighed 45 kB on the wire; this
//! parser and the readers beside it weigh five. The tests hold both to what `serde_json` says.

use crate::js::joined;

/// Numbers are whole: nothing that a shopper sees is a fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Deeper nesting than any document of ours; a guard for the stack.
const DEPTH: u32 = 64;

impl Json {
    pub fn parse(text: &str) -> Option<Json> {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value(DEPTH)?;
        parser.blanks();
        (parser.at == text.len()).then_some(value)
    }

    /// A member of an object; `Null` when there is none.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(members) => {
                members.iter().find(|(key, _)| key == name).map_or(&Json::Null, |(_, value)| value)
            }
            _ => &Json::Null,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Json]> {
        match self {
            Json::List(items) => Some(items),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = self.text.as_bytes()[self.at..].starts_with(expected.as_bytes());
        if found {
            self.at += expected.len();
        }
        found
    }

    fn value(&mut self, depth: u32) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.blanks();
        match self.peek()? {
            b'"' => self.string().map(Json::Text),
            b'{' => self.members(b'}', depth).map(Json::Object),
            b'[' => {
                self.members(b']', depth).map(|items| Json::List(items.into_iter().map(|(_, item)| item).collect()))
            }
            b'n' => self.eat("null").then_some(Json::Null),
            b't' => self.eat("true").then_some(Json::Bool(true)),
            b'f' => self.eat("false").then_some(Json::Bool(false)),
            _ => self.whole_number(),
        }
    }

    /// What stands between brackets or braces; the items of a list have no names.
    fn members(&mut self, end: u8, depth: u32) -> Option<Vec<(String, Json)>> {
        let mut members = Vec::new();
        self.at += 1;
        self.blanks();
        if self.peek()? == end {
            self.at += 1;
            return Some(members);
        }
        loop {
            let mut name = String::new();
            if end == b'}' {
                self.blanks();
                name = self.string()?;
                self.blanks();
                if !self.eat(":") {
                    return None;
                }
            }
            members.push((name, self.value(depth)?));
            self.blanks();
            let next = self.peek()?;
            self.at += 1;
            if next == end {
                return Some(members);
            } else if next != b',' {
                return None;
            }
        }
    }

    fn whole_number(&mut self) -> Option<Json> {
        let negative = self.eat("-");
        let mut number: i64 = 0;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start {
            return None;
        }
        while matches!(self.peek(), Some(b'.' | b'0'..=b'9' | b'e' | b'E' | b'+' | b'-')) {
            self.at += 1;
        }
        Some(Json::Number(if negative { -number } else { number }))
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat("\"") {
            return None;
        }
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let length = rest.find(['"', '\\'])?;
            string.push_str(&rest[..length]);
            self.at += length;
            if self.eat("\"") {
                return Some(string);
            }
            self.at += 1;
            let escape = self.peek()?;
            self.at += 1;
            string.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.escaped()?,
                _ => return None,
            });
        }
    }

    /// `\u4e2d`, or the two halves of a character beyond the first 65,536.
    fn escaped(&mut self) -> Option<char> {
        let first = self.unit()?;
        let code = if (0xd800..0xdc00).contains(&first) && self.eat("\\u") {
            let second = self.unit()?;
            0x10000 + ((first - 0xd800) << 10) + second.checked_sub(0xdc00)?
        } else {
            first
        };
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// What a request says: texts, yes or no, and what has been written as JSON already.
pub enum Said<'a> {
    Text(&'a str),
    Bool(bool),
    Json(&'a str),
}

pub fn object(members: &[(&str, Said)]) -> String {
    let mut json = String::from("{");
    for (i, (name, value)) in members.iter().enumerate() {
        json.push_str(if i == 0 { "\"" } else { ",\"" });
        json.push_str(name);
        json.push_str("\":");
        match value {
            Said::Text(text) => quote(text, &mut json),
            Said::Bool(yes) => json.push_str(if *yes { "true" } else { "false" }),
            Said::Json(written) => json.push_str(written),
        }
    }
    json.push('}');
    json
}

/// A list of what has been written already.
pub fn list(items: &[String]) -> String {
    format!("[{}]", joined(items, ","))
}

fn quote(text: &str, json: &mut String) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\0'..='\u{1f}' => {
                json.push_str("\\u00");
                for nibble in [c as u8 >> 4, c as u8 & 15] {
                    json.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
                }
            }
            c => json.push(c),
        }
    }
    json.push('"');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let odd = "a\"b\\c\n\u{1}退款👍\u{7f}";
        let lines = list(&[object(&[("quantity", Said::Json("2"))]), object(&[])]);
        let text = object(&[
            ("number", Said::Text(odd)),
            ("contact", Said::Text("")),
            ("helpful", Said::Bool(false)),
            ("lines", Said::Json(&lines)),
        ]);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((read["number"].as_str(), read["contact"].as_str()), (Some(odd), Some("")));
        assert_eq!(read["helpful"].as_bool(), Some(false));
        assert_eq!(read["lines"][0]["quantity"].as_i64(), Some(2));
        assert_eq!(Json::parse(&text).unwrap().get("number").text(), Some(odd));
    }

    #[test]
    fn every_form_of_json_is_read() {
        let text = r#" {"a":[1,-20,3.75,2e3],"b":{"c":null,"d":true},"e":"\u9000\ud83d\udc4d\/\t","f":[],"g":{}} "#;
        let json = Json::parse(text).unwrap();
        assert_eq!(json.get("a").list().unwrap()[1], Json::Number(-20));
        assert_eq!(json.get("a").list().unwrap()[2], Json::Number(3));
        assert_eq!(json.get("b").get("d"), &Json::Bool(true));
        assert_eq!(json.get("b").get("nothing").get("deeper"), &Json::Null);
        assert_eq!(json.get("e").text(), Some("退👍/\t"));
        assert_eq!(json.get("f").list(), Some(&[][..]));
    }

    #[test]
    fn broken_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,",
            "[1 2]",
            "{\"a\"}",
            "{a:1}",
            "\"open",
            "\"\\x\"",
            "\"\\u12\"",
            "nul",
            "-",
            "1]",
            "<html>",
            &deep,
        ] {
            assert_eq!(Json::parse(text), None, "{text:.20}");
        }
    }
}
