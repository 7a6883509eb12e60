//! The job behind every effect: one attempt, and what comes after it.
//!
//! The queue never gives up on it; the effect does, with a reason ([`ATTEMPTS`]). When an answer was not heard, the next
//! attempts only look, later and later, until what was asked for can no longer be under way; then it is asked once more.

use super::{
    About, EffectKind, EffectRow, engine, label, mails,
    settle::{self, How},
    store::{self, Paused, SubjectRow},
    till,
};
use crate::{
    app::App,
    connectors::outgoing::Fault,
    db,
    jobs::{Job, Outcome},
    returns::record::Actor,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};

/// Attempts in a row that came no further; with their pauses about an hour and a half.
const ATTEMPTS: i64 = 14;
const PAUSE_MS: i64 = 2_000;
const PAUSE_MAX_MS: i64 = 15 * 60 * 1_000;
/// For what another effect, or the shop's system itself, must do first. The other effect calls sooner.
const WAIT_MS: i64 = 5_000;
const LONG_WAIT_MS: i64 = 5 * 60 * 1_000;
/// A question is over after this many times the patience that we have with one answer.
const PATIENCES: i64 = 6;

/// After this a question that was asked can no longer be under way.
pub(super) fn settled_ms(patience_ms: u64) -> i64 {
    i64::try_from(patience_ms).unwrap_or(10_000).saturating_mul(PATIENCES)
}

/// What an effect is about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub row: SubjectRow,
    pub about: About,
}

/// What one attempt came to.
#[derive(Debug)]
pub(super) enum Turn {
    Done(How),
    /// A mail is stored and the effect finished in one transaction.
    Settled,
    /// It came no further this time.
    Again {
        why: String,
        after_s: Option<u64>,
    },
    /// Not its fault: another effect, or somebody in the shop, comes first.
    Wait {
        why: String,
        reference: Option<String>,
        ms: i64,
    },
    /// An answer was not heard; what was asked may still be under way.
    InDoubt,
    /// Nothing of ours can do it.
    Person(String),
    Failed(String),
}

impl From<db::Error> for Turn {
    fn from(error: db::Error) -> Turn {
        Turn::Again { why: error.to_string(), after_s: None }
    }
}

pub async fn run(app: App, job: Job) -> Outcome {
    let (site, id, now) = (job.site.clone(), job.job_id.clone(), app.clock.now());
    let begun = app.db.write(move |tx| Box::pin(async move { store::begin(tx, &site, &id, now).await })).await;
    let effect = match begun {
        Ok(Some(effect)) => effect,
        // Done, failed, or for a person.
        Ok(None) => return Outcome::Done,
        Err(error) => return Outcome::Retry(db::Error::to_string(&error)),
    };
    let turn = attempt(&app, &job.site, &effect).await.unwrap_or_else(|turn| turn);
    match end(&app, &job.site, effect, turn).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

async fn attempt(app: &App, site: &SiteId, effect: &EffectRow) -> Result<Turn, Turn> {
    let kind = EffectKind::parse(&effect.kind).ok_or_else(|| Turn::Failed("this version does not know it".into()))?;
    if let Some((other, failed)) = store::awaited(&app.db, site, &effect.return_id, kind).await? {
        let ends = if failed { "which has failed" } else { "which is not done yet" };
        return Ok(Turn::Wait { why: format!("It waits for {}, {ends}.", other.name()), reference: None, ms: WAIT_MS });
    }
    let row = store::subject(&app.db, site, &effect.return_id).await?;
    let row = row.ok_or_else(|| Turn::Failed("The return or its order is gone.".into()))?;
    let about = serde_json::from_str(&effect.payload).map_err(|_| Turn::Failed("It cannot be read.".into()))?;
    let subject = Subject { row, about };
    match kind {
        EffectKind::EngineReturn | EffectKind::EngineCancel | EffectKind::EngineReceive | EffectKind::Refund => {
            match engine::of_order(app, site, &subject).await? {
                Some(engine) => engine.act(app, site, effect, kind, &subject).await,
                // There is nothing there that would have to know.
                None if kind != EffectKind::Refund => {
                    let note = Some("The shop's system keeps no returns that we could write.");
                    Ok(Turn::Done(How { by: "none".into(), reference: None, note }))
                }
                None => Ok(by_hand(app, effect)),
            }
        }
        EffectKind::StoreCredit | EffectKind::GiftCard => Ok(by_hand(app, effect)),
        EffectKind::Label => label::make(app, site, effect, &subject).await,
        EffectKind::Replacement => Ok(Turn::Person(to_send(&subject.about))),
        _ => mails::send(app, site, effect, kind, &subject).await,
    }
}

/// For whoever packs it.
fn to_send(about: &About) -> String {
    let new = |piece: &super::AboutPiece| {
        let new = piece.instead.as_ref()?;
        let sku = new.sku.as_deref().unwrap_or(&new.variant);
        (piece.quantity > 0).then(|| format!("{} × {} → {} ({sku})", piece.quantity, piece.title, new.words))
    };
    let goods: Vec<String> = about.pieces.iter().filter_map(new).collect();
    if goods.is_empty() {
        return "The goods are to be sent by hand.".into();
    }
    format!("The goods are to be sent by hand: {}.", goods.join("; "))
}

/// Money that no system of the shop can pay out through us.
fn by_hand(app: &App, effect: &EffectRow) -> Turn {
    if app.demo_url.is_some() {
        return Turn::Done(How {
            by: till::NAME.into(),
            reference: Some(till::receipt(&effect.effect_id)),
            note: None,
        });
    }
    Turn::Person("It is to be paid out by hand: no connector of this order's shop system can do it.".into())
}

async fn end(app: &App, site: &SiteId, effect: EffectRow, turn: Turn) -> Result<Outcome, db::Error> {
    let (now, site) = (app.clock.now(), site.clone());
    let settled = settled_ms(app.config.outgoing.patience_ms);
    let turn = match turn {
        Turn::Again { why, .. } if effect.attempts >= ATTEMPTS => Turn::Failed(why),
        turn => turn,
    };
    if let Turn::Again { why, .. } | Turn::Failed(why) = &turn {
        let (id, kind) = (&effect.effect_id, &effect.kind);
        tracing::warn!(effect = id, kind, attempts = effect.attempts, why, "an effect of a return did not succeed");
    }
    let (paused, outcome) = match turn {
        Turn::Settled => return Ok(Outcome::Done),
        Turn::Done(how) => {
            app.db
                .write(move |tx| {
                    Box::pin(async move { settle::done(tx, &site, &effect, how, Actor::System, now).await })
                })
                .await?;
            return Ok(Outcome::Done);
        }
        Turn::Failed(why) => {
            app.db.write(move |tx| Box::pin(async move { settle::failed(tx, &site, &effect, why, now).await })).await?;
            return Ok(Outcome::Done);
        }
        Turn::Person(why) => {
            (Paused { why: Some(why), needs_person: true, blameless: true, ..Paused::default() }, Outcome::Done)
        }
        Turn::Wait { why, reference, ms } => {
            let paused = Paused { why: Some(why), reference, blameless: true, ..Paused::default() };
            (paused, Outcome::Again(now.plus_ms(ms)))
        }
        Turn::InDoubt => {
            let why = "Its answer was not heard: we look whether it was done before we ask again.".to_owned();
            let paused = Paused { why: Some(why), blameless: true, ..Paused::default() };
            (paused, Outcome::Again(look_again(effect.asked_at.unwrap_or(now.0), settled, now)))
        }
        Turn::Again { why, after_s } => {
            let doubled = PAUSE_MS.saturating_mul(1 << (effect.attempts - 1).clamp(0, 20)).min(PAUSE_MAX_MS);
            let asked = after_s.and_then(|s| i64::try_from(s).ok()).map_or(0, |s| s.saturating_mul(1_000));
            let pause = doubled.max(asked.min(3_600_000));
            (Paused { why: Some(why), ..Paused::default() }, Outcome::Again(now.plus_ms(pause)))
        }
    };
    app.db.write(move |tx| Box::pin(async move { store::pause(tx, &site, &effect, paused, now).await })).await?;
    Ok(outcome)
}

/// A second after it was asked, and then each time after twice as long, but for the last time when it can no longer be
/// under way.
fn look_again(asked_at: i64, settled_ms: i64, now: Timestamp) -> Timestamp {
    let passed = (now.0 - asked_at).max(0);
    let end = asked_at.saturating_add(settled_ms).max(now.0);
    Timestamp(now.0.saturating_add(passed.max(1_000)).min(end.saturating_add(1)))
}

/// A connector's fault, for agents.
pub(super) fn again(fault: Fault) -> Turn {
    match fault {
        // No credential mends itself.
        Fault::Refused(why) => Turn::Failed(format!("The shop's system refuses our key for this: {why}")),
        Fault::Busy { retry_after_s } => {
            Turn::Again { why: "The shop's system is busy.".into(), after_s: retry_after_s.or(Some(5)) }
        }
        other => Turn::Again { why: other.to_string(), after_s: None },
    }
}

/// For what only time mends.
pub(super) fn pending_there(why: String, reference: String) -> Turn {
    Turn::Wait { why, reference: Some(reference), ms: LONG_WAIT_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_looked_into_later_and_later_and_ends() {
        let (asked, settled) = (1_000_000, 60_000);
        let mut now = Timestamp(asked + 10_000);
        let mut looks = Vec::new();
        while now.0 - asked < settled {
            now = look_again(asked, settled, now);
            looks.push(now.0 - asked);
        }
        assert_eq!(looks, [20_000, 40_000, 60_001]);
        // At once after it was asked, and where a clock went back.
        assert_eq!(look_again(asked, settled, Timestamp(asked)).0, asked + 1_000);
        assert_eq!(look_again(asked, settled, Timestamp(asked - 5_000)).0, asked - 4_000);
    }

    #[test]
    fn what_no_time_mends_fails_at_once() {
        assert!(matches!(again(Fault::Refused("FORBIDDEN".into())), Turn::Failed(_)));
        assert!(matches!(again(Fault::Busy { retry_after_s: Some(7) }), Turn::Again { after_s: Some(7), .. }));
        assert!(matches!(again(Fault::Unreachable("x".into())), Turn::Again { .. }));
    }
}
