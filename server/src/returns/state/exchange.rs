//! Goods back for other goods.

use super::machine::machine;

machine! {
    /// Where an exchange is.
    states ExchangeState {
        Requested = "requested",
        Refused = "refused",
        Cancelled = "cancelled",
        Approved = "approved",
        /// The new goods are dearer: the difference is to be paid.
        AwaitingPayment = "awaiting_payment",
        /// The new goods are set aside for the shopper.
        Reserved = "reserved",
        /// Neither payment nor goods came in time; the new goods are free again.
        Expired = "expired",
        /// The old goods have been scanned by a carrier.
        InTransit = "in_transit",
        /// A carrier says that they are with us.
        Arrived = "arrived",
        /// Counted and graded, item by item.
        Received = "received",
        Rejected = "rejected",
        /// The new goods have left before the old ones were received.
        SentAhead = "sent_ahead",
        /// The old goods have been received and the new ones sent.
        Completed = "completed",
        /// The new goods were sent, and the old ones never came.
        WrittenOff = "written_off",
    }
    /// What happens to an exchange.
    events ExchangeEvent {
        Approve = "approve",
        Refuse = "refuse",
        Cancel = "cancel",
        Expire = "expire",
        AskPayment = "ask_payment",
        /// The difference has been paid, and the goods are set aside.
        Pay = "pay",
        Reserve = "reserve",
        Ship = "ship",
        CarrierDeliver = "carrier_deliver",
        Receive = "receive",
        Reject = "reject",
        /// The policy says: the new goods leave at the first scan of the old.
        SendAhead = "send_ahead",
        SendNew = "send_new",
        WriteOff = "write_off",
        Reopen = "reopen",
    }
    starts Requested
    Requested { Approve => Approved, Refuse => Refused, Cancel => Cancelled, }
    Refused { Reopen => Requested, }
    Approved { AskPayment => AwaitingPayment, Reserve => Reserved, Cancel => Cancelled, }
    AwaitingPayment { Pay => Reserved, Cancel => Cancelled, Expire => Expired, }
    Reserved {
        Cancel => Cancelled,
        Expire => Expired,
        Ship => InTransit,
        CarrierDeliver => Arrived,
        Receive => Received,
    }
    // Whether there still are such goods must be seen anew.
    Expired { Reopen => Approved, }
    InTransit { CarrierDeliver => Arrived, Receive => Received, SendAhead => SentAhead, }
    Arrived { Receive => Received, SendAhead => SentAhead, }
    Received { SendNew => Completed, Reject => Rejected, }
    Rejected { Reopen => Received, }
    SentAhead { Receive => Completed, WriteOff => WrittenOff, }
    WrittenOff { Receive => Completed, }
}
