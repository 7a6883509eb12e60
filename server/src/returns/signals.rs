//! What stands out in a shopper's returns: shown to the shop's people as scores, and never a reason by itself to refuse.
//! Scores are shares of what could be judged, so somebody who buys and returns much is not suspicious for that.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// With fewer pieces than these to judge by, nothing is said: one mistake of a warehouse is no habit.
const PIECES_MIN: i64 = 3;

/// A line of an earlier return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub return_id: String,
    pub reason: String,
    pub announced: i64,
    /// `None`: nobody has counted it, or it was to stay.
    pub received: Option<i64>,
    pub grade: Option<String>,
    /// It has ended without effect.
    pub ended: bool,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Announced pieces that were not in the parcel, or were not ours.
    EmptyBox,
    /// Worn or used goods that came back because she changed her mind.
    Wardrobing,
    /// Many returns within a short time.
    Velocity,
    /// Entries of the shop's own lists fit whoever asks: `count` that block, of all.
    Listed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Score {
    pub signal: Signal,
    /// From 1 to 100. One that is 0 is left out.
    pub score: i64,
    /// What it rests on: `count` of `of`.
    pub count: i64,
    pub of: i64,
}

/// The scores that are not 0. Velocity: returns within the week before `now`, of which ten are 100.
pub fn scores(past: &[Past], now: i64) -> Vec<Score> {
    const WEEK_MS: i64 = 7 * 86_400_000;
    const MANY: i64 = 10;
    let counted: Vec<(&Past, i64)> = past.iter().filter_map(|one| Some((one, one.received?))).collect();
    let announced: i64 = counted.iter().map(|(one, _)| one.announced).sum();
    let not_there: i64 =
        counted.iter().map(|(one, came)| if is(one, "not_ours") { one.announced } else { one.announced - came }).sum();
    let minds = || counted.iter().filter(|(one, _)| matches!(one.reason.as_str(), "changed_mind" | "does_not_fit"));
    let came: i64 = minds().map(|(_, came)| came).sum();
    let used: i64 = minds().filter(|(one, _)| is(one, "used")).map(|(_, came)| came).sum();
    let mut lately: Vec<&str> = past
        .iter()
        .filter(|one| !one.ended && one.created_at > now - WEEK_MS)
        .map(|one| one.return_id.as_str())
        .collect();
    lately.sort_unstable();
    lately.dedup();
    let lately = lately.len() as i64;
    let share = |signal, count: i64, of: i64| Score {
        signal,
        score: if of >= PIECES_MIN { (count.max(0) * 100 + of / 2) / of } else { 0 },
        count,
        of,
    };
    let velocity = Score {
        signal: Signal::Velocity,
        score: if lately >= PIECES_MIN { (lately * 100 / MANY).min(100) } else { 0 },
        count: lately,
        of: MANY,
    };
    let all = [share(Signal::EmptyBox, not_there, announced), share(Signal::Wardrobing, used, came), velocity];
    all.into_iter().filter(|score| score.score > 0).collect()
}

fn is(one: &Past, grade: &str) -> bool {
    one.grade.as_deref() == Some(grade)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_255_200_000;

    fn past(id: &str, reason: &str, announced: i64, received: Option<i64>, grade: &str) -> Past {
        Past {
            return_id: id.into(),
            reason: reason.into(),
            announced,
            received,
            grade: received.map(|_| grade.to_owned()),
            ended: false,
            created_at: NOW - 30 * 86_400_000,
        }
    }

    fn told(past: &[Past]) -> Vec<(Signal, i64)> {
        scores(past, NOW).into_iter().map(|score| (score.signal, score.score)).collect()
    }

    #[test]
    fn honest_returns_say_nothing_however_many() {
        let all: Vec<Past> = (0..50).map(|n| past(&n.to_string(), "changed_mind", 2, Some(2), "as_new")).collect();
        assert_eq!(told(&all), []);
        assert_eq!(told(&[]), []);
        // One short parcel is no habit.
        assert_eq!(told(&[past("1", "other", 2, Some(0), "as_new")]), []);
    }

    #[test]
    fn what_was_not_in_the_box_is_a_share_of_what_was_counted() {
        let half = [
            past("1", "other", 2, Some(1), "as_new"),
            past("2", "other", 1, Some(1), "not_ours"),
            past("3", "other", 1, Some(1), "as_new"),
            past("4", "other", 9, None, ""),
        ];
        assert_eq!(told(&half), [(Signal::EmptyBox, 50)]);
    }

    #[test]
    fn used_goods_count_only_where_she_changed_her_mind() {
        let worn = [past("1", "changed_mind", 3, Some(3), "used"), past("2", "does_not_fit", 1, Some(1), "as_new")];
        assert_eq!(told(&worn), [(Signal::Wardrobing, 75)]);
        assert_eq!(told(&[past("1", "faulty", 4, Some(4), "used")]), []);
    }

    #[test]
    fn many_within_a_week_are_fast_and_what_ended_is_not_counted() {
        let now = |n: i64, ended| Past { ended, created_at: NOW - 1, ..past(&n.to_string(), "other", 1, None, "") };
        let five: Vec<Past> = (0..5).map(|n| now(n, false)).chain((5..20).map(|n| now(n, true))).collect();
        assert_eq!(told(&five), [(Signal::Velocity, 50)]);
        assert_eq!(told(&[now(1, false), now(2, false)]), []);
        let many: Vec<Past> = (0..30).map(|n| now(n, false)).collect();
        assert_eq!(told(&many), [(Signal::Velocity, 100)]);
    }
}
