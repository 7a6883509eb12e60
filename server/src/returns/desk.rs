//! What the shop's people do with a return. Every act is one transaction: checked where the return stands now, written
//! with who did it, or refused as impossible now.

use super::{
    demands,
    effects::EffectKind,
    guard, guard_store,
    kept::{Kept, KeptLine},
    order_store,
    policies::SitePolicies,
    record::{self, Actor, Kind, ReturnRow},
    store::{self, LineRow},
    submit::plain,
};
use crate::{app::App, db::Tx, error::Error, sites::Site};
use aftercart_shared::{
    error::ErrorCode,
    ids::{AgentId, OrderId, ReturnId},
    money::Currency,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// Of a reason or a note, in characters.
const WORDS_MAX: usize = 1_000;

/// In what state a piece came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    AsNew,
    Opened,
    Used,
    Damaged,
    /// It is none of ours, or another one.
    NotOurs,
}

impl Grade {
    pub fn name(self) -> &'static str {
        match self {
            Grade::AsNew => "as_new",
            Grade::Opened => "opened",
            Grade::Used => "used",
            Grade::Damaged => "damaged",
            Grade::NotOurs => "not_ours",
        }
    }
}

/// What came of a line.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Came {
    pub line: String,
    /// From 0 to what was announced.
    pub quantity: i64,
    pub grade: Grade,
    /// Serial number or IMEI, where the goods have one.
    #[serde(default)]
    pub serial: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Act {
    Approve,
    /// Of what was received: not taken back. The shopper reads the reason.
    Refuse {
        reason: String,
    },
    Receive {
        lines: Vec<Came>,
    },
    /// Another total, in minor units, and why.
    Adjust {
        total: i64,
        note: String,
    },
    /// Pays out what was received, or has the new goods sent.
    Refund,
    Reopen,
    /// What held its money back is looked into, and why it may leave all the same.
    Clear {
        note: String,
    },
}

/// Who acts. The second person, for large sums, is somebody else who has shown it by a password.
#[derive(Clone, Debug)]
pub struct By {
    pub agent: AgentId,
    pub second: Option<AgentId>,
}

struct Doing<'t> {
    tx: &'t mut Tx,
    site: Arc<Site>,
    policies: Arc<SitePolicies>,
    row: ReturnRow,
    by: By,
    now: Timestamp,
}

/// # Errors
/// [`Error::ReturnNotFound`], [`Error::NotPossibleNow`], and what is wrong with the request.
pub async fn act(app: &App, site: &Arc<Site>, id: ReturnId, by: By, act: Act) -> Result<ReturnRow, Error> {
    let (site, now) = (site.clone(), app.clock.now());
    let policies = Arc::new(app.policies.of(&app.db, &site.id, &site.time_zone).await?);
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let found = store::by_id(tx, &site.id, &id).await?.ok_or(Error::ReturnNotFound)?;
                // The order first, as whoever submits does it; then nobody counts pieces beside us.
                order_store::hold(tx, &site.id, &OrderId(found.order_id)).await?;
                let row = store::by_id(tx, &site.id, &id).await?.ok_or(Error::ReturnNotFound)?;
                Doing { tx, site, policies, row, by, now }.carry_out(act).await
            })
        })
        .await
}

impl Doing<'_> {
    async fn carry_out(mut self, act: Act) -> Result<ReturnRow, Error> {
        match act {
            Act::Approve => self.approve().await?,
            Act::Refuse { reason } => {
                let event = if self.row.state == "received" { "reject" } else { "refuse" };
                let reason = words(&reason, "reason")?;
                self.step(event, json!({ "reason": reason })).await?;
            }
            Act::Receive { lines } => self.receive(lines).await?,
            Act::Adjust { total, note } => self.adjust(total, &note).await?,
            Act::Refund => self.refund().await?,
            Act::Reopen => self.step("reopen", json!({})).await?,
            Act::Clear { note } => self.clear(&note).await?,
        }
        Ok(self.row)
    }

    /// A step by this agent.
    async fn step(&mut self, event: &str, mut note: Value) -> Result<(), Error> {
        let stood = self.row.state.clone();
        if let Some(second) = &self.by.second {
            note["second"] = json!(second);
        }
        let actor = Actor::Agent(self.by.agent.clone());
        let done = record::step(self.tx, &self.site.id, &mut self.row, event, &actor, note, self.now).await?;
        if !done {
            let message = format!("{event}: impossible while it is {stood}, or its pieces are in another return");
            return Err(Error::NotPossibleNow { message });
        }
        Ok(())
    }

    async fn approve(&mut self) -> Result<(), Error> {
        let leaves_at_once = !self.row.goods_back && self.row.is_money();
        if leaves_at_once && self.row.kind()?.can(&self.row.state, "approve") {
            self.payable().await?;
        }
        self.step("approve", json!({})).await
    }

    /// There is a sum, nothing holds it back, and whoever must agree to it has.
    async fn payable(&mut self) -> Result<(), Error> {
        self.nothing_holds().await?;
        let not = |message: &str| Err(Error::NotPossibleNow { message: message.to_owned() });
        let Some(total) = self.row.total else { return not("nobody knows its sum: adjust it first") };
        if total <= 0 {
            return not("there is nothing to pay out");
        }
        let policy = self.policies.with_id(self.row.policy_id.as_deref());
        let large = Currency::parse(&self.row.currency).is_some_and(|currency| policy.needs_second(total, currency));
        match &self.by.second {
            None if large => {
                Err(Error::ruled(ErrorCode::Required, "second", "a sum as large as this needs a second person"))
            }
            Some(second) if *second == self.by.agent => {
                Err(Error::ruled(ErrorCode::Invalid, "second", "the second person must be another one"))
            }
            _ => Ok(()),
        }
    }

    async fn nothing_holds(&mut self) -> Result<(), Error> {
        let held = guard_store::held(self.tx, &self.site.id, &self.row.return_id).await?;
        if held.is_empty() {
            return Ok(());
        }
        let message = format!("held back ({}): look into it, then clear it or refuse the goods", held.join(", "));
        Err(Error::NotPossibleNow { message })
    }

    async fn clear(&mut self, note: &str) -> Result<(), Error> {
        let note = words(note, "note")?;
        if !guard_store::clear(self.tx, &self.site.id, &self.row.return_id, &self.by.agent, self.now).await? {
            return Err(Error::NotPossibleNow { message: "nothing holds it back".into() });
        }
        self.remark("clear", json!({ "note": note })).await
    }

    async fn receive(&mut self, came: Vec<Came>) -> Result<(), Error> {
        let (site, id) = (self.site.id.clone(), self.row.return_id.clone());
        let lines = store::lines(self.tx, &site, &id).await?;
        check_came(&lines, &came)?;
        for one in &came {
            let serial = one.serial.as_deref().map(plain).filter(|text| !text.is_empty());
            let line = (one.line.as_str(), one.quantity);
            store::received(self.tx, &site, &id, line, one.grade.name(), serial.as_deref()).await?;
        }
        let differs = self.other_serials(&came).await?;
        if !differs.is_empty() {
            guard_store::hold(self.tx, &site, &id, "serial", self.now).await?;
        }
        let mut note = json!({ "lines": came });
        if !differs.is_empty() {
            note["other_serial"] = json!(differs);
        }
        if self.was_paid_at_scan(&lines).await? {
            // The money has left: what came is written down, and booked in at the shop's system.
            self.remark("receive", note).await?;
            let demands = vec![(EffectKind::EngineReceive, String::new(), None)];
            return Ok(demands::ask(self.tx, &site, &self.row, demands, &json!({}), self.now).await?);
        }
        if let Some(kept) = self.row.sums.as_deref().and_then(Kept::read) {
            let counts: Vec<(&str, i64)> = came.iter().map(|one| (one.line.as_str(), one.quantity)).collect();
            self.keep(kept.received(&counts)).await?;
        }
        self.step("receive", note).await
    }

    /// The lines of which another piece came than was sold.
    async fn other_serials(&mut self, came: &[Came]) -> Result<Vec<String>, Error> {
        let sold = order_store::lines(self.tx, &self.site.id, &self.row.order_id).await?;
        let differs = |one: &&Came| {
            let serials = sold.iter().find(|line| line.line_id == one.line).map(order_store::LineRow::serials);
            guard::serial_differs(&serials.unwrap_or_default(), one.serial.as_deref())
        };
        Ok(came.iter().filter(differs).map(|one| one.line.clone()).collect())
    }

    /// Refunded before anybody counted, and not counted since.
    async fn was_paid_at_scan(&mut self, lines: &[LineRow]) -> Result<bool, Error> {
        let paying = matches!(self.row.state.as_str(), "refunding" | "refund_failed" | "refunded");
        if !paying || lines.iter().any(|line| line.received.is_some()) {
            return Ok(false);
        }
        let events = store::events(self.tx, &self.site.id, &self.row.return_id).await?;
        Ok(events.iter().any(|event| event.event == "refund_at_scan"))
    }

    async fn keep(&mut self, kept: Kept) -> Result<(), Error> {
        self.row.sums = Some(kept.json());
        self.row.total = Some(kept.total());
        store::set_sums(self.tx, &self.site.id, &self.row.return_id, self.row.sums.as_deref(), self.row.total).await?;
        Ok(())
    }

    async fn adjust(&mut self, total: i64, note: &str) -> Result<(), Error> {
        let note = words(note, "note")?;
        let stood = self.row.state.clone();
        // As long as no money is on its way.
        let before = ["requested", "open", "awaiting_evidence", "approved", "in_transit", "arrived", "received"];
        if !self.row.is_money() || !before.contains(&stood.as_str()) {
            return Err(Error::NotPossibleNow { message: format!("adjust: impossible while it is {stood}") });
        }
        let known = self.row.sums.as_deref().and_then(Kept::read);
        if total < 0 || known.as_ref().is_some_and(|kept| total > kept.most()) {
            let most = known.map_or(String::new(), |kept| format!(" to {}", kept.most()));
            return Err(Error::ruled(ErrorCode::Invalid, "total", format!("a total is from 0{most}")));
        }
        let kept = match known {
            Some(kept) => kept,
            // No price was told: all of the sum is this person's word.
            None => self.unpriced().await?,
        };
        let was = self.row.total;
        self.keep(kept.adjusted_to(total)).await?;
        let note = json!({ "from": was, "to": total, "note": note });
        self.remark("adjust", note).await
    }

    async fn unpriced(&mut self) -> Result<Kept, Error> {
        let line = |line: LineRow| KeptLine { line: line.line_id, quantity: line.quantity, paid: 0, restocking: 0 };
        let lines = store::lines(self.tx, &self.site.id, &self.row.return_id).await?;
        Ok(Kept { lines: lines.into_iter().map(line).collect(), ..Kept::default() })
    }

    async fn remark(&mut self, event: &'static str, note: Value) -> Result<(), Error> {
        let actor = Actor::Agent(self.by.agent.clone());
        let done = record::remark(self.tx, &self.site.id, &mut self.row, event, &actor, note, self.now).await?;
        let gone = || Error::NotPossibleNow { message: "somebody else was quicker".into() };
        if done { Ok(()) } else { Err(gone()) }
    }

    async fn refund(&mut self) -> Result<(), Error> {
        if self.row.kind()? == Kind::Exchange {
            return self.send_new().await;
        }
        if self.row.kind()?.can(&self.row.state, "refund_received") {
            self.payable().await?;
        }
        self.step("refund_received", json!({ "total": self.row.total })).await
    }

    /// The old goods are here and in order: the new ones may leave.
    async fn send_new(&mut self) -> Result<(), Error> {
        let ordered = store::events(self.tx, &self.site.id, &self.row.return_id).await?;
        if self.row.state != "received" || ordered.iter().any(|event| event.event == "order_new") {
            let message = format!("the new goods cannot be ordered while it is {}, nor twice", self.row.state);
            return Err(Error::NotPossibleNow { message });
        }
        match self.row.total {
            Some(total) if total > 0 => self.payable().await?,
            _ => self.nothing_holds().await?,
        }
        self.remark("order_new", json!({})).await?;
        let demands = vec![(EffectKind::Replacement, String::new(), None)];
        demands::ask(self.tx, &self.site.id, &self.row, demands, &json!({}), self.now).await?;
        Ok(())
    }
}

fn words(text: &str, field: &'static str) -> Result<String, Error> {
    let text = plain(text);
    match text.chars().count() {
        0 => Err(Error::invalid(ErrorCode::Required, field)),
        n if n > WORDS_MAX => Err(Error::invalid(ErrorCode::TooLong, field)),
        _ => Ok(text),
    }
}

/// Every line once, none with more than was announced: what nobody counted must not pass for received.
fn check_came(lines: &[LineRow], came: &[Came]) -> Result<(), Error> {
    for (i, one) in came.iter().enumerate() {
        let line = lines.iter().find(|line| line.line_id == one.line);
        let twice = came[..i].iter().any(|other| other.line == one.line);
        let Some(line) = line.filter(|_| !twice) else {
            return Err(Error::ruled(
                ErrorCode::Invalid,
                format!("lines[{i}].line"),
                "no line of this return, or twice",
            ));
        };
        if !(0..=line.quantity).contains(&one.quantity) {
            let message = format!("from 0 to {}", line.quantity);
            return Err(Error::ruled(ErrorCode::QuantityInvalid, format!("lines[{i}].quantity"), message));
        }
        if one.serial.as_ref().is_some_and(|serial| serial.chars().count() > 100) {
            return Err(Error::ruled(ErrorCode::TooLong, format!("lines[{i}].serial"), "100 characters at most"));
        }
    }
    match lines.iter().find(|line| !came.iter().any(|one| one.line == line.line_id)) {
        Some(line) => Err(Error::ruled(ErrorCode::Required, "lines", format!("line {} is not counted", line.line_id))),
        None => Ok(()),
    }
}
