//! `aftercart agent …`

use super::SiteArgument;
use crate::{
    agents::{Role, hash_password, log_in, store, totp},
    clock::{Clock, SystemClock},
    config::Config,
    db::{self, Db},
    random::{Random, SystemRandom},
    secret::Secret,
    serve,
    sites::Site,
};
use aftercart_shared::{
    ids::AgentId,
    locale::Locale,
    time::Timestamp,
    validate::{Contact, misleads},
};
use clap::{Subcommand, builder::PossibleValuesParser, builder::TypedValueParser};
use std::io::{BufRead, IsTerminal};

#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Create an account. The password is asked for, or read from standard input.
    Create {
        /// E-mail address: the log-in name.
        #[arg(long)]
        email: String,
        /// As colleagues and shoppers see it.
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = role_parser(), default_value = "agent")]
        role: Role,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// List a site's accounts.
    List {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Give an account another password, asked for or read from standard input. Whoever is logged in with the old one is out.
    Password {
        /// E-mail address of the account.
        email: String,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Let nobody in with this account any more. Whoever is logged in with it is out.
    Disable {
        /// E-mail address of the account.
        email: String,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Let an account work again.
    Enable {
        /// E-mail address of the account.
        email: String,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Have an account show an authenticator's code besides its password, and print what the authenticator reads. The one
    /// before it, if there was any, does not do any more.
    Totp {
        /// E-mail address of the account.
        email: String,
        /// No code any more: the password is enough.
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        site: SiteArgument,
    },
}

fn role_parser() -> impl TypedValueParser<Value = Role> {
    let names = PossibleValuesParser::new(Role::ALL.map(Role::name));
    // The names are the very ones that are read.
    names.map(|name| Role::parse(&name).unwrap_or(Role::ReadOnly))
}

pub async fn run(config: &Config, db: &Db, command: AgentCommand) -> Result<(), String> {
    match command {
        AgentCommand::Create { email, name, role, site } => {
            let site = site.find(db).await?;
            let email = address(&email)?;
            if name.trim().is_empty() {
                return Err("the account needs a name".into());
            }
            if name.contains(misleads) {
                return Err("the name contains a control or text-direction character".into());
            }
            let mut salt = [0; 16];
            SystemRandom.fill(&mut salt);
            let agent = store::NewAgent {
                id: AgentId(SystemRandom.id()),
                email: email.clone(),
                name: name.trim().to_owned(),
                role,
                password_hash: hash_password(&password()?, &salt)?,
            };
            let now = SystemClock.now();
            let site_id = site.id.clone();
            db.write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::insert(tx, &site_id, &agent, now).await })
            })
            .await
            .map_err(|e| match e {
                db::Error::Conflict => format!("{} has an account for {email} already", site.key),
                other => other.to_string(),
            })?;
            println!("Created {email} as {} of {}.", role.name(), site.key);
            Ok(())
        }
        AgentCommand::List { site } => {
            let site = site.find(db).await?;
            for agent in store::list(db, &site.id).await.map_err(|e| e.to_string())? {
                let state = if agent.disabled_at.is_some() { "  (disabled)" } else { "" };
                println!("{}  {}  {}{state}", agent.email, agent.role, agent.name);
            }
            Ok(())
        }
        AgentCommand::Password { email, site } => {
            let (site, email) = (site.find(db).await?, address(&email)?);
            let mut salt = [0; 16];
            SystemRandom.fill(&mut salt);
            let hash = hash_password(&password()?, &salt)?;
            let (site_id, of) = (site.id.clone(), email.clone());
            let changed = db.write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::set_password(tx, &site_id, &of, &hash).await })
            });
            there(changed.await, &site, &email)?;
            println!("{email} has another password. Whoever was logged in with the old one is out.");
            Ok(())
        }
        AgentCommand::Disable { email, site } => {
            let (site, email) = (site.find(db).await?, address(&email)?);
            able(db, &site, &email, Some(SystemClock.now())).await?;
            println!("Nobody gets in as {email} any more.");
            Ok(())
        }
        AgentCommand::Enable { email, site } => {
            let (site, email) = (site.find(db).await?, address(&email)?);
            able(db, &site, &email, None).await?;
            println!("{email} works again.");
            Ok(())
        }
        AgentCommand::Totp { email, off, site } => {
            let (site, email) = (site.find(db).await?, address(&email)?);
            let mut secret = [0; totp::SECRET_BYTES];
            SystemRandom.fill(&mut secret);
            let found = store::active(db, &site.id, &email).await.map_err(|e| e.to_string())?;
            let agent = AgentId(found.ok_or_else(|| nobody(&site, &email))?.agent_id);
            // Like the server: with the very same secret, or it could not read what is sealed here.
            let ours = Secret::new(&serve::secret(config, true)?);
            let sealed = (!off).then(|| log_in::seal_secret(&ours, &SystemRandom, &agent, &secret));
            let site_id = site.id.clone();
            let changed = db.write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::set_totp(tx, &site_id, &agent, sealed.as_deref()).await })
            });
            there(changed.await, &site, &email)?;
            if off {
                println!("{email} needs no code any more.");
            } else {
                println!("{}", totp::uri(&secret, site.name(Locale::En), &email));
                eprintln!("Give this to {email}'s authenticator, and to nobody else: it is not shown again.");
            }
            Ok(())
        }
    }
}

async fn able(db: &Db, site: &Site, email: &str, disabled_at: Option<Timestamp>) -> Result<(), String> {
    let (site_id, of) = (site.id.clone(), email.to_owned());
    let changed = db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { store::set_disabled(tx, &site_id, &of, disabled_at).await })
    });
    there(changed.await, site, email)
}

fn address(typed: &str) -> Result<String, String> {
    match Contact::parse(typed) {
        Ok(Contact::Email(email)) => Ok(email),
        _ => Err(format!("{typed:?} is not an e-mail address")),
    }
}

fn there(changed: Result<Option<AgentId>, db::Error>, site: &Site, email: &str) -> Result<(), String> {
    changed.map_err(|e| e.to_string())?.map(|_| ()).ok_or_else(|| nobody(site, email))
}

fn nobody(site: &Site, email: &str) -> String {
    format!("{} has no account for {email} that works; `aftercart agent list` shows those that exist", site.key)
}

/// Never an argument: those can be read by everybody on the machine.
fn password() -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password (12 characters or more): ").map_err(|e| e.to_string());
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| e.to_string())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
