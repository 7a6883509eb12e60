//! The retailer's staff: accounts with roles, made by command line until the desk is there.

pub mod acts_store;
pub mod store;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

/// What an agent may do. The desk turns roles into permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including the site's settings and other owners.
    Owner,
    /// Teams, queues, escalations.
    Lead,
    /// Conversations, orders, returns.
    Agent,
    /// Reads conversations and rates them.
    Quality,
    /// Reads figures.
    Analyst,
    ReadOnly,
}

impl Role {
    /// Whether returns are theirs to decide.
    pub fn decides_returns(self) -> bool {
        matches!(self, Role::Owner | Role::Lead | Role::Agent)
    }

    /// Whether they talk with shoppers.
    pub fn answers_conversations(self) -> bool {
        matches!(self, Role::Owner | Role::Lead | Role::Agent)
    }

    /// Whether they hand a colleague's conversation to somebody else.
    pub fn hands_over(self) -> bool {
        matches!(self, Role::Owner | Role::Lead)
    }

    pub fn parse(name: &str) -> Option<Role> {
        let all = [Role::Owner, Role::Lead, Role::Agent, Role::Quality, Role::Analyst, Role::ReadOnly];
        all.into_iter().find(|role| role.name() == name)
    }

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Lead => "lead",
            Role::Agent => "agent",
            Role::Quality => "quality",
            Role::Analyst => "analyst",
            Role::ReadOnly => "read_only",
        }
    }
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
