//! `aftercart policy …`

use super::SiteArgument;
use crate::{
    clock::{Clock, SystemClock},
    db::Db,
    orders::import::{Shift, fields::Reading, jsonl, model::ImportedOrder, report::Bad},
    random::SystemRandom,
    returns::{
        imported, policies,
        policy::{
            Ask, Policy, Problem, decide, explain::explain, reasons, show, window::ShopCalendar, wording::ServerWording,
        },
    },
};
use aftercart_shared::{
    i18n::Messages,
    locale::Locale,
    returns::{Day, ReasonId, Wording},
    time::Timestamp,
};
use clap::{Args, Subcommand};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a policy file, say in plain words what it means, and try its examples.
    ///
    /// Fails when the file cannot be used, or when an example does not come out as it expects.
    Check(Check),
    /// Store a policy for a site. Orders placed from its first day on are under it.
    ///
    /// Everything that `check` finds must be in order. The policies before it stay, for the orders that are under them.
    Set {
        /// The policy, as TOML.
        file: PathBuf,
        #[command(flatten)]
        site: SiteArgument,
    },
}

#[derive(Debug, Args)]
pub struct Check {
    /// The policy, as TOML; static/demo/returns.toml is an example.
    file: PathBuf,
    /// Also decide about every line of these orders: JSON lines, as `aftercart import orders` takes them.
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    /// The reason those orders are asked back for.
    #[arg(long, value_name = "REASON", default_value = "changed_mind", requires = "orders")]
    reason: ReasonId,
    /// The day on which they are asked back [default: today].
    #[arg(long, value_name = "DAY", requires = "orders")]
    on: Option<String>,
    /// The language of the explanation.
    #[arg(long, default_value = "en")]
    locale: String,
    /// The site's time zone, for a policy that names none.
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
}

/// Stores a policy that stands every check.
pub async fn set(db: &Db, file: &Path, site: &SiteArgument) -> Result<(), String> {
    let site = site.find(db).await?;
    let source = read(file)?;
    let t = Messages::new(Locale::En);
    let policy = Policy::parse(&source).map_err(|problems| to_mend(file, &problems, t))?;
    let failed = examples(&policy, &policy.calendar(&site.time_zone), Locale::En, &mut Vec::new())?;
    if failed > 0 {
        let again = format!("run `aftercart policy check {}` to see why", file.display());
        return Err(format!("{} {again}", t.policy_problems(&failed.to_string())));
    }
    policies::store(db, &SystemClock, &SystemRandom, &site.id, &policy, &source).await.map_err(|e| e.to_string())?;
    println!("{} has this policy now: orders placed from {} on are under it.", site.key, policy.in_force_from);
    Ok(())
}

pub fn check(check: Check) -> Result<(), String> {
    let locale = Locale::parse(&check.locale).ok_or("--locale is en or zh-CN")?;
    let t = Messages::new(locale);
    let source = read(&check.file)?;
    let policy = Policy::parse(&source).map_err(|problems| to_mend(&check.file, &problems, t))?;
    let calendar = policy.calendar(&check.time_zone);
    let mut lines = explain(&policy, &check.time_zone, locale);
    let failed = examples(&policy, &calendar, locale, &mut lines)?;
    if let Some(file) = &check.orders {
        orders(&check, file, &policy, &calendar, locale, &mut lines)?;
    }
    lines.push(String::new());
    if failed == 0 {
        lines.push(t.policy_good().to_owned());
    }
    println!("{}", lines.join("\n"));
    if failed == 0 { Ok(()) } else { Err(t.policy_problems(&failed.to_string())) }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn to_mend(file: &Path, problems: &[Problem], t: Messages) -> String {
    let mut lines = vec![t.policy_problems(&problems.len().to_string())];
    for problem in problems {
        let (line, column) = (problem.line.to_string(), problem.column.to_string());
        lines.push(t.policy_problem_at(&column, &file.display().to_string(), &line, &problem.text));
        lines.extend(problem.hint.as_ref().map(|hint| format!("    {}", t.policy_hint(hint))));
    }
    lines.join("\n")
}

/// Answers how many did not come out as expected.
fn examples(
    policy: &Policy,
    calendar: &ShopCalendar,
    locale: Locale,
    lines: &mut Vec<String>,
) -> Result<usize, String> {
    let t = Messages::new(locale);
    let mut tried = Vec::new();
    let mut failed = 0;
    for example in policy.examples.iter().map(|example| example.get_ref()) {
        let decision = example.decide(policy, calendar)?;
        let surprises = example.surprises(&decision, t);
        failed += usize::from(!surprises.is_empty());
        let verdict = if surprises.is_empty() {
            t.policy_example_passed(&example.name)
        } else {
            t.policy_example_failed(&example.name)
        };
        tried.push(format!("  {verdict}"));
        let or_nothing = |text: &str| if text.is_empty() { t.policy_nothing().to_owned() } else { text.to_owned() };
        tried.extend(surprises.iter().map(|surprise| {
            let (expected, found) = (or_nothing(&surprise.expected), or_nothing(&surprise.found));
            format!("      ! {}", t.policy_expected(&expected, &found, surprise.matter))
        }));
        let said = show::decision(policy, &decision, example.currency(), locale);
        tried.extend(said.into_iter().map(|line| format!("      {line}")));
    }
    if !tried.is_empty() {
        let (total, passed) = (policy.examples.len(), policy.examples.len() - failed);
        lines.extend([String::new(), t.policy_examples(&passed.to_string(), &total.to_string())]);
        lines.extend(tried);
    }
    Ok(failed)
}

fn orders(
    check: &Check,
    file: &Path,
    policy: &Policy,
    calendar: &ShopCalendar,
    locale: Locale,
    lines: &mut Vec<String>,
) -> Result<(), String> {
    let t = Messages::new(locale);
    if !reasons::exists(&policy.reasons, &check.reason) {
        return Err(format!("--reason is one of {}", reasons::all(&policy.reasons).join(", ")));
    }
    let now = asked_at(check.on.as_deref(), calendar)?;
    let reason = t.policy_quoted(&reasons::in_words(&policy.reasons, &check.reason, t));
    let day = ServerWording(locale).day(calendar.day(now));
    lines.extend([
        String::new(),
        t.policy_orders(&file.display().to_string()),
        format!("  {}", t.policy_asked(&day, &reason)),
    ]);
    for order in imported_orders(file)? {
        let facts = imported::facts(&order);
        for (line, imported) in facts.lines.iter().zip(&order.lines) {
            let left = (line.bought - line.returned).max(1);
            let ask = Ask { reason: check.reason.clone(), quantity: left };
            let decision = decide(policy, calendar, &facts, line, &ask, now);
            lines.push(format!("  {}", t.policy_order_line(&order.number, &left.to_string(), &imported.title)));
            let said = show::decision(policy, &decision, facts.currency, locale);
            lines.extend(said.into_iter().map(|line| format!("      {line}")));
        }
    }
    Ok(())
}

/// Noon of the day.
fn asked_at(day: Option<&str>, calendar: &ShopCalendar) -> Result<Timestamp, String> {
    let Some(text) = day else { return Ok(SystemClock.now()) };
    let day = Day::parse(text).ok_or_else(|| format!("--on: {text:?} is not a day; write it like 2026-11-30"))?;
    Ok(calendar.noon(day))
}

fn imported_orders(file: &Path) -> Result<Vec<ImportedOrder>, String> {
    let reading = Reading { country: "", shift: Shift::default() };
    let one = |(number, line): (usize, &str)| {
        jsonl::order(line.as_bytes(), &reading).map_err(|bad| {
            let reason = match bad {
                Bad::Row(reason) => reason,
                Bad::Json(error) => error.to_string(),
            };
            format!("{}, line {}: {reason}", file.display(), number + 1)
        })
    };
    read(file)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(one).collect()
}
