//! What is wrong with a policy file, and how to mend it.

use super::{
    file::{Policy, Problem, Rule, Settings, When},
    reasons,
    window::ShopCalendar,
};
use aftercart_shared::returns::{Resolution, Verdict};

/// A file that is not TOML, or not of the documented form.
pub fn unreadable(source: &str, error: &toml::de::Error) -> Problem {
    let problem = Problem::at(source, error.span().map_or(0, |span| span.start), error.message());
    match did_you_mean(error.message()) {
        Some(name) => problem.hint(format!("did you mean `{name}`?")),
        None => problem,
    }
}

/// Everything that each part for itself allows and the whole does not.
pub fn problems(source: &str, policy: &Policy) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut report = |offset: usize, text: String, hint: &str| {
        found.push(Problem::at(source, offset, text).hint(hint));
    };
    if let Some(zone) = &policy.time_zone
        && ShopCalendar::of_zone(zone.get_ref()).is_none()
    {
        let text = format!("nobody knows a time zone {:?}", zone.get_ref());
        report(zone.span().start, text, "write its IANA name, like Europe/London or Asia/Shanghai");
    }
    for (i, reason) in policy.reasons.iter().enumerate() {
        let id = reason.id.get_ref();
        let taken = reasons::BUILT_IN.contains(&id.as_str())
            || policy.reasons[..i].iter().any(|earlier| earlier.id.get_ref() == id);
        if taken {
            report(
                reason.id.span().start,
                format!("there is a reason `{id}` already"),
                "give each reason an id of its own",
            );
        }
        if let Some(under) = &reason.under {
            // Only under one that stands before it: so no circle can arise.
            let before = &policy.reasons[..i];
            if !reasons::exists(before, under.get_ref()) {
                let text = format!("there is no reason `{}` before this one", under.get_ref());
                report(under.span().start, text, "a reason can only stand under one of ours or one further up");
            }
        }
    }
    for (i, rule) in policy.rules.iter().enumerate() {
        let (when, then) = (rule.when.get_ref(), rule.then.get_ref());
        if *when == When::default() {
            let text = "this rule has no condition, so no rule below could say anything".to_owned();
            report(rule.when.span().start, text, "move what it says to [otherwise]");
        }
        if *then == Settings::default() {
            report(rule.then.span().start, "this rule says nothing".into(), "give it something to say, or take it out");
        }
        if policy.rules[..i].iter().any(|earlier| same_name(earlier, rule)) {
            let text = "another rule has the same name".to_owned();
            report(rule.when.span().start, text, "people must be able to tell them apart");
        }
        for reason in when.reasons.iter().filter(|reason| !reasons::exists(&policy.reasons, reason.get_ref())) {
            let known = reasons::all(&policy.reasons);
            let hint = match nearest(reason.get_ref(), known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("there are {}; add your own with [[reason]]", known.join(", ")),
            };
            report(reason.span().start, format!("there is no reason `{}`", reason.get_ref()), &hint);
        }
        settings(then, rule.then.span().start, &mut report);
    }
    // [otherwise] has no place of its own to point at but its heading.
    settings(&policy.otherwise, source.find("[otherwise]").unwrap_or(0), &mut report);
    for example in &policy.examples {
        let reason = &example.get_ref().reason;
        if !reasons::exists(&policy.reasons, reason) {
            let text = format!("the example's reason `{reason}` does not exist");
            report(example.span().start, text, "use one of the reasons that rules may name");
        }
        if let Err(text) = example.get_ref().facts(&ShopCalendar::utc()) {
            report(example.span().start, text, "see the examples in the documentation of policy files");
        }
    }
    found.sort_by_key(|problem| (problem.line, problem.column));
    found
}

fn settings(then: &Settings, at: usize, report: &mut impl FnMut(usize, String, &str)) {
    let refused = then.decision == Some(Verdict::Refuse);
    if refused && then.because.is_none() {
        let hint = "add because = \"final_sale\", another of our reasons, or your own words";
        report(at, "a refusal must say why".into(), hint);
    }
    if !refused && then.because.is_some() && then.decision.is_none() {
        let text = "`because` belongs to a decision".to_owned();
        report(at, text, "add decision = \"refuse\", \"photo\", \"person\" or \"approve\" beside it");
    }
    if then.resolutions.as_ref().is_some_and(Vec::is_empty) || then.methods.as_ref().is_some_and(Vec::is_empty) {
        report(at, "an empty list leaves the shopper nothing to choose".into(), "leave it out, or refuse");
    }
    if then.resolutions.as_ref().is_some_and(|all| all.contains(&Resolution::KeepItem)) {
        let text = "`keep_item` cannot be offered whatever the goods are worth".to_owned();
        report(at, text, "say below what they may be kept: keep_below = { GBP = \"15\" }");
    }
}

fn same_name(a: &Rule, b: &Rule) -> bool {
    a.name.0.iter().any(|(locale, text)| b.name.0.get(locale) == Some(text))
}

/// From a message like "unknown field `reson`, expected one of `reasons`, `tags`".
fn did_you_mean(message: &str) -> Option<&str> {
    let mut names = message.split('`').skip(1).step_by(2);
    let wrong = names.next()?;
    message.starts_with("unknown").then(|| nearest(wrong, names)).flatten()
}

/// The name that was probably meant: at most two letters off, and not mostly another word.
pub(super) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let close = |name: &&str| letters_off(wrong, name) <= 2.min(wrong.len() / 2);
    names.filter(close).min_by_key(|name| letters_off(wrong, name))
}

/// Edit distance (Levenshtein).
pub(super) fn letters_off(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let swap = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = swap.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
