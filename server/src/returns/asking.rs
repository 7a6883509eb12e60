//! What may come back of an order, and what would come of it. Changes nothing.

use super::{
    assess::{Assessed, Offer, Question, assess},
    exchange::swap,
    facts::Facts,
    gift::{self, gift_store::As},
    policies::SitePolicies,
    policy::{Ask, Cost, Decision, Policy, decide, reasons, window::ShopCalendar, wording::ServerWording},
    store, view,
    words::Told,
};
use crate::{app::App, error::Error, orders::access::Verified, sites::Site};
use aftercart_shared::{
    api::returns::{
        MethodView, Quote, QuoteRequest, ReasonAnswer, ReasonView, ResolutionOffer, ReturnOptions, ReturnableLine,
    },
    error::ErrorCode,
    i18n::Messages,
    ids::OrderId,
    locale::Locale,
    returns::{Method, Resolution, Verdict, Why},
    time::Timestamp,
};

/// Of earlier returns of an order, at most so many are shown.
const EARLIER_MAX: i64 = 50;
/// What most people come with: their window stands beside the article.
const USUAL: &str = "changed_mind";

/// An order with the policy that it is under.
pub struct Asked {
    pub facts: Facts,
    pub policy: Policy,
    pub calendar: ShopCalendar,
    pub who: As,
}

impl Asked {
    pub async fn read(app: &App, site: &Site, who: &Verified, order: &OrderId) -> Result<Asked, Error> {
        let mut db = &app.db;
        let (row, who) = gift::access(&mut db, who, order).await?.ok_or(Error::OrderNotFound)?;
        let facts = Facts::read(&mut db, &site.id, row, None).await?;
        let policies = app.policies.of(&app.db, &site.id, &site.time_zone).await?;
        Asked::of(facts, who, &policies, site)
    }

    /// # Errors
    /// [`Error::OrderNotFound`] for a present, where the order's policy has no way back for it.
    pub fn of(facts: Facts, who: As, policies: &SitePolicies, site: &Site) -> Result<Asked, Error> {
        let (_, policy) = policies.for_order(Timestamp(facts.row.placed_at));
        if who == As::Receiver && !policy.gift.returns {
            return Err(Error::OrderNotFound);
        }
        let calendar = policy.calendar(&site.time_zone);
        Ok(Asked { facts, policy, calendar, who })
    }

    pub fn question(&self, now: Timestamp, locale: Locale) -> Question<'_> {
        let gift = self.who == As::Receiver;
        Question { policy: &self.policy, calendar: &self.calendar, now, locale, gift }
    }
}

/// # Errors
/// [`Error::OrderNotFound`] for what is not hers.
pub async fn options(
    app: &App,
    site: &Site,
    who: &Verified,
    order: &OrderId,
    locale: Locale,
) -> Result<ReturnOptions, Error> {
    let asked = Asked::read(app, site, who, order).await?;
    let now = app.clock.now();
    let mut earlier = Vec::new();
    let told = Told::new(locale, &asked.calendar).at(site, now);
    for row in store::list_own(&app.db, who, Some(order), EARLIER_MAX).await? {
        let lines = store::lines(&mut &app.db, &site.id, &row.return_id).await?;
        earlier.push(view::summary(&row, lines.first().map(|line| line.title.as_str()), told));
    }
    let Asked { facts, policy, .. } = &asked;
    let t = Messages::new(locale);
    let reason = |id: &str| ReasonView {
        id: id.to_owned(),
        words: reasons::in_words(&policy.reasons, id, t),
        under: policy
            .reasons
            .iter()
            .find(|own| own.id.get_ref() == id)
            .and_then(|own| own.under.as_ref())
            .map(|under| under.get_ref().clone()),
    };
    let reasons = reasons::all(&policy.reasons);
    let lines = (0..facts.lines.len()).map(|place| line(&asked, place, &reasons, now, locale)).collect();
    Ok(ReturnOptions {
        order_id: order.clone(),
        number: facts.row.number.clone(),
        currency: facts.row.currency.clone(),
        decimals: facts.order.currency.decimals(),
        reasons: reasons.iter().map(|id| reason(id)).collect(),
        lines,
        earlier,
    })
}

fn line(asked: &Asked, place: usize, reasons: &[&str], now: Timestamp, locale: Locale) -> ReturnableLine {
    let Asked { facts, policy, calendar, .. } = asked;
    let wording = ServerWording(locale);
    let (row, line) = (&facts.lines[place], &facts.order.lines[place]);
    let says = |decision: &Decision| decision.why.iter().map(|why| why.words(&wording)).collect::<Vec<_>>();
    let decided = |reason: &&str| {
        let ask = Ask { reason: (*reason).to_owned(), quantity: 1 };
        ((*reason).to_owned(), decide(policy, calendar, &facts.order, line, &ask, now))
    };
    let all: Vec<_> = reasons.iter().map(decided).collect();
    let answer = |(reason, decision): &(String, Decision)| ReasonAnswer {
        reason: reason.clone(),
        verdict: decision.verdict,
        photo: decision.verdict == Verdict::Photo,
        says: says(decision),
    };
    let usual = all.iter().find(|(reason, _)| reason == USUAL).or(all.first()).map(|(_, decision)| decision);
    // Beside the article stands its time, or why not; what concerns a reason is said with it.
    let window = |why: &&Why| {
        matches!(why, Why::OpenUntil { .. } | Why::Extended { .. } | Why::NoTimeLimit | Why::NotYetRunning)
    };
    let because = usual.map_or_else(Vec::new, |decision| match decision.verdict {
        Verdict::Refuse => says(decision),
        _ => decision.why.iter().filter(window).map(|why| why.words(&wording)).collect(),
    });
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    ReturnableLine {
        line: row.line_id.clone(),
        sku: row.sku.clone(),
        title: row.title.clone(),
        bought: count(row.quantity),
        left: count(facts.left(place)),
        // What a present cost is the giver's business.
        paid_each: (asked.who == As::Buyer && !facts.is_unpriced(place)).then_some(line.paid_each),
        answers: all.iter().filter(|(_, decision)| decision.verdict != Verdict::Refuse).map(answer).collect(),
        because,
    }
}

/// # Errors
/// [`Error::OrderNotFound`], and what is wrong with the request.
pub async fn quote(
    app: &App,
    site: &Site,
    who: &Verified,
    order: &OrderId,
    request: &QuoteRequest,
) -> Result<Quote, Error> {
    let asked = Asked::read(app, site, who, order).await?;
    let question = asked.question(app.clock.now(), request.locale);
    let assessed = assess(&asked.facts, question, &request.lines)?;
    let told = Told::new(request.locale, &asked.calendar).at(site, app.clock.now());
    let chosen = match request.resolution {
        Some(resolution) if assessed.verdict != Verdict::Refuse => Some(offered(&assessed, resolution)?),
        _ => None,
    };
    let method = match (chosen, request.method) {
        (Some(offer), Some(method)) if offer.goods_back => {
            offer.method(method).ok_or_else(|| not_offered("method"))?;
            Some(method)
        }
        _ => None,
    };
    if !request.variants.is_empty() && !chosen.is_some_and(swap::is_asked) {
        return Err(not_offered("variants"));
    }
    let mut swaps = Vec::new();
    let kept = match chosen {
        Some(offer) if swap::is_asked(offer) => {
            let wanted = swap::look_up(app, site, &asked.facts, &request.lines, &request.variants).await?;
            swaps = swap::weighed(&mut &app.db, &site.id, &asked.facts, &wanted, request.locale).await?;
            swap::sum(&asked.facts, &assessed, &swaps)?.filter(|_| method.is_some())
        }
        Some(offer) if !offer.goods_back || method.is_some() => assessed.kept(&asked.facts, offer, method)?,
        _ => None,
    };
    let title =
        |id: &str| asked.facts.place(id).map(|place| asked.facts.lines[place].title.clone()).unwrap_or_default();
    let says = chosen.and_then(|offer| told.comes_when(offer.resolution, offer.goods_back, kept.as_ref()));
    let verdict = match assessed.verdict {
        Verdict::Refuse => Verdict::Refuse,
        verdict if swap::uncertain(&swaps) => verdict.max(Verdict::Person),
        verdict => verdict,
    };
    let sum = kept.map(|kept| {
        let mut sum = kept.sum(title, says);
        for line in &mut sum.lines {
            let swap = swaps.iter().find(|swap| asked.facts.lines[swap.place].line_id == line.line);
            line.instead = swap.map(|swap| swap.candidate.words(request.locale));
        }
        sum
    });
    let mut resolutions = Vec::with_capacity(assessed.offers.len());
    for offer in &assessed.offers {
        resolutions.push(resolution(&assessed, &asked.facts, offer, told.t())?);
    }
    Ok(Quote {
        verdict,
        says: assessed.says.clone(),
        photos: assessed.photos().map(|place| asked.facts.lines[place].line_id.clone()).collect(),
        methods: chosen.or(assessed.offers.first()).map_or_else(Vec::new, |offer| methods(offer, told)),
        sum,
        resolutions,
    })
}

/// # Errors
/// When it is not among what is offered.
pub fn offered(assessed: &Assessed, resolution: Resolution) -> Result<&Offer, Error> {
    assessed.offer(resolution).ok_or_else(|| not_offered("resolution"))
}

pub fn not_offered(field: &'static str) -> Error {
    Error::ruled(ErrorCode::Invalid, field, format!("this `{field}` is not offered for these articles"))
}

fn resolution(assessed: &Assessed, facts: &Facts, offer: &Offer, t: Messages) -> Result<ResolutionOffer, Error> {
    let says = match offer.resolution {
        Resolution::StoreCredit if !offer.bonus.is_none() => Some(t.returned_includes_bonus(&offer.bonus.to_string())),
        Resolution::KeepItem => Some(t.returns_why_keep_it().to_owned()),
        _ => None,
    };
    Ok(ResolutionOffer {
        resolution: offer.resolution,
        words: offer.resolution.words(t).into(),
        total: assessed.kept(facts, offer, None)?.map(|kept| kept.total()),
        goods_back: offer.goods_back,
        says,
    })
}

fn methods(offer: &Offer, told: Told) -> Vec<MethodView> {
    let t = told.t();
    let view = |one: &super::policy::MethodOffer| {
        let cost = offer.cost(one);
        let says = match (one.method, cost) {
            (_, Cost::OwnCarrier) => t.returned_method_own_carrier(),
            (_, Cost::PaidBack) => t.returned_method_paid_back(),
            (Method::DropOff, _) => t.returned_method_drop_off(),
            (Method::Label, _) => t.returned_method_label(),
            (Method::Pickup, _) => t.returned_method_pickup(),
            (Method::InStore, _) => t.returned_method_in_store(),
            (Method::ShipLater, _) => t.returned_method_own_carrier(),
        };
        let cost = match cost {
            Cost::TakenOff(amount) => amount,
            Cost::Free | Cost::PaidBack | Cost::OwnCarrier => 0,
        };
        let counter = (one.method == Method::InStore).then(|| told.counter_now()).flatten();
        let says = counter.map_or_else(|| says.to_owned(), |counter| t.returned_two_sentences(says, &counter));
        MethodView { method: one.method, words: one.method.words(t).into(), cost, says: Some(says) }
    };
    offer.methods.iter().map(view).collect()
}
