//! A session of the desk: a cookie that scripts cannot read, its hash in the database, and an end.

use super::{Account, session_store as store};
use crate::{
    app::App,
    db::{self, Db},
    error::Error,
    random::{Random, hex},
    secret::Secret,
};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    time::Timestamp,
};
use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// A shift and its breaks: nobody logs in twice a day, and a machine that was left alone is closed the next morning.
pub const IDLE_MS: i64 = 12 * Timestamp::HOUR_MS;
/// After this everybody shows the password again, however busy the desk.
pub const LIFE_MS: i64 = 30 * Timestamp::DAY_MS;
/// Its use is written down no more often than this.
const NOTED_MS: i64 = 60_000;
/// Of what a browser calls itself, in characters.
const DEVICE_MAX: usize = 80;

/// Whoever is logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    pub site: SiteId,
    pub session_id: String,
    pub account: Account,
}

/// The session that the request's cookie belongs to; `None` without a cookie.
///
/// # Errors
/// [`Error::SessionExpired`] for a cookie that is unknown or too old.
pub async fn current(app: &App, headers: &HeaderMap) -> Result<Option<LoggedIn>, Error> {
    let Some(token) = read_cookie(headers, cookie_name(app)) else { return Ok(None) };
    let row = store::by_token(&app.db, &hash(&app.secret, token)).await?.ok_or(Error::SessionExpired)?;
    let now = app.clock.now();
    if now.0 - row.created_at >= LIFE_MS || now.0 - row.seen_at >= IDLE_MS {
        return Err(Error::SessionExpired);
    }
    let (site, session_id) = (SiteId(row.site_id.clone()), row.session_id.clone());
    if now.0 - row.seen_at >= NOTED_MS {
        let (site, session_id) = (site.clone(), session_id.clone());
        let noted = app.db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { store::seen(tx, &site, &session_id, now).await })
        });
        noted.await?;
    }
    Ok(Some(LoggedIn { site, session_id, account: row.account()? }))
}

/// What a session begins with: what its cookie says, and what stands in the database.
pub struct Draft {
    pub token: String,
    pub row: store::NewSession,
}

impl Draft {
    pub fn new(random: &dyn Random, secret: &Secret, agent: AgentId, headers: &HeaderMap) -> Draft {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(device);
        let row = store::NewSession {
            session_id: random.id(),
            token_hash: hash(secret, &token),
            agent,
            device: device.unwrap_or_default(),
        };
        Draft { token, row }
    }
}

/// The moments at or before which a session has ended that began, or was used last, then.
pub fn ended_before(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_ms(-LIFE_MS), now.plus_ms(-IDLE_MS))
}

/// Forgets what has ended.
///
/// # Errors
/// The database's.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), db::Error> {
    db.write(move |tx| Box::pin(async move { store::forget(tx, ended_before(now)).await })).await
}

/// How the token is kept. It says by itself whose it is, so it is bound to no site.
fn hash(secret: &Secret, token: &str) -> String {
    hex(&secret.hmac("desk session", &[token.as_bytes()]))
}

/// With this prefix browsers take it from nobody but this very host, and over TLS only.
fn cookie_name(app: &App) -> &'static str {
    if app.config.public_url.starts_with("https://") { "__Host-aftercart-desk" } else { "aftercart-desk" }
}

fn read_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    // Ours have 43 characters.
    pairs.find(|(of, value)| *of == name && !value.is_empty() && value.len() <= 64).map(|(_, value)| value)
}

/// The `Set-Cookie` that begins a session in a browser.
pub fn cookie(app: &App, token: &str) -> String {
    set_cookie(app, token, LIFE_MS / 1000)
}

/// The one that ends it.
pub fn no_cookie(app: &App) -> String {
    set_cookie(app, "", 0)
}

fn set_cookie(app: &App, value: &str, seconds: i64) -> String {
    let name = cookie_name(app);
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

/// `Firefox on Windows`: enough to know one's own machines by, and not more.
fn device(user_agent: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // Most call themselves by several names: the one that is true of fewest comes first.
    let browsers = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    match (named(&browsers), named(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_browser_is_called_by_its_name() {
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1";
        let named = [(firefox, "Firefox on Windows"), (edge, "Edge on Windows"), (phone, "Safari on iPhone")];
        for (user_agent, name) in named {
            assert_eq!(device(user_agent), name);
        }
        assert_eq!(device("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(device(&"x".repeat(500)).len(), DEVICE_MAX);
    }

    #[test]
    fn only_the_cookie_of_this_very_name_counts() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; xaftercart-desk=2; aftercart-desk=three; b"));
        assert_eq!(read_cookie(&headers, "aftercart-desk"), Some("three"));
        assert_eq!(read_cookie(&headers, "__Host-aftercart-desk"), None);
        let mut empty = HeaderMap::new();
        empty.append(header::COOKIE, HeaderValue::from_static("aftercart-desk="));
        assert_eq!(read_cookie(&empty, "aftercart-desk"), None);
    }
}
