//! The policies of sites: stored as their text, read once on each node.

use super::{
    policy::{Gift, Policy, Settings, in_force},
    policy_store as store,
};
use crate::{
    clock::Clock,
    db::{self, Db},
    random::Random,
};
use aftercart_shared::{
    ids::SiteId,
    returns::{Day, Verdict},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Policies that were read, by id: a stored one never changes.
#[derive(Debug, Default)]
pub struct Policies(Mutex<HashMap<String, Arc<Policy>>>);

/// Those of one site.
#[derive(Clone, Debug)]
pub struct SitePolicies {
    ids: Vec<String>,
    policies: Vec<Policy>,
    time_zone: String,
}

impl Policies {
    /// # Errors
    /// The database's; [`db::Error::Corrupt`] when a stored policy cannot be read any more.
    pub async fn of(&self, db: &Db, site: &SiteId, time_zone: &str) -> Result<SitePolicies, db::Error> {
        let ids = store::ids(db, site).await?;
        let mut policies = Vec::with_capacity(ids.len());
        for id in &ids {
            policies.push((*self.one(db, site, id).await?).clone());
        }
        Ok(SitePolicies { ids, policies, time_zone: time_zone.to_owned() })
    }

    async fn one(&self, db: &Db, site: &SiteId, id: &str) -> Result<Arc<Policy>, db::Error> {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(known.clone());
        }
        let corrupt = |why: &str| db::Error::Corrupt(format!("policy {id}: {why}"));
        let row = store::source(db, site, id).await?.ok_or_else(|| corrupt("it is gone"))?;
        let policy = Policy::parse(&row.source).map_err(|_| corrupt("this Aftercart cannot read it"))?;
        let policy = Arc::new(policy);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), policy.clone());
        Ok(policy)
    }
}

impl SitePolicies {
    /// The one that an order of this moment is under, and its id. A shop that has stored none looks at everything itself,
    /// within the European minimum.
    pub fn for_order(&self, placed_at: Timestamp) -> (Option<String>, Policy) {
        match in_force(&self.policies, &self.time_zone, placed_at) {
            Some(policy) => {
                let place = self.policies.iter().position(|one| std::ptr::eq(one, policy));
                (place.and_then(|place| self.ids.get(place).cloned()), policy.clone())
            }
            None => (None, by_hand()),
        }
    }

    /// The one with this id; without one the answer of [`SitePolicies::for_order`] without any.
    pub fn with_id(&self, id: Option<&str>) -> Policy {
        let place = id.and_then(|id| self.ids.iter().position(|one| one == id));
        place.and_then(|place| self.policies.get(place).cloned()).unwrap_or_else(by_hand)
    }
}

fn by_hand() -> Policy {
    Policy {
        gift: Gift::default(),
        name: Default::default(),
        in_force_from: Day::new(1, 1, 1).unwrap_or_else(|| super::policy::to_day(jiff::civil::Date::MIN)),
        time_zone: None,
        second_person_from: None,
        refund_at: None,
        tags: Default::default(),
        reasons: vec![],
        rules: vec![],
        otherwise: Settings { decision: Some(Verdict::Person), ..Settings::default() },
        examples: vec![],
    }
}

/// Stores a checked policy as a new version.
///
/// # Errors
/// The database's.
pub async fn store(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    site: &SiteId,
    policy: &Policy,
    source: &str,
) -> Result<(), db::Error> {
    let (site, id, day, source, now) =
        (site.clone(), random.id(), policy.in_force_from.to_string(), source.to_owned(), clock.now());
    db.write(move |tx| Box::pin(async move { store::insert(tx, &site, &id, &day, &source, now).await })).await
}

/// Whether the site has any.
///
/// # Errors
/// The database's.
pub async fn any(db: &Db, site: &SiteId) -> Result<bool, db::Error> {
    store::ids(db, site).await.map(|ids| !ids.is_empty())
}
