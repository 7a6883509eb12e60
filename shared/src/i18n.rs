//! Every text that a shopper reads, in every language, as a method of [`Messages`].
//!
//! The methods are made from `shared/locales/*.json` at build time: `home.greeting` becomes `home_greeting(shop)`.

use crate::{
    error::ErrorCode,
    locale::Locale,
    tracking::{OrderStatus, ParcelStatus, Stage},
};

/// The texts in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Messages {
    locale: Locale,
}

impl Messages {
    pub fn new(locale: Locale) -> Messages {
        Messages { locale }
    }

    pub fn locale(self) -> Locale {
        self.locale
    }

    /// What the shopper reads when something went wrong.
    pub fn error(self, code: ErrorCode) -> &'static str {
        match code {
            ErrorCode::BadRequest => self.errors_bad_request(),
            ErrorCode::Invalid => self.errors_invalid(),
            ErrorCode::Required => self.errors_required(),
            ErrorCode::TooLong => self.errors_too_long(),
            ErrorCode::TooLarge => self.errors_too_large(),
            ErrorCode::UnsupportedMediaType => self.errors_unsupported_media_type(),
            ErrorCode::UnknownSite => self.errors_unknown_site(),
            ErrorCode::OriginNotAllowed => self.errors_origin_not_allowed(),
            ErrorCode::NotFound => self.errors_not_found(),
            ErrorCode::MethodNotAllowed => self.errors_method_not_allowed(),
            ErrorCode::OrderNotFound => self.errors_order_not_found(),
            ErrorCode::OrderNumberInvalid => self.errors_order_number_invalid(),
            ErrorCode::ContactInvalid => self.errors_contact_invalid(),
            ErrorCode::ArticleNotFound => self.errors_article_not_found(),
            ErrorCode::UnknownLocale => self.errors_unknown_locale(),
            ErrorCode::RateLimited => self.errors_rate_limited(),
            // Nobody says these to a shopper; the desk has words of its own.
            ErrorCode::KeyInvalid | ErrorCode::AgentNotAllowed | ErrorCode::LogInRefused | ErrorCode::SiteRequired => {
                self.errors_internal()
            }
            ErrorCode::CodeRequired => self.errors_code_required(),
            ErrorCode::CodeInvalid => self.errors_code_invalid(),
            ErrorCode::IdentityRefused => self.errors_identity_refused(),
            ErrorCode::SessionExpired => self.errors_session_expired(),
            ErrorCode::Unavailable => self.errors_unavailable(),
            ErrorCode::StorageFull => self.errors_storage_full(),
            ErrorCode::Timeout => self.errors_timeout(),
            ErrorCode::Internal => self.errors_internal(),
            ErrorCode::LinkInvalid => self.errors_link_invalid(),
            ErrorCode::KeyReused => self.errors_key_reused(),
            ErrorCode::NotPossibleNow => self.errors_not_possible_now(),
            ErrorCode::NotReturnable => self.errors_not_returnable(),
            ErrorCode::QuantityInvalid => self.errors_quantity_invalid(),
            ErrorCode::PhotoRequired => self.errors_photo_required(),
            ErrorCode::GiftsNotOffered => self.gift_not_offered(),
            ErrorCode::LabelExpired => self.label_expired(),
            ErrorCode::VariantGone => self.exchange_gone(),
            ErrorCode::VariantsUnavailable => self.exchange_unavailable(),
            ErrorCode::PictureInvalid => self.errors_picture_invalid(),
            ErrorCode::PictureTooLarge => self.errors_picture_too_large(),
            ErrorCode::ReturnNotFound => self.errors_return_not_found(),
            ErrorCode::ConversationNotFound | ErrorCode::Resync => self.errors_conversation_not_found(),
            ErrorCode::ConversationClosed => self.errors_conversation_closed(),
            ErrorCode::Offline => self.errors_offline(),
        }
    }

    pub fn parcel_status(self, status: ParcelStatus) -> &'static str {
        match status {
            ParcelStatus::Unknown => self.status_unknown(),
            ParcelStatus::Registered => self.status_registered(),
            ParcelStatus::InTransit => self.status_in_transit(),
            ParcelStatus::OutForDelivery => self.status_out_for_delivery(),
            ParcelStatus::ReadyForPickup => self.status_ready_for_pickup(),
            ParcelStatus::Attempted => self.status_attempted(),
            ParcelStatus::Delivered => self.status_delivered(),
            ParcelStatus::Exception => self.status_exception(),
            ParcelStatus::Returning => self.status_returning(),
            ParcelStatus::Returned => self.status_returned(),
            ParcelStatus::Cancelled => self.status_cancelled(),
            ParcelStatus::Expired => self.status_expired(),
        }
    }

    pub fn stage(self, stage: Stage) -> &'static str {
        match stage {
            Stage::Ordered => self.stage_ordered(),
            Stage::Packed => self.stage_packed(),
            Stage::OnTheWay => self.stage_on_the_way(),
            Stage::OutForDelivery => self.stage_out_for_delivery(),
            Stage::Delivered => self.stage_delivered(),
        }
    }

    pub fn order_status(self, status: OrderStatus) -> &'static str {
        match status {
            OrderStatus::Placed => self.order_status_placed(),
            OrderStatus::Preparing => self.order_status_preparing(),
            OrderStatus::PartlyShipped => self.order_status_partly_shipped(),
            OrderStatus::Shipped => self.order_status_shipped(),
            OrderStatus::PartlyDelivered => self.order_status_partly_delivered(),
            OrderStatus::Delivered => self.order_status_delivered(),
            OrderStatus::Returned => self.order_status_returned(),
            OrderStatus::Cancelled => self.order_status_cancelled(),
        }
    }
}

/// Puts values in the place of `{names}`.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(values.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_go_where_their_names_stand_and_are_not_read_again() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
        assert_eq!(fill("共 {n} 件", &[("n", "3")]), "共 3 件");
    }
}
