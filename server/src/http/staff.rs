//! Who of the shop's side a request comes from, and what it may do: it stands in the handler's own signature.
//!
//! Two come in: somebody who is logged in at the desk, by cookie, and the shop's own systems, by secret key. The first may
//! do what her role allows and acts as herself. The others may do everything, and name who acts (`agent`), whose role is
//! asked just the same.
//!
//! A cookie is sent by browsers whoever wrote the page. So what changes something must carry a header that no foreign page
//! can send, and whatever says where it comes from must come from us: both are asked here, of every method but GET and
//! HEAD, so that no handler can forget it.

use crate::{
    admin::{ApiKey, routes::BODY_MAX},
    agents::{self, Account, Permission, session},
    app::App,
    error::Error,
    sites::Site,
};
use aftercart_shared::{api::desk::DESK_HEADER, error::ErrorCode};
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use std::{marker::PhantomData, sync::Arc};

/// What a handler asks of whoever calls it.
pub trait Allowed: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($name:ident),+) => {$(
        #[doc = concat!("[`Permission::", stringify!($name), "`]")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Allowed for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}
permissions!(ReadConversations, Answer, HandOver, DecideReturns, Settings);

/// Somebody who is logged in, whatever her role: by cookie and in no other way.
#[derive(Clone, Debug)]
pub struct DeskSession {
    pub site: Arc<Site>,
    pub account: Account,
    pub session_id: String,
}

impl DeskSession {
    /// # Errors
    /// [`Error::RoleNotAllowed`]
    pub fn may(&self, permission: Permission) -> Result<(), Error> {
        if self.account.role.may(permission) { Ok(()) } else { Err(Error::RoleNotAllowed) }
    }

    /// The one that the request's cookie belongs to, unless a page of somebody else's may have sent it.
    async fn of(parts: &Parts, app: &App) -> Result<Option<DeskSession>, Error> {
        let Some(known) = session::current(app, &parts.headers).await? else { return Ok(None) };
        let changes = !matches!(parts.method, Method::GET | Method::HEAD);
        if changes && !parts.headers.contains_key(DESK_HEADER) {
            return Err(Error::DeskHeaderMissing);
        }
        own_page(&parts.headers, app)?;
        let site = app.sites.by_id(&known.site).await?;
        Ok(Some(DeskSession { site, account: known.account, session_id: known.session_id }))
    }
}

impl FromRequestParts<App> for DeskSession {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        DeskSession::of(parts, app).await?.ok_or(Error::SessionExpired)
    }
}

/// A request from a page of ours, or from none.
#[derive(Clone, Copy, Debug)]
pub struct OwnPage;

impl FromRequestParts<App> for OwnPage {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        own_page(&parts.headers, app).map(|()| OwnPage)
    }
}

fn own_page(headers: &HeaderMap, app: &App) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or("null");
    if app.is_own_origin(origin, headers) { Ok(()) } else { Err(Error::OriginNotAllowed(origin.to_owned())) }
}

enum Caller {
    Shop(Arc<Site>),
    Desk(DeskSession),
}

impl Caller {
    /// Whoever sends a key means it, cookie or not.
    async fn of(parts: &mut Parts, app: &App) -> Result<Caller, Error> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Caller::Shop(ApiKey::from_request_parts(parts, app).await?.site));
        }
        match DeskSession::of(parts, app).await? {
            Some(session) => Ok(Caller::Desk(session)),
            // The desk, whose cookie the browser has dropped, and somebody's system.
            None if parts.headers.contains_key(DESK_HEADER) => Err(Error::SessionExpired),
            None => Err(Error::KeyInvalid),
        }
    }
}

/// Somebody of the shop's side who may see what `P` allows.
#[derive(Clone, Debug)]
pub struct Staff<P> {
    pub site: Arc<Site>,
    /// `None`: the shop's own system.
    pub account: Option<Account>,
    permission: PhantomData<P>,
}

impl<P: Allowed> FromRequestParts<App> for Staff<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let (site, account) = match Caller::of(parts, app).await? {
            Caller::Shop(site) => (site, None),
            Caller::Desk(session) => {
                session.may(P::PERMISSION)?;
                (session.site, Some(session.account))
            }
        };
        Ok(Staff { site, account, permission: PhantomData })
    }
}

/// A person of the shop who does what `P` allows, and what she wants done.
#[derive(Clone, Debug)]
pub struct Acting<P, B = ()> {
    pub site: Arc<Site>,
    /// Who acts.
    pub account: Account,
    pub body: B,
    permission: PhantomData<P>,
}

/// What is asked for by somebody who acts.
pub trait ActBody: Sized + Send {
    /// The shop's own systems cannot say in it who acts: it is for whoever is logged in.
    const DESK_ONLY: bool = true;

    /// The e-mail address of the account that acts, as the shop's own systems say it. Bodies without one are for the desk
    /// alone.
    fn agent(&self) -> Option<&str> {
        None
    }

    /// # Errors
    /// As [`crate::http::json::read`].
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Error>;
}

/// `act_bodies! { Decide, AgentSend; without agent: NewNote }`
#[macro_export]
macro_rules! act_bodies {
    ($($name:ty),* $(,)? $(; without agent: $($nobody:ty),+ $(,)?)?) => {
        $(impl $crate::http::ActBody for $name {
            const DESK_ONLY: bool = false;

            fn agent(&self) -> Option<&str> {
                self.agent.as_deref()
            }

            fn read(headers: &axum::http::HeaderMap, body: &[u8]) -> Result<Self, $crate::error::Error> {
                $crate::http::json::read(headers, body)
            }
        })*
        $($(impl $crate::http::ActBody for $nobody {
            fn read(headers: &axum::http::HeaderMap, body: &[u8]) -> Result<Self, $crate::error::Error> {
                $crate::http::json::read(headers, body)
            }
        })+)?
    };
}

/// Nothing more needs to be said.
impl ActBody for () {
    fn read(_: &HeaderMap, _: &[u8]) -> Result<(), Error> {
        Ok(())
    }
}

impl<P: Allowed, B: ActBody> FromRequest<App> for Acting<P, B> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::of(&mut parts, app).await?;
        match &caller {
            Caller::Desk(session) => session.may(P::PERMISSION)?,
            Caller::Shop(_) if B::DESK_ONLY => return Err(Error::SessionExpired),
            Caller::Shop(_) => {}
        }
        let bytes = to_bytes(body, BODY_MAX).await.map_err(|_| Error::TooLarge { limit: BODY_MAX })?;
        let body = B::read(&parts.headers, &bytes)?;
        let (site, account) = match caller {
            Caller::Desk(_) if body.agent().is_some() => {
                let message = "whoever is logged in acts herself: leave `agent` out".to_owned();
                return Err(Error::Shape { field: Some("agent".to_owned()), message });
            }
            Caller::Desk(session) => (session.site, session.account),
            Caller::Shop(site) => {
                let email = body.agent().ok_or_else(|| Error::invalid(ErrorCode::Required, "agent"))?;
                let account = agents::account(&app.db, &site.id, email).await?;
                let account = account.filter(|account| account.role.may(P::PERMISSION));
                (site, account.ok_or(Error::AgentNotAllowed)?)
            }
        };
        Ok(Acting { site, account, body, permission: PhantomData })
    }
}
