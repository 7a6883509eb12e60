//! What a step of a return changes outside: which effects it demands, and what doing them needs to know.

use super::{
    effects::{self, About, AboutPiece, EffectKind, Instead, NewEffect},
    exchange::variant_store,
    kept::Kept,
    kind::Move,
    policy::window::ShopCalendar,
    record::ReturnRow,
    store,
    words::Told,
};
use crate::db::{self, Tx};
use aftercart_shared::{
    ids::{OrderId, SiteId},
    locale::Locale,
    returns::{Method, Resolution},
    time::Timestamp,
};
use serde_json::Value;

/// An effect that a step demands: its kind, its part, and the money it is about.
pub type Demand = (EffectKind, String, Option<i64>);

/// What a step changes outside. There is one refund to a return, for ever: its part is always the same.
pub(super) fn demands(row: &ReturnRow, taken: Move) -> Vec<Demand> {
    use EffectKind::*;
    let once = |kind| (kind, String::new(), row.total);
    // What may happen again after a return was opened anew is told again.
    let again = |kind| (kind, row.last_seq.to_string(), row.total);
    let mut demands = match taken.event {
        "approve" if row.goods_back => vec![once(EngineReturn), again(MailApproved)],
        "approve" if !row.is_money() => vec![again(MailApproved), once(Replacement)],
        "approve" => vec![again(MailApproved)],
        // A new code in the place of one that has expired.
        "reopen" if taken.to == "approved" => vec![again(MailApproved)],
        "refuse" | "reject" => vec![again(MailRefused)],
        "receive" => vec![once(EngineReceive), again(MailReceived)],
        // The shop's system was told that goods would come.
        "cancel" | "expire" if row.goods_back && taken.from != "requested" => vec![again(EngineCancel)],
        "refund_succeed" | "difference_paid" => vec![once(MailRefunded)],
        // The new goods were cheaper: the difference goes back once they have left.
        "send_new" | "send_ahead" if row.total.is_some_and(|total| total > 0) => {
            vec![once(if is_credit(row) { StoreCredit } else { Refund })]
        }
        _ => vec![],
    };
    // One label to a return, for ever: who opens it anew has hers.
    if taken.event == "approve" && row.goods_back && row.method.as_deref() == Some(Method::Label.name()) {
        demands.push((Label, String::new(), None));
    }
    if taken.to == "refunding" && taken.event != "refund_retry" {
        demands.extend(payout(row));
    }
    if row.gift_to.is_some() {
        // The shop's own system might write to the giver: its people book a present in by hand.
        demands.retain(|(kind, ..)| !matches!(kind, EngineReturn | EngineReceive | EngineCancel));
    }
    demands
}

/// Money goes back to what paid: to the payment, and to gift cards what they paid of it. Each is one effect, for ever.
fn payout(row: &ReturnRow) -> Vec<Demand> {
    let one = |kind, amount| (kind, String::new(), amount);
    if is_credit(row) {
        return vec![one(EffectKind::StoreCredit, row.total)];
    }
    let total = row.total.unwrap_or(0);
    let cards = row.sums.as_deref().and_then(Kept::read).map_or(0, |kept| kept.to_gift_cards.clamp(0, total.max(0)));
    match cards {
        0 => vec![one(EffectKind::Refund, row.total)],
        all if all == total => vec![one(EffectKind::GiftCard, Some(all))],
        some => vec![one(EffectKind::Refund, Some(total - some)), one(EffectKind::GiftCard, Some(some))],
    }
}

/// Whether what is paid out is store credit.
fn is_credit(row: &ReturnRow) -> bool {
    let kept = || row.sums.as_deref().and_then(Kept::read);
    row.resolution() == Some(Resolution::StoreCredit) || kept().is_some_and(|kept| kept.as_credit)
}

/// Asks for what is demanded, with what doing it needs to know.
///
/// # Errors
/// The database's.
pub async fn ask(
    tx: &mut Tx,
    site: &SiteId,
    row: &ReturnRow,
    demands: Vec<Demand>,
    note: &Value,
    now: Timestamp,
) -> Result<(), db::Error> {
    if demands.is_empty() {
        return Ok(());
    }
    let calendar = calendar(tx, site).await?;
    let locale = Locale::parse(&row.locale).unwrap_or(Locale::En);
    let exchanges = variant_store::exchanges(tx, site, &row.return_id).await?;
    let instead = |line: &str| {
        let new = exchanges.iter().find(|new| new.line_id == line)?;
        Some(Instead { variant: new.variant_id.clone(), sku: new.sku.clone(), words: new.words(locale) })
    };
    let piece = |line: store::LineRow| AboutPiece {
        instead: instead(&line.line_id),
        quantity: line.received.unwrap_or(line.quantity),
        line: line.line_id,
        title: line.title,
    };
    let pieces: Vec<AboutPiece> = store::lines(tx, site, &row.return_id).await?.into_iter().map(piece).collect();
    let reason = note["reason"].as_str().map(str::to_owned);
    for (kind, part, amount) in demands {
        let told = Told::new(locale, &calendar);
        let says = if kind == EffectKind::MailRefused { reason.iter().cloned().collect() } else { told.next(row) };
        let about = About {
            number: row.number.clone(),
            locale,
            pieces: pieces.clone(),
            says,
            link: None,
            store_credit: is_credit(row),
        };
        let order_id = OrderId(row.order_id.clone());
        effects::ask(tx, site, NewEffect { return_id: row.id(), order_id, kind, part, amount, about }, now).await?;
    }
    Ok(())
}

/// By which the shop counts days.
///
/// # Errors
/// The database's.
pub async fn calendar(tx: &mut Tx, site: &SiteId) -> Result<ShopCalendar, db::Error> {
    let zone = store::time_zone(tx, site).await?;
    Ok(ShopCalendar::of_zone(&zone).unwrap_or_else(ShopCalendar::utc))
}
