//! What goes wrong, in words that both sides agree on.

use serde::{Deserialize, Serialize};

/// A stable name for everything that can go wrong. The widget has words for each in every language; names are never
/// reused for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ErrorCode {
    /// The body is not JSON, or not of the documented form.
    BadRequest,
    /// One field breaks a rule; `field` names it.
    Invalid,
    /// The field is empty.
    Required,
    /// The field is longer than allowed.
    TooLong,
    /// The body is larger than allowed.
    TooLarge,
    /// `Content-Type` is not `application/json`.
    UnsupportedMediaType,
    /// No site with this public key.
    UnknownSite,
    /// The site does not list the page's origin.
    OriginNotAllowed,
    /// The address leads nowhere.
    NotFound,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// No order with this number and contact: also said when either is wrong, so that nothing can be guessed.
    OrderNotFound,
    /// The order number cannot be one.
    OrderNumberInvalid,
    /// The contact is neither an e-mail address nor a phone number.
    ContactInvalid,
    /// The article does not exist, or is not published in this locale.
    ArticleNotFound,
    /// The locale is none that the site offers.
    UnknownLocale,
    /// Too many requests; `retry_after` says when to come back.
    RateLimited,
    /// No secret key of a site came with a request that needs one.
    KeyInvalid,
    /// Too many failed look-ups of this order or contact: a one-time code is the way in. To log in: the authenticator's code.
    CodeRequired,
    /// The one-time code does not do, for whatever reason.
    CodeInvalid,
    /// The token that should say who the shopper is was refused.
    IdentityRefused,
    /// The session has ended.
    SessionExpired,
    /// The database or something behind it does not answer.
    Unavailable,
    /// The disk is full: nothing was stored.
    StorageFull,
    /// It took too long.
    Timeout,
    /// A fault of ours. The request id finds it in the log.
    Internal,
    /// A link with a token in it has expired, or is not one of ours: nobody learns which.
    LinkInvalid,
    /// The same key came with another body: nothing was done.
    KeyReused,
    /// What is asked cannot follow what has happened: sent goods cannot be called off.
    NotPossibleNow,
    /// The policy does not allow it; `message` is in the shopper's language and says why, with dates.
    NotReturnable,
    /// More pieces than are left, or fewer than one.
    QuantityInvalid,
    /// A reason that needs a photo came without one.
    PhotoRequired,
    /// The variant that was chosen in exchange cannot be had any more; `message` is in the shopper's language.
    VariantGone,
    /// Nobody can tell just now which other variants there are. Other ways of putting it right remain.
    VariantsUnavailable,
    /// This shop's policy does not take presents back from whoever was given them.
    GiftsNotOffered,
    /// The label or code of a return has expired; where the policy still allows it she gets a new one.
    LabelExpired,
    /// No picture of a kind that we take.
    PictureInvalid,
    /// A picture of more pixels than allowed.
    PictureTooLarge,
    /// No return of hers, or of this code.
    ReturnNotFound,
    /// No account of this site's staff, or one whose role may not do this.
    AgentNotAllowed,
    /// Who wants to log in is not let in; why is not told.
    LogInRefused,
    /// The password is right at several shops: `site` says which one is meant.
    SiteRequired,
    /// No conversation of hers.
    ConversationNotFound,
    /// Nobody writes in it any more; a new one can be opened.
    ConversationClosed,
    /// The cursor is of another epoch, or ahead of the log: read it from the start.
    Resync,
    /// Only ever made by the widget: the request did not reach us.
    Offline,
}

/// The body of every answer with a status of 400 or above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WireError {
    pub code: ErrorCode,
    /// The field of the request that is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// English, for the developer who reads it; shoppers see the widget's own words.
    pub message: String,
    /// Seconds until it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Finds this request in the server's log.
    #[serde(default)]
    pub request_id: String,
}
