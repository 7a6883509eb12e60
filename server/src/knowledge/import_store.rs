//! Imported articles into the tables, all in one transaction.

use super::{article_file::ArticleFile, import::Category};
use crate::{
    args,
    db::{Db, Error, Tx},
    sql,
};
use aftercart_shared::{ids::SiteId, locale::Locale, time::Timestamp};
use std::collections::{BTreeMap, HashSet};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub imported: u64,
    pub unpublished: u64,
}

/// Stores the articles and categories. The site's revision grows when anything changed, so that every node's index
/// follows.
pub async fn write(
    db: &Db,
    site: &SiteId,
    articles: Vec<ArticleFile>,
    categories: Vec<Category>,
    prune: bool,
    now: Timestamp,
) -> Result<Changed, Error> {
    let site = site.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut changed = Changed::default();
            let mut other = 0;
            for ((key, titles), position) in categories.iter().zip(0i64..) {
                other += write_category(tx, &site, key, titles, position).await?;
            }
            for (article, position) in articles.iter().zip(0i64..) {
                if let Some(category) = article.category.as_deref() {
                    other += ensure_category(tx, &site, category).await?;
                }
                changed.imported += write_article(tx, &site, article, now).await?;
                other += place_article(tx, &site, article, position).await?;
            }
            if prune {
                changed.unpublished = unpublish_others(tx, &site, &articles, now).await?;
            }
            if changed != Changed::default() || other > 0 {
                tx.execute(
                    sql!("UPDATE sites SET articles_revision = articles_revision + 1 WHERE site_id = $1"),
                    args![&site],
                )
                .await?;
            }
            Ok(changed)
        })
    })
    .await
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Corrupt(e.to_string()))
}

async fn write_category(
    tx: &mut Tx,
    site: &SiteId,
    key: &str,
    titles: &BTreeMap<Locale, String>,
    position: i64,
) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "INSERT INTO categories (site_id, category_id, titles, position) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site_id, category_id) DO UPDATE SET titles = excluded.titles, position = excluded.position
             WHERE categories.titles <> excluded.titles OR categories.position <> excluded.position"
        ),
        args![site, key, json(titles)?, position],
    )
    .await
}

/// A category that nobody has described is called by its key, behind the others.
async fn ensure_category(tx: &mut Tx, site: &SiteId, key: &str) -> Result<u64, Error> {
    let mut letters = key.replace(['-', '_'], " ").chars().collect::<Vec<_>>();
    if let Some(first) = letters.first_mut() {
        first.make_ascii_uppercase();
    }
    let titles = BTreeMap::from([(Locale::En, letters.into_iter().collect::<String>())]);
    tx.execute(
        sql!(
            "INSERT INTO categories (site_id, category_id, titles, position) VALUES ($1, $2, $3, 1000)
             ON CONFLICT (site_id, category_id) DO NOTHING"
        ),
        args![site, key, json(&titles)?],
    )
    .await
}

async fn write_article(tx: &mut Tx, site: &SiteId, article: &ArticleFile, now: Timestamp) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "INSERT INTO articles (site_id, article_id, locale, slug, title, category_id, tags, phrasings, action, body,
                 position, published, updated_at)
             VALUES ($1, $2, $3, $2, $4, $5, $6, $7, $8, $9, 0, TRUE, $10)
             ON CONFLICT (site_id, article_id, locale) DO UPDATE SET slug = excluded.slug, title = excluded.title,
                 category_id = excluded.category_id, tags = excluded.tags, phrasings = excluded.phrasings,
                 action = excluded.action, body = excluded.body, published = excluded.published,
                 updated_at = excluded.updated_at
             WHERE articles.title <> excluded.title OR articles.body <> excluded.body
                 OR articles.category_id IS DISTINCT FROM excluded.category_id OR articles.tags <> excluded.tags
                 OR articles.phrasings <> excluded.phrasings OR articles.action IS DISTINCT FROM excluded.action
                 OR articles.published <> excluded.published"
        ),
        args![
            site,
            &article.id,
            article.locale,
            &article.title,
            &article.category,
            json(&article.tags)?,
            json(&article.phrasings)?,
            &article.action,
            &article.body,
            now
        ],
    )
    .await
}

/// Apart from the text: a file that moves in the folder has not been edited.
async fn place_article(tx: &mut Tx, site: &SiteId, article: &ArticleFile, position: i64) -> Result<u64, Error> {
    tx.execute(
        sql!(
            "UPDATE articles SET position = $4
             WHERE site_id = $1 AND article_id = $2 AND locale = $3 AND position <> $4"
        ),
        args![site, &article.id, article.locale, position],
    )
    .await
}

#[derive(sqlx::FromRow)]
struct Key {
    article_id: String,
    locale: String,
}

async fn unpublish_others(tx: &mut Tx, site: &SiteId, articles: &[ArticleFile], now: Timestamp) -> Result<u64, Error> {
    let kept: HashSet<(&str, &str)> = articles.iter().map(|a| (a.id.as_str(), a.locale.tag())).collect();
    let published: Vec<Key> = tx
        .fetch_all(sql!("SELECT article_id, locale FROM articles WHERE site_id = $1 AND published"), args![site])
        .await?;
    let mut unpublished = 0;
    for key in published.iter().filter(|k| !kept.contains(&(k.article_id.as_str(), k.locale.as_str()))) {
        unpublished += tx
            .execute(
                sql!(
                    "UPDATE articles SET published = FALSE, updated_at = $4
                     WHERE site_id = $1 AND article_id = $2 AND locale = $3"
                ),
                args![site, &key.article_id, &key.locale, now],
            )
            .await?;
    }
    Ok(unpublished)
}
