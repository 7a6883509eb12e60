//! Refunds in Medusa, in major units. Our mark stands in the refund's note.
//!
//! Medusa writes a refund down, then asks its payment provider, and strikes the refund out again if that says no. So
//! while an earlier question may still be under way, a refund counts only once the order's own books have it too.

use super::{
    super::outgoing::Fault,
    amount, give_back,
    give_back::{Next, Paid},
    medusa::Medusa,
    medusa_returns::heard,
    returning::{Act, GiveBack, Journal, Setback, about_to, bears, mark, read},
    signature::is_id,
};
use crate::orders::import::fields::{self, Scalar};
use aftercart_shared::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const FIELDS: &str = "id,currency_code,*payment_collections.payments,*payment_collections.payments.captures,\
*payment_collections.payments.refunds,*transactions";

#[derive(Deserialize)]
struct One {
    order: Order,
}

#[derive(Deserialize)]
struct Order {
    id: String,
    currency_code: String,
    #[serde(default)]
    payment_collections: Vec<Collection>,
    #[serde(default)]
    transactions: Vec<Transaction>,
}

#[derive(Deserialize)]
struct Collection {
    #[serde(default)]
    payments: Vec<Payment>,
}

#[derive(Deserialize)]
struct Payment {
    id: String,
    #[serde(default)]
    captures: Vec<Sum>,
    #[serde(default)]
    refunds: Vec<Sum>,
}

/// A capture or a refund.
#[derive(Deserialize)]
struct Sum {
    id: String,
    amount: Scalar,
    raw_amount: Option<Exact>,
    note: Option<String>,
}

/// The same amount as a text: the number beside it has been through a float.
#[derive(Deserialize)]
struct Exact {
    value: Scalar,
}

#[derive(Deserialize)]
struct Transaction {
    reference_id: Option<String>,
}

#[derive(Serialize)]
struct Refund {
    amount: Box<RawValue>,
    note: String,
}

/// What the order's payments look like; in the currency's minor unit.
struct Seen {
    paid: Vec<Paid>,
    /// Ids of the refunds with our mark.
    ours: Vec<String>,
    /// Whether the order's own books have all of them.
    booked: bool,
}

impl Sum {
    fn minor(&self, currency: Currency) -> Result<i64, Setback> {
        let text = self.raw_amount.as_ref().map_or(&self.amount, |exact| &exact.value);
        amount::from_major(&text.0, currency)
            .ok_or_else(|| Setback::Fault(Fault::Garbled("an amount of a payment is none".into())))
    }
}

impl Medusa {
    async fn payments(&self, back: &GiveBack) -> Result<Seen, Setback> {
        if !is_id(&back.order) {
            return Err(Setback::No("the order's id is none of Medusa's".into()));
        }
        let path = format!("/admin/orders/{}", back.order);
        let body = read(|| async { self.get(&path, &[("fields", FIELDS)]).await?.ok_or_absent() }).await?;
        let body = body.ok_or_else(|| Setback::No("Medusa has no such order any more".into()))?;
        let One { order } = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("an order", &e))?;
        let currency = fields::currency("currency_code", &order.currency_code).ok();
        if order.id != back.order || currency != Some(back.sum.currency) {
            return Err(Setback::Fault(Fault::Garbled("another order than was asked for".into())));
        }
        let currency = back.sum.currency;
        let mut seen = Seen { paid: Vec::new(), ours: Vec::new(), booked: true };
        for payment in order.payment_collections.into_iter().flat_map(|c| c.payments).filter(|p| is_id(&p.id)) {
            let mut paid = Paid { id: payment.id, ..Paid::default() };
            for capture in &payment.captures {
                paid.amount += capture.minor(currency)?;
            }
            for refund in payment.refunds {
                let minor = refund.minor(currency)?;
                if bears(refund.note.as_deref(), &back.key) {
                    paid.ours += minor;
                    seen.booked &= order.transactions.iter().any(|t| t.reference_id.as_ref() == Some(&refund.id));
                    seen.ours.push(refund.id);
                } else {
                    paid.others += minor;
                }
            }
            seen.paid.push(paid);
        }
        Ok(seen)
    }

    pub(super) async fn give_back(&self, back: &GiveBack, journal: &dyn Journal) -> Result<Act, Setback> {
        let mut asked = None;
        loop {
            let seen = self.payments(back).await?;
            let next = give_back::next(back.sum.minor, &seen.paid, journal.last())?;
            // The provider may still say no. Past that time the refund itself is believed: its books may lack it for
            // other reasons, and giving it once more would be the greater wrong.
            if !seen.ours.is_empty() && !seen.booked && (journal.fresh() || asked.is_some()) {
                return Err(Setback::InDoubt);
            }
            let Next::Give { payment, amount, step } = next else {
                return Ok(Act::Done { reference: seen.ours.join(", ") });
            };
            if asked == Some(seen.ours.len()) {
                return Err(Setback::No(
                    "Medusa took it and shows nothing of it: look there, then confirm it, or retry".into(),
                ));
            }
            about_to(journal, &step).await?;
            asked = Some(seen.ours.len());
            let major = Money { minor: amount, currency: back.sum.currency }.to_major();
            // Digits and a point: always JSON.
            let amount = RawValue::from_string(major).map_err(|e| Fault::unreadable("our amount", &e))?;
            let refund = Refund { amount, note: mark(&back.number, &back.key) };
            heard(self.post(&format!("/admin/payments/{payment}/refund"), &refund).await?)?;
        }
    }
}
