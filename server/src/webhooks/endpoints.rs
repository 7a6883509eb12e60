//! What a shop sets up: endpoints made, changed, given new secrets, tried out and taken away.

use super::{
    address,
    endpoint_store::{self, Change, EndpointRow, NewEndpoint},
    event::{self, ALL, Event},
    payload, secrets, store,
};
use crate::{
    agents::acts_store,
    db::{self, Db, Tx},
    error::Error,
    http_client::HttpClient,
    random::Random,
    secret::Secret,
};
use aftercart_shared::{
    error::ErrorCode,
    ids::{AgentId, SiteId},
    time::Timestamp,
};
use serde_json::json;

/// To one site. More would be told the same by one that passes it on.
pub const ENDPOINTS_MAX: usize = 20;
/// Of a description, in characters.
const DESCRIPTION_MAX: usize = 200;
/// So long the secret before may sign beside the new one.
pub const OVERLAP_MAX_H: u32 = 7 * 24;

/// What is asked for, as it came.
#[derive(Clone, Debug)]
pub struct Wish {
    pub url: String,
    pub events: Vec<String>,
    pub description: String,
}

/// Who changes something: somebody who is logged in, with the id under which that is written down. `None`: the shop's own system.
pub type By = Option<(AgentId, String)>;

/// # Errors
/// Names the field that cannot be.
fn checked(wish: Wish, client: &HttpClient) -> Result<Change, Error> {
    let url = address::checked(wish.url.trim(), client)?;
    let mut events = wish.events;
    events.dedup();
    if events.is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "events"));
    }
    let all = events.len() == 1 && events[0] == ALL;
    if let Some(unknown) = events.iter().find(|name| !all && Event::parse(name).is_none()) {
        let known = Event::CHOSEN.map(Event::name).join(", ");
        let unknown: String = unknown.chars().take(50).collect();
        return Err(Error::ruled(
            ErrorCode::Invalid,
            "events",
            format!("{unknown:?} is none of {known}; or \"*\" alone"),
        ));
    }
    let shown = |c: char| if c.is_control() || aftercart_shared::validate::is_invisible(c) { ' ' } else { c };
    let description = wish.description.chars().map(shown).collect::<String>().trim().to_owned();
    if description.chars().count() > DESCRIPTION_MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "description"));
    }
    Ok(Change { url: url.to_string(), events: event::kept(&events), description, on: true })
}

/// What is written with.
#[derive(Clone, Copy, Debug)]
pub struct Tools<'a> {
    pub db: &'a Db,
    pub secret: &'a Secret,
    pub client: &'a HttpClient,
    pub random: &'a dyn Random,
    pub now: Timestamp,
}

/// The new endpoint, and its secret in the clear: there is no other moment to see it.
///
/// # Errors
/// Names the field that cannot be, or says that there are too many.
pub async fn create(tools: Tools<'_>, site: &SiteId, wish: Wish, by: By) -> Result<(EndpointRow, String), Error> {
    let Change { url, events, description, .. } = checked(wish, tools.client)?;
    let (endpoint_id, plain, now) = (tools.random.id()[..16].to_owned(), secrets::make(tools.random), tools.now);
    let secret = secrets::seal(tools.secret, tools.random, &endpoint_id, &plain);
    let new = NewEndpoint { endpoint_id: endpoint_id.clone(), url, events, description, secret };
    let of = site.clone();
    let write = tools.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if endpoint_store::list(tx, &of).await?.len() >= ENDPOINTS_MAX {
                return Err(Error::NotPossibleNow { message: format!("a site has at most {ENDPOINTS_MAX} endpoints") });
            }
            endpoint_store::insert(tx, &of, &new, now).await?;
            Ok(noted(tx, &of, by, ("webhook_add", &new.endpoint_id), now).await?)
        })
    });
    write.await?;
    Ok((one(tools.db, site, &endpoint_id).await?, plain))
}

/// # Errors
/// Names the field that cannot be; [`Error::NotFound`].
pub async fn update(
    tools: Tools<'_>,
    site: &SiteId,
    endpoint: &str,
    (wish, on): (Wish, bool),
    by: By,
) -> Result<EndpointRow, Error> {
    let change = Change { on, ..checked(wish, tools.client)? };
    let (of, id, now) = (site.clone(), endpoint.to_owned(), tools.now);
    let write = tools.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if !endpoint_store::update(tx, &of, &id, &change, now).await? {
                return Err(Error::NotFound);
            }
            Ok(noted(tx, &of, by, ("webhook_change", &id), now).await?)
        })
    });
    write.await?;
    one(tools.db, site, endpoint).await
}

/// The new secret in the clear. The one before signs beside it for so many hours; of one before that nothing is left.
///
/// # Errors
/// [`Error::NotFound`]; names the field that cannot be.
pub async fn rotate(
    tools: Tools<'_>,
    site: &SiteId,
    endpoint: &str,
    overlap_h: u32,
    by: By,
) -> Result<(EndpointRow, String), Error> {
    if overlap_h > OVERLAP_MAX_H {
        return Err(Error::invalid(ErrorCode::Invalid, "overlap_hours"));
    }
    let plain = secrets::make(tools.random);
    let secret = secrets::seal(tools.secret, tools.random, endpoint, &plain);
    let (of, id, now) = (site.clone(), endpoint.to_owned(), tools.now);
    let until = now.plus_ms(i64::from(overlap_h) * Timestamp::HOUR_MS);
    let write = tools.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if !endpoint_store::rotate(tx, &of, &id, (&secret, until), now).await? {
                return Err(Error::NotFound);
            }
            Ok(noted(tx, &of, by, ("webhook_rotate", &id), now).await?)
        })
    });
    write.await?;
    Ok((one(tools.db, site, endpoint).await?, plain))
}

/// Takes it away, with everything that waited for it.
///
/// # Errors
/// [`Error::NotFound`]
pub async fn delete(db: &Db, site: &SiteId, endpoint: &str, by: By, now: Timestamp) -> Result<(), Error> {
    let (of, id) = (site.clone(), endpoint.to_owned());
    let write = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            if !endpoint_store::delete(tx, &of, &id).await? {
                return Err(Error::NotFound);
            }
            store::delete_of(tx, &of, &id).await?;
            Ok(noted(tx, &of, by, ("webhook_remove", &id), now).await?)
        })
    });
    write.await
}

/// Sends something that says nothing, once: the message's id.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotPossibleNow`] when it is off.
pub async fn ping(tools: Tools<'_>, site: &SiteId, endpoint: &str) -> Result<String, Error> {
    let (of, id, now) = (site.clone(), endpoint.to_owned(), tools.now);
    let stream = format!("ping {}", tools.random.id());
    let data = json!({ "endpoint_id": endpoint });
    let message = store::NewMessage {
        id: payload::message_id(site, &stream, 1, now),
        position: 1,
        payload: payload::written(Event::Ping, data, now),
        kind: Event::Ping.name(),
        stream,
    };
    let sent = message.id.clone();
    let write = tools.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            that_is_on(tx, &of, &id).await?;
            // Somebody waits for it.
            endpoint_store::rest(tx, &of, &id, None).await?;
            store::insert_message(tx, &of, &message, now).await?;
            Ok(store::address_to(tx, &of, &id, &message, now).await?)
        })
    });
    write.await?;
    Ok(sent)
}

/// Sends one message anew, under its own id.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotPossibleNow`] when the endpoint is off.
pub async fn replay(db: &Db, site: &SiteId, endpoint: &str, message_id: &str, now: Timestamp) -> Result<(), Error> {
    let (of, id, message) = (site.clone(), endpoint.to_owned(), message_id.to_owned());
    let write = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            that_is_on(tx, &of, &id).await?;
            if !store::replay(tx, (&of, &id), &message, now).await? {
                return Err(Error::NotFound);
            }
            Ok(endpoint_store::rest(tx, &of, &id, None).await?)
        })
    });
    write.await
}

/// Sends anew whatever was given up of what happened since then: how much that is.
///
/// # Errors
/// As [`replay`].
pub async fn replay_dead(
    db: &Db,
    site: &SiteId,
    endpoint: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, Error> {
    let (of, id) = (site.clone(), endpoint.to_owned());
    let write = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            that_is_on(tx, &of, &id).await?;
            let count = store::replay_dead(tx, (&of, &id), since, now).await?;
            endpoint_store::rest(tx, &of, &id, None).await?;
            Ok(count)
        })
    });
    write.await
}

/// # Errors
/// [`Error::NotFound`]
pub async fn one(db: &Db, site: &SiteId, endpoint: &str) -> Result<EndpointRow, Error> {
    endpoint_store::by_id(&mut &*db, site, endpoint).await?.ok_or(Error::NotFound)
}

async fn that_is_on(tx: &mut Tx, site: &SiteId, endpoint: &str) -> Result<(), Error> {
    match endpoint_store::by_id(tx, site, endpoint).await? {
        None => Err(Error::NotFound),
        Some(row) if row.is_on() => Ok(()),
        Some(_) => Err(Error::NotPossibleNow { message: "the endpoint is off: switch it on first".into() }),
    }
}

async fn noted(
    tx: &mut Tx,
    site: &SiteId,
    by: By,
    (act, endpoint): (&str, &str),
    now: Timestamp,
) -> Result<(), db::Error> {
    let Some((agent, act_id)) = by else { return Ok(()) };
    acts_store::insert(tx, site, &act_id, &agent, (act, endpoint, ""), now).await
}
