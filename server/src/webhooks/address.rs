//! Where a webhook may be sent: to anybody's server on the public network, over TLS. Names are looked at when they are
//! resolved, by the client itself; here only what can be seen in the address.

use crate::{error::Error, http_client::HttpClient};
use aftercart_shared::error::ErrorCode;
use reqwest::Url;

/// In bytes.
const MAX: usize = 2_000;

/// The address as it is kept and sent to.
///
/// # Errors
/// Says what is wrong with it, as of the field `url`.
pub fn checked(text: &str, client: &HttpClient) -> Result<Url, Error> {
    let no = |message: &str| Error::ruled(ErrorCode::Invalid, "url", message);
    if text.is_empty() {
        return Err(Error::invalid(ErrorCode::Required, "url"));
    }
    if text.len() > MAX {
        return Err(Error::invalid(ErrorCode::TooLong, "url"));
    }
    let url: Url = text.parse().map_err(|_| no("that is no address"))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(no("that is no address of a server"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(no("an address holds neither a password nor a `#`; the signature says that it is us"));
    }
    if !client.permits_literal(&url) {
        return Err(no("the address leads into a private network"));
    }
    if is_allowed(&url, client) { Ok(url) } else { Err(no("the address must begin with https://")) }
}

/// Over TLS; in the clear only to this very machine, where the server's settings permit that for trying out.
pub fn is_allowed(url: &Url, client: &HttpClient) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => client.permits_this_machine() && HttpClient::is_this_machine(url),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::Outgoing;

    fn client(private: &[&str]) -> HttpClient {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let private = private.iter().map(|network| (*network).to_owned().try_into().unwrap()).collect();
        HttpClient::new(&Outgoing { private, patience_ms: 1_000 }).unwrap()
    }

    #[test]
    fn only_the_public_network_over_tls() {
        let strict = client(&[]);
        for good in ["https://shop.example/hook?x=1", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/x"] {
            assert!(checked(good, &strict).is_ok(), "{good}");
        }
        for bad in [
            "",
            "shop.example/hook",
            "http://shop.example/hook",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "https://user@shop.example/",
            "https://user:word@shop.example/",
            "https://shop.example/#x",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://0/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[64:ff9b::7f00:1]/",
            "http://localhost/",
            "http://127.0.0.1/",
            &format!("https://shop.example/{}", "x".repeat(2_000)),
        ] {
            assert!(checked(bad, &strict).is_err(), "{bad}");
        }
        let trying = client(&["127.0.0.0/8"]);
        for good in ["http://127.0.0.1:9/hook", "http://localhost:9/hook"] {
            assert!(checked(good, &trying).is_ok(), "{good}");
        }
        for bad in ["http://shop.example/", "http://8.8.8.8/", "https://10.1.2.3/"] {
            assert!(checked(bad, &trying).is_err(), "{bad}");
        }
    }
}
