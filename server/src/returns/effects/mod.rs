//! What a return makes happen outside of our tables: noted and booked in at the shop's system, paid back, told by mail.
//!
//! An effect is asked for inside the transaction that decides it, and done by a job of the same id. That id is the one key
//! for ever: asked for twice it is one effect, and whoever does it looks for its trace before doing it ([`run`]). What
//! cannot be done ends as failed, with a reason for an agent, who may retry it or confirm that it was done by hand.

mod engine;
mod mails;
mod run;
mod settle;
pub mod store;
pub mod subject_store;
pub mod till;

pub use run::run;
pub use settle::{Confirmed, confirm, retry};
pub use store::EffectRow;

use crate::{
    db::{self, Tx},
    jobs::{self, NewJob, job_id},
    returns::record::ReturnRow,
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    time::Timestamp,
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// Everything that can be asked for; the name is also the kind of its job.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EffectKind { $($(#[$doc])* $kind,)+ }

        impl EffectKind {
            pub const ALL: &'static [EffectKind] = &[$(EffectKind::$kind,)+];

            pub fn name(self) -> &'static str {
                match self { $(EffectKind::$kind => $name,)+ }
            }

            pub fn parse(name: &str) -> Option<EffectKind> {
                EffectKind::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

kinds! {
    /// The shop's own system knows that goods will come.
    EngineReturn = "engine_return",
    /// They will not after all.
    EngineCancel = "engine_cancel",
    /// They have been counted, and are booked in there.
    EngineReceive = "engine_receive",
    /// Money goes back to what paid.
    Refund = "refund",
    StoreCredit = "store_credit",
    /// Goods in place of goods, or the same ones mended.
    Replacement = "replacement",
    MailRequested = "mail_requested",
    MailApproved = "mail_approved",
    MailRefused = "mail_refused",
    MailCancelled = "mail_cancelled",
    MailExpired = "mail_expired",
    MailReceived = "mail_received",
    MailRejected = "mail_rejected",
    MailRefunded = "mail_refunded",
    MailReplaced = "mail_replaced",
}

impl EffectKind {
    /// What of the same return must have been done before it. A shop's system that has not booked the goods in would
    /// take a refund for a gift, and show it as owed once more when they are.
    fn waits_for(self) -> &'static [EffectKind] {
        match self {
            EffectKind::EngineCancel => &[EffectKind::EngineReturn],
            EffectKind::EngineReceive => &[EffectKind::EngineReturn, EffectKind::EngineCancel],
            EffectKind::Refund => &[EffectKind::EngineReturn, EffectKind::EngineReceive],
            _ => &[],
        }
    }
}

/// Something that has to happen outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    pub return_id: ReturnId,
    pub kind: EffectKind,
    /// Tells effects of one kind apart; the same part again is the same effect, for ever.
    pub part: String,
    /// In minor units of the return's currency.
    pub amount: Option<i64>,
}

impl NewEffect {
    pub fn of(row: &ReturnRow, kind: EffectKind, part: impl ToString, amount: Option<i64>) -> NewEffect {
        NewEffect { return_id: ReturnId(row.return_id.clone()), kind, part: part.to_string(), amount }
    }

    /// The same for ever.
    pub fn id(&self, site: &SiteId) -> String {
        effect_id(site, self.kind, &self.return_id, &self.part)
    }
}

/// The one key under which it is done.
pub fn effect_id(site: &SiteId, kind: EffectKind, return_id: &ReturnId, part: &str) -> String {
    job_id(site, kind.name(), &job_key(return_id, part))
}

fn job_key(return_id: &ReturnId, part: &str) -> String {
    format!("{return_id}:{part}")
}

/// Asks for it, with the transaction. Asking twice is asking once, even with another amount.
///
/// # Errors
/// The database's.
pub async fn ask(tx: &mut Tx, site: &SiteId, effect: NewEffect, now: Timestamp) -> Result<(), db::Error> {
    if store::insert(tx, site, &effect, now).await? {
        jobs::enqueue(tx, job(site, effect.kind, &effect.return_id, &effect.part, now), now).await?;
    }
    Ok(())
}

fn job(site: &SiteId, kind: EffectKind, return_id: &ReturnId, part: &str, now: Timestamp) -> NewJob {
    NewJob {
        site: site.clone(),
        kind: kind.name(),
        key: job_key(return_id, part),
        payload: "null".into(),
        run_at: now,
    }
}
