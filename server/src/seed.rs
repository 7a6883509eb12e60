//! The demo shop's data: the files of `static/demo`, brought in by the same importers that retailers use.

use crate::{
    agents::{self, Role, log_in::DEMO_PASSWORD, store::NewAgent},
    assets::ASSETS,
    cli,
    clock::Clock,
    db::Db,
    inbox,
    knowledge::import::import_articles,
    orders::{
        expectation::{
            self,
            history::Leg,
            learn::{learn, month},
            lesson::Lesson,
        },
        import::{Shift, import_orders_from},
    },
    random::{Random, SystemRandom},
    returns::{exchange::variants_file::import_variants, policies, policy::Policy},
    sites::{Site, Theme, hours::Hours, origin::Origin, store},
};
use aftercart_shared::{
    ids::{AgentId, SiteId, SiteKey},
    locale::Locale,
    money::Currency,
    theme::{Color, Side},
    time::Timestamp,
};
use std::{collections::BTreeMap, path::Path};

pub const DEMO_KEY: &str = "pk_demo";

/// The moment for which the demo's orders were written: 2026-11-21T12:00:00+08:00.
const WRITTEN_FOR: Timestamp = Timestamp(1_795_233_600_000);

/// Makes or refreshes the demo shop. Its orders move with the calendar, so that "arriving today" stays true.
///
/// # Errors
/// In words for whoever started it.
pub async fn demo(db: &Db, clock: &dyn Clock, data_dir: &Path, shop_url: &str) -> Result<(), String> {
    let failed = |e: crate::db::Error| e.to_string();
    let key = SiteKey::from(DEMO_KEY);
    let origin = Origin::parse(shop_url)?;
    let known = store::by_key(db, &key).await.map_err(failed)?;
    let new = known.is_none();
    let site = match known {
        Some(site) => site,
        None => {
            let site = site(key.clone(), origin.clone(), clock.now())?;
            cli::insert_site(db, site.clone()).await?;
            site
        }
    };
    if !site.origins.contains(&origin) {
        let mut origins = site.origins.clone();
        origins.push(origin);
        let (id, now) = (site.id.clone(), clock.now());
        db.write(move |tx| Box::pin(async move { store::set_origins(tx, &id, &origins, now).await }))
            .await
            .map_err(failed)?;
    }
    let days = (clock.now().0 - WRITTEN_FOR.0).div_euclid(Timestamp::DAY_MS);
    for file in ["demo/orders/orders.jsonl", "demo/orders/shopify-orders.json"] {
        let bytes = ASSETS
            .iter()
            .find(|a| a.name == file)
            .map(|a| a.raw)
            .ok_or_else(|| format!("{file} is not in the binary"))?;
        let summary = import_orders_from(db, clock, &site.id, &site.country, bytes, Shift { days })
            .await
            .map_err(|e| format!("{file}: {e}"))?;
        if let Some(bad) = summary.rejected.first() {
            return Err(format!("{file}: {bad:?}"));
        }
    }
    if new {
        history(db, &site.id, clock.now()).await.map_err(failed)?;
    }
    learn(db, clock.now()).await.map_err(failed)?;
    people(db, clock, &site.id).await?;
    if let Some(lead) = agents::store::active(db, &site.id, PEOPLE[0].0).await.map_err(failed)? {
        let lead = AgentId(lead.agent_id);
        inbox::starter::begin(db, &site.id, &lead, clock.now()).await.map_err(failed)?;
    }
    policy(db, clock, &site.id).await?;
    if new {
        hours(db, clock, &site.id).await?;
    }
    let variants = include_bytes!("../../static/demo/variants.jsonl");
    let imported = import_variants(db, clock, &site.id, variants).await;
    imported.map_err(|wrong| format!("demo/variants.jsonl: {}", wrong.join("; ")))?;
    let folder = data_dir.join("demo-articles");
    unpack("demo/articles/", &folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let summary = import_articles(db, clock, &site.id, &folder, true).await.map_err(|e| e.to_string())?;
    match summary.rejected.first() {
        Some(bad) => Err(format!("{}: {}", bad.file.display(), bad.reason)),
        None => Ok(()),
    }
}

/// Who answers there: e-mail address, name, role. Their password is [`DEMO_PASSWORD`].
pub const PEOPLE: [(&str, &str, Role); 2] =
    [("mei@demo.example", "Mei 林美", Role::Lead), ("tom@demo.example", "Tom", Role::Agent)];

/// The demo's people, unless they are there already.
async fn people(db: &Db, clock: &dyn Clock, site: &SiteId) -> Result<(), String> {
    let failed = |e: crate::db::Error| e.to_string();
    let known = agents::store::list(db, site).await.map_err(failed)?;
    let missing = PEOPLE.into_iter().filter(|(email, ..)| !known.iter().any(|agent| agent.email == *email));
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut salt = [0; 16];
    SystemRandom.fill(&mut salt);
    // It is one password, and no secret.
    let password_hash = agents::hash_password(DEMO_PASSWORD, &salt)?;
    let (site, now) = (site.clone(), clock.now());
    db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(async move {
            for (email, name, role) in missing {
                let agent = NewAgent {
                    id: AgentId(SystemRandom.id()),
                    email: email.to_owned(),
                    name: name.to_owned(),
                    role,
                    password_hash: password_hash.clone(),
                };
                agents::store::insert(tx, &site, &agent, now).await?;
            }
            Ok(())
        })
    })
    .await
    .map_err(failed)
}

/// The returns policy, unless the shop has one already: somebody may have tried another.
async fn policy(db: &Db, clock: &dyn Clock, site: &SiteId) -> Result<(), String> {
    if policies::any(db, site).await.map_err(|e| e.to_string())? {
        return Ok(());
    }
    let source = include_str!("../../static/demo/returns.toml");
    let policy = Policy::parse(source).map_err(|problems| format!("demo/returns.toml: {problems:?}"))?;
    policies::store(db, clock, &SystemRandom, site, &policy, source).await.map_err(|e| e.to_string())
}

/// When its counters are open.
async fn hours(db: &Db, clock: &dyn Clock, site: &SiteId) -> Result<(), String> {
    let wrong = |wrong: Vec<String>| format!("demo/hours.toml: {}", wrong.join("; "));
    let hours = Hours::parse(include_str!("../../static/demo/hours.toml")).map_err(wrong)?;
    let (site, now) = (site.clone(), clock.now());
    let stored = db.write::<_, crate::db::Error, _>(move |tx| {
        Box::pin(async move { store::set_counter_hours(tx, &site, Some(&hours), now).await })
    });
    stored.await.map(|_| ()).map_err(|e| e.to_string())
}

/// How long the demo shop's parcels took before, as if it had been open for half a year.
async fn history(db: &Db, site: &SiteId, now: Timestamp) -> Result<(), crate::db::Error> {
    let file = ASSETS.iter().find(|a| a.name == "demo/orders/history.txt").map_or(&[][..], |a| a.raw);
    let text = String::from_utf8_lossy(file).into_owned();
    let (site, month) = (site.clone(), month(now.0));
    db.write(move |tx| {
        Box::pin(async move {
            for line in text.lines() {
                let [leg, carrier, way, counts] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
                let Some(leg) = Leg::from_name(leg) else { continue };
                let counts = counts.split(' ').filter_map(|count| count.split_once(':'));
                for (days, parcels) in counts.filter_map(|(d, n)| Some((d.parse().ok()?, n.parse::<i64>().ok()?))) {
                    for weekday in 0..7 {
                        let lesson = Lesson { leg, weekday, days };
                        // A seventh of them on each day of the week, and all of them among everybody's.
                        for group in [(carrier, way), ("", way)] {
                            expectation::store::add(tx, &site, month, group, &lesson, (parcels + 6 - weekday) / 7)
                                .await?;
                        }
                    }
                }
            }
            Ok(())
        })
    })
    .await
}

fn site(key: SiteKey, origin: Origin, now: Timestamp) -> Result<Site, String> {
    Ok(Site {
        id: SiteId::from("demo"),
        key,
        names: BTreeMap::from([(Locale::En, "Harbour & Pine".into()), (Locale::ZhCn, "松港生活".into())]),
        origins: vec![origin],
        locales: vec![Locale::En, Locale::ZhCn],
        currency: Currency::parse("CNY").ok_or("CNY is a currency")?,
        time_zone: "Asia/Shanghai".into(),
        country: "CN".into(),
        theme: Theme { brand: Color { r: 0x1f, g: 0x6f, b: 0x5c }, logo: None, side: Side::End },
        order_number_example: "A-1001".into(),
        contact_email: Some("hello@harbour-and-pine.example".into()),
        contact_phone: Some("+86 400 820 0000".into()),
        counter_hours: None,
        chat_hours: None,
        routing: None,
        first_answer: true,
        answers: false,
        articles_revision: 0,
        updated_at: now,
    })
}

/// Writes files of the binary to a folder, since importers read folders.
fn unpack(prefix: &str, folder: &Path) -> std::io::Result<()> {
    for asset in ASSETS {
        if let Some(name) = asset.name.strip_prefix(prefix) {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, asset.raw)?;
        }
    }
    Ok(())
}
