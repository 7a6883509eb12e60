//! Lists of whom the shop wants looked at by a person, or not. An entry never refuses anything: one that blocks makes a
//! person decide, and one that allows outweighs it. Both are shown with who made them, why, and until when.

use super::order_store::OrderRow;
use crate::orders::{import::model::Address, phone::phone_key};
use aftercart_shared::validate::Contact;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// A person decides.
    Block,
    /// What blocks is outweighed.
    Allow,
}

/// By what somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Email,
    Phone,
    /// Our id of a shopper.
    Shopper,
    /// Where parcels go: street, flat, postcode and country.
    Address,
}

impl List {
    pub const ALL: [List; 2] = [List::Block, List::Allow];

    pub fn name(self) -> &'static str {
        match self {
            List::Block => "block",
            List::Allow => "allow",
        }
    }

    pub fn parse(name: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.name() == name)
    }
}

impl By {
    pub const ALL: [By; 4] = [By::Email, By::Phone, By::Shopper, By::Address];

    pub fn name(self) -> &'static str {
        match self {
            By::Email => "email",
            By::Phone => "phone",
            By::Shopper => "shopper",
            By::Address => "address",
        }
    }

    pub fn parse(name: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.name() == name)
    }

    /// The form in which it is compared; `None` for what is none. `country` reads telephone numbers without one.
    pub fn key(self, typed: &str, country: &str) -> Option<String> {
        let typed = typed.trim();
        match self {
            By::Email => match Contact::parse(typed) {
                Ok(Contact::Email(email)) => Some(email),
                _ => None,
            },
            By::Phone => phone_key(typed, country),
            By::Shopper => super::submit::is_id(typed).then(|| typed.to_owned()),
            By::Address => address_key(&[typed]),
        }
    }
}

/// Letters and digits alone, in lower case: "Flat 2, 14 Larkspur Rd." and "flat 2 14 larkspur rd" are one.
fn address_key(parts: &[&str]) -> Option<String> {
    let letters = parts.iter().flat_map(|part| part.chars()).filter(|c| c.is_alphanumeric());
    let key: String = letters.flat_map(char::to_lowercase).collect();
    // Less than that is a town, and half of a shop's customers.
    (key.chars().count() >= 6).then_some(key)
}

/// By what whoever asks is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Known {
    /// The order's.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub shopper: String,
    pub address: Option<String>,
}

impl Known {
    pub fn of(order: &OrderRow, shopper_id: &str) -> Known {
        let address = order.address.as_deref().and_then(|json| serde_json::from_str::<Address>(json).ok());
        let key = |a: Address| {
            // Without a street it is no place.
            a.line1.as_deref().filter(|line| !line.trim().is_empty())?;
            let parts = [a.line1, a.line2, a.postcode, a.country].map(Option::unwrap_or_default);
            address_key(&parts.each_ref().map(String::as_str))
        };
        Known {
            email: order.email.clone(),
            phone: order.phone.clone(),
            shopper: shopper_id.to_owned(),
            address: address.and_then(key),
        }
    }
}

/// Whether a person has to decide, by the lists of all entries that fit.
pub fn needs_person(lists: impl IntoIterator<Item = List>) -> bool {
    let lists: Vec<List> = lists.into_iter().collect();
    lists.contains(&List::Block) && !lists.contains(&List::Allow)
}

/// Whether the serial number that came is none of those that were sold. Where none is known nothing differs.
pub fn serial_differs(sold: &[String], came: Option<&str>) -> bool {
    // Scanners and people write them with and without blanks and dashes.
    let key =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>();
    let came = came.map(key).filter(|came| !came.is_empty());
    !sold.is_empty() && came.is_some_and(|came| !sold.iter().any(|one| key(one) == came))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn one_that_allows_outweighs_any_that_block() {
        assert!(!needs_person([]));
        assert!(!needs_person([List::Allow]));
        assert!(needs_person([List::Block, List::Block]));
        assert!(!needs_person([List::Block, List::Allow, List::Block]));
    }

    #[test]
    fn everything_is_compared_in_one_form() {
        assert_eq!(By::Email.key(" Emma@Example.com ", "GB").as_deref(), Some("emma@example.com"));
        assert_eq!(By::Email.key("emma", "GB"), None);
        assert_eq!(By::Phone.key("138 0013 8000", "CN").as_deref(), Some("+8613800138000"));
        assert_eq!(By::Shopper.key("0f3a", "CN").as_deref(), Some("0f3a"));
        assert_eq!(By::Shopper.key("0f3a; DROP", "CN"), None);
        let typed = By::Address.key("14 Larkspur Road, Flat 2, BN1 4ZZ, GB", "GB");
        assert_eq!(typed.as_deref(), Some("14larkspurroadflat2bn14zzgb"));
        assert_eq!(By::Address.key("上海市延安中路1号", "CN").as_deref(), Some("上海市延安中路1号"));
        assert_eq!(By::Address.key("Leeds", "GB"), None);
        for by in By::ALL {
            assert_eq!(By::parse(by.name()), Some(by));
        }
    }

    #[test]
    fn a_serial_is_another_one_only_where_one_is_known() {
        let sold = ["SN-001 A".to_owned(), "SN-002".to_owned()];
        assert!(!serial_differs(&sold, Some("sn001a")) && !serial_differs(&sold, Some("SN 002")));
        assert!(serial_differs(&sold, Some("SN-003")));
        assert!(!serial_differs(&sold, None) && !serial_differs(&sold, Some(" - ")));
        assert!(!serial_differs(&[], Some("SN-003")));
    }
}
