//! Lists, lengths of time, countries and decisions in words.

use super::{
    decide::Decision,
    file::Policy,
    span::Span,
    values::{Cost, Place},
    wording::ServerWording,
};
use aftercart_shared::{
    i18n::Messages,
    locale::Locale,
    money::{Currency, Money},
    returns::Wording,
};

/// "a, b, c"
pub fn list(t: Messages, items: &[String]) -> String {
    items.join(t.policy_comma())
}

/// "a; b; c", for entries that have commas themselves.
pub fn phrases(t: Messages, items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(t.policy_semicolon())
}

/// "a, b or c"
pub fn any_of(t: Messages, items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => t.policy_or(last, &list(t, first)),
    }
}

pub fn span(t: Messages, span: Span) -> String {
    let say = |count: i32, one: fn(Messages, &str) -> String, other: fn(Messages, &str) -> String| {
        let say = if count == 1 { one } else { other };
        say(t, &count.to_string())
    };
    match span {
        Span::Days(count) => say(count, Messages::policy_days_one, Messages::policy_days_other),
        Span::Weeks(count) => say(count, Messages::policy_weeks_one, Messages::policy_weeks_other),
        Span::Months(count) => say(count, Messages::policy_months_one, Messages::policy_months_other),
        Span::Years(count) => say(count, Messages::policy_years_one, Messages::policy_years_other),
        Span::NoLimit => t.returns_why_no_time_limit().to_owned(),
    }
}

/// The countries shops name most; any other by its code.
pub fn place(t: Messages, place: &Place) -> String {
    match place.code() {
        "EU" => t.country_eu(),
        "GB" => t.country_gb(),
        "US" => t.country_us(),
        "CN" => t.country_cn(),
        "HK" => t.country_hk(),
        "MO" => t.country_mo(),
        "TW" => t.country_tw(),
        "JP" => t.country_jp(),
        "KR" => t.country_kr(),
        "SG" => t.country_sg(),
        "AU" => t.country_au(),
        "CA" => t.country_ca(),
        "DE" => t.country_de(),
        "FR" => t.country_fr(),
        code => code,
    }
    .to_owned()
}

/// A decision as lines: what, why, what is offered, who said so.
pub fn decision(policy: &Policy, decision: &Decision, currency: Currency, locale: Locale) -> Vec<String> {
    let wording = ServerWording(locale);
    let t = wording.texts();
    let mut lines = vec![decision.verdict.words(t).to_owned()];
    lines.extend(decision.why.iter().map(|why| why.words(&wording)));
    if !decision.resolutions.is_empty() {
        let words = decision.resolutions.iter().map(|one| one.words(t).to_owned());
        lines.push(t.policy_resolutions(&phrases(t, words)));
    }
    if !decision.methods.is_empty() {
        let cost = |cost: Cost| match cost {
            Cost::Free => t.policy_free().to_owned(),
            Cost::PaidBack => t.policy_paid_back().to_owned(),
            Cost::TakenOff(minor) => t.policy_amount_off(&wording.money(Money { minor, currency })),
            Cost::OwnCarrier => t.policy_own_carrier().to_owned(),
        };
        let offers =
            decision.methods.iter().map(|offer| t.policy_method_cost(&cost(offer.cost), offer.method.words(t)));
        lines.push(t.policy_methods(&phrases(t, offers)));
    }
    if !decision.rules.is_empty() {
        let name = |place: &usize| policy.rules.get(*place).map(|rule| rule.name.get(locale)).unwrap_or_default();
        let names: Vec<String> = decision.rules.iter().map(|place| t.policy_quoted(name(place))).collect();
        lines.push(t.policy_settled_by(&list(t, &names)));
    }
    lines
}
