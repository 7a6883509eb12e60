//! `/api/v1/withdrawals`: the statutory right to withdraw from a contract made at a distance. Needs no log-in, asks for
//! no reason, and is acknowledged at once, with day and time.
//!
//! The answer is the same whether or not there is such an order, and comes at the same moment: it tells nothing of who
//! bought what. Nobody has proved whose address it is, so the acknowledgement has words of ours alone, unless number and
//! address are those of an order.

use super::{
    number, order_store,
    policy::{window::ShopCalendar, wording::ServerWording},
    state::{Machine, Named, Step, WithdrawalEvent, WithdrawalState},
    submit::{is_key, plain},
    withdrawal_store::{self as store, WithdrawalRow},
};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    http::{CurrentSite, Json, Source},
    notifications::{self, Block, Mail},
    orders::own_store,
    shoppers::{self, code},
    sites::Site,
};
use aftercart_shared::{
    api::returns::{WithdrawalReceived, WithdrawalRequest},
    error::{ErrorCode, WireError},
    i18n::Messages,
    locale::Locale,
    returns::Wording,
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use axum::{extract::State, http::StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

const NAME_MAX: usize = 200;
const PART_MAX: usize = 1_000;
/// Within an hour: a family's, or an office's.
const PER_SOURCE: i64 = 20;
/// Within an hour: nobody's mailbox is filled through us.
const PER_CONTACT: i64 = 5;
/// Numbers to try, as for returns.
const DRAWS: usize = 5;

/// A statement that can be stored.
#[derive(Clone, Debug)]
struct Statement {
    site: Arc<Site>,
    locale: Locale,
    key: String,
    hash: String,
    name: String,
    /// As typed, and as it is compared.
    typed: String,
    number: OrderNumber,
    email: String,
    part: Option<String>,
    /// The order that number and address belong to: its id and its number as the shop writes it.
    order: Option<(String, String)>,
    buckets: [(String, i64); 2],
    now: Timestamp,
}

/// Withdraw from a contract
///
/// "Withdraw from contract here", confirmed. Identifies the contract and asks for nothing else. The answer, and its
/// moment, are the same whether or not there is such an order; the acknowledgement goes to `contact`.
#[utoipa::path(
    post, path = "/api/v1/withdrawals", tag = "shoppers", security(("site_key" = [])),
    request_body(content = WithdrawalRequest, example = json!({
        "key": "0f3a5c7d-9b1e-4f60-a1b2-c3d4e5f60718", "locale": "en", "name": "Emma Wilson", "number": "A-1001",
        "contact": "emma.wilson@example.com", "part": null
    })),
    responses(
        (status = 201, body = WithdrawalReceived, example = json!({"number": "W-7K2M9Q", "received_at": 1_795_255_200_000_i64})),
        (status = 409, body = WireError, description = "`key_reused`: the key came before with another body"),
        (status = 422, body = WireError, description = "`field` says which part cannot be one"),
        (status = 429, body = WireError, description = "Too many from this place, or for this address; `retry_after` seconds"),
    )
)]
pub async fn declare(
    State(app): State<App>,
    site: CurrentSite,
    source: Source,
    Json(request): Json<WithdrawalRequest>,
) -> Result<(StatusCode, Json<WithdrawalReceived>), Error> {
    let statement = checked(&app, &site.0, source, request)?;
    let deadline = Instant::now() + Duration::from_millis(app.config.limits.lookup_deadline_ms);
    let received = take(&app, statement).await;
    sleep_until(deadline).await;
    Ok((StatusCode::CREATED, Json(received?)))
}

fn checked(app: &App, site: &Arc<Site>, source: Source, request: WithdrawalRequest) -> Result<Statement, Error> {
    if !is_key(&request.key) {
        return Err(Error::ruled(ErrorCode::Invalid, "key", "`key` is not a UUID"));
    }
    let hash = crate::random::hex(&Sha256::digest(json!(request).to_string()));
    let name = plain(&request.name);
    match name.chars().count() {
        0 => return Err(Error::invalid(ErrorCode::Required, "name")),
        n if n > NAME_MAX => return Err(Error::invalid(ErrorCode::TooLong, "name")),
        _ => {}
    }
    let number = OrderNumber::parse(&request.number).map_err(|code| Error::invalid(code, "number"))?;
    let contact = Contact::parse(&request.contact).map_err(|code| Error::invalid(code, "contact"))?;
    let Contact::Email(email) = contact else { return Err(Error::invalid(ErrorCode::ContactInvalid, "contact")) };
    let part = request.part.map(|part| plain(&part)).filter(|part| !part.is_empty());
    if part.as_ref().is_some_and(|part| part.chars().count() > PART_MAX) {
        return Err(Error::invalid(ErrorCode::TooLong, "part"));
    }
    let bucket = |kind, what: &str| code::bucket(&app.secret, &site.id, kind, what);
    Ok(Statement {
        buckets: [
            (bucket("withdrawal source", &source.0.to_string()), PER_SOURCE),
            (bucket("withdrawal address", &email), PER_CONTACT),
        ],
        site: site.clone(),
        locale: site.locale_for(request.locale.tag()),
        key: request.key,
        hash,
        name,
        typed: plain(&request.number),
        number,
        email,
        part,
        order: None,
        now: app.clock.now(),
    })
}

async fn take(app: &App, mut statement: Statement) -> Result<WithdrawalReceived, Error> {
    let contact = Contact::Email(statement.email.clone());
    let found = own_store::addressee(&app.db, &statement.site, Some(&statement.number), &contact).await?;
    if let Some(order_id) = found.and_then(|found| found.order_id) {
        let row = order_store::any(&mut &app.db, &statement.site.id, &order_id).await?;
        statement.order = row.map(|row| (row.order_id, row.number));
    }
    for _ in 0..DRAWS {
        let statement = statement.clone();
        let drawn = (app.random.id(), number::draw(number::WITHDRAWAL, &*app.random));
        let stored = app
            .db
            .write::<_, Error, _>(move |tx| Box::pin(async move { store_statement(tx, &statement, drawn).await }))
            .await;
        match stored {
            Err(Error::Db(db::Error::Conflict)) => {}
            done => return done,
        }
    }
    Err(Error::Db(db::Error::Conflict))
}

async fn store_statement(
    tx: &mut Tx,
    statement: &Statement,
    (id, number): (String, String),
) -> Result<WithdrawalReceived, Error> {
    let (site, now) = (&statement.site.id, statement.now);
    if let Some(row) = store::by_key(tx, site, &statement.key).await? {
        let same = row.request_hash == statement.hash;
        let received = WithdrawalReceived { number: row.number, received_at: Timestamp(row.declared_at) };
        return if same { Ok(received) } else { Err(Error::KeyReused) };
    }
    for (bucket, most) in &statement.buckets {
        if !shoppers::store::request_allowed(tx, site, bucket, *most, now).await? {
            let left_ms = code::WINDOW_MS - now.0.rem_euclid(code::WINDOW_MS);
            return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
        }
    }
    // What reaches us has been confirmed: the draft was on the shopper's screen.
    let declared = step(WithdrawalState::START, WithdrawalEvent::Confirm)?;
    let row = WithdrawalRow {
        withdrawal_id: id,
        number,
        state: declared.to().name().to_owned(),
        request_key: statement.key.clone(),
        request_hash: statement.hash.clone(),
        locale: statement.locale.tag().to_owned(),
        name: statement.name.clone(),
        order_number: statement.typed.clone(),
        contact: statement.email.clone(),
        part: statement.part.clone(),
        order_id: statement.order.as_ref().map(|(id, _)| id.clone()),
        declared_at: now.0,
        acknowledged_at: None,
        handled_at: None,
        handled_by: None,
        handled_note: None,
    };
    store::insert(tx, site, &row).await?;
    notifications::queue_mail(tx, acknowledgement(statement, &row), now).await?;
    let acknowledged = step(declared.to(), WithdrawalEvent::Acknowledge)?;
    let names = (acknowledged.from().name(), acknowledged.to().name());
    store::step(tx, site, &row.withdrawal_id, names, Some(now)).await?;
    Ok(WithdrawalReceived { number: row.number, received_at: now })
}

fn step(from: WithdrawalState, event: WithdrawalEvent) -> Result<Step<WithdrawalState>, Error> {
    Step::take(from, event).map_err(|illegal| Error::Internal(illegal.to_string()))
}

/// Words of ours, the number of the order and the moment; what she typed beside them only to whoever the order belongs to.
fn acknowledgement(statement: &Statement, row: &WithdrawalRow) -> Mail {
    let Statement { site, locale, .. } = statement;
    let t = Messages::new(*locale);
    let number = statement.order.as_ref().map_or(statement.number.as_str(), |(_, number)| number);
    let fact = |label: &str, value: String| Block::Fact { label: label.to_owned(), value };
    let mut blocks = vec![
        Block::Title(t.withdrawal_title().into()),
        Block::Paragraph(t.withdrawal_text().into()),
        fact(t.withdrawal_reference(), row.number.clone()),
        fact(t.withdrawal_order(), number.to_owned()),
        fact(t.withdrawal_received(), moment(site, *locale, statement.now)),
    ];
    if statement.order.is_some() {
        blocks.push(fact(t.withdrawal_name(), statement.name.clone()));
        blocks.extend(statement.part.iter().map(|part| fact(t.withdrawal_part(), part.clone())));
    }
    blocks.push(Block::Paragraph(t.withdrawal_next().into()));
    if statement.order.is_none() {
        blocks.push(Block::Small(t.withdrawal_not_you().into()));
    }
    let (text, html) = notifications::page(site, *locale, &blocks);
    Mail {
        site: site.id.clone(),
        key: format!("withdrawal {}", row.withdrawal_id),
        to: statement.email.clone(),
        locale: *locale,
        subject: t.withdrawal_subject(&row.number),
        text,
        html,
        headers: vec![],
        // A legal statement is worth sending however late.
        useful_until: None,
    }
}

/// `21 November 2026, 18:00 (Asia/Shanghai)`
fn moment(site: &Site, locale: Locale, at: Timestamp) -> String {
    let calendar = ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc);
    let day = ServerWording(locale).day(calendar.day(at));
    let gap = if locale.is_chinese() { " " } else { ", " };
    format!("{day}{gap}{} ({})", calendar.clock(at), site.time_zone)
}
