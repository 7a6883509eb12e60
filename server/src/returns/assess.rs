//! What the policy says to all that a shopper picked, and what comes of each way of putting it right.

use super::{
    facts::Facts,
    gift,
    kept::Kept,
    money::{Part, Terms, refund},
    policy::{
        Ask, Cost, Decision, MethodOffer, Pick, Policy, decide_basket, reasons, window::ShopCalendar,
        wording::ServerWording,
    },
    record::Kind,
};
use crate::error::Error;
use aftercart_shared::{
    api::returns::AskedLine,
    error::ErrorCode,
    locale::Locale,
    returns::{Method, Percent, ReasonId, Resolution, Verdict, Why, Wording},
    time::Timestamp,
};

/// Lines to one return: far above any basket.
const LINES_MAX: usize = 100;
/// What went wrong on our side; without goods coming back it is a claim.
const TROUBLE: [&str; 4] = ["damaged", "wrong_item", "missing", "faulty"];

/// Who asks what, and when.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub policy: &'a Policy,
    pub calendar: &'a ShopCalendar,
    pub now: Timestamp,
    pub locale: Locale,
    /// Whoever asks was given the goods.
    pub gift: bool,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Assessed {
    pub picked: Vec<Picked>,
    /// The strictest of all.
    pub verdict: Verdict,
    /// The most important first; with the articles' names when there are several.
    pub says: Vec<String>,
    /// In the order in which they are to be offered. Empty when refused.
    pub offers: Vec<Offer>,
    pub delivery_charge: super::money::DeliveryCharge,
}

#[derive(Clone, Debug)]
pub struct Picked {
    /// Its place in [`Facts::lines`].
    pub place: usize,
    pub quantity: i64,
    pub reason: ReasonId,
    pub decision: Decision,
}

/// One way of putting it right.
#[derive(Clone, Debug)]
pub struct Offer {
    pub resolution: Resolution,
    pub goods_back: bool,
    /// Empty where no goods come back.
    pub methods: Vec<MethodOffer>,
    pub bonus: Percent,
    pub kind: Kind,
}

impl Offer {
    /// Whether goods come in place of money.
    pub fn is_goods(&self) -> bool {
        is_goods(self.resolution)
    }

    pub fn method(&self, method: Method) -> Option<Cost> {
        self.methods.iter().find(|offer| offer.method == method).map(|offer| self.cost(offer))
    }

    pub fn cost(&self, offer: &MethodOffer) -> Cost {
        if self.is_goods() { offer.exchange_cost } else { offer.cost }
    }
}

fn is_goods(resolution: Resolution) -> bool {
    match resolution {
        Resolution::Refund | Resolution::StoreCredit | Resolution::KeepItem => false,
        Resolution::Replacement | Resolution::ExchangeVariant | Resolution::ExchangeAny | Resolution::Repair => true,
    }
}

/// # Errors
/// [`ErrorCode::Invalid`] and [`ErrorCode::QuantityInvalid`] with the field. What the policy says no to is no error.
pub fn assess(facts: &Facts, question: Question, asked: &[AskedLine]) -> Result<Assessed, Error> {
    let picks = picks(facts, question, asked)?;
    let Question { policy, calendar, now, .. } = question;
    let basket = decide_basket(policy, calendar, &facts.order, &picks, now);
    let pick = |(pick, decision): (&Pick, &Decision)| Picked {
        place: pick.line,
        quantity: pick.ask.quantity,
        reason: pick.ask.reason.clone(),
        decision: decision.clone(),
    };
    let picked: Vec<Picked> = picks.iter().zip(&basket.lines).map(pick).collect();
    let refused = picked.iter().any(|one| one.decision.verdict == Verdict::Refuse);
    let mut offers = if refused { vec![] } else { offers(facts, policy, &picked, &basket.methods) };
    offers.retain(|offer| !question.gift || gift::may_have(offer.resolution));
    let unpriced = picked.iter().any(|one| facts.is_unpriced(one.place));
    let verdict = match basket.verdict {
        _ if refused || offers.is_empty() => Verdict::Refuse,
        // Nobody knows what is to be paid back: no policy can decide on it.
        verdict if unpriced => verdict.max(Verdict::Person),
        verdict => verdict,
    };
    let says = says(facts, question, &picked, verdict, &basket.why);
    Ok(Assessed { picked, verdict, says, offers, delivery_charge: basket.delivery_charge })
}

impl Assessed {
    pub fn offer(&self, resolution: Resolution) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.resolution == resolution)
    }

    /// The lines that need a photo, by their places.
    pub fn photos(&self) -> impl Iterator<Item = usize> {
        let needs = |one: &&Picked| one.decision.verdict == Verdict::Photo;
        self.picked.iter().filter(needs).map(|one| one.place)
    }

    /// The sum of this offer by this method; `None` for goods, and where a price is not known.
    pub fn kept(&self, facts: &Facts, offer: &Offer, method: Option<Method>) -> Result<Option<Kept>, Error> {
        let unpriced = self.picked.iter().any(|one| facts.is_unpriced(one.place));
        if offer.is_goods() || unpriced {
            return Ok(None);
        }
        let part = |one: &Picked| Part {
            line: one.place,
            quantity: one.quantity,
            // What stays with the shopper is not made saleable again.
            restocking: if offer.goods_back { one.decision.restocking } else { Percent::NONE },
        };
        let parts: Vec<Part> = self.picked.iter().map(part).collect();
        let postage = match method.and_then(|method| offer.method(method)) {
            Some(Cost::TakenOff(amount)) => amount,
            Some(Cost::Free | Cost::PaidBack | Cost::OwnCarrier) | None => 0,
        };
        let terms = Terms { postage, delivery: self.delivery_charge };
        let refund = refund(&facts.sums, &facts.given, &parts, terms)
            .map_err(|fault| Error::Internal(format!("order {}: {fault}", facts.row.order_id)))?;
        let names: Vec<&str> = facts.lines.iter().map(|line| line.line_id.as_str()).collect();
        Ok(Some(Kept::new(&refund, offer.bonus, offer.resolution == Resolution::StoreCredit, &names)))
    }
}

fn picks(facts: &Facts, question: Question, asked: &[AskedLine]) -> Result<Vec<Pick>, Error> {
    if asked.is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "lines"));
    }
    if asked.len() > LINES_MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "lines"));
    }
    let mut picks: Vec<Pick> = Vec::with_capacity(asked.len());
    for (i, line) in asked.iter().enumerate() {
        let fault = |code, part: &str, message: String| Error::ruled(code, format!("lines[{i}].{part}"), message);
        let place = facts
            .place(&line.line)
            .ok_or_else(|| fault(ErrorCode::Invalid, "line", "the order has no such line".into()))?;
        if picks.iter().any(|pick| pick.line == place) {
            return Err(fault(ErrorCode::Invalid, "line", "the line is named twice".into()));
        }
        if !reasons::exists(&question.policy.reasons, &line.reason) {
            return Err(fault(ErrorCode::Invalid, "reason", "this shop has no such reason".into()));
        }
        let wording = ServerWording(question.locale);
        let left = facts.left(place);
        // With its name: a form shows several lines.
        let named = |why: Why| wording.texts().returned_line_says(&why.words(&wording), &facts.lines[place].title);
        match line.quantity {
            ..=0 => return Err(fault(ErrorCode::QuantityInvalid, "quantity", named(Why::NotAQuantity))),
            // Of nothing nothing can be picked: the policy says that better.
            asked if asked > left && left > 0 => {
                return Err(fault(ErrorCode::QuantityInvalid, "quantity", named(Why::OverWhatIsLeft { left })));
            }
            _ => {}
        }
        picks.push(Pick { line: place, ask: Ask { reason: line.reason.clone(), quantity: line.quantity } });
    }
    Ok(picks)
}

fn offers(facts: &Facts, policy: &Policy, picked: &[Picked], methods: &[MethodOffer]) -> Vec<Offer> {
    let Some((first, others)) = picked.split_first() else { return vec![] };
    let under = |one: &Picked, wanted: &str| reasons::is_under(&policy.reasons, &one.reason, wanted);
    let all_missing = picked.iter().all(|one| under(one, "missing"));
    let trouble = picked.iter().all(|one| TROUBLE.iter().any(|reason| under(one, reason)));
    let unpriced = picked.iter().any(|one| facts.is_unpriced(one.place));
    let common = |resolution: &&Resolution| others.iter().all(|one| one.decision.resolutions.contains(resolution));
    let possible = |resolution: &&Resolution| match resolution {
        Resolution::ExchangeVariant => picked.iter().all(|one| facts.varied.get(one.place) == Some(&true)),
        // Which other goods there are no source tells yet.
        Resolution::ExchangeAny => false,
        // "Worth less than that" says nothing of what has no price.
        Resolution::KeepItem => !unpriced,
        _ => true,
    };
    let mut offers = Vec::new();
    for resolution in first.decision.resolutions.iter().filter(common).filter(possible).copied() {
        let goods_back = match resolution {
            Resolution::KeepItem => false,
            // What never came cannot be sent back.
            Resolution::Replacement => !all_missing,
            _ => true,
        };
        let methods: Vec<MethodOffer> = match goods_back {
            true => methods.iter().filter(|offer| can_be_used(facts, resolution, offer)).copied().collect(),
            false => vec![],
        };
        if goods_back && methods.is_empty() {
            continue;
        }
        let bonus = picked.iter().map(|one| one.decision.credit_bonus).min().unwrap_or_default();
        offers.push(Offer {
            resolution,
            goods_back,
            methods,
            bonus: if resolution == Resolution::StoreCredit { bonus } else { Percent::NONE },
            kind: match (goods_back, is_goods(resolution)) {
                (false, _) if trouble => Kind::Claim,
                (true, true) => Kind::Exchange,
                _ => Kind::Return,
            },
        });
    }
    offers
}

fn can_be_used(facts: &Facts, resolution: Resolution, offer: &MethodOffer) -> bool {
    // Where goods come instead of money there is nothing to take a fee off.
    let payable = !is_goods(resolution) || !matches!(offer.exchange_cost, Cost::TakenOff(_));
    payable && (offer.method != Method::Pickup || facts.has_address)
}

fn says(facts: &Facts, question: Question, picked: &[Picked], verdict: Verdict, basket: &[Why]) -> Vec<String> {
    let wording = ServerWording(question.locale);
    let t = wording.texts();
    let said = picked.iter().filter(|one| verdict != Verdict::Refuse || one.decision.verdict == Verdict::Refuse);
    let mut says: Vec<String> = Vec::new();
    for one in said {
        for why in &one.decision.why {
            let words = why.words(&wording);
            let words = match picked.len() {
                1 => words,
                _ => t.returned_line_says(&words, &facts.lines[one.place].title),
            };
            says.push(words);
        }
    }
    says.extend(basket.iter().map(|why| why.words(&wording)));
    if verdict == Verdict::Refuse && says.is_empty() {
        says.push(t.returned_nothing_offered().to_owned());
    }
    says
}
