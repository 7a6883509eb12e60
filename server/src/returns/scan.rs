//! The first scan of goods on their way back: a carrier's, or ours of their code at a counter. Where the policy says so
//! it starts the refund. A carrier's "delivered" never does.

use super::{
    guard_store,
    kind::Kind,
    order_store,
    policies::SitePolicies,
    policy::RefundAt,
    record::{self, Actor, ReturnRow},
};
use crate::db::{self, Tx};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    money::Currency,
    time::Timestamp,
};
use serde_json::{Value, json};

/// Writes the scan down, and starts the refund where it may start. `false`: it is no news. The order is held by whoever
/// calls.
///
/// # Errors
/// The database's.
pub async fn scanned(
    tx: &mut Tx,
    site: &SiteId,
    policies: &SitePolicies,
    row: &mut ReturnRow,
    actor: &Actor,
    note: Value,
    now: Timestamp,
) -> Result<bool, db::Error> {
    if !record::step(tx, site, row, "ship", actor, note, now).await? {
        return Ok(false);
    }
    if pays(tx, site, policies, row, now).await? {
        record::step(tx, site, row, "refund_at_scan", &Actor::System, json!({}), now).await?;
    }
    Ok(true)
}

/// Whether the scan is enough: the policy says so, and nobody has to look first.
async fn pays(
    tx: &mut Tx,
    site: &SiteId,
    policies: &SitePolicies,
    row: &ReturnRow,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let policy = policies.with_id(row.policy_id.as_deref());
    let Some(total) = row.total.filter(|total| *total > 0) else { return Ok(false) };
    let large = Currency::parse(&row.currency).is_none_or(|currency| policy.needs_second(total, currency));
    if row.kind()? != Kind::Return || !row.is_money() || policy.refund_at != Some(RefundAt::Scan) || large {
        return Ok(false);
    }
    if !guard_store::held(tx, site, &row.return_id).await?.is_empty() {
        return Ok(false);
    }
    let order = order_store::any(tx, site, &OrderId(row.order_id.clone())).await?;
    let Some(order) = order else { return Ok(false) };
    Ok(!guard_store::needs_person(tx, site, &order, &row.shopper_id, now).await?)
}
