//! Who of the shop's people has a conversation: taken by one, handed to another, closed. One statement each decides, so of
//! many at once one wins and the others hear who it was.

use super::{
    access::{Agent, ConversationRef},
    append::note,
    queue_store::{self, Waiting},
    routing,
    store::{self, HeadRow},
};
use crate::{agents::Permission, app::App, db::Tx, error::Error};
use aftercart_shared::{
    events::What,
    ids::{ConversationId, SiteId},
    time::Timestamp,
};

/// Takes a conversation that nobody has, or that routing gave to somebody who has not taken it up: a person's choice goes before.
/// Whoever has it already has it still.
///
/// # Errors
/// [`Error::NotPossibleNow`], with the name, when it is somebody else's; [`Error::ConversationClosed`].
pub async fn take(app: &App, who: &ConversationRef<Agent>) -> Result<(), Error> {
    change(app, who, Change::Take).await
}

/// Hands a conversation to a colleague: by whoever has it, or by a lead or an owner.
///
/// # Errors
/// [`Error::NotPossibleNow`], with the name, when it is somebody else's; [`Error::AgentNotAllowed`] when it is nobody's, and
/// not theirs to give; [`Error::ConversationClosed`].
pub async fn hand_over(app: &App, who: &ConversationRef<Agent>, to: Agent) -> Result<(), Error> {
    let own = to.id() == who.who().id();
    change(
        app,
        who,
        if own && !who.who().role().may(Permission::HandOver) { Change::Take } else { Change::HandOver(to) },
    )
    .await
}

/// Ends a conversation. What she says next begins a new one.
///
/// # Errors
/// [`Error::ConversationClosed`] when it was closed before.
pub async fn close(app: &App, who: &ConversationRef<Agent>) -> Result<(), Error> {
    change(app, who, Change::Close).await
}

#[derive(Clone, Debug)]
enum Change {
    Take,
    HandOver(Agent),
    Close,
}

async fn change(app: &App, who: &ConversationRef<Agent>, change: Change) -> Result<(), Error> {
    let (conversation, now) = (who.clone(), app.clock.now());
    let write = app
        .db
        .write::<_, Error, _>(move |tx| Box::pin(async move { in_transaction(tx, &conversation, &change, now).await }));
    write.await?;
    app.hub.conversation_changed(who.site(), who.id());
    app.hub.queue_moved(who.site());
    routing::look(app, who.site()).await;
    Ok(())
}

async fn in_transaction(
    tx: &mut Tx,
    who: &ConversationRef<Agent>,
    change: &Change,
    now: Timestamp,
) -> Result<(), Error> {
    let (site, id, by) = (who.site(), who.id(), who.who());
    if matches!(change, Change::Take) && store::take_up(tx, site, id, by.id().as_str()).await? {
        return Ok(());
    }
    let (seq, what) = match change {
        Change::Take => {
            (store::take(tx, site, id, by.id(), now).await?, What::Assigned { agent: by.name().to_owned() })
        }
        Change::HandOver(to) => {
            let whose = (by.id(), by.role().may(Permission::HandOver), to.id());
            (store::hand_over(tx, site, id, whose, now).await?, What::Assigned { agent: to.name().to_owned() })
        }
        Change::Close => (store::close(tx, site, id, now).await?, What::Closed {}),
    };
    match seq {
        Some(seq) => {
            note(tx, (site, id), seq, Some(by.id().as_str()), &what, now).await?;
            Ok(queue_store::touch(tx, site, &[(id, Waiting::AsBefore)]).await?)
        }
        None => {
            let head = store::head(tx, site, id).await?.ok_or(Error::ConversationNotFound)?;
            stands(&head, by, change)
        }
    }
}

/// Why nothing was changed; `Ok`: it is as was wished.
fn stands(head: &HeadRow, by: &Agent, change: &Change) -> Result<(), Error> {
    let wished = match change {
        Change::Take => Some(by),
        Change::HandOver(to) => Some(to),
        Change::Close => None,
    };
    match (&head.agent_id, wished) {
        _ if head.state == "closed" => Err(Error::ConversationClosed),
        (Some(holder), Some(wished)) if holder == wished.id().as_str() => Ok(()),
        (Some(_), _) => {
            let name = head.agent_name.as_deref().unwrap_or_default();
            Err(Error::NotPossibleNow { message: format!("{name} has it") })
        }
        (None, _) => Err(Error::AgentNotAllowed),
    }
}

/// Closes what nobody can come back to, in the caller's transaction, which touches it.
pub(super) async fn abandon(tx: &mut Tx, (site, id): (&SiteId, &ConversationId), now: Timestamp) -> Result<(), Error> {
    match store::close(tx, site, id, now).await? {
        Some(seq) => note(tx, (site, id), seq, None, &What::Closed {}, now).await,
        None => Ok(()),
    }
}
