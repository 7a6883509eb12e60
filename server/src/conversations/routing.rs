//! Whoever waits is given to somebody who is there, where the shop wishes it: who speaks her language, has helped her before, and
//! has the least to do.
//!
//! A person's choice goes before. Only what nobody has is given away, by one statement that asks whether that is still so; and
//! until whoever was given it has taken it up, a colleague may take it.

use super::{
    append::note,
    queue_store::{self, Waiting},
    routing_store::{self, Free, Next},
};
use crate::{
    app::App,
    db::{self, Tx},
    error::Error,
    sites::Routing,
};
use aftercart_shared::{
    events::What,
    ids::{AgentId, ConversationId, SiteId},
    time::Timestamp,
};

/// Whose desk has given no sign of life for so long is not there, whatever they have said before.
const THERE_MS: i64 = 5 * Timestamp::MINUTE_MS;
/// A sign of life is written down this often.
const NOTED_MS: i64 = Timestamp::MINUTE_MS;
/// Given at one look. What is left is given at the next.
const GIVEN_MAX: usize = 100;

/// One of the shop's people is there to be given conversations, or is not.
///
/// # Errors
/// The database's.
pub async fn set_available(app: &App, site: &SiteId, agent: &AgentId, available: bool) -> Result<(), Error> {
    let (of, who, now) = (site.clone(), agent.clone(), app.clock.now());
    let write = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { routing_store::set_available(tx, &of, &who, available, now).await })
    });
    write.await?;
    if available {
        look(app, site).await;
    }
    Ok(())
}

/// Whether she has said that she is there.
///
/// # Errors
/// The database's.
pub async fn is_available(app: &App, site: &SiteId, agent: &AgentId) -> Result<bool, Error> {
    Ok(routing_store::presence(&app.db, site, agent).await?.is_some_and(|row| row.available))
}

/// A desk gives a sign of life. It is written down of whoever is there to be given conversations, and not each time.
///
/// # Errors
/// The database's.
pub async fn here(app: &App, site: &SiteId, agent: &AgentId) -> Result<(), Error> {
    let now = app.clock.now();
    let known = routing_store::presence(&app.db, site, agent).await?;
    if known.is_none_or(|row| !row.available || now.0 - row.seen_at < NOTED_MS) {
        return Ok(());
    }
    let (site, agent) = (site.clone(), agent.clone());
    let write = app
        .db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { routing_store::here(tx, &site, &agent, now).await }));
    Ok(write.await?)
}

/// To be called after somebody has begun to wait, or has less to do. What goes wrong here is done by the next look: whoever
/// called has done what they came for.
pub async fn look(app: &App, site: &SiteId) {
    let given = async {
        match app.sites.by_id(site).await?.routing {
            Some(routing) => fill(app, site, routing).await,
            None => Ok(()),
        }
    };
    if let Err(error) = given.await {
        tracing::warn!(%error, "nobody could be given whoever waits; it is tried again");
    }
}

/// At every site that wishes it: hints may be lost, and servers die between one thing and the next.
///
/// # Errors
/// The database's.
pub async fn look_everywhere(app: &App) -> Result<(), db::Error> {
    for site in routing_store::waited_at(&app.db).await? {
        look(app, &site).await;
    }
    Ok(())
}

async fn fill(app: &App, site: &SiteId, routing: Routing) -> Result<(), Error> {
    for _ in 0..GIVEN_MAX {
        // Asked without a turn first: mostly nobody waits, or nobody is free.
        if routing_store::free(&mut &app.db, site, app.clock.now().plus_ms(-THERE_MS), routing.capacity)
            .await?
            .is_empty()
            || !routing_store::anybody_waits(&app.db, site).await?
        {
            return Ok(());
        }
        let (of, now) = (site.clone(), app.clock.now());
        let write = app.db.write::<_, Error, _>(move |tx| Box::pin(async move { give(tx, &of, routing, now).await }));
        let Some(id) = write.await? else { return Ok(()) };
        app.hub.conversation_changed(site, &id);
        app.hub.queue_moved(site);
    }
    Ok(())
}

/// Gives whoever waits longest, of those for whom somebody is there.
async fn give(tx: &mut Tx, site: &SiteId, routing: Routing, now: Timestamp) -> Result<Option<ConversationId>, Error> {
    // One after the other: two who counted at once would both find somebody free who has room for one.
    routing_store::take_turn(tx, site).await?;
    let free = routing_store::free(tx, site, now.plus_ms(-THERE_MS), routing.capacity).await?;
    let Some(next) = routing_store::next(tx, site, &spoken(&free)).await? else { return Ok(None) };
    let id = ConversationId(next.conversation_id.clone());
    let before = match routing.sticky {
        true => routing_store::helped_before(tx, site, &next).await?,
        false => None,
    };
    let Some(agent) = choose(&free, &next, before.as_deref()) else { return Ok(None) };
    let to = AgentId(agent.agent_id.clone());
    match routing_store::give(tx, site, &id, &to, now).await? {
        Some(seq) => {
            note(tx, (site, &id), seq, None, &What::Assigned { agent: agent.name.clone() }, now).await?;
            queue_store::touch(tx, site, &[(&id, Waiting::AsBefore)]).await?;
            Ok(Some(id))
        }
        // A person has just taken it.
        None => Ok(None),
    }
}

/// In which languages somebody is there; `None`: in every one.
fn spoken(free: &[Free]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for one in free {
        all.extend(one.locales()?);
    }
    Some(all)
}

/// Who has helped her before, or else has the least to do. They come with the least first.
fn choose<'a>(free: &'a [Free], next: &Next, before: Option<&str>) -> Option<&'a Free> {
    let speaks = |one: &&Free| one.locales().is_none_or(|locales| locales.contains(&next.locale));
    let known = free.iter().filter(speaks).find(|one| Some(one.agent_id.as_str()) == before);
    known.or_else(|| free.iter().find(speaks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, locales: Option<&str>) -> Free {
        Free { agent_id: id.into(), name: id.into(), locales: locales.map(Into::into), open: 0 }
    }

    fn chosen(free: &[Free], locale: &str, before: Option<&str>) -> Option<String> {
        let next =
            Next { conversation_id: "c".into(), visitor_id: "v".into(), shopper_id: None, locale: locale.into() };
        choose(free, &next, before).map(|one| one.agent_id.clone())
    }

    #[test]
    fn the_language_goes_before_whoever_helped_and_that_before_who_has_least_to_do() {
        let free = [one("a", Some(r#"["en"]"#)), one("b", None), one("c", Some(r#"["en","zh-CN"]"#))];
        assert_eq!(chosen(&free, "en", None).as_deref(), Some("a"));
        assert_eq!(chosen(&free, "zh-CN", None).as_deref(), Some("b"));
        assert_eq!(chosen(&free, "zh-CN", Some("c")).as_deref(), Some("c"));
        assert_eq!(chosen(&free, "zh-CN", Some("a")).as_deref(), Some("b"));
        assert_eq!(chosen(&free, "en", Some("gone")).as_deref(), Some("a"));
        assert_eq!(chosen(&free[..1], "zh-CN", Some("a")), None);
        assert_eq!(spoken(&free), None);
        assert_eq!(spoken(&free[..1]), Some(vec!["en".to_owned()]));
    }
}
