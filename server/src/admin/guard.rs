//! `/api/v1/admin/guard-entries…`: lists of whom a person should look at, or need not; and `/api/v1/admin/acts`.

use super::returns::place;
use crate::{
    agents::acts_store::{self, ActRow},
    app::App,
    error::Error,
    http::{
        Acting, Json, Query, Staff,
        staff::{DecideReturns, ReadConversations, Settings},
    },
    returns::{
        guard::{By, List},
        guard_store::{self, EntryRow, NewEntry},
        submit::{is_id, plain},
    },
};
use aftercart_shared::{
    error::{ErrorCode, WireError},
    ids::SiteId,
    time::Timestamp,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PAGE: i64 = 50;
const PAGE_MAX: i64 = 200;
/// Of a value as it is typed, and of a reason; in characters.
const VALUE_MAX: usize = 500;
const REASON_MAX: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    ended: bool,
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    limit: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GuardEntries {
    /// Newest first.
    pub entries: Vec<GuardEntry>,
    /// `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

/// Somebody whom a person should look at (`block`), or need not (`allow`).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GuardEntry {
    pub id: String,
    pub list: List,
    pub by: By,
    /// In the form in which it is compared.
    pub value: String,
    pub reason: String,
    /// The id of the account that made it.
    pub added_by: String,
    pub added_at: Timestamp,
    /// `null`: until somebody takes it off.
    pub expires_at: Option<Timestamp>,
    pub removed_by: Option<String>,
    pub removed_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGuardEntry {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
    pub list: List,
    pub by: By,
    /// An e-mail address, a telephone number, the id of a shopper (`DeskReturn::known`), or an address in one line: street,
    /// flat, postcode, country.
    pub value: String,
    /// Why, for colleagues. At most 1,000 characters.
    pub reason: String,
    /// Left out: until somebody takes it off.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveGuardEntry {
    /// E-mail address of the account that acts. With the secret key only: whoever is logged in acts herself.
    #[serde(default)]
    pub agent: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentActs {
    /// Newest first.
    pub acts: Vec<AgentAct>,
    /// `before` of the next page; `null` on the last.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AgentAct {
    pub at: Timestamp,
    /// The account's id.
    pub agent: String,
    /// `open_photo`, `list_add`, `list_remove`, `withdrawal_handled`, `webhook_add`, `webhook_change`,
    /// `webhook_rotate`, `webhook_remove`
    pub act: String,
    /// What it was done to, by our id.
    pub subject: String,
    pub note: String,
}

impl TryFrom<EntryRow> for GuardEntry {
    type Error = Error;

    fn try_from(row: EntryRow) -> Result<GuardEntry, Error> {
        let corrupt = || Error::Internal(format!("guard entry {}: list or kind", row.entry_id));
        Ok(GuardEntry {
            list: List::parse(&row.list).ok_or_else(corrupt)?,
            by: By::parse(&row.kind).ok_or_else(corrupt)?,
            id: row.entry_id,
            value: row.value,
            reason: row.reason,
            added_by: row.added_by,
            added_at: Timestamp(row.added_at),
            expires_at: row.expires_at.map(Timestamp),
            removed_by: row.removed_by,
            removed_at: row.removed_at.map(Timestamp),
        })
    }
}

impl Which {
    /// From where on, and how many.
    fn page(&self) -> Result<((i64, String), i64), Error> {
        let before = match self.before.as_deref() {
            None => (i64::MAX, String::new()),
            Some(text) => place(text).ok_or_else(|| Error::invalid(ErrorCode::Invalid, "before"))?,
        };
        Ok((before, self.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)))
    }
}

crate::act_bodies!(NewGuardEntry, RemoveGuardEntry);

/// List whom a person should look at
///
/// Newest first: those that hold, or all that ever were.
#[utoipa::path(
    get, path = "/api/v1/admin/guard-entries", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("ended" = Option<bool>, Query, description = "`true`: those too that have expired or were taken off"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = GuardEntries, example = json!({"entries": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Query(which): Query<Which>,
) -> Result<Json<GuardEntries>, Error> {
    let ((at, id), most) = which.page()?;
    let rows = guard_store::list(&app.db, &staff.site.id, which.ended, (at, &id), most, app.clock.now()).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.added_at, row.entry_id));
    let entries = rows.into_iter().map(GuardEntry::try_from).collect::<Result<_, _>>()?;
    Ok(Json(GuardEntries { entries, next }))
}

/// Put somebody on a list
///
/// Who is on `block` is never refused for that: a person decides on what would have been approved by a rule. `allow`
/// outweighs it.
#[utoipa::path(
    post, path = "/api/v1/admin/guard-entries", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    request_body(content = NewGuardEntry, example = json!({
        "agent": "ming@shop.example", "list": "block", "by": "email", "value": "emma.wilson@example.com",
        "reason": "Three empty boxes since March", "expires_at": 1_811_000_000_000_i64
    })),
    responses(
        (status = 201, body = GuardEntry),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 422, body = WireError, description = "`field` says what cannot be"),
    )
)]
pub async fn add(
    State(app): State<App>,
    acting: Acting<DecideReturns, NewGuardEntry>,
) -> Result<(StatusCode, Json<GuardEntry>), Error> {
    let Acting { site: shop, account, body: request, .. } = acting;
    let (site, now, id) = (shop.id.clone(), app.clock.now(), app.random.id());
    if request.value.chars().count() > VALUE_MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "value"));
    }
    let value = request.by.key(&plain(&request.value), &shop.country);
    let value = value.ok_or_else(|| Error::invalid(ErrorCode::Invalid, "value"))?;
    let reason = plain(&request.reason);
    match reason.chars().count() {
        0 => return Err(Error::invalid(ErrorCode::Required, "reason")),
        n if n > REASON_MAX => return Err(Error::invalid(ErrorCode::TooLong, "reason")),
        _ => {}
    }
    if request.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::ruled(ErrorCode::Invalid, "expires_at", "an entry ends in the future"));
    }
    let new = NewEntry {
        entry_id: id.clone(),
        list: request.list,
        by: request.by,
        value,
        reason,
        agent: account.id,
        expires_at: request.expires_at,
    };
    let act_id = app.random.id();
    let stored = app.db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(async move {
            guard_store::insert(tx, &site, &new, now).await?;
            let note = format!("{} by {}", new.list.name(), new.by.name());
            acts_store::insert(tx, &site, &act_id, &new.agent, ("list_add", &new.entry_id, &note), now).await
        })
    });
    stored.await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &shop.id, &id).await?)))
}

/// Take somebody off a list
///
/// The entry stays on record, with who took it off.
#[utoipa::path(
    post, path = "/api/v1/admin/guard-entries/{id}/remove", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(("id" = String, Path, description = "`GuardEntry::id`")),
    request_body(content = RemoveGuardEntry, example = json!({"agent": "ming@shop.example"})),
    responses(
        (status = 200, body = GuardEntry),
        (status = 403, body = WireError, description = "`agent_not_allowed`"),
        (status = 404, body = WireError, description = "`not_found`"),
        (status = 409, body = WireError, description = "`not_possible_now`: it was taken off before"),
    )
)]
pub async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<DecideReturns, RemoveGuardEntry>,
) -> Result<Json<GuardEntry>, Error> {
    let (shop, agent) = (acting.site, acting.account.id);
    shown(&app, &shop.id, &id).await?;
    let (site, now, act_id, entry) = (shop.id.clone(), app.clock.now(), app.random.id(), id.clone());
    let removed = app.db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(async move {
            let removed = guard_store::remove(tx, &site, &entry, &agent, now).await?;
            if removed {
                acts_store::insert(tx, &site, &act_id, &agent, ("list_remove", &entry, ""), now).await?;
            }
            Ok(removed)
        })
    });
    if !removed.await? {
        return Err(Error::NotPossibleNow { message: "it was taken off before".into() });
    }
    shown(&app, &shop.id, &id).await.map(Json)
}

async fn shown(app: &App, site: &SiteId, id: &str) -> Result<GuardEntry, Error> {
    if !is_id(id) {
        return Err(Error::NotFound);
    }
    guard_store::by_id(&app.db, site, id).await?.ok_or(Error::NotFound)?.try_into()
}

/// See what agents did
///
/// Pictures opened, lists changed, withdrawals handled; newest first. What is done to a return stands with the return. Of
/// those who are logged in for whoever may `settings`.
#[utoipa::path(
    get, path = "/api/v1/admin/acts", tag = "admin", security(("secret_key" = []), ("desk_session" = [])),
    params(
        ("before" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50"),
    ),
    responses(
        (status = 200, body = AgentActs, example = json!({"acts": [], "next": null})),
        (status = 401, body = WireError, description = "Neither a secret key nor a session"),
        (status = 422, body = WireError, description = "`before` is none of ours"),
    )
)]
pub async fn acts(
    State(app): State<App>,
    staff: Staff<Settings>,
    Query(which): Query<Which>,
) -> Result<Json<AgentActs>, Error> {
    let ((at, id), most) = which.page()?;
    let rows = acts_store::list(&app.db, &staff.site.id, (at, &id), most).await?;
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let next = last.map(|row| format!("{}_{}", row.at, row.act_id));
    let act = |row: ActRow| AgentAct {
        at: Timestamp(row.at),
        agent: row.agent_id,
        act: row.act,
        subject: row.subject,
        note: row.note,
    };
    Ok(Json(AgentActs { acts: rows.into_iter().map(act).collect(), next }))
}
