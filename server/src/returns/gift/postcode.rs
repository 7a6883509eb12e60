//! Postcodes as people write them.

use aftercart_shared::validate::{fold_width, is_invisible};

/// No postcode of the world is longer, however it is spaced.
const MAX: usize = 20;

/// `bn1 4zz` and `BN1-4ZZ` are one. `None` for what can be none.
pub fn key(typed: &str) -> Option<String> {
    let kept = typed.chars().filter(|c| !is_invisible(*c)).map(fold_width);
    let key: String = kept.filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(MAX + 1).collect();
    (3..=MAX).contains(&key.chars().count()).then_some(key)
}

/// Whether an order's address (JSON) has it.
pub fn is_of(address: Option<&str>, key: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Address {
        postcode: Option<String>,
    }
    let address = address.and_then(|json| serde_json::from_str::<Address>(json).ok());
    let own = address.and_then(|address| address.postcode).and_then(|own| self::key(&own));
    own.is_some_and(|own| crate::random::same(own.as_bytes(), key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_difference() {
        for typed in ["BN1 4ZZ", " bn1-4zz ", "ＢＮ１４ＺＺ", "bn14zz"] {
            assert_eq!(key(typed).as_deref(), Some("BN14ZZ"), "{typed:?}");
        }
        for typed in ["", " - ", "12", "123456789012345678901"] {
            assert_eq!(key(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn an_order_without_a_postcode_is_found_by_none() {
        assert!(is_of(Some(r#"{"postcode":"200 041"}"#), "200041"));
        for address in [None, Some("{}"), Some(r#"{"postcode":null}"#), Some(r#"{"postcode":""}"#), Some("x")] {
            assert!(!is_of(address, "200041") && !is_of(address, ""), "{address:?}");
        }
    }
}
