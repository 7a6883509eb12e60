//! Everything that can go wrong with a request, and how it is told.
//!
//! An error becomes a status and a [`WireError`]; [`crate::http::observe`] adds the request's id and writes the
//! body. What is internal goes to the log and never over the wire.

use crate::db;
use aftercart_shared::error::{ErrorCode, WireError};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this address does not answer that method")]
    MethodNotAllowed,
    /// Asked for as a page is, where only a socket is.
    #[error("this address speaks WebSocket: ask for the upgrade")]
    NoUpgrade,
    #[error("{message}")]
    BadRequest { message: String },
    /// Well-formed, but not of the documented form: a wrong type, a missing or an unknown field.
    #[error("{message}")]
    Shape { field: Option<String>, message: String },
    /// A field that is well-formed but breaks a rule.
    #[error("{message}")]
    Invalid { code: ErrorCode, field: &'static str, message: String },
    /// A rule that takes more words: `message` may be in the shopper's language.
    #[error("{message}")]
    Ruled { code: ErrorCode, field: Option<String>, message: String },
    /// What is asked cannot follow what has happened.
    #[error("{message}")]
    NotPossibleNow { message: String },
    #[error("this key came before with another body")]
    KeyReused,
    /// `message` is in the shopper's language.
    #[error("{message}")]
    VariantGone { field: String, message: String },
    #[error("this shop takes presents back from their buyers only")]
    GiftsNotOffered,
    #[error("the label of this return has expired")]
    LabelExpired,
    #[error("nobody can tell just now which other variants there are")]
    VariantsUnavailable,
    #[error("no such return")]
    ReturnNotFound,
    #[error("no such conversation")]
    ConversationNotFound,
    #[error("nobody writes in this conversation any more; open a new one")]
    ConversationClosed,
    #[error("the log is not the one that this cursor comes from: read it from the start")]
    Resync,
    #[error("`agent` is nobody of this site who may do this")]
    AgentNotAllowed,
    /// Said to whoever is logged in.
    #[error("your role does not allow this")]
    RoleNotAllowed,
    /// A page of somebody else's may have sent it.
    #[error("what changes something is sent with the header `aftercart-desk`")]
    DeskHeaderMissing,
    /// Unknown, disabled, a wrong password or a wrong shop: which of them is not told.
    #[error("this address and this password do not open the desk")]
    LogInRefused,
    /// The password was right.
    #[error("send the six digits of the authenticator as `code`")]
    LogInCodeRequired,
    #[error("this code does not do: it is another's, too old, or was used before")]
    LogInCodeInvalid,
    /// No such account, one that may not, or a wrong password: which of them is not told.
    #[error("`second` is nobody of this site who may do this, or the password is not hers")]
    SecondNotAllowed,
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    #[error("send the picture itself as image/jpeg, image/png or image/webp")]
    NoPictureType,
    #[error("name the site with the header `Aftercart-Site: pk_…`; {0}")]
    UnknownSite(String),
    #[error("this site does not allow the origin {0}")]
    OriginNotAllowed(String),
    #[error("no order with this number and contact")]
    OrderNotFound,
    /// Past the limit of failures for an order or a contact.
    #[error("too many failed tries: ask for a code at POST /api/v1/codes")]
    CodeRequired,
    #[error("this code does not do")]
    CodeInvalid,
    /// Said to the retailer's developer, who holds the token.
    #[error("the token was refused: {0}")]
    IdentityRefused(&'static str),
    #[error("there is no session, or it has ended")]
    SessionExpired,
    #[error("no such article")]
    ArticleNotFound,
    #[error("send a secret key of the site as `Authorization: Bearer sk_…`, and never from a browser")]
    KeyInvalid,
    /// Said to the mail service.
    #[error("send the secret `mail.inbound_secret` as `Authorization: Bearer …`, or as the password of HTTP Basic")]
    InboundRefused,
    #[error("send the message itself as message/rfc822")]
    NoMailType,
    #[error("the locale is none of the site's")]
    UnknownLocale,
    #[error("too many requests; come back in {retry_after} s")]
    RateLimited { retry_after: u32 },
    #[error("the link has expired or is not one of ours")]
    LinkInvalid,
    #[error("it took too long")]
    Timeout,
    #[error("there is no room to store this")]
    StorageFull,
    #[error("{0}")]
    Db(#[from] db::Error),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// A rule with words of its own.
    pub fn ruled(code: ErrorCode, field: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Ruled { code, field: Some(field.into()), message: message.into() }
    }

    /// A rule of `shared::validate` was broken by `field`.
    pub fn invalid(code: ErrorCode, field: &'static str) -> Error {
        let message = match code {
            ErrorCode::Required => format!("`{field}` is empty"),
            ErrorCode::TooLong => format!("`{field}` is too long"),
            _ => format!("`{field}` is not valid"),
        };
        Error::Invalid { code, field, message }
    }

    fn status_and_code(&self) -> (StatusCode, ErrorCode) {
        match self {
            Error::NotFound => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
            Error::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowed),
            Error::NoUpgrade => (StatusCode::UPGRADE_REQUIRED, ErrorCode::BadRequest),
            Error::BadRequest { .. } => (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            Error::Shape { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid),
            Error::Invalid { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, *code),
            Error::Ruled { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, *code),
            Error::NotPossibleNow { .. } => (StatusCode::CONFLICT, ErrorCode::NotPossibleNow),
            Error::KeyReused => (StatusCode::CONFLICT, ErrorCode::KeyReused),
            Error::VariantGone { .. } => (StatusCode::CONFLICT, ErrorCode::VariantGone),
            Error::GiftsNotOffered => (StatusCode::CONFLICT, ErrorCode::GiftsNotOffered),
            Error::LabelExpired => (StatusCode::CONFLICT, ErrorCode::LabelExpired),
            Error::VariantsUnavailable => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::VariantsUnavailable),
            Error::ReturnNotFound => (StatusCode::NOT_FOUND, ErrorCode::ReturnNotFound),
            Error::ConversationNotFound => (StatusCode::NOT_FOUND, ErrorCode::ConversationNotFound),
            Error::ConversationClosed => (StatusCode::CONFLICT, ErrorCode::ConversationClosed),
            Error::Resync => (StatusCode::CONFLICT, ErrorCode::Resync),
            Error::RoleNotAllowed => (StatusCode::FORBIDDEN, ErrorCode::AgentNotAllowed),
            Error::DeskHeaderMissing => (StatusCode::FORBIDDEN, ErrorCode::OriginNotAllowed),
            Error::LogInRefused => (StatusCode::UNAUTHORIZED, ErrorCode::LogInRefused),
            Error::LogInCodeRequired => (StatusCode::UNAUTHORIZED, ErrorCode::CodeRequired),
            Error::LogInCodeInvalid => (StatusCode::UNAUTHORIZED, ErrorCode::CodeInvalid),
            Error::AgentNotAllowed | Error::SecondNotAllowed => (StatusCode::FORBIDDEN, ErrorCode::AgentNotAllowed),
            Error::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge),
            Error::UnsupportedMediaType | Error::NoPictureType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedMediaType)
            }
            Error::UnknownSite(_) => (StatusCode::NOT_FOUND, ErrorCode::UnknownSite),
            Error::OriginNotAllowed(_) => (StatusCode::FORBIDDEN, ErrorCode::OriginNotAllowed),
            Error::OrderNotFound => (StatusCode::NOT_FOUND, ErrorCode::OrderNotFound),
            Error::CodeRequired => (StatusCode::FORBIDDEN, ErrorCode::CodeRequired),
            Error::CodeInvalid => (StatusCode::NOT_FOUND, ErrorCode::CodeInvalid),
            Error::IdentityRefused(_) => (StatusCode::UNAUTHORIZED, ErrorCode::IdentityRefused),
            Error::SessionExpired => (StatusCode::UNAUTHORIZED, ErrorCode::SessionExpired),
            Error::ArticleNotFound => (StatusCode::NOT_FOUND, ErrorCode::ArticleNotFound),
            Error::InboundRefused => (StatusCode::UNAUTHORIZED, ErrorCode::KeyInvalid),
            Error::NoMailType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedMediaType),
            Error::KeyInvalid => (StatusCode::UNAUTHORIZED, ErrorCode::KeyInvalid),
            Error::UnknownLocale => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::UnknownLocale),
            Error::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited),
            Error::LinkInvalid => (StatusCode::NOT_FOUND, ErrorCode::LinkInvalid),
            Error::Timeout => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Timeout),
            Error::StorageFull | Error::Db(db::Error::Full) => {
                (StatusCode::INSUFFICIENT_STORAGE, ErrorCode::StorageFull)
            }
            Error::Db(db::Error::Unavailable(_)) => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable),
            Error::Db(_) | Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal),
        }
    }

    /// What the client is told, without the request's id.
    pub fn wire(&self) -> (StatusCode, WireError) {
        let (status, code) = self.status_and_code();
        let message = match self {
            Error::Db(_) if status == StatusCode::SERVICE_UNAVAILABLE => "try again in a moment".to_owned(),
            Error::Db(db::Error::Full) => "there is no room to store this".to_owned(),
            Error::Db(_) | Error::Internal(_) => "something went wrong on our side".to_owned(),
            shown => shown.to_string(),
        };
        let field = match self {
            Error::Shape { field, .. } | Error::Ruled { field, .. } => field.clone(),
            Error::VariantGone { field, .. } => Some(field.clone()),
            Error::AgentNotAllowed => Some("agent".to_owned()),
            Error::SecondNotAllowed => Some("second".to_owned()),
            Error::Invalid { field, .. } => Some((*field).to_owned()),
            Error::CodeInvalid | Error::LogInCodeRequired | Error::LogInCodeInvalid => Some("code".to_owned()),
            _ => None,
        };
        let retry_after = match self {
            Error::RateLimited { retry_after } => Some(*retry_after),
            _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(2),
            _ => None,
        };
        (status, WireError { code, field, message, retry_after, request_id: String::new() })
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, wire) = self.wire();
        if status.is_server_error() {
            tracing::error!(error = %self, code = ?wire.code, "a request failed");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(wire);
        response
    }
}
