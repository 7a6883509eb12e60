#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

/// Hands out a few bytes at a time, as pipes do.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(into.len()).min(self.0.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn all(text: &str, layout: Layout) -> (Vec<(u64, u64, String)>, Option<Broken>) {
    let mut orders = Orders::new(Drip(text.as_bytes(), 3), layout, Position { offset: 0, line: 1 });
    let mut found = Vec::new();
    loop {
        match orders.next().unwrap() {
            Some(Ok(r)) => found.push((r.line, r.column, String::from_utf8(r.json).unwrap())),
            Some(Err(broken)) => return (found, Some(broken)),
            None => return (found, None),
        }
    }
}

#[test]
fn lists_are_cut_at_their_orders_whatever_stands_in_the_texts() {
    let text = "\u{FEFF}{\r\n \"orders\" : [ {\"a\":\"}]{\\\"\"},\r\n  {\"b\":{\"c\":[{}]}} ]}\n\n{\"orders\":[{\"d\":\"\\\\\"}]}[]";
    let (found, broken) = all(text, Layout::List);
    assert_eq!(broken, None);
    let texts: Vec<_> = found.iter().map(|(_, _, json)| json.as_str()).collect();
    assert_eq!(texts, [r#"{"a":"}]{\""}"#, r#"{"b":{"c":[{}]}}"#, r#"{"d":"\\"}"#]);
    assert_eq!((found[1].0, found[1].1), (3, 3));
}

#[test]
fn lines_forgive_blank_ones_and_windows_endings() {
    let (found, broken) = all("\u{FEFF}{\"a\":1}\r\n\r\n   \n  {\"b\":2}", Layout::Lines);
    assert_eq!(broken, None);
    assert_eq!(found, [(1, 1, "{\"a\":1}".into()), (4, 3, "{\"b\":2}".into())]);
}

#[test]
fn a_broken_list_is_read_to_the_break_and_the_place_is_named() {
    for (text, orders, line, column) in [
        ("[{\"a\":1}\n {\"b\":2}]", 1, 2, 2),
        ("[{\"a\":1},\n]", 1, 2, 1),
        ("[{\"a\":1},\n 7]", 1, 2, 2),
        ("{\"orders\":[{\"a\":1}]} x", 1, 1, 22),
        ("{\"order\":[{\"a\":1}]}", 0, 1, 8),
        ("[{\"a\":1},\n{\"b\":[1,2}", 1, 2, 10),
        ("[{\"a\":1},\n{\"b\":", 1, 2, 6),
        ("[{\"a\":1}", 1, 1, 9),
        ("[", 0, 1, 2),
    ] {
        let (found, broken) = all(text, Layout::List);
        let broken = broken.unwrap();
        assert_eq!((found.len(), broken.line, broken.column), (orders, line, column), "{text}: {broken:?}");
    }
}

#[test]
fn an_order_that_never_ends_does_not_fill_the_memory() {
    let text = format!("[{{\"a\":[{}", "{},\n".repeat(ORDER_MAX / 3));
    let (found, broken) = all(&text, Layout::List);
    assert!(found.is_empty());
    assert!(broken.unwrap().message.contains("begins at line 1 does not end"));
    let long = format!("{}\n{{}}", "x".repeat(ORDER_MAX + 9));
    let mut orders = Orders::new(long.as_bytes(), Layout::Lines, Position { offset: 0, line: 1 });
    assert!(orders.next().unwrap().unwrap().unwrap().cut);
    let next = orders.next().unwrap().unwrap().unwrap();
    assert_eq!((next.line, next.json.as_slice(), next.cut), (2, b"{}".as_slice(), false));
}

#[test]
fn the_head_says_what_a_file_is() {
    for (head, layout, format) in [
        ("{\"orders\":[{\"id\":1,\"line_items\":[]}]}", Layout::List, Format::Shopify),
        ("\u{FEFF} [\n{\"id\":1,\"line_items\":[]}]", Layout::List, Format::Shopify),
        ("{\"id\":1,\"line_items\":[]}\n{}", Layout::Lines, Format::Shopify),
        ("{\"id\":\"1\",\"placed_at\":\"\"}\n{}", Layout::Lines, Format::Jsonl),
        ("[{\"id\":\"1\",\"placed_at\":\"\"}]", Layout::List, Format::Jsonl),
        ("{\"title\":\"\\\"line_items\\\"\",\"placed_at\":\"\"}", Layout::Lines, Format::Jsonl),
        ("{\"orders\":[]}", Layout::List, Format::Shopify),
        ("", Layout::Lines, Format::Jsonl),
    ] {
        assert_eq!(sniff(head.as_bytes()), Ok((layout, format)), "{head}");
    }
    for head in [b"\xFF\xFE{".as_slice(), b"\x1F\x8B\x08", b"PK\x03\x04", b"{\n  \"id\": 1"] {
        assert!(sniff(head).is_err());
    }
}

proptest! {
    /// Going on behind any order gives exactly what is left of a reading in one go.
    #[test]
    fn a_reading_can_go_on_behind_any_order(
        texts in proptest::collection::vec("[a-z{}\\[\\]\",\\\\\n 茶]{0,12}", 1..8), gap in "[ \r\n\t]{0,3}", list: bool,
        chunk in 1usize..9,
    ) {
        let orders: Vec<String> = texts.iter().map(|t| serde_json::json!({ "t": t, "n": [{}] }).to_string()).collect();
        let text = if list { format!("{{\"orders\":{gap}[{}]{gap}}}", orders.join(&format!("{gap},{gap}"))) }
            else { orders.join(&format!("{gap}\n")) };
        let layout = if list { Layout::List } else { Layout::Lines };
        let mut reading = Orders::new(Drip(text.as_bytes(), chunk), layout, Position { offset: 0, line: 1 });
        let mut read = 0;
        while let Some(record) = reading.next().unwrap() {
            prop_assert_eq!(&record.unwrap().json, orders[read].as_bytes());
            read += 1;
            let at = reading.position();
            let rest = &text.as_bytes()[at.offset as usize..];
            let mut later = Orders::new(Drip(rest, chunk), layout, at);
            let mut left = Vec::new();
            while let Some(record) = later.next().unwrap() {
                let record = record.unwrap();
                let before = text.as_bytes().iter().take(later.position().offset as usize - record.json.len());
                prop_assert!(record.line >= 1 && record.line <= 1 + before.filter(|b| **b == b'\n').count() as u64);
                left.push(String::from_utf8(record.json).unwrap());
            }
            prop_assert_eq!(&left[..], &orders[read..]);
        }
        prop_assert_eq!(read, orders.len());
    }
}
