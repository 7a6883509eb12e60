//! Sites: one retailer's shop each, found by the public key that stands in its script tag.

pub mod hours;
pub mod origin;
pub mod store;

use crate::{db::Db, error::Error};
use aftercart_shared::{
    ids::{SiteId, SiteKey},
    locale::Locale,
    money::Currency,
    theme::{Color, Side},
    time::Timestamp,
};
use hours::Hours;
use jiff::tz::TimeZone;
use origin::Origin;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A site with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub id: SiteId,
    pub key: SiteKey,
    /// The shop's name in each of its languages.
    pub names: BTreeMap<Locale, String>,
    /// Pages of these origins may embed the widget and call the API.
    pub origins: Vec<Origin>,
    /// The first is the default.
    pub locales: Vec<Locale>,
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
    /// ISO 3166 code; completes telephone numbers that come without a country.
    pub country: String,
    pub theme: Theme,
    pub order_number_example: String,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    /// When the shop's counter is open. `None`: nobody has told.
    pub counter_hours: Option<Arc<Hours>>,
    /// When its people answer conversations. `None`: always.
    pub chat_hours: Option<Arc<Hours>>,
    /// How whoever waits is given to somebody who is there. `None`: people choose for themselves.
    pub routing: Option<Routing>,
    /// What the assistant is sure of it answers before a person is asked.
    pub first_answer: bool,
    /// It has people who answer conversations. A shop without any offers none.
    pub answers: bool,
    /// Grows with every change to the articles.
    pub articles_revision: i64,
    pub updated_at: Timestamp,
}

/// How conversations find one of the shop's people by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routing {
    /// So many each has at a time. Whoever takes more by hand has more.
    pub capacity: i64,
    /// Whoever has helped her before is asked first.
    pub sticky: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub brand: Color,
    pub logo: Option<String>,
    pub side: Side,
}

impl Site {
    /// The shop's name for people who read `locale`.
    pub fn name(&self, locale: Locale) -> &str {
        let offered: Vec<Locale> = self.names.keys().copied().collect();
        Locale::negotiate(&[locale], &offered).and_then(|l| self.names.get(&l)).map_or("", String::as_str)
    }

    /// Where its clocks go.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed.as_str() == origin)
    }

    /// The best of the site's languages for what a browser or a page asks for (`zh-CN,zh;q=0.9` or one tag).
    pub fn locale_for(&self, asked: &str) -> Locale {
        let wanted: Vec<Locale> =
            asked.split(',').filter_map(|tag| Locale::parse(tag.split(';').next().unwrap_or_default())).collect();
        Locale::negotiate(&wanted, &self.locales).unwrap_or(Locale::En)
    }
}

/// How long a site is believed without asking the database again. A changed setting is seen this soon on every node.
const FRESH: Duration = Duration::from_secs(1);
/// Wrong keys that are remembered so that each is explained once.
const HINTS_MAX: usize = 1_000;

/// Finds sites. Reads each at most once a second.
#[derive(Debug)]
pub struct Sites {
    db: Db,
    known: Mutex<HashMap<String, (Instant, Arc<Site>)>>,
    origins: Mutex<Option<(Instant, Arc<HashSet<String>>)>>,
    hinted: Mutex<HashSet<String>>,
}

impl Sites {
    pub fn new(db: Db) -> Sites {
        Sites { db, known: Mutex::default(), origins: Mutex::default(), hinted: Mutex::default() }
    }

    /// # Errors
    /// [`Error::UnknownSite`] with what the developer must do.
    pub async fn by_key(&self, key: &str) -> Result<Arc<Site>, Error> {
        if let Some((read, site)) = lock(&self.known).get(key)
            && read.elapsed() < FRESH
        {
            return Ok(site.clone());
        }
        let plausible = key.len() <= 80 && key.starts_with("pk_");
        let found = if plausible { store::by_key(&self.db, &SiteKey::from(key)).await? } else { None };
        let Some(site) = found.map(Arc::new) else {
            return Err(self.unknown(key));
        };
        lock(&self.known).insert(key.to_owned(), (Instant::now(), site.clone()));
        Ok(site)
    }

    /// For work that knows the site already: jobs, sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the site is gone.
    pub async fn by_id(&self, id: &SiteId) -> Result<Arc<Site>, Error> {
        // No public key begins like this.
        let slot = format!("id {id}");
        if let Some((read, site)) = lock(&self.known).get(&slot)
            && read.elapsed() < FRESH
        {
            return Ok(site.clone());
        }
        let site = Arc::new(store::by_id(&self.db, id).await?.ok_or(Error::NotFound)?);
        lock(&self.known).insert(slot, (Instant::now(), site.clone()));
        Ok(site)
    }

    fn unknown(&self, key: &str) -> Error {
        let advice = if key.is_empty() {
            "none was named".to_owned()
        } else {
            let shown: String = key.chars().filter(|c| c.is_ascii_graphic()).take(80).collect();
            format!("there is no site {shown:?}. `aftercart site list` shows those that exist")
        };
        self.hint_once(&format!("key {key}"), || tracing::warn!("a page asked for an unknown site: {advice}"));
        Error::UnknownSite(advice)
    }

    /// Is the origin on any site's list?
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn any_allows(&self, origin: &str) -> Result<bool, Error> {
        let cached = lock(&self.origins).clone().filter(|(read, _)| read.elapsed() < FRESH);
        let origins = match cached {
            Some((_, origins)) => origins,
            None => {
                let sites = store::all(&self.db).await?;
                let all = sites.into_iter().flat_map(|site| site.origins).map(|o| o.as_str().to_owned());
                let origins = Arc::new(all.collect::<HashSet<_>>());
                *lock(&self.origins) = Some((Instant::now(), origins.clone()));
                origins
            }
        };
        Ok(origins.contains(origin))
    }

    /// Reads every site anew from now on, instead of within a second.
    pub fn forget(&self) {
        lock(&self.known).clear();
        *lock(&self.origins) = None;
    }

    /// Says something to the developer once a process, not once a request.
    pub fn hint_once(&self, subject: &str, say: impl FnOnce()) {
        let mut hinted = lock(&self.hinted);
        if hinted.len() < HINTS_MAX && hinted.insert(subject.to_owned()) {
            say();
        }
    }
}

/// A panic while holding one of these locks leaves plain maps behind: they are still good.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
