//! Which payment a refund is taken from, given what stands in the platform's records already.

use super::returning::Setback;

/// A payment of the order. Amounts in one and the same unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// The platform's own id.
    pub id: String,
    /// What came in by it.
    pub amount: i64,
    /// Refunds of it that bear our mark.
    pub ours: i64,
    /// All other refunds of it.
    pub others: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// All of it stands there.
    Given,
    /// To be asked for next.
    Give { payment: String, amount: i64, step: String },
}

/// What is still to be asked for; `last` is the step that was asked for last.
///
/// # Errors
/// When there is not enough left, or when something appeared that a person should look at before more money goes.
pub fn next(want: i64, paid: &[Paid], last: Option<&str>) -> Result<Next, Setback> {
    let ours: i64 = paid.iter().map(|p| p.ours).sum();
    if ours > want {
        return Err(Setback::No(format!(
            "its records hold refunds with our mark that together are more than was asked for ({ours} instead of {want})"
        )));
    }
    if ours == want {
        return Ok(Next::Given);
    }
    // A platform that lost our mark would be asked again and again: what it gave back beside must not have grown.
    if let Some((payment, others)) = last.and_then(parse)
        && paid.iter().any(|p| p.id == payment && p.others != others)
    {
        return Err(Setback::No(
            "since it was asked, refunds without our mark have appeared: look there whether this is one of them, then \
             confirm it, or retry"
                .into(),
        ));
    }
    let left = want - ours;
    let free = |p: &Paid| (p.amount - p.ours - p.others).max(0);
    if paid.iter().map(free).sum::<i64>() < left {
        return Err(Setback::No("its payments have less left than is to be given back".into()));
    }
    // One payment that can give all of it, else the first that can give some.
    let payment = paid.iter().find(|p| free(p) >= left).or_else(|| paid.iter().find(|p| free(p) > 0));
    payment
        .map(|p| Next::Give { payment: p.id.clone(), amount: left.min(free(p)), step: step(p) })
        .ok_or_else(|| Setback::No("it knows of no payment".into()))
}

/// `refund 17 others 500`: which payment, and what else had been given back of it at that time.
fn step(paid: &Paid) -> String {
    format!("refund {} others {}", paid.id, paid.others)
}

fn parse(step: &str) -> Option<(&str, i64)> {
    let (payment, others) = step.strip_prefix("refund ")?.split_once(" others ")?;
    Some((payment, others.parse().ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn paid(id: &str, amount: i64, ours: i64, others: i64) -> Paid {
        Paid { id: id.into(), amount, ours, others }
    }

    fn give(want: i64, all: &[Paid], last: Option<&str>) -> Option<(String, i64)> {
        match next(want, all, last).unwrap() {
            Next::Given => None,
            Next::Give { payment, amount, .. } => Some((payment, amount)),
        }
    }

    #[test]
    fn it_comes_from_one_payment_where_one_suffices() {
        let two = [paid("a", 300, 0, 0), paid("b", 1_000, 0, 200)];
        assert_eq!(give(250, &two, None), Some(("a".into(), 250)));
        assert_eq!(give(800, &two, None), Some(("b".into(), 800)));
        assert_eq!(give(1_100, &two, None), Some(("a".into(), 300)));
        assert_eq!(give(1_100, &[paid("a", 300, 300, 0), two[1].clone()], None), Some(("b".into(), 800)));
        assert_eq!(give(1_100, &[paid("a", 300, 300, 0), paid("b", 1_000, 800, 200)], None), None);
    }

    #[test]
    fn more_than_there_is_is_never_asked_for() {
        let said = next(1_101, &[paid("a", 300, 0, 0), paid("b", 1_000, 0, 200)], None).unwrap_err();
        assert!(matches!(said, Setback::No(_)), "{said}");
        assert!(next(1, &[], None).is_err());
    }

    #[test]
    fn too_much_with_our_mark_is_told_and_never_called_done() {
        let said = next(500, &[paid("a", 2_000, 1_000, 0)], None).unwrap_err().to_string();
        assert!(said.contains("1000 instead of 500"), "{said}");
    }

    #[test]
    fn a_refund_that_appeared_without_our_mark_stops_us() {
        let before = paid("a", 2_000, 0, 100);
        let Next::Give { step, .. } = next(500, std::slice::from_ref(&before), None).unwrap() else { panic!() };
        // Nothing came of it: once more, then.
        assert_eq!(give(500, &[before], Some(&step)), Some(("a".into(), 500)));
        assert!(next(500, &[paid("a", 2_000, 0, 600)], Some(&step)).is_err());
        // Ours is there: what somebody else gave back meanwhile is no matter.
        assert_eq!(give(500, &[paid("a", 2_000, 500, 600)], Some(&step)), None);
        // What was asked for last had nothing to do with money.
        assert_eq!(give(500, &[paid("a", 2_000, 0, 600)], Some("note")), Some(("a".into(), 500)));
    }
}
