//! A mail as it came, and what of it is to be said in the conversation.

use super::{automatic, html, quoted};
use mail_parser::{Address, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

/// Addresses that are looked at: more stand in mails to crowds only.
const ADDRESSES_MAX: usize = 50;
/// Pictures in one mail, as a telephone sends them.
const PICTURES_MAX: usize = 10;
/// Smaller pictures that stand within the words are logos and the like.
const DECORATION_BYTES: usize = 16 * 1024;

/// What somebody wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// To whom it went, by whatever its head says.
    pub to: Vec<String>,
    /// In lower case.
    pub from: String,
    /// For answers to refer to.
    pub message_id: Option<String>,
    /// The same mail has the same, however often it comes.
    pub key: String,
    /// Her own words; empty if there are none.
    pub text: String,
    pub pictures: Vec<Vec<u8>>,
    /// So many attachments are no pictures.
    pub left_out: usize,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    Letter(Letter),
    /// Nobody wrote it, for this reason.
    Automatic(&'static str),
    Unreadable,
}

/// Reads a message as RFC 5322 has it, and whatever comes instead.
pub fn read(raw: &[u8]) -> Came {
    let Some(message) = MessageParser::default().parse(raw) else { return Came::Unreadable };
    if let Some(why) = automatic::why(&message) {
        return Came::Automatic(why);
    }
    let from = message.from().and_then(Address::first).and_then(|from| from.address()).unwrap_or_default();
    let message_id = message.message_id().filter(|id| is_plain(id)).map(str::to_owned);
    let key = match &message_id {
        Some(id) => Sha256::digest(id.as_bytes()),
        None => Sha256::digest(raw),
    };
    let (pictures, left_out) = attached(&message);
    Came::Letter(Letter {
        to: addresses(&message),
        from: from.trim().to_lowercase(),
        key: crate::random::hex(&key[..16]),
        message_id,
        text: quoted::own(&words(&message)),
        pictures,
        left_out,
    })
}

/// May stand in a head of ours.
fn is_plain(id: &str) -> bool {
    (3..=200).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
}

fn addresses(message: &Message<'_>) -> Vec<String> {
    const NAMES: [&str; 7] =
        ["to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"];
    let mut found = Vec::new();
    for header in message.headers() {
        if !NAMES.iter().any(|name| header.name().eq_ignore_ascii_case(name)) {
            continue;
        }
        match header.value() {
            HeaderValue::Address(address) => {
                found.extend(address.iter().filter_map(|one| one.address()).map(str::to_owned));
            }
            HeaderValue::Text(text) => found.extend(listed(text)),
            HeaderValue::TextList(list) => found.extend(list.iter().flat_map(|text| listed(text))),
            _ => {}
        }
        if found.len() >= ADDRESSES_MAX {
            break;
        }
    }
    found.truncate(ADDRESSES_MAX);
    found
}

fn listed(text: &str) -> impl Iterator<Item = String> {
    let bare = |part: &str| part.trim().trim_matches(['<', '>']).to_owned();
    text.split([',', ';']).map(bare).filter(|part| part.contains('@')).take(ADDRESSES_MAX)
}

fn words(message: &Message<'_>) -> String {
    let mut words = String::new();
    for part in message.text_bodies() {
        let said = match &part.body {
            PartType::Text(text) if is_flowed(part) => unflowed(text),
            PartType::Text(text) => text.clone().into_owned(),
            PartType::Html(html) => html::words(html),
            _ => continue,
        };
        if !words.is_empty() {
            words.push('\n');
        }
        words.push_str(&said);
    }
    // A form feed or an escape is nothing that anybody typed; a no-break space is how HTML says "space".
    let shown = |c: char| match c {
        '\n' | '\t' => Some(c),
        '\u{a0}' => Some(' '),
        _ if c.is_control() || c == '\u{feff}' => None,
        _ => Some(c),
    };
    words.replace("\r\n", "\n").replace('\r', "\n").chars().filter_map(shown).collect()
}

fn is_flowed(part: &MessagePart<'_>) -> bool {
    let format = part.content_type().and_then(|kind| kind.attribute("format"));
    format.is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
}

/// A space at a line's end says that the next goes on (RFC 3676).
fn unflowed(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut goes_on = false;
    for line in text.lines() {
        let quoted = line.starts_with('>');
        if !whole.is_empty() && (!goes_on || quoted) {
            whole.push('\n');
        }
        let line = if quoted { line } else { line.strip_prefix(' ').unwrap_or(line) };
        whole.push_str(line);
        goes_on = !quoted && line.ends_with(' ') && line != "-- ";
    }
    whole
}

fn attached(message: &Message<'_>) -> (Vec<Vec<u8>>, usize) {
    let (mut pictures, mut left_out) = (Vec::new(), 0);
    for part in message.attachments() {
        let kind = part.content_type();
        let (main, sub) = kind.map_or(("", ""), |kind| (kind.ctype(), kind.subtype().unwrap_or_default()));
        let is = |one: &str| main.eq_ignore_ascii_case(one);
        let sub_is = |names: &[&str]| names.iter().any(|name| sub.eq_ignore_ascii_case(name));
        // Seals of the mail, and nothing that she attached.
        if is("application") && sub_is(&["pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "ms-tnef"]) {
            continue;
        }
        let inline = part.content_disposition().is_none_or(|disposition| !disposition.is_attachment());
        let bytes = part.contents();
        if is("image") && inline && part.content_id().is_some() && bytes.len() < DECORATION_BYTES {
            continue;
        }
        if is("image") && pictures.len() < PICTURES_MAX && !bytes.is_empty() {
            pictures.push(bytes.to_vec());
        } else {
            left_out += 1;
        }
    }
    (pictures, left_out)
}
