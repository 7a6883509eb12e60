//! `/api/v1/admin/returns` and `/api/v1/admin/returns/{id}`: returns as the shop's people see them.

use super::guard::GuardEntry;
use crate::{
    app::App,
    error::Error,
    http::{Json, Query, Staff, staff::ReadConversations},
    returns::{
        desk_store::{self, Filter},
        guard::{Known, List, serial_differs},
        guard_store, order_store,
        policy::{window::ShopCalendar, wording::ServerWording},
        record::ReturnRow,
        routes::whole,
        signals::{self, Score, Signal},
        store::LineRow,
        submit::is_id,
        view::{self, LabelNow},
        words::Told,
    },
    sites::Site,
};
use aftercart_shared::{
    api::returns::{ReturnSummary, ReturnView},
    error::{ErrorCode, WireError},
    ids::{OrderId, ReturnId},
    locale::Locale,
    returns::Why,
    time::Timestamp,
};
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;
/// Lines of earlier returns that a habit is read from.
const PAST_MAX: i64 = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
    #[serde(default)]
    locale: Option<Locale>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    #[serde(default)]
    locale: Option<Locale>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskReturns {
    /// Newest first.
    pub returns: Vec<DeskSummary>,
    /// `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskSummary {
    #[serde(flatten)]
    pub summary: ReturnSummary,
    pub state: String,
    /// What is to be paid out, in minor units; `null` where nobody knows, or goods are sent instead.
    pub total: Option<i64>,
    pub currency: String,
}

/// A return with what only the shop's people see of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskReturn {
    /// As its shopper sees it, without the code.
    pub view: ReturnView,
    /// What is to be paid out, in minor units.
    pub total: Option<i64>,
    /// Paying it out takes two people.
    pub needs_second: bool,
    /// What the policy decided: `approve`, `photo`, `person`.
    pub verdict: String,
    /// The version of the policy; `null` where the shop had none.
    pub policy: Option<String>,
    /// The shopper's words.
    pub comment: Option<String>,
    /// A present: the address of whoever was given it. Its buyer hears nothing of this, also not from you.
    pub gift_to: Option<String>,
    pub lines: Vec<DeskLine>,
    pub photos: Vec<DeskPhoto>,
    /// What stands out in this shopper's returns. Never a reason by itself to refuse.
    pub signals: Vec<Score>,
    /// The carrier's label, where one was bought.
    pub label: Option<DeskLabel>,
    /// Why no money may leave now: `serial`, where another piece came than was sold. Cleared by an agent.
    pub held: Vec<String>,
    /// Entries of the shop's lists that fit whoever asks.
    pub listed: Vec<GuardEntry>,
    /// By what she is known: what an entry of a list may be made from.
    pub known: Known,
    /// Everything that was done, oldest first.
    pub events: Vec<DeskEvent>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskLine {
    pub line: String,
    pub title: String,
    pub sku: Option<String>,
    pub quantity: i64,
    pub reason: String,
    /// What the policy said to it, in words.
    pub says: Vec<String>,
    /// The names of its rules that settled something.
    pub rules: Vec<String>,
    /// `null` until somebody has counted it.
    pub received: Option<i64>,
    pub grade: Option<String>,
    /// Of what came, and of what was sold as far as it is known.
    pub serial: Option<String>,
    pub serials_sold: Vec<String>,
    /// It is none of those that were sold.
    pub serial_differs: bool,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskLabel {
    pub provider: String,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub url: String,
    /// After this no carrier takes it; `null` where nobody knows.
    pub expires_at: Option<Timestamp>,
    /// Where its parcel was when it was asked about last.
    pub seen: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskPhoto {
    pub line: String,
    pub attachment: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DeskEvent {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    /// `shopper`, `agent`, `system`.
    pub actor: String,
    /// Which of them.
    pub actor_id: Option<String>,
    pub event: String,
    pub from: String,
    pub to: String,
    #[schema(value_type = Object)]
    pub note: serde_json::Value,
}

/// List returns
///
/// Newest first, by state, kind, or number (the return's or the order's).
#[utoipa::path(
    get, path = "/api/v1/admin/returns", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("state" = Option<String>, Query, description = "`requested`, `received`, …"),
        ("kind" = Option<String>, Query, description = "`return`, `exchange`, `claim`"),
        ("number" = Option<String>, Query, description = "`R-7K2M9Q`, or the order's"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = DeskReturns, example = json!({"returns": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Query(which): Query<Which>,
) -> Result<Json<DeskReturns>, Error> {
    let site = &staff.site;
    let (before_at, before_id) = match which.before.as_deref() {
        None => (i64::MAX, String::new()),
        Some(text) => place(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))?,
    };
    // A database takes no NUL; a filter with one finds nothing anyway.
    let text = |text: Option<String>| text.unwrap_or_default().replace('\0', " ");
    let filter = Filter {
        state: text(which.state),
        kind: text(which.kind),
        number: text(which.number),
        before_at,
        before_id,
        most: which.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX),
    };
    let rows = desk_store::list(&app.db, &site.id, &filter).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == filter.most);
    let next = last.map(|row| format!("{}_{}", row.created_at, row.return_id));
    let calendar = calendar(site);
    let told = Told::new(which.locale.unwrap_or_else(|| site.locale_for("")), &calendar);
    let mut returns = Vec::with_capacity(rows.len());
    for row in rows {
        let lines = crate::returns::store::lines(&mut &app.db, &site.id, &row.return_id).await?;
        returns.push(DeskSummary {
            summary: view::summary(&row, lines.first().map(|line| line.title.as_str()), told),
            state: row.state,
            total: row.total,
            currency: row.currency,
        });
    }
    Ok(Json(DeskReturns { returns, next }))
}

pub(super) fn place(text: &str) -> Option<(i64, String)> {
    let (at, id) = text.split_once('_')?;
    Some((at.parse().ok()?, Some(id.to_owned()).filter(|id| is_id(id))?))
}

fn calendar(site: &Site) -> ShopCalendar {
    ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc)
}

/// See one return
///
/// With the policy's reasoning line by line, and everything that was done.
#[utoipa::path(
    get, path = "/api/v1/admin/returns/{id}", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = DeskReturn),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 404, body = WireError, description = "`return_not_found`"),
    )
)]
pub async fn one(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<DeskReturn>, Error> {
    let found = crate::returns::store::by_id(&mut &app.db, &staff.site.id, &return_id(id)?).await?;
    let row = found.ok_or(Error::ReturnNotFound)?;
    shown(&app, &staff.site, row, language.locale).await.map(Json)
}

/// As it stands in an address.
pub(super) fn return_id(id: String) -> Result<ReturnId, Error> {
    if is_id(&id) { Ok(ReturnId(id)) } else { Err(Error::ReturnNotFound) }
}

pub(super) async fn shown(app: &App, site: &Site, row: ReturnRow, locale: Option<Locale>) -> Result<DeskReturn, Error> {
    let locale = locale.unwrap_or_else(|| site.locale_for(""));
    let policies = app.policies.of(&app.db, &site.id, &site.time_zone).await?;
    let policy = policies.with_id(row.policy_id.as_deref());
    let now = app.clock.now();
    let mut db = &app.db;
    let sold = order_store::lines(&mut db, &site.id, &row.order_id).await?;
    let serials = |line: &LineRow| sold.iter().find(|one| one.line_id == line.line_id).map(|one| one.serials());
    let whole = whole(app, site, row).await?;
    let calendar = calendar(site);
    let mut view = whole.full(Told::new(locale, &calendar), String::new);
    // Whoever holds it could hand goods over in the shopper's name.
    view.code = None;
    let wording = ServerWording(locale);
    let line = |line: &LineRow| DeskLine {
        line: line.line_id.clone(),
        title: line.title.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        reason: line.reason.clone(),
        says: serde_json::from_str::<Vec<Why>>(&line.why)
            .unwrap_or_default()
            .iter()
            .map(|why| why.words(&wording))
            .collect(),
        rules: serde_json::from_str::<Vec<usize>>(&line.rules)
            .unwrap_or_default()
            .iter()
            .filter_map(|place| policy.rules.get(*place).map(|rule| rule.name.get(locale).to_owned()))
            .collect(),
        received: line.received,
        grade: line.grade.clone(),
        serial: line.serial.clone(),
        serial_differs: serial_differs(&serials(line).unwrap_or_default(), line.serial.as_deref()),
        serials_sold: serials(line).unwrap_or_default(),
    };
    let event = |event: &crate::returns::store::EventRow| DeskEvent {
        seq: event.seq,
        at: Timestamp(event.at),
        actor: event.actor_kind.clone(),
        actor_id: event.actor_id.clone(),
        event: event.event.clone(),
        from: event.from_state.clone(),
        to: event.to_state.clone(),
        note: serde_json::from_str(&event.note).unwrap_or_default(),
    };
    let row = &whole.row;
    let past = desk_store::past(&app.db, &site.id, &row.shopper_id, PAST_MAX).await?;
    let order = order_store::any(&mut db, &site.id, &OrderId(row.order_id.clone())).await?;
    let (mut listed, mut known) = (Vec::new(), Known::default());
    if let Some(order) = &order {
        known = Known::of(order, &row.shopper_id);
        let entries = guard_store::matching(&mut db, &site.id, order, &row.shopper_id, now).await?;
        listed = entries.into_iter().map(GuardEntry::try_from).collect::<Result<_, _>>()?;
    }
    let mut signals = signals::scores(&past, now.0);
    let count = |list: List| listed.iter().filter(|entry| entry.list == list).count() as i64;
    if count(List::Block) > 0 && count(List::Allow) == 0 {
        let (count, of) = (count(List::Block), listed.len() as i64);
        signals.push(Score { signal: Signal::Listed, score: 100, count, of });
    }
    let held = guard_store::held(&mut db, &site.id, &row.return_id).await?;
    let currency = aftercart_shared::money::Currency::parse(&row.currency);
    Ok(DeskReturn {
        total: row.total,
        needs_second: currency.zip(row.total).is_some_and(|(currency, total)| policy.needs_second(total, currency)),
        verdict: row.verdict.clone(),
        policy: row.policy_id.clone(),
        gift_to: row.gift_to.clone(),
        comment: row.comment.clone(),
        lines: whole.lines.iter().map(line).collect(),
        photos: whole
            .photos
            .iter()
            .map(|photo| DeskPhoto { line: photo.line_id.clone(), attachment: photo.attachment_id.clone() })
            .collect(),
        label: match &whole.label {
            LabelNow::Ready(label) => Some(DeskLabel {
                provider: label.provider.clone(),
                carrier: label.carrier.clone(),
                tracking_number: label.tracking_number.clone(),
                url: label.url.clone(),
                expires_at: label.expires_at.map(Timestamp),
                seen: label.seen.clone(),
            }),
            LabelNow::None | LabelNow::Awaited => None,
        },
        signals,
        held,
        listed,
        known,
        events: whole.events.iter().map(event).collect(),
        view,
    })
}
