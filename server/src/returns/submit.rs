//! Asking for a return: stored once for each key, and never for more pieces than there are.

use super::{
    asking::{Asked, not_offered, offered},
    assess::{Assessed, assess},
    exchange::{
        swap::{self, Swap, Wanted},
        variant_store,
    },
    facts::Facts,
    gift::{self, gift_store::As},
    guard_store,
    kept::Kept,
    number,
    order_store::{self, OrderRow},
    policies::SitePolicies,
    record::{self, Actor, ReturnRow},
    store::{self, LineRow, PhotoRow},
};
use crate::{
    app::App,
    attachments,
    db::{self, Fetch, Tx},
    error::Error,
    orders::access::Verified,
    shoppers::{self, code},
    sites::Site,
};
use aftercart_shared::{
    api::returns::ReturnRequest,
    error::ErrorCode,
    ids::OrderId,
    returns::{Method, Verdict},
    time::Timestamp,
    validate::is_invisible,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// In characters.
pub const COMMENT_MAX: usize = 1_000;
/// Photos of one return.
const PHOTOS_MAX: usize = 20;
/// Numbers to try: with a million returns to a site, five misses are one in 10^15.
const DRAWS: usize = 5;

/// Who asks, of which order, for what; checked as far as it can be without the database.
#[derive(Clone, Debug)]
struct Wish {
    site: Arc<Site>,
    who: Verified,
    shopper_id: String,
    order: OrderId,
    request: ReturnRequest,
    hash: String,
    /// What comes in exchange, as it was looked up before.
    wanted: Vec<Wanted>,
    /// Under what her returns of this hour are counted, and how many there may be.
    limit: (String, i64),
    now: Timestamp,
}

impl Wish {
    /// Her key is known: the same wish has its return, another one is none.
    fn again(&self, row: ReturnRow) -> Result<Submitted, Error> {
        if row.request_hash == self.hash { Ok(Submitted { row, new: false }) } else { Err(Error::KeyReused) }
    }
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub row: ReturnRow,
    /// `false`: it was asked for before, under the same key.
    pub new: bool,
}

/// # Errors
/// [`Error::OrderNotFound`], [`Error::KeyReused`], and whatever is wrong with the request or refused by the policy.
pub async fn submit(
    app: &App,
    site: &Arc<Site>,
    who: &Verified,
    shopper_id: &str,
    order: OrderId,
    request: ReturnRequest,
) -> Result<Submitted, Error> {
    let request = checked(request)?;
    let hash = crate::random::hex(&Sha256::digest(json!([order, request]).to_string()));
    let mut wish = Wish {
        site: site.clone(),
        who: who.clone(),
        shopper_id: shopper_id.to_owned(),
        order,
        request,
        hash,
        wanted: Vec::new(),
        limit: (
            code::bucket(&app.secret, &site.id, "returns of shopper", shopper_id),
            app.config.limits.returns_per_shopper,
        ),
        now: app.clock.now(),
    };
    // Most copies of a wish come after the first: they need no transaction.
    if let Some(row) = store::by_key(&mut &app.db, &site.id, shopper_id, &wish.request.key).await? {
        gift::access(&mut &app.db, who, &wish.order).await?.ok_or(Error::OrderNotFound)?;
        return wish.again(row);
    }
    let policies = Arc::new(app.policies.of(&app.db, &site.id, &site.time_zone).await?);
    // What comes to nothing does so here, where nobody waits for it; what is stored is judged again by then.
    if let Err(refused) = look(app, &wish, &policies).await {
        // Perhaps it was a copy of this very wish that has taken the last piece.
        let copy = store::by_key(&mut &app.db, &site.id, shopper_id, &wish.request.key).await?;
        return copy.map_or(Err(refused), |row| wish.again(row));
    }
    if !wish.request.variants.is_empty() {
        wish.wanted = looked_up(app, &wish).await?;
    }
    for _ in 0..DRAWS {
        let (wish, policies) = (wish.clone(), policies.clone());
        let drawn = (app.random.id(), number::draw(number::RETURN, &*app.random));
        let stored = app
            .db
            .write::<_, Error, _>(move |tx| Box::pin(async move { store_wish(tx, &wish, &policies, drawn).await }))
            .await;
        match stored {
            // The number is taken, or the key by another order in the same moment: the next try finds out which.
            Err(Error::Db(db::Error::Conflict)) => {}
            done => return done,
        }
    }
    Err(Error::Db(db::Error::Conflict))
}

/// Stock is asked for once more, outside of the transaction: a platform may take its time.
async fn looked_up(app: &App, wish: &Wish) -> Result<Vec<Wanted>, Error> {
    let mut db = &app.db;
    let (row, _) = gift::access(&mut db, &wish.who, &wish.order).await?.ok_or(Error::OrderNotFound)?;
    let facts = Facts::read(&mut db, &wish.site.id, row, None).await?;
    swap::look_up(app, &wish.site, &facts, &wish.request.lines, &wish.request.variants).await
}

fn checked(mut request: ReturnRequest) -> Result<ReturnRequest, Error> {
    if !is_key(&request.key) {
        return Err(Error::ruled(ErrorCode::Invalid, "key", "`key` is not a UUID"));
    }
    request.comment = request.comment.map(|text| plain(&text)).filter(|text| !text.is_empty());
    if request.comment.as_ref().is_some_and(|text| text.chars().count() > COMMENT_MAX) {
        return Err(Error::invalid(ErrorCode::TooLong, "comment"));
    }
    if request.photos.len() > PHOTOS_MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "photos"));
    }
    for (i, photo) in request.photos.iter().enumerate() {
        let twice = request.photos[..i].iter().any(|other| other.attachment == photo.attachment);
        if !is_id(&photo.attachment) || twice || !request.lines.iter().any(|line| line.line == photo.line) {
            let message = "a photo is of a line that comes back, and named once";
            return Err(Error::ruled(ErrorCode::Invalid, format!("photos[{i}]"), message));
        }
    }
    Ok(request)
}

/// 32 hexadecimal digits, with or without a UUID's hyphens.
pub fn is_key(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let hyphens = text.bytes().filter(|b| *b == b'-').count();
    digits == 32 && matches!(hyphens, 0 | 4) && text.len() == digits + hyphens
}

/// An id as ours are: nothing else needs to be looked for.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Without what nobody sees: control characters, direction overrides, zero width. Lines stay.
pub fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| *c == '\n' || !c.is_control() && !is_invisible(*c));
    kept.collect::<String>().trim().to_owned()
}

async fn look(app: &App, wish: &Wish, policies: &SitePolicies) -> Result<(), Error> {
    let mut db = &app.db;
    let theirs = gift::access(&mut db, &wish.who, &wish.order).await?.ok_or(Error::OrderNotFound)?;
    judge(&mut db, wish, policies, theirs).await.map(|_| ())
}

/// What the policy says of the pieces that are left.
async fn judge<F: Fetch>(
    from: &mut F,
    wish: &Wish,
    policies: &SitePolicies,
    (order, who): (OrderRow, As),
) -> Result<(Asked, Assessed), Error> {
    let facts = Facts::read(from, &wish.site.id, order, None).await?;
    let asked = Asked::of(facts, who, policies, &wish.site)?;
    let request = &wish.request;
    let assessed = assess(&asked.facts, asked.question(wish.now, request.locale), &request.lines)?;
    if assessed.verdict == Verdict::Refuse {
        return Err(Error::ruled(ErrorCode::NotReturnable, "lines", assessed.says.join(" ")));
    }
    Ok((asked, assessed))
}

async fn store_wish(
    tx: &mut Tx,
    wish: &Wish,
    policies: &SitePolicies,
    (id, number): (String, String),
) -> Result<Submitted, Error> {
    let site = &wish.site.id;
    let (order, who) = gift::access(tx, &wish.who, &wish.order).await?.ok_or(Error::OrderNotFound)?;
    // Whoever comes second waits here, and then counts what the first has taken.
    order_store::hold(tx, site, &wish.order).await?;
    if let Some(row) = store::by_key(tx, site, &wish.shopper_id, &wish.request.key).await? {
        return wish.again(row);
    }
    let (policy_id, _) = policies.for_order(Timestamp(order.placed_at));
    let (asked, assessed) = judge(tx, wish, policies, (order, who)).await?;
    let request = &wish.request;
    let offer = offered(&assessed, request.resolution)?;
    let method = match (offer.goods_back, request.method) {
        (false, _) => None,
        (true, None) => return Err(Error::invalid(ErrorCode::Required, "method")),
        (true, Some(method)) => Some(offer.method(method).map(|_| method).ok_or_else(|| not_offered("method"))?),
    };
    for place in assessed.photos() {
        let line = &asked.facts.lines[place].line_id;
        if !request.photos.iter().any(|photo| photo.line == *line) {
            return Err(Error::ruled(ErrorCode::PhotoRequired, "photos", format!("line {line} needs a photo")));
        }
    }
    let (bucket, most) = &wish.limit;
    // What is refused further down is not counted: the transaction does not stand.
    if !shoppers::store::request_allowed(tx, site, bucket, *most, wish.now).await? {
        let left_ms = code::WINDOW_MS - wish.now.0.rem_euclid(code::WINDOW_MS);
        return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
    }
    let swaps = swaps(tx, wish, &asked, &assessed, swap::is_asked(offer)).await?;
    let kept = match swap::is_asked(offer) {
        true => swap::sum(&asked.facts, &assessed, &swaps)?,
        false => assessed.kept(&asked.facts, offer, method)?,
    };
    let watched = guard_store::needs_person(tx, site, &asked.facts.row, &wish.shopper_id, wish.now).await?;
    let verdict = match verdict(&asked, &assessed, offer.goods_back, kept.as_ref()) {
        // On the shop's list: never refused for that, but never decided by a rule alone.
        Verdict::Approve if watched || swap::uncertain(&swaps) => Verdict::Person,
        verdict => verdict,
    };
    let row = ReturnRow {
        return_id: id,
        number,
        kind: offer.kind.name().into(),
        state: offer.kind.start().into(),
        order_id: wish.order.0.clone(),
        shopper_id: wish.shopper_id.clone(),
        request_key: request.key.clone(),
        request_hash: wish.hash.clone(),
        locale: request.locale.tag().into(),
        resolution: request.resolution.name().into(),
        method: method.map(|method: Method| method.name().into()),
        goods_back: offer.goods_back,
        currency: asked.facts.row.currency.clone(),
        total: kept.as_ref().map(Kept::total),
        sums: kept.as_ref().map(Kept::json),
        policy_id,
        verdict: verdict.name().into(),
        comment: request.comment.clone(),
        send_by: None,
        last_seq: 1,
        created_at: wish.now.0,
        updated_at: wish.now.0,
        gift_to: wish.who.email().filter(|_| asked.who == As::Receiver).map(str::to_owned),
    };
    write(tx, wish, &asked, &assessed, &swaps, row, verdict).await
}

/// What comes in exchange: one variant for every line, still to be had.
async fn swaps(tx: &mut Tx, wish: &Wish, asked: &Asked, assessed: &Assessed, wanted: bool) -> Result<Vec<Swap>, Error> {
    if !wanted {
        return if wish.request.variants.is_empty() { Ok(Vec::new()) } else { Err(not_offered("variants")) };
    }
    let has = |place: usize| wish.wanted.iter().any(|one| one.place == place);
    if !assessed.picked.iter().all(|one| has(one.place)) {
        return Err(Error::invalid(ErrorCode::Required, "variants"));
    }
    swap::claimed(tx, &wish.site.id, &asked.facts, &wish.wanted, wish.request.locale, wish.now).await
}

/// A photo that is there leaves nothing to wait for. Money that would leave at once, without goods, waits for a person
/// where the shop wants two for such a sum, or where there is no sum.
fn verdict(asked: &Asked, assessed: &Assessed, goods_back: bool, kept: Option<&Kept>) -> Verdict {
    let waits = |total| asked.policy.needs_second(total, asked.facts.order.currency) || total <= 0;
    match assessed.verdict {
        _ if !goods_back && kept.is_some_and(|kept| waits(kept.total())) => Verdict::Person,
        Verdict::Photo => Verdict::Approve,
        other => other,
    }
}

async fn write(
    tx: &mut Tx,
    wish: &Wish,
    asked: &Asked,
    assessed: &Assessed,
    swaps: &[Swap],
    mut row: ReturnRow,
    verdict: Verdict,
) -> Result<Submitted, Error> {
    let (site, now) = (&wish.site.id, wish.now);
    let actor = Actor::Shopper(wish.shopper_id.clone());
    record::begin(tx, site, &row, &actor, now).await?;
    for (position, one) in (0..).zip(&assessed.picked) {
        let line = &asked.facts.lines[one.place];
        let stored = LineRow {
            line_id: line.line_id.clone(),
            title: line.title.clone(),
            sku: line.sku.clone(),
            quantity: one.quantity,
            reason: one.reason.clone(),
            why: json!(one.decision.why).to_string(),
            rules: json!(one.decision.rules).to_string(),
            shop_before: line.refunded,
            received: None,
            grade: None,
            serial: None,
        };
        store::insert_line(tx, site, &row.return_id, position, &stored).await?;
    }
    for swap in swaps {
        variant_store::insert_exchange(tx, site, &row.return_id, &swap.row(&asked.facts)).await?;
    }
    let ids: Vec<String> = wish.request.photos.iter().map(|photo| photo.attachment.clone()).collect();
    if !attachments::bind(tx, site, &wish.shopper_id, &ids, &format!("return:{}", row.return_id)).await? {
        let message = "a photo is none of hers, or part of another return";
        return Err(Error::ruled(ErrorCode::Invalid, "photos", message));
    }
    for (position, photo) in (0..).zip(&wish.request.photos) {
        let photo = PhotoRow { attachment_id: photo.attachment.clone(), line_id: photo.line.clone() };
        store::insert_photo(tx, site, &row.return_id, position, &photo).await?;
    }
    if verdict == Verdict::Approve {
        record::step(tx, site, &mut row, "approve", &Actor::System, json!({}), now).await?;
    }
    Ok(Submitted { row, new: true })
}
