//! What a return makes happen outside of our tables: noted and booked in at the shop's system, paid back, told by mail.
//!
//! An effect is asked for inside the transaction that decides it, and done by a job of the same id. That id is the one key
//! for ever: asked for twice it is one effect, and whoever does it looks for its trace before doing it ([`run`]). What
//! cannot be done ends as failed, with a reason for an agent, who may retry it or confirm that it was done by hand.

mod engine;
mod label;
mod mails;
mod run;
mod settle;
pub mod store;
pub mod till;

pub use label::provider;
pub use run::run;
pub use settle::{Confirmed, confirm, retry};
pub use store::{EffectRow, of_return};

use crate::{
    db::{self, Tx},
    jobs::{self, NewJob, job_id},
};
use aftercart_shared::{
    ids::{OrderId, ReturnId, SiteId},
    locale::Locale,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

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
    /// What gift cards had paid is put back onto them.
    GiftCard = "gift_card",
    /// Goods in place of goods, or the same ones mended.
    Replacement = "replacement",
    /// A carrier's label, for goods that are to be sent.
    Label = "label",
    MailLabel = "mail_label",
    MailApproved = "mail_approved",
    MailReceived = "mail_received",
    MailRefunded = "mail_refunded",
    MailRefused = "mail_refused",
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
#[derive(Clone, Debug)]
pub struct NewEffect {
    pub return_id: ReturnId,
    pub order_id: OrderId,
    pub kind: EffectKind,
    /// Tells apart several of one kind for one return; empty for the only one. The same part again is the same effect,
    /// for ever.
    pub part: String,
    /// In the minor unit of the return's currency; of refunds and store credit, and of the mails about them.
    pub amount: Option<i64>,
    pub about: About,
}

/// What doing it needs to know of the return, as it was when it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// `R-7K2M9Q`
    pub number: String,
    /// The shopper's.
    pub locale: Locale,
    /// The pieces that this effect is about.
    pub pieces: Vec<AboutPiece>,
    /// Sentences for the shopper: what she does next, or why it was refused.
    #[serde(default)]
    pub says: Vec<String>,
    /// Where she sees it; without it a mail leads to the return by its code.
    #[serde(default)]
    pub link: Option<String>,
    /// The money is store credit.
    #[serde(default)]
    pub store_credit: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutPiece {
    /// The order line's id, which is the shop's system's own.
    pub line: String,
    pub title: String,
    pub quantity: i64,
    /// What is sent in its place, where that is not the very same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
}

/// Another variant of the same product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// The shop's system's own id.
    pub variant: String,
    #[serde(default)]
    pub sku: Option<String>,
    /// `olive · M`
    pub words: String,
}

impl NewEffect {
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
    NewJob { site: site.clone(), kind: kind.name(), key: job_key(return_id, part), payload: "null".into(), run_at: now }
}
