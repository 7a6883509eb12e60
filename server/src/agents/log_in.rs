//! How somebody comes in: an address, its password and, where the account has one, the authenticator's code.
//!
//! Whoever is refused learns nothing: the same answer at the same moment for an unknown address, a wrong password, another
//! shop and an account that was disabled. A lock would let anybody shut a person out by failing in her name; so tries are
//! counted for an address *and* where they come from, before anything is looked at, so that no burst slips through.

use super::{
    Account, log_in_store as store,
    session::{self, Draft},
    session_store, totp, tries, verify_password,
};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    http::Source,
    secret::Secret,
};
use aftercart_shared::{
    api::desk::LogInRequest,
    ids::{AgentId, SiteId},
    time::Timestamp,
    validate::Contact,
};
use axum::http::HeaderMap;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use std::time::Duration;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};

/// Wrong ones for one address from one place.
const PER_ACCOUNT: i64 = 5;
/// Tries for whatever addresses from one place: a whole office may mistype on a Monday, nobody tries a list of passwords.
const PER_SOURCE: i64 = 100;
/// Wrong codes for one account from wherever, counted only of those who knew its password: a million codes are no wall for
/// many machines. It shuts out nobody whose password is her own.
const CODES_PER_ACCOUNT: i64 = 30;
/// A hash takes 19 MiB and a core for a while; whoever comes then waits.
const AT_ONCE: usize = 4;
static HASHING: Semaphore = Semaphore::const_new(AT_ONCE);

/// Of the demo's accounts. It stands in the documentation, so it opens nothing but the demo.
pub const DEMO_PASSWORD: &str = "harbour and pine";

/// Somebody is in.
pub struct LoggedIn {
    pub site: SiteId,
    pub account: Account,
    pub session_id: String,
    /// What her cookie says from now on.
    pub token: String,
}

pub enum Outcome {
    In(LoggedIn),
    /// The password is right at all of these.
    Which(Vec<SiteId>),
}

/// Lets somebody in, or does not.
///
/// # Errors
/// [`Error::LogInRefused`], [`Error::LogInCodeRequired`], [`Error::LogInCodeInvalid`], [`Error::RateLimited`], or the
/// database's.
pub async fn log_in(app: &App, source: Source, headers: &HeaderMap, asked: LogInRequest) -> Result<Outcome, Error> {
    let deadline = Instant::now() + Duration::from_millis(app.config.limits.lookup_deadline_ms);
    let outcome = decide(app, source, headers, asked).await;
    if matches!(outcome, Err(Error::LogInRefused)) {
        sleep_until(deadline).await;
    }
    outcome
}

async fn decide(app: &App, source: Source, headers: &HeaderMap, asked: LogInRequest) -> Result<Outcome, Error> {
    // However it is written, it is one address, and counted as one.
    let email = match Contact::parse(&asked.email) {
        Ok(Contact::Email(email)) => email,
        _ => String::new(),
    };
    let now = app.clock.now();
    let place = Place::new(&app.secret, &email, source);
    tries::take(app, place.source.clone(), PER_SOURCE).await?;
    tries::take(app, place.account.clone(), PER_ACCOUNT).await?;
    let mut right = right_ones(app, &email, &asked).await?;
    let candidate = match right.len() {
        0 => return Err(Error::LogInRefused),
        1 => right.remove(0),
        _ => {
            place.give_back(app).await?;
            return Ok(Outcome::Which(right.into_iter().map(|one| SiteId(one.site_id)).collect()));
        }
    };
    let step = match (&candidate.totp_secret, &asked.code) {
        (None, _) => None,
        (Some(_), None) => {
            place.give_back(app).await?;
            return Err(Error::LogInCodeRequired);
        }
        (Some(sealed), Some(code)) => {
            tries::take(app, tries::of_codes(&app.secret, &candidate.agent_id), CODES_PER_ACCOUNT).await?;
            let secret = open_secret(&app.secret, &candidate.agent_id, sealed);
            let secret = secret.ok_or_else(|| Error::Internal("an authenticator's secret cannot be opened".into()))?;
            Some(totp::step(&secret, code, now).ok_or(Error::LogInCodeInvalid)?)
        }
    };
    // Who comes in anew leaves what she had in this browser.
    let before = session::current(app, headers).await.ok().flatten();
    begin(app, candidate, step, place, before, headers, now).await.map(Outcome::In)
}

/// Those whose password it is. Takes as long where there is none.
async fn right_ones(app: &App, email: &str, asked: &LogInRequest) -> Result<Vec<store::Candidate>, Error> {
    let site = match &asked.site {
        Some(key) => app.sites.by_key(key).await.map_or_else(unknown_site, |site| Ok(Some(site.id.clone())))?,
        None => None,
    };
    let mut candidates = store::candidates(&app.db, email).await?;
    candidates.retain(|one| site.as_ref().is_none_or(|site| site.as_str() == one.site_id));
    if app.demo_url.is_none() && asked.password == DEMO_PASSWORD {
        candidates.clear();
    }
    let password = asked.password.clone();
    let place = HASHING.acquire().await.map_err(|_| Error::Timeout)?;
    // Hashing is work for a while: not on a thread that serves others.
    let right = tokio::task::spawn_blocking(move || {
        if candidates.is_empty() {
            verify_password(&password, "");
        }
        candidates.retain(|one| verify_password(&password, &one.password_hash));
        candidates
    });
    let right = right.await.map_err(|e| Error::Internal(format!("a password could not be looked at: {e}")))?;
    drop(place);
    Ok(right)
}

/// A shop that is not there is a wrong one: nobody's account is at it.
fn unknown_site(error: Error) -> Result<Option<SiteId>, Error> {
    match error {
        Error::UnknownSite(_) => Ok(Some(SiteId(String::new()))),
        other => Err(other),
    }
}

async fn begin(
    app: &App,
    candidate: store::Candidate,
    step: Option<i64>,
    place: Place,
    before: Option<session::LoggedIn>,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<LoggedIn, Error> {
    let site = SiteId(candidate.site_id.clone());
    let codes = tries::of_codes(&app.secret, &candidate.agent_id);
    let password_hash = candidate.password_hash.clone();
    let account = candidate.account()?;
    let Draft { token, row } = Draft::new(&*app.random, &app.secret, account.id.clone(), headers);
    let (session_id, shop, agent) = (row.session_id.clone(), site.clone(), account.id.clone());
    let begun = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            if !store::take_code(tx, &shop, &agent, &password_hash, step).await? {
                return Ok(false);
            }
            if let Some(before) = before {
                session_store::end(tx, &before.site, &before.account.id, &before.session_id).await?;
            }
            session_store::insert(tx, &shop, &row, now).await?;
            store::clear(tx, &codes).await?;
            place.clear(tx).await?;
            Ok(true)
        })
    });
    match (begun.await?, step) {
        (true, _) => Ok(LoggedIn { site, account, session_id, token }),
        // It was shown before; or the account has changed in this very moment.
        (false, Some(_)) => Err(Error::LogInCodeInvalid),
        (false, None) => Err(Error::LogInRefused),
    }
}

/// Where a try to log in is counted.
struct Place {
    /// For this address from there.
    account: String,
    /// For all of them from there.
    source: String,
}

impl Place {
    fn new(secret: &Secret, email: &str, source: Source) -> Place {
        let source = source.0.to_string();
        Place {
            account: tries::bucket(secret, "log in", &[email, &source]),
            source: tries::bucket(secret, "log in from", &[&source]),
        }
    }

    /// The password was right: it is no guess.
    async fn give_back(self, app: &App) -> Result<(), Error> {
        let given = app.db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                store::give_back(tx, &self.source).await?;
                store::give_back(tx, &self.account).await
            })
        });
        Ok(given.await?)
    }

    /// Whoever has come in begins anew.
    async fn clear(self, tx: &mut Tx) -> Result<(), db::Error> {
        store::give_back(tx, &self.source).await?;
        store::clear(tx, &self.account).await
    }
}

/// Bound to its account: a sealed secret copied into another row does not open.
fn purpose(agent_id: &str) -> String {
    format!("agents.totp {agent_id}")
}

pub fn seal_secret(secret: &Secret, random: &dyn crate::random::Random, agent: &AgentId, plain: &[u8]) -> String {
    BASE64_STANDARD_NO_PAD.encode(secret.seal(&purpose(agent.as_str()), random, plain))
}

fn open_secret(secret: &Secret, agent_id: &str, sealed: &str) -> Option<Vec<u8>> {
    secret.open(&purpose(agent_id), &BASE64_STANDARD_NO_PAD.decode(sealed).ok()?)
}

/// Forgets tries and sessions that no longer matter.
///
/// # Errors
/// The database's.
pub async fn sweep(app: &App) -> Result<(), db::Error> {
    let now = app.clock.now();
    session::sweep(&app.db, now).await?;
    app.db.write(move |tx| Box::pin(async move { store::forget(tx, tries::forgotten(now)).await })).await
}
