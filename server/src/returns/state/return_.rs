//! Goods back for money.

use super::machine::machine;

machine! {
    /// Where a return is.
    states ReturnState {
        /// Asked for; a photo or a person is still to decide.
        Requested = "requested",
        Refused = "refused",
        /// The shopper has changed her mind, or an agent for her.
        Cancelled = "cancelled",
        /// The goods may be sent.
        Approved = "approved",
        /// They were not sent in time.
        Expired = "expired",
        /// A carrier has scanned them.
        InTransit = "in_transit",
        /// A carrier says that they are with us. Nobody has looked yet, so nothing is refunded on that.
        Arrived = "arrived",
        /// Counted and graded, item by item.
        Received = "received",
        /// They were not in a state to be taken back.
        Rejected = "rejected",
        /// The money is on its way out.
        Refunding = "refunding",
        /// The provider said no for good; somebody has to look.
        RefundFailed = "refund_failed",
        Refunded = "refunded",
    }
    /// What happens to a return.
    events ReturnEvent {
        Approve = "approve",
        Refuse = "refuse",
        Cancel = "cancel",
        Expire = "expire",
        /// The first scan of a carrier.
        Ship = "ship",
        /// The carrier's word that it has handed them over.
        CarrierDeliver = "carrier_deliver",
        /// Ours that they are there, item by item.
        Receive = "receive",
        Reject = "reject",
        /// The goods may stay with the shopper.
        RefundWithoutGoods = "refund_without_goods",
        /// The policy says: at the first scan.
        RefundAtScan = "refund_at_scan",
        RefundReceived = "refund_received",
        RefundSucceed = "refund_succeed",
        RefundFail = "refund_fail",
        RefundRetry = "refund_retry",
        Reopen = "reopen",
    }
    starts Requested
    Requested { Approve => Approved, Refuse => Refused, Cancel => Cancelled, }
    Refused { Reopen => Requested, }
    Approved {
        Cancel => Cancelled,
        Expire => Expired,
        Ship => InTransit,
        // In a shop, or a parcel whose first scan is ours.
        CarrierDeliver => Arrived,
        Receive => Received,
        RefundWithoutGoods => Refunding,
    }
    // A parcel that comes late after all is taken in.
    Expired { Reopen => Approved, Ship => InTransit, Receive => Received, }
    InTransit { CarrierDeliver => Arrived, Receive => Received, RefundAtScan => Refunding, }
    Arrived { Receive => Received, }
    Received { Reject => Rejected, RefundReceived => Refunding, }
    Rejected { Reopen => Received, }
    Refunding { RefundSucceed => Refunded, RefundFail => RefundFailed, }
    RefundFailed { RefundRetry => Refunding, }
}
