//! The engine, case by case. Each table's rows are written as the examples of a policy file are, over a base that they
//! share, so that a case is what makes it a case.

mod baskets;
mod conditions;
mod files;
mod offers;
mod versions;
mod windows;

use super::{Policy, example::Example, file::Problem};
use aftercart_shared::{i18n::Messages, locale::Locale};

const HEAD: &str = "in_force_from = \"2020-01-01\"\n";

/// An ordinary thing, ordered, delivered and asked back in time.
const BASE: &str = r#"
name = "case"
currency = "GBP"
country = "GB"
paid = "50.00"
reason = "changed_mind"
ordered = "2026-03-01"
delivered = "2026-03-04"
asked = "2026-03-10"
"#;

fn policy(text: &str) -> Policy {
    Policy::parse(&format!("{HEAD}{text}")).unwrap_or_else(|problems| panic!("{problems:#?}\nin {text}"))
}

fn problems(text: &str) -> Vec<Problem> {
    Policy::parse(text).err().unwrap_or_default()
}

/// The base with some of its fields set otherwise, or left out where they are `"-"`.
fn example(overrides: &str) -> Example {
    let mut fields: toml::Table = BASE.parse().unwrap();
    fields.extend(overrides.parse::<toml::Table>().unwrap_or_else(|error| panic!("{error}\nin {overrides}")));
    fields.retain(|_, value| value.as_str() != Some("-"));
    fields.try_into().unwrap_or_else(|error| panic!("{error}\nin {overrides}"))
}

/// What of the expectations in the example is not met.
fn surprises(policy: &Policy, overrides: &str) -> Vec<String> {
    let example = example(overrides);
    let decision = example.decide(policy, &policy.calendar("Europe/London")).unwrap();
    let surprises = example.surprises(&decision, Messages::new(Locale::En));
    surprises.into_iter().map(|s| format!("{}: {:?}, not {:?}", s.matter, s.found, s.expected)).collect()
}

/// Every row must come out as it says.
fn table(policy: &Policy, rows: &[(&str, &str)]) {
    let failed: Vec<String> = rows
        .iter()
        .flat_map(|(name, row)| surprises(policy, row).into_iter().map(move |wrong| format!("{name}: {wrong}")))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
