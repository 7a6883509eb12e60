//! A verified shopper's session: a token in her hands, its hash in the database, and an end.

use super::{Identity, store};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    orders::access::Verified,
    random::{Random, hex},
    secret::Secret,
};
use aftercart_shared::{
    api::shoppers::{SessionStarted, ShopperKind},
    ids::{OrderId, SiteId},
    time::Timestamp,
};
use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

const MINUTE_MS: i64 = 60_000;
/// Reading an order and fetching a parcel number takes less; a phone left on a table is found later.
pub const IDLE_MS: i64 = 30 * MINUTE_MS;
/// A working day: nobody proves herself twice in a conversation, nobody is known for ever.
pub const LIFE_MS: i64 = 12 * Timestamp::HOUR_MS;
/// The next person at a shared device comes soon.
pub const SHARED_IDLE_MS: i64 = 5 * MINUTE_MS;
pub const SHARED_LIFE_MS: i64 = 30 * MINUTE_MS;
/// Its use is written down no more often than this.
const NOTED_MS: i64 = MINUTE_MS;

/// Who is there. In a handler's arguments it means: nobody else gets in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: String,
    pub shopper_id: String,
    pub kind: ShopperKind,
    pub name: Option<String>,
    pub proof: Verified,
    pub shared_device: bool,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("shopper_id", &self.shopper_id).finish_non_exhaustive()
    }
}

/// Begins one in the caller's transaction, and ends the one that the same browser had: whoever knew the old token must
/// not become somebody by it.
pub async fn start(tx: &mut Tx, new: New) -> Result<SessionStarted, db::Error> {
    let New { site, identity, shared_device, before, token, token_hash, shopper_id, order_id, now } = new;
    if let Some(before) = before {
        store::end_session(tx, &site, &before).await?;
    }
    let shopper_id = store::shopper(tx, &site, &identity, &shopper_id, now).await?;
    store::insert_session(tx, &site, &token_hash, &shopper_id, &identity, shared_device, now).await?;
    let life = if shared_device { SHARED_LIFE_MS } else { LIFE_MS };
    Ok(SessionStarted { token, expires_at: now.plus_ms(life), order_id })
}

/// What a session needs, drawn before the transaction begins.
pub struct New {
    site: SiteId,
    identity: Identity,
    shared_device: bool,
    before: Option<String>,
    token: String,
    token_hash: String,
    shopper_id: String,
    order_id: Option<OrderId>,
    now: Timestamp,
}

/// Random parts of a [`New`] session.
pub struct Draft {
    token: String,
    token_hash: String,
    shopper_id: String,
    before: Option<String>,
}

impl Draft {
    /// `headers` may carry the token of a session that this one replaces.
    pub fn new(app: &App, site: &SiteId, headers: &HeaderMap) -> Draft {
        let token = draw(&*app.random);
        Draft {
            token_hash: hash(&app.secret, site, &token),
            token,
            shopper_id: app.random.id(),
            before: bearer(headers).map(|before| hash(&app.secret, site, before)),
        }
    }

    pub fn of(
        self,
        site: SiteId,
        identity: Identity,
        shared_device: bool,
        order_id: Option<OrderId>,
        now: Timestamp,
    ) -> New {
        let Draft { token, token_hash, shopper_id, before } = self;
        New { site, identity, shared_device, before, token, token_hash, shopper_id, order_id, now }
    }
}

/// The session that the request's token belongs to on this site; `None` without a token.
///
/// # Errors
/// [`Error::SessionExpired`] for a token that is unknown here, or too old.
pub async fn current(app: &App, site: &SiteId, headers: &HeaderMap) -> Result<Option<Session>, Error> {
    let Some(token) = bearer(headers) else { return Ok(None) };
    let token_hash = hash(&app.secret, site, token);
    let row = store::session(&app.db, site, &token_hash).await?.ok_or(Error::SessionExpired)?;
    let now = app.clock.now();
    let expires_at = end(&row, now).ok_or(Error::SessionExpired)?;
    if now.0 - row.seen_at >= NOTED_MS {
        let (site, hash) = (site.clone(), token_hash.clone());
        app.db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::session_seen(tx, &site, &hash, now).await })
            })
            .await?;
    }
    let corrupt = || db::Error::Corrupt(format!("shopper {}: kind", row.shopper_id));
    Ok(Some(Session {
        kind: ShopperKind::from_name(&row.kind).ok_or_else(corrupt)?,
        token_hash,
        shopper_id: row.shopper_id,
        name: row.name,
        proof: Verified::proven(site.clone(), row.email, row.phone),
        shared_device: row.shared_device,
        expires_at,
    }))
}

/// Whether the session with this hash goes on: for what was given under it and must not outlive it.
///
/// # Errors
/// The database's.
pub async fn lives(app: &App, site: &SiteId, token_hash: &str) -> Result<bool, Error> {
    let row = store::session(&app.db, site, token_hash).await?;
    Ok(row.is_some_and(|row| end(&row, app.clock.now()).is_some()))
}

/// When it ends at the latest; `None`: it has ended.
fn end(row: &store::SessionRow, now: Timestamp) -> Option<Timestamp> {
    let (idle, life) = if row.shared_device { (SHARED_IDLE_MS, SHARED_LIFE_MS) } else { (IDLE_MS, LIFE_MS) };
    let expires_at = row.created_at.saturating_add(life);
    (now.0 < expires_at && now.0 < row.seen_at.saturating_add(idle)).then_some(Timestamp(expires_at))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// 256 random bits.
fn draw(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Bound to the site: a token of one shop means nothing in another.
fn hash(secret: &Secret, site: &SiteId, token: &str) -> String {
    hex(&secret.hmac("session", &[site.as_str().as_bytes(), token.as_bytes()]))
}
