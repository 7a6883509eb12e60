//! Looks into a mailbox: reads what is unseen, hands it on, and marks it as seen once that went well. A message that is fetched
//! twice, by another node or after a crash, changes nothing the second time.

use super::MESSAGE_MAX;
use crate::{
    app::App,
    config::{Imap, ImapTls},
};
use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use rustls::pki_types::ServerName;
use std::{fmt::Display, future::Future, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::TlsConnector;

/// For one answer of the server.
const PATIENCE: Duration = Duration::from_secs(60);
/// While the server is away it is asked ever more seldom, up to this.
const SELDOM: Duration = Duration::from_secs(10 * 60);
/// Of one look. More come with the next, which follows at once.
const MAILS: usize = 50;

pub trait Line: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Line for T {}

/// What one look has found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Handed on, and marked.
    pub seen: usize,
    /// Left for the next look: they could not be taken now.
    pub left: usize,
    pub more: bool,
}

/// Looks until it is told to stop.
pub async fn look(app: App, mut stop: watch::Receiver<bool>) {
    let settings = &app.config.mail.imap;
    if settings.host.is_empty() {
        return;
    }
    let every = Duration::from_secs(settings.every_s.max(1));
    let mut faults = 0_u32;
    while !*stop.borrow() {
        let wait = match once(&app, &stop).await {
            Ok(look) => {
                if faults > 0 {
                    tracing::info!("the mail server answers again");
                }
                faults = u32::from(look.left > 0);
                if look.more && look.left == 0 { Duration::ZERO } else { every }
            }
            Err(fault) => {
                if faults == 0 {
                    tracing::warn!(%fault, host = settings.host, "mails cannot be fetched");
                }
                faults += 1;
                pause(every, faults)
            }
        };
        // A sender that is gone tells to stop, too.
        if tokio::time::timeout(wait, stop.changed()).await.is_ok_and(|told| told.is_err()) {
            return;
        }
    }
}

/// How long to wait after so many looks in a row that failed.
fn pause(every: Duration, faults: u32) -> Duration {
    every.saturating_mul(1 << faults.min(10)).min(SELDOM.max(every))
}

/// One look into the mailbox.
///
/// # Errors
/// What the server said, or that it said nothing.
pub async fn once(app: &App, stop: &watch::Receiver<bool>) -> Result<Look, String> {
    let settings = &app.config.mail.imap;
    let mut session = log_in(settings).await?;
    let looked = unseen(app, &mut session, settings, stop).await;
    let left = within("log-out", session.logout()).await;
    looked.and_then(|look| left.map(|()| look))
}

async fn unseen(
    app: &App,
    session: &mut Session<Box<dyn Line>>,
    settings: &Imap,
    stop: &watch::Receiver<bool>,
) -> Result<Look, String> {
    within("folder", session.select(&settings.folder)).await?;
    let mut uids: Vec<u32> = within("search", session.uid_search("UNSEEN UNDELETED")).await?.into_iter().collect();
    uids.sort_unstable();
    let mut look = Look { more: uids.len() > MAILS, ..Look::default() };
    for uid in uids.into_iter().take(MAILS) {
        if *stop.borrow() {
            break;
        }
        // Words stand before attachments: of a larger message they are still there.
        let query = format!("(UID BODY.PEEK[]<0.{MESSAGE_MAX}>)");
        let fetched = async {
            let found: Vec<_> = session.uid_fetch(uid.to_string(), query).await?.try_collect().await?;
            let of_it = found.into_iter().find(|one| one.uid == Some(uid));
            Ok::<_, async_imap::error::Error>(of_it.and_then(|one| one.body().map(<[u8]>::to_vec)))
        };
        // Somebody else may have taken it away since.
        let Some(raw) = within("fetch", fetched).await? else { continue };
        if let Err(error) = super::receive(app, raw).await {
            tracing::warn!(%error, uid, "a mail could not be taken; it stays unseen");
            look.left += 1;
            continue;
        }
        let marked = async {
            let marks = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
            marks.try_collect::<Vec<_>>().await
        };
        within("mark", marked).await?;
        look.seen += 1;
    }
    Ok(look)
}

async fn log_in(settings: &Imap) -> Result<Session<Box<dyn Line>>, String> {
    let address = (settings.host.as_str(), settings.port);
    let tcp = within("connect", TcpStream::connect(address)).await?;
    tcp.set_nodelay(true).map_err(|e| e.to_string())?;
    let line: Box<dyn Line> = match settings.tls {
        ImapTls::None => Box::new(tcp),
        ImapTls::Implicit => Box::new(encrypted(settings, tcp).await?),
        ImapTls::Starttls => {
            let mut client = greeted(tcp).await?;
            within("STARTTLS", client.run_command_and_check_ok("STARTTLS", None)).await?;
            // The server says no second greeting.
            let line: Box<dyn Line> = Box::new(encrypted(settings, client.into_inner()).await?);
            return enter(settings, Client::new(line)).await;
        }
    };
    enter(settings, greeted(line).await?).await
}

async fn greeted<T: Line>(line: T) -> Result<Client<T>, String> {
    let mut client = Client::new(line);
    let greeting = within("greeting", client.read_response()).await?;
    greeting.map(|_| client).ok_or_else(|| "greeting: the server hung up".to_owned())
}

async fn enter(settings: &Imap, client: Client<Box<dyn Line>>) -> Result<Session<Box<dyn Line>>, String> {
    let entered = async { client.login(&settings.user, &settings.password).await.map_err(|(error, _)| error) };
    within("log-in", entered).await
}

async fn encrypted(settings: &Imap, tcp: TcpStream) -> Result<impl Line + 'static, String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(settings.host.clone()).map_err(|e| format!("mail.imap.host: {e}"))?;
    within("TLS", TlsConnector::from(Arc::new(tls)).connect(name, tcp)).await
}

async fn within<T, E: Display>(what: &str, answer: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| format!("{what}: {error}")),
        Err(_) => Err(format!("{what}: no answer in time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_ever_more_seldom() {
        let every = Duration::from_secs(20);
        assert_eq!([1, 2, 3].map(|faults| pause(every, faults).as_secs()), [40, 80, 160]);
        assert_eq!(pause(every, 99), SELDOM);
        assert_eq!(pause(SELDOM * 2, 1), SELDOM * 2);
    }
}
