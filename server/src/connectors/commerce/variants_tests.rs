//! Variants as the platforms tell them. The forms are those of Vendure 3.7's schema and of Medusa 2.21's route.
#![allow(clippy::unwrap_used)]
use super::{tests::shop, *};
use aftercart_shared::{locale::Locale, money::Currency};
use serde_json::{Value, json};

fn of(currency: &str) -> LineOf {
    LineOf { order: "7".into(), line: "70".into(), currency: Currency::parse(currency).unwrap() }
}

async fn siblings(shop: &dyn Commerce, of: &LineOf) -> Result<Option<Siblings>, Fault> {
    shop.varied().unwrap().siblings(of).await
}

fn vendure_variant(id: &str, size: &str, more: Value) -> Value {
    let mut row = json!({
        "id": id, "sku": format!("APRON-{size}"), "enabled": true, "priceWithTax": 5880, "currencyCode": "USD",
        "trackInventory": "INHERIT", "outOfStockThreshold": 0, "useGlobalOutOfStockThreshold": true,
        "stockLevels": [{ "stockOnHand": 9, "stockAllocated": 2 }, { "stockOnHand": 1, "stockAllocated": 0 }],
        "options": [{ "languageCode": "en", "name": size, "translations": [], "group": {
            "languageCode": "en", "name": "size",
            "translations": [{ "languageCode": "en", "name": "size" }, { "languageCode": "zh_Hans", "name": "尺码" }]
        } }],
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

fn vendure(variants: Value) -> Box<dyn Commerce> {
    let body = json!({ "data": {
        "order": { "id": "7", "lines": [{ "id": "70", "productVariant": {
            "id": "1", "product": { "enabled": true, "variants": variants },
        } }] },
        "globalSettings": {
            "trackInventory": true, "outOfStockThreshold": 3, "serverConfig": { "moneyStrategyPrecision": 2 },
        },
    } });
    shop(Kind::Vendure, move |_| (200, body.to_string())).0
}

#[tokio::test]
async fn vendure_s_stock_is_what_can_be_sold() {
    let shop = vendure(json!([
        vendure_variant("1", "S", json!({})),
        vendure_variant("2", "M", json!({ "useGlobalOutOfStockThreshold": false })),
        vendure_variant("3", "L", json!({ "trackInventory": "FALSE", "priceWithTax": 6000 })),
        vendure_variant("4", "XL", json!({ "stockLevels": [{ "stockOnHand": 1, "stockAllocated": 5 }] })),
        vendure_variant("5", "XXL", json!({ "enabled": false })),
        vendure_variant("6", "XS", json!({ "currencyCode": "EUR" })),
    ]));
    let told = siblings(&*shop, &of("USD")).await.unwrap().unwrap();
    assert_eq!(told.bought.as_deref(), Some("1"));
    let seen: Vec<_> = told.variants.iter().map(|v| (v.id.as_str(), v.price, v.stock)).collect();
    assert_eq!(
        seen,
        [
            ("1", Some(5_880), Stock::Pieces(5)),
            ("2", Some(5_880), Stock::Pieces(8)),
            ("3", Some(6_000), Stock::Unlimited),
            ("4", Some(5_880), Stock::Pieces(0)),
            ("6", None, Stock::Pieces(5)),
        ]
    );
    let option = &told.variants[0].options[0];
    assert_eq!((option.name.get(Locale::ZhCn), option.name.get(Locale::En)), ("尺码", "size"));
    assert_eq!(option.value.get(Locale::ZhCn), "S");
    // Another line than the order has, another order than was asked for.
    let line = LineOf { line: "71".into(), ..of("USD") };
    assert_eq!(siblings(&*shop, &line).await.unwrap(), None);
    let order = LineOf { order: "8".into(), ..of("USD") };
    assert_eq!(siblings(&*shop, &order).await.unwrap(), None);
}

#[tokio::test]
async fn medusa_s_variants_are_those_of_the_line_s_product() {
    let (shop, script) = shop(Kind::Medusa, |call| {
        if call.url.contains("/admin/orders/7?") {
            let item = json!({ "id": "70", "variant_id": "variant_s", "product_id": "prod_1" });
            return (200, json!({ "order": { "id": "7", "items": [item] } }).to_string());
        }
        assert!(call.url.contains("/admin/products/prod_1/variants?"), "{}", call.url);
        let variant = |id: &str, size: &str, more: Value| {
            let mut row = json!({
                "id": id, "title": size, "sku": size, "manage_inventory": true, "allow_backorder": false,
                "inventory_quantity": 4, "options": [{ "value": size, "option": { "title": "Size" } }],
                "prices": [
                    { "amount": 39, "currency_code": "usd", "rules": {} },
                    { "amount": 49.5, "currency_code": "usd", "rules": {} },
                    { "amount": 99, "currency_code": "usd", "rules": { "region_id": "reg_1" } },
                    { "amount": 45, "currency_code": "eur", "rules": {} },
                ],
            });
            for (name, value) in more.as_object().unwrap() {
                row[name] = value.clone();
            }
            row
        };
        let rows = json!([
            variant("variant_s", "S", json!({})),
            variant("variant_m", "M", json!({ "inventory_quantity": null, "prices": [] })),
            variant("variant_l", "L", json!({ "allow_backorder": true, "options": [] })),
        ]);
        (200, json!({ "variants": rows }).to_string())
    });
    let told = siblings(&*shop, &of("USD")).await.unwrap().unwrap();
    let seen: Vec<_> = told.variants.iter().map(|v| (v.id.as_str(), v.price, v.stock)).collect();
    assert_eq!(told.bought.as_deref(), Some("variant_s"));
    assert_eq!(
        seen,
        [
            ("variant_s", Some(4_950), Stock::Pieces(4)),
            ("variant_m", None, Stock::Unknown),
            ("variant_l", Some(4_950), Stock::Unlimited),
        ]
    );
    assert_eq!(told.variants[2].options[0].value.get(Locale::En), "L");
    assert_eq!(siblings(&*shop, &LineOf { line: "71".into(), ..of("USD") }).await.unwrap(), None);
    // An id that leads elsewhere is not sent.
    let asked = script.asked.lock().unwrap().len();
    assert_eq!(siblings(&*shop, &LineOf { order: "../x".into(), ..of("USD") }).await.unwrap(), None);
    assert_eq!(script.asked.lock().unwrap().len(), asked);
}

#[tokio::test]
async fn any_shop_s_variants_are_read_strictly() {
    let answer = |variants: Value| {
        let body = json!({ "bought": "a", "variants": variants }).to_string();
        shop(Kind::Generic, move |call| {
            assert_eq!(call.url, "https://shop.example/orders/7/lines/70/variants");
            (200, body.clone())
        })
        .0
    };
    let olive = json!({
        "id": "a", "sku": "BG-OL", "options": [{ "name": { "en": "Colour", "zh-CN": "颜色" }, "value": { "en": "olive", "zh-CN": "橄榄绿" } }],
        "prices": { "USD": "22.00", "JPY": "3300" }, "stock": 2,
    });
    let told = siblings(&*answer(json!([olive])), &of("JPY")).await.unwrap().unwrap();
    assert_eq!((told.variants[0].price, told.variants[0].stock), (Some(3_300), Stock::Pieces(2)));
    assert_eq!(told.variants[0].options[0].value.get(Locale::ZhCn), "橄榄绿");
    for (field, wrong) in [
        ("stock", json!(-1)),
        ("options", json!([])),
        ("prices", json!({ "USD": "22.001" })),
        ("prices", json!({ "usd": "22" })),
        ("prices", json!({ "USD": "-1" })),
        ("id", json!("")),
        ("colour", json!("olive")),
    ] {
        let mut bad = olive.clone();
        bad[field] = wrong;
        assert!(matches!(siblings(&*answer(json!([bad])), &of("USD")).await, Err(Fault::Garbled(_))), "{field}");
    }
    // A shop that has no such address tells nothing; one that is down is down.
    for (status, told) in [(404, Ok(None)), (503, Err(Fault::Busy { retry_after_s: None }))] {
        let (shop, _) = shop(Kind::Generic, move |_| (status, "{}".into()));
        assert_eq!(siblings(&*shop, &of("USD")).await, told);
    }
}

#[test]
fn whoever_says_that_it_tells_variants_does() {
    for kind in Kind::ALL {
        let (shop, _) = shop(kind, |_| (200, "{}".into()));
        assert_eq!(shop.varied().is_some(), kind.tells_variants(), "{}", kind.name());
        assert_eq!(shop.capabilities().contains(&Capability::Variants), kind.tells_variants(), "{}", kind.name());
    }
}
