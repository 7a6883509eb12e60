//! How an effect ends, and what agents do about one that does not.

use super::{EffectKind, EffectRow, job, store};
use crate::{
    db::{self, Tx},
    jobs,
    returns::record::{self, Actor, Happened},
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    time::Timestamp,
};

/// What a finished effect means to its return; most mean nothing.
fn happened(kind: EffectKind) -> Option<Happened> {
    match kind {
        EffectKind::Refund | EffectKind::StoreCredit | EffectKind::GiftCard => Some(Happened::RefundSucceeded),
        EffectKind::Replacement => Some(Happened::ReplacementSent),
        _ => None,
    }
}

/// How it was done.
#[derive(Clone, Debug)]
pub struct How {
    /// As [`EffectRow::done_by`].
    pub by: String,
    /// What it is called where it was done.
    pub reference: Option<String>,
    /// For agents.
    pub note: Option<&'static str>,
}

/// It is done: written down, told to its return, and what waited for it goes on; once, whoever says it how often.
///
/// # Errors
/// The database's.
pub async fn done(
    tx: &mut Tx,
    site: &SiteId,
    effect: &EffectRow,
    how: How,
    actor: Actor,
    now: Timestamp,
) -> Result<bool, db::Error> {
    if !store::finish(tx, site, &effect.effect_id, how.reference, &how.by, how.note, now).await? {
        return Ok(false);
    }
    let happened = match EffectKind::parse(&effect.kind).and_then(happened) {
        Some(Happened::RefundSucceeded) => all_paid(tx, site, &effect.return_id).await?,
        other => other,
    };
    if let Some(happened) = happened {
        record::apply(tx, site, &ReturnId(effect.return_id.clone()), happened, actor, now).await?;
    }
    for waiting in store::pending(tx, site, &effect.return_id).await? {
        jobs::store::run_now(tx, site, &waiting, now).await?;
    }
    Ok(true)
}

/// A return is refunded when all of its money has gone out: what a gift card paid goes back by itself.
async fn all_paid(tx: &mut Tx, site: &SiteId, return_id: &str) -> Result<Option<Happened>, db::Error> {
    // Two that end at once must not each take the other for unpaid.
    store::hold_return(tx, site, return_id).await?;
    let unpaid = store::unpaid(tx, site, return_id).await?;
    let failed = |one: &store::Unpaid| one.state == "failed";
    Ok(match unpaid.into_iter().max_by_key(failed) {
        None => Some(Happened::RefundSucceeded),
        Some(one) if failed(&one) => {
            Some(Happened::RefundFailed { reason: one.last_error.unwrap_or_else(|| one.kind.clone()) })
        }
        Some(_) => None,
    })
}

/// It cannot be done: an agent has to look.
///
/// # Errors
/// The database's.
pub async fn failed(
    tx: &mut Tx,
    site: &SiteId,
    effect: &EffectRow,
    reason: String,
    now: Timestamp,
) -> Result<(), db::Error> {
    let paused = store::Paused { why: Some(reason.clone()), failed: true, ..store::Paused::default() };
    let kind = EffectKind::parse(&effect.kind).and_then(happened);
    if store::pause(tx, site, effect, paused, now).await? && kind == Some(Happened::RefundSucceeded) {
        let happened = Happened::RefundFailed { reason };
        record::apply(tx, site, &ReturnId(effect.return_id.clone()), happened, Actor::System, now).await?;
    }
    Ok(())
}

/// An agent says: once more. What may still be under way is waited for all the same. `false`: there is no such effect, or
/// it is done.
///
/// # Errors
/// The database's.
pub async fn retry(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    patience_ms: u64,
    by: Actor,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let Some(effect) = store::by_id(tx, site, effect_id).await? else { return Ok(false) };
    let since = now.plus_ms(-super::run::settled_ms(patience_ms));
    if !store::reopen(tx, site, effect_id, since, now).await? {
        return Ok(false);
    }
    revive(tx, site, &effect, by, now).await?;
    if let Some(kind) = EffectKind::parse(&effect.kind) {
        // Its job may have been forgotten long ago.
        jobs::enqueue(tx, job(site, kind, &ReturnId(effect.return_id), &effect.part, now), now).await?;
        jobs::store::run_now(tx, site, effect_id, now).await?;
    }
    Ok(true)
}

/// A return whose refund had failed hears that it is tried again, before it can hear that it succeeded.
async fn revive(tx: &mut Tx, site: &SiteId, effect: &EffectRow, by: Actor, now: Timestamp) -> Result<(), db::Error> {
    let pays = EffectKind::parse(&effect.kind).and_then(happened) == Some(Happened::RefundSucceeded);
    if pays && effect.state == "failed" {
        record::apply(tx, site, &ReturnId(effect.return_id.clone()), Happened::RefundRetried, by, now).await?;
    }
    Ok(())
}

/// What came of an agent's word that it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    Done,
    /// By somebody else, or by the shop's system, before.
    DoneBefore,
    NotFound,
}

/// An agent says that it has been done by hand; `reference` is what it is called there.
///
/// # Errors
/// The database's.
pub async fn confirm(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    reference: String,
    by: Actor,
    now: Timestamp,
) -> Result<Confirmed, db::Error> {
    let Some(effect) = store::by_id(tx, site, effect_id).await? else { return Ok(Confirmed::NotFound) };
    let name = match &by {
        Actor::Agent(agent) => format!("agent:{agent}"),
        Actor::Shopper(_) | Actor::System => "system".to_owned(),
    };
    let how = How { by: name, reference: Some(reference), note: None };
    revive(tx, site, &effect, by.clone(), now).await?;
    Ok(if done(tx, site, &effect, how, by, now).await? { Confirmed::Done } else { Confirmed::DoneBefore })
}
