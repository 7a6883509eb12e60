//! One spelling for every telephone number, so that the shopper's and the shop's can be compared.

use aftercart_shared::validate::Contact;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, enums::Region};

/// The number in E.164 (`+8613800138000`), read as someone in `country` (ISO 3166, two letters) dials it unless it
/// names its country itself. What no numbering plan knows keeps its digits, so that two equal spellings still meet.
/// `None` for what is no telephone number at all.
pub fn phone_key(raw: &str, country: &str) -> Option<String> {
    let Ok(Contact::Phone(dialled)) = Contact::parse(raw) else { return None };
    let region = country.trim().to_ascii_uppercase().parse::<Region>().ok();
    let known =
        PHONE_NUMBER_UTIL.parse(&dialled, region).ok().filter(|number| number.is_possible_with_reason().is_ok());
    Some(known.map_or(dialled, |number| number.format_as(PhoneNumberFormat::E164).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::phone_key;

    #[test]
    fn every_way_of_writing_a_number_is_one_key() {
        for (raw, country, key) in [
            ("138 0013 8000", "CN", "+8613800138000"),
            ("+86 138-0013-8000", "US", "+8613800138000"),
            ("0086 13800138000", "CN", "+8613800138000"),
            ("１３８００１３８０００", "cn", "+8613800138000"),
            ("8613800138000", "CN", "+8613800138000"),
            ("07700 900123", "GB", "+447700900123"),
            ("(650) 253-0000", "US", "+16502530000"),
            ("020 7183 8750", "GB", "+442071838750"),
            ("+44 20 7183 8750", "CN", "+442071838750"),
            ("010-65529988", "CN", "+861065529988"),
        ] {
            assert_eq!(phone_key(raw, country).as_deref(), Some(key), "{raw} in {country}");
        }
    }

    #[test]
    fn what_no_plan_knows_still_meets_itself() {
        assert_eq!(phone_key("12345", "CN"), phone_key("1 23-45", "CN"));
        assert_eq!(phone_key("650 253 0000", "??").as_deref(), Some("6502530000"));
        assert_eq!(phone_key("wang@example.cn", "CN"), None);
        assert_eq!(phone_key("call me", "CN"), None);
        assert_eq!(phone_key("", "CN"), None);
    }
}
