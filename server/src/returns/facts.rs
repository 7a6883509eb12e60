//! An order from our own tables, turned into what a policy and the sums must know of it.

use super::{
    arrival::{self, Packed},
    exchange::variant_store,
    kept::Kept,
    money::{Given, OrderSums},
    order_store::{self, EarlierRow, LineRow, OrderRow},
    pieces, policy,
    record::Kind,
    sums,
};
use crate::{
    connectors::commerce,
    db::{self, Fetch},
    orders::import::model::LineKind,
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    money::Currency,
    returns::Resolution,
    time::Timestamp,
    tracking::{OrderState, ParcelStatus},
};

#[derive(Clone, Debug)]
pub struct Facts {
    pub row: OrderRow,
    pub lines: Vec<LineRow>,
    /// One line for each of `lines`, in their order.
    pub order: policy::Order,
    pub sums: OrderSums,
    /// What its parts cost cannot be told: its sums contradict one another, or some are missing.
    unpriced: bool,
    /// By earlier returns and by the shop itself.
    pub given: Given,
    /// A courier knows where to come.
    pub has_address: bool,
    /// Who knows which other sizes and colours there are.
    pub tells: Tells,
    /// Whether there may be others, for each of `lines`.
    pub varied: Vec<bool>,
}

/// Who is asked for variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    Nobody,
    /// The file that the shop has imported.
    File,
    /// The connector that the order came by.
    Connector,
}

impl Facts {
    /// Everything about the order that `row` begins. `without` leaves one return out of the count: it is the one that is
    /// asked about.
    ///
    /// # Errors
    /// The database's.
    pub async fn read<F: Fetch>(
        from: &mut F,
        site: &SiteId,
        row: OrderRow,
        without: Option<&ReturnId>,
    ) -> Result<Facts, db::Error> {
        let lines = order_store::lines(from, site, &row.order_id).await?;
        let packed = order_store::packed(from, site, &row.order_id).await?;
        let mut earlier = order_store::earlier(from, site, &row.order_id).await?;
        if let Some(without) = without {
            earlier.retain(|one| one.return_id != without.0);
        }
        let currency = Currency::parse(&row.currency);
        let currency = currency.ok_or_else(|| db::Error::Corrupt(format!("order {}: currency", row.order_id)))?;
        let address = Address::of(row.address.as_deref());
        let placed_at = Timestamp(row.placed_at);
        let sums = sums::of_rows(&row, &lines);
        let paid_each = sums::paid_each(&sums);
        let line = |(place, line): (usize, &LineRow)| {
            let parcels: Vec<Packed> = packed.iter().filter(|part| part.line_id == line.line_id).map(part).collect();
            policy::Line {
                id: line.line_id.clone(),
                sku: line.sku.clone(),
                // No source tells these yet.
                tags: vec![],
                product_type: None,
                on_sale: false,
                final_sale: false,
                paid_each: paid_each.as_ref().and_then(|each| each.get(place).copied()).unwrap_or(0),
                bought: line.quantity,
                returned: gone(line, &earlier),
                sent_at: arrival::sent_at(&parcels),
                arrival: match LineKind::from_name(&line.kind) {
                    Some(LineKind::Digital) => policy::Arrival::Delivered(placed_at),
                    _ => arrival::arrival(line.quantity, &parcels),
                },
            }
        };
        let order = policy::Order {
            placed_at,
            cancelled: OrderState::from_name(&row.state) == Some(OrderState::Cancelled),
            currency,
            country: address.country,
            channel: None,
            customer_groups: vec![],
            lines: lines.iter().enumerate().map(line).collect(),
        };
        let kind = variant_store::connector_of(from, site, &row.source).await?;
        let kind = kind.as_deref().and_then(commerce::Kind::from_name);
        let (tells, varied) = match kind.is_some_and(commerce::Kind::tells_variants) {
            true => (Tells::Connector, lines.iter().map(is_physical).collect()),
            false => {
                let listed = variant_store::varied(from, site, &row.order_id).await?;
                let tells = if listed.is_empty() { Tells::Nobody } else { Tells::File };
                (tells, lines.iter().map(|line| listed.contains(&line.line_id)).collect())
            }
        };
        let every = sums::needs_every_price(&sums);
        let unpriced = paid_each.is_none() || every && lines.iter().any(|line| line.unit_price.is_none());
        Ok(Facts {
            tells,
            varied,
            sums,
            unpriced,
            given: given(&order, &earlier),
            has_address: address.line1.is_some_and(|line| !line.trim().is_empty()),
            order,
            lines,
            row,
        })
    }

    /// Nobody knows what was paid for this line.
    pub fn is_unpriced(&self, place: usize) -> bool {
        self.unpriced || self.lines[place].unit_price.is_none()
    }

    /// Pieces of a line that could be asked for.
    pub fn left(&self, place: usize) -> i64 {
        self.order.lines.get(place).map_or(0, |line| (line.bought - line.returned).max(0))
    }

    pub fn place(&self, line: &str) -> Option<usize> {
        self.lines.iter().position(|one| one.line_id == line)
    }
}

fn is_physical(line: &LineRow) -> bool {
    LineKind::from_name(&line.kind) != Some(LineKind::Digital)
}

#[derive(Default, serde::Deserialize)]
struct Address {
    line1: Option<String>,
    country: Option<String>,
}

impl Address {
    fn of(json: Option<&str>) -> Address {
        json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }
}

fn part(row: &order_store::PackedRow) -> Packed {
    Packed {
        status: ParcelStatus::from_name(&row.status).unwrap_or(ParcelStatus::Unknown),
        shipped_at: row.shipped_at.map(Timestamp),
        delivered_at: row.delivered_at.map(Timestamp),
        pieces: row.quantity,
    }
}

/// See [`pieces`].
fn gone(line: &LineRow, earlier: &[EarlierRow]) -> i64 {
    let of_line = earlier.iter().filter(|one| one.line_id == line.line_id);
    let ours: Vec<pieces::Ours> = of_line.map(|one| one.pieces(holds(one), refunding(one))).collect();
    pieces::gone(line.refunded, &ours)
}

fn holds(one: &EarlierRow) -> bool {
    Kind::parse(&one.kind).is_some_and(|kind| kind.holds_pieces(&one.state))
}

/// Money that goes back where it came from shows up in the shop's own count, and so do goods that were booked in for an
/// exchange.
fn refunding(one: &EarlierRow) -> bool {
    if Kind::parse(&one.kind) == Some(Kind::Exchange) {
        return matches!(one.state.as_str(), "received" | "completed");
    }
    let back = matches!(Resolution::parse(&one.resolution), Some(Resolution::Refund | Resolution::KeepItem));
    back && matches!(one.state.as_str(), "refunding" | "refund_failed" | "refunded")
}

fn given(order: &policy::Order, earlier: &[EarlierRow]) -> Given {
    // Each return once, though it has a row for each of its lines.
    let mut seen: Vec<&str> = Vec::new();
    let mut given = Given {
        pieces: order.lines.iter().map(|line| line.returned.clamp(0, line.bought.max(0))).collect(),
        ..Given::default()
    };
    for one in earlier.iter().filter(|one| holds(one)) {
        if !seen.contains(&one.return_id.as_str()) {
            seen.push(&one.return_id);
            given.delivery += one.sums.as_deref().and_then(Kept::read).map_or(0, |kept| kept.delivery);
            given.paid_out += one.total.unwrap_or(0);
        }
    }
    given
}
