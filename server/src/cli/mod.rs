//! The command line. `aftercart --help` is the manual; this is its text.

mod agent;
mod connector;
mod identity_key;
mod import;
mod labels;
mod policy;
mod routing;
mod site;
mod webhook;

pub use identity_key::insert as insert_identity_key;
pub use site::insert as insert_site;

use crate::{
    config::{Config, Overrides},
    db::Db,
    serve,
    sites::{self, Site},
};
use aftercart_shared::ids::SiteKey;
use clap::{Args, Parser, Subcommand};
use policy::PolicyCommand;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// The service counter for retailers: order tracking, returns, answers and people, on every screen of the shop.
#[derive(Debug, Parser)]
#[command(
    name = "aftercart",
    version,
    after_help = "Try it: aftercart --demo\nStart for real: aftercart site create --help"
)]
pub struct Cli {
    /// Seed a demo shop and serve it beside the counter, on another origin.
    #[arg(long)]
    demo: bool,
    /// Settings file [default: aftercart.toml, if there is one].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8787].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address and port of the demo shop [default: 127.0.0.1:8788].
    #[arg(long, value_name = "ADDRESS", requires = "demo")]
    demo_listen: Option<SocketAddr>,
    /// Where browsers find this server, if that is not where it listens.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Folder of the SQLite database and the server's secret [default: data].
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// sqlite:PATH or postgres://… [default: sqlite in the data folder].
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server (also what happens without a command).
    Serve,
    /// Create and look after sites: one for each shop.
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Create and look after staff accounts.
    #[command(subcommand)]
    Agent(agent::AgentCommand),
    /// Connect a site to the systems that know its orders and parcels.
    #[command(subcommand)]
    Connector(connector::ConnectorCommand),
    /// Have return labels made by a service.
    #[command(subcommand)]
    Labels(labels::LabelsCommand),
    /// Tell the shop's own systems what happens.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Bring in orders and help articles from files.
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Read a returns policy, what it says and whether it says what you expect, and store it for a site.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print the settings file with every setting explained.
    ExampleConfig,
}

/// Which site a command is about.
#[derive(Clone, Debug, Args)]
struct SiteArgument {
    /// The site's public key (`pk_…`); may be left out when there is only one site.
    #[arg(long, value_name = "KEY")]
    site: Option<String>,
}

/// The whole program. It waits for itself here and not in `main.rs`: what is asked of a future is compiled where somebody
/// waits for it, and there it would be compiled in one piece, after everything else.
#[tokio::main]
pub async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("aftercart: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command line.
///
/// # Errors
/// In words for whoever typed it.
pub async fn run(cli: Cli) -> Result<(), String> {
    let overrides = Overrides {
        file: cli.config,
        listen: cli.listen,
        demo_listen: cli.demo_listen,
        data_dir: cli.data_dir,
        database: cli.database,
        public_url: cli.public_url,
    };
    if let Some(Command::ExampleConfig) = cli.command {
        print!("{}", crate::config::EXAMPLE);
        return Ok(());
    }
    if let Some(Command::Policy(PolicyCommand::Check(check))) = cli.command {
        return policy::check(check);
    }
    let config = Config::load(&overrides)?;
    match cli.command {
        None | Some(Command::Serve) => serve::run(config, cli.demo).await,
        Some(Command::Site(command)) => site::run(&open(&config).await?, &config, command).await,
        Some(Command::Agent(command)) => agent::run(&config, &open(&config).await?, command).await,
        Some(Command::Connector(command)) => connector::run(&config, &open(&config).await?, command).await,
        Some(Command::Labels(command)) => labels::run(&config, &open(&config).await?, command).await,
        Some(Command::Webhook(command)) => webhook::run(&config, &open(&config).await?, command).await,
        Some(Command::Import(command)) => import::run(&open(&config).await?, command).await,
        Some(Command::Policy(PolicyCommand::Set { file, site })) => {
            policy::set(&open(&config).await?, &file, &site).await
        }
        Some(Command::Policy(PolicyCommand::Check(_)) | Command::ExampleConfig) => Ok(()),
    }
}

async fn open(config: &Config) -> Result<Db, String> {
    std::fs::create_dir_all(&config.data_dir).map_err(|e| format!("{}: {e}", config.data_dir.display()))?;
    Db::open(&config.database_url()).await.map_err(|e| e.to_string())
}

impl SiteArgument {
    async fn find(&self, db: &Db) -> Result<Site, String> {
        let failed = |e: crate::db::Error| e.to_string();
        if let Some(key) = &self.site {
            let site = sites::store::by_key(db, &SiteKey::from(key.as_str())).await.map_err(failed)?;
            return site.ok_or_else(|| format!("there is no site {key}; `aftercart site list` shows those that exist"));
        }
        let mut all = sites::store::all(db).await.map_err(failed)?;
        match all.len() {
            0 => Err("there is no site yet; create one with `aftercart site create`".into()),
            1 => Ok(all.remove(0)),
            _ => Err("there are several sites; name one with --site pk_… (`aftercart site list`)".into()),
        }
    }
}
