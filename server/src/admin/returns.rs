//! `/api/v1/admin/returns…`: the shop's people look after returns. The key says which shop, `agent` who acts.

use super::ApiKey;
use crate::{
    agents::{self, Role},
    app::App,
    error::Error,
    http::{Json, Query, json},
    orders,
    returns::{
        desk::{self, Act, By, Came},
        desk_store::{self, Filter},
        policy::{window::ShopCalendar, wording::ServerWording},
        record::ReturnRow,
        routes::whole,
        signals::{self, Score},
        store::LineRow,
        submit::is_id,
        view,
        words::Told,
    },
    sites::Site,
};
use aftercart_shared::{
    api::returns::{ReturnSummary, ReturnView},
    error::{ErrorCode, WireError},
    ids::{AgentId, ReturnId},
    locale::Locale,
    returns::Why,
    time::Timestamp,
    validate::Contact,
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
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
    pub lines: Vec<DeskLine>,
    pub photos: Vec<DeskPhoto>,
    /// What stands out in this shopper's returns. Never a reason by itself to refuse.
    pub signals: Vec<Score>,
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
    pub serial: Option<String>,
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
    get, path = "/api/v1/admin/returns", tag = "admin", security(("secret_key" = [])),
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
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn list(State(app): State<App>, key: ApiKey, Query(which): Query<Which>) -> Result<Json<DeskReturns>, Error> {
    let site = &key.site;
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
    let told = Told { locale: which.locale.unwrap_or_else(|| site.locale_for("")), calendar: &calendar };
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

fn place(text: &str) -> Option<(i64, String)> {
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
    get, path = "/api/v1/admin/returns/{id}", tag = "admin", security(("secret_key" = [])),
    params(
        ("id" = String, Path, description = "`ReturnSummary::id`"),
        ("locale" = Option<Locale>, Query, description = "The language of the words"),
    ),
    responses(
        (status = 200, body = DeskReturn),
        (status = 401, body = WireError, description = "No valid secret key"),
        (status = 404, body = WireError, description = "`return_not_found`"),
    )
)]
pub async fn one(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    Query(language): Query<Language>,
) -> Result<Json<DeskReturn>, Error> {
    let found = crate::returns::store::by_id(&mut &app.db, &key.site.id, &return_id(id)?).await?;
    let row = found.ok_or(Error::ReturnNotFound)?;
    shown(&app, &key.site, row, language.locale).await.map(Json)
}

pub(super) fn return_id(id: String) -> Result<ReturnId, Error> {
    if is_id(&id) { Ok(ReturnId(id)) } else { Err(Error::ReturnNotFound) }
}

async fn shown(app: &App, site: &Site, row: ReturnRow, locale: Option<Locale>) -> Result<DeskReturn, Error> {
    let locale = locale.unwrap_or_else(|| site.locale_for(""));
    let policies = app.policies.of(&app.db, &site.id, &site.time_zone).await?;
    let policy = policies.with_id(row.policy_id.as_deref());
    let whole = whole(app, site, row).await?;
    let calendar = calendar(site);
    let mut view = whole.full(Told { locale, calendar: &calendar }, String::new);
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
    let currency = aftercart_shared::money::Currency::parse(&row.currency);
    Ok(DeskReturn {
        total: row.total,
        needs_second: currency.zip(row.total).is_some_and(|(currency, total)| policy.needs_second(total, currency)),
        verdict: row.verdict.clone(),
        policy: row.policy_id.clone(),
        comment: row.comment.clone(),
        lines: whole.lines.iter().map(line).collect(),
        photos: whole
            .photos
            .iter()
            .map(|photo| DeskPhoto { line: photo.line_id.clone(), attachment: photo.attachment_id.clone() })
            .collect(),
        signals: signals::scores(&past, app.clock.now().0),
        events: whole.events.iter().map(event).collect(),
        view,
    })
}

/// Who acts: the e-mail address of an account of this site that decides on returns.
pub(super) async fn agent(app: &App, site: &Site, email: &str) -> Result<AgentId, Error> {
    let Ok(Contact::Email(email)) = Contact::parse(email) else { return Err(Error::AgentNotAllowed) };
    let account = agents::store::active(&app.db, &site.id, &email).await?.ok_or(Error::AgentNotAllowed)?;
    let allowed = Role::parse(&account.role).is_some_and(Role::decides_returns);
    if allowed { Ok(AgentId(account.agent_id)) } else { Err(Error::AgentNotAllowed) }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// E-mail address of the account that acts.
    pub agent: String,
    /// Another one, who agrees: for large sums.
    #[serde(default)]
    pub second: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseRequest {
    pub agent: String,
    /// The shopper reads it. At most 1,000 characters.
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveRequest {
    pub agent: String,
    /// Every line of the return, once.
    pub lines: Vec<Came>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustRequest {
    pub agent: String,
    /// In minor units; at most what was paid.
    pub total: i64,
    /// Why, for colleagues. At most 1,000 characters.
    pub note: String,
}

/// Who asks for what of which return: every act has this form.
struct Asked<B> {
    app: App,
    key: ApiKey,
    id: ReturnId,
    body: B,
}

impl<B: DeserializeOwned> Asked<B> {
    fn read(app: App, key: ApiKey, id: String, headers: &HeaderMap, body: &Bytes) -> Result<Asked<B>, Error> {
        Ok(Asked { app, key, body: json::read(headers, body)?, id: return_id(id)? })
    }
}

impl<B> Asked<B> {
    async fn act(self, agent_email: String, second: Option<String>, act: Act) -> Result<Json<DeskReturn>, Error> {
        let Asked { app, key, id, .. } = self;
        let site = &key.site;
        let by = By {
            agent: agent(&app, site, &agent_email).await?,
            second: match second {
                Some(email) => Some(agent(&app, site, &email).await?),
                None => None,
            },
        };
        let row = desk::act(&app, site, id, by, act).await?;
        orders::news::changed(&app, &site.id, &row.order_id);
        shown(&app, site, row, None).await.map(Json)
    }
}

/// Approve a return
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/approve", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
    )
)]
pub async fn approve(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let (agent, second) = (asked.body.agent.clone(), asked.body.second.clone());
    asked.act(agent, second, Act::Approve).await
}

/// Refuse a return
///
/// What was asked for, or what has been received and is not taken back.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/refuse", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = RefuseRequest, example = json!({"agent": "ming@shop.example", "reason": "The seal is broken."})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
        (status = 422, body = WireError, description = "A refusal says why"),
    )
)]
pub async fn refuse(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<RefuseRequest>::read(app, key, id, &headers, &body)?;
    let (agent, reason) = (asked.body.agent.clone(), asked.body.reason.clone());
    asked.act(agent, None, Act::Refuse { reason }).await
}

/// Count and grade what has come
///
/// Item by item. Where fewer pieces came than were announced, the sum is worked out anew for those that did.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/receive", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = ReceiveRequest, example = json!({
        "agent": "ming@shop.example", "lines": [{"line": "l1", "quantity": 1, "grade": "as_new"}]
    })),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
        (status = 422, body = WireError, description = "`quantity_invalid`, or a line too many or too few"),
    )
)]
pub async fn receive(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<ReceiveRequest>::read(app, key, id, &headers, &body)?;
    let (agent, lines) = (asked.body.agent.clone(), asked.body.lines.clone());
    asked.act(agent, None, Act::Receive { lines }).await
}

/// Change the sum
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/adjust", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = AdjustRequest, example = json!({"agent": "ming@shop.example", "total": 8000, "note": "Shade scratched"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: money is on its way"),
        (status = 422, body = WireError, description = "More than was paid, or no note"),
    )
)]
pub async fn adjust(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<AdjustRequest>::read(app, key, id, &headers, &body)?;
    let (agent, total, note) = (asked.body.agent.clone(), asked.body.total, asked.body.note.clone());
    asked.act(agent, None, Act::Adjust { total, note }).await
}

/// Pay out what was received
///
/// Of an exchange: have the new goods sent. Once for ever, however often it is asked for.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/refund", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example", "second": "wei@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: nothing was received, or it was paid"),
        (status = 422, body = WireError, description = "A sum as large as this needs a second person"),
    )
)]
pub async fn refund(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let (agent, second) = (asked.body.agent.clone(), asked.body.second.clone());
    asked.act(agent, second, Act::Refund).await
}

/// Open a return again
///
/// One that was refused, has expired, or was not taken back; as long as its pieces are in no other.
#[utoipa::path(
    post, path = "/api/v1/admin/returns/{id}/reopen", tag = "admin", security(("secret_key" = [])),
    params(("id" = String, Path, description = "`ReturnSummary::id`")),
    request_body(content = Decide, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = DeskReturn),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`return_not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`"),
    )
)]
pub async fn reopen(
    State(app): State<App>,
    key: ApiKey,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DeskReturn>, Error> {
    let asked = Asked::<Decide>::read(app, key, id, &headers, &body)?;
    let agent = asked.body.agent.clone();
    asked.act(agent, None, Act::Reopen).await
}
