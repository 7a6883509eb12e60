//! Who may look into a conversation, as types. A [`ConversationRef`] is made here and nowhere else, after the proof was seen:
//! no function of this room takes a bare id.

use super::{
    by_mail::Signed,
    by_mail_store, store, subject, token,
    visitor_store::{self, Found},
};
pub use crate::realtime::Side;
use crate::{
    agents::{self, Account, Permission, Role},
    app::App,
    db,
    error::Error,
    shoppers::session,
};
use aftercart_shared::{
    events::Came,
    ids::{AgentId, ConversationId, SiteId, VisitorId},
    locale::Locale,
};

/// A conversation, and who has come to it. It proves what was so when it was made: whoever keeps one for long, as a socket
/// does, asks for it again before each use, for the token may have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRef<K> {
    site: SiteId,
    id: ConversationId,
    who: K,
}

impl<K> ConversationRef<K> {
    pub fn site(&self) -> &SiteId {
        &self.site
    }

    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    pub fn who(&self) -> &K {
        &self.who
    }
}

/// She whose conversation it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    id: VisitorId,
    shopper_id: Option<String>,
    /// The hash of the session without which her token is worth nothing.
    session: Option<String>,
    /// Where she does not type here.
    came: Option<Came>,
    /// Nobody of the shop was asked yet, and she has named nothing that asks for one: the language in which the assistant
    /// may answer first.
    alone: Option<Locale>,
}

impl Visitor {
    pub fn id(&self) -> &VisitorId {
        &self.id
    }

    /// Where she has proved who she is.
    pub fn shopper_id(&self) -> Option<&str> {
        self.shopper_id.as_deref()
    }

    pub(super) fn came(&self) -> Option<Came> {
        self.came
    }

    pub(super) fn alone(&self) -> Option<Locale> {
        self.alone
    }

    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }
}

/// One of the shop's people, who may answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    id: AgentId,
    name: String,
    role: Role,
}

impl Agent {
    pub fn id(&self) -> &AgentId {
        &self.id
    }

    /// As shoppers see it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn role(&self) -> Role {
        self.role
    }
}

/// The shop's own systems, which hold its secret key, and its people who only look: they see what agents see, and say
/// nothing in their own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desk;

/// Whoever may look.
pub trait Party: Send + Sync {
    fn side(&self) -> Side;

    /// Under what this one's events stand in the log; `None`: whatever comes from this side.
    fn sender_id(&self) -> Option<&str>;
}

/// Whoever may speak.
pub trait Speaker: Party {
    /// She for whom limits count.
    fn visitor(&self) -> Option<&Visitor> {
        None
    }
}

impl Party for Visitor {
    fn side(&self) -> Side {
        Side::Visitor
    }

    // Empty for whichever of her browsers: what one has sent and another sends again is one message.
    fn sender_id(&self) -> Option<&str> {
        Some("")
    }
}

impl Speaker for Visitor {
    fn visitor(&self) -> Option<&Visitor> {
        Some(self)
    }
}

impl Party for Agent {
    fn side(&self) -> Side {
        Side::Agent
    }

    fn sender_id(&self) -> Option<&str> {
        Some(self.id.as_str())
    }
}

impl Speaker for Agent {}

impl Party for Desk {
    fn side(&self) -> Side {
        Side::Agent
    }

    fn sender_id(&self) -> Option<&str> {
        None
    }
}

/// A [`ConversationRef`] without its type: for what is the same whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looking {
    pub(super) site: SiteId,
    pub(super) id: ConversationId,
    pub(super) side: Side,
    pub(super) sender_id: Option<String>,
}

impl<K: Party> From<&ConversationRef<K>> for Looking {
    fn from(who: &ConversationRef<K>) -> Looking {
        Looking {
            site: who.site.clone(),
            id: who.id.clone(),
            side: who.who.side(),
            sender_id: who.who.sender_id().map(str::to_owned),
        }
    }
}

/// As ours are. Nothing else needs to be looked for, and a database takes no NUL.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The visitor with this token, in a conversation of hers.
///
/// # Errors
/// [`Error::SessionExpired`] for a token that is unknown on this site or has ended, [`Error::ConversationNotFound`] for a
/// conversation that is not hers or not there.
pub async fn visitor(
    app: &App,
    site: &SiteId,
    token: &str,
    id: &ConversationId,
) -> Result<ConversationRef<Visitor>, Error> {
    let hash = token::hash(&app.secret, site, token);
    let wanted = if is_id(id.as_str()) { id.as_str() } else { "" };
    let row = visitor_store::in_conversation(&app.db, site, &hash, wanted).await?.ok_or(Error::SessionExpired)?;
    let now = app.clock.now();
    let alone = alone(&row);
    let session = row.session_hash.filter(|_| row.session_only);
    let alive = match &session {
        _ if !token::lives(row.seen_at, now) => false,
        Some(session) => session::lives(app, site, session).await?,
        None => !row.session_only,
    };
    if !alive {
        return Err(Error::SessionExpired);
    }
    let visitor_id = VisitorId(row.visitor_id);
    if token::is_noted_again(row.seen_at, now) {
        let (site, visitor) = (site.clone(), visitor_id.clone());
        let seen = app.db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { visitor_store::seen(tx, &site, &visitor, now).await })
        });
        seen.await?;
    }
    row.conversation_id.ok_or(Error::ConversationNotFound)?;
    let who = Visitor { id: visitor_id, shopper_id: row.shopper_id, session, came: None, alone };
    Ok(ConversationRef { site: site.clone(), id: id.clone(), who })
}

/// Whoever replies to a mailed answer, with the address that was made for her. She is nobody's session: her browser's pictures and
/// whatever else only a shopper has are hers only where the reply comes from the address that she has proved. What she writes is
/// for a person.
///
/// # Errors
/// [`Error::ConversationNotFound`]
pub(super) async fn correspondent(
    app: &App,
    signed: &Signed,
    id: &ConversationId,
    came: Came,
) -> Result<ConversationRef<Visitor>, Error> {
    let site = signed.site();
    let row = by_mail_store::of(&mut &app.db, site, id).await?.ok_or(Error::ConversationNotFound)?;
    let shopper_id = row.shopper_id.filter(|_| came == Came::Mail);
    let who = Visitor { id: VisitorId(row.visitor_id), shopper_id, session: None, came: Some(came), alone: None };
    Ok(ConversationRef { site: site.clone(), id: id.clone(), who })
}

/// Whoever comes from an order, a return or an article has read what we know of it, and asks for a person.
fn alone(row: &Found) -> Option<Locale> {
    let first = row.state.as_deref() == Some("queued") && row.last_seq == Some(0);
    let alone = match row.state.as_deref() {
        Some("answered") => true,
        Some("closed") => row.helped == Some(true),
        _ => first && row.subject.as_deref() == Some(subject::NOTHING),
    };
    row.locale.as_deref().filter(|_| alone).and_then(Locale::parse)
}

impl Agent {
    /// `None` for an account that does not answer shoppers.
    fn of(account: Account) -> Option<Agent> {
        let answers = account.role.may(Permission::Answer);
        answers.then_some(Agent { id: account.id, name: account.name, role: account.role })
    }
}

/// The account of this site with this e-mail address, if it answers shoppers.
///
/// # Errors
/// The database's.
pub async fn colleague(app: &App, site: &SiteId, email: &str) -> Result<Option<Agent>, Error> {
    Ok(agents::account(&app.db, site, email).await?.and_then(Agent::of))
}

/// One of the shop's people, in a conversation of the shop's.
///
/// # Errors
/// [`Error::AgentNotAllowed`] for one whose role does not answer; [`Error::ConversationNotFound`].
pub async fn agent(
    app: &App,
    site: &SiteId,
    account: Account,
    id: &ConversationId,
) -> Result<ConversationRef<Agent>, Error> {
    let who = Agent::of(account).ok_or(Error::AgentNotAllowed)?;
    there(app, site, id).await?;
    Ok(ConversationRef { site: site.clone(), id: id.clone(), who })
}

/// For whoever has shown the shop's secret key, or is logged in and only looks, in a conversation of that shop.
///
/// # Errors
/// [`Error::ConversationNotFound`].
pub async fn desk(app: &App, site: &SiteId, id: &ConversationId) -> Result<ConversationRef<Desk>, Error> {
    there(app, site, id).await?;
    Ok(ConversationRef { site: site.clone(), id: id.clone(), who: Desk })
}

async fn there(app: &App, site: &SiteId, id: &ConversationId) -> Result<(), Error> {
    if is_id(id.as_str()) && store::exists(&app.db, site, id).await? {
        return Ok(());
    }
    Err(Error::ConversationNotFound)
}
