//! The second person, where one is not enough: she shows by her own password that it is she.

use crate::{
    agents::{self, Permission, Role, store::ActiveAgent, tries},
    app::App,
    error::Error,
    sites::Site,
};
use aftercart_shared::{ids::AgentId, validate::Contact};
use serde::Deserialize;
use utoipa::ToSchema;

/// Wrong passwords for one account within an hour, by one who acts.
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
    let account = agents::store::active(&app.db, &site.id, email).await?;
    let decides =
        |account: &ActiveAgent| Role::parse(&account.role).is_some_and(|role| role.may(Permission::DecideReturns));
    Ok(account.filter(decides))
}

/// A second person's account, if it decides on returns and she has shown her password.
///
/// # Errors
/// [`Error::SecondNotAllowed`], the same whatever is wrong; [`Error::RateLimited`] after too many wrong passwords.
pub async fn second(app: &App, site: &Site, first: &AgentId, second: &Second) -> Result<AgentId, Error> {
    // However it is written, it is one address: another spelling is no new start.
    let email = match Contact::parse(&second.agent) {
        Ok(Contact::Email(email)) => email,
        _ => String::new(),
    };
    // Of whoever acts: one who guesses keeps nobody else from asking her.
    let bucket = tries::bucket(&app.secret, "agents/second", &[site.id.as_str(), first.as_str(), &email]);
    tries::take(app, bucket.clone(), WRONG_PASSWORDS).await?;
    let account = account(app, site, &email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone()).unwrap_or_default();
    let password = second.password.clone();
    // Hashing is work for a while: not on a thread that serves others.
    let proven = tokio::task::spawn_blocking(move || agents::verify_password(&password, &hash)).await;
    let account = account.filter(|_| matches!(proven, Ok(true))).ok_or(Error::SecondNotAllowed)?;
    tries::forgive(app, bucket).await?;
    Ok(AgentId(account.agent_id))
}
