//! Every pair of state and event, and what must hold however the tables grow.

use super::*;

/// All that is possible, a line a state: `state: event→state …`. Whatever is not named here is tried and must be refused.
fn possible<M: Machine>(expected: &str) {
    let mut seen = String::new();
    let mut pairs = 0;
    for state in M::ALL {
        let mut ways = Vec::new();
        for event in M::Event::ALL {
            pairs += 1;
            match Step::take(*state, *event) {
                Ok(step) => {
                    assert_eq!((step.from(), step.event()), (*state, *event));
                    ways.push(format!("{}→{}", event.name(), step.to().name()));
                }
                Err(illegal) => assert_eq!(illegal, Illegal { state: *state, event: *event }),
            }
        }
        assert_eq!(state.is_final(), ways.is_empty(), "{state:?}");
        seen.push_str(&format!("{}: {}\n", state.name(), ways.join(" ")).replace(": \n", ":\n"));
    }
    assert_eq!(pairs, M::ALL.len() * M::Event::ALL.len());
    assert_eq!(seen.trim(), expected.trim(), "\n{seen}");
}

/// The states that can be reached from `start` without entering any of `closed`.
fn reached<M: Machine>(start: M, closed: &[M]) -> Vec<M> {
    let mut found = vec![start];
    let mut at = 0;
    while let Some(from) = found.get(at).copied() {
        for (_, _, to) in M::TABLE.iter().filter(|(state, _, _)| *state == from) {
            if !found.contains(to) && !closed.contains(to) {
                found.push(*to);
            }
        }
        at += 1;
    }
    found
}

fn sound<M: Machine>() {
    let all = reached(M::START, &[]);
    for state in M::ALL {
        assert!(all.contains(state), "{state:?} can never be");
        assert_eq!(M::parse(state.name()), Some(*state));
        let ends = reached(*state, &[]);
        assert!(ends.iter().any(|end| end.is_final()), "{state:?} never ends");
    }
    for event in M::Event::ALL {
        assert_eq!(M::Event::parse(event.name()), Some(*event));
        assert!(M::TABLE.iter().any(|(_, happens, _)| happens == event), "{event:?} never happens");
    }
    for (i, (from, event, _)) in M::TABLE.iter().enumerate() {
        let twice = M::TABLE[..i].iter().any(|(state, happens, _)| (state, happens) == (from, event));
        assert!(!twice, "two answers to {event:?} in {from:?}");
    }
    assert_eq!(M::parse("nonsense"), None);
}

#[test]
fn no_table_has_loose_ends() {
    sound::<ReturnState>();
    sound::<ExchangeState>();
    sound::<ClaimState>();
    sound::<WithdrawalState>();
}

#[test]
fn a_return() {
    possible::<ReturnState>(
        "requested: approve→approved refuse→refused cancel→cancelled
refused: reopen→requested
cancelled:
approved: cancel→cancelled expire→expired ship→in_transit carrier_deliver→arrived receive→received refund_without_goods→refunding
expired: ship→in_transit receive→received reopen→approved
in_transit: carrier_deliver→arrived receive→received refund_at_scan→refunding
arrived: receive→received
received: reject→rejected refund_received→refunding
rejected: reopen→received
refunding: refund_succeed→refunded refund_fail→refund_failed
refund_failed: refund_retry→refunding
refunded:",
    );
}

#[test]
fn an_exchange() {
    possible::<ExchangeState>(
        "requested: approve→approved refuse→refused cancel→cancelled
refused: reopen→requested
cancelled:
approved: cancel→cancelled ask_payment→awaiting_payment reserve→reserved
awaiting_payment: cancel→cancelled expire→expired pay→reserved
reserved: cancel→cancelled expire→expired ship→in_transit carrier_deliver→arrived receive→received
expired: reopen→approved
in_transit: carrier_deliver→arrived receive→received send_ahead→sent_ahead
arrived: receive→received send_ahead→sent_ahead
received: reject→rejected send_new→completed
rejected: reopen→received
sent_ahead: receive→completed write_off→written_off
completed:
written_off: receive→completed",
    );
}

#[test]
fn a_claim() {
    possible::<ClaimState>(
        "open: ask_evidence→awaiting_evidence approve→approved refuse→refused cancel→cancelled
awaiting_evidence: add_evidence→open cancel→cancelled expire→expired
refused: reopen→open
cancelled:
expired: add_evidence→open reopen→open
approved: refund→refunding replace→replaced
refunding: refund_succeed→refunded refund_fail→refund_failed
refund_failed: refund_retry→refunding
refunded:
replaced:",
    );
}

#[test]
fn a_withdrawal() {
    possible::<WithdrawalState>(
        "draft: confirm→declared abandon→abandoned
abandoned:
declared: acknowledge→acknowledged
acknowledged: contest→contested prove_sending→goods_sent receive→received refund_without_goods→refunding
contested: uphold→acknowledged dismiss→dismissed
dismissed: reopen→contested
goods_sent: contest→contested receive→received refund→refunding
received: contest→contested refund→refunding
refunding: refund_succeed→refunded refund_fail→refund_failed
refund_failed: refund_retry→refunding
refunded:",
    );
}

/// A carrier's word is not ours: from "arrived" there is no money but over a receipt.
#[test]
fn no_refund_rests_on_the_carrier_alone() {
    let without_receipt = reached(ReturnState::Arrived, &[ReturnState::Received]);
    assert_eq!(without_receipt, [ReturnState::Arrived]);
}

#[test]
fn no_money_without_a_yes() {
    let returns = reached(ReturnState::START, &[ReturnState::Approved]);
    assert!(!returns.contains(&ReturnState::Refunding));
    let claims = reached(ClaimState::START, &[ClaimState::Approved]);
    assert!(!claims.contains(&ClaimState::Refunding) && !claims.contains(&ClaimState::Replaced));
    let exchanges = reached(ExchangeState::START, &[ExchangeState::Reserved]);
    assert!(!exchanges.contains(&ExchangeState::SentAhead) && !exchanges.contains(&ExchangeState::Completed));
    // Whoever withdraws has it in writing before anything else happens.
    let withdrawals = reached(WithdrawalState::START, &[WithdrawalState::Acknowledged]);
    assert_eq!(withdrawals, [WithdrawalState::Draft, WithdrawalState::Declared, WithdrawalState::Abandoned]);
}

/// What has been paid out cannot go back to where it could be paid out again.
#[test]
fn money_goes_out_once() {
    assert_eq!(reached(ReturnState::Refunded, &[]), [ReturnState::Refunded]);
    assert_eq!(reached(ClaimState::Refunded, &[]), [ClaimState::Refunded]);
    assert_eq!(reached(WithdrawalState::Refunded, &[]), [WithdrawalState::Refunded]);
    assert_eq!(reached(ReturnState::Cancelled, &[]), [ReturnState::Cancelled]);
}

#[test]
fn what_is_illegal_says_so() {
    let illegal = Step::take(ReturnState::Arrived, ReturnEvent::RefundReceived).unwrap_err();
    assert_eq!(illegal.to_string(), "refund_received cannot happen to what is arrived");
}
