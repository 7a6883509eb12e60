//! How many pieces of a line are still to be had: never more than were bought, and none counted twice.
//!
//! Two counts speak of the same pieces: ours (every return that has not ended without effect) and the shop's own (what
//! its system says it has refunded). Once our refund has been carried out, the shop's count says it too, a moment or an
//! hour later. So a rise of the shop's count **since we first took something of this line** is taken for ours, up to
//! the pieces whose refund we have set going; whatever is beyond that the shop has refunded by itself.
//!
//! Nothing of it is stored but the shop's count at each return: the rule is worked out anew each time, so that whatever
//! it gets wrong while a refund is under way is right again as soon as the shop's system has told of it.

/// What one return has of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Received, or as long as nobody has counted them asked for.
    pub pieces: i64,
    /// It has not ended without effect.
    pub holds: bool,
    /// We have set the refund going, so the shop's count may have it.
    pub refunding: bool,
    /// The shop's count when this was asked for.
    pub shop_before: i64,
}

/// Pieces that are in no return and were not refunded by the shop. `ours` begins with the oldest.
pub fn gone(shop: i64, ours: &[Ours]) -> i64 {
    let held: i64 = ours.iter().filter(|one| one.holds).map(|one| one.pieces).sum();
    held + shop - released(shop, ours)
}

/// How many of ours stand in the shop's count too.
pub fn released(shop: i64, ours: &[Ours]) -> i64 {
    let Some(first) = ours.first() else { return 0 };
    let set_going: i64 = ours.iter().filter(|one| one.holds && one.refunding).map(|one| one.pieces).sum();
    (shop - first.shop_before).clamp(0, set_going)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(pieces: i64, refunding: bool, shop_before: i64) -> Ours {
        Ours { pieces, holds: true, refunding, shop_before }
    }

    #[test]
    fn a_refund_of_ours_that_comes_back_is_counted_once() {
        let asked = [one(1, false, 0)];
        let paid = [one(1, true, 0)];
        assert_eq!((gone(0, &[]), gone(0, &asked), gone(0, &paid), gone(1, &paid)), (0, 1, 1, 1));
        assert_eq!((released(0, &paid), released(1, &paid)), (0, 1));
    }

    #[test]
    fn what_the_shop_refunded_by_itself_is_counted_beside_ours() {
        // Before ours, while it was only asked for, and after it was paid.
        assert_eq!(gone(1, &[one(1, true, 1)]), 2);
        assert_eq!(gone(2, &[one(1, true, 1)]), 2);
        assert_eq!(gone(1, &[one(1, false, 0)]), 2);
        assert_eq!(gone(3, &[one(1, true, 0)]), 3);
    }

    #[test]
    fn several_returns_of_a_line_are_told_apart() {
        // One paid and known to the shop, one paid and not yet known, one on its way.
        let ours = [one(1, true, 0), one(2, true, 1), one(1, false, 1)];
        assert_eq!((gone(1, &ours), gone(3, &ours), gone(4, &ours)), (4, 4, 5));
    }

    #[test]
    fn what_ended_holds_nothing_and_still_says_how_it_was_before() {
        let ended = Ours { holds: false, ..one(2, false, 1) };
        assert_eq!(gone(1, &[ended]), 1);
        assert_eq!(gone(2, &[ended, one(1, true, 1)]), 2);
        assert_eq!(gone(3, &[ended, one(1, true, 1)]), 3);
    }

    #[test]
    fn a_count_that_falls_takes_nothing_of_ours_away() {
        assert_eq!(gone(0, &[one(1, true, 1)]), 1);
    }
}
