//! What must hold of an order as a whole, whatever system it comes from.

use super::model::{ImportedOrder, ImportedShipment};
use aftercart_shared::{error::ErrorCode, tracking::ParcelStatus, validate::OrderNumber};
use std::collections::{HashMap, HashSet};

/// Far above any real order; keeps one row from filling the memory.
const LINES_MAX: usize = 2_000;
const SHIPMENTS_MAX: usize = 500;
const EVENTS_MAX: usize = 1_000;
/// Serial numbers to a line: one for each piece of any that has them.
const SERIALS_MAX: usize = 1_000;
/// Of one line. Also what keeps sums far from overflowing.
const QUANTITY_MAX: i64 = 1_000_000;

/// The number in the form in which it is looked up.
pub fn number_key(number: &str) -> Result<OrderNumber, String> {
    OrderNumber::parse(number).map_err(|code| match code {
        ErrorCode::Required => "number is missing or empty".to_owned(),
        ErrorCode::TooLong => "number is too long".to_owned(),
        _ => format!("number {number:?} is not an order number: letters and digits are expected, and at least one digit where it is short"),
    })
}

/// The first thing that is wrong with the order.
pub fn whole(order: &ImportedOrder) -> Result<(), String> {
    number_key(&order.number)?;
    let bought = lines(order)?;
    if order.shipments.len() > SHIPMENTS_MAX {
        return Err(format!("{} shipments; at most {SHIPMENTS_MAX} are allowed", order.shipments.len()));
    }
    let mut ids = HashSet::new();
    let mut sent: HashMap<&str, i64> = HashMap::new();
    for shipment in &order.shipments {
        if !ids.insert(shipment.id.as_str()) {
            return Err(format!("two shipments have the id {:?}", shipment.id));
        }
        contents(shipment, &bought, &mut sent)?;
        if shipment.events.len() > EVENTS_MAX {
            return Err(format!("shipment {:?} has more than {EVENTS_MAX} events", shipment.id));
        }
        if let (Some(earliest), Some(latest)) = (shipment.expected_earliest, shipment.expected_latest)
            && earliest > latest
        {
            return Err(format!("shipment {:?} is expected later than at the latest", shipment.id));
        }
    }
    Ok(())
}

/// What was charged can be: for sources that state it themselves. What a platform's sums contradict is left to a person
/// when something of the order comes back.
pub fn charges(order: &ImportedOrder) -> Result<(), String> {
    let of = &order.charges;
    let all = [of.discount, of.delivery, of.delivery_tax, of.tax, of.gift_cards];
    if all.iter().chain(order.lines.iter().flat_map(|line| [&line.discount, &line.tax])).any(|amount| *amount < 0) {
        return Err("a discount, charge, tax or gift card is below nought".to_owned());
    }
    let (mut goods, mut tax) = (0_i128, i128::from(of.tax) + i128::from(of.delivery_tax));
    for line in &order.lines {
        let price = i128::from(line.unit_price.unwrap_or(0)) * i128::from(line.quantity);
        if i128::from(line.discount) > price {
            return Err(format!("line {:?} has a discount larger than its price", line.id));
        }
        goods += price - i128::from(line.discount);
        tax += i128::from(line.tax);
    }
    if i128::from(of.discount) > goods {
        return Err("discount is larger than the goods cost".to_owned());
    }
    let paid = goods - i128::from(of.discount) + i128::from(of.delivery) + if of.taxes_added { tax } else { 0 };
    if i128::from(of.gift_cards) > paid {
        return Err("gift_cards paid more than the order cost".to_owned());
    }
    if paid > i128::from(i64::MAX / 4) { Err("the sums are too large".to_owned()) } else { Ok(()) }
}

/// How many were bought of each line.
fn lines(order: &ImportedOrder) -> Result<HashMap<&str, i64>, String> {
    if order.lines.is_empty() {
        return Err("the order has no lines".to_owned());
    }
    if order.lines.len() > LINES_MAX {
        return Err(format!("{} lines; at most {LINES_MAX} are allowed", order.lines.len()));
    }
    let mut bought = HashMap::new();
    for line in &order.lines {
        if !(1..=QUANTITY_MAX).contains(&line.quantity) {
            return Err(format!("line {:?} has the quantity {}", line.id, line.quantity));
        }
        if !(0..=line.quantity).contains(&line.refunded) {
            return Err(format!("line {:?} has {} refunded of {}", line.id, line.refunded, line.quantity));
        }
        if line.unit_price.is_some_and(|price| price < 0) {
            return Err(format!("line {:?} has a negative price", line.id));
        }
        if line.serials.len() > SERIALS_MAX.min(usize::try_from(line.quantity).unwrap_or(0)) {
            return Err(format!("line {:?} has more serials than pieces", line.id));
        }
        if bought.insert(line.id.as_str(), line.quantity).is_some() {
            return Err(format!("two lines have the id {:?}", line.id));
        }
    }
    Ok(bought)
}

/// Checks what is in a parcel and adds it to what is `sent`. A voided parcel carries nothing.
fn contents<'a>(
    shipment: &'a ImportedShipment,
    bought: &HashMap<&str, i64>,
    sent: &mut HashMap<&'a str, i64>,
) -> Result<(), String> {
    let mut seen = HashSet::new();
    for part in &shipment.lines {
        let (id, line) = (&shipment.id, part.line.as_str());
        let Some(available) = bought.get(line) else {
            return Err(format!("shipment {id:?} contains the unknown line {line:?}"));
        };
        if !seen.insert(line) {
            return Err(format!("shipment {id:?} names the line {line:?} twice"));
        }
        if !(1..=*available).contains(&part.quantity) {
            return Err(format!(
                "shipment {id:?} contains {} of line {line:?}; {available} were bought",
                part.quantity
            ));
        }
        if shipment.status != ParcelStatus::Cancelled {
            let total = sent.entry(line).or_default();
            *total += part.quantity;
            if *total > *available {
                return Err(format!("the shipments contain {total} of line {line:?}; {available} were bought"));
            }
        }
    }
    Ok(())
}
