//! Tell me: news of an order by e-mail, and what is wrong with an order in the panel.

use crate::{ids::OrderId, locale::Locale, time::Timestamp, trouble::Trouble};
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// `GET /api/v1/me/notices?locale=…`: what a verified shopper should know of her orders without asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyNotices {
    /// The newest trouble first; at most one for each order, its gravest.
    pub notices: Vec<NoticeView>,
    /// How many of them she has not seen.
    pub unseen: u32,
    /// One line for the launcher, about the first that she has not seen.
    pub headline: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeView {
    /// Names this very trouble: when the order gets into another, that has another key.
    pub key: String,
    pub order_id: OrderId,
    /// As the shop writes it.
    pub number: String,
    /// What is wrong. `None`: a parcel waits to be collected.
    pub trouble: Option<Trouble>,
    pub since: Option<Timestamp>,
    /// In the language that was asked for.
    pub title: String,
    /// What happened and what can be done, likewise.
    pub text: String,
    /// She has seen it, on whatever device.
    pub seen: bool,
}

/// `POST /api/v1/me/notices/seen` → 204. Keys that are none of hers now are passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticesSeen {
    /// [`NoticeView::key`]
    pub keys: Vec<String>,
    /// She wants to hear no more of them.
    #[serde(default)]
    pub dismissed: bool,
}
