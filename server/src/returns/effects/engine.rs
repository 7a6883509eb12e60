//! An effect that the shop's own system carries out: the connector that the order came by, and the journal that survives
//! us.

use super::{
    AboutPiece, EffectKind, EffectRow, effect_id,
    run::{Subject, Turn, again, pending_there, settled_ms},
    settle::How,
    store,
};
use crate::{
    app::App,
    connectors::{
        commerce::{self, Act, Commerce, Connection, GiveBack, Goods, Journal, Piece, Setback},
        outgoing::Fault,
        store::{self as connectors, ConnectorRow},
    },
    db,
};
use aftercart_shared::{
    ids::{ReturnId, SiteId},
    money::{Currency, Money},
};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// A shop's system that takes returns.
pub struct Engine {
    row: ConnectorRow,
    commerce: Box<dyn Commerce>,
}

/// `None`: the order came by no connector, or by one that takes no returns.
pub async fn of_order(app: &App, site: &SiteId, subject: &Subject) -> Result<Option<Engine>, Turn> {
    let rows = connectors::of_site(&app.db, site).await?;
    let Some(row) = rows.into_iter().find(|row| row.source == subject.row.source) else { return Ok(None) };
    let Ok(kind) = row.commerce() else { return Ok(None) };
    let credential = row.credential(&app.secret).ok_or_else(|| {
        Turn::Failed("The connector's credential cannot be read with this server's secret: add it anew.".into())
    })?;
    let settings = app.sites.by_id(site).await.map_err(|e| Turn::Again { why: e.to_string(), after_s: None })?;
    let connection = Connection {
        base_url: row.base_url.clone(),
        credential,
        country: settings.country.clone(),
        http: Arc::new(app.http.clone()),
    };
    let commerce = commerce::connect(kind, connection);
    let takes_returns = commerce.returning().is_some();
    Ok(takes_returns.then_some(Engine { row, commerce }))
}

impl Engine {
    pub async fn act(
        &self,
        app: &App,
        site: &SiteId,
        effect: &EffectRow,
        kind: EffectKind,
        subject: &Subject,
    ) -> Result<Turn, Turn> {
        let Some(returning) = self.commerce.returning() else {
            return Err(Turn::Failed("The connector takes no returns.".into()));
        };
        let journal = Kept::new(app, site, effect);
        let goods = goods(site, effect, subject);
        let acted = match kind {
            EffectKind::Refund => returning.refund(&back(effect, subject)?, &journal).await,
            _ if goods.pieces.is_empty() => {
                let note = Some("Nothing of it has come: there is nothing to book in.");
                return Ok(Turn::Done(How { by: "none".into(), reference: None, note }));
            }
            EffectKind::EngineReceive => returning.receive(&goods, &journal).await,
            EffectKind::EngineCancel => returning.cancel_return(&goods, &journal).await,
            _ => returning.create_return(&goods, &journal).await,
        };
        match acted {
            Ok(Act::Done { reference }) => {
                let by = format!("connector:{}", self.row.connector_id);
                Ok(Turn::Done(How { by, reference: Some(reference), note: None }))
            }
            Ok(Act::Waiting { reference, because }) => Ok(pending_there(because, reference)),
            Err(Setback::InDoubt) => Ok(Turn::InDoubt),
            Err(Setback::No(why)) => Ok(Turn::Failed(why)),
            Err(Setback::Fault(fault)) => {
                self.note(app, site, &fault).await?;
                Ok(again(fault))
            }
        }
    }

    /// The connector's health shows it too.
    async fn note(&self, app: &App, site: &SiteId, fault: &Fault) -> Result<(), db::Error> {
        let (site, id, now, text) = (site.clone(), self.row.connector_id.clone(), app.clock.now(), fault.to_string());
        app.db
            .write(move |tx| Box::pin(async move { connectors::went_wrong(tx, &site, &id, &text, now).await }))
            .await
            .map(|_| ())
    }
}

fn goods(site: &SiteId, effect: &EffectRow, subject: &Subject) -> Goods {
    let piece =
        |piece: &AboutPiece| Piece { line: piece.line.clone(), title: piece.title.clone(), quantity: piece.quantity };
    Goods {
        key: effect.effect_id.clone(),
        // There is one of it to a return.
        return_key: effect_id(site, EffectKind::EngineReturn, &ReturnId(effect.return_id.clone()), ""),
        order: subject.row.external_id.clone(),
        number: subject.about.number.clone(),
        pieces: subject.about.pieces.iter().map(piece).filter(|piece| piece.quantity > 0).collect(),
    }
}

fn back(effect: &EffectRow, subject: &Subject) -> Result<GiveBack, Turn> {
    let currency = Currency::parse(&subject.row.currency);
    let sum = currency.zip(effect.amount).map(|(currency, minor)| Money { minor, currency });
    // An engine would take a refund of nothing for one of everything.
    let sum = sum.filter(|sum| sum.minor > 0).ok_or_else(|| Turn::Failed("There is no sum to give back.".into()))?;
    Ok(GiveBack {
        key: effect.effect_id.clone(),
        order: subject.row.external_id.clone(),
        number: subject.about.number.clone(),
        sum,
    })
}

/// The journal in the effect's own row. Only the latest attempt may write into it.
pub(super) struct Kept {
    app: App,
    site: SiteId,
    effect_id: String,
    run: i64,
    last: Option<String>,
    fresh: bool,
}

impl Kept {
    pub(super) fn new(app: &App, site: &SiteId, effect: &EffectRow) -> Kept {
        let settled = settled_ms(app.config.outgoing.patience_ms);
        let now = app.clock.now();
        Kept {
            app: app.clone(),
            site: site.clone(),
            effect_id: effect.effect_id.clone(),
            run: effect.runs,
            last: effect.asked.clone(),
            fresh: effect.asked_at.is_some_and(|at| now.0 - at < settled),
        }
    }
}

impl Journal for Kept {
    fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    fn fresh(&self) -> bool {
        self.fresh
    }

    fn before<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        let (site, id, run, step) = (self.site.clone(), self.effect_id.clone(), self.run, step.to_owned());
        let now = self.app.clock.now();
        Box::pin(async move {
            let written = self
                .app
                .db
                .write(move |tx| Box::pin(async move { store::asking(tx, &site, &id, run, &step, now).await }));
            match written.await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Fault::Unreachable("another attempt has begun".into())),
                Err(error) => Err(Fault::Unreachable(db::Error::to_string(&error))),
            }
        })
    }
}
