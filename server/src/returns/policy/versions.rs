//! Which policy an order is under.

use super::file::Policy;
use aftercart_shared::time::Timestamp;

/// The policy that was in force when the order was placed: the newest that had begun by then, each by its own calendar.
/// An order older than all of them is under the oldest. `None` without any policy.
pub fn in_force<'a>(policies: &'a [Policy], site_zone: &str, placed_at: Timestamp) -> Option<&'a Policy> {
    let begun = |policy: &&Policy| policy.calendar(site_zone).day(placed_at) >= policy.in_force_from;
    let newest = policies.iter().filter(begun).max_by_key(|policy| policy.in_force_from);
    newest.or_else(|| policies.iter().min_by_key(|policy| policy.in_force_from))
}
