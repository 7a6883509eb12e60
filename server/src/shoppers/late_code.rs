//! A code for an order that only the shop's own system knows. The shop is asked after the answer has gone out: nobody who
//! asks for a code learns from waiting whether there is such an order.

use super::{code, message, named, store, typed_address};
use crate::{
    app::App,
    db,
    jobs::{Job, NewJob, Outcome},
    orders::{own_store, shops::Asked},
    sites::Site,
};
use aftercart_shared::{
    ids::SiteId,
    locale::Locale,
    time::Timestamp,
    validate::{Contact, OrderNumber},
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

pub const KIND: &str = "late_code";
/// She looks into her mail for as long as that; later the code would come as a surprise.
const PATIENCE: Duration = Duration::from_secs(30);

/// What she asked for, as typed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wish {
    pub number: String,
    pub contact: String,
    pub locale: Locale,
}

pub fn job(site: &SiteId, code_id: &str, wish: &Wish, now: Timestamp) -> NewJob {
    let payload = serde_json::to_string(wish).unwrap_or_default();
    NewJob { site: site.clone(), kind: KIND, key: code_id.to_owned(), payload, run_at: now }
}

pub async fn run(app: App, job: Job) -> Outcome {
    let Ok(wish) = serde_json::from_str::<Wish>(&job.payload) else {
        return Outcome::Failed("the payload cannot be read".into());
    };
    let (Ok(number), Ok(contact)) = (OrderNumber::parse(&wish.number), Contact::parse(&wish.contact)) else {
        return Outcome::Failed("what was asked for cannot be read".into());
    };
    match find(&app, &job, wish, number, contact).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

async fn find(
    app: &App,
    job: &Job,
    wish: Wish,
    number: OrderNumber,
    contact: Contact,
) -> Result<(), crate::error::Error> {
    let site = app.sites.by_id(&job.site).await?;
    let asked = Asked { number: number.clone(), typed: wish.number, contact: contact.clone() };
    // Found or not, the database says whose it is: the shop's answer alone names nobody.
    let _ = timeout(PATIENCE, app.shops.find(app, &site, asked)).await;
    let Some(to) = own_store::addressee(&app.db, &site, Some(&number), &contact).await? else { return Ok(()) };
    let drawn = code::draw(&*app.random);
    let new = store::NewCode {
        hash: code::hash(&app.secret, &site.id, &job.key, &drawn),
        id: job.key.clone(),
        contact: Some(named(&to.contact)),
        order_id: to.order_id,
    };
    let typed = typed_address(&contact, &site.country);
    let own = named(&to.contact).1;
    // As dialled on the order; her limit for what she typed was taken when she asked.
    let own_bucket = (own != typed).then(|| code::bucket(&app.secret, &site.id, "address", &own));
    send(app, site, wish.locale, to.contact, new, own_bucket, drawn).await?;
    Ok(())
}

async fn send(
    app: &App,
    site: Arc<Site>,
    locale: Locale,
    to: Contact,
    new: store::NewCode,
    own_bucket: Option<String>,
    drawn: String,
) -> Result<(), db::Error> {
    let now = app.clock.now();
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(own) = &own_bucket
                    && store::take_send(tx, &site.id, own, now).await?.is_err()
                {
                    return Ok(());
                }
                if store::name_code(tx, &site.id, &new, now).await? {
                    message::send(tx, &site, locale, &to, &new.id, &drawn, now).await?;
                }
                Ok(())
            })
        })
        .await
}
