//! Which conversation is hers, and which visitor she is in it.
//!
//! A browser gets a token with its first conversation, and goes on with both. Once she has proved who she is, her own open
//! conversation is the one, on any device: the browser becomes a new visitor of hers, and its token from before ends. What
//! was begun before she proved it comes along if she has nothing open, for both proofs were shown. The other way there is
//! none: nothing of a verified shopper's ever becomes an anonymous browser's, or another shopper's.

use super::{
    hand, queue,
    queue_store::{self, Waiting},
    read,
    store::{self, NewConversation},
    subject, token,
    visitor_store::{self, NewVisitor, VisitorRow},
    words,
};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    http::Source,
    shoppers::{
        self, code,
        session::{self, Session},
    },
};
use aftercart_shared::{
    api::conversations::{ConversationState, ConversationView, OpenRequest, Opened, VisitorToken},
    ids::{ConversationId, SiteId, VisitorId},
    time::Timestamp,
};
use std::sync::Arc;

/// Two requests of one shopper at once: the second finds what the first has made.
const TRIES: usize = 4;

/// By what she is known.
#[derive(Clone, Debug)]
pub struct Known {
    pub session: Option<Session>,
    /// A visitor's token.
    pub token: Option<String>,
    pub source: Source,
}

/// What is drawn before the transaction begins.
#[derive(Debug)]
struct Plan {
    site: SiteId,
    session: Option<Session>,
    token_hash: Option<String>,
    fresh: NewVisitor,
    conversation: ConversationId,
    locale: String,
    subject: String,
    order_key: Option<String>,
    /// Under what new visitors of this hour are counted, and how many there may be.
    limit: (String, i64),
    now: Timestamp,
}

/// What came of it.
#[derive(Debug)]
struct Came {
    view: ConversationView,
    /// She is the new visitor.
    fresh: bool,
    /// It was begun, or has become hers.
    changed: bool,
    /// Nobody comes back to it: it was closed.
    abandoned: Option<ConversationId>,
    /// Whose token ends with it.
    ended: Option<VisitorId>,
}

/// What becomes of what an anonymous browser had open when she proves who she is.
enum Left {
    Nothing,
    /// It is hers now.
    Adopted,
    /// Nobody comes back to it: it was closed.
    Abandoned(ConversationId),
}

/// Finds her open conversation, or begins one.
///
/// # Errors
/// [`Error::SessionExpired`] for an anonymous browser whose token has ended, [`Error::RateLimited`] for too many new visitors
/// from one address, [`Error::Invalid`] for a subject that is too long.
pub async fn open(app: &App, site: &SiteId, known: Known, request: OpenRequest) -> Result<Opened, Error> {
    let subject = subject::checked(request.subject).map_err(|(code, field)| Error::invalid(code, field))?;
    let order_key = subject.order.as_deref().map(words::bare).filter(|key| !key.is_empty());
    let subject = serde_json::to_string(&subject).map_err(|fault| Error::Internal(fault.to_string()))?;
    let drawn = token::draw(&*app.random);
    let Known { session, token, source } = known;
    let proof = session.as_ref().map(|session| &session.proof);
    let plan = Arc::new(Plan {
        site: site.clone(),
        token_hash: token.map(|token| token::hash(&app.secret, site, &token)),
        fresh: NewVisitor {
            id: VisitorId(app.random.id()),
            token_hash: token::hash(&app.secret, site, &drawn),
            shopper_id: session.as_ref().map(|session| session.shopper_id.clone()),
            email: proof.and_then(|proof| proof.email().map(str::to_owned)),
            phone: proof.and_then(|proof| proof.phone().map(str::to_owned)),
            name: session.as_ref().and_then(|session| session.name.clone()),
            session_hash: session.as_ref().map(|session| session.token_hash.clone()),
            session_only: session.as_ref().is_some_and(|session| session.shared_device),
        },
        conversation: ConversationId(app.random.id()),
        locale: request.locale.tag().to_owned(),
        subject,
        order_key,
        limit: (
            code::bucket(&app.secret, site, "visitors of source", &source.0.to_string()),
            app.config.limits.visitors_per_source,
        ),
        now: app.clock.now(),
        session,
    });
    // A token of a session that has ended with it, on a shared device, is none; sessions are not read in the transaction.
    let begun_under = begun_under(app, &plan).await?;
    let mut came = at_once(app, &plan, begun_under).await?;
    if came.view.state == ConversationState::Queued {
        came.view.queue = queue::stands(app, site, &came.view.id).await?;
    }
    if came.abandoned.is_some() {
        app.hub.queue_moved(site);
    }
    for changed in [Some(&came.view.id), came.abandoned.as_ref()].into_iter().flatten() {
        app.hub.conversation_changed(site, changed);
    }
    let expires_at = match &plan.session {
        Some(session) if session.shared_device => session.expires_at,
        _ => plan.now.plus_ms(token::LIFE_MS),
    };
    let visitor = came.fresh.then_some(VisitorToken { token: drawn, expires_at });
    Ok(Opened { conversation: came.view, visitor })
}

/// Whether the session lives without which her token is worth nothing.
async fn begun_under(app: &App, plan: &Plan) -> Result<bool, Error> {
    let Some(hash) = &plan.token_hash else { return Ok(true) };
    let found = visitor_store::in_conversation(&app.db, &plan.site, hash, "").await?;
    match found.filter(|row| row.session_only).map(|row| row.session_hash) {
        None => Ok(true),
        Some(None) => Ok(false),
        Some(Some(session)) => session::lives(app, &plan.site, &session).await,
    }
}

async fn at_once(app: &App, plan: &Arc<Plan>, token_holds: bool) -> Result<Came, Error> {
    for _ in 0..TRIES {
        let plan = plan.clone();
        let write = app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let came = in_transaction(tx, &plan, token_holds).await?;
                let abandoned = came.abandoned.as_ref().map(|id| (id, Waiting::Ended));
                let changed = Some((&came.view.id, Waiting::AsBefore)).filter(|_| came.changed);
                let touched: Vec<_> = abandoned.into_iter().chain(changed).collect();
                queue_store::touch(tx, &plan.site, &touched).await?;
                // After that: whoever changes a conversation a second time has its visitor's row looked at, which PostgreSQL
                // keeps from others while a token of hers ends.
                if let Some(visitor) = &came.ended {
                    visitor_store::end(tx, &plan.site, visitor).await?;
                }
                Ok(came)
            })
        });
        match write.await {
            Err(Error::Db(db::Error::Conflict)) => {}
            done => return done,
        }
    }
    Err(Error::Db(db::Error::Conflict))
}

async fn in_transaction(tx: &mut Tx, plan: &Plan, token_holds: bool) -> Result<Came, Error> {
    let site = &plan.site;
    let before = match &plan.token_hash {
        Some(hash) if token_holds => visitor_store::take_by_token(tx, site, hash).await?,
        _ => None,
    };
    let before = before.filter(|row| token::lives(row.seen_at, plan.now));
    let shopper = plan.session.as_ref().map(|session| session.shopper_id.as_str());
    match (&plan.session, before) {
        (None, None) if plan.token_hash.is_some() => Err(Error::SessionExpired),
        (None, Some(row)) => {
            let visitor = VisitorId(row.visitor_id);
            visitor_store::seen(tx, site, &visitor, plan.now).await?;
            found_or_begun(tx, plan, visitor, row.shopper_id.as_deref()).await
        }
        (Some(session), Some(row)) if row.shopper_id == Some(session.shopper_id.clone()) => {
            let visitor = VisitorId(row.visitor_id);
            let under = (session.token_hash.as_str(), session.shared_device);
            visitor_store::rebind(tx, site, &visitor, under, plan.now).await?;
            found_or_begun(tx, plan, visitor, shopper).await
        }
        (_, before) => {
            let (bucket, most) = &plan.limit;
            if !shoppers::store::request_allowed(tx, site, bucket, *most, plan.now).await? {
                let left_ms = code::WINDOW_MS - plan.now.0.rem_euclid(code::WINDOW_MS);
                return Err(Error::RateLimited { retry_after: u32::try_from(left_ms / 1000 + 1).unwrap_or(3600) });
            }
            let visitor = plan.fresh.id.clone();
            visitor_store::insert(tx, site, &plan.fresh, plan.now).await?;
            let ended = before.as_ref().filter(|_| shopper.is_some()).map(|row| VisitorId(row.visitor_id.clone()));
            let left = match (before, shopper) {
                (Some(row), Some(shopper)) => leave(tx, plan, row, shopper).await?,
                _ => Left::Nothing,
            };
            let came = found_or_begun(tx, plan, visitor, shopper).await?;
            Ok(match left {
                Left::Nothing => Came { fresh: true, ended, ..came },
                Left::Adopted => Came { fresh: true, changed: true, ended, ..came },
                Left::Abandoned(id) => Came { fresh: true, abandoned: Some(id), ended, ..came },
            })
        }
    }
}

/// The browser is a verified shopper's from now on: takes along what was begun anonymously.
async fn leave(tx: &mut Tx, plan: &Plan, before: VisitorRow, shopper: &str) -> Result<Left, Error> {
    let (site, fresh, visitor) = (&plan.site, &plan.fresh.id, VisitorId(before.visitor_id));
    if before.shopper_id.is_some() {
        return Ok(Left::Nothing);
    }
    let Some(open) = store::open_of(tx, site, &visitor, None).await? else { return Ok(Left::Nothing) };
    if store::open_of(tx, site, fresh, Some(shopper)).await?.is_none() {
        let adopted = store::adopt(tx, site, &open, fresh, shopper, plan.now).await?;
        return Ok(if adopted { Left::Adopted } else { Left::Nothing });
    }
    // She goes on in her own. Nobody should answer in the other, which nobody reads any more.
    hand::abandon(tx, (site, &open), plan.now).await?;
    Ok(Left::Abandoned(open))
}

async fn found_or_begun(tx: &mut Tx, plan: &Plan, visitor: VisitorId, shopper: Option<&str>) -> Result<Came, Error> {
    let site = &plan.site;
    let (id, changed) = match store::open_of(tx, site, &visitor, shopper).await? {
        Some(id) => (id, false),
        None => {
            let new = NewConversation {
                id: plan.conversation.clone(),
                visitor,
                shopper_id: shopper.map(str::to_owned),
                locale: plan.locale.clone(),
                subject: plan.subject.clone(),
                order_key: plan.order_key.clone(),
            };
            store::insert(tx, site, &new, plan.now).await?;
            (new.id, true)
        }
    };
    let head = store::head(tx, site, &id).await?.ok_or(Error::ConversationNotFound)?;
    Ok(Came { view: read::view_of(&id, head)?, fresh: false, changed, abandoned: None, ended: None })
}
