//! Requests to other people's servers: bounded in time and size, following no redirect, and never into our own network.

use crate::config::{Network, Outgoing};
use reqwest::{
    Method, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::HeaderMap,
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// Far above any answer that we ask for.
const BODY_MAX: usize = 8 * 1024 * 1024;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    guard: Guard,
    /// For one answer of a connector's system.
    pub patience: Duration,
}

/// What came back, whatever its status.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// Seconds, from `Retry-After`; dates are not read.
    pub fn retry_after(&self) -> Option<u64> {
        self.headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()
    }
}

/// Why nothing came back. Says nothing of the address's secrets.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HttpError {
    #[error("the address leads into a private network: name it in `outgoing.private` if that is meant")]
    Private,
    #[error("it took too long")]
    Timeout,
    #[error("the answer is larger than {BODY_MAX} bytes")]
    TooLarge,
    #[error("no answer: {0}")]
    Unreachable(String),
}

#[derive(Clone, Debug)]
struct Guard {
    allowed: Arc<[Network]>,
}

impl HttpClient {
    /// # Errors
    /// When the machine offers no TLS roots.
    pub fn new(settings: &Outgoing) -> Result<HttpClient, String> {
        let guard = Guard { allowed: settings.private.as_slice().into() };
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(guard.clone()))
            // A proxy would resolve names for us, and the guard would see nothing.
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("Aftercart/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| format!("no client for outgoing requests: {e}"))?;
        Ok(HttpClient { client, guard, patience: Duration::from_millis(settings.patience_ms) })
    }

    /// Sends one request; all of it, the answer's body included, within `patience`.
    ///
    /// # Errors
    /// Only when there is no answer: a status of 400 or above is an answer.
    pub async fn send(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
        patience: Duration,
    ) -> Result<Reply, HttpError> {
        let mut response = self.begin(method, url, headers, body, patience).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(fault)? {
            if body.len() + part.len() > BODY_MAX {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        Ok(Reply { status, headers, body })
    }

    /// The same where the status is the answer: of the body no more is read than its first `most` bytes, and of a good answer
    /// nothing. What breaks off after the status has come is an answer still.
    ///
    /// # Errors
    /// Only when there is no answer: a status of 400 or above is an answer.
    pub async fn tell(
        &self,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
        patience: Duration,
        most: usize,
    ) -> Result<Reply, HttpError> {
        let mut response = self.begin(Method::POST, url, headers, body, patience).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while !status.is_success() && body.len() < most {
            let Ok(Some(part)) = response.chunk().await else { break };
            body.extend_from_slice(&part[..part.len().min(most - body.len())]);
        }
        Ok(Reply { status, headers, body })
    }

    async fn begin(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
        patience: Duration,
    ) -> Result<Response, HttpError> {
        if !self.permits_literal(&url) || !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::Private);
        }
        let mut request = self.client.request(method, url).headers(headers).timeout(patience);
        if !body.is_empty() {
            request = request.body(body);
        }
        request.send().await.map_err(fault)
    }

    /// A name is looked at when it is resolved; a bare address never is, so it is looked at here.
    pub fn permits_literal(&self, url: &Url) -> bool {
        literal(url).is_none_or(|ip| self.guard.permits(ip))
    }

    /// Whether the settings permit what runs beside us.
    pub fn permits_this_machine(&self) -> bool {
        self.guard.permits(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// By its own name or address.
    pub fn is_this_machine(url: &Url) -> bool {
        url.host_str() == Some("localhost") || literal(url).is_some_and(|ip| ip.to_canonical().is_loopback())
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse().ok())
}

fn fault(error: reqwest::Error) -> HttpError {
    let mut causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
    if error.is_timeout() {
        HttpError::Timeout
    } else if causes.any(|cause| cause.is::<Refused>()) {
        HttpError::Private
    } else {
        // Without the address: its query may hold somebody's secret.
        HttpError::Unreachable(error.without_url().to_string())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
struct Refused;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let permitted: Vec<SocketAddr> = found.iter().filter(|a| guard.permits(a.ip())).copied().collect();
            if permitted.is_empty() && !found.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

impl Guard {
    fn permits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.allowed.iter().any(|network| network.contains(ip)) || is_public(ip)
    }
}

/// Anybody's address, and nobody's house network, machine, cloud metadata or multicast group.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                // Carrier-grade NAT and benchmarks.
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            // Global unicast only, less what tunnels IPv4 (6to4, Teredo) or is documentation.
            (0x2000..0x4000).contains(&first)
                && first != 0x2002
                && !(first == 0x2001 && v6.segments()[1] < 0x0200)
                && !(first == 0x2001 && v6.segments()[1] == 0x0db8)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_anybodys() {
        for private in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(private.parse::<IpAddr>().unwrap().to_canonical()), "{private}");
        }
        for public in ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2400:3200::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[tokio::test]
    async fn neither_a_bare_address_nor_a_name_leads_home() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = HttpClient::new(&Outgoing { private: vec![], patience_ms: 1_000 }).unwrap();
        for url in ["http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/", "http://[::ffff:127.0.0.1]:1/"] {
            let sent =
                client.send(Method::GET, url.parse().unwrap(), HeaderMap::new(), vec![], Duration::from_secs(5)).await;
            assert!(matches!(sent, Err(HttpError::Private)), "{url}: {sent:?}");
        }
    }
}
