//! The shared types, read from [`Json`]. Every reader is tested against what the server's own serialisation writes.

use super::json::Json;
use aftercart_shared::{
    api::{
        articles::{ArticleLink, ArticleList, ArticleView, CategoryLink, CategoryView, SearchResponse, SearchResult},
        notices::{MyNotices, NoticeView, Subscribed},
        orders::{
            CarrierView, ContentView, DateRange, EventView, ExpectedSource, FullOrder, LineView, MyOrder, MyOrders,
            OrderView, ParcelContents, ParcelView, ShareLink, TroubleView,
        },
        shoppers::{CodeSent, SessionStarted},
        sites::{BootConfig, Surface},
    },
    document::{Block, Inline},
    error::{ErrorCode, WireError},
    ids::{ArticleId, OrderId, SiteKey},
    locale::Locale,
    theme::Side,
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus, Stage},
    trouble::Trouble,
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

pub(super) fn count(json: &Json, name: &str) -> Option<u32> {
    json.get(name).number()?.try_into().ok()
}

pub(super) fn all<T: Read>(json: &Json) -> Option<Vec<T>> {
    json.list()?.iter().map(T::read).collect()
}

pub(super) fn named<T: Copy>(json: &Json, names: &[(&str, T)]) -> Option<T> {
    let name = json.text()?;
    names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
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

const ERROR_CODES: [(&str, ErrorCode); 39] = [
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
    ("offline", ErrorCode::Offline),
];

const STAGES: [(&str, Stage); 5] = [
    ("ordered", Stage::Ordered),
    ("packed", Stage::Packed),
    ("on_the_way", Stage::OnTheWay),
    ("out_for_delivery", Stage::OutForDelivery),
    ("delivered", Stage::Delivered),
];

const ORDER_STATUSES: [(&str, OrderStatus); 8] = [
    ("placed", OrderStatus::Placed),
    ("preparing", OrderStatus::Preparing),
    ("partly_shipped", OrderStatus::PartlyShipped),
    ("shipped", OrderStatus::Shipped),
    ("partly_delivered", OrderStatus::PartlyDelivered),
    ("delivered", OrderStatus::Delivered),
    ("returned", OrderStatus::Returned),
    ("cancelled", OrderStatus::Cancelled),
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
        })
    }
}

impl Read for DateRange {
    fn read(json: &Json) -> Option<Self> {
        Some(DateRange {
            earliest: maybe(json, "earliest")?,
            latest: maybe(json, "latest")?,
            source: match json.get("source").text() {
                Some("history") => ExpectedSource::History,
                _ => ExpectedSource::Carrier,
            },
            utc_offset_min: offset(json),
        })
    }
}

fn offset(json: &Json) -> Option<i32> {
    json.get("utc_offset_min").number()?.try_into().ok()
}

impl Read for TroubleView {
    fn read(json: &Json) -> Option<Self> {
        Some(TroubleView { kind: Trouble::from_name(json.get("kind").text()?)?, since: maybe(json, "since") })
    }
}

impl Read for MyNotices {
    fn read(json: &Json) -> Option<Self> {
        Some(MyNotices {
            notices: all(json.get("notices"))?,
            unseen: count(json, "unseen")?,
            headline: text(json, "headline"),
        })
    }
}

impl Read for NoticeView {
    fn read(json: &Json) -> Option<Self> {
        Some(NoticeView {
            key: text(json, "key")?,
            order_id: OrderId(text(json, "order_id")?),
            number: text(json, "number")?,
            trouble: json.get("trouble").text().and_then(Trouble::from_name),
            since: maybe(json, "since"),
            title: text(json, "title")?,
            text: text(json, "text")?,
            seen: json.get("seen") == &Json::Bool(true),
        })
    }
}

impl Read for Subscribed {
    fn read(json: &Json) -> Option<Self> {
        Some(Subscribed { active: *json.get("active") == Json::Bool(true) })
    }
}

impl Read for ShareLink {
    fn read(json: &Json) -> Option<Self> {
        Some(ShareLink { url: text(json, "url")?, expires_at: maybe(json, "expires_at")? })
    }
}

impl Read for OrderView {
    fn read(json: &Json) -> Option<Self> {
        Some(OrderView {
            number: text(json, "number")?,
            placed_at: maybe(json, "placed_at")?,
            status: named(json.get("status"), &ORDER_STATUSES)?,
            stage: named(json.get("stage"), &STAGES)?,
            recipient: text(json, "recipient"),
            expected: maybe(json, "expected"),
            items_total: count(json, "items_total")?,
            items_unshipped: count(json, "items_unshipped")?,
            parcels: all(json.get("parcels"))?,
            updated_at: maybe(json, "updated_at")?,
            time_zone: text(json, "time_zone")?,
            items_digital: count(json, "items_digital").unwrap_or(0),
            items_pre_ordered: count(json, "items_pre_ordered").unwrap_or(0),
            available_at: maybe(json, "available_at"),
            exchange_of: text(json, "exchange_of"),
            as_of: maybe(json, "as_of"),
            revision: text(json, "revision").unwrap_or_default(),
            watch: text(json, "watch"),
            shared: *json.get("shared") == Json::Bool(true),
        })
    }
}

impl Read for ParcelView {
    fn read(json: &Json) -> Option<Self> {
        let carrier = json.get("carrier");
        Some(ParcelView {
            id: text(json, "id")?,
            carrier: text(carrier, "code").zip(text(carrier, "name")).map(|(code, name)| CarrierView { code, name }),
            tracking_number: text(json, "tracking_number"),
            tracking_url: text(json, "tracking_url"),
            status: ParcelStatus::from_name(json.get("status").text()?)?,
            stage: named(json.get("stage"), &STAGES)?,
            needs_attention: *json.get("needs_attention") == Json::Bool(true),
            items: count(json, "items")?,
            expected: maybe(json, "expected"),
            first_scan: maybe(json, "first_scan"),
            trouble: maybe(json, "trouble"),
            pickup_place: text(json, "pickup_place"),
            delivered_at: maybe(json, "delivered_at"),
            events: all(json.get("events"))?,
        })
    }
}

impl Read for EventView {
    fn read(json: &Json) -> Option<Self> {
        Some(EventView {
            at: maybe(json, "at")?,
            utc_offset_min: offset(json),
            status: ParcelStatus::from_name(json.get("status").text()?)?,
            place: text(json, "place"),
            text: text(json, "text"),
            raw_code: text(json, "raw_code"),
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

impl Read for MyOrders {
    fn read(json: &Json) -> Option<Self> {
        Some(MyOrders { orders: all(json.get("orders"))?, next: text(json, "next") })
    }
}

impl Read for MyOrder {
    fn read(json: &Json) -> Option<Self> {
        Some(MyOrder {
            id: OrderId(text(json, "id")?),
            number: text(json, "number")?,
            placed_at: maybe(json, "placed_at")?,
            status: named(json.get("status"), &ORDER_STATUSES)?,
            title: text(json, "title"),
            items_total: count(json, "items_total")?,
        })
    }
}

impl Read for FullOrder {
    fn read(json: &Json) -> Option<Self> {
        let address = json.get("address").list()?.iter();
        Some(FullOrder {
            id: OrderId(text(json, "id")?),
            order: maybe(json, "order")?,
            currency: text(json, "currency")?,
            decimals: count(json, "decimals")?,
            lines: all(json.get("lines"))?,
            lines_total: json.get("lines_total").number(),
            refunded: json.get("refunded").number()?,
            address: address.filter_map(|line| line.text().map(Into::into)).collect(),
            email: text(json, "email"),
            phone: text(json, "phone"),
            contents: all(json.get("contents"))?,
        })
    }
}

impl Read for LineView {
    fn read(json: &Json) -> Option<Self> {
        Some(LineView {
            id: text(json, "id")?,
            sku: text(json, "sku"),
            title: text(json, "title")?,
            quantity: count(json, "quantity")?,
            refunded: count(json, "refunded")?,
            unit_price: json.get("unit_price").number(),
        })
    }
}

impl Read for ParcelContents {
    fn read(json: &Json) -> Option<Self> {
        Some(ParcelContents {
            parcel: text(json, "parcel")?,
            lines: all(json.get("lines"))?,
            pickup_code: text(json, "pickup_code"),
        })
    }
}

impl Read for ContentView {
    fn read(json: &Json) -> Option<Self> {
        Some(ContentView { line: text(json, "line")?, quantity: count(json, "quantity")? })
    }
}

impl Read for ArticleList {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleList { locale: maybe(json, "locale")?, categories: all(json.get("categories"))? })
    }
}

impl Read for CategoryView {
    fn read(json: &Json) -> Option<Self> {
        Some(CategoryView { id: text(json, "id")?, title: text(json, "title")?, articles: all(json.get("articles"))? })
    }
}

impl Read for ArticleLink {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleLink { id: ArticleId(text(json, "id")?), slug: text(json, "slug")?, title: text(json, "title")? })
    }
}

impl Read for CategoryLink {
    fn read(json: &Json) -> Option<Self> {
        Some(CategoryLink { id: text(json, "id")?, title: text(json, "title")? })
    }
}

impl Read for ArticleView {
    fn read(json: &Json) -> Option<Self> {
        Some(ArticleView {
            id: ArticleId(text(json, "id")?),
            slug: text(json, "slug")?,
            locale: maybe(json, "locale")?,
            title: text(json, "title")?,
            category: maybe(json, "category"),
            updated_at: maybe(json, "updated_at")?,
            body: all(json.get("body"))?,
            related: all(json.get("related"))?,
        })
    }
}

impl Read for SearchResponse {
    fn read(json: &Json) -> Option<Self> {
        let took_us = json.get("took_us").number()?.try_into().ok()?;
        Some(SearchResponse { results: all(json.get("results"))?, took_us })
    }
}

impl Read for SearchResult {
    fn read(json: &Json) -> Option<Self> {
        Some(SearchResult {
            id: ArticleId(text(json, "id")?),
            slug: text(json, "slug")?,
            locale: maybe(json, "locale")?,
            title: text(json, "title")?,
            snippet: text(json, "snippet")?,
            // Results come best first; by how much is nobody's business here.
            score: 0.0,
            title_matches: ranges(json.get("title_matches")),
            snippet_matches: ranges(json.get("snippet_matches")),
        })
    }
}

fn ranges(json: &Json) -> Vec<(u32, u32)> {
    let range = |pair: &Json| {
        let [start, end] = pair.list()? else { return None };
        Some((start.number()?.try_into().ok()?, end.number()?.try_into().ok()?))
    };
    json.list().unwrap_or_default().iter().filter_map(range).collect()
}

impl Read for Block {
    fn read(json: &Json) -> Option<Self> {
        let inlines = || all(json.get("inlines"));
        Some(match json.get("t").text()? {
            "heading" => Block::Heading {
                level: count(json, "level")?.try_into().ok()?,
                id: text(json, "id")?,
                inlines: inlines()?,
            },
            "paragraph" => Block::Paragraph { inlines: inlines()? },
            "list" => Block::List {
                start: json.get("start").number().and_then(|start| start.try_into().ok()),
                items: json.get("items").list()?.iter().map(all).collect::<Option<_>>()?,
            },
            "quote" => Block::Quote { blocks: all(json.get("blocks"))? },
            "code" => Block::Code { text: text(json, "text")? },
            "table" => {
                let row = |row: &Json| row.list()?.iter().map(all).collect::<Option<_>>();
                Block::Table { rows: json.get("rows").list()?.iter().map(row).collect::<Option<_>>()? }
            }
            "rule" => Block::Rule,
            _ => return None,
        })
    }
}

impl Read for Inline {
    fn read(json: &Json) -> Option<Self> {
        let inlines = || all(json.get("inlines"));
        Some(match json.get("t").text()? {
            "text" => Inline::Text { text: text(json, "text")? },
            "strong" => Inline::Strong { inlines: inlines()? },
            "emphasis" => Inline::Emphasis { inlines: inlines()? },
            "code" => Inline::Code { text: text(json, "text")? },
            "link" => Inline::Link { href: text(json, "href")?, inlines: inlines()? },
            "break" => Inline::Break,
            _ => return None,
        })
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
