//! Asked while a shopper waits. Bounded: how many questions a connector gets at once, and none while it wants peace.

use super::{Shop, Trouble, silence, went_wrong};
use crate::{
    app::App,
    connectors::{
        commerce::Wanted,
        outgoing::Fault,
        store::{self, ConnectorRow},
    },
    db,
    orders::shops::{Asked, Shops},
    sites::Site,
};
use aftercart_shared::time::Timestamp;
use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// Questions to one connector under way at a time, on this node; further ones are answered from the database alone.
const AT_ONCE: usize = 8;
/// Peace for a platform that asks for it without saying how long.
const PEACE_S: u64 = 10;

/// The connectors, behind the orders room's own trait.
#[derive(Debug, Default)]
pub struct Live {
    gates: Arc<Gates>,
}

#[derive(Debug, Default)]
struct Gates(Mutex<HashMap<String, Gate>>);

#[derive(Clone, Debug)]
struct Gate {
    places: Arc<Semaphore>,
    not_before: Timestamp,
}

impl Gates {
    fn with<T>(&self, connector_id: &str, change: impl FnOnce(&mut Gate) -> T) -> T {
        // A panic while holding this lock leaves a plain map behind: it is still good.
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Gate { places: Arc::new(Semaphore::new(AT_ONCE)), not_before: Timestamp(0) };
        change(gates.entry(connector_id.to_owned()).or_insert_with(new))
    }
}

impl Shops for Live {
    fn any<'a>(&'a self, app: &'a App, site: &'a Site) -> BoxFuture<'a, Result<bool, db::Error>> {
        Box::pin(async move { Ok(store::of_site(&app.db, &site.id).await?.iter().any(is_shop)) })
    }

    fn silent_since<'a>(
        &'a self,
        app: &'a App,
        site: &'a Site,
        order_id: &'a str,
        known: Timestamp,
    ) -> BoxFuture<'a, Result<Option<Timestamp>, db::Error>> {
        Box::pin(silence::since(&app.db, &site.id, order_id, known, app.clock.now()))
    }

    fn find(&self, app: &App, site: &Arc<Site>, asked: Asked) -> BoxFuture<'static, bool> {
        let (app, site, gates) = (app.clone(), site.clone(), self.gates.clone());
        let Asked { number, typed, contact } = asked;
        let wanted = Arc::new(Wanted { number, typed, contact });
        Box::pin(async move {
            let mut rows = store::of_site(&app.db, &site.id).await.unwrap_or_default();
            rows.retain(is_shop);
            // Tasks of their own: they go on when nobody waits for them any more.
            let ask = |row| tokio::spawn(one(app.clone(), gates.clone(), row, wanted.clone()));
            let mut asked: FuturesUnordered<_> = rows.into_iter().map(ask).collect();
            while let Some(answer) = asked.next().await {
                if answer.unwrap_or(false) {
                    return true;
                }
            }
            false
        })
    }
}

/// A tracking service knows parcels and no orders.
fn is_shop(row: &ConnectorRow) -> bool {
    row.commerce().is_ok()
}

async fn one(app: App, gates: Arc<Gates>, row: ConnectorRow, wanted: Arc<Wanted>) -> bool {
    let gate = gates.with(&row.connector_id, |gate| gate.clone());
    if app.clock.now() < gate.not_before {
        return false;
    }
    let Ok(_place) = gate.places.try_acquire() else { return false };
    let trouble = match ask(&app, &row, &wanted).await {
        Ok(found) => return found,
        Err(trouble) => trouble,
    };
    if let Trouble::Fault(Fault::Busy { retry_after_s }) = &trouble {
        let wait = i64::try_from(retry_after_s.unwrap_or(PEACE_S)).unwrap_or(3_600).clamp(1, 3_600);
        let until = app.clock.now().plus_ms(wait * 1_000);
        gates.with(&row.connector_id, |gate| gate.not_before = until);
    }
    if let Err(error) = went_wrong(&app, &row, &trouble).await {
        tracing::warn!(%error, "a connector's failure could not be written down");
    }
    false
}

async fn ask(app: &App, row: &ConnectorRow, wanted: &Wanted) -> Result<bool, Trouble> {
    let shop = Shop::new(app, row.clone()).await?;
    let Some(order) = shop.commerce.find_order(wanted).await? else { return Ok(false) };
    // Compared once more: no connector's mistake may show a stranger's order.
    if !wanted.is(&order, &shop.site.country) {
        return Err(Fault::Garbled("another order than was asked for".into()).into());
    }
    let changed = shop.keep(app, vec![order]).await? > 0;
    shop.went_well(app, changed).await?;
    Ok(true)
}
