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
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use search::{Index, Source};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// While a newer index is built, questions wait this long for it and are then answered by the older one.
const FRESH_WITHIN: Duration = Duration::from_millis(1_500);

/// The search indexes of this node, one a site, each of one revision of the site's articles.
#[derive(Clone, Debug)]
pub struct Knowledge {
    db: Db,
    shelves: Arc<Mutex<HashMap<SiteId, Shelf>>>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// The newest that is whole.
    whole: Option<(i64, Arc<Index>)>,
    building: Option<Building>,
}

/// One index being built, whoever waits for it.
type Building = Shared<BoxFuture<'static, Result<Arc<Index>, db::Error>>>;

impl Knowledge {
    pub fn new(db: Db) -> Knowledge {
        Knowledge { db, shelves: Arc::default() }
    }

    /// The index of the site's articles as of `revision`, or the one before while that takes long to build.
    ///
    /// # Errors
    /// When the database does not answer, and there is no older index.
    pub async fn index(&self, site: &SiteId, revision: i64) -> Result<Arc<Index>, db::Error> {
        let (building, older) = {
            let mut shelves = self.shelves();
            let shelf = shelves.entry(site.clone()).or_default();
            // A late request that still holds an older revision is answered by the newer index.
            match &shelf.whole {
                Some((number, index)) if *number >= revision => return Ok(index.clone()),
                _ => {}
            }
            let older = shelf.whole.as_ref().map(|(_, index)| index.clone());
            (shelf.building.get_or_insert_with(|| self.start(site.clone(), revision)).clone(), older)
        };
        match older {
            Some(older) => Ok(timeout(FRESH_WITHIN, building).await.ok().and_then(Result::ok).unwrap_or(older)),
            None => building.await,
        }
    }

    /// Goes on when whoever asked for it has gone: the next finds it further on.
    fn start(&self, site: SiteId, revision: i64) -> Building {
        let this = self.clone();
        let task = tokio::spawn(async move {
            let built = this.build(&site).await;
            let mut shelves = this.shelves();
            let shelf = shelves.entry(site).or_default();
            shelf.building = None;
            if let Ok(index) = &built {
                shelf.whole = Some((revision, index.clone()));
            }
            built
        });
        async move { task.await.unwrap_or_else(|_| Err(not_indexed())) }.boxed().shared()
    }

    fn shelves(&self) -> MutexGuard<'_, HashMap<SiteId, Shelf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
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
        let index = built.await.map_err(|_| not_indexed())?;
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

fn not_indexed() -> db::Error {
    db::Error::Corrupt("the articles could not be indexed".into())
}
