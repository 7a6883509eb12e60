//! A carrier's label, bought from the site's provider; without one our own slip is all there is.

use super::{
    EffectKind, EffectRow, NewEffect,
    engine::Kept,
    run::{Subject, Turn, again, pending_there},
    settle::{self, How},
};
use crate::{
    app::App,
    connectors::{
        commerce::Setback,
        labels::{self, Label, LabelProvider, Made, Party, Wish},
        labels_store,
    },
    db,
    orders::import::model::Address,
    returns::{
        label_store::{self, SenderRow},
        label_watch,
        record::Actor,
    },
};
use aftercart_shared::ids::{OrderId, ReturnId, SiteId};
use std::sync::Arc;

/// The site's provider and what it is called; `None` where it has none.
///
/// # Errors
/// Why it cannot be asked.
pub async fn provider(app: &App, site: &SiteId) -> Result<Option<(Box<dyn LabelProvider>, &'static str)>, String> {
    let Some(row) = labels_store::of_site(&app.db, site).await.map_err(|e| e.to_string())? else { return Ok(None) };
    let kind = row.kind().map_err(|e| e.to_string())?;
    let sealed = "The label provider's credential cannot be read with this server's secret: set it anew.";
    let connection = labels::Connection {
        base_url: row.base_url.clone(),
        credential: row.credential(&app.secret, site).ok_or(sealed)?,
        settings: row.settings().map_err(|e| e.to_string())?,
        http: Arc::new(app.http.clone()),
    };
    Ok(Some((labels::connect(kind, connection), kind.name())))
}

pub async fn make(app: &App, site: &SiteId, effect: &EffectRow, subject: &Subject) -> Result<Turn, Turn> {
    let Some((provider, name)) = provider(app, site).await.map_err(Turn::Failed)? else {
        let note = Some("The site has no label provider: the slip goes with the parcel.");
        return Ok(Turn::Done(How { by: "none".into(), reference: None, note }));
    };
    let sender = label_store::sender(&app.db, site, &effect.order_id).await?;
    let from = sender.and_then(party).ok_or_else(|| {
        Turn::Failed("The order has no address to send from: agree on another way with the shopper.".into())
    })?;
    let (key, number, now) = (effect.effect_id.clone(), subject.about.number.clone(), app.clock.now());
    let wish = Wish { key, number, from, now };
    match provider.make(&wish, &Kept::new(app, site, effect)).await {
        Ok(Made::Label(label)) => bought(app, site, effect, subject, (name, label)).await,
        Ok(Made::Waiting { reference, because }) => Ok(pending_there(because, reference)),
        Err(Setback::InDoubt) => Ok(Turn::InDoubt),
        Err(Setback::No(why)) => Ok(Turn::Failed(why)),
        Err(Setback::Fault(fault)) => Ok(again(fault)),
    }
}

/// Kept, told by mail and followed from now on: all of it or nothing.
async fn bought(
    app: &App,
    site: &SiteId,
    effect: &EffectRow,
    subject: &Subject,
    (name, label): (&'static str, Label),
) -> Result<Turn, Turn> {
    let (site, effect, now) = (site.clone(), effect.clone(), app.clock.now());
    let mut about = subject.about.clone();
    about.link = Some(label.url.clone());
    let write = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            let how = How { by: format!("provider:{name}"), reference: Some(label.reference.clone()), note: None };
            if !settle::done(tx, &site, &effect, how, Actor::System, now).await? {
                return Ok(());
            }
            label_store::insert(tx, &site, &effect.return_id, name, &label, now).await?;
            let (return_id, order_id) = (ReturnId(effect.return_id.clone()), OrderId(effect.order_id.clone()));
            let watch = label_watch::job(&site, &return_id, now);
            crate::jobs::enqueue(tx, watch, now).await?;
            let (kind, part) = (EffectKind::MailLabel, String::new());
            super::ask(tx, &site, NewEffect { return_id, order_id, kind, part, amount: None, about }, now).await
        })
    });
    write.await?;
    Ok(Turn::Settled)
}

/// `None` without a street: nobody could fetch a parcel there, or send one back.
fn party(row: SenderRow) -> Option<Party> {
    let address: Address = serde_json::from_str(row.address.as_deref()?).ok()?;
    address.line1.as_deref().filter(|line| !line.trim().is_empty())?;
    Some(Party {
        name: row.recipient,
        company: None,
        street1: address.line1,
        street2: address.line2,
        city: address.city,
        state: address.region,
        zip: address.postcode,
        country: address.country,
        phone: row.phone,
        email: row.email,
    })
}
