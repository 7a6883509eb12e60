//! The shared types, read from [`Json`]. Every reader is tested against what the server's own serialisation writes.

use super::json::Json;
use aftercart_shared::{
    api::{
        shoppers::{CodeSent, SessionStarted},
        sites::{BootConfig, Surface},
    },
    error::{ErrorCode, WireError},
    ids::{OrderId, SiteKey},
    locale::Locale,
    theme::Side,
    time::Timestamp,
};

/// `None` when something that must be there is missing or of another form.
pub trait Read: Sized {
    fn read(json: &Json) -> Option<Self>;
}

/// A member that may be missing or `null`; wrong forms count as missing.
pub(super) fn maybe<T: Read>(json: &Json, name: &str) -> Option<T> {
    T::read(json.get(name))
}

pub(super) fn text(json: &Json, name: &str) -> Option<String> {
    json.get(name).text().map(Into::into)
}

pub(super) fn yes(json: &Json, name: &str) -> bool {
    *json.get(name) == Json::Bool(true)
}

pub(super) fn count(json: &Json, name: &str) -> Option<u32> {
    json.get(name).number()?.try_into().ok()
}

pub(super) fn all<T: Read>(json: &Json) -> Option<Vec<T>> {
    let items = json.list()?;
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(T::read(item)?);
    }
    Some(all)
}

pub(super) fn named<T: Copy>(json: &Json, names: &[(&str, T)]) -> Option<T> {
    let name = json.text()?;
    names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// To be read later.
impl Read for Json {
    fn read(json: &Json) -> Option<Self> {
        Some(json.clone())
    }
}

impl Read for Timestamp {
    fn read(json: &Json) -> Option<Self> {
        json.number().map(Timestamp)
    }
}

impl Read for Locale {
    fn read(json: &Json) -> Option<Self> {
        let tag = json.text()?;
        Locale::ALL.into_iter().find(|locale| locale.tag() == tag)
    }
}

const ERROR_CODES: [(&str, ErrorCode); 42] = [
    ("bad_request", ErrorCode::BadRequest),
    ("invalid", ErrorCode::Invalid),
    ("required", ErrorCode::Required),
    ("too_long", ErrorCode::TooLong),
    ("too_large", ErrorCode::TooLarge),
    ("unsupported_media_type", ErrorCode::UnsupportedMediaType),
    ("unknown_site", ErrorCode::UnknownSite),
    ("origin_not_allowed", ErrorCode::OriginNotAllowed),
    ("not_found", ErrorCode::NotFound),
    ("method_not_allowed", ErrorCode::MethodNotAllowed),
    ("order_not_found", ErrorCode::OrderNotFound),
    ("order_number_invalid", ErrorCode::OrderNumberInvalid),
    ("contact_invalid", ErrorCode::ContactInvalid),
    ("article_not_found", ErrorCode::ArticleNotFound),
    ("unknown_locale", ErrorCode::UnknownLocale),
    ("rate_limited", ErrorCode::RateLimited),
    ("key_invalid", ErrorCode::KeyInvalid),
    ("code_required", ErrorCode::CodeRequired),
    ("code_invalid", ErrorCode::CodeInvalid),
    ("identity_refused", ErrorCode::IdentityRefused),
    ("session_expired", ErrorCode::SessionExpired),
    ("unavailable", ErrorCode::Unavailable),
    ("storage_full", ErrorCode::StorageFull),
    ("timeout", ErrorCode::Timeout),
    ("internal", ErrorCode::Internal),
    ("link_invalid", ErrorCode::LinkInvalid),
    ("key_reused", ErrorCode::KeyReused),
    ("not_possible_now", ErrorCode::NotPossibleNow),
    ("not_returnable", ErrorCode::NotReturnable),
    ("quantity_invalid", ErrorCode::QuantityInvalid),
    ("photo_required", ErrorCode::PhotoRequired),
    ("variant_gone", ErrorCode::VariantGone),
    ("variants_unavailable", ErrorCode::VariantsUnavailable),
    ("gifts_not_offered", ErrorCode::GiftsNotOffered),
    ("label_expired", ErrorCode::LabelExpired),
    ("picture_invalid", ErrorCode::PictureInvalid),
    ("picture_too_large", ErrorCode::PictureTooLarge),
    ("return_not_found", ErrorCode::ReturnNotFound),
    ("conversation_not_found", ErrorCode::ConversationNotFound),
    ("conversation_closed", ErrorCode::ConversationClosed),
    ("resync", ErrorCode::Resync),
    ("offline", ErrorCode::Offline),
];

impl Read for WireError {
    fn read(json: &Json) -> Option<Self> {
        Some(WireError {
            code: named(json.get("code"), &ERROR_CODES)?,
            field: text(json, "field"),
            message: text(json, "message")?,
            retry_after: count(json, "retry_after"),
            request_id: text(json, "request_id").unwrap_or_default(),
        })
    }
}

impl Read for BootConfig {
    fn read(json: &Json) -> Option<Self> {
        let origins = json.get("origins").list()?.iter();
        Some(BootConfig {
            site: SiteKey(text(json, "site")?),
            shop_name: text(json, "shop_name")?,
            locale: maybe(json, "locale")?,
            locales: all(json.get("locales"))?,
            currency: text(json, "currency")?,
            time_zone: text(json, "time_zone")?,
            surface: named(json.get("surface"), &[("panel", Surface::Panel), ("page", Surface::Page)])?,
            base: text(json, "base")?,
            origins: origins.filter_map(|origin| origin.text().map(Into::into)).collect(),
            logo: text(json, "logo"),
            side: named(json.get("side"), &[("start", Side::Start), ("end", Side::End)])?,
            order_number_example: text(json, "order_number_example")?,
            contact_email: text(json, "contact_email"),
            contact_phone: text(json, "contact_phone"),
            chat: yes(json, "chat"),
        })
    }
}

impl Read for CodeSent {
    fn read(json: &Json) -> Option<Self> {
        Some(CodeSent {
            id: text(json, "id")?,
            expires_in: count(json, "expires_in")?,
            resend_in: count(json, "resend_in")?,
        })
    }
}

impl Read for SessionStarted {
    fn read(json: &Json) -> Option<Self> {
        Some(SessionStarted {
            token: text(json, "token")?,
            expires_at: maybe(json, "expires_at")?,
            order_id: text(json, "order_id").map(OrderId),
        })
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
