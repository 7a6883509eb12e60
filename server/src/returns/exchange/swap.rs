//! A shopper's choice: which variant for which line, checked against what there is, and what it comes to.

use super::{
    look_up::{LookedUp, of_line},
    variant_store::{self as store, ExchangeRow},
    weigh::{Candidate, Chance, weigh},
};
use crate::{
    app::App,
    db::{Fetch, Tx},
    error::Error,
    returns::{
        assess::{Assessed, Offer},
        facts::Facts,
        kept::{Kept, NewGoods},
        money::{DeliveryCharge, Part, Terms, refund},
        policy::wording::ServerWording,
    },
    sites::Site,
};
use aftercart_shared::{
    api::returns::{AskedLine, VariantOf},
    error::ErrorCode,
    ids::SiteId,
    locale::Locale,
    money::Money,
    returns::{Percent, Resolution, Wording},
    time::Timestamp,
};
use serde_json::json;

/// One line's wish, with what was looked up for it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its place in [`Facts::lines`].
    pub place: usize,
    pub quantity: i64,
    pub variant: String,
    pub found: LookedUp,
}

/// One line's wish that can be granted.
#[derive(Clone, Debug)]
pub struct Swap {
    pub place: usize,
    pub quantity: i64,
    pub source: String,
    pub candidate: Candidate,
}

/// Looks up what was chosen. Slow: a platform is asked, so never inside a transaction.
///
/// # Errors
/// What is wrong with the request; [`Error::VariantsUnavailable`].
pub async fn look_up(
    app: &App,
    site: &Site,
    facts: &Facts,
    lines: &[AskedLine],
    chosen: &[VariantOf],
) -> Result<Vec<Wanted>, Error> {
    check(lines, chosen)?;
    let mut wanted = Vec::with_capacity(chosen.len());
    for one in chosen {
        let Some(place) = facts.place(&one.line) else { continue };
        let quantity = lines.iter().find(|line| line.line == one.line).map_or(0, |line| line.quantity);
        let found = of_line(app, site, facts, place).await?;
        wanted.push(Wanted { place, quantity, variant: one.variant.clone(), found });
    }
    Ok(wanted)
}

/// A variant is of a line that comes back, and there is one of each.
fn check(lines: &[AskedLine], chosen: &[VariantOf]) -> Result<(), Error> {
    for (i, one) in chosen.iter().enumerate() {
        let twice = chosen[..i].iter().any(|other| other.line == one.line);
        if twice || !lines.iter().any(|line| line.line == one.line) {
            let message = "a variant is of a line that comes back, and named once";
            return Err(Error::ruled(ErrorCode::Invalid, format!("variants[{i}].line"), message));
        }
        if one.variant.is_empty() || one.variant.len() > 400 || one.variant.contains('\0') {
            return Err(Error::ruled(ErrorCode::Invalid, format!("variants[{i}].variant"), "no variant has this id"));
        }
    }
    Ok(())
}

/// Weighs what was chosen against what is left now.
///
/// # Errors
/// [`Error::VariantGone`] in the shopper's words; it names the line by its place.
pub async fn weighed<F: Fetch>(
    from: &mut F,
    site: &SiteId,
    facts: &Facts,
    wanted: &[Wanted],
    locale: Locale,
) -> Result<Vec<Swap>, Error> {
    let mut swaps: Vec<Swap> = Vec::with_capacity(wanted.len());
    for (i, one) in wanted.iter().enumerate() {
        let mut held = store::held(from, site, &one.found.source, one.found.told_at).await?;
        // Two lines of this very wish may want the same.
        for other in &swaps {
            if other.source == one.found.source {
                *held.entry(other.candidate.variant.id.clone()).or_default() += other.quantity;
            }
        }
        let candidates = weigh(&one.found.siblings, facts.lines[one.place].unit_price, &held);
        let candidate = candidates.into_iter().find(|candidate| candidate.variant.id == one.variant);
        let field = format!("variants[{i}].variant");
        let wording = ServerWording(locale);
        let Some(candidate) = candidate else {
            let message = wording.texts().exchange_gone().to_owned();
            return Err(Error::VariantGone { field, message });
        };
        match candidate.chance(one.quantity) {
            Chance::Yes | Chance::Perhaps => {}
            Chance::SoldOut | Chance::TooFew(_) => {
                let message = wording.texts().exchange_gone().to_owned();
                return Err(Error::VariantGone { field, message });
            }
            Chance::Dearer(_) | Chance::Unpriced => {
                let money = |minor| Money { minor, currency: facts.order.currency };
                let message = candidate.says(one.quantity, money, &wording).unwrap_or_default();
                return Err(Error::VariantGone { field, message });
            }
        }
        let (place, quantity) = (one.place, one.quantity);
        swaps.push(Swap { place, quantity, source: one.found.source.clone(), candidate });
    }
    Ok(swaps)
}

/// Claims what is wanted and weighs it: whoever comes second counts what the first has taken.
///
/// # Errors
/// As [`weighed`].
pub async fn claimed(
    tx: &mut Tx,
    site: &SiteId,
    facts: &Facts,
    wanted: &[Wanted],
    locale: Locale,
    now: Timestamp,
) -> Result<Vec<Swap>, Error> {
    let mut claims: Vec<(&str, &str)> = wanted.iter().map(|w| (w.found.source.as_str(), w.variant.as_str())).collect();
    claims.sort_unstable();
    claims.dedup();
    for (source, variant) in claims {
        store::claim(tx, site, source, variant, now).await?;
    }
    weighed(tx, site, facts, wanted, locale).await
}

/// What is given and taken: all that was paid for the old goods, less the new ones at the shop's prices of today. `None`
/// until every line has its variant, and where nobody knows what was paid.
///
/// # Errors
/// When the order's sums do not hold together.
pub fn sum(facts: &Facts, assessed: &Assessed, swaps: &[Swap]) -> Result<Option<Kept>, Error> {
    let each = |place: usize| swaps.iter().find(|swap| swap.place == place);
    let whole = assessed.picked.iter().all(|one| each(one.place).is_some());
    if !whole || assessed.picked.iter().any(|one| facts.is_unpriced(one.place)) {
        return Ok(None);
    }
    let part = |one: &crate::returns::assess::Picked| Part {
        line: one.place,
        quantity: one.quantity,
        restocking: Percent::NONE,
    };
    let parts: Vec<Part> = assessed.picked.iter().map(part).collect();
    let terms = Terms { postage: 0, delivery: DeliveryCharge::Kept };
    let worth = refund(&facts.sums, &facts.given, &parts, terms)
        .map_err(|fault| Error::Internal(format!("order {}: {fault}", facts.row.order_id)))?;
    let new_goods = worth.lines.iter().filter_map(|line| {
        let swap = each(line.line)?;
        let back = swap.candidate.back_each().saturating_mul(line.quantity).min(line.paid);
        Some(NewGoods { line: facts.lines[line.line].line_id.clone(), price: line.paid - back })
    });
    let new_goods: Vec<NewGoods> = new_goods.collect();
    let names: Vec<&str> = facts.lines.iter().map(|line| line.line_id.as_str()).collect();
    // A shop that gives no money back gives none for a difference either.
    let as_credit = assessed.offer(Resolution::Refund).is_none();
    let kept = Kept { new_goods, as_credit, ..Kept::new(&worth, Percent::NONE, as_credit, &names) };
    Ok(Some(kept.shared_out()))
}

/// Whether somebody has to look first whether they are there.
pub fn uncertain(swaps: &[Swap]) -> bool {
    swaps.iter().any(|swap| swap.candidate.chance(swap.quantity) == Chance::Perhaps)
}

/// Whether this offer is one for which variants are chosen.
pub fn is_asked(offer: &Offer) -> bool {
    offer.resolution == Resolution::ExchangeVariant
}

impl Swap {
    pub fn row(&self, facts: &Facts) -> ExchangeRow {
        ExchangeRow {
            line_id: facts.lines[self.place].line_id.clone(),
            source: self.source.clone(),
            variant_id: self.candidate.variant.id.clone(),
            sku: self.candidate.variant.sku.clone(),
            options: json!(self.candidate.variant.options).to_string(),
            quantity: self.quantity,
        }
    }
}

impl ExchangeRow {
    /// `olive · M`, else the SKU.
    pub fn words(&self, locale: Locale) -> String {
        let options: Vec<crate::connectors::commerce::OptionValue> =
            serde_json::from_str(&self.options).unwrap_or_default();
        let words = super::weigh::words(&options.iter().map(|option| option.value.get(locale)).collect::<Vec<_>>());
        if words.is_empty() { self.sku.clone().unwrap_or_else(|| self.variant_id.clone()) } else { words }
    }
}
