//! The second person, where one is not enough: she shows by her own password that it is she.

use crate::{
    agents::{self, Permission, Role, store::ActiveAgent},
    app::App,
    error::Error,
    orders,
    random::hex,
    sites::Site,
};
use aftercart_shared::{ids::AgentId, time::Timestamp, validate::Contact};
use serde::Deserialize;
use utoipa::ToSchema;

/// Wrong passwords for one account within an hour.
const WRONG_PASSWORDS: i64 = 5;

/// Another person, who agrees.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Second {
    /// E-mail address of her account.
    pub agent: String,
    /// Her own.
    pub password: String,
}

impl std::fmt::Debug for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Second").field("agent", &self.agent).finish_non_exhaustive()
    }
}

async fn account(app: &App, site: &Site, email: &str) -> Result<Option<ActiveAgent>, Error> {
    let Ok(Contact::Email(email)) = Contact::parse(email) else { return Ok(None) };
    let account = agents::store::active(&app.db, &site.id, &email).await?;
    let decides =
        |account: &ActiveAgent| Role::parse(&account.role).is_some_and(|role| role.may(Permission::DecideReturns));
    Ok(account.filter(decides))
}

/// A second person's account, if it decides on returns and she has shown her password.
///
/// # Errors
/// [`Error::SecondNotAllowed`], the same whatever is wrong; [`Error::RateLimited`] after too many wrong passwords.
pub async fn second(app: &App, site: &Site, second: &Second) -> Result<AgentId, Error> {
    let now = app.clock.now();
    let window = now.0 - now.0.rem_euclid(Timestamp::HOUR_MS);
    let email = second.agent.trim().to_lowercase();
    let bucket = app.secret.hmac("agents/second", &[site.id.as_str().as_bytes(), email.as_bytes()]);
    let bucket = hex(&bucket[..16]);
    let counted = orders::store::failures(&app.db, &site.id, [&bucket, &bucket, &bucket], window).await?;
    if counted.iter().map(|count| count.failures).sum::<i64>() >= WRONG_PASSWORDS {
        let left_ms = window + Timestamp::HOUR_MS - now.0;
        return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
    }
    let account = account(app, site, &email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone()).unwrap_or_default();
    let password = second.password.clone();
    // Hashing is work for a while: not on a thread that serves others.
    let proven = tokio::task::spawn_blocking(move || agents::verify_password(&password, &hash)).await;
    match account.filter(|_| matches!(proven, Ok(true))) {
        Some(account) => Ok(AgentId(account.agent_id)),
        None => {
            let site = site.id.clone();
            let count = app.db.write::<_, crate::db::Error, _>(move |tx| {
                Box::pin(async move { orders::store::count_failures(tx, &site, &[bucket], window).await })
            });
            count.await?;
            Err(Error::SecondNotAllowed)
        }
    }
}
