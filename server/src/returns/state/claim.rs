//! Lost, damaged, wrong, or a part missing: put right on the evidence, without goods coming back.

use super::machine::machine;

machine! {
    /// Where a claim is.
    states ClaimState {
        /// A person, or the policy, looks at it.
        Open = "open",
        /// Something more has to be shown.
        AwaitingEvidence = "awaiting_evidence",
        Refused = "refused",
        Cancelled = "cancelled",
        /// What was asked for never came.
        Expired = "expired",
        /// It is true, and what is done about it is to be chosen.
        Approved = "approved",
        Refunding = "refunding",
        RefundFailed = "refund_failed",
        Refunded = "refunded",
        /// The same goods, or the missing part, are on their way.
        Replaced = "replaced",
    }
    /// What happens to a claim.
    events ClaimEvent {
        AskEvidence = "ask_evidence",
        AddEvidence = "add_evidence",
        Approve = "approve",
        Refuse = "refuse",
        Cancel = "cancel",
        Expire = "expire",
        Refund = "refund",
        RefundSucceed = "refund_succeed",
        RefundFail = "refund_fail",
        RefundRetry = "refund_retry",
        Replace = "replace",
        Reopen = "reopen",
    }
    starts Open
    Open { AskEvidence => AwaitingEvidence, Approve => Approved, Refuse => Refused, Cancel => Cancelled, }
    AwaitingEvidence { AddEvidence => Open, Cancel => Cancelled, Expire => Expired, }
    Refused { Reopen => Open, }
    Expired { AddEvidence => Open, Reopen => Open, }
    Approved { Refund => Refunding, Replace => Replaced, }
    Refunding { RefundSucceed => Refunded, RefundFail => RefundFailed, }
    RefundFailed { RefundRetry => Refunding, }
}
