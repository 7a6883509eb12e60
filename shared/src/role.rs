//! What each of the shop's people may do: one table, which the server asks before it does anything and the desk before it
//! offers it.

use serde::{Deserialize, Serialize};

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    /// Looks, and changes nothing.
    ReadOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Permission {
    /// Sees conversations and returns, and the customers in them.
    ReadConversations,
    /// Talks with shoppers, takes and closes, writes notes.
    Answer,
    /// Hands a colleague's conversation to somebody else.
    HandOver,
    /// Approves, refuses, receives and refunds.
    DecideReturns,
    /// Canned replies, connectors, what everybody did, and whatever else belongs to the shop.
    Settings,
}

impl Permission {
    pub const ALL: [Permission; 5] = [
        Permission::ReadConversations,
        Permission::Answer,
        Permission::HandOver,
        Permission::DecideReturns,
        Permission::Settings,
    ];
}

impl Role {
    pub const ALL: [Role; 6] = [Role::Owner, Role::Lead, Role::Agent, Role::Quality, Role::Analyst, Role::ReadOnly];

    /// The table.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{Answer, DecideReturns, ReadConversations};
        match self {
            // Whatever is an owner's alone, as accounts are, is done on the server itself.
            Role::Owner | Role::Lead => true,
            Role::Agent => matches!(permission, ReadConversations | Answer | DecideReturns),
            Role::Quality | Role::ReadOnly => matches!(permission, ReadConversations),
            // Figures name nobody.
            Role::Analyst => false,
        }
    }

    /// Everything that it may.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission)).collect()
    }

    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// As it is written everywhere: on the wire, in the database, on the command line.
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn whoever_looks_changes_nothing_and_whoever_counts_sees_nobody() {
        let changes = [Permission::Answer, Permission::HandOver, Permission::DecideReturns, Permission::Settings];
        for role in [Role::Quality, Role::ReadOnly, Role::Analyst] {
            assert!(!changes.iter().any(|change| role.may(*change)), "{role:?}");
        }
        assert_eq!(Role::Analyst.permissions(), []);
        assert_eq!(Role::Owner.permissions(), Permission::ALL);
        assert!(!Role::Agent.may(Permission::HandOver) && !Role::Agent.may(Permission::Settings));
        // Nobody answers what she may not read.
        for role in Role::ALL.into_iter().filter(|role| role.permissions().len() > 1) {
            assert!(role.may(Permission::ReadConversations), "{role:?}");
        }
    }

    #[test]
    fn a_role_is_written_alike_everywhere() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        assert_eq!(Role::parse("Owner"), None);
    }
}
