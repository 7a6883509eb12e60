//! `aftercart webhook …`

use super::SiteArgument;
use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    db::Db,
    error::Error,
    http_client::HttpClient,
    random::SystemRandom,
    secret::Secret,
    serve,
    sites::Site,
    webhooks::{
        endpoint_store::{self, EndpointRow},
        endpoints::{self, Tools, Wish},
        event, store,
    },
};
use aftercart_shared::time::Timestamp;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Have what happens told to an address, signed after Standard Webhooks.
    Add(Add),
    /// List where something is told, and how it is.
    List {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Switch one on (again): what waits for it is sent.
    On(One),
    /// Switch one off: nothing is sent there, and what happens meanwhile is not kept for it.
    Off(One),
    /// Make a new secret. The one before signs beside it for a while.
    Rotate {
        #[command(flatten)]
        one: One,
        /// For so many hours, up to 168.
        #[arg(long, value_name = "HOURS", default_value_t = 24)]
        overlap: u32,
    },
    /// Show what was told last, and what came of it.
    Deliveries {
        #[command(flatten)]
        one: One,
        /// waiting, done or dead.
        #[arg(long)]
        state: Option<String>,
    },
    /// Tell anew what was given up, or one message.
    Replay {
        #[command(flatten)]
        one: One,
        /// One message, whatever has become of it.
        #[arg(long, value_name = "MESSAGE", conflicts_with = "days")]
        message: Option<String>,
        /// Whatever was given up of the last so many days.
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// Try one out: the running server sends it a message that says nothing.
    Ping(One),
    /// Remove one, with everything that waits for it.
    Remove(One),
}

#[derive(Debug, Args)]
pub struct Add {
    /// https://…, on the public network.
    url: String,
    /// What is to be told: message.created, conversation.closed and so on; may be given several times [default: everything].
    #[arg(long = "event", value_name = "TYPE", default_value = event::ALL)]
    events: Vec<String>,
    /// For colleagues.
    #[arg(long, default_value = "")]
    description: String,
    #[command(flatten)]
    site: SiteArgument,
}

#[derive(Debug, Args)]
pub struct One {
    /// As `aftercart webhook list` shows it.
    id: String,
    #[command(flatten)]
    site: SiteArgument,
}

pub async fn run(config: &Config, db: &Db, command: WebhookCommand) -> Result<(), String> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Like the server: with the very same secret, or it could not read what is sealed here.
    let secret = Secret::new(&serve::secret(config, true)?);
    let client = HttpClient::new(&config.webhooks.outgoing())?;
    let tools = Tools { db, secret: &secret, client: &client, random: &SystemRandom, now: SystemClock.now() };
    match command {
        WebhookCommand::Add(add) => self::add(tools, add).await,
        WebhookCommand::List { site } => list(db, &site.find(db).await?).await,
        WebhookCommand::On(one) => switch(tools, one, true).await,
        WebhookCommand::Off(one) => switch(tools, one, false).await,
        WebhookCommand::Rotate { one, overlap } => {
            let site = one.site.find(db).await?;
            let (_, secret) = endpoints::rotate(tools, &site.id, &one.id, overlap, None).await.map_err(said)?;
            println!("{secret}\n\nIt is not shown again. The secret before signs beside it for {overlap} hours.");
            Ok(())
        }
        WebhookCommand::Deliveries { one, state } => deliveries(db, one, state.as_deref()).await,
        WebhookCommand::Replay { one, message, days } => replay(tools, one, message.as_deref(), days).await,
        WebhookCommand::Ping(one) => {
            let site = one.site.find(db).await?;
            let id = endpoints::ping(tools, &site.id, &one.id).await.map_err(said)?;
            println!(
                "{id} is sent by the running server; `aftercart webhook deliveries {}` says what came of it.",
                one.id
            );
            Ok(())
        }
        WebhookCommand::Remove(one) => {
            let site = one.site.find(db).await?;
            endpoints::delete(db, &site.id, &one.id, None, tools.now).await.map_err(said)?;
            println!("Removed {}.", one.id);
            Ok(())
        }
    }
}

fn said(error: Error) -> String {
    match error {
        Error::NotFound => {
            "there is no such endpoint or message; `aftercart webhook list` shows those that exist".into()
        }
        other => other.to_string(),
    }
}

async fn add(tools: Tools<'_>, add: Add) -> Result<(), String> {
    let site = add.site.find(tools.db).await?;
    let wish = Wish { url: add.url, events: add.events, description: add.description };
    let (row, secret) = endpoints::create(tools, &site.id, wish, None).await.map_err(said)?;
    println!("{secret}\n\nIt signs what is sent from {} to {}, and is not shown again.", site.key, row.url);
    println!("Try it out: aftercart webhook ping {}", row.endpoint_id);
    Ok(())
}

async fn list(db: &Db, site: &Site) -> Result<(), String> {
    let failed = |e: crate::db::Error| e.to_string();
    let rows = endpoint_store::list(&mut &*db, &site.id).await.map_err(failed)?;
    let counts = store::counts(db, &site.id).await.map_err(failed)?;
    if rows.is_empty() {
        println!("Nothing is told anywhere yet: aftercart webhook add --help");
    }
    for row in rows {
        let count = |state: &str| {
            counts.iter().find(|c| c.endpoint_id == row.endpoint_id && c.state == state).map_or(0, |c| c.count)
        };
        println!("{}  {}  {}  {}", row.endpoint_id, how(&row), row.url, row.description);
        println!("    {}", event::read(&row.events).join(" "));
        println!(
            "    {} waiting · {} given up · taken last {}",
            count("waiting"),
            count("dead"),
            moment(row.last_ok_at)
        );
        if let Some(error) = row.last_error.as_deref().filter(|_| row.failures > 0) {
            println!("    failed {} times since {}: {error}", row.failures, moment(row.failing_since));
        }
    }
    Ok(())
}

fn how(row: &EndpointRow) -> String {
    match row.off_reason.as_deref() {
        None => "on".to_owned(),
        Some(reason) => format!("off since {} ({reason})", moment(row.off_at)),
    }
}

fn moment(at: Option<i64>) -> String {
    let at = at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}

async fn switch(tools: Tools<'_>, one: One, on: bool) -> Result<(), String> {
    let site = one.site.find(tools.db).await?;
    let row = endpoints::one(tools.db, &site.id, &one.id).await.map_err(said)?;
    let wish = Wish { url: row.url, events: event::read(&row.events), description: row.description };
    let row = endpoints::update(tools, &site.id, &one.id, (wish, on), None).await.map_err(said)?;
    println!("{} is {}.", row.endpoint_id, row.state);
    Ok(())
}

async fn deliveries(db: &Db, one: One, state: Option<&str>) -> Result<(), String> {
    let site = one.site.find(db).await?;
    endpoints::one(db, &site.id, &one.id).await.map_err(said)?;
    let rows = store::list(db, (&site.id, &one.id), state, (i64::MAX, ""), 50).await.map_err(|e| e.to_string())?;
    for row in rows {
        let status = row.last_status.map(|status| status.to_string()).unwrap_or_default();
        println!(
            "{}  {}  {}  {}  tried {} times  {status}",
            row.message_id,
            moment(Some(row.created_at)),
            row.kind,
            row.state,
            row.attempt
        );
        if let Some(error) = row.last_error {
            println!("    {error} {}", row.excerpt.unwrap_or_default());
        }
    }
    Ok(())
}

async fn replay(tools: Tools<'_>, one: One, message: Option<&str>, days: u32) -> Result<(), String> {
    let site = one.site.find(tools.db).await?;
    let count = match message {
        Some(message) => endpoints::replay(tools.db, &site.id, &one.id, message, tools.now).await.map(|()| 1),
        None => {
            let since = tools.now.plus_ms(-i64::from(days) * Timestamp::DAY_MS);
            endpoints::replay_dead(tools.db, &site.id, &one.id, since, tools.now).await
        }
    };
    println!("{} sent anew by the running server.", count.map_err(said)?);
    Ok(())
}
