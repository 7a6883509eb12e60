//! Origins of web pages: scheme, host and port, nothing else.

/// An origin as browsers write it in the `Origin` header: `https://shop.example`, `http://localhost:8788`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin, or the address of any page on it.
    ///
    /// # Errors
    /// In words for the person who typed it: wildcards, missing schemes and other schemes than http(s).
    pub fn parse(text: &str) -> Result<Origin, String> {
        let text = text.trim().to_ascii_lowercase();
        let (scheme, rest) = text
            .split_once("://")
            .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
            .ok_or_else(|| format!("{text:?} must begin with https:// (or http:// while developing)"))?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.contains('*') {
            return Err(format!("{text:?}: name each origin; a wildcard would let strangers' pages embed the panel"));
        }
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (host, None),
        };
        let good_name = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':'));
        let good_port = port.is_none_or(|p| p.parse::<u16>().is_ok_and(|p| p > 0));
        if !good_name || !good_port {
            return Err(format!("{text:?} is not an origin like https://shop.example"));
        }
        // Browsers leave the usual port out.
        let port = port.filter(|p| !matches!((scheme, *p), ("http", "80") | ("https", "443")));
        Ok(Origin(match port {
            Some(port) => format!("{scheme}://{name}:{port}"),
            None => format!("{scheme}://{name}"),
        }))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for (typed, origin) in [
            ("https://Shop.Example/", "https://shop.example"),
            ("https://shop.example:443/cart?x#y", "https://shop.example"),
            ("http://localhost:8788", "http://localhost:8788"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(Origin::parse(typed).map(|o| o.0), Ok(origin.to_owned()), "{typed}");
        }
        for wrong in ["shop.example", "https://*.example", "ftp://x", "https://", "https://a b", "http://x:99999", "*"]
        {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
