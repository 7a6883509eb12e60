//! Starting, serving, stopping.

use crate::{
    agents::{self, log_in::DEMO_PASSWORD},
    app::{App, Surroundings},
    attachments,
    clock::SystemClock,
    config::{Config, LogFormat, Network},
    conversations,
    db::Db,
    demo_account, demo_shop, inbound, jobs, notices, notifications, orders,
    random::{Random, SystemRandom},
    router::router,
    seed, shoppers, webhooks,
};
use aftercart_shared::time::Timestamp;
use axum::Router;
use axum_server::{Handle, Server, accept::DefaultAcceptor, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Requests under way may take this long to finish when the server stops.
const DRAIN: Duration = Duration::from_secs(20);
/// So long sockets may take to say goodbye after that.
const GOODBYES: Duration = Duration::from_secs(8);
/// Counts that no longer matter are forgotten this often.
const SWEEP: Duration = Duration::from_secs(600);
/// What stands in documentation must never guard anything.
const DOCUMENTED_SECRETS: [&str; 2] = ["change-me-change-me-change-me-change-me", "0123456789abcdef0123456789abcdef"];

/// Serves until it is told to stop.
///
/// # Errors
/// In words for whoever started it.
pub async fn run(mut config: Config, demo: bool) -> Result<(), String> {
    log(&config);
    #[cfg(debug_assertions)]
    crate::fail::switch_on(&config.fail)?;
    // Two TLS backends could be compiled in by dependencies; this one is ours.
    let _ = rustls::crypto::ring::default_provider().install_default();
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|e| format!("the data folder {}: {e}", config.data_dir.display()))?;
    let secret = secret(&config, demo)?;
    let listener = bind(config.listen)?;
    let demo_listener = if demo { Some(bind(config.demo.listen)?) } else { None };
    let db = Db::open(&config.database_url()).await.map_err(|e| e.to_string())?;

    let demo_url = demo_listener.as_ref().map(|_| demo_url(config.demo.listen));
    if let Some(url) = &demo_url {
        // One machine plays all the shoppers of the demo, and its search is measured.
        config.limits.requests_per_second = config.limits.requests_per_second.max(200);
        config.limits.burst = config.limits.burst.max(400);
        config.limits.codes_per_source = config.limits.codes_per_source.max(1_000);
        config.limits.sockets_per_source = config.limits.sockets_per_source.max(20_000);
        config.limits.failures_per_source = config.limits.failures_per_source.max(200);
        config.limits.visitors_per_source = config.limits.visitors_per_source.max(10_000);
        // What listens to webhooks while somebody tries them runs beside us.
        config.webhooks.private.extend(Network::try_from("127.0.0.0/8".to_owned()));
        seed::demo(&db, &SystemClock, &config.data_dir, url).await?;
    }
    let metrics = PrometheusBuilder::new().install_recorder().map_err(|e| e.to_string())?;
    let upkeep = metrics.clone();
    let surroundings = Surroundings { metrics: Some(metrics), demo_url: demo_url.clone(), ..Default::default() };
    let app = App::build(config, db, &secret, surroundings)?;
    app.knowledge.warm().await.map_err(|e| e.to_string())?;

    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone(), app.clone()));
    let sweeper = tokio::spawn(sweep(app.clone(), upkeep));
    let worker = tokio::spawn(jobs::worker::work(app.clone()));
    let teller = tokio::spawn(webhooks::worker::work(app.clone()));
    let watch = tokio::spawn(conversations::watch::watch(app.clone()));
    let (postman_stops, stopping) = tokio::sync::watch::channel(false);
    let postman = tokio::spawn(inbound::imap::look(app.clone(), stopping));
    welcome(&app);
    let shop = match demo_listener {
        Some(listener) => {
            let signer = demo_account::Signer::new(&app, seed::DEMO_KEY).await?;
            let shop = demo_shop::router(&app.config.public_url, signer);
            Some(tokio::spawn(serve(listener, shop, app.clone(), handle.clone(), None)))
        }
        None => None,
    };
    let tls = tls(&app.config).await?;
    serve(listener, router(app.clone()), app.clone(), handle, tls).await?;
    if let Some(shop) = shop {
        let _ = shop.await;
    }
    // They are no requests any more: the server does not wait for them by itself.
    if tokio::time::timeout(GOODBYES, app.hub.emptied()).await.is_err() {
        tracing::warn!(sockets = app.hub.sockets(), "these were not closed in time");
    }
    sweeper.abort();
    // What it was doing is taken up again at the next start, or by another node when its claim ends.
    worker.abort();
    teller.abort();
    watch.abort();
    // The mail in its hands is finished; the rest stays unseen.
    let _ = postman_stops.send(true);
    if tokio::time::timeout(GOODBYES, postman).await.is_err() {
        tracing::warn!("the mail server was not left in time");
    }
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn serve(
    listener: TcpListener,
    routes: Router,
    app: App,
    handle: Handle<SocketAddr>,
    tls: Option<RustlsConfig>,
) -> Result<(), String> {
    let patience = Duration::from_secs(app.config.limits.header_timeout_s);
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let failed = |e: std::io::Error| format!("the server stopped: {e}");
    match tls {
        None => {
            let mut server: Server<SocketAddr, DefaultAcceptor> =
                axum_server::from_tcp(listener).map_err(failed)?.handle(handle);
            // Without a timer hyper waits for ever for headers that never come.
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(patience);
            server.serve(service).await.map_err(failed)
        }
        Some(tls) => {
            let mut server = axum_server::from_tcp_rustls(listener, tls).map_err(failed)?.handle(handle);
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(patience);
            server.serve(service).await.map_err(failed)
        }
    }
}

async fn tls(config: &Config) -> Result<Option<RustlsConfig>, String> {
    if config.tls.certificate.is_empty() {
        return Ok(None);
    }
    let loaded = RustlsConfig::from_pem_file(&config.tls.certificate, &config.tls.key).await;
    loaded.map(Some).map_err(|e| format!("TLS: {} and {}: {e}", config.tls.certificate, config.tls.key))
}

fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|e| format!("{address} cannot be listened on: {e}. Is Aftercart running already?"))
}

/// The shop goes by the name localhost: another *site* than 127.0.0.1, so cookies and storage behave as in the wild.
fn demo_url(listen: SocketAddr) -> String {
    let host = if listen.ip().is_loopback() { "localhost".to_owned() } else { listen.ip().to_string() };
    format!("http://{host}:{}", listen.port())
}

/// The configured secret, or one of our own making that stays in the data folder.
pub fn secret(config: &Config, demo: bool) -> Result<String, String> {
    if DOCUMENTED_SECRETS.contains(&config.secret.as_str()) && !demo {
        return Err("the secret is one from the documentation; leave it empty to have one made".into());
    }
    if !config.secret.is_empty() {
        return Ok(config.secret.clone());
    }
    let path = config.data_dir.join("secret");
    if let Ok(kept) = std::fs::read_to_string(&path)
        && kept.trim().len() >= 32
    {
        return Ok(kept.trim().to_owned());
    }
    let made = format!("{}{}", SystemRandom.id(), SystemRandom.id());
    write_private(&path, &made).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(made)
}

pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

async fn sweep(app: App, metrics: metrics_exporter_prometheus::PrometheusHandle) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
        app.requests.sweep();
        app.sends.forget_quiet();
        app.typing.forget_quiet(app.clock.now());
        if let Err(error) = orders::failures::sweep(&app.db, app.clock.now()).await {
            tracing::warn!(%error, "old counts could not be forgotten");
        }
        if let Err(error) = orders::expectation::learn::learn(&app.db, app.clock.now()).await {
            tracing::warn!(%error, "delivered parcels could not be counted");
        }
        if let Err(error) = shoppers::sweep(&app.db, app.clock.now()).await {
            tracing::warn!(%error, "old codes and sessions could not be forgotten");
        }
        if let Err(error) = agents::log_in::sweep(&app).await {
            tracing::warn!(%error, "the desk's old sessions could not be forgotten");
        }
        if let Err(error) = notices::mine::sweep(&app.db, app.clock.now()).await {
            tracing::warn!(%error, "seen notices could not be forgotten");
        }
        if let Err(error) = attachments::sweep::sweep(&app, app.clock.now()).await {
            tracing::warn!(%error, "pictures that are a part of nothing could not be thrown away");
        }
        if let Err(error) = webhooks::sweep::sweep(&app).await {
            tracing::warn!(%error, "old webhooks could not be forgotten");
        }
        if let Err(error) = forget_old_work(&app).await {
            tracing::warn!(%error, "old jobs and messages could not be forgotten");
        }
    }
}

/// Done jobs are remembered for as long as anybody might ask for them again; messages for as long as one might be
/// asked about.
async fn forget_old_work(app: &App) -> Result<(), crate::db::Error> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                jobs::store::forget_done(tx, now.plus_ms(-90 * Timestamp::DAY_MS)).await?;
                conversations::by_mail_store::forget(tx, now.plus_ms(-90 * Timestamp::DAY_MS)).await?;
                notifications::store::forget(tx, now.plus_ms(-30 * Timestamp::DAY_MS)).await
            })
        })
        .await
}

async fn stop_on_signal(handle: Handle<SocketAddr>, app: App) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
        } else {
            let _ = interrupt.await;
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    tracing::info!("stopping: finishing what is under way");
    app.hub.close();
    handle.graceful_shutdown(Some(DRAIN));
}

fn log(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(&config.log));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // A second start within one process (tests) keeps the first one's log.
    let _ = match config.log_format {
        LogFormat::Text => registry.with(layer.with_target(false)).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    };
}

fn welcome(app: &App) {
    let url = &app.config.public_url;
    println!("\n  Aftercart is ready.\n");
    let Some(demo) = &app.demo_url else {
        println!("  {url}   start page\n");
        println!("  No site yet? aftercart site create --help\n");
        return;
    };
    for (address, what) in [
        (format!("{demo}/"), "the demo shop"),
        (format!("{demo}/zh/"), "the demo shop in Chinese · 中文商店"),
        (format!("{url}/"), "Aftercart: every surface"),
        (format!("{url}/s/pk_demo"), "the panel as a page"),
        (format!("{url}/help/pk_demo/en"), "the help pages"),
        (format!("{url}/demo/outbox"), "mails and texts that would have been sent"),
        (format!("{url}/desk"), "the desk of the shop's people"),
    ] {
        println!("  {address:<42} {what}");
    }
    for (email, name, role) in seed::PEOPLE {
        println!("    {email:<40} {name}, {}; password: {DEMO_PASSWORD}", role.name());
    }
    println!("\n  Try order A-1001 with emma.wilson@example.com, or A-1024 with 13800138000.");
    println!("  Ctrl-C stops it.\n");
}
