//! The retailer's staff: accounts with roles, made by command line, and how they come in to the desk.

pub mod acts_store;
pub mod log_in;
pub mod log_in_store;
pub mod routes;
pub mod session;
pub mod session_store;
pub mod store;
pub mod totp;
pub mod tries;

use crate::db::{self, Db};
use aftercart_shared::{
    ids::{AgentId, SiteId},
    validate::Contact,
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

pub use aftercart_shared::role::{Permission, Role};

/// One of the shop's people, whose account works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AgentId,
    /// In lower case.
    pub email: String,
    /// As shoppers see it, too.
    pub name: String,
    pub role: Role,
}

/// The account of this site with this e-mail address, however it is written; nobody whose account was disabled.
///
/// # Errors
/// The database's.
pub async fn account(db: &Db, site: &SiteId, email: &str) -> Result<Option<Account>, db::Error> {
    let Ok(Contact::Email(email)) = Contact::parse(email) else { return Ok(None) };
    store::active(db, site, &email).await?.map(store::ActiveAgent::account).transpose()
}

/// NIST SP 800-63B: length is what counts.
pub const PASSWORD_MIN: usize = 12;
/// Hashing is work: nobody may hand us a megabyte of it.
pub const PASSWORD_MAX: usize = 256;

/// An argon2id hash in PHC form.
///
/// # Errors
/// In words for the person who chose the password.
pub fn hash_password(password: &str, salt: &[u8; 16]) -> Result<String, String> {
    let length = password.chars().count();
    if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
        return Err(format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters; this one has {length}"));
    }
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|e| format!("the password could not be hashed: {e}"))
}

/// Whether this is the account's password. Takes about as long where there is no account (an empty hash), so that it
/// does not tell which addresses have one.
pub fn verify_password(password: &str, hash: &str) -> bool {
    let typed = password.chars().take(PASSWORD_MAX + 1).collect::<String>();
    if hash.is_empty() {
        let _ = hash_password("nobody has this password", &[0; 16]);
        return false;
    }
    Argon2::default().verify_password(typed.as_bytes(), hash).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_its_own_and_no_other() {
        let hash = hash_password("correct horse battery", &[7; 16]).unwrap();
        assert!(verify_password("correct horse battery", &hash));
        for wrong in ["correct horse batter", "correct horse battery ", "", "Correct horse battery"] {
            assert!(!verify_password(wrong, &hash), "{wrong:?}");
        }
        assert!(!verify_password("correct horse battery", "") && !verify_password("x", "no hash"));
    }
}
