//! Orders, parcels and what is told of them, read from [`Json`].

use super::{
    json::Json,
    read::{Read, all, count, maybe, named, text},
};
use aftercart_shared::{
    api::{
        notices::{MyNotices, NoticeView, Subscribed},
        orders::{
            CarrierView, ContentView, DateRange, EventView, ExpectedSource, FullOrder, LineView, MyOrder, MyOrders,
            OrderView, ParcelContents, ParcelView, ShareLink, TroubleView,
        },
    },
    ids::OrderId,
    tracking::{OrderStatus, ParcelStatus, Stage},
    trouble::Trouble,
};

pub(super) const STAGES: [(&str, Stage); 5] = [
    ("ordered", Stage::Ordered),
    ("packed", Stage::Packed),
    ("on_the_way", Stage::OnTheWay),
    ("out_for_delivery", Stage::OutForDelivery),
    ("delivered", Stage::Delivered),
];

pub(super) const ORDER_STATUSES: [(&str, OrderStatus); 8] = [
    ("placed", OrderStatus::Placed),
    ("preparing", OrderStatus::Preparing),
    ("partly_shipped", OrderStatus::PartlyShipped),
    ("shipped", OrderStatus::Shipped),
    ("partly_delivered", OrderStatus::PartlyDelivered),
    ("delivered", OrderStatus::Delivered),
    ("returned", OrderStatus::Returned),
    ("cancelled", OrderStatus::Cancelled),
];

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
            carrier: text(carrier, "code").zip(text(carrier, "name")).map(|(code, name)| CarrierView {
                code,
                name,
                name_zh: text(carrier, "name_zh"),
            }),
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
