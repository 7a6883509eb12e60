use super::ParcelStatus::*;
use super::*;
use proptest::prelude::*;

#[test]
fn every_status_has_its_stage_and_says_whether_to_worry() {
    let table = [
        (Unknown, Stage::Ordered, false, false),
        (Registered, Stage::Packed, false, false),
        (InTransit, Stage::OnTheWay, false, false),
        (OutForDelivery, Stage::OutForDelivery, false, false),
        (ReadyForPickup, Stage::OutForDelivery, false, false),
        (Attempted, Stage::OutForDelivery, true, false),
        (Delivered, Stage::Delivered, false, true),
        (Exception, Stage::OnTheWay, true, false),
        (Returning, Stage::OnTheWay, true, false),
        (Returned, Stage::OnTheWay, true, true),
        (Cancelled, Stage::Ordered, false, true),
        (Expired, Stage::OnTheWay, true, true),
    ];
    assert_eq!(table.map(|row| row.0), ParcelStatus::ALL, "a status is missing from the table");
    for (status, stage, attention, is_final) in table {
        assert_eq!(status.stage(), stage, "{status:?}");
        assert_eq!(status.needs_attention(), attention, "{status:?}");
        assert_eq!(status.is_final(), is_final, "{status:?}");
        assert_eq!(ParcelStatus::from_name(status.name()), Some(status));
        assert_eq!(serde_json::to_value(status).ok(), Some(status.name().into()));
    }
    assert_eq!(ParcelStatus::from_name("Delivered "), None);
}

#[test]
fn an_order_is_what_its_parcels_are() {
    use OrderState as S;
    for (state, parcels, unshipped, status, stage) in [
        (S::Placed, &[][..], 2, OrderStatus::Placed, Stage::Ordered),
        (S::Preparing, &[], 2, OrderStatus::Preparing, Stage::Packed),
        (S::Cancelled, &[], 2, OrderStatus::Cancelled, Stage::Ordered),
        (S::Cancelled, &[Cancelled], 0, OrderStatus::Cancelled, Stage::Ordered),
        (S::Cancelled, &[Registered], 0, OrderStatus::Cancelled, Stage::Packed),
        // Cancelled too late: the parcel travels, and the shopper must see it.
        (S::Cancelled, &[InTransit], 0, OrderStatus::Shipped, Stage::OnTheWay),
        (S::Placed, &[Registered], 0, OrderStatus::Preparing, Stage::Packed),
        (S::Placed, &[InTransit], 0, OrderStatus::Shipped, Stage::OnTheWay),
        (S::Placed, &[InTransit], 1, OrderStatus::PartlyShipped, Stage::OnTheWay),
        (S::Placed, &[OutForDelivery], 1, OrderStatus::PartlyShipped, Stage::OnTheWay),
        (S::Placed, &[OutForDelivery, InTransit], 0, OrderStatus::Shipped, Stage::OnTheWay),
        (S::Placed, &[Delivered, Exception, InTransit], 0, OrderStatus::PartlyDelivered, Stage::OnTheWay),
        (S::Placed, &[Delivered, OutForDelivery], 0, OrderStatus::PartlyDelivered, Stage::OutForDelivery),
        (S::Placed, &[Delivered], 1, OrderStatus::PartlyDelivered, Stage::OnTheWay),
        (S::Placed, &[Delivered, Delivered], 0, OrderStatus::Delivered, Stage::Delivered),
        (S::Placed, &[Delivered, Cancelled], 0, OrderStatus::Delivered, Stage::Delivered),
        (S::Placed, &[Returned], 0, OrderStatus::Returned, Stage::OnTheWay),
    ] {
        assert_eq!(order_status(state, parcels, unshipped), status, "{state:?} {parcels:?} {unshipped}");
        assert_eq!(order_stage(state, parcels, unshipped), stage, "{state:?} {parcels:?} {unshipped}");
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Event(i64, ParcelStatus, &'static str);

impl Happened for Event {
    fn at(&self) -> Timestamp {
        Timestamp(self.0)
    }
    fn status(&self) -> ParcelStatus {
        self.1
    }
    fn text(&self) -> Option<&str> {
        Some(self.2)
    }
    fn place(&self) -> Option<&str> {
        None
    }
}

#[test]
fn the_timeline_reads_newest_first_and_says_things_once() {
    let events = vec![
        Event(10, Registered, "label"),
        Event(30, InTransit, "left"),
        Event(30, OutForDelivery, "van"),
        Event(20, InTransit, "hub"),
        Event(20, InTransit, "hub"),
    ];
    assert_eq!(
        timeline(events),
        vec![
            Event(30, OutForDelivery, "van"),
            Event(30, InTransit, "left"),
            Event(20, InTransit, "hub"),
            Event(10, Registered, "label"),
        ]
    );
}

proptest! {
    /// However carriers shuffle and repeat what they report, the shopper reads the same story.
    #[test]
    fn order_of_arrival_does_not_matter(
        times in proptest::collection::vec((0i64..6, 0usize..12), 0..12),
        seed in any::<u64>(),
    ) {
        let events: Vec<Event> = times.iter().map(|(at, s)| Event(*at, ParcelStatus::ALL[*s], "x")).collect();
        let mut shuffled = events.clone();
        shuffled.extend(events.iter().take(3).cloned());
        let n = shuffled.len().max(1);
        shuffled.rotate_left((seed % n as u64) as usize);
        shuffled.reverse();
        prop_assert_eq!(timeline(events), timeline(shuffled));
    }

    #[test]
    fn the_bar_never_runs_ahead_of_the_parcels(
        parcels in proptest::collection::vec(0usize..12, 0..5), unshipped in 0u32..3,
    ) {
        let parcels: Vec<ParcelStatus> = parcels.iter().map(|i| ParcelStatus::ALL[*i]).collect();
        let stage = order_stage(OrderState::Placed, &parcels, unshipped);
        let furthest = parcels.iter().map(|p| p.stage()).max().unwrap_or(Stage::Ordered);
        prop_assert!(stage <= furthest);
        if unshipped > 0 {
            prop_assert!(stage < Stage::Delivered);
        }
    }
}
