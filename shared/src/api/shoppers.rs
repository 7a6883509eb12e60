//! Who the shopper is: one-time codes, tokens that the shop signed, and the session that either gives.
//!
//! A session's token goes into `Authorization: Bearer …`. Without a session, or with one that has ended, what needs one
//! answers 401 `session_expired`.

use crate::{ids::OrderId, locale::Locale, time::Timestamp};
use serde::{Deserialize, Serialize};

/// How many digits a code has.
pub const CODE_DIGITS: usize = 6;

/// `POST /api/v1/codes` → 202 [`CodeSent`], always the same and after the same time, whether somebody has this contact
/// or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeRequest {
    /// E-mail or phone as typed; read by [`crate::validate::Contact::parse`].
    pub contact: String,
    /// An order's number: then the contact must be the one on that order.
    #[serde(default)]
    pub number: Option<String>,
    /// The language of the message; without it the site's first.
    #[serde(default)]
    pub locale: Option<Locale>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// For redeeming; says nothing about the code.
    pub id: String,
    /// Seconds until the code ends.
    pub expires_in: u32,
    /// Seconds after which asking for another one makes sense.
    pub resend_in: u32,
}

/// `POST /api/v1/codes/{id}/redeem` → [`SessionStarted`]. Whatever the reason is that the code does not do (wrong,
/// expired, used, tried too often, never sent): 404 `code_invalid` after one fixed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedeemRequest {
    pub code: String,
    /// Others use this device too: the session is short.
    #[serde(default)]
    pub shared_device: bool,
}

/// `POST /api/v1/identify` → [`SessionStarted`]; whatever is wrong with the token: 401 `identity_refused`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentifyRequest {
    /// A JWT, signed by the shop's server.
    pub token: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionStarted {
    pub token: String,
    /// The latest moment at which the session ends, however much it is used.
    pub expires_at: Timestamp,
    /// The order whose number was given with the code.
    pub order_id: Option<OrderId>,
}

/// `GET /api/v1/me`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeView {
    pub kind: ShopperKind,
    /// As the shop's token gave it.
    pub name: Option<String>,
    /// Masked.
    pub email: Option<String>,
    /// Masked.
    pub phone: Option<String>,
    pub shared_device: bool,
    pub expires_at: Timestamp,
}

/// What a shopper is known by. Two of different kinds are two, even with the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ShopperKind {
    /// A code reached her e-mail address.
    Email,
    /// A code reached her phone.
    Phone,
    /// The shop said so; known by the shop's own id.
    Customer,
}

impl ShopperKind {
    pub fn name(self) -> &'static str {
        match self {
            ShopperKind::Email => "email",
            ShopperKind::Phone => "phone",
            ShopperKind::Customer => "customer",
        }
    }

    pub fn from_name(name: &str) -> Option<ShopperKind> {
        [ShopperKind::Email, ShopperKind::Phone, ShopperKind::Customer].into_iter().find(|kind| kind.name() == name)
    }
}
