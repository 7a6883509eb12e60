//! Tell me: news of an order by e-mail.

use crate::locale::Locale;
use serde::{Deserialize, Serialize};

/// `POST /api/v1/orders/subscribe`, with the header `Aftercart-Watch`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscribeRequest {
    /// As typed.
    pub email: String,
    /// Of the mails.
    pub locale: Locale,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subscribed {
    /// `false`: a mail asks first whether it was she.
    pub active: bool,
}

/// What a link of one of our mails carries in its fragment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeToken {
    pub token: String,
}
