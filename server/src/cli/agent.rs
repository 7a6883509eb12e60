//! `aftercart agent …`

use super::SiteArgument;
use crate::{
    agents::{Role, hash_password, store},
    clock::{Clock, SystemClock},
    db::{self, Db},
    random::{Random, SystemRandom},
};
use aftercart_shared::{ids::AgentId, validate::Contact};
use clap::Subcommand;
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
        #[arg(long, value_enum, default_value = "agent")]
        role: Role,
        #[command(flatten)]
        site: SiteArgument,
    },
    /// List a site's accounts.
    List {
        #[command(flatten)]
        site: SiteArgument,
    },
}

pub async fn run(db: &Db, command: AgentCommand) -> Result<(), String> {
    match command {
        AgentCommand::Create { email, name, role, site } => {
            let site = site.find(db).await?;
            let Ok(Contact::Email(email)) = Contact::parse(&email) else {
                return Err(format!("{email:?} is not an e-mail address"));
            };
            if name.trim().is_empty() {
                return Err("the account needs a name".into());
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
    }
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
