//! Effects in the database, and what doing them must read.

use super::{EffectKind, NewEffect};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    time::Timestamp,
};

/// An effect as it stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EffectRow {
    pub effect_id: String,
    pub return_id: String,
    pub order_id: String,
    /// An [`EffectKind`].
    pub kind: String,
    pub part: String,
    /// `pending`, `done` or `failed`.
    pub state: String,
    /// Nothing of ours can do it.
    pub needs_person: bool,
    /// Minor units of the return's currency.
    pub amount: Option<i64>,
    /// [`super::About`]
    pub payload: String,
    pub reference: Option<String>,
    /// `connector:…`, `agent:…`, `till`, `mail` or `none`.
    pub done_by: Option<String>,
    pub runs: i64,
    pub attempts: i64,
    pub asked: Option<String>,
    pub asked_at: Option<i64>,
    /// Why it is not done yet, or how it was done, for an agent.
    pub last_error: Option<String>,
    pub updated_at: i64,
}

/// `false`: it had been asked for before.
pub async fn insert(tx: &mut Tx, site: &SiteId, effect: &NewEffect, now: Timestamp) -> Result<bool, db::Error> {
    let payload = serde_json::to_string(&effect.about).map_err(|e| db::Error::Corrupt(format!("an effect: {e}")))?;
    tx.execute(
        sql!(
            "INSERT INTO return_effects (site_id, effect_id, return_id, order_id, kind, part, state, needs_person, amount,
                 payload, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'pending', FALSE, $7, $8, $9, $9)
             ON CONFLICT (site_id, effect_id) DO NOTHING"
        ),
        args![
            site,
            effect.id(site),
            effect.return_id.as_str(),
            &effect.order_id,
            effect.kind.name(),
            &effect.part,
            effect.amount,
            payload,
            now
        ],
    )
    .await
    .map(|rows| rows > 0)
}

/// Everything that a return has asked for, in that order.
pub async fn of_return(db: &Db, site: &SiteId, return_id: &ReturnId) -> Result<Vec<EffectRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT effect_id, return_id, order_id, kind, part, state, needs_person, amount, payload, reference, done_by,
                 runs, attempts, asked, asked_at, last_error, updated_at
             FROM return_effects WHERE site_id = $1 AND return_id = $2 ORDER BY created_at, kind, part"
        ),
        args![site, return_id.as_str()],
    )
    .await
}

pub async fn by_id(tx: &mut Tx, site: &SiteId, effect_id: &str) -> Result<Option<EffectRow>, db::Error> {
    tx.fetch_optional(
        sql!(
            "SELECT effect_id, return_id, order_id, kind, part, state, needs_person, amount, payload, reference, done_by,
                 runs, attempts, asked, asked_at, last_error, updated_at
             FROM return_effects WHERE site_id = $1 AND effect_id = $2"
        ),
        args![site, effect_id],
    )
    .await
}

/// Begins one more attempt; `None` where nothing is to be done.
pub async fn begin(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    now: Timestamp,
) -> Result<Option<EffectRow>, db::Error> {
    tx.fetch_optional(
        sql!(
            "UPDATE return_effects SET runs = runs + 1, attempts = attempts + 1, updated_at = $3
             WHERE site_id = $1 AND effect_id = $2 AND state = 'pending' AND needs_person = FALSE
             RETURNING effect_id, return_id, order_id, kind, part, state, needs_person, amount, payload, reference,
                 done_by, runs, attempts, asked, asked_at, last_error, updated_at"
        ),
        args![site, effect_id, now],
    )
    .await
}

/// Writes down what is about to be asked of the shop's system; a new step begins the count of attempts anew. `false`:
/// another attempt has begun since `run`.
pub async fn asking(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    run: i64,
    step: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_effects SET attempts = CASE WHEN asked = $4 THEN attempts ELSE 1 END, asked = $4,
                 asked_at = $5, updated_at = $5
             WHERE site_id = $1 AND effect_id = $2 AND runs = $3 AND state = 'pending'"
        ),
        args![site, effect_id, run, step, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// What became of an attempt that did not end it.
#[derive(Clone, Debug, Default)]
pub struct Paused {
    pub why: Option<String>,
    pub reference: Option<String>,
    /// It was no failure: it counts as none.
    pub blameless: bool,
    pub needs_person: bool,
    pub failed: bool,
}

/// `false`: another attempt has begun since, or it has ended.
pub async fn pause(
    tx: &mut Tx,
    site: &SiteId,
    effect: &EffectRow,
    paused: Paused,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_effects SET last_error = $4, reference = COALESCE($5, reference),
                 attempts = CASE WHEN $6 AND attempts > 0 THEN attempts - 1 ELSE attempts END, needs_person = $7,
                 state = CASE WHEN $8 THEN 'failed' ELSE state END, updated_at = $9
             WHERE site_id = $1 AND effect_id = $2 AND runs = $3 AND state = 'pending'"
        ),
        args![
            site,
            &effect.effect_id,
            effect.runs,
            paused.why,
            paused.reference,
            paused.blameless,
            paused.needs_person,
            paused.failed,
            now
        ],
    )
    .await
    .map(|rows| rows > 0)
}

/// It is done, by whomever. `false`: it had been done before.
pub async fn finish(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    reference: Option<String>,
    done_by: &str,
    note: Option<&str>,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_effects SET state = 'done', needs_person = FALSE, reference = $3, done_by = $4, last_error = $5,
                 updated_at = $6
             WHERE site_id = $1 AND effect_id = $2 AND state <> 'done'"
        ),
        args![site, effect_id, reference, done_by, note, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// To be tried again. What was asked before `since` is over, and whoever says Retry has looked.
pub async fn reopen(
    tx: &mut Tx,
    site: &SiteId,
    effect_id: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.execute(
        sql!(
            "UPDATE return_effects SET state = 'pending', needs_person = FALSE, attempts = 0,
                 asked = CASE WHEN asked_at > $3 THEN asked END, updated_at = $4
             WHERE site_id = $1 AND effect_id = $2 AND state <> 'done'"
        ),
        args![site, effect_id, since, now],
    )
    .await
    .map(|rows| rows > 0)
}

/// Of the return and its order, what is not in the payload.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectRow {
    /// The return's.
    pub state: String,
    pub currency: String,
    /// Of the order: the system that it came from, and its id there.
    pub source: String,
    pub external_id: String,
    pub number: String,
    /// Where its mails go: the buyer's address, or that of whoever was given the goods.
    pub email: Option<String>,
}

/// `None` when the return or its order is gone.
pub async fn subject(db: &Db, site: &SiteId, return_id: &str) -> Result<Option<SubjectRow>, db::Error> {
    db.fetch_optional(
        sql!(
            "SELECT r.state, r.currency, o.source, o.external_id, o.number,
                    COALESCE(r.gift_to, o.email) AS email
             FROM returns r JOIN orders o ON o.site_id = r.site_id AND o.order_id = r.order_id
             WHERE r.site_id = $1 AND r.return_id = $2"
        ),
        args![site, return_id],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Sibling {
    effect_id: String,
    kind: String,
    state: String,
}

/// What of the same return this kind waits for and is not done: its kind, and whether it has failed.
pub async fn awaited(
    db: &Db,
    site: &SiteId,
    return_id: &str,
    kind: EffectKind,
) -> Result<Option<(EffectKind, bool)>, db::Error> {
    let siblings: Vec<Sibling> = db
        .fetch_all(
            sql!(
                "SELECT effect_id, kind, state FROM return_effects
                 WHERE site_id = $1 AND return_id = $2 AND state <> 'done' ORDER BY created_at, kind, part"
            ),
            args![site, return_id],
        )
        .await?;
    let awaited = siblings.into_iter().filter_map(|s| Some((EffectKind::parse(&s.kind)?, s.state == "failed")));
    Ok(awaited.into_iter().find(|(other, _)| kind.waits_for().contains(other)))
}

/// Until the transaction ends nobody else settles money of this return.
pub async fn hold_return(tx: &mut Tx, site: &SiteId, return_id: &str) -> Result<(), db::Error> {
    tx.execute(
        sql!("UPDATE returns SET updated_at = updated_at WHERE site_id = $1 AND return_id = $2"),
        args![site, return_id],
    )
    .await
    .map(|_| ())
}

/// Money of a return that has not gone out.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unpaid {
    pub kind: String,
    pub state: String,
    pub last_error: Option<String>,
}

pub async fn unpaid(tx: &mut Tx, site: &SiteId, return_id: &str) -> Result<Vec<Unpaid>, db::Error> {
    tx.fetch_all(
        sql!(
            "SELECT kind, state, last_error FROM return_effects
             WHERE site_id = $1 AND return_id = $2 AND kind IN ('refund', 'store_credit', 'gift_card') AND state <> 'done'
             ORDER BY kind"
        ),
        args![site, return_id],
    )
    .await
}

/// The ids of what of a return is still to be done and may have waited for another.
pub async fn pending(tx: &mut Tx, site: &SiteId, return_id: &str) -> Result<Vec<String>, db::Error> {
    let siblings: Vec<Sibling> = tx
        .fetch_all(
            sql!(
                "SELECT effect_id, kind, state FROM return_effects
                 WHERE site_id = $1 AND return_id = $2 AND state = 'pending' AND needs_person = FALSE
                 ORDER BY effect_id"
            ),
            args![site, return_id],
        )
        .await?;
    // Always in the same order: two that end at once must not wait for each other's rows.
    let waits = |sibling: &Sibling| EffectKind::parse(&sibling.kind).is_some_and(|kind| !kind.waits_for().is_empty());
    Ok(siblings.into_iter().filter(waits).map(|sibling| sibling.effect_id).collect())
}

/// What the demo's till has paid out.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TillRow {
    pub effect_id: String,
    pub kind: String,
    pub amount: Option<i64>,
    pub currency: String,
    pub number: String,
    pub updated_at: i64,
}

/// Newest first.
pub async fn by_till(db: &Db, site: &SiteId, most: i64) -> Result<Vec<TillRow>, db::Error> {
    db.fetch_all(
        sql!(
            "SELECT e.effect_id, e.kind, e.amount, r.currency, r.number, e.updated_at
             FROM return_effects e JOIN returns r ON r.site_id = e.site_id AND r.return_id = e.return_id
             WHERE e.site_id = $1 AND e.done_by = 'till' AND e.state = 'done'
             ORDER BY e.updated_at DESC, e.effect_id LIMIT $2"
        ),
        args![site, most],
    )
    .await
}
