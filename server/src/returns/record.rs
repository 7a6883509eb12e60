//! The one way in which a return changes: a step of its machine, written only while it is in the state that the step
//! leaves, with a line in its history and with everything outside that the step demands.

pub use super::kind::Kind;
use super::{
    demands::{self, calendar},
    expire,
    facts::Facts,
    kind::Move,
    news, order_store,
    policy::window::ShopCalendar,
    store::{self, EventRow},
};
use crate::{
    db::{self, Tx},
    jobs,
};
use aftercart_shared::{
    ids::{AgentId, OrderId, ReturnId, SiteId},
    returns::Resolution,
    time::Timestamp,
};
use jiff::ToSpan;
use serde_json::{Value, json};

/// Days in which approved goods must be on their way.
pub const SEND_WITHIN_DAYS: i32 = 14;

/// A return as it stands in the database.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReturnRow {
    pub return_id: String,
    pub number: String,
    pub kind: String,
    pub state: String,
    pub order_id: String,
    pub shopper_id: String,
    pub request_key: String,
    pub request_hash: String,
    pub locale: String,
    pub resolution: String,
    pub method: Option<String>,
    pub goods_back: bool,
    pub currency: String,
    /// JSON: [`super::kept::Kept`].
    pub sums: Option<String>,
    /// What is to be paid out; `None` where nobody knows, or goods are sent instead.
    pub total: Option<i64>,
    pub policy_id: Option<String>,
    pub verdict: String,
    pub comment: Option<String>,
    pub send_by: Option<i64>,
    pub last_seq: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// Whose it is where it is not the buyer's: a proved e-mail address.
    pub gift_to: Option<String>,
}

impl ReturnRow {
    pub fn id(&self) -> ReturnId {
        ReturnId(self.return_id.clone())
    }

    /// # Errors
    /// When it is none that our code writes.
    pub fn kind(&self) -> Result<Kind, db::Error> {
        Kind::parse(&self.kind).ok_or_else(|| db::Error::Corrupt(format!("return {}: kind", self.return_id)))
    }

    pub fn resolution(&self) -> Option<Resolution> {
        Resolution::parse(&self.resolution)
    }

    pub fn is_money(&self) -> bool {
        matches!(self.resolution(), Some(Resolution::Refund | Resolution::KeepItem | Resolution::StoreCredit))
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// By the session's shopper.
    Shopper(String),
    Agent(AgentId),
    /// A rule, a job, a carrier's or an engine's word.
    System,
}

impl Actor {
    fn parts(&self) -> (&'static str, Option<String>) {
        match self {
            Actor::Shopper(id) => ("shopper", Some(id.clone())),
            Actor::Agent(id) => ("agent", Some(id.0.clone())),
            Actor::System => ("system", None),
        }
    }
}

/// What has happened outside, as whoever carries effects out reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The money is paid, or the credit is there.
    RefundSucceeded,
    /// The provider said no for good.
    RefundFailed { reason: String },
    /// Somebody tries it again.
    RefundRetried,
    /// A carrier has scanned the goods for the first time.
    Scanned,
    /// A carrier says that they are with us.
    CarrierDelivered,
    /// The new goods have left.
    ReplacementSent,
}

impl Happened {
    fn event(&self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Happened::RefundSucceeded, _) => "refund_succeed",
            (Happened::RefundFailed { .. }, _) => "refund_fail",
            (Happened::RefundRetried, _) => "refund_retry",
            (Happened::Scanned, _) => "ship",
            (Happened::CarrierDelivered, _) => "carrier_deliver",
            (Happened::ReplacementSent, Kind::Claim) => "replace",
            (Happened::ReplacementSent, _) => "send_new",
        }
    }

    fn note(&self) -> Value {
        match self {
            Happened::RefundFailed { reason } => json!({ "reason": reason }),
            _ => json!({}),
        }
    }
}

/// Writes down what happened outside. `false`: there is no such return, or it cannot happen to it now; the same news
/// twice is news once.
///
/// # Errors
/// The database's.
pub async fn apply(
    tx: &mut Tx,
    site: &SiteId,
    return_id: &ReturnId,
    happened: Happened,
    actor: Actor,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let Some(mut row) = store::by_id(tx, site, return_id).await? else { return Ok(false) };
    if row.kind()? == Kind::Exchange && happened == Happened::RefundSucceeded {
        return difference_paid(tx, site, &mut row, &actor, now).await;
    }
    let event = happened.event(row.kind()?);
    step(tx, site, &mut row, event, &actor, happened.note(), now).await
}

/// The difference of an exchange is paid beside its course: what it waits for is goods.
async fn difference_paid(
    tx: &mut Tx,
    site: &SiteId,
    row: &mut ReturnRow,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let note = json!({ "total": row.total });
    if !remark(tx, site, row, "difference_paid", actor, note.clone(), now).await? {
        return Ok(false);
    }
    let told = Move { from: "", event: "difference_paid", to: "" };
    demands::ask(tx, site, row, demands::demands(row, told), &note, now).await?;
    Ok(true)
}

/// Stores a new record in its machine's first state.
///
/// # Errors
/// [`db::Error::Conflict`] when its number or key is taken.
pub async fn begin(
    tx: &mut Tx,
    site: &SiteId,
    row: &ReturnRow,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), db::Error> {
    store::insert(tx, site, row).await?;
    let asked = Move { from: "", event: "submit", to: row.kind()?.start() };
    write_down(tx, site, row, asked, actor, &json!({}), now).await
}

/// Takes one step, and whatever follows by itself. `false`: the machine has no such step from here, somebody was quicker,
/// or the pieces that it would take up again are gone. `row` is brought up to date.
///
/// # Errors
/// The database's.
pub async fn step(
    tx: &mut Tx,
    site: &SiteId,
    row: &mut ReturnRow,
    event: &str,
    actor: &Actor,
    note: Value,
    now: Timestamp,
) -> Result<bool, db::Error> {
    if !one(tx, site, row, event, actor, &note, now).await? {
        return Ok(false);
    }
    while let Some(next) = follows(row)? {
        if !one(tx, site, row, next, &Actor::System, &json!({}), now).await? {
            break;
        }
    }
    Ok(true)
}

/// What needs nobody any more.
fn follows(row: &ReturnRow) -> Result<Option<&'static str>, db::Error> {
    Ok(match (row.kind()?, row.state.as_str()) {
        (Kind::Return, "approved") if !row.goods_back => Some("refund_without_goods"),
        (Kind::Claim, "approved") if row.is_money() => Some("refund"),
        (Kind::Exchange, "approved") => Some("reserve"),
        _ => None,
    })
}

async fn one(
    tx: &mut Tx,
    site: &SiteId,
    row: &mut ReturnRow,
    event: &str,
    actor: &Actor,
    note: &Value,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let Some(taken) = row.kind()?.take(&row.state, event) else { return Ok(false) };
    // Who takes up again what was given free must find it free.
    if !row.kind()?.holds_pieces(taken.from)
        && row.kind()?.holds_pieces(taken.to)
        && !pieces_free(tx, site, row).await?
    {
        return Ok(false);
    }
    let Some(seq) = store::step(tx, site, &row.return_id, taken.from, taken.to, now).await? else { return Ok(false) };
    (row.state, row.last_seq, row.updated_at) = (taken.to.to_owned(), seq, now.0);
    write_down(tx, site, row, taken, actor, note, now).await?;
    if taken.to == "approved" && row.goods_back {
        let send_by = send_by(&calendar(tx, site).await?, now);
        store::set_send_by(tx, site, &row.return_id, send_by).await?;
        row.send_by = Some(send_by.0);
        jobs::enqueue(tx, expire::job(site, &row.id(), send_by), now).await?;
    }
    demands::ask(tx, site, row, demands::demands(row, taken), note, now).await?;
    Ok(true)
}

/// Whether the pieces of a return that has ended are in no other, nor refunded by the shop since.
///
/// # Errors
/// The database's.
pub async fn pieces_free(tx: &mut Tx, site: &SiteId, row: &ReturnRow) -> Result<bool, db::Error> {
    let order = OrderId(row.order_id.clone());
    // The order first, as whoever submits does it; then nobody counts pieces beside us.
    order_store::hold(tx, site, &order).await?;
    let Some(order) = order_store::any(tx, site, &order).await? else { return Ok(false) };
    let facts = Facts::read(tx, site, order, Some(&row.id())).await?;
    let lines = store::lines(tx, site, &row.return_id).await?;
    let left = |line: &store::LineRow| facts.place(&line.line_id).map_or(0, |place| facts.left(place));
    Ok(lines.iter().all(|line| line.received.unwrap_or(line.quantity) <= left(line)))
}

/// The last moment of the last day by the shop's calendar.
fn send_by(calendar: &ShopCalendar, now: Timestamp) -> Timestamp {
    let day_after = calendar.date(now).saturating_add((SEND_WITHIN_DAYS + 1).days());
    calendar.moment(day_after.at(0, 0, 0, 0)).plus_ms(-1)
}

async fn write_down(
    tx: &mut Tx,
    site: &SiteId,
    row: &ReturnRow,
    taken: Move,
    actor: &Actor,
    note: &Value,
    now: Timestamp,
) -> Result<(), db::Error> {
    let (actor_kind, actor_id) = actor.parts();
    let event = EventRow {
        seq: row.last_seq,
        at: now.0,
        actor_kind: actor_kind.to_owned(),
        actor_id,
        event: taken.event.to_owned(),
        from_state: taken.from.to_owned(),
        to_state: taken.to.to_owned(),
        note: note.to_string(),
    };
    store::insert_event(tx, site, &row.return_id, &event).await?;
    news::written(tx, site, row, &event, now).await
}

/// Writes down an act that changes no state: a sum adjusted.
///
/// # Errors
/// The database's.
pub async fn remark(
    tx: &mut Tx,
    site: &SiteId,
    row: &mut ReturnRow,
    event: &'static str,
    actor: &Actor,
    note: Value,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let state = row.state.clone();
    let Some(seq) = store::step(tx, site, &row.return_id, &state, &state, now).await? else { return Ok(false) };
    (row.last_seq, row.updated_at) = (seq, now.0);
    let (actor_kind, actor_id) = actor.parts();
    let event = EventRow {
        seq,
        at: now.0,
        actor_kind: actor_kind.to_owned(),
        actor_id,
        event: event.to_owned(),
        from_state: state.clone(),
        to_state: state,
        note: note.to_string(),
    };
    store::insert_event(tx, site, &row.return_id, &event).await?;
    news::written(tx, site, row, &event, now).await?;
    Ok(true)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::returns::state::{ClaimState, ExchangeState, Named, ReturnState};

    /// A name that no machine has would make its step impossible in silence.
    #[test]
    fn every_event_that_is_named_here_is_one_of_a_machine() {
        let mut all = vec!["approve", "refuse", "cancel", "expire", "receive", "reject", "reopen", "refund_received"];
        all.extend(["reserve", "refund", "refund_without_goods"]);
        let news = [
            Happened::RefundSucceeded,
            Happened::RefundFailed { reason: String::new() },
            Happened::RefundRetried,
            Happened::Scanned,
            Happened::CarrierDelivered,
            Happened::ReplacementSent,
        ];
        let kinds = [Kind::Return, Kind::Exchange, Kind::Claim];
        all.extend(news.iter().flat_map(|news| kinds.map(|kind| news.event(kind))));
        let states: Vec<&str> = ReturnState::ALL
            .iter()
            .map(|state| state.name())
            .chain(ExchangeState::ALL.iter().map(|state| state.name()))
            .chain(ClaimState::ALL.iter().map(|state| state.name()))
            .collect();
        for event in all {
            let possible = kinds.iter().any(|kind| states.iter().any(|state| kind.can(state, event)));
            assert!(possible, "{event}");
        }
        for state in
            ["approved", "reserved", "refunding", "refused", "cancelled", "expired", "rejected", "refund_failed"]
        {
            assert!(states.contains(&state), "{state}");
        }
    }

    #[test]
    fn goods_may_be_sent_until_the_end_of_the_fourteenth_day() {
        let shanghai = ShopCalendar::of_zone("Asia/Shanghai").unwrap();
        // 2026-11-21T18:00 there; the last moment of 5 December.
        let by = send_by(&shanghai, Timestamp(1_795_255_200_000));
        assert_eq!(by, Timestamp(1_796_486_399_999));
    }
}
