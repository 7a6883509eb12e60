//! The answer for one line.

use super::{
    facts::{Arrival, Ask, Line, Order},
    file::{Policy, Settings},
    fits::Question,
    span::Span,
    values::{Because, Cost, Postage},
    window::{ShopCalendar, Window, window},
};
use crate::returns::money::DeliveryCharge;
use aftercart_shared::{
    returns::{Counted, Day, Method, Percent, Resolution, Verdict, Why},
    time::Timestamp,
};

/// What the policy says to a question, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    /// The most important first.
    pub why: Vec<Why>,
    /// The last day on which it can be asked for; `None` without a limit, or while it is not running.
    pub last_day: Option<Day>,
    /// Pieces that could be asked for.
    pub left: i64,
    /// Empty when refused, as is `methods`.
    pub resolutions: Vec<Resolution>,
    pub methods: Vec<MethodOffer>,
    pub restocking: Percent,
    pub credit_bonus: Percent,
    pub delivery_charge: DeliveryCharge,
    /// Places of the rules that settled something, in order.
    pub rules: Vec<usize>,
}

/// A way back and what it costs the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodOffer {
    pub method: Method,
    pub cost: Cost,
    /// When something else comes in place of the goods, or they are repaired.
    pub exchange_cost: Cost,
}

/// What holds for this question, and which rules said so.
struct Settled<'a> {
    fitting: Vec<(usize, &'a Settings)>,
    otherwise: &'a Settings,
    standard: Settings,
    used: Vec<usize>,
}

impl Settled<'_> {
    /// The first rule that fits and mentions it, else `[otherwise]`, else the standard.
    fn pick<T: Clone>(&mut self, of: impl Fn(&Settings) -> Option<&T>) -> Option<T> {
        if let Some((place, value)) = self.fitting.iter().find_map(|(place, then)| Some((*place, of(then)?.clone()))) {
            self.used.push(place);
            return Some(value);
        }
        of(self.otherwise).or_else(|| of(&self.standard)).cloned()
    }

    /// The reason must come from where the decision comes from.
    fn because(&self) -> Option<Because> {
        let decided = self.fitting.iter().map(|(_, then)| *then).chain([self.otherwise]);
        decided.into_iter().find(|then| then.decision.is_some()).and_then(|then| then.because.clone())
    }
}

/// Decides about one line at one moment.
pub fn decide(
    policy: &Policy,
    calendar: &ShopCalendar,
    order: &Order,
    line: &Line,
    ask: &Ask,
    now: Timestamp,
) -> Decision {
    let question = Question { policy, calendar, order, line, ask, now };
    let fitting = policy.rules.iter().enumerate().filter(|(_, rule)| question.fits(rule.when.get_ref()));
    let mut settled = Settled {
        fitting: fitting.map(|(place, rule)| (place, rule.then.get_ref())).collect(),
        otherwise: &policy.otherwise,
        standard: Settings::standard(),
        used: Vec::new(),
    };
    let left = (line.bought - line.returned).max(0);
    if let Some(why) = impossible(order, line, ask, left) {
        return refused(vec![why], None, left, vec![]);
    }
    let verdict = settled.pick(|then| then.decision.as_ref()).unwrap_or(Verdict::Person);
    let because = settled.because().map(|because| match because {
        Because::Kind(kind) => Why::NotReturnable { kind },
        Because::Shop(words) => Why::Shop { words },
    });
    if verdict == Verdict::Refuse {
        return refused(because.into_iter().collect(), None, left, settled.used);
    }
    let (window, window_why) = time(&question, &mut settled);
    if !window.is_open(calendar.date(now)) {
        return refused(window_why, window.last_day(), left, settled.used);
    }
    let mut why: Vec<Why> = because.into_iter().collect();
    match verdict {
        Verdict::Photo => why.push(Why::PhotoNeeded),
        Verdict::Person => why.push(Why::PersonDecides),
        Verdict::Approve | Verdict::Refuse => {}
    }
    why.extend(window_why);
    offer(
        &question,
        settled,
        Decision { why, verdict, last_day: window.last_day(), ..refused(vec![], None, left, vec![]) },
    )
}

/// What no rule could allow.
fn impossible(order: &Order, line: &Line, ask: &Ask, left: i64) -> Option<Why> {
    match (ask.quantity, left) {
        _ if order.cancelled => Some(Why::OrderCancelled),
        (_, 0) => Some(Why::NothingLeft),
        _ if line.arrival == Arrival::Awaited => Some(Why::NotDelivered),
        (..=0, _) => Some(Why::NotAQuantity),
        (asked, left) if asked > left => Some(Why::OverWhatIsLeft { left }),
        _ => None,
    }
}

fn time(question: &Question, settled: &mut Settled) -> (Window, Vec<Why>) {
    let within = settled.pick(|then| then.within.as_ref()).unwrap_or(Span::NoLimit);
    let counted = settled.pick(|then| then.counted_from.as_ref()).unwrap_or(Counted::Delivery);
    let until = settled.pick(|then| then.open_until.as_ref());
    let window = window(question.calendar, question.order, question.line, within, counted, until);
    let why = match window {
        Window::NoLimit => vec![Why::NoTimeLimit],
        Window::NotYet => vec![Why::NotYetRunning],
        Window::Until { counted, since, last_day, extended } => {
            // Whoever gives more time says so by its name.
            let by = settled.fitting.iter().find(|(_, then)| then.open_until.is_some()).map(|(place, _)| *place);
            let named = by.filter(|_| extended).map(|place| question.policy.rules[place].name.clone());
            vec![match (window.is_open(question.calendar.date(question.now)), named) {
                (false, _) => Why::WindowClosed { last_day, counted, since },
                (true, Some(name)) => Why::Extended { last_day, name },
                (true, None) => Why::OpenUntil { last_day, counted, since },
            }]
        }
    };
    (window, why)
}

fn offer(question: &Question, mut settled: Settled, decision: Decision) -> Decision {
    let (currency, ask) = (question.order.currency, question.ask);
    let restocking = settled.pick(|then| then.restocking.as_ref()).unwrap_or_default();
    let bonus = settled.pick(|then| then.credit_bonus.as_ref()).unwrap_or_default();
    let delivery_charge = settled.pick(|then| then.delivery_charge.as_ref()).unwrap_or_default();
    let postage = settled.pick(|then| then.postage.as_ref()).unwrap_or(Postage::Free);
    let mut resolutions = settled.pick(|then| then.resolutions.as_ref()).unwrap_or_default();
    let keep_below = settled.pick(|then| then.keep_below.as_ref()).and_then(|below| below.minor(currency));
    let worth = question.line.paid_each.saturating_mul(ask.quantity);
    let keeps = resolutions.contains(&Resolution::Refund) && keep_below.is_some_and(|below| worth < below);
    if keeps {
        resolutions.insert(0, Resolution::KeepItem);
    }
    let credit_bonus = if resolutions.contains(&Resolution::StoreCredit) { bonus } else { Percent::NONE };
    let for_exchange = settled.pick(|then| then.exchange_postage.as_ref()).unwrap_or_else(|| postage.clone());
    let offered = |method| MethodOffer {
        method,
        cost: postage.cost(method, currency),
        exchange_cost: for_exchange.cost(method, currency),
    };
    let methods = settled.pick(|then| then.methods.as_ref()).unwrap_or_default().into_iter().map(offered).collect();
    let mut why = decision.why;
    why.extend(keeps.then_some(Why::KeepIt));
    why.extend((!restocking.is_none()).then_some(Why::Restocking { percent: restocking }));
    why.extend((!credit_bonus.is_none()).then_some(Why::CreditBonus { percent: credit_bonus }));
    let rules = in_order(settled.used);
    Decision { why, resolutions, methods, restocking, credit_bonus, delivery_charge, rules, ..decision }
}

pub(super) fn refused(why: Vec<Why>, last_day: Option<Day>, left: i64, used: Vec<usize>) -> Decision {
    Decision {
        verdict: Verdict::Refuse,
        why,
        last_day,
        left,
        resolutions: vec![],
        methods: vec![],
        restocking: Percent::NONE,
        credit_bonus: Percent::NONE,
        delivery_charge: DeliveryCharge::Kept,
        rules: in_order(used),
    }
}

fn in_order(mut rules: Vec<usize>) -> Vec<usize> {
    rules.sort_unstable();
    rules.dedup();
    rules
}
