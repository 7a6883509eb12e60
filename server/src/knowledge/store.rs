//! Articles and categories in the database.

use crate::{
    args,
    db::{self, Db, Tx},
    sql,
};
use aftercart_shared::{
    api::articles::{ArticleLink, CategoryView},
    ids::{ArticleId, SiteId},
    locale::Locale,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// One article in one language.
#[derive(Clone, Debug)]
pub struct Article {
    pub id: ArticleId,
    pub slug: String,
    pub locale: Locale,
    pub title: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
    pub phrasings: Vec<String>,
    /// Markdown.
    pub body: String,
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct ArticleRow {
    article_id: String,
    locale: String,
    slug: String,
    title: String,
    category_id: Option<String>,
    tags: String,
    phrasings: String,
    body: String,
    updated_at: i64,
}

impl ArticleRow {
    fn article(self) -> Result<Article, db::Error> {
        let corrupt = |what: &str| db::Error::Corrupt(format!("article {}: {what}", self.article_id));
        Ok(Article {
            locale: Locale::parse(&self.locale).ok_or_else(|| corrupt("locale"))?,
            tags: serde_json::from_str(&self.tags).map_err(|_| corrupt("tags"))?,
            phrasings: serde_json::from_str(&self.phrasings).map_err(|_| corrupt("phrasings"))?,
            id: ArticleId(self.article_id),
            slug: self.slug,
            title: self.title,
            category: self.category_id,
            body: self.body,
            updated_at: Timestamp(self.updated_at),
        })
    }
}

/// Every published article of the site in every language.
pub async fn published(db: &Db, site: &SiteId) -> Result<Vec<Article>, db::Error> {
    let rows = db.fetch_all::<ArticleRow>(
        sql!(
            "SELECT article_id, locale, slug, title, category_id, tags, phrasings, body, updated_at
             FROM articles WHERE site_id = $1 AND published = TRUE ORDER BY position, article_id, locale"
        ),
        args![site],
    );
    rows.await?.into_iter().map(ArticleRow::article).collect()
}

/// The published article behind a slug, in the language asked for or the nearest one that exists.
pub async fn article(db: &Db, site: &SiteId, slug: &str, locale: Locale) -> Result<Option<Article>, db::Error> {
    // A slug belongs to one article, whichever language of it the reader came from.
    let rows = db.fetch_all::<ArticleRow>(
        sql!(
            "SELECT article_id, locale, slug, title, category_id, tags, phrasings, body, updated_at
             FROM articles
             WHERE site_id = $1 AND published = TRUE
               AND article_id IN (SELECT article_id FROM articles
                                  WHERE site_id = $1 AND slug = $2 AND published = TRUE)"
        ),
        args![site, slug],
    );
    let articles = rows.await?.into_iter().map(ArticleRow::article).collect::<Result<Vec<_>, _>>()?;
    let offered: Vec<Locale> = articles.iter().map(|a| a.locale).collect();
    let best = Locale::negotiate(&[locale, Locale::En], &offered);
    Ok(articles.into_iter().find(|a| Some(a.locale) == best))
}

#[derive(sqlx::FromRow)]
struct CategoryRow {
    category_id: String,
    titles: String,
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    article_id: String,
    locale: String,
    slug: String,
    title: String,
    category_id: Option<String>,
}

/// The help topics in one language: each article once, in the nearest language in which it exists.
pub async fn list(db: &Db, site: &SiteId, locale: Locale) -> Result<Vec<CategoryView>, db::Error> {
    let categories = db.fetch_all::<CategoryRow>(
        sql!("SELECT category_id, titles FROM categories WHERE site_id = $1 ORDER BY position, category_id"),
        args![site],
    );
    let categories = categories.await?;
    let links = db.fetch_all::<LinkRow>(
        sql!(
            "SELECT article_id, locale, slug, title, category_id FROM articles
             WHERE site_id = $1 AND published = TRUE ORDER BY position, article_id, locale"
        ),
        args![site],
    );
    let mut articles: Vec<(String, Vec<LinkRow>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for link in links.await? {
        let place = *places.entry(link.article_id.clone()).or_insert_with(|| {
            articles.push((link.article_id.clone(), Vec::new()));
            articles.len() - 1
        });
        articles[place].1.push(link);
    }
    let nearest: Vec<LinkRow> = articles
        .into_iter()
        .filter_map(|(_, texts)| {
            let offered: Vec<Locale> = texts.iter().filter_map(|t| Locale::parse(&t.locale)).collect();
            let best = Locale::negotiate(&[locale, Locale::En], &offered)?;
            texts.into_iter().find(|t| t.locale == best.tag())
        })
        .collect();
    let mut views: Vec<CategoryView> = categories
        .into_iter()
        .map(|row| {
            let titles: BTreeMap<Locale, String> = serde_json::from_str(&row.titles).unwrap_or_default();
            let offered: Vec<Locale> = titles.keys().copied().collect();
            let title = Locale::negotiate(&[locale], &offered).and_then(|l| titles.get(&l)).cloned();
            CategoryView {
                title: title.unwrap_or_else(|| row.category_id.clone()),
                id: row.category_id,
                articles: vec![],
            }
        })
        .collect();
    for link in nearest {
        let Some(view) = views.iter_mut().find(|view| Some(&view.id) == link.category_id.as_ref()) else { continue };
        view.articles.push(ArticleLink { id: ArticleId(link.article_id), slug: link.slug, title: link.title });
    }
    views.retain(|view| !view.articles.is_empty());
    Ok(views)
}

pub async fn count_feedback(
    tx: &mut Tx,
    site: &SiteId,
    article: &ArticleId,
    locale: Locale,
    helpful: bool,
) -> Result<(), db::Error> {
    tx.execute(
        sql!(
            "INSERT INTO article_feedback (site_id, article_id, locale, helpful, unhelpful) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (site_id, article_id, locale) DO UPDATE SET
                 helpful = article_feedback.helpful + excluded.helpful,
                 unhelpful = article_feedback.unhelpful + excluded.unhelpful"
        ),
        args![site, article, locale, i64::from(helpful), i64::from(!helpful)],
    )
    .await
    .map(|_| ())
}

/// How often each article helped and did not: article, helpful, unhelpful.
pub async fn feedback(db: &Db, site: &SiteId) -> Result<Vec<(String, i64, i64)>, db::Error> {
    #[derive(sqlx::FromRow)]
    struct Feedback {
        article_id: String,
        helpful: i64,
        unhelpful: i64,
    }
    let rows = db.fetch_all::<Feedback>(
        sql!(
            "SELECT article_id, CAST(SUM(helpful) AS BIGINT) AS helpful, CAST(SUM(unhelpful) AS BIGINT) AS unhelpful
             FROM article_feedback WHERE site_id = $1 GROUP BY article_id ORDER BY article_id"
        ),
        args![site],
    );
    Ok(rows.await?.into_iter().map(|row| (row.article_id, row.helpful, row.unhelpful)).collect())
}
