//! The whole policy in plain words, for whoever runs the shop.

use super::{
    Amounts,
    file::{Ordered, Policy, RefundAt, Rule, Settings, When},
    reasons,
    show::{any_of, list, phrases, place, span},
    span::Span,
    values::{Because, CalendarDay, OpenUntil, Postage},
    wording::ServerWording,
};
use crate::returns::money::DeliveryCharge;
use aftercart_shared::{
    locale::Locale,
    returns::{Counted, Method, Wording},
};
use std::collections::BTreeMap;

/// As lines to print; those that begin with blanks belong to the heading above.
pub fn explain(policy: &Policy, site_zone: &str, locale: Locale) -> Vec<String> {
    let wording = ServerWording(locale);
    let t = wording.texts();
    let name = policy.name.get(locale);
    let zone = policy.time_zone.as_ref().map_or(site_zone, |zone| zone.get_ref().as_str());
    let mut lines = vec![
        t.policy_title(if name.is_empty() { t.policy_unnamed() } else { name }),
        t.policy_in_force(&wording.day(policy.in_force_from), zone),
        String::new(),
    ];
    lines.extend([t.policy_how_1(), t.policy_how_2(), t.policy_how_3()].map(str::to_owned));
    if policy.second_person_from.is_some() {
        let from = any_of(t, &amounts(&policy.second_person_from, wording));
        lines.extend([String::new(), t.policy_second_person(&from)]);
    }
    if policy.refund_at == Some(RefundAt::Scan) {
        lines.extend([String::new(), t.policy_refund_at_scan().to_owned()]);
    }
    if policy.gift.returns {
        lines.extend([String::new(), t.gift_policy().to_owned()]);
    }
    if !policy.tags.is_empty() {
        lines.extend([String::new(), t.policy_tags().to_owned()]);
        let tag = |(tag, skus): (&String, &Vec<String>)| format!("  {}", t.policy_tag_line(&list(t, skus), tag));
        lines.extend(policy.tags.iter().map(tag));
    }
    lines.extend([String::new(), t.policy_rules().to_owned()]);
    for (i, rule) in policy.rules.iter().enumerate() {
        lines.push(format!("  {}. {}", i + 1, rule.name.get(locale)));
        lines.push(format!("     {}", when(policy, rule, wording)));
        lines.extend(says(rule.then.get_ref(), wording).into_iter().map(|said| format!("     - {said}")));
    }
    lines.push(format!("  {}", t.policy_otherwise()));
    lines.extend(says(&whole(&policy.otherwise), wording).into_iter().map(|said| format!("     - {said}")));
    lines
}

/// With the standard in the gaps.
fn whole(otherwise: &Settings) -> Settings {
    let (own, standard) = (otherwise.clone(), Settings::standard());
    Settings {
        within: own.within.or(standard.within),
        counted_from: own.counted_from.or(standard.counted_from),
        open_until: own.open_until,
        decision: own.decision.or(standard.decision),
        because: own.because,
        restocking: own.restocking.or(standard.restocking),
        postage: own.postage.or(standard.postage),
        exchange_postage: own.exchange_postage,
        delivery_charge: own.delivery_charge.or(standard.delivery_charge),
        resolutions: own.resolutions.or(standard.resolutions),
        credit_bonus: own.credit_bonus.or(standard.credit_bonus),
        keep_below: own.keep_below,
        methods: own.methods.or(standard.methods),
    }
}

fn when(policy: &Policy, rule: &Rule, wording: ServerWording) -> String {
    let t = wording.texts();
    let when: &When = rule.when.get_ref();
    let mut all = Vec::new();
    let mut some = |names: Vec<String>, say: &dyn Fn(&str) -> String| {
        if !names.is_empty() {
            all.push(say(&any_of(t, &names)));
        }
    };
    let reason = |id: &toml::Spanned<String>| t.policy_quoted(&reasons::in_words(&policy.reasons, id.get_ref(), t));
    some(when.reasons.iter().map(reason).collect(), &|list| t.policy_when_reasons(list));
    some(when.tags.clone(), &|list| t.policy_when_tags(list));
    some(when.types.clone(), &|list| t.policy_when_types(list));
    some(when.countries.iter().map(|one| place(t, one)).collect(), &|list| t.policy_when_countries(list));
    some(when.channels.clone(), &|list| t.policy_when_channels(list));
    some(when.customer_groups.clone(), &|list| t.policy_when_customer_groups(list));
    some(amounts(&when.price_from, wording), &|list| t.policy_when_price_from(list));
    some(amounts(&when.price_below, wording), &|list| t.policy_when_price_below(list));
    let yes_no = |value: Option<bool>, yes: &'static str, no: &'static str| value.map(|v| if v { yes } else { no });
    all.extend(yes_no(when.on_sale, t.policy_when_on_sale(), t.policy_when_not_on_sale()).map(str::to_owned));
    all.extend(yes_no(when.final_sale, t.policy_when_final_sale(), t.policy_when_not_final_sale()).map(str::to_owned));
    all.extend(when.ordered.map(|days| ordered(days, wording)));
    all.extend(when.asked_within.map(|within| t.policy_when_asked_within(&span(t, within))));
    t.policy_when(&all.join(t.policy_when_join()))
}

fn ordered(days: Ordered, wording: ServerWording) -> String {
    let t = wording.texts();
    let (from, until) = (month_day(days.from, wording), month_day(days.until, wording));
    let yearly = matches!(days.from, CalendarDay::Yearly(..)) && matches!(days.until, CalendarDay::Yearly(..));
    if yearly { t.policy_when_ordered_yearly(&from, &until) } else { t.policy_when_ordered(&from, &until) }
}

/// Without a year where there is none.
fn month_day(day: CalendarDay, wording: ServerWording) -> String {
    match day {
        CalendarDay::On(day) => wording.day(day),
        CalendarDay::Yearly(month, day) => {
            let form = if wording.0.is_chinese() { "%-m月%-d日" } else { "%-d %B" };
            jiff::civil::date(2026, month, day).strftime(form).to_string()
        }
    }
}

fn amounts(amounts: &Option<Amounts>, wording: ServerWording) -> Vec<String> {
    amounts.iter().flat_map(|amounts| amounts.all()).map(|amount| wording.money(*amount)).collect()
}

/// One line a matter, in the order in which a shopper meets them.
fn says(then: &Settings, wording: ServerWording) -> Vec<String> {
    let t = wording.texts();
    let mut said = Vec::new();
    said.extend(then.decision.map(|verdict| t.policy_decision(verdict.words(t))));
    said.extend(then.because.as_ref().map(|because| match because {
        Because::Kind(kind) => t.policy_because(kind.words(t)),
        Because::Shop(words) => t.policy_because(words.get(wording.0)),
    }));
    said.extend(then.within.map(|within| match within {
        Span::NoLimit => t.policy_no_limit().to_owned(),
        within => t.policy_within(&span(t, within)),
    }));
    if let Some(counted) = then.counted_from {
        let (line, arrival) = match counted {
            Counted::Delivery => (t.policy_counted_delivery(), true),
            Counted::LastDelivery => (t.policy_counted_last_delivery(), true),
            Counted::Shipment => (t.policy_counted_shipment(), false),
            Counted::Order => (t.policy_counted_order(), false),
        };
        said.push(line.to_owned());
        said.extend(arrival.then(|| t.policy_counted_fallback().to_owned()));
    }
    said.extend(then.open_until.map(|until| match until {
        OpenUntil::NoExtension => t.policy_no_extension().to_owned(),
        OpenUntil::Until(day @ CalendarDay::On(_)) => t.policy_open_until(&month_day(day, wording)),
        OpenUntil::Until(day @ CalendarDay::Yearly(..)) => t.policy_open_until_yearly(&month_day(day, wording)),
    }));
    said.extend(
        then.resolutions
            .as_ref()
            .map(|all| t.policy_resolutions(&phrases(t, all.iter().map(|one| one.words(t).to_owned())))),
    );
    said.extend(
        then.credit_bonus.filter(|bonus| !bonus.is_none()).map(|bonus| t.policy_credit_bonus(&bonus.to_string())),
    );
    said.extend(then.keep_below.as_ref().map(|_| t.policy_keep_below(&any_of(t, &amounts(&then.keep_below, wording)))));
    said.extend(
        then.methods.as_ref().map(|all| t.policy_methods(&phrases(t, all.iter().map(|one| one.words(t).to_owned())))),
    );
    said.extend(then.postage.as_ref().map(|costs| match costs {
        Postage::Free => t.policy_postage_free().to_owned(),
        Postage::Shopper(by) if by.is_empty() => t.policy_postage_own_carrier().to_owned(),
        Postage::Shopper(by) => t.policy_postage(&postage(by, wording)),
    }));
    said.extend(then.exchange_postage.as_ref().map(|costs| match costs {
        Postage::Free => t.policy_exchange_postage_free().to_owned(),
        Postage::Shopper(by) if by.is_empty() => t.policy_exchange_postage_own_carrier().to_owned(),
        Postage::Shopper(by) => t.policy_exchange_postage(&postage(by, wording)),
    }));
    said.extend(then.restocking.map(|percent| match percent.is_none() {
        true => t.policy_restocking_none().to_owned(),
        false => t.policy_restocking(&percent.to_string()),
    }));
    said.extend(then.delivery_charge.map(|charge| {
        match charge {
            DeliveryCharge::Kept => t.policy_delivery_kept(),
            DeliveryCharge::WholeOrder => t.policy_delivery_whole_order(),
            DeliveryCharge::Share => t.policy_delivery_share(),
        }
        .to_owned()
    }));
    said
}

fn postage(by: &BTreeMap<Method, Amounts>, wording: ServerWording) -> String {
    let t = wording.texts();
    let item = |(method, costs): (&Method, &Amounts)| {
        t.policy_postage_item(&any_of(t, &amounts(&Some(costs.clone()), wording)), method.words(t))
    };
    phrases(t, by.iter().map(item))
}
