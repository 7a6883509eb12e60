//! What a return makes happen outside of our tables: asked for inside the transaction that decides it, and done by a job
//! of the same id. That id is the one key for ever: asked for twice it is one effect.

use crate::{
    db::{self, Tx},
    jobs::{self, NewJob},
};
use aftercart_shared::{
    ids::{OrderId, ReturnId, SiteId},
    locale::Locale,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Everything that can be asked for; the name is also the kind of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EffectKind {
    /// The return is made in the shop's system.
    EngineReturn,
    /// Its goods are booked in there.
    EngineReceive,
    /// Money goes back to what paid.
    Refund,
    StoreCredit,
    /// The same goods, or others, are sent.
    Replacement,
    MailApproved,
    MailReceived,
    MailRefunded,
    MailRefused,
}

impl EffectKind {
    pub fn name(self) -> &'static str {
        match self {
            EffectKind::EngineReturn => "engine_return",
            EffectKind::EngineReceive => "engine_receive",
            EffectKind::Refund => "refund",
            EffectKind::StoreCredit => "store_credit",
            EffectKind::Replacement => "replacement",
            EffectKind::MailApproved => "mail_approved",
            EffectKind::MailReceived => "mail_received",
            EffectKind::MailRefunded => "mail_refunded",
            EffectKind::MailRefused => "mail_refused",
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct NewEffect {
    pub return_id: ReturnId,
    pub order_id: OrderId,
    pub kind: EffectKind,
    /// Tells apart several of one kind for one return. Empty for the only one.
    pub part: String,
    /// In the minor unit of the order's currency; of refunds and store credit, and of the mails about them.
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
    /// Where she sees it; without it mails have no button.
    #[serde(default)]
    pub link: Option<String>,
    /// Of a mail: the money is store credit.
    #[serde(default)]
    pub store_credit: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutPiece {
    /// The order line's id, which is the shop's system's own.
    pub line: String,
    pub title: String,
    pub quantity: i64,
}

/// Asks for it, with the transaction. Asking again, even with other words or amounts, changes nothing.
///
/// # Errors
/// The database's.
pub async fn ask(tx: &mut Tx, site: &SiteId, effect: NewEffect, now: Timestamp) -> Result<(), db::Error> {
    let payload = serde_json::json!({ "amount": effect.amount, "about": effect.about }).to_string();
    let key = format!("{}:{}", effect.return_id, effect.part);
    let job = NewJob { site: site.clone(), kind: effect.kind.name(), key, payload, run_at: now };
    jobs::enqueue(tx, job, now).await.map(|_| ())
}
