//! Which parcels are alike: by carrier, and by where they come from and go to.

use super::history::LEVELS;

/// The groups a parcel belongs to, from the widest, as carrier and lane; `""` is everybody. A parcel without a region
/// or abroad has no narrowest group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups(Vec<(String, String)>);

impl Groups {
    /// `origin`, `country`: ISO 3166, two letters; without a country the parcel is taken to stay at home.
    pub fn of(carrier: Option<&str>, origin: &str, country: Option<&str>, region: Option<&str>) -> Groups {
        let carrier = carrier.filter(|code| *code != "other").unwrap_or_default();
        let origin = origin.to_ascii_uppercase();
        let country = country.map_or_else(|| origin.clone(), str::to_ascii_uppercase);
        let home = country == origin;
        let kind = if home { "home" } else { "abroad" };
        let mut groups = vec![(String::new(), kind.to_owned())];
        if !carrier.is_empty() {
            let lane = format!("{origin}>{country}");
            groups.push((carrier.to_owned(), kind.to_owned()));
            let region = region.map(normal).filter(|region| home && !region.is_empty());
            let narrow = region.map(|region| (carrier.to_owned(), format!("{lane}/{region}")));
            groups.push((carrier.to_owned(), lane));
            groups.extend(narrow);
        }
        debug_assert!(groups.len() <= LEVELS);
        Groups(groups)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(carrier, lane)| (carrier.as_str(), lane.as_str()))
    }

    /// The level of this group; `None` when the parcel is not of it.
    pub fn level(&self, carrier: &str, lane: &str) -> Option<usize> {
        self.0.iter().position(|(c, l)| c == carrier && l == lane)
    }

    /// `true` when the parcel leaves the country.
    pub fn abroad(&self) -> bool {
        self.0.first().is_some_and(|(_, lane)| lane == "abroad")
    }
}

/// Longer ones are cut: lanes are kept for half a year.
const REGION_MAX: usize = 40;

fn normal(region: &str) -> String {
    let kept = region.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric()).take(REGION_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(groups: &Groups) -> Vec<String> {
        groups.iter().map(|(carrier, lane)| format!("{carrier} {lane}")).collect()
    }

    #[test]
    fn groups_narrow_from_everybody_to_the_region() {
        let groups = Groups::of(Some("sf"), "CN", Some("cn"), Some(" 浙江省 "));
        assert_eq!(said(&groups), [" home", "sf home", "sf CN>CN", "sf CN>CN/浙江省"]);
        assert_eq!(groups.level("sf", "CN>CN"), Some(2));
        assert_eq!(groups.level("zto", "CN>CN"), None);
    }

    #[test]
    fn abroad_a_country_is_narrow_enough_and_nobody_knows_a_nameless_carriers_ways() {
        assert_eq!(
            said(&Groups::of(Some("ems"), "CN", Some("JP"), Some("Tokyo"))),
            [" abroad", "ems abroad", "ems CN>JP"]
        );
        assert_eq!(said(&Groups::of(Some("other"), "CN", None, None)), [" home"]);
        assert_eq!(said(&Groups::of(None, "CN", Some("DE"), None)), [" abroad"]);
    }
}
