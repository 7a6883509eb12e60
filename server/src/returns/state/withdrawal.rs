//! The statutory right to withdraw from a contract made at a distance (Directive 2011/83/EU as amended by 2023/2673): a
//! declaration, its confirmation, and at once a dated acknowledgement on a durable medium. Nobody approves it; the shop can
//! only say afterwards that the right does not apply.

use super::machine::machine;

machine! {
    /// Where a withdrawal is.
    states WithdrawalState {
        /// The statement is filled in and not confirmed: it has no effect yet.
        Draft = "draft",
        Abandoned = "abandoned",
        /// Confirmed. From this moment on it counts, whatever happens to our mail.
        Declared = "declared",
        /// The shopper has it in writing, with day and time.
        Acknowledged = "acknowledged",
        /// A person doubts that the right applies: made to order, too late, a business.
        Contested = "contested",
        Dismissed = "dismissed",
        /// The shopper has shown that the goods are on their way, which is enough for the refund.
        GoodsSent = "goods_sent",
        Received = "received",
        Refunding = "refunding",
        RefundFailed = "refund_failed",
        Refunded = "refunded",
    }
    /// What happens to a withdrawal.
    events WithdrawalEvent {
        Confirm = "confirm",
        Abandon = "abandon",
        Acknowledge = "acknowledge",
        Contest = "contest",
        Uphold = "uphold",
        Dismiss = "dismiss",
        ProveSending = "prove_sending",
        Receive = "receive",
        /// Nothing was delivered, or the shop collects the goods itself or forgoes them.
        RefundWithoutGoods = "refund_without_goods",
        Refund = "refund",
        RefundSucceed = "refund_succeed",
        RefundFail = "refund_fail",
        RefundRetry = "refund_retry",
        Reopen = "reopen",
    }
    starts Draft
    Draft { Confirm => Declared, Abandon => Abandoned, }
    Declared { Acknowledge => Acknowledged, }
    Acknowledged {
        Contest => Contested,
        ProveSending => GoodsSent,
        Receive => Received,
        RefundWithoutGoods => Refunding,
    }
    Contested { Uphold => Acknowledged, Dismiss => Dismissed, }
    Dismissed { Reopen => Contested, }
    GoodsSent { Receive => Received, Refund => Refunding, Contest => Contested, }
    Received { Refund => Refunding, Contest => Contested, }
    Refunding { RefundSucceed => Refunded, RefundFail => RefundFailed, }
    RefundFailed { RefundRetry => Refunding, }
}
