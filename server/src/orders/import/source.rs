//! Cuts a file of any size into its orders without holding more than one of them. It knows just enough of JSON to find
//! where an order ends, because only so can a killed import go on in the middle of a list.

use std::io::{self, BufRead, BufReader, Read};

/// Real orders have some 10 kB. More than this is a missing bracket, which must not fill the memory.
pub const ORDER_MAX: usize = 8 * 1024 * 1024;
/// How much of the beginning decides what the file is.
pub const HEAD: usize = 256 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One order a line.
    Lines,
    /// `[…]` or `{"orders":[…]}`, or several of them one after another.
    List,
}

/// Whose orders they are; also the `source` that they are stored under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Shopify,
    Jsonl,
}

impl Format {
    pub fn source(self) -> &'static str {
        match self {
            Format::Shopify => "shopify",
            Format::Jsonl => "jsonl",
        }
    }
}

/// Where in the file something is: bytes from 0, lines from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub offset: u64,
    pub line: u64,
}

/// The file cannot be read beyond this place.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    pub line: u64,
    pub column: u64,
    pub message: String,
}

/// One order as it stands in the file.
#[derive(Debug)]
pub struct Record {
    pub json: Vec<u8>,
    pub line: u64,
    pub column: u64,
    /// Longer than [`ORDER_MAX`]; `json` is only its beginning.
    pub cut: bool,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What a file is, from its first [`HEAD`] bytes.
pub fn sniff(head: &[u8]) -> Result<(Layout, Format), Broken> {
    let broken = |message: &str| Err(Broken { line: 1, column: 1, message: message.to_owned() });
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return broken("the file is UTF-16; save it as UTF-8");
    }
    if head.starts_with(b"\x1F\x8B") || head.starts_with(b"PK") {
        return broken("the file is compressed; unpack it first");
    }
    let text = head.strip_prefix(BOM).unwrap_or(head).trim_ascii_start();
    let wrapped = || {
        let key = text.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"orders\"")?;
        key.trim_ascii_start().strip_prefix(b":")
    };
    let layout = if text.starts_with(b"[") || wrapped().is_some() { Layout::List } else { Layout::Lines };
    if layout == Layout::Lines && text.lines().next().is_some_and(|l| l.is_ok_and(|l| l.trim() == "{")) {
        return broken(
            "expected {\"orders\":[…]}, a list […], or one order a line; this is one object over many lines",
        );
    }
    // Inside a text the quotes would be escaped, so the first of these names decides for good.
    let first = |name: &[u8]| text.windows(name.len()).position(|w| w == name).unwrap_or(usize::MAX);
    let (theirs, ours) = (first(b"\"line_items\""), first(b"\"placed_at\""));
    let format = match layout {
        Layout::List if theirs <= ours => Format::Shopify,
        _ if theirs < ours => Format::Shopify,
        _ => Format::Jsonl,
    };
    Ok((layout, format))
}

enum Expect {
    /// `[` or `{"orders":[`.
    List,
    FirstOrEnd,
    CommaOrEnd,
    Order,
    /// What follows a list: `}`, another list, the end.
    AfterList,
}

pub struct Orders<R> {
    input: BufReader<R>,
    layout: Layout,
    expect: Expect,
    offset: u64,
    line: u64,
    column: u64,
}

impl<R: Read> Orders<R> {
    /// From the beginning, or from where an order has just ended.
    pub fn new(input: R, layout: Layout, from: Position) -> Self {
        let expect = if from.offset == 0 { Expect::List } else { Expect::CommaOrEnd };
        let input = BufReader::with_capacity(64 * 1024, input);
        Orders { input, layout, expect, offset: from.offset, line: from.line, column: 1 }
    }

    /// Just behind the order returned last.
    pub fn position(&self) -> Position {
        Position { offset: self.offset, line: self.line }
    }

    /// The next order; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Result<Record, Broken>>> {
        if self.offset == 0 {
            self.skip_bom()?;
        }
        match self.layout {
            Layout::Lines => self.next_line(),
            Layout::List => self.next_element(),
        }
    }

    fn skip_bom(&mut self) -> io::Result<()> {
        let mark = self.input.fill_buf()?.starts_with(BOM);
        if mark {
            self.input.consume(BOM.len());
            self.offset += BOM.len() as u64;
        }
        Ok(())
    }

    fn next_line(&mut self) -> io::Result<Option<Result<Record, Broken>>> {
        loop {
            let mut json = Vec::new();
            let read = (&mut self.input).take(ORDER_MAX as u64).read_until(b'\n', &mut json)?;
            if read == 0 {
                return Ok(None);
            }
            self.offset += read as u64;
            let cut = read == ORDER_MAX && json.last() != Some(&b'\n');
            if cut {
                self.skip_line()?;
            }
            let line = self.line;
            self.line += 1;
            let indent = json.len() - json.trim_ascii_start().len();
            json.truncate(json.trim_ascii_end().len());
            if indent < json.len() {
                json.drain(..indent);
                return Ok(Some(Ok(Record { json, line, column: indent as u64 + 1, cut })));
            }
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let chunk = self.input.fill_buf()?;
            let end = chunk.iter().position(|b| *b == b'\n');
            let used = end.map_or(chunk.len(), |at| at + 1);
            self.input.consume(used);
            self.offset += used as u64;
            if end.is_some() || used == 0 {
                return Ok(());
            }
        }
    }

    fn next_element(&mut self) -> io::Result<Option<Result<Record, Broken>>> {
        loop {
            let Some(byte) = self.peek_past_blanks()? else {
                let ended = match self.expect {
                    Expect::AfterList => None,
                    Expect::List if self.offset <= BOM.len() as u64 => None,
                    _ => Some(Err(self.broken("the file ends in the middle of the list of orders".to_owned()))),
                };
                return Ok(ended);
            };
            match (&self.expect, byte) {
                (Expect::FirstOrEnd | Expect::Order, b'{') => {
                    self.expect = Expect::CommaOrEnd;
                    return self.element().map(Some);
                }
                (Expect::FirstOrEnd | Expect::CommaOrEnd, b']') => self.step(Expect::AfterList),
                (Expect::CommaOrEnd, b',') => self.step(Expect::Order),
                (Expect::List | Expect::AfterList, b'[') => self.step(Expect::FirstOrEnd),
                (Expect::AfterList, b'}') => self.step(Expect::AfterList),
                (Expect::List | Expect::AfterList, b'{') => {
                    for token in [b"{".as_slice(), b"\"orders\"", b":", b"["] {
                        if let Some(broken) = self.token(token)? {
                            return Ok(Some(Err(broken)));
                        }
                    }
                    self.expect = Expect::FirstOrEnd;
                }
                (expected, found) => {
                    let expected = match expected {
                        Expect::List => "{\"orders\":[…]} or a list […]",
                        Expect::FirstOrEnd | Expect::Order => "an order {…}",
                        Expect::CommaOrEnd => "\",\" or \"]\" after an order",
                        Expect::AfterList => "the end of the file",
                    };
                    let found = char::from(found).escape_default();
                    return Ok(Some(Err(self.broken(format!("expected {expected}, found \"{found}\"")))));
                }
            }
        }
    }

    fn broken(&self, message: String) -> Broken {
        Broken { line: self.line, column: self.column, message }
    }

    fn step(&mut self, expect: Expect) {
        self.expect = expect;
        self.advance(1, 0, 1);
    }

    fn advance(&mut self, bytes: usize, lines: u64, column_moves: u64) {
        self.input.consume(bytes);
        self.offset += bytes as u64;
        self.line += lines;
        self.column = if lines > 0 { column_moves } else { self.column + column_moves };
    }

    fn peek_past_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf()?.first().copied() {
                Some(b'\n') => self.advance(1, 1, 1),
                Some(b' ' | b'\t' | b'\r') => self.advance(1, 0, 1),
                byte => return Ok(byte),
            }
        }
    }

    fn token(&mut self, token: &[u8]) -> io::Result<Option<Broken>> {
        self.peek_past_blanks()?;
        for expected in token {
            if self.input.fill_buf()?.first() != Some(expected) {
                return Ok(Some(self.broken("expected {\"orders\":[…]}".to_owned())));
            }
            self.advance(1, 0, 1);
        }
        Ok(None)
    }

    /// Reads from `{` to the bracket that closes it.
    fn element(&mut self) -> io::Result<Result<Record, Broken>> {
        let (line, column) = (self.line, self.column);
        let mut json = Vec::new();
        let (mut depth, mut in_text, mut escaped) = (0u32, false, false);
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                let message = format!("the file ends in the middle of the order that begins at line {line}");
                return Ok(Err(wrong_inside(&json, line, column).unwrap_or_else(|| self.broken(message))));
            }
            let (mut used, mut lines, mut last_line) = (0, 0, 0);
            let mut closed = false;
            for byte in chunk {
                used += 1;
                match byte {
                    b'\n' => (lines, last_line, escaped) = (lines + 1, used, false),
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    _ if in_text => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        closed = depth == 0;
                    }
                    _ => {}
                }
                if closed {
                    break;
                }
            }
            json.extend_from_slice(&chunk[..used]);
            let column_moves = if lines > 0 { used - last_line + 1 } else { used };
            self.advance(used, lines, column_moves as u64);
            if closed {
                return Ok(Ok(Record { json, line, column, cut: false }));
            }
            if json.len() > ORDER_MAX {
                let message =
                    format!("the order that begins at line {line} does not end; a bracket or quote is missing");
                return Ok(Err(wrong_inside(&json, line, column).unwrap_or_else(|| self.broken(message))));
            }
        }
    }
}

/// The place at which an order that does not end stops being JSON, if it does before its last byte.
pub fn wrong_inside(json: &[u8], line: u64, column: u64) -> Option<Broken> {
    let error = serde_json::from_slice::<serde::de::IgnoredAny>(json).err()?;
    (!error.is_eof()).then(|| broken_at(&error, line, column))
}

/// An error inside an order, with its place in the file.
pub fn broken_at(error: &serde_json::Error, line: u64, column: u64) -> Broken {
    let inside = error.line().max(1) as u64;
    let column = if inside == 1 { column - 1 } else { 0 } + error.column() as u64;
    Broken { line: line + inside - 1, column, message: reason(error) }
}

/// What serde says without its own idea of the place.
pub fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
