//! Help articles: brought in from files, read by shoppers, searched in memory.

mod article_file;
pub mod import;
mod import_store;
pub mod markdown;
pub mod routes;
pub mod search;
pub mod store;

use crate::{
    db::{self, Db},
    sites,
};
use aftercart_shared::ids::SiteId;
use search::{Index, Source};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// The search indexes of this node, one a site, each of one revision of the site's articles.
#[derive(Debug)]
pub struct Knowledge {
    db: Db,
    indexes: Mutex<HashMap<SiteId, Arc<Revision>>>,
}

#[derive(Debug)]
struct Revision {
    number: i64,
    index: OnceCell<Arc<Index>>,
}

impl Knowledge {
    pub fn new(db: Db) -> Knowledge {
        Knowledge { db, indexes: Mutex::default() }
    }

    /// The index of the site's articles as of `revision`. The first to ask builds it; the others wait for that one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn index(&self, site: &SiteId, revision: i64) -> Result<Arc<Index>, db::Error> {
        let entry = {
            let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = indexes.entry(site.clone()).or_insert_with(|| Arc::new(Revision::new(revision)));
            // A late request that still holds an older revision must not throw a newer index away.
            if entry.number < revision {
                *entry = Arc::new(Revision::new(revision));
            }
            entry.clone()
        };
        entry.index.get_or_try_init(|| self.build(site)).await.cloned()
    }

    async fn build(&self, site: &SiteId) -> Result<Arc<Index>, db::Error> {
        let articles = store::published(&self.db, site).await?;
        let built = tokio::task::spawn_blocking(move || {
            Index::build(articles.into_iter().map(|article| Source {
                body: markdown::plain_text(&markdown::parse(&article.body)),
                id: article.id,
                slug: article.slug,
                locale: article.locale,
                title: article.title,
                category: article.category,
                tags: article.tags,
                phrasings: article.phrasings,
            }))
        });
        let index = built.await.map_err(|_| db::Error::Corrupt("the articles could not be indexed".into()))?;
        tracing::info!(articles = index.len(), "indexed the help articles");
        Ok(Arc::new(index))
    }

    /// Builds every site's index before the first shopper asks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn warm(&self) -> Result<(), db::Error> {
        for site in sites::store::all(&self.db).await? {
            self.index(&site.id, site.articles_revision).await?;
        }
        Ok(())
    }
}

impl Revision {
    fn new(number: i64) -> Revision {
        Revision { number, index: OnceCell::new() }
    }
}
