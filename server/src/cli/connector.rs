//! `aftercart connector …`

use super::SiteArgument;
use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    connectors::{
        Kind,
        carriers::{self, Account},
        commerce::{self, Connection, Cursor},
        store::{self, ConnectorRow, NewConnector},
        webhook_url,
    },
    db::{self, Db},
    http_client::HttpClient,
    jobs,
    random::{Random, SystemRandom},
    secret::Secret,
    serve,
    sites::{self, Site},
    sync::reconcile,
    tracking::{self, follow},
};
use aftercart_shared::time::Timestamp;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::{Args, Subcommand};
use std::{
    io::{BufRead, IsTerminal, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

#[derive(Debug, Subcommand)]
pub enum ConnectorCommand {
    /// Connect a site to its shop system or to a tracking service, after trying it.
    Add(Box<Add>),
    /// List the connectors and how they are.
    List {
        #[command(flatten)]
        site: SiteArgument,
    },
    /// Ask a connector now and say what came of it.
    Check {
        /// As `aftercart connector list` shows it.
        id: String,
    },
    /// Remove a connector. What it brought stays.
    Remove {
        id: String,
        #[command(flatten)]
        site: SiteArgument,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// A shop system: vendure, medusa, shopify, woocommerce or generic. A tracking service: aftership, 17track, easypost
    /// or kuaidi100.
    kind: String,
    /// Where it is: https://shop.example (for Shopify https://NAME.myshopify.com) [default: the tracking service's own].
    url: Option<String>,
    /// A file with the credential, or - for standard input [default: asked for]. Never an argument: those are public on
    /// a machine.
    #[arg(long, value_name = "FILE")]
    credential_file: Option<PathBuf>,
    /// A file with the secret that signs the system's webhooks. If there is none yet, a secret is made and written there
    /// [default: a file in the data folder]. AfterShip makes it itself; 17TRACK has none.
    #[arg(long, value_name = "FILE")]
    webhook_secret_file: Option<PathBuf>,
    /// Of a shop system: bring in orders that changed in the last so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    days: u32,
    /// Store it even if the system does not answer now.
    #[arg(long)]
    unchecked: bool,
    #[command(flatten)]
    site: SiteArgument,
}

pub async fn run(config: &Config, db: &Db, command: ConnectorCommand) -> Result<(), String> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Like the server: with the very same secret, or it could not read what is sealed here.
    let secret = Secret::new(&serve::secret(config, true)?);
    match command {
        ConnectorCommand::Add(add) => self::add(config, db, &secret, *add).await,
        ConnectorCommand::List { site } => list(db, site).await,
        ConnectorCommand::Check { id } => check(config, db, &secret, &id).await,
        ConnectorCommand::Remove { id, site } => remove(db, site, id).await,
    }
}

async fn add(config: &Config, db: &Db, secret: &Secret, add: Add) -> Result<(), String> {
    let names = Kind::all().map(Kind::name).collect::<Vec<_>>().join(", ");
    let kind = Kind::from_name(&add.kind).ok_or_else(|| format!("{:?} is none of {names}", add.kind))?;
    let site = add.site.find(db).await?;
    let url = match (add.url.as_deref(), kind) {
        (Some(url), _) => url,
        (None, Kind::Carrier(kind)) => kind.base_url(),
        (None, Kind::Commerce(_)) => return Err(format!("say where it is: {} https://shop.example", kind.name())),
    };
    let base_url = base_url(url, config)?;
    let credential = credential(kind, add.credential_file.as_deref())?;
    match try_it(config, kind, &base_url, &credential, &site).await {
        Ok(said) => println!("{} answers: {said}", kind.name()),
        Err(why) if add.unchecked => println!("{} does not answer yet: {why}", kind.name()),
        Err(why) => return Err(format!("{base_url}: {why}. Nothing was stored (--unchecked stores it all the same)")),
    }
    let connector_id = SystemRandom.id()[..16].to_owned();
    let default = config.data_dir.join(format!("webhook-secret-{connector_id}"));
    // Where the service makes the secret, one of ours would only look as if pushes could come.
    let made_by_them = matches!(kind, Kind::Carrier(carriers::Kind::AfterShip | carriers::Kind::SeventeenTrack));
    let file = add.webhook_secret_file.or_else(|| (!made_by_them).then_some(default));
    let webhook_secret = file.as_deref().map_or_else(|| Ok(String::new()), webhook_secret)?;
    let now = SystemClock.now();
    let new = NewConnector {
        site: site.id.clone(),
        connector_id: connector_id.clone(),
        kind,
        base_url,
        credential,
        webhook_secret,
        since: now.plus_ms(-i64::from(add.days).saturating_mul(Timestamp::DAY_MS)),
    };
    let (secret, id) = (secret.clone(), connector_id.clone());
    let job = match kind {
        Kind::Commerce(_) => reconcile::job(site.id.clone(), &id, now),
        Kind::Carrier(_) => tracking::job::job(site.id.clone(), &id, now),
    };
    let source = db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let source = store::insert(tx, &new, &secret, &SystemRandom, now).await?;
                jobs::enqueue(tx, job, now).await?;
                Ok(source)
            })
        })
        .await
        .map_err(|e| e.to_string())?;
    match kind {
        Kind::Commerce(kind) => {
            println!("\nConnected {} to {} as {connector_id} (its orders are marked {source}).", site.key, kind.name());
            let every = config.connectors.reconcile_every_s;
            println!("A running server begins to read at once, and asks again every {every} s.");
            println!("\nFor changes within a second, let the shop send webhooks:");
        }
        Kind::Carrier(kind) => {
            println!("\nConnected {} to {} as {connector_id}.", site.key, kind.name());
            println!(
                "A running server begins at once to ask about every parcel that travels, as often as it deserves."
            );
            println!("\nFor news within a second, let the service push:");
        }
    }
    println!("  to      {}", webhook_url(&config.public_url, &connector_id));
    if let Some(file) = file {
        println!("  signed  with the secret in {}", file.display());
    }
    println!("  how     {}", webhooks_of(kind));
    Ok(())
}

fn webhooks_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Commerce(kind) => webhooks_of_shop(kind),
        Kind::Carrier(carriers::Kind::AfterShip) => {
            "Settings → Webhooks; its secret comes from there: add the connector with it in \
             --webhook-secret-file, or no push is believed"
        }
        Kind::Carrier(carriers::Kind::SeventeenTrack) => "Settings → Webhook, version 2.4; signed with the access key",
        Kind::Carrier(carriers::Kind::EasyPost) => "Webhooks → Add, with that secret as webhook secret",
        Kind::Carrier(carriers::Kind::Kuaidi100) => "nothing to do: each parcel is subscribed to with this address",
    }
}

fn webhooks_of_shop(kind: commerce::Kind) -> &'static str {
    use commerce::Kind;
    match kind {
        Kind::Vendure => {
            "a plugin that posts {\"type\":\"order.changed\",\"data\":{\"id\":\"42\"}}, signed as Standard Webhooks says"
        }
        Kind::Medusa => {
            "a subscriber that posts {\"type\":\"order.changed\",\"data\":{\"id\":\"order_…\"}}, signed as Standard Webhooks says"
        }
        Kind::Generic => "POST {\"type\":\"order.changed\",\"data\":{\"id\":\"…\"}}, signed as Standard Webhooks says",
        Kind::Shopify => {
            "topics orders/updated, fulfillments/create, fulfillments/update, refunds/create (the secret is the app's own)"
        }
        Kind::WooCommerce => "Settings → Advanced → Webhooks: order created, order updated, with that secret",
    }
}

pub(super) fn base_url(url: &str, config: &Config) -> Result<String, String> {
    let parsed: reqwest::Url = url.parse().map_err(|_| format!("{url:?} is no address like https://shop.example"))?;
    let plain = parsed.query().is_none() && parsed.fragment().is_none() && parsed.username().is_empty();
    if !plain || parsed.host_str().is_none() {
        return Err(format!("{url:?}: only scheme, host and path belong into the address"));
    }
    // Plain http would show the credential to everybody on the way: only within a network that was named.
    if parsed.scheme() != "https" && (parsed.scheme() != "http" || config.outgoing.private.is_empty()) {
        return Err(format!("{url:?} must begin with https:// (http is for networks named in outgoing.private)"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn credential(kind: Kind, file: Option<&Path>) -> Result<String, String> {
    let what = kind.credential();
    let credential = secret_text(what, file)?;
    if kind == Kind::Carrier(carriers::Kind::Kuaidi100) && !credential.contains(':') {
        return Err(format!("{} needs {what}", kind.name()));
    }
    Ok(credential)
}

/// Out of a file, from standard input, or asked for.
pub(super) fn secret_text(what: &str, file: Option<&Path>) -> Result<String, String> {
    let read = match file {
        Some(path) if path.as_os_str() != "-" => {
            std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?
        }
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("Credential ({what}): ")).map_err(|e| e.to_string())?
        }
        _ => {
            let mut line = String::new();
            std::io::stdin().lock().take(10_000).read_line(&mut line).map_err(|e| e.to_string())?;
            line
        }
    };
    let credential = read.trim().to_owned();
    if credential.is_empty() {
        return Err(format!("the credential is empty: {what} is needed"));
    }
    Ok(credential)
}

/// The file's secret, or one made and written there.
fn webhook_secret(file: &Path) -> Result<String, String> {
    if let Ok(kept) = std::fs::read_to_string(file)
        && !kept.trim().is_empty()
    {
        return Ok(kept.trim().to_owned());
    }
    let mut bytes = [0; 32];
    SystemRandom.fill(&mut bytes);
    let made = format!("whsec_{}", STANDARD.encode(bytes));
    serve::write_private(file, &made).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(made)
}

async fn try_it(config: &Config, kind: Kind, base_url: &str, credential: &str, site: &Site) -> Result<String, String> {
    let http = HttpClient::new(&config.outgoing)?;
    match kind {
        Kind::Commerce(kind) => {
            let (base_url, credential, country) = (base_url.to_owned(), credential.to_owned(), site.country.clone());
            try_shop(kind, Connection { base_url, credential, country, http: Arc::new(http) }).await
        }
        Kind::Carrier(kind) => {
            let begun = Instant::now();
            follow::try_out(kind, &Account::new(kind, base_url, credential, "", &site.time_zone), &http).await?;
            Ok(format!("it takes the credential ({} ms)", begun.elapsed().as_millis()))
        }
    }
}

/// Asks for what changed in the last minute: cheap, and needs every permission that is needed later.
async fn try_shop(kind: commerce::Kind, connection: Connection) -> Result<String, String> {
    let commerce = commerce::connect(kind, connection);
    let begun = Instant::now();
    let cursor = Cursor::at(SystemClock.now().plus_ms(-60_000));
    let page = commerce.changed_since(&cursor).await.map_err(|fault| fault.to_string())?;
    let can: Vec<&str> = commerce.capabilities().iter().map(|c| c.name()).collect();
    let found = page.orders.len() + page.refused.len();
    let took = begun.elapsed().as_millis();
    Ok(format!("{found} orders changed within the last minute ({took} ms). It can: {}", can.join(", ")))
}

async fn list(db: &Db, site: SiteArgument) -> Result<(), String> {
    let sites = match site.site {
        Some(_) => vec![site.find(db).await?],
        None => sites::store::all(db).await.map_err(|e| e.to_string())?,
    };
    let mut any = false;
    for site in sites {
        for row in store::of_site(db, &site.id).await.map_err(|e| e.to_string())? {
            any = true;
            print(&site.key.to_string(), &row);
        }
    }
    if !any {
        println!("There is no connector yet: aftercart connector add --help");
    }
    Ok(())
}

fn print(site: &str, row: &ConnectorRow) {
    let health = row.health();
    println!("{}  {site}  {} ({})  {}  {}", row.connector_id, row.kind, row.source, row.base_url, health.state);
    let moment = |at: Option<i64>| {
        at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map_or_else(|| "never".to_owned(), |t| t.to_string())
    };
    println!(
        "    answered {} · changed {} · webhook {}",
        moment(health.last_ok_at),
        moment(health.last_change_at),
        moment(health.last_webhook_at)
    );
    if let Some(error) = &health.last_error {
        println!("    failed {} times, last {}: {error}", health.failures, moment(health.last_error_at));
    }
    println!("    asked again {}", moment(Some(health.next_poll_at)));
}

async fn check(config: &Config, db: &Db, secret: &Secret, id: &str) -> Result<(), String> {
    let row = store::by_id(db, id).await.map_err(|e| e.to_string())?;
    let row =
        row.ok_or_else(|| format!("there is no connector {id}; `aftercart connector list` shows those that exist"))?;
    let site = sites::store::by_id(db, &row.site()).await.map_err(|e| e.to_string())?;
    let site = site.ok_or("its site is gone")?;
    let kind = row.kind().map_err(|e| e.to_string())?;
    let sealed = "its credential was sealed under another secret: is this the server's data folder?";
    let credential = row.credential(secret).ok_or(sealed)?;
    let said = try_it(config, kind, &row.base_url, &credential, &site).await?;
    println!("{} answers: {said}", kind.name());
    Ok(())
}

async fn remove(db: &Db, site: SiteArgument, id: String) -> Result<(), String> {
    let site = site.find(db).await?;
    let (site_id, connector_id) = (site.id.clone(), id.clone());
    let removed = db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::remove(tx, &site_id, &connector_id).await }))
        .await
        .map_err(|e| e.to_string())?;
    if !removed {
        return Err(format!("{} has no connector {id}; `aftercart connector list` shows those that exist", site.key));
    }
    println!("Removed {id}. What it brought stays; its webhooks are refused from now on.");
    Ok(())
}
