use serde_json::{Value, json};

/// An order of two lamps with one parcel on its way, for Emma (e-mail) and her phone.
pub fn order(number: &str) -> Value {
    json!({
        "id": format!("ext-{number}"),
        "number": number,
        "placed_at": "2026-11-18T09:12:00+08:00",
        "currency": "CNY",
        "locale": "en",
        "email": "emma.wilson@example.com",
        "phone": "+8613800138000",
        "recipient": "Emma Wilson",
        "address": { "line1": "1 Quay Street", "city": "Shanghai", "postcode": "200000", "country": "CN" },
        "lines": [{ "id": "l1", "sku": "LAMP", "title": "Harbour lamp", "quantity": 2, "unit_price": "129.00" }],
        "shipments": [{
            "id": "s1", "carrier": "sf", "tracking_number": "SF1234567890123", "status": "in_transit",
            "lines": [{ "line": "l1", "quantity": 2 }],
            "events": [
                { "at": "2026-11-19T08:00:00+08:00", "status": "registered", "text": "Label made" },
                { "at": "2026-11-20T08:00:00+08:00", "status": "in_transit", "place": "Shanghai", "raw_code": "30",
                  "text": "Call the courier at 13912345678" },
            ],
        }],
        "updated_at": "2026-11-20T08:00:00+08:00",
    })
}

pub fn article(id: &str, locale: &str, title: &str, body: &str) -> Value {
    json!({ "id": id, "locale": locale, "title": title, "body": body, "category": "returns" })
}
