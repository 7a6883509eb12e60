//! `aftercart site routing …`

use super::SiteArgument;
use crate::{
    clock::{Clock, SystemClock},
    conversations::routing_store,
    db::{self, Db},
    sites::{Routing, store},
};
use aftercart_shared::{locale::Locale, validate::Contact};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum RoutingCommand {
    /// Give whoever waits to somebody who is there and has room.
    Set {
        /// How many conversations each of the shop's people has at a time.
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=100))]
        capacity: i64,
        /// Ask whoever has helped her before first.
        #[arg(long)]
        sticky: bool,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Let people choose for themselves.
    Off {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Say in which languages one of the shop's people answers; without any, in every one.
    Languages {
        /// E-mail address of the account.
        email: String,
        /// en, zh-CN, zh-TW
        locales: Vec<String>,
        #[command(flatten)]
        site: SiteArgument,
    },
}

pub async fn run(db: &Db, command: RoutingCommand) -> Result<(), String> {
    match command {
        RoutingCommand::Set { capacity, sticky, site } => {
            let key = set(db, &site, Some(Routing { capacity, sticky })).await?;
            println!("Whoever writes to {key} is given to somebody who is there, {capacity} at a time.");
            Ok(())
        }
        RoutingCommand::Off { site } => {
            let key = set(db, &site, None).await?;
            println!("The people of {key} choose for themselves.");
            Ok(())
        }
        RoutingCommand::Languages { email, locales, site } => languages(db, &email, &locales, &site).await,
    }
}

async fn set(db: &Db, site: &SiteArgument, routing: Option<Routing>) -> Result<String, String> {
    let site = site.find(db).await?;
    let (id, now) = (site.id.clone(), SystemClock.now());
    db.write::<_, db::Error, _>(move |tx| Box::pin(async move { store::set_routing(tx, &id, routing, now).await }))
        .await
        .map_err(|e| e.to_string())?;
    Ok(site.key.to_string())
}

async fn languages(db: &Db, email: &str, locales: &[String], site: &SiteArgument) -> Result<(), String> {
    let site = site.find(db).await?;
    let Ok(Contact::Email(email)) = Contact::parse(email) else {
        return Err(format!("{email:?} is not an e-mail address"));
    };
    let parse = |tag: &String| Locale::parse(tag).ok_or_else(|| format!("{tag:?} is none of en, zh-CN, zh-TW"));
    let tags = locales.iter().map(|tag| parse(tag).map(Locale::tag)).collect::<Result<Vec<&str>, String>>()?;
    let json = (!tags.is_empty()).then(|| serde_json::to_string(&tags)).transpose().map_err(|e| e.to_string())?;
    let (id, of) = (site.id.clone(), email.clone());
    let known = db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { routing_store::set_locales(tx, &id, &of, json.as_deref()).await })
    });
    match known.await.map_err(|e| e.to_string())? {
        true if tags.is_empty() => println!("{email} answers in every language."),
        true => println!("{email} answers in {}.", tags.join(", ")),
        false => return Err(format!("{} has no account for {email}", site.key)),
    }
    Ok(())
}
