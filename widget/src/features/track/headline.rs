//! An order in one line: what a person would say first when asked where it is.

use aftercart_shared::{
    api::orders::{DateRange, OrderView},
    time::Timestamp,
    tracking::{OrderStatus, ParcelStatus, Stage},
    trouble::Trouble,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headline {
    Placed,
    Preparing,
    OnTheWay,
    OutForDelivery,
    Arriving(Arrival),
    /// Was expected earlier, and is not there; perhaps it is known when it comes.
    Late(Option<Arrival>),
    /// Not scanned for longer than usual.
    Stuck,
    ReadyForPickup,
    Attempted,
    Exception,
    Returning,
    NoNews,
    PartlyShipped,
    PartlyDelivered,
    Delivered(Option<Timestamp>),
    /// Delivered, says the carrier; not there, says the shopper.
    Disputed,
    /// Nothing in it can be sent yet.
    PreOrder,
    /// Nothing in it travels.
    Digital,
    Returned,
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    Today,
    Tomorrow,
    On(Timestamp),
    Between(Timestamp, Timestamp),
}

/// When something expected arrives, or `None` when it should have been there already. `day` names the calendar day of a
/// moment where the shop is.
pub fn arrival(expected: DateRange, now: Timestamp, day: impl Fn(Timestamp) -> String) -> Option<Arrival> {
    let DateRange { earliest, latest, .. } = expected;
    let today = day(now);
    // Promises are made in days: the last day counts to its end.
    if latest < now && day(latest) != today {
        return None;
    }
    let first = earliest.max(now);
    Some(if day(first) != day(latest) {
        Arrival::Between(first, latest)
    } else if day(latest) == today {
        Arrival::Today
    } else if day(latest) == day(now.plus_ms(Timestamp::DAY_MS)) {
        Arrival::Tomorrow
    } else {
        Arrival::On(latest)
    })
}

pub fn headline(order: &OrderView, now: Timestamp, day: impl Fn(Timestamp) -> String) -> Headline {
    let open =
        || order.parcels.iter().filter(|p| !matches!(p.status, ParcelStatus::Delivered | ParcelStatus::Cancelled));
    let has = |status: ParcelStatus| open().any(|parcel| parcel.status == status);
    let troubled = |trouble| order.parcels.iter().any(|p| p.trouble.is_some_and(|found| found.kind == trouble));
    let all = |status: ParcelStatus| open().all(|parcel| parcel.status == status);
    match order.status {
        OrderStatus::Placed | OrderStatus::Preparing
            if order.items_digital == order.items_total && order.items_total > 0 =>
        {
            return Headline::Digital;
        }
        OrderStatus::Placed if order.items_pre_ordered > 0 && order.items_unshipped == 0 => return Headline::PreOrder,
        OrderStatus::Placed => return Headline::Placed,
        OrderStatus::Cancelled => return Headline::Cancelled,
        OrderStatus::Returned => return Headline::Returned,
        OrderStatus::Delivered if troubled(Trouble::Disputed) => return Headline::Disputed,
        OrderStatus::Delivered => {
            return Headline::Delivered(order.parcels.iter().filter_map(|parcel| parcel.delivered_at).max());
        }
        _ => {}
    }
    // Trouble first: nobody should read "on its way" above a parcel that is stuck.
    if has(ParcelStatus::Exception) {
        Headline::Exception
    } else if troubled(Trouble::Stuck) {
        Headline::Stuck
    } else if order.status == OrderStatus::PartlyDelivered {
        Headline::PartlyDelivered
    } else if order.status == OrderStatus::PartlyShipped {
        Headline::PartlyShipped
    } else if order.status == OrderStatus::Preparing {
        Headline::Preparing
    } else if has(ParcelStatus::Attempted) {
        Headline::Attempted
    } else if has(ParcelStatus::Returning) {
        Headline::Returning
    } else if all(ParcelStatus::ReadyForPickup) {
        Headline::ReadyForPickup
    } else if all(ParcelStatus::Expired) {
        Headline::NoNews
    } else {
        let arrival = order.expected.and_then(|expected| arrival(expected, now, day));
        match order.expected {
            _ if troubled(Trouble::Late) => Headline::Late(arrival),
            Some(_) => arrival.map_or(Headline::Late(None), Headline::Arriving),
            None if order.stage == Stage::OutForDelivery => Headline::OutForDelivery,
            None => Headline::OnTheWay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aftercart_shared::api::orders::{ExpectedSource, ParcelView, TroubleView};

    const NOW: Timestamp = Timestamp(20 * Timestamp::DAY_MS + 9 * Timestamp::HOUR_MS);

    fn day(at: Timestamp) -> String {
        (at.0 / Timestamp::DAY_MS).to_string()
    }

    fn on(days: i64) -> Timestamp {
        NOW.plus_ms(days * Timestamp::DAY_MS)
    }

    fn parcel(status: ParcelStatus) -> ParcelView {
        ParcelView {
            id: "p".into(),
            carrier: None,
            tracking_number: None,
            tracking_url: None,
            status,
            stage: status.stage(),
            needs_attention: status.needs_attention(),
            items: 1,
            expected: None,
            first_scan: None,
            trouble: None,
            pickup_place: None,
            delivered_at: None,
            events: vec![],
        }
    }

    fn order(status: OrderStatus, parcels: &[ParcelStatus], expected: Option<(i64, i64)>) -> OrderView {
        OrderView {
            number: "A-1001".into(),
            placed_at: on(-3),
            status,
            stage: Stage::OnTheWay,
            recipient: None,
            expected: expected.map(|(from, to)| DateRange {
                earliest: on(from),
                latest: on(to),
                source: ExpectedSource::Carrier,
                utc_offset_min: None,
            }),
            items_total: 1,
            items_unshipped: 0,
            parcels: parcels.iter().copied().map(parcel).collect(),
            updated_at: NOW,
            time_zone: "UTC".into(),
            items_digital: 0,
            items_pre_ordered: 0,
            available_at: None,
            exchange_of: None,
            as_of: None,
            revision: String::new(),
            watch: None,
            shared: false,
        }
    }

    fn said(status: OrderStatus, parcels: &[ParcelStatus], expected: Option<(i64, i64)>) -> Headline {
        headline(&order(status, parcels, expected), NOW, day)
    }

    #[test]
    fn a_date_is_said_as_people_say_it() {
        use OrderStatus::Shipped;
        let moving = [ParcelStatus::InTransit];
        assert_eq!(said(Shipped, &moving, Some((0, 0))), Headline::Arriving(Arrival::Today));
        assert_eq!(said(Shipped, &moving, Some((1, 1))), Headline::Arriving(Arrival::Tomorrow));
        assert_eq!(said(Shipped, &moving, Some((3, 3))), Headline::Arriving(Arrival::On(on(3))));
        assert_eq!(said(Shipped, &moving, Some((2, 4))), Headline::Arriving(Arrival::Between(on(2), on(4))));
        // The window has begun: what lies behind is not offered any more.
        assert_eq!(said(Shipped, &moving, Some((-2, 1))), Headline::Arriving(Arrival::Between(NOW, on(1))));
        assert_eq!(said(Shipped, &moving, Some((-2, -1))), Headline::Late(None));
        assert_eq!(said(Shipped, &moving, None), Headline::OnTheWay);
    }

    #[test]
    fn earlier_today_is_not_late() {
        let early =
            DateRange { earliest: NOW.plus_ms(-8 * Timestamp::HOUR_MS), latest: NOW.plus_ms(-Timestamp::HOUR_MS) };
        assert_eq!(arrival(early, NOW, day), Some(Arrival::Today));
    }

    #[test]
    fn trouble_comes_before_good_news() {
        use OrderStatus::{PartlyDelivered, Shipped};
        use ParcelStatus::{Attempted, Delivered, Exception, Expired, InTransit, ReadyForPickup, Returning};
        assert_eq!(said(PartlyDelivered, &[Delivered, Exception], Some((1, 1))), Headline::Exception);
        assert_eq!(said(PartlyDelivered, &[Delivered, InTransit], None), Headline::PartlyDelivered);
        assert_eq!(said(Shipped, &[Attempted], Some((0, 0))), Headline::Attempted);
        assert_eq!(said(Shipped, &[Returning], None), Headline::Returning);
        assert_eq!(said(Shipped, &[ReadyForPickup], Some((0, 0))), Headline::ReadyForPickup);
        assert_eq!(said(Shipped, &[Expired], Some((-9, -8))), Headline::NoNews);
    }

    #[test]
    fn what_we_found_out_ourselves_is_said_too() {
        let with = |status, parcels: &[ParcelStatus], expected, kind| {
            let mut order = order(status, parcels, expected);
            order.parcels[0].trouble = Some(TroubleView { kind, since: None });
            headline(&order, NOW, day)
        };
        let moving = [ParcelStatus::InTransit];
        assert_eq!(with(OrderStatus::Shipped, &moving, None, Trouble::Stuck), Headline::Stuck);
        assert_eq!(with(OrderStatus::Preparing, &[ParcelStatus::Registered], None, Trouble::Stuck), Headline::Stuck);
        assert_eq!(with(OrderStatus::Shipped, &moving, None, Trouble::Late), Headline::Late(None));
        let hope = Headline::Late(Some(Arrival::Tomorrow));
        assert_eq!(with(OrderStatus::Shipped, &moving, Some((1, 1)), Trouble::Late), hope);
        let there = [ParcelStatus::Delivered];
        assert_eq!(with(OrderStatus::Delivered, &there, None, Trouble::Disputed), Headline::Disputed);
    }

    #[test]
    fn nothing_is_packed_that_cannot_be_sent() {
        let mut waiting = order(OrderStatus::Placed, &[], None);
        waiting.items_digital = 1;
        assert_eq!(headline(&waiting, NOW, day), Headline::Digital);
        waiting.items_total = 2;
        assert_eq!(headline(&waiting, NOW, day), Headline::Placed);
        waiting.items_pre_ordered = 1;
        assert_eq!(headline(&waiting, NOW, day), Headline::PreOrder);
        waiting.items_unshipped = 1;
        assert_eq!(headline(&waiting, NOW, day), Headline::Placed);
    }

    #[test]
    fn ends_are_said_as_ends() {
        let mut arrived = order(OrderStatus::Delivered, &[ParcelStatus::Delivered, ParcelStatus::Delivered], None);
        arrived.parcels[1].delivered_at = Some(on(-1));
        arrived.parcels[0].delivered_at = Some(on(-2));
        assert_eq!(headline(&arrived, NOW, day), Headline::Delivered(Some(on(-1))));
        assert_eq!(said(OrderStatus::Cancelled, &[], Some((1, 1))), Headline::Cancelled);
        assert_eq!(said(OrderStatus::Returned, &[ParcelStatus::Returned], None), Headline::Returned);
        assert_eq!(said(OrderStatus::Placed, &[], None), Headline::Placed);
    }
}
