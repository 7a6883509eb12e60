//! `aftercart labels …`

use super::{
    SiteArgument,
    connector::{base_url, secret_text},
};
use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    connectors::{
        labels::{Kind, Settings},
        labels_store as store,
    },
    db::{self, Db},
    random::SystemRandom,
    secret::Secret,
    serve,
};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum LabelsCommand {
    /// Have a site's return labels made by a service, in place of the one before.
    Set {
        /// easypost
        kind: String,
        /// A TOML file: where goods come back to, an ordinary parcel, which carrier and service.
        #[arg(long, value_name = "FILE")]
        settings: PathBuf,
        /// A file with the API key, or - for standard input [default: asked for]. Never an argument: those are public on a
        /// machine.
        #[arg(long, value_name = "FILE")]
        credential_file: Option<PathBuf>,
        /// Another address than the service's own.
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Show who makes a site's labels. Never the key.
    Show {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Make no labels any more: our own slip goes with the parcel. Labels that were bought stay.
    Remove {
        #[command(flatten)]
        site: SiteArgument,
    },
}

pub async fn run(config: &Config, db: &Db, command: LabelsCommand) -> Result<(), String> {
    match command {
        LabelsCommand::Set { kind, settings, credential_file, url, site } => {
            let names = Kind::ALL.map(Kind::name).join(", ");
            let kind = Kind::parse(&kind).ok_or_else(|| format!("{kind:?} is none of {names}"))?;
            let site = site.find(db).await?;
            let text = std::fs::read_to_string(&settings).map_err(|e| format!("{}: {e}", settings.display()))?;
            let read = Settings::parse(&text).map_err(|e| format!("{}: {e}", settings.display()))?;
            let url = base_url(url.as_deref().unwrap_or(kind.base_url()), config)?;
            let credential = secret_text("API key", credential_file.as_deref())?;
            // Like the server: with the very same secret, or it could not read what is sealed here.
            let secret = Secret::new(&serve::secret(config, true)?);
            let (id, now) = (site.id.clone(), SystemClock.now());
            db.write::<_, db::Error, _>(move |tx| {
                Box::pin(async move {
                    let keys: (&Secret, &dyn crate::random::Random) = (&secret, &SystemRandom);
                    store::set(tx, &id, (kind, &url), &credential, &read, keys, now).await
                })
            })
            .await
            .map_err(|e| e.to_string())?;
            println!("{} has its return labels made by {}.", site.key, kind.name());
            Ok(())
        }
        LabelsCommand::Show { site } => {
            let site = site.find(db).await?;
            match store::of_site(db, &site.id).await.map_err(|e| e.to_string())? {
                Some(row) => {
                    let settings = row.settings().map_err(|e| e.to_string())?;
                    let to = [settings.to.name, settings.to.street1, settings.to.city, settings.to.country];
                    let to = to.into_iter().flatten().collect::<Vec<_>>().join(", ");
                    println!("{}  {}  {}\n    to {to}", site.key, row.provider, row.base_url);
                }
                None => println!("{} has none: our own slip goes with the parcel.", site.key),
            }
            Ok(())
        }
        LabelsCommand::Remove { site } => {
            let site = site.find(db).await?;
            let id = site.id.clone();
            let removed = db
                .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::remove(tx, &id).await }))
                .await
                .map_err(|e| e.to_string())?;
            if !removed {
                return Err(format!("{} has no label provider", site.key));
            }
            println!("{}: our own slip goes with the parcel from now on.", site.key);
            Ok(())
        }
    }
}
