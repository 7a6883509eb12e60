//! How long parcels took before: counts of days, from the widest group of parcels down to the one most like this.
//!
//! Thin counts borrow from the next wider group (a Dirichlet prior of [`BORROWED`] parcels), so that three parcels of a
//! new lane bend its carrier's usual days instead of replacing them.

/// Days that are told apart; what took longer is counted with the last.
pub const DAYS: usize = 46;
/// Groups, from the widest: everybody's, the carrier's, its lane to the country, its lane to the region.
pub const LEVELS: usize = 4;
/// The wider group weighs as much as so many parcels.
const BORROWED: f64 = 12.0;
/// With fewer parcels of its carrier nothing is said from history …
pub const MIN_OF_CARRIER: u32 = 20;
/// … unless so many of other carriers went the same kind of way.
pub const MIN_OF_ANYBODY: u32 = 60;
/// Share of the carrier's promise against the wider group's experience, where the lane itself has little.
const PROMISE_SHARE: f64 = 0.5;

/// What is counted in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Leg {
    /// From the hand-over to the carrier to the shopper's door.
    Whole,
    /// From "out for delivery" to the door.
    Door,
    /// From the label to the first scan.
    Scan,
    /// The longest silence on the way.
    Silence,
}

impl Leg {
    pub const ALL: [Leg; 4] = [Leg::Whole, Leg::Door, Leg::Scan, Leg::Silence];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Leg::Whole => "whole",
            Leg::Door => "door",
            Leg::Scan => "scan",
            Leg::Silence => "silence",
        }
    }

    pub fn from_name(name: &str) -> Option<Leg> {
        Self::ALL.into_iter().find(|leg| leg.name() == name)
    }
}

/// So many parcels of one group, handed over on this weekday, took so many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub leg: Leg,
    /// 0 … [`LEVELS`]
    pub level: usize,
    /// Monday is 0.
    pub weekday: i64,
    pub days: i64,
    pub parcels: u32,
}

/// The counts that matter for one parcel.
#[derive(Clone, Debug, Default)]
pub struct History(pub Vec<Count>);

impl History {
    /// How the days of a parcel like this are spread; `None` when too few were seen. `promise`: the first and the last
    /// day the carrier named, counted from the hand-over.
    pub fn spread(&self, leg: Leg, weekday: i64, promise: Option<(i64, i64)>) -> Option<Spread> {
        let counted = |level| -> u32 { self.of(leg, level).map(|count| count.parcels).sum() };
        let carriers: u32 = counted(1);
        if carriers < MIN_OF_CARRIER && counted(0) < MIN_OF_ANYBODY {
            return None;
        }
        let mut spread: Option<Spread> = None;
        for level in 0..LEVELS {
            // The lane knows better than the promise; the carrier as a whole does not.
            if let (2, Some(prior), Some((first, last))) = (level, spread, promise) {
                spread = Some(prior.mixed(&Spread::promised(first, last), PROMISE_SHARE));
            }
            let any: Vec<&Count> = self.of(leg, level).collect();
            spread = borrow(spread, &any);
            let same: Vec<&Count> = any.into_iter().filter(|count| count.weekday == weekday).collect();
            spread = borrow(spread, &same);
        }
        spread
    }

    fn of(&self, leg: Leg, level: usize) -> impl Iterator<Item = &Count> {
        self.0.iter().filter(move |count| count.leg == leg && count.level == level)
    }
}

/// What was counted, together with what the wider group says.
fn borrow(wider: Option<Spread>, counts: &[&Count]) -> Option<Spread> {
    let mut spread = Spread([0.0; DAYS]);
    for count in counts {
        spread.0[bucket(count.days)] += f64::from(count.parcels);
    }
    let parcels: f64 = spread.0.iter().sum();
    if parcels == 0.0 {
        return wider;
    }
    if let Some(wider) = wider {
        for (own, others) in spread.0.iter_mut().zip(wider.0) {
            *own += BORROWED * others;
        }
    }
    spread.scaled();
    Some(spread)
}

/// Shares of parcels by the number of days they take; together 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread([f64; DAYS]);

impl Spread {
    /// A promise is kept four times of five; what is late is late by a day, two days, …
    fn promised(first: i64, last: i64) -> Spread {
        let (first, last) = (bucket(first), bucket(last.max(first)));
        let mut spread = Spread([0.0; DAYS]);
        let days = (last - first + 1) as f64;
        spread.0[first..=last].fill(0.8 / days);
        let mut late = 0.1;
        for day in last + 1..DAYS {
            spread.0[day] += late;
            late /= 2.0;
        }
        spread.scaled();
        spread
    }

    fn mixed(mut self, other: &Spread, share: f64) -> Spread {
        for (own, others) in self.0.iter_mut().zip(other.0) {
            *own = *own * (1.0 - share) + others * share;
        }
        self
    }

    /// What is left once `days` have passed without an arrival; `None` when hardly any parcel takes longer, so that
    /// one absurd outlier never promises anything.
    pub fn from_day(mut self, days: i64) -> Option<Spread> {
        let gone = usize::try_from(days.max(0)).unwrap_or(DAYS).min(DAYS);
        self.0[..gone].fill(0.0);
        let left: f64 = self.0.iter().sum();
        if left < LEFT_AT_LEAST {
            return None;
        }
        self.scaled();
        Some(self)
    }

    /// The first day by which this share of parcels has arrived.
    pub fn quantile(&self, share: f64) -> i64 {
        let mut arrived = 0.0;
        let found = self.0.iter().position(|part| {
            arrived += part;
            arrived >= share - 1e-9
        });
        found.unwrap_or(DAYS - 1) as i64
    }

    fn scaled(&mut self) {
        let sum: f64 = self.0.iter().sum();
        if sum > 0.0 {
            for part in &mut self.0 {
                *part /= sum;
            }
        }
    }
}

/// Of all parcels, so many must still be under way at this age.
const LEFT_AT_LEAST: f64 = 0.06;

fn bucket(days: i64) -> usize {
    usize::try_from(days.max(0)).unwrap_or(DAYS - 1).min(DAYS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(level: usize, days: &[(i64, u32)]) -> Vec<Count> {
        let count =
            |(days, parcels): &(i64, u32)| Count { leg: Leg::Whole, level, weekday: 0, days: *days, parcels: *parcels };
        days.iter().map(count).collect()
    }

    fn spread(counts: Vec<Count>, promise: Option<(i64, i64)>) -> Option<(i64, i64)> {
        let spread = History(counts).spread(Leg::Whole, 0, promise)?;
        Some((spread.quantile(0.1), spread.quantile(0.9)))
    }

    #[test]
    fn too_few_parcels_say_nothing() {
        assert_eq!(spread(counts(1, &[(2, 19)]), Some((1, 2))), None);
        assert_eq!(spread(counts(1, &[(2, 20)]), None), Some((2, 2)));
        assert_eq!(spread(counts(0, &[(3, 59)]), None), None);
        assert_eq!(spread(counts(0, &[(3, 60)]), None), Some((3, 3)));
        assert_eq!(History(counts(1, &[(2, 90)])).spread(Leg::Door, 0, None), None);
    }

    #[test]
    fn a_young_lane_bends_its_carriers_days_and_a_known_one_replaces_them() {
        let carrier = counts(1, &[(2, 200), (3, 200)]);
        let with = |lane: &[(i64, u32)]| spread([carrier.clone(), counts(2, lane)].concat(), None);
        assert_eq!(with(&[]), Some((2, 3)));
        assert_eq!(with(&[(6, 3)]), Some((2, 6)));
        assert_eq!(with(&[(6, 300)]), Some((6, 6)));
    }

    #[test]
    fn one_absurd_parcel_changes_nothing() {
        let sane = [(2, 15), (3, 15)];
        assert_eq!(spread(counts(1, &sane), None), spread([counts(1, &sane), counts(1, &[(9_999, 1)])].concat(), None));
        let absurd = History([counts(1, &sane), counts(1, &[(9_999, 1)])].concat());
        let spread = absurd.spread(Leg::Whole, 0, None);
        assert_eq!(spread.and_then(|spread| spread.from_day(4)), None, "the outlier alone is no forecast");
    }

    #[test]
    fn a_promise_counts_while_the_lane_is_young() {
        let carrier = counts(1, &[(2, 100)]);
        let young = spread(carrier.clone(), Some((4, 5)));
        assert_eq!(young, Some((2, 5)));
        let known = spread([carrier, counts(2, &[(2, 500)])].concat(), Some((4, 5)));
        assert_eq!(known, Some((2, 2)));
    }

    #[test]
    fn what_has_passed_is_no_longer_possible() {
        let spread = History(counts(1, &[(1, 40), (3, 40), (4, 20)])).spread(Leg::Whole, 0, None);
        let left = spread.and_then(|spread| spread.from_day(2));
        assert_eq!(left.map(|left| (left.quantile(0.1), left.quantile(0.9))), Some((3, 4)));
    }
}
