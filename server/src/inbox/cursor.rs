//! Where a page ended, and at which version its queue was begun. What has changed since then is in no later page: it comes with
//! the changes since that version, so that nothing is told twice and nothing is missed however much moves meanwhile.

use crate::conversations::queue_store::Place;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub version: i64,
    pub place: Place,
}

impl Cursor {
    pub fn text(&self) -> String {
        format!("{}_{}_{}", self.version, self.place.at, self.place.id)
    }

    /// `None`: it is none of ours.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (version, place) = text.split_once('_')?;
        let (at, id) = place.split_once('_')?;
        let version = version.parse().ok().filter(|version| *version >= 0)?;
        let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then_some(Cursor { version, place: Place { at: at.parse().ok()?, id: id.to_owned() } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_wrote_is_read() {
        let id = "0f3a5c7d9b1e4f60a1b2c3d4e5f60718";
        let cursor = Cursor { version: 12, place: Place { at: 1_795_255_200_000, id: id.into() } };
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        for text in ["", "1_2", &format!("-1_2_{id}"), &format!("a_2_{id}"), "1_2_\0", &format!("1_2_{id}0")] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
