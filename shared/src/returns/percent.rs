//! Percentages without floats.

use serde::{Deserialize, Serialize};

/// From 0 to 100 per cent, in steps of a hundredth; `5%` or `2.5%` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(u32);

impl Percent {
    pub const NONE: Percent = Percent(0);

    /// Hundredths of a per cent. `None` above 100 %.
    pub fn from_basis_points(points: u32) -> Option<Percent> {
        (points <= 10_000).then_some(Percent(points))
    }

    pub fn basis_points(self) -> u32 {
        self.0
    }

    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Reads `5%`, `12.5 %`. `None` for anything finer than a hundredth or above 100.
    pub fn parse(text: &str) -> Option<Percent> {
        let number = text.trim().strip_suffix('%')?.trim_end();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 2 {
            return None;
        }
        let points = format!("{whole}{fraction:0<2}").parse().ok()?;
        Percent::from_basis_points(points)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (self.0 / 100, self.0 % 100);
        if fraction == 0 {
            write!(f, "{whole}%")
        } else {
            write!(f, "{whole}.{}%", format!("{fraction:02}").trim_end_matches('0'))
        }
    }
}

impl TryFrom<String> for Percent {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Percent::parse(&text)
            .ok_or_else(|| format!("{text:?} is not a percentage; write it like 10% or 2.5%, 100% at most"))
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> String {
        percent.to_string()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Percent;

    #[test]
    fn percentages_are_exact_to_a_hundredth() {
        for (text, points, shown) in [
            ("5%", 500, "5%"),
            ("12.5 %", 1_250, "12.5%"),
            ("0.05%", 5, "0.05%"),
            ("100%", 10_000, "100%"),
            ("7.50%", 750, "7.5%"),
        ] {
            let percent = Percent::parse(text).unwrap();
            assert_eq!((percent.basis_points(), percent.to_string().as_str()), (points, shown));
            assert_eq!(percent.is_none(), points == 0);
        }
        assert!(Percent::NONE.is_none());
        for text in ["5", "-5%", "101%", "100.01%", "0.001%", "%", ".5%", "5.%", "五%"] {
            assert_eq!(Percent::parse(text), None, "{text}");
        }
    }
}
