//! How old an order is while the shop's system or the carrier does not answer.

use super::silence_store::{self, Behind};
use crate::db::{self, Db};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// A round that is this late is not coming: the job behind it hangs, or nobody runs jobs.
const OVERDUE_MS: i64 = 2 * 60_000;

/// `None` while everybody whom the order's news comes from answers. Otherwise the moment at which what we have was so;
/// `known` where the system has never answered.
///
/// # Errors
/// The database's.
pub async fn since(
    db: &Db,
    site: &SiteId,
    order_id: &str,
    known: Timestamp,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    let (shop, services) =
        tokio::try_join!(silence_store::shop(db, site, order_id), silence_store::services(db, site, order_id))?;
    let silent = shop.into_iter().chain(services).filter(|behind| is_silent(behind, now));
    Ok(silent.map(|behind| behind.last_ok_at.map_or(known, Timestamp).min(now)).min())
}

fn is_silent(behind: &Behind, now: Timestamp) -> bool {
    behind.failures > 0 || now.0 - behind.next_poll_at > OVERDUE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_silent_when_it_failed_or_was_not_asked_in_time() {
        let now = Timestamp(10_000_000);
        let behind = |failures, late_ms| Behind { failures, next_poll_at: now.0 - late_ms, last_ok_at: None };
        assert!(!is_silent(&behind(0, -60_000), now));
        assert!(!is_silent(&behind(0, OVERDUE_MS), now));
        assert!(is_silent(&behind(0, OVERDUE_MS + 1), now));
        assert!(is_silent(&behind(1, -60_000), now));
    }
}
