//! `aftercart site …`

use super::{
    SiteArgument, identity_key,
    routing::{self, RoutingCommand},
};
use crate::{
    admin,
    clock::{Clock, SystemClock},
    config::Config,
    db::{self, Db},
    random::{Random, SystemRandom},
    secret::Secret,
    serve,
    sites::{Site, Theme, hours::Hours, origin::Origin, store},
};
use aftercart_shared::{
    ids::{SiteId, SiteKey},
    locale::Locale,
    money::Currency,
    theme::{Color, Side},
};
use clap::{Args, Subcommand};
use std::{collections::BTreeMap, fs, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Create a site and print its public key and script tag.
    Create(Box<Create>),
    /// List the sites.
    List,
    /// Allow pages of an origin to embed the widget.
    Allow {
        /// The site's public key.
        key: String,
        /// As browsers write it: https://shop.example
        origin: String,
    },
    /// Secret keys with which the shop's own systems write orders.
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// When the shop's counter is open, from a TOML file; without one, what is stored is printed.
    ///
    /// Whoever brings something back is told whether anybody is there. static/demo/hours.toml is an example.
    Hours {
        file: Option<PathBuf>,
        /// Tell no hours any more.
        #[arg(long, conflicts_with = "file")]
        none: bool,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// When the shop's people answer conversations, from a TOML file like that of `hours`; without one, what is stored is printed.
    ///
    /// Whoever writes at another time is told when they are back. Without hours conversations are always answered.
    ChatHours {
        file: Option<PathBuf>,
        /// Tell no hours any more.
        #[arg(long, conflicts_with = "file")]
        none: bool,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// How conversations find one of the shop's people by themselves.
    #[command(subcommand)]
    Routing(RoutingCommand),
    /// Whether conversations are answered at once where the articles or the shopper's own orders answer, before a person is
    /// asked. Says how it is without a word.
    FirstAnswer {
        #[arg(value_enum)]
        given: Option<Given>,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// No longer allow an origin.
    Disallow {
        /// The site's public key.
        key: String,
        origin: String,
    },
    /// The key with which the shop signs who its shopper is, for `Aftercart('identify', token)`.
    #[command(subcommand)]
    IdentityKey(identity_key::IdentityKeyCommand),
}

/// Whether something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Given {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key and print it, this once: only its hash is kept.
    Create {
        /// What it is for, in your own words: "ERP".
        #[arg(long)]
        name: String,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// List a site's keys, without their secrets.
    List {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Make a key useless, at once and for ever.
    Revoke {
        /// As `list` shows it.
        id: String,
        #[command(flatten)]
        site: SiteArgument,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The shop's name, as shoppers know it.
    #[arg(long)]
    name: String,
    /// The shop's Chinese name, if it has one.
    #[arg(long)]
    name_zh: Option<String>,
    /// Origins whose pages embed the widget (repeat it for several): https://shop.example
    #[arg(long = "origin", required = true)]
    origins: Vec<String>,
    /// Languages, the default first.
    #[arg(long = "locale", default_values = ["en", "zh-CN"])]
    locales: Vec<String>,
    /// ISO 4217 code of the shop's currency.
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// IANA name of the shop's time zone.
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
    /// Two letters: completes telephone numbers without a country.
    #[arg(long, default_value = "CN")]
    country: String,
    /// Brand colour.
    #[arg(long, default_value = "#1f6f5c")]
    brand: String,
    /// Address of a square logo (https).
    #[arg(long)]
    logo: Option<String>,
    /// Where the launcher sits: start or end of the line.
    #[arg(long, default_value = "end")]
    side: String,
    /// How the shop's order numbers look.
    #[arg(long, default_value = "A-1001")]
    order_number_example: String,
    /// Where shoppers reach a person.
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// A public key of your own choice [default: made up].
    #[arg(long, value_name = "pk_…")]
    key: Option<String>,
}

pub async fn run(db: &Db, config: &Config, command: SiteCommand) -> Result<(), String> {
    match command {
        SiteCommand::Create(create) => {
            let site = create.site(&SystemRandom)?;
            insert(db, site.clone()).await?;
            println!("Created {} ({}).\n", site.name(Locale::En), site.key);
            println!("Put this before </body> of every page of {}:", site.origins[0].as_str());
            println!(
                "  <script async src=\"https://YOUR-AFTERCART/aftercart.js\" data-site=\"{}\"></script>\n",
                site.key
            );
            println!(
                "Next: aftercart import orders FILE --site {0}; aftercart import articles FOLDER --site {0}",
                site.key
            );
            Ok(())
        }
        SiteCommand::List => {
            for site in store::all(db).await.map_err(|e| e.to_string())? {
                let origins: Vec<&str> = site.origins.iter().map(Origin::as_str).collect();
                println!("{}  {}  {}", site.key, site.name(Locale::En), origins.join(" "));
            }
            Ok(())
        }
        SiteCommand::ApiKey(command) => api_key(db, command).await,
        SiteCommand::Allow { key, origin } => change(db, key, &origin, true).await,
        SiteCommand::Disallow { key, origin } => change(db, key, &origin, false).await,
        SiteCommand::Hours { file, none, site } => hours(db, file, none, &site, Whose::Counter).await,
        SiteCommand::ChatHours { file, none, site } => hours(db, file, none, &site, Whose::Chat).await,
        SiteCommand::FirstAnswer { given, site } => first_answer(db, given, &site).await,
        SiteCommand::Routing(command) => routing::run(db, command).await,
        SiteCommand::IdentityKey(command) => {
            // The server's own, which it shares with us through the data folder.
            let secret = Secret::new(&serve::secret(config, false)?);
            identity_key::run(db, &secret, command).await
        }
    }
}

async fn first_answer(db: &Db, given: Option<Given>, site: &SiteArgument) -> Result<(), String> {
    let site = site.find(db).await?;
    let given = match given {
        None => site.first_answer,
        Some(given) => {
            let (id, now, given) = (site.id.clone(), SystemClock.now(), given == Given::On);
            let write = db.write(move |tx| Box::pin(async move { store::set_first_answer(tx, &id, given, now).await }));
            write.await.map_err(|e: db::Error| e.to_string())?;
            given
        }
    };
    match given {
        true => {
            println!("Whoever writes to {} is answered at once where we are sure, and by a person otherwise.", site.key)
        }
        false => println!("Whoever writes to {} is answered by a person.", site.key),
    }
    Ok(())
}

/// What it is that opens.
#[derive(Clone, Copy)]
enum Whose {
    Counter,
    Chat,
}

async fn hours(db: &Db, file: Option<PathBuf>, none: bool, site: &SiteArgument, whose: Whose) -> Result<(), String> {
    let site = site.find(db).await?;
    let hours = match (&file, none) {
        (None, false) => {
            match (whose, &site.counter_hours, &site.chat_hours) {
                (Whose::Counter, Some(hours), _) | (Whose::Chat, _, Some(hours)) => print!("{}", hours.source()),
                (Whose::Counter, None, _) => println!("Nobody has told when the counter of {} is open.", site.key),
                (Whose::Chat, _, None) => println!("Conversations of {} are answered at any hour.", site.key),
            }
            return Ok(());
        }
        (None, true) => None,
        (Some(file), _) => {
            let source = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
            let wrong = |wrong: Vec<String>| format!("{} cannot be used:\n  {}", file.display(), wrong.join("\n  "));
            Some(Hours::parse(&source).map_err(wrong)?)
        }
    };
    let (id, now) = (site.id.clone(), SystemClock.now());
    let told = hours.is_some();
    let write = db.write(move |tx| {
        Box::pin(async move {
            match whose {
                Whose::Counter => store::set_counter_hours(tx, &id, hours.as_ref(), now).await,
                Whose::Chat => store::set_chat_hours(tx, &id, hours.as_ref(), now).await,
            }
        })
    });
    write.await.map_err(|e: db::Error| e.to_string())?;
    match told {
        true => println!("Shoppers of {} are told these hours now.", site.key),
        false => println!("Shoppers of {} are told no hours any more.", site.key),
    }
    Ok(())
}

async fn api_key(db: &Db, command: ApiKeyCommand) -> Result<(), String> {
    let failed = |e: db::Error| e.to_string();
    match command {
        ApiKeyCommand::Create { name, site } => {
            let site = site.find(db).await?;
            let key = format!("{}{}", admin::key::PREFIX, SystemRandom.id());
            let (id, hash, key_id) = (site.id.clone(), admin::key::hash(&key), SystemRandom.id()[..8].to_owned());
            db.write(move |tx| {
                Box::pin(
                    async move { admin::store::insert_key(tx, &id, &key_id, &hash, &name, SystemClock.now()).await },
                )
            })
            .await
            .map_err(failed)?;
            println!(
                "{key}\n\nKeep it where secrets are kept: it is not shown again. It writes orders of {}:",
                site.key
            );
            println!(
                "  curl -X PUT https://YOUR-AFTERCART/api/v1/admin/orders/10001 -H 'Authorization: Bearer {}…' …",
                admin::key::PREFIX
            );
            println!("The whole API: https://YOUR-AFTERCART/api/docs");
            Ok(())
        }
        ApiKeyCommand::List { site } => {
            let site = site.find(db).await?;
            for key in admin::store::keys(db, &site.id).await.map_err(failed)? {
                println!("{}  {}{}", key.key_id, key.name, if key.revoked_at.is_some() { "  (revoked)" } else { "" });
            }
            Ok(())
        }
        ApiKeyCommand::Revoke { id, site } => {
            let site = site.find(db).await?;
            let (site_id, key_id) = (site.id.clone(), id.clone());
            let revoked = db.write(move |tx| {
                Box::pin(async move { admin::store::revoke_key(tx, &site_id, &key_id, SystemClock.now()).await })
            });
            match revoked.await.map_err(failed)? {
                true => println!("{id} opens nothing any more."),
                false => return Err(format!("site {} has no key {id:?} that still works", site.key)),
            }
            Ok(())
        }
    }
}

async fn change(db: &Db, key: String, origin: &str, allow: bool) -> Result<(), String> {
    let origin = Origin::parse(origin)?;
    let site = SiteArgument { site: Some(key) }.find(db).await?;
    let mut origins = site.origins.clone();
    origins.retain(|known| *known != origin);
    if allow {
        origins.push(origin);
    }
    if origins.is_empty() {
        return Err("a site needs at least one origin".into());
    }
    let list: Vec<String> = origins.iter().map(|o| o.as_str().to_owned()).collect();
    let id = site.id.clone();
    let now = SystemClock.now();
    db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::set_origins(tx, &id, &origins, now).await }))
        .await
        .map_err(|e| e.to_string())?;
    println!("{} may be embedded by: {}", site.key, list.join(" "));
    Ok(())
}

/// Stores a site.
///
/// # Errors
/// In words, for instance that the key is taken.
pub async fn insert(db: &Db, site: Site) -> Result<(), String> {
    let key = site.key.clone();
    let now = SystemClock.now();
    let stored = db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::insert(tx, &site, now).await }));
    stored.await.map_err(|e| match e {
        db::Error::Conflict => format!("the key {key} is taken"),
        other => other.to_string(),
    })
}

impl Create {
    fn site(&self, random: &dyn Random) -> Result<Site, String> {
        let key = self.key.clone().unwrap_or_else(|| format!("pk_{}", &random.id()[..20]));
        let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !key.starts_with("pk_") || key.len() < 6 || key.len() > 64 || !plain {
            return Err("a public key is pk_ and 3 to 60 letters, digits or _".into());
        }
        let mut locales = Vec::new();
        for tag in &self.locales {
            let locale = Locale::parse(tag).ok_or_else(|| format!("{tag:?} is none of en, zh-CN, zh-TW"))?;
            if !locales.contains(&locale) {
                locales.push(locale);
            }
        }
        if self.name.trim().is_empty() {
            return Err("the shop needs a name".into());
        }
        let mut names = BTreeMap::from([(Locale::En, self.name.trim().to_owned())]);
        if let Some(name) = &self.name_zh {
            names.insert(Locale::ZhCn, name.trim().to_owned());
        }
        jiff::tz::TimeZone::get(&self.time_zone).map_err(|_| format!("{:?} is no IANA time zone", self.time_zone))?;
        let country = self.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(format!("{:?} is no two-letter country code", self.country));
        }
        if self.logo.as_deref().is_some_and(|url| !url.starts_with("https://")) {
            return Err("the logo's address must begin with https://".into());
        }
        Ok(Site {
            id: SiteId(random.id()),
            key: SiteKey(key),
            names,
            origins: self.origins.iter().map(|o| Origin::parse(o)).collect::<Result<_, _>>()?,
            locales,
            currency: Currency::parse(&self.currency)
                .ok_or_else(|| format!("{:?} is no ISO 4217 currency code", self.currency))?,
            time_zone: self.time_zone.clone(),
            country,
            theme: Theme {
                brand: Color::parse(&self.brand)
                    .ok_or_else(|| format!("{:?} is no colour like #1f6f5c", self.brand))?,
                logo: self.logo.clone(),
                side: Side::from_name(&self.side).ok_or("--side is start or end")?,
            },
            order_number_example: self.order_number_example.clone(),
            contact_email: self.email.clone(),
            contact_phone: self.phone.clone(),
            counter_hours: None,
            chat_hours: None,
            routing: None,
            first_answer: true,
            answers: false,
            articles_revision: 0,
            updated_at: SystemClock.now(),
        })
    }
}
