//! `aftercart site identity-key …`

use super::SiteArgument;
use crate::{
    clock::{Clock, SystemClock},
    db::{self, Db},
    random::{Random, SystemRandom, hex},
    secret::Secret,
    shoppers::{identity_key::IdentityKey, store},
    sites::Site,
};
use clap::{Args, Subcommand};
use std::{io::Read, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum IdentityKeyCommand {
    /// Set it; tokens of the key before are refused from now on.
    Set(Set),
    /// Say which kind of key there is, and its fingerprint.
    Show {
        /// The site's public key.
        key: String,
    },
    /// Remove it: no token is accepted any more. Sessions that began with one go on until they end.
    Remove {
        /// The site's public key.
        key: String,
    },
}

#[derive(Debug, Args)]
pub struct Set {
    /// The site's public key.
    key: String,
    #[command(flatten)]
    material: Material,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Material {
    /// File with the public key of an Ed25519 pair (PEM or JWK), for tokens signed with EdDSA; - reads standard input.
    #[arg(long, value_name = "FILE")]
    eddsa: Option<PathBuf>,
    /// File with a secret of at least 32 characters, for tokens signed with HS256; - reads standard input.
    #[arg(long, value_name = "FILE")]
    hs256: Option<PathBuf>,
    /// Make a secret for HS256 and print it, this once.
    #[arg(long)]
    generate: bool,
}

pub async fn run(db: &Db, secret: &Secret, command: IdentityKeyCommand) -> Result<(), String> {
    match command {
        IdentityKeyCommand::Set(set) => {
            let site = find(db, set.key).await?;
            let key = match (&set.material.eddsa, &set.material.hs256) {
                (Some(file), _) => IdentityKey::public(&read(file)?)?,
                (_, Some(file)) => IdentityKey::secret(&read(file)?)?,
                _ => {
                    let mut bytes = [0; 32];
                    SystemRandom.fill(&mut bytes);
                    let made = hex(&bytes);
                    println!("The secret, for the shop's server alone:\n  {made}\n");
                    IdentityKey::secret(&made)?
                }
            };
            insert(db, secret, &SystemRandom, &site, &key).await?;
            println!("{} accepts {} tokens of the key {}.", site.key, key.name(), key.fingerprint());
            println!("Their audience (aud) is {}; they live at most 10 minutes and are used once (nonce).", site.key);
            Ok(())
        }
        IdentityKeyCommand::Show { key } => {
            let site = find(db, key).await?;
            let row = store::identity_key(db, &site.id).await.map_err(|e| e.to_string())?;
            let Some(row) = row else {
                println!("{} has no identity key.", site.key);
                return Ok(());
            };
            let key = IdentityKey::from_stored(secret, &site.id, &row.algorithm, &row.material);
            let key = key.ok_or("the key was sealed under another secret of the server; set it again")?;
            println!("{}  {}  {}", site.key, key.name(), key.fingerprint());
            Ok(())
        }
        IdentityKeyCommand::Remove { key } => {
            let site = find(db, key).await?;
            let id = site.id.clone();
            let removed = db
                .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::remove_identity_key(tx, &id).await }));
            let removed = removed.await.map_err(|e| e.to_string())?;
            println!("{} {}", site.key, if removed { "accepts no tokens any more." } else { "had no identity key." });
            Ok(())
        }
    }
}

/// Stores the key as the site's only one.
///
/// # Errors
/// In words.
pub async fn insert(
    db: &Db,
    secret: &Secret,
    random: &dyn Random,
    site: &Site,
    key: &IdentityKey,
) -> Result<(), String> {
    let (id, name, material) = (site.id.clone(), key.name(), key.stored(secret, &site.id, random));
    let now = SystemClock.now();
    let stored = db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { store::set_identity_key(tx, &id, name, &material, now).await })
    });
    stored.await.map_err(|e| e.to_string())
}

async fn find(db: &Db, key: String) -> Result<Site, String> {
    SiteArgument { site: Some(key) }.find(db).await
}

fn read(file: &PathBuf) -> Result<String, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", file.display());
    if file.as_os_str() != "-" {
        return std::fs::read_to_string(file).map_err(failed);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
