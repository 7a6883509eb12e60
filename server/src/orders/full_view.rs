//! Everything about an order, for its verified shopper.

use super::{
    mask,
    own_store::OwnOrder,
    view::{count, own_order},
};
use aftercart_shared::{
    api::orders::{ContentView, FullOrder, LineView, MyOrder, ParcelContents},
    ids::OrderId,
    money::Currency,
    tracking::ParcelStatus,
};
use serde::Deserialize;

/// One of her orders, in a line.
pub fn my_order(own: &OwnOrder, time_zone: &str) -> MyOrder {
    let view = own_order(own, time_zone);
    MyOrder {
        id: OrderId(own.found.order.order_id.clone()),
        number: view.number,
        placed_at: view.placed_at,
        status: view.status,
        title: own.lines.first().map(|line| line.title.clone()),
        items_total: view.items_total,
    }
}

pub fn full_order(own: &OwnOrder, time_zone: &str) -> FullOrder {
    let details = &own.details;
    let lines: Vec<LineView> = own
        .lines
        .iter()
        .map(|line| LineView {
            id: line.line_id.clone(),
            sku: line.sku.clone(),
            title: line.title.clone(),
            quantity: count(line.quantity),
            refunded: count(line.refunded),
            unit_price: line.unit_price,
        })
        .collect();
    let price = |line: &LineView| line.unit_price?.checked_mul(i64::from(line.quantity));
    let add = |sum: Option<i64>, price: Option<i64>| sum?.checked_add(price?);
    FullOrder {
        id: OrderId(own.found.order.order_id.clone()),
        order: own_order(own, time_zone),
        decimals: Currency::parse(&details.currency).map_or(2, |currency| currency.decimals()),
        currency: details.currency.clone(),
        lines_total: if lines.is_empty() { None } else { lines.iter().map(price).fold(Some(0), add) },
        lines,
        refunded: details.refunded,
        address: details.address.as_deref().map(address).unwrap_or_default(),
        email: details.email.as_deref().map(mask::email),
        phone: details.phone.as_deref().map(mask::phone),
        contents: own.found.shipments.iter().map(|shipment| contents(own, &shipment.shipment_id)).collect(),
    }
}

fn contents(own: &OwnOrder, shipment: &str) -> ParcelContents {
    let inside = own.contents.iter().filter(|content| content.shipment_id == shipment);
    let waits = own
        .found
        .shipments
        .iter()
        .any(|s| s.shipment_id == shipment && s.status == ParcelStatus::ReadyForPickup.name());
    let said = own.found.events.iter().filter(|event| waits && event.shipment_id == shipment);
    // The latest word holds: lockers give out a new code when the old one has run out.
    let code = said.filter_map(|event| Some((event.at, mask::pickup_code(event.text.as_deref()?)?)));
    ParcelContents {
        parcel: shipment.to_owned(),
        lines: inside
            .map(|content| ContentView { line: content.line_id.clone(), quantity: count(content.quantity) })
            .collect(),
        pickup_code: code.max_by_key(|(at, _)| *at).map(|(_, code)| code),
    }
}

/// As it stands on a parcel: in East Asia from the large to the small, elsewhere from the door to the country.
fn address(json: &str) -> Vec<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Parts {
        line1: Option<String>,
        line2: Option<String>,
        city: Option<String>,
        region: Option<String>,
        postcode: Option<String>,
        country: Option<String>,
    }
    let Parts { line1, line2, city, region, postcode, country } = serde_json::from_str(json).unwrap_or_default();
    let large_first = country.as_deref().is_some_and(|c| matches!(c, "CN" | "TW" | "HK" | "MO" | "JP" | "KR"));
    // 上海市 is both city and region.
    let region = region.filter(|region| city.as_ref() != Some(region));
    let join = |parts: [Option<String>; 3], with: &str| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(with))
    };
    let lines = if large_first {
        [join([region, city, None], " "), line1, line2, join([postcode, country, None], " "), None]
    } else {
        [line1, line2, join([city, region, None], ", "), postcode, country]
    };
    lines.into_iter().flatten().filter(|line| !line.trim().is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_written_as_on_a_parcel() {
        let shanghai = r#"{"line1":"南京西路288号","line2":"1204室","city":"上海市","region":"上海市","postcode":"200041","country":"CN"}"#;
        assert_eq!(address(shanghai), ["上海市", "南京西路288号", "1204室", "200041 CN"]);
        let brighton = r#"{"line1":"14 Larkspur Road","city":"Brighton","region":"East Sussex","postcode":"BN1 4ZZ","country":"GB"}"#;
        assert_eq!(address(brighton), ["14 Larkspur Road", "Brighton, East Sussex", "BN1 4ZZ", "GB"]);
        assert!(address("{}").is_empty());
        assert!(address("not json").is_empty());
    }
}
