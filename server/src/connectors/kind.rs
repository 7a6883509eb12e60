//! What a row of the connectors is: a shop system, or a tracking service.

use super::{carriers, commerce};

/// As `connectors.kind`. Orders come from the one, parcels' news from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Commerce(commerce::Kind),
    Carrier(carriers::Kind),
}

impl Kind {
    pub fn all() -> impl Iterator<Item = Kind> {
        commerce::Kind::ALL.map(Kind::Commerce).into_iter().chain(carriers::Kind::ALL.map(Kind::Carrier))
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Commerce(kind) => kind.name(),
            Kind::Carrier(kind) => kind.name(),
        }
    }

    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::all().find(|kind| kind.name() == name)
    }

    /// What the retailer is to give us, in words for the command line.
    pub fn credential(self) -> &'static str {
        match self {
            Kind::Commerce(kind) => kind.credential(),
            Kind::Carrier(kind) => kind.credential(),
        }
    }
}

impl From<commerce::Kind> for Kind {
    fn from(kind: commerce::Kind) -> Kind {
        Kind::Commerce(kind)
    }
}

impl From<carriers::Kind> for Kind {
    fn from(kind: carriers::Kind) -> Kind {
        Kind::Carrier(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_of_all_it_is() {
        for kind in Kind::all() {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("17track"), Some(Kind::Carrier(carriers::Kind::SeventeenTrack)));
        assert_eq!(Kind::from_name("shopify"), Some(Kind::Commerce(commerce::Kind::Shopify)));
        assert_eq!(Kind::from_name("Shopify"), None);
    }
}
