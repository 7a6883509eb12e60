//! Whatever the server writes, the readers read: each test goes through `serde_json`, as the server does.
#![allow(clippy::unwrap_used)]

use super::{
    super::read_orders::{ORDER_STATUSES, STAGES},
    *,
};
use aftercart_shared::{
    api::{
        articles::{ArticleLink, ArticleList, ArticleView, CategoryLink, CategoryView, SearchResponse, SearchResult},
        notices::{MyNotices, NoticeView, Subscribed},
        orders::{
            CarrierView, ContentView, DateRange, EventView, ExpectedSource, FullOrder, LineView, MyOrder, MyOrders,
            OrderView, ParcelContents, ParcelView, ShareLink, TroubleView,
        },
    },
    document::{Block, Inline},
    tracking::{OrderStatus, ParcelStatus, Stage},
    trouble::Trouble,
};
use serde::Serialize;
use std::fmt::Debug;

fn survives<T: Read + Serialize + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(Json::parse(&text).and_then(|json| T::read(&json)).as_ref(), Some(value), "{text}");
}

fn name(value: &impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn names_are_those_of_the_wire() {
    for (known, code) in ERROR_CODES {
        assert_eq!(known, name(&code));
    }
    for (known, stage) in STAGES {
        assert_eq!(known, name(&stage));
    }
    for (known, status) in ORDER_STATUSES {
        assert_eq!(known, name(&status));
    }
    for status in ParcelStatus::ALL {
        assert_eq!(status.name(), name(&status));
    }
}

#[test]
fn orders_survive_the_wire() {
    let range = DateRange {
        earliest: Timestamp(1_795_000_000_000),
        latest: Timestamp(-5),
        source: ExpectedSource::History,
        utc_offset_min: Some(-210),
    };
    let promise = DateRange { source: ExpectedSource::Carrier, utc_offset_min: None, ..range };
    let event = |status, offset| EventView {
        at: Timestamp(7),
        utc_offset_min: offset,
        status,
        place: Some("上海市".into()),
        text: None,
        raw_code: Some("\"44\"".into()),
    };
    let parcel = ParcelView {
        id: "s1".into(),
        carrier: Some(CarrierView {
            code: "sf".into(), name: "SF Express".into(), name_zh: Some("顺丰速运".into())
        }),
        tracking_number: Some("SF1".into()),
        tracking_url: None,
        status: ParcelStatus::ReadyForPickup,
        stage: Stage::OutForDelivery,
        needs_attention: true,
        items: 2,
        expected: Some(range),
        first_scan: Some(promise),
        trouble: Some(TroubleView { kind: Trouble::Stuck, since: Some(Timestamp(4)) }),
        pickup_place: Some("桐梓林菜鸟驿站".into()),
        delivered_at: Some(Timestamp(9)),
        events: vec![event(ParcelStatus::InTransit, Some(-210)), event(ParcelStatus::Registered, None)],
    };
    let bare = ParcelView {
        carrier: None,
        expected: None,
        first_scan: None,
        trouble: Some(TroubleView { kind: Trouble::Late, since: None }),
        pickup_place: None,
        delivered_at: None,
        events: vec![],
        ..parcel.clone()
    };
    let order = OrderView {
        number: "A-1001".into(),
        placed_at: Timestamp(1),
        status: OrderStatus::PartlyDelivered,
        stage: Stage::OnTheWay,
        recipient: None,
        expected: None,
        items_total: 3,
        items_unshipped: 1,
        parcels: vec![parcel, bare],
        updated_at: Timestamp(2),
        time_zone: "Asia/Shanghai".into(),
        items_digital: 1,
        items_pre_ordered: 2,
        available_at: Some(Timestamp(6)),
        exchange_of: Some("A-1000".into()),
        as_of: Some(Timestamp(8)),
        revision: "0a1b".into(),
        watch: Some("token".into()),
        shared: true,
    };
    survives(&order);
    survives(&Subscribed { active: true });
    survives(&ShareLink { url: "https://help.example/s/pk_demo/shared#t".into(), expires_at: Timestamp(5) });
    for trouble in Trouble::ALL {
        assert_eq!(trouble.name(), name(&trouble));
    }
    let line = |unit_price, sku: Option<&str>| LineView {
        id: "l1".into(),
        sku: sku.map(Into::into),
        title: "Lamp".into(),
        quantity: 2,
        refunded: 1,
        unit_price,
    };
    let contents = ParcelContents {
        parcel: "s1".into(),
        lines: vec![ContentView { line: "l1".into(), quantity: 2 }],
        pickup_code: Some("12-3-4567".into()),
    };
    survives(&FullOrder {
        id: OrderId("0a".into()),
        order,
        currency: "JPY".into(),
        decimals: 0,
        lines: vec![line(Some(12_900), None), line(None, Some("LAMP"))],
        lines_total: None,
        refunded: 0,
        address: vec!["上海市".into(), "200041 CN".into()],
        email: Some("e***@example.com".into()),
        phone: None,
        contents: vec![contents, ParcelContents { parcel: "s2".into(), lines: vec![], pickup_code: None }],
    });
    let mine = MyOrder {
        id: OrderId("0a".into()),
        number: "A-1001".into(),
        placed_at: Timestamp(1),
        status: OrderStatus::Shipped,
        title: None,
        items_total: 3,
    };
    survives(&MyOrders { orders: vec![mine], next: Some("1_0a".into()) });
}

#[test]
fn codes_and_sessions_survive_the_wire() {
    survives(&CodeSent { id: "c".into(), expires_in: 600, resend_in: 30 });
    survives(&SessionStarted { token: "t".into(), expires_at: Timestamp(5), order_id: None });
    survives(&SessionStarted { token: "t".into(), expires_at: Timestamp(5), order_id: Some(OrderId("0a".into())) });
}

#[test]
fn articles_survive_the_wire() {
    let words = || vec![Inline::Text { text: "a".into() }, Inline::Break, Inline::Code { text: "b".into() }];
    let link = ArticleLink { id: "i".into(), slug: "s".into(), title: "t".into() };
    survives(&ArticleView {
        id: "refund-time".into(),
        slug: "refund-time".into(),
        locale: Locale::ZhTw,
        title: "退款".into(),
        category: Some(CategoryLink { id: "returns".into(), title: "Returns".into() }),
        updated_at: Timestamp(3),
        body: vec![
            Block::Heading { level: 3, id: "h".into(), inlines: words() },
            Block::Paragraph { inlines: vec![Inline::Strong { inlines: vec![Inline::Emphasis { inlines: words() }] }] },
            Block::List { start: Some(4), items: vec![vec![Block::Rule], vec![]] },
            Block::List { start: None, items: vec![] },
            Block::Quote { blocks: vec![Block::Code { text: "x\ny".into() }] },
            Block::Table { rows: vec![vec![words(), vec![]], vec![]] },
            Block::Paragraph { inlines: vec![Inline::Link { href: "article:x".into(), inlines: words() }] },
        ],
        related: vec![link.clone()],
    });
    let category = CategoryView { id: "returns".into(), title: "Returns".into(), articles: vec![link] };
    survives(&ArticleList { locale: Locale::En, categories: vec![category] });
    survives(&SearchResponse {
        results: vec![SearchResult {
            id: "i".into(),
            slug: "s".into(),
            locale: Locale::ZhCn,
            title: "t".into(),
            snippet: "s".into(),
            score: 0.0,
            title_matches: vec![(0, 2), (4, 6)],
            snippet_matches: vec![],
        }],
        took_us: 12,
    });
}

#[test]
fn errors_and_the_configuration_survive_the_wire() {
    survives(&WireError {
        code: ErrorCode::RateLimited,
        field: Some("contact".into()),
        message: "slow down".into(),
        retry_after: Some(40),
        request_id: "r".into(),
    });
    survives(&BootConfig {
        site: "pk_demo".into(),
        shop_name: "Harbour & Pine".into(),
        locale: Locale::En,
        locales: vec![Locale::En, Locale::ZhCn],
        currency: "CNY".into(),
        time_zone: "Asia/Shanghai".into(),
        surface: Surface::Panel,
        base: "/w/pk_demo".into(),
        origins: vec!["http://localhost:8788".into()],
        logo: None,
        side: Side::End,
        order_number_example: "A-1001".into(),
        contact_email: Some("help@shop.example".into()),
        contact_phone: None,
        chat: true,
    });
}

#[test]
fn what_is_missing_is_missed() {
    assert_eq!(Json::parse(r#"{"locale":"fr","categories":[]}"#).and_then(|json| ArticleList::read(&json)), None);
    assert_eq!(Json::parse(r#"{"results":[{}],"took_us":1}"#).and_then(|json| SearchResponse::read(&json)), None);
}

#[test]
fn notices_survive_the_wire() {
    let late = NoticeView {
        key: "0f".into(),
        order_id: OrderId("o1".into()),
        number: "A-1001".into(),
        trouble: Some(Trouble::Late),
        since: Some(Timestamp(7)),
        title: "您的包裹晚了".into(),
        text: "…".into(),
        seen: true,
    };
    let waiting = NoticeView { trouble: None, since: None, seen: false, ..late.clone() };
    survives(&MyNotices { notices: vec![late, waiting], unseen: 1, headline: Some("…".into()) });
    survives(&MyNotices { notices: vec![], unseen: 0, headline: None });
}
