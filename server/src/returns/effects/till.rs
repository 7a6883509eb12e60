//! The demo's till. Under `--demo` a shop without a system that pays out would leave every refund waiting for a person;
//! there it is paid at once, by nobody, and the outbox page shows it.

use super::{
    EffectKind,
    store::{self, TillRow},
};
use crate::{
    db::{self, Db},
    returns::policy::wording::ServerWording,
};
use aftercart_shared::{
    ids::SiteId,
    locale::Locale,
    money::{Currency, Money},
    returns::Wording,
};

/// As [`super::EffectRow::done_by`].
pub const NAME: &str = "till";

/// One line of its roll.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Paid {
    pub effect_id: String,
    /// `refund`, `store_credit` or `gift_card`.
    pub kind: String,
    /// `R-7K2M9Q`
    pub number: String,
    /// `£12.95`
    pub amount: String,
    /// In the minor unit of `currency`.
    pub minor: i64,
    pub currency: String,
    pub receipt: String,
    pub at: i64,
}

/// What the till calls a payment.
pub fn receipt(effect_id: &str) -> String {
    format!("till-{}", effect_id.get(..8).unwrap_or(effect_id))
}

/// The latest payments, newest first.
///
/// # Errors
/// The database's.
pub async fn roll(db: &Db, site: &SiteId, most: i64) -> Result<Vec<Paid>, db::Error> {
    let rows = store::by_till(db, site, most).await?;
    Ok(rows.into_iter().filter_map(paid).collect())
}

fn paid(row: TillRow) -> Option<Paid> {
    let currency = Currency::parse(&row.currency)?;
    let minor = row.amount?;
    Some(Paid {
        receipt: receipt(&row.effect_id),
        effect_id: row.effect_id,
        kind: row.kind,
        number: row.number,
        amount: ServerWording(Locale::En).money(Money { minor, currency }),
        minor,
        currency: currency.code().to_owned(),
        at: row.updated_at,
    })
}

impl Paid {
    /// For the page, in both languages.
    pub fn says(&self) -> String {
        if self.kind == EffectKind::StoreCredit.name() {
            format!("Store credit given: {} · 已发放购物金", self.amount)
        } else if self.kind == EffectKind::GiftCard.name() {
            format!("Put back onto the gift card: {} · 已退回礼品卡", self.amount)
        } else {
            format!("Refund paid out: {} · 已退款", self.amount)
        }
    }
}
