//! Where a request comes from, for limits. Forwarding headers are believed only from configured proxies.

use crate::{app::App, config::Network};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// The client's address; of IPv6 only the /64, since one household or phone owns all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source(pub IpAddr);

impl Source {
    /// The first address, seen from our side, that is not one of our own proxies.
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Source {
        let ours = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
        let mut client = peer.to_canonical();
        if ours(client) {
            let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
            let hops: Vec<&str> = forwarded.flat_map(|v| v.split(',')).map(str::trim).collect();
            for hop in hops.into_iter().rev() {
                let Ok(ip) = hop.parse::<IpAddr>() else { break };
                client = ip.to_canonical();
                if !ours(client) {
                    break;
                }
            }
        }
        Source(network(client))
    }

    pub fn of_parts(parts: &Parts, app: &App) -> Source {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |connect| connect.0.ip());
        Source::of(peer, &parts.headers, &app.config.trusted_proxies)
    }
}

fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) if v6.is_loopback() => ip,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl FromRequestParts<App> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Source::of_parts(parts, app))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn source(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<Network> = trusted.iter().map(|t| Network::try_from((*t).to_owned()).unwrap()).collect();
        Source::of(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(source("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(source("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        // What the client itself put in front of the list is not believed.
        assert_eq!(source("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(source("10.0.0.1", &["1.1.1.1", "198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(source("10.0.0.1", &["nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(source("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::");
        assert_eq!(source("::ffff:203.0.113.9", &[], &[]), "203.0.113.9");
    }
}
