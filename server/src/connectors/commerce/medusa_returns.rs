//! Returns in Medusa: several requests each, of which every one may be the last whose answer is heard. So after each one
//! its records are read anew, and what is still missing there is asked for next.
//!
//! The return carries our key in its metadata, and each change of the order in its internal note. No shipping method is
//! added: Medusa would charge for it, and postage is in our sum already.

use super::{
    super::outgoing::{Answer, Fault},
    medusa::Medusa,
    returning::{Act, GiveBack, Goods, Journal, Piece, Returning, Setback, about_to, bears, mark, no, read},
    signature::is_id,
};
use crate::orders::import::fields::Scalar;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const RETURN: &str = "id,order_id,status,metadata,canceled_at,*items";
const CHANGE: &str = "id,return_id,status,change_type,internal_note,actions.action,actions.details";
/// More steps than any act has: each of them moves on, or the loop ends.
const STEPS: usize = 6;

#[derive(Deserialize)]
struct Returns {
    returns: Vec<Return>,
}

#[derive(Deserialize)]
struct Return {
    id: String,
    order_id: String,
    status: String,
    metadata: Option<Value>,
    canceled_at: Option<String>,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    item_id: String,
    quantity: Scalar,
    received_quantity: Option<Scalar>,
}

#[derive(Deserialize)]
struct Changes {
    order_changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    return_id: Option<String>,
    status: String,
    change_type: Option<String>,
    internal_note: Option<String>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct Action {
    action: String,
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    reference_id: Option<String>,
    quantity: Option<Scalar>,
}

/// How many pieces of which line.
type Pieces = BTreeMap<String, i64>;

/// What Medusa's records say of an order's returns now.
struct Seen {
    returns: Vec<Return>,
    changes: Vec<Change>,
}

/// What is to be asked for next.
enum Step {
    Done(String),
    /// Under this key.
    Create(String),
    AddItems(String, Pieces),
    Request(String),
    Receive(String),
    AddReceived(String, Pieces),
    Confirm(String),
    Cancel(String),
}

impl Change {
    fn is_active(&self) -> bool {
        matches!(self.status.as_str(), "pending" | "requested")
    }

    fn pieces(&self, action: &str) -> Pieces {
        let mut pieces = Pieces::new();
        let own = self.actions.iter().filter(|a| a.action == action).filter_map(|a| a.details.as_ref());
        for details in own {
            if let (Some(line), Some(quantity)) = (&details.reference_id, details.quantity.as_ref().and_then(whole)) {
                *pieces.entry(line.clone()).or_default() += quantity;
            }
        }
        pieces
    }
}

impl Return {
    /// Whose it is.
    fn key(&self) -> Option<&str> {
        self.metadata.as_ref()?.get("aftercart")?.as_str()
    }
}

fn whole(number: &Scalar) -> Option<i64> {
    number.0.parse().ok()
}

fn wanted(pieces: &[Piece]) -> Pieces {
    let mut wanted = Pieces::new();
    for piece in pieces {
        *wanted.entry(piece.line.clone()).or_default() += piece.quantity;
    }
    wanted
}

/// What of `wanted` is not among `there`.
///
/// # Errors
/// When there is something else: a person has changed it.
fn missing(wanted: &Pieces, there: &Pieces) -> Result<Pieces, Setback> {
    if there.iter().any(|(line, quantity)| *quantity > wanted.get(line).copied().unwrap_or(0)) {
        return Err(Setback::No("its return holds other items than ours: somebody has changed it in Medusa".into()));
    }
    let missing = wanted.iter().map(|(line, quantity)| (line.clone(), quantity - there.get(line).unwrap_or(&0)));
    Ok(missing.filter(|(_, quantity)| *quantity > 0).collect())
}

impl Seen {
    /// The return under one of these keys that has not been called off.
    fn standing(&self, keys: &[&str]) -> Option<&Return> {
        let standing = |r: &&Return| r.canceled_at.is_none() && r.status != "canceled";
        self.returns.iter().filter(standing).find(|r| r.key().is_some_and(|key| keys.contains(&key)))
    }

    /// An order takes one change at a time: while somebody edits it, nothing of ours can begin.
    fn busy(&self) -> Result<(), Setback> {
        if self.changes.iter().any(Change::is_active) {
            return Err(Setback::Fault(Fault::Busy { retry_after_s: None }));
        }
        Ok(())
    }

    /// Towards a return that has been asked for.
    fn towards_return(&self, goods: &Goods) -> Result<Step, Setback> {
        if self.standing(&[&goods.return_key]).is_none() && self.returns.iter().any(|r| r.key() == Some(&goods.return_key)) {
            return Err(Setback::No("its return was cancelled in Medusa".into()));
        }
        self.towards(goods, &[&goods.return_key])
    }

    fn towards(&self, goods: &Goods, keys: &[&str]) -> Result<Step, Setback> {
        let Some(own) = self.standing(keys) else {
            // The first key of which there is none: a cancelled one keeps its own.
            let free = keys.iter().find(|key| !self.returns.iter().any(|r| r.key() == Some(key)));
            let free = free.ok_or_else(|| Setback::No("its return was cancelled in Medusa".into()))?;
            return self.busy().map(|()| Step::Create((*free).to_owned()));
        };
        if matches!(own.status.as_str(), "requested" | "received" | "partially_received") {
            return Ok(Step::Done(own.id.clone()));
        }
        let change = self.changes.iter().find(|c| c.is_active() && c.return_id.as_ref() == Some(&own.id));
        let Some(change) = change else {
            return Err(Setback::No("its return is half made and was closed in Medusa: look at it there".into()));
        };
        let missing = missing(&wanted(&goods.pieces), &change.pieces("RETURN_ITEM"))?;
        Ok(if missing.is_empty() { Step::Request(own.id.clone()) } else { Step::AddItems(own.id.clone(), missing) })
    }

    /// Towards a return whose pieces have been booked in.
    fn towards_receipt(&self, goods: &Goods) -> Result<Step, Setback> {
        // It may have been called off, because it was late, and come after all: then this makes one of its own.
        let keys = [goods.return_key.as_str(), goods.key.as_str()];
        let own = match self.towards(goods, &keys)? {
            Step::Done(_) => self.standing(&keys),
            other => return Ok(other),
        };
        let own = own.ok_or_else(|| Setback::No("its return is gone from Medusa".into()))?;
        let ours = |c: &&Change| {
            c.return_id.as_ref() == Some(&own.id)
                && c.change_type.as_deref() == Some("return_receive")
                && bears(c.internal_note.as_deref(), &goods.key)
        };
        let ours = self.changes.iter().filter(ours);
        let wanted = wanted(&goods.pieces);
        let mut active = None;
        for change in ours {
            match change.status.as_str() {
                "confirmed" => return Ok(Step::Done(own.id.clone())),
                _ if change.is_active() => active = Some(change),
                _ => {}
            }
        }
        if let Some(change) = active {
            let missing = missing(&wanted, &change.pieces("RECEIVE_RETURN_ITEM"))?;
            return Ok(if missing.is_empty() {
                Step::Confirm(own.id.clone())
            } else {
                Step::AddReceived(own.id.clone(), missing)
            });
        }
        let open = |line: &str| -> i64 {
            let items = own.items.iter().filter(|item| item.item_id == line);
            items.filter_map(|i| Some(whole(&i.quantity)? - i.received_quantity.as_ref().and_then(whole).unwrap_or(0))).sum()
        };
        if wanted.iter().any(|(line, quantity)| *quantity > open(line)) {
            return Err(Setback::No("Medusa waits for fewer pieces in this return than have come back".into()));
        }
        self.busy().map(|()| Step::Receive(own.id.clone()))
    }

    /// Towards no return at all.
    fn towards_none(&self, goods: &Goods) -> Result<Step, Setback> {
        match self.standing(&[&goods.return_key]) {
            None => Ok(Step::Done(String::new())),
            Some(own) if own.status == "requested" => Ok(Step::Cancel(own.id.clone())),
            Some(_) => Err(Setback::No("its return has gone on in Medusa: call it off there".into())),
        }
    }
}

impl Step {
    /// As the journal knows it.
    fn name(&self) -> &'static str {
        match self {
            Step::Done(_) => "done",
            Step::Create(_) => "create",
            Step::AddItems(..) => "add items",
            Step::Request(_) => "request",
            Step::Receive(_) => "receive",
            Step::AddReceived(..) => "add received",
            Step::Confirm(_) => "confirm",
            Step::Cancel(_) => "cancel",
        }
    }
}

impl Medusa {
    async fn records(&self, order: &str) -> Result<Seen, Setback> {
        if !is_id(order) {
            return Err(Setback::No("the order's id is none of Medusa's".into()));
        }
        let query = [("order_id", order), ("fields", RETURN), ("limit", "200")];
        let body = read(|| async { self.get("/admin/returns", &query).await?.ok() }).await?;
        let list: Returns = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("returns", &e))?;
        let path = format!("/admin/orders/{order}/changes");
        let body = read(|| async { self.get(&path, &[("fields", CHANGE)]).await?.ok() }).await?;
        let changes: Changes = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("changes", &e))?;
        // A filter that was ignored would show everybody's.
        let returns = list.returns.into_iter().filter(|r| r.order_id == order && is_id(&r.id)).collect();
        Ok(Seen { returns, changes: changes.order_changes })
    }

    /// Where the goods were sent from: there they come back to stock.
    async fn warehouse(&self, order: &str) -> Result<Option<String>, Setback> {
        #[derive(Deserialize)]
        struct One {
            order: Order,
        }
        #[derive(Deserialize)]
        struct Order {
            #[serde(default)]
            fulfillments: Vec<Fulfillment>,
        }
        #[derive(Deserialize)]
        struct Fulfillment {
            location_id: Option<String>,
            canceled_at: Option<String>,
        }
        let path = format!("/admin/orders/{order}");
        let query = [("fields", "id,fulfillments.location_id,fulfillments.canceled_at")];
        let body = read(|| async { self.get(&path, &query).await?.ok() }).await?;
        let one: One = serde_json::from_slice(&body).map_err(|e| Fault::unreadable("an order", &e))?;
        let mut sent = one.order.fulfillments.into_iter().filter(|f| f.canceled_at.is_none());
        Ok(sent.find_map(|f| f.location_id))
    }

    async fn walk(
        &self,
        goods: &Goods,
        journal: &dyn Journal,
        towards: fn(&Seen, &Goods) -> Result<Step, Setback>,
    ) -> Result<Act, Setback> {
        let mut asked = None;
        for _ in 0..=STEPS {
            let step = towards(&self.records(&goods.order).await?, goods)?;
            if let Step::Done(id) = step {
                return Ok(Act::Done { reference: id });
            }
            // It said yes and nothing moved: asking again could do it twice.
            if asked == Some(step.name()) {
                return Err(Setback::No(format!("Medusa took \"{}\" and shows nothing of it: look there", step.name())));
            }
            let location = match step {
                Step::Create(_) => self.warehouse(&goods.order).await?,
                _ => None,
            };
            about_to(journal, step.name()).await?;
            asked = Some(step.name());
            let (path, body) = request(&step, goods, location);
            heard(self.post(&path, &body).await?)?;
        }
        Err(Setback::No("Medusa's return does not come to an end: look there".into()))
    }
}

fn request(step: &Step, goods: &Goods, location: Option<String>) -> (String, Value) {
    let items = |pieces: &Pieces| -> Value {
        let item = |(id, quantity): (&String, &i64)| json!({ "id": id, "quantity": quantity });
        json!({ "items": pieces.iter().map(item).collect::<Vec<_>>() })
    };
    match step {
        Step::Create(key) => {
            let mut body = json!({
                "order_id": goods.order,
                "metadata": { "aftercart": key, "number": goods.number },
                "internal_note": mark(&goods.number, key),
            });
            // A null is refused.
            if let Some(location) = location {
                body["location_id"] = location.into();
            }
            ("/admin/returns".into(), body)
        }
        Step::AddItems(id, pieces) => (format!("/admin/returns/{id}/request-items"), items(pieces)),
        Step::Done(id) | Step::Request(id) => (format!("/admin/returns/{id}/request"), json!({})),
        Step::Receive(id) => {
            (format!("/admin/returns/{id}/receive"), json!({ "internal_note": mark(&goods.number, &goods.key) }))
        }
        Step::AddReceived(id, pieces) => (format!("/admin/returns/{id}/receive-items"), items(pieces)),
        Step::Confirm(id) => (format!("/admin/returns/{id}/receive/confirm"), json!({})),
        Step::Cancel(id) => (format!("/admin/returns/{id}/cancel"), json!({})),
    }
}

/// What an answer to a change says. Medusa takes back what it had begun before it refuses.
pub(super) fn heard(answer: Answer) -> Result<(), Setback> {
    #[derive(Deserialize)]
    struct Said {
        message: Option<String>,
    }
    if !matches!(answer.status, 400 | 404 | 409 | 422) {
        // A yes in another form is none of Medusa's: something between us and it.
        let body = answer.ok()?;
        serde_json::from_slice::<Value>(&body).map_err(|e| Fault::unreadable("an answer", &e))?;
        return Ok(());
    }
    let said = serde_json::from_slice::<Said>(&answer.body).ok().and_then(|said| said.message);
    match said {
        Some(said) if said.contains("existing active order change") => {
            Err(Setback::Fault(Fault::Busy { retry_after_s: None }))
        }
        Some(said) => Err(no("Medusa", &said)),
        // Not its own words: something between us and it.
        None => Err(Setback::Fault(Fault::Garbled(format!("status {}", answer.status)))),
    }
}

impl Returning for Medusa {
    fn create_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.walk(goods, journal, Seen::towards_return))
    }

    fn cancel_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.walk(goods, journal, Seen::towards_none))
    }

    /// Makes the return first where it is not there yet.
    fn receive<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.walk(goods, journal, Seen::towards_receipt))
    }

    fn refund<'a>(&'a self, back: &'a GiveBack, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>> {
        Box::pin(self.give_back(back, journal))
    }
}
