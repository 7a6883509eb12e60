//! Identifiers as types of their own, so that one can never be passed where another is meant.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One retailer's shop, as the database knows it. Never shown to shoppers.
    SiteId
);
id!(
    /// The public key of a site (`pk_…`): it stands in the script tag and names the site on every request.
    SiteKey
);
id!(
    /// An order, as the database knows it. The shopper knows its [`crate::validate::OrderNumber`].
    OrderId
);
id!(
    /// One parcel of an order.
    ShipmentId
);
id!(
    /// A help article's own id, the one it was imported with; the same in every locale.
    ArticleId
);
id!(
    /// A return, exchange, claim or withdrawal. People know its number, `R-7K2M9Q`.
    ReturnId
);
id!(
    /// A member of the retailer's staff.
    AgentId
);
id!(
    /// A conversation between a visitor and the shop.
    ConversationId
);
id!(
    /// A browser that has begun to talk, known by its token; perhaps a verified shopper's.
    VisitorId
);
