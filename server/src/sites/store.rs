//! Sites in the database.

use super::{Origin, Routing, Site, Theme, hours::Hours};
use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    ids::{SiteId, SiteKey},
    money::Currency,
    theme::{Color, Side},
    time::Timestamp,
};
use std::sync::Arc;

#[derive(sqlx::FromRow)]
struct SiteRow {
    site_id: String,
    public_key: String,
    names: String,
    origins: String,
    locales: String,
    currency: String,
    time_zone: String,
    country: String,
    brand_color: String,
    logo_url: Option<String>,
    launcher_side: String,
    order_number_example: String,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    counter_hours: Option<String>,
    chat_hours: Option<String>,
    routing_capacity: Option<i64>,
    routing_sticky: bool,
    first_answer: bool,
    answers: bool,
    articles_revision: i64,
    updated_at: i64,
}

impl SiteRow {
    fn site(self) -> Result<Site, db::Error> {
        let corrupt = |what: &str| db::Error::Corrupt(format!("site {}: {what}", self.site_id));
        let origins: Vec<String> = serde_json::from_str(&self.origins).map_err(|_| corrupt("origins"))?;
        let hours = |written: Option<&str>, column| match written.map(Hours::parse).transpose() {
            Ok(hours) => Ok(hours.map(Arc::new)),
            Err(_) => Err(corrupt(column)),
        };
        let counter_hours = hours(self.counter_hours.as_deref(), "counter_hours")?;
        let chat_hours = hours(self.chat_hours.as_deref(), "chat_hours")?;
        Ok(Site {
            names: serde_json::from_str(&self.names).map_err(|_| corrupt("names"))?,
            origins: origins
                .iter()
                .map(|o| Origin::parse(o))
                .collect::<Result<_, _>>()
                .map_err(|_| corrupt("origins"))?,
            locales: serde_json::from_str(&self.locales).map_err(|_| corrupt("locales"))?,
            currency: Currency::parse(&self.currency).ok_or_else(|| corrupt("currency"))?,
            theme: Theme {
                brand: Color::parse(&self.brand_color).ok_or_else(|| corrupt("brand_color"))?,
                logo: self.logo_url,
                side: Side::from_name(&self.launcher_side).unwrap_or_default(),
            },
            id: SiteId(self.site_id),
            key: SiteKey(self.public_key),
            time_zone: self.time_zone,
            country: self.country,
            order_number_example: self.order_number_example,
            contact_email: self.contact_email,
            contact_phone: self.contact_phone,
            counter_hours,
            chat_hours,
            routing: self.routing_capacity.map(|capacity| Routing { capacity, sticky: self.routing_sticky }),
            first_answer: self.first_answer,
            answers: self.answers,
            articles_revision: self.articles_revision,
            updated_at: Timestamp(self.updated_at),
        })
    }
}

pub async fn by_key(db: &Db, key: &SiteKey) -> Result<Option<Site>, db::Error> {
    let row = db.fetch_optional::<SiteRow>(
        sql!(
            "SELECT site_id, public_key, names, origins, locales, currency, time_zone, country, brand_color, logo_url,
                    launcher_side, order_number_example, contact_email, contact_phone, counter_hours, chat_hours,
                    routing_capacity, routing_sticky, first_answer,
                    EXISTS (SELECT 1 FROM agents WHERE agents.site_id = sites.site_id AND disabled_at IS NULL
                            AND role IN ('owner', 'lead', 'agent')) AS answers, articles_revision, updated_at
             FROM sites WHERE public_key = $1"
        ),
        args![key],
    );
    row.await?.map(SiteRow::site).transpose()
}

pub async fn by_id(db: &Db, id: &SiteId) -> Result<Option<Site>, db::Error> {
    let row = db.fetch_optional::<SiteRow>(
        sql!(
            "SELECT site_id, public_key, names, origins, locales, currency, time_zone, country, brand_color, logo_url,
                    launcher_side, order_number_example, contact_email, contact_phone, counter_hours, chat_hours,
                    routing_capacity, routing_sticky, first_answer,
                    EXISTS (SELECT 1 FROM agents WHERE agents.site_id = sites.site_id AND disabled_at IS NULL
                            AND role IN ('owner', 'lead', 'agent')) AS answers, articles_revision, updated_at
             FROM sites WHERE site_id = $1"
        ),
        args![id],
    );
    row.await?.map(SiteRow::site).transpose()
}

pub async fn all(db: &Db) -> Result<Vec<Site>, db::Error> {
    let rows = db.fetch_all::<SiteRow>(
        sql!(
            "SELECT site_id, public_key, names, origins, locales, currency, time_zone, country, brand_color, logo_url,
                    launcher_side, order_number_example, contact_email, contact_phone, counter_hours, chat_hours,
                    routing_capacity, routing_sticky, first_answer,
                    EXISTS (SELECT 1 FROM agents WHERE agents.site_id = sites.site_id AND disabled_at IS NULL
                            AND role IN ('owner', 'lead', 'agent')) AS answers, articles_revision, updated_at
             FROM sites ORDER BY created_at, site_id"
        ),
        args![],
    );
    rows.await?.into_iter().map(SiteRow::site).collect()
}

/// Stores a new site.
///
/// # Errors
/// [`db::Error::Conflict`] when the key or the id is taken.
pub async fn insert(tx: &mut Tx, site: &Site, now: Timestamp) -> Result<(), db::Error> {
    let origins: Vec<&str> = site.origins.iter().map(Origin::as_str).collect();
    tx.execute(
        sql!(
            "INSERT INTO sites (site_id, public_key, names, origins, locales, currency, time_zone, country, brand_color,
                                logo_url, launcher_side, order_number_example, contact_email, contact_phone,
                                created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)"
        ),
        args![
            &site.id,
            &site.key,
            json(&site.names)?,
            json(&origins)?,
            json(&site.locales)?,
            site.currency.code(),
            &site.time_zone,
            &site.country,
            site.theme.brand.hex(),
            &site.theme.logo,
            site.theme.side.name(),
            &site.order_number_example,
            &site.contact_email,
            &site.contact_phone,
            now,
        ],
    )
    .await
    .map(|_| ())
}

/// Replaces the list of origins. `false` when there is no such site.
pub async fn set_origins(tx: &mut Tx, site: &SiteId, origins: &[Origin], now: Timestamp) -> Result<bool, db::Error> {
    let origins: Vec<&str> = origins.iter().map(Origin::as_str).collect();
    let changed = tx
        .execute(
            sql!("UPDATE sites SET origins = $2, updated_at = $3 WHERE site_id = $1"),
            args![site, json(&origins)?, now],
        )
        .await?;
    Ok(changed > 0)
}

/// When the counter is open from now on. `None`: nobody tells any more.
pub async fn set_counter_hours(
    tx: &mut Tx,
    site: &SiteId,
    hours: Option<&Hours>,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let changed = tx
        .execute(
            sql!("UPDATE sites SET counter_hours = $2, updated_at = $3 WHERE site_id = $1"),
            args![site, hours.map(Hours::source), now],
        )
        .await?;
    Ok(changed > 0)
}

/// When conversations are answered from now on. `None`: always.
pub async fn set_chat_hours(
    tx: &mut Tx,
    site: &SiteId,
    hours: Option<&Hours>,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let changed = tx
        .execute(
            sql!("UPDATE sites SET chat_hours = $2, updated_at = $3 WHERE site_id = $1"),
            args![site, hours.map(Hours::source), now],
        )
        .await?;
    Ok(changed > 0)
}

/// How conversations find somebody from now on. `None`: people choose for themselves.
pub async fn set_routing(
    tx: &mut Tx,
    site: &SiteId,
    routing: Option<Routing>,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let changed = tx
        .execute(
            sql!("UPDATE sites SET routing_capacity = $2, routing_sticky = $3, updated_at = $4 WHERE site_id = $1"),
            args![site, routing.map(|routing| routing.capacity), routing.is_some_and(|routing| routing.sticky), now],
        )
        .await?;
    Ok(changed > 0)
}

/// Whether the assistant answers first from now on.
pub async fn set_first_answer(tx: &mut Tx, site: &SiteId, given: bool, now: Timestamp) -> Result<bool, db::Error> {
    let changed = tx
        .execute(
            sql!("UPDATE sites SET first_answer = $2, updated_at = $3 WHERE site_id = $1"),
            args![site, given, now],
        )
        .await?;
    Ok(changed > 0)
}

/// The number that grows with every change to the site's articles; `None` when there is no such site.
pub async fn articles_revision(db: &Db, site: &SiteId) -> Result<Option<i64>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Revision {
        articles_revision: i64,
    }
    let row =
        db.fetch_optional::<Revision>(sql!("SELECT articles_revision FROM sites WHERE site_id = $1"), args![site]);
    Ok(row.await?.map(|r| r.articles_revision))
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, db::Error> {
    serde_json::to_string(value).map_err(|e| db::Error::Corrupt(e.to_string()))
}
