//! One parcel of a stored order, told of by itself: the order is read, amended and written as if it had come whole, so
//! every rule of a whole order holds for it too.

use super::{
    amend_store,
    fields::{self, Reading, Scalar, limit},
    jsonl::{self, Shipment, not_in},
    model::ImportedShipment,
    order_store::{Older, write_order},
    upsert::{UpsertError, Upserted, check_and_prepare},
};
use crate::{
    db::Db,
    orders::{carriers::CarrierEvent, told},
};
use aftercart_shared::{ids::SiteId, time::Timestamp, tracking::ParcelStatus};
use serde::Deserialize;
use utoipa::ToSchema;

/// A parcel as it was read: what is in it may be left open.
#[derive(Clone, Debug)]
pub struct Parcel {
    shipment: ImportedShipment,
    contents_unknown: bool,
}

/// Reads the parcel that the order calls `id`.
///
/// # Errors
/// The first rule that it breaks, in one English sentence.
pub fn parcel(id: &str, mut row: Shipment, reading: &Reading) -> Result<Parcel, String> {
    if row.id.as_ref().is_some_and(|said| said.0 != id) {
        return Err("the id in the body is not the one in the address".into());
    }
    row.id = Some(Scalar(id.to_owned()));
    let (shipment, contents_unknown) = jsonl::shipment(row, 1, reading)?;
    Ok(Parcel { shipment, contents_unknown })
}

/// Adds the parcel to the order that `source` calls `external_id`, or replaces what was said of it before; `None`: there
/// is no such order. The same again changes nothing.
///
/// # Errors
/// When the order would break a rule with it, or the database refuses.
pub async fn put(
    db: &Db,
    site: &SiteId,
    country: &str,
    (source, external_id): (&'static str, &str),
    parcel: Parcel,
    now: Timestamp,
) -> Result<Option<Upserted>, UpsertError> {
    let (site, country, external_id) = (site.clone(), country.to_owned(), external_id.to_owned());
    db.write::<_, UpsertError, _>(move |tx| {
        Box::pin(async move {
            let Some(mut order) = amend_store::stored(tx, &site, source, &external_id).await? else { return Ok(None) };
            let Parcel { mut shipment, contents_unknown } = parcel;
            let place = order.shipments.iter().position(|known| known.id == shipment.id);
            let at = place.unwrap_or(order.shipments.len());
            if place.is_some() {
                order.shipments.remove(at);
            }
            if contents_unknown {
                shipment.lines = not_in(&order.shipments, &order.lines);
            }
            order.shipments.insert(at, shipment);
            order.updated_at = order.updated_at.max(now);
            let refused = |reason| UpsertError::Refused { index: 0, external_id, reason };
            let prepared = check_and_prepare(order, &site, &country, source).map_err(refused)?;
            let before = told::before(tx, &site, &prepared.order_id).await?;
            let changed = write_order(tx, &site, &prepared, Older::Replaces).await?;
            if let Some(before) = before.filter(|_| changed) {
                told::after(tx, &site, &prepared.order_id, before, now).await?;
            }
            Ok(Some(Upserted { order_id: prepared.order_id, changed }))
        })
    })
    .await
}

/// What happened to a parcel, told of by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// Your own id of the event, unique in the parcel: the same id again is the same event and changes nothing.
    id: Scalar,
    /// Date with time and zone; the zone's offset is kept and shown.
    at: String,
    /// What the parcel's status was from then on.
    status: ParcelStatus,
    /// The carrier's own code.
    raw_code: Option<Scalar>,
    /// Town or depot, as the carrier wrote it.
    place: Option<String>,
    /// The carrier's own words.
    text: Option<String>,
}

/// The event with its id.
///
/// # Errors
/// The first rule that it breaks, in one English sentence.
pub fn event(row: NewEvent, reading: &Reading) -> Result<(String, CarrierEvent), String> {
    let id = fields::required("events.id", Some(row.id.0), limit::ID)?;
    let NewEvent { at, status, raw_code, place, text, .. } = row;
    let read = jsonl::event(jsonl::Event { at, status, raw_code, place, text }, reading)?;
    let event = CarrierEvent {
        at: read.at,
        utc_offset_min: read.utc_offset_min,
        status: read.status,
        raw_code: read.raw_code,
        place: read.place,
        text: read.text,
    };
    Ok((id, event))
}
