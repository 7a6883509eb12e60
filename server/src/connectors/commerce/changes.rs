//! How far a platform has been read: by the moment of an order's last change, and how many of that very moment.

use crate::orders::import::model::ImportedOrder;
use aftercart_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Read this many at a time: a page is one answer within the platform's patience, and few enough to be written at once.
pub const PAGE: usize = 50;
/// Each round begins this much before where the last one ended: a transaction that was open then may have committed
/// since with an earlier date, and some platforms keep whole seconds.
const OVERLAP_MS: i64 = 2 * 60 * 1000;

/// Kept as JSON text between two rounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// By the platform's own clock.
    pub since: Timestamp,
    /// Orders at or after `since` that were read already, within a round.
    #[serde(default)]
    pub skip: usize,
    /// The platform's own word for the place, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Within a round: the next page is at this very place.
    #[serde(default)]
    pub under_way: bool,
}

/// What changed, the oldest first.
#[derive(Clone, Debug)]
pub struct Page {
    pub orders: Vec<ImportedOrder>,
    /// Why some could not be read. Says nothing of a shopper.
    pub refused: Vec<String>,
    pub next: Cursor,
    /// Is there another page at `next`?
    pub more: bool,
}

impl Cursor {
    pub fn at(since: Timestamp) -> Cursor {
        Cursor { since, skip: 0, token: None, under_way: false }
    }

    /// Where to read on: at the next page of a round under way, else a little before where the last one ended.
    pub fn resume(self) -> Cursor {
        if self.under_way { self } else { Cursor::at(self.since.plus_ms(-OVERLAP_MS)) }
    }

    /// After a page of `read` rows that ends with a change at `last`. Going on by the moment keeps the place when rows
    /// move behind us; only rows of one and the same moment are counted.
    pub fn after(&self, read: usize, last: Option<Timestamp>) -> (Cursor, bool) {
        let last = last.unwrap_or(self.since).max(self.since);
        if read < PAGE {
            (Cursor::at(last), false)
        } else if last > self.since {
            (Cursor { under_way: true, ..Cursor::at(last) }, true)
        } else {
            (Cursor { skip: self.skip + read, under_way: true, ..self.clone() }, true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_one_moment_is_counted_and_every_other_goes_by_time() {
        let start = Cursor::at(Timestamp(1_000));
        assert_eq!(start.after(3, Some(Timestamp(2_000))), (Cursor::at(Timestamp(2_000)), false));
        assert_eq!(start.after(0, None), (start.clone(), false));
        assert_eq!(
            start.after(PAGE, Some(Timestamp(2_000))),
            (Cursor { under_way: true, ..Cursor::at(Timestamp(2_000)) }, true)
        );
        let (within, more) = start.after(PAGE, Some(Timestamp(1_000)));
        assert_eq!((within.since, within.skip, more), (Timestamp(1_000), PAGE, true));
        let (further, _) = within.after(PAGE, Some(Timestamp(1_000)));
        assert_eq!(further.skip, 2 * PAGE);
        assert_eq!(further.after(PAGE, Some(Timestamp(1_001))).0.since, Timestamp(1_001));
        assert_eq!(further.after(PAGE, Some(Timestamp(1_001))).0.skip, 0);
        // Thousands of one moment do not send us back to their beginning.
        assert_eq!(further.clone().resume(), further);
        assert_eq!(Cursor::at(Timestamp(300_000)).resume(), Cursor::at(Timestamp(180_000)));
        // A platform whose clock went back does not make us read everything again.
        assert_eq!(start.after(3, Some(Timestamp(5))).0, start);
    }
}
