//! Settings: flags over environment over file over the example file, which is the default.

use crate::realtime::Patience;
use config::{Config as Layers, Environment, File, FileFormat};
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// The example file, in words for people; also the lowest layer of every configuration.
pub const EXAMPLE: &str = include_str!("../aftercart.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: String,
    pub data_dir: PathBuf,
    pub database: String,
    pub secret: String,
    pub trusted_proxies: Vec<Network>,
    pub metrics_token: String,
    pub log: String,
    pub log_format: LogFormat,
    pub tls: Tls,
    pub mail: Mail,
    pub texts: Texts,
    pub outgoing: Outgoing,
    pub webhooks: Webhooks,
    pub connectors: Connectors,
    pub attachments: Attachments,
    pub limits: Limits,
    pub demo: Demo,
    #[serde(skip)]
    pub sockets: Patience,
    /// See `fail.rs`: a release does not know it.
    #[cfg(debug_assertions)]
    #[serde(default)]
    pub fail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    pub certificate: String,
    pub key: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub server: String,
    pub from: String,
    pub inbound: ReplyAddress,
    pub inbound_secret: String,
    pub imap: Imap,
}

/// A mailbox that is looked into.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imap {
    pub host: String,
    pub port: u16,
    pub tls: ImapTls,
    pub user: String,
    pub password: String,
    pub folder: String,
    pub every_s: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImapTls {
    /// From the first byte, as on port 993.
    Implicit,
    /// After a word in plain text, as on port 143.
    Starttls,
    /// In plain text: on this machine.
    None,
}

/// To which address she replies: `reply+{token}@shop.example`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ReplyAddress(Option<(String, String)>);

impl ReplyAddress {
    /// Whether mail is taken at all.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub fn address(&self, token: &str) -> String {
        self.0.as_ref().map(|(before, after)| format!("{before}{token}{after}")).unwrap_or_default()
    }

    /// What stands in such an address in the token's place.
    pub fn token<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (before, after) = self.0.as_ref()?;
        let from = address.get(..before.len())?;
        let to = address.len().checked_sub(after.len()).filter(|to| *to >= before.len())?;
        let fits = from.eq_ignore_ascii_case(before) && address.get(to..)?.eq_ignore_ascii_case(after);
        address.get(before.len()..to).filter(|_| fits)
    }
}

impl TryFrom<String> for ReplyAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(ReplyAddress(None));
        }
        let fault = || format!("mail.inbound {text:?} is no address like reply+{{token}}@shop.example");
        let (before, after) = text.split_once("{token}").ok_or_else(fault)?;
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-_.=".contains(&b));
        let (local, domain) = after.split_once('@').ok_or_else(fault)?;
        if !plain(before) || !plain(local) || domain.is_empty() || !plain(domain) {
            return Err(fault());
        }
        if before.len() + local.len() > 14 {
            return Err(format!(
                "mail.inbound {text:?}: a mail address has 64 characters before its @, and the token takes 50"
            ));
        }
        Ok(ReplyAddress(Some((before.to_owned(), after.to_owned()))))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub url: String,
    pub token: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    pub private: Vec<Network>,
    pub patience_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    pub private: Vec<Network>,
    pub patience_ms: u64,
    pub keep_days: u32,
}

impl Webhooks {
    /// What the client that sends them goes by.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing { private: self.private.clone(), patience_ms: self.patience_ms }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connectors {
    pub reconcile_every_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    pub path: PathBuf,
    pub memory_mib: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub requests_per_second: u32,
    pub burst: u32,
    pub failures_per_order: i64,
    pub failures_per_contact: i64,
    pub failures_per_source: i64,
    pub codes_per_source: i64,
    pub returns_per_shopper: i64,
    pub sockets_per_source: u32,
    pub visitors_per_source: i64,
    pub messages_per_visitor: u32,
    pub lookup_deadline_ms: u64,
    pub live_lookup_deadline_ms: u64,
    pub body_bytes: usize,
    pub header_timeout_s: u64,
    pub request_timeout_s: u64,
    pub upload_timeout_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    pub listen: SocketAddr,
}

/// An address, or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn contains(self, other: IpAddr) -> bool {
        fn leading(bits: u128, width: u32, prefix: u8) -> u128 {
            bits.checked_shr(width - u32::from(prefix)).unwrap_or(0)
        }
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                leading(u32::from(a).into(), 32, self.prefix) == leading(u32::from(b).into(), 32, self.prefix)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                self.prefix == 0 || leading(a.into(), 128, self.prefix) == leading(b.into(), 128, self.prefix)
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let fault = || format!("{text:?} is neither an address nor a network like 10.0.0.0/8");
        let (address, prefix) = text.split_once('/').map_or((text.as_str(), None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.trim().parse().map_err(|_| fault())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(widest), |p| p.trim().parse().map_err(|_| fault()))?;
        if prefix > widest { Err(fault()) } else { Ok(Network { address, prefix }) }
    }
}

/// What the command line may set over everything else.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub file: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    pub demo_listen: Option<SocketAddr>,
    pub data_dir: Option<PathBuf>,
    pub database: Option<String>,
    pub public_url: Option<String>,
}

impl Config {
    /// Reads all layers. Without a named file, `aftercart.toml` in the working directory is read if it is there.
    ///
    /// # Errors
    /// Names the setting that is unknown, of the wrong type, or contradicts another.
    pub fn load(overrides: &Overrides) -> Result<Config, String> {
        let file = match &overrides.file {
            Some(path) => File::from(path.as_path()).required(true),
            None => File::from(Path::new("aftercart.toml")).required(false),
        };
        let mut layers = Layers::builder()
            .add_source(File::from_str(EXAMPLE, FileFormat::Toml))
            .add_source(file.format(FileFormat::Toml))
            .add_source(
                Environment::with_prefix("AFTERCART")
                    .prefix_separator("_")
                    .separator("__")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("trusted_proxies")
                    .with_list_parse_key("outgoing.private")
                    .with_list_parse_key("webhooks.private"),
            );
        let set = [
            ("listen", overrides.listen.map(|a| a.to_string())),
            ("demo.listen", overrides.demo_listen.map(|a| a.to_string())),
            ("data_dir", overrides.data_dir.as_ref().map(|p| p.to_string_lossy().into_owned())),
            ("database", overrides.database.clone()),
            ("public_url", overrides.public_url.clone()),
        ];
        for (key, value) in set {
            layers = layers.set_override_option(key, value).map_err(|e| e.to_string())?;
        }
        let config: Config = layers.build().and_then(Layers::try_deserialize).map_err(|e| e.to_string())?;
        config.check()
    }

    fn check(mut self) -> Result<Config, String> {
        if self.tls.certificate.is_empty() != self.tls.key.is_empty() {
            return Err("tls.certificate and tls.key go together: set both or neither".into());
        }
        if !self.secret.is_empty() && self.secret.len() < 32 {
            return Err("secret must have at least 32 characters".into());
        }
        if !self.mail.imap.host.is_empty() && !self.mail.inbound.is_on() {
            return Err("mail.imap is looked into for replies: set mail.inbound, too".into());
        }
        if !self.mail.inbound_secret.is_empty() && self.mail.inbound_secret.len() < 24 {
            return Err("mail.inbound_secret must have at least 24 characters".into());
        }
        // A photo of a telephone takes a hundred and some.
        if self.attachments.memory_mib < 256 {
            return Err("attachments.memory_mib must be 256 or more".into());
        }
        // What is being sent is sent again after a minute.
        if !(100..=30_000).contains(&self.webhooks.patience_ms) {
            return Err("webhooks.patience_ms must be between 100 and 30000".into());
        }
        if !(1..=3_650).contains(&self.webhooks.keep_days) {
            return Err("webhooks.keep_days must be between 1 and 3650".into());
        }
        if self.public_url.is_empty() {
            let scheme = if self.tls.certificate.is_empty() { "http" } else { "https" };
            self.public_url = format!("{scheme}://{}", self.listen);
        }
        self.public_url = self.public_url.trim_end_matches('/').to_owned();
        if !self.public_url.starts_with("http://") && !self.public_url.starts_with("https://") {
            return Err("public_url must begin with http:// or https://".into());
        }
        Ok(self)
    }

    /// Where attached pictures lie, with the default filled in.
    pub fn attachments_path(&self) -> PathBuf {
        if self.attachments.path.as_os_str().is_empty() {
            self.data_dir.join("attachments")
        } else {
            self.attachments.path.clone()
        }
    }

    /// The database's address with the default filled in.
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite:{}", self.data_dir.join("aftercart.db").display())
        } else {
            self.database.clone()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_default_and_flags_win() {
        let config = Config::load(&Overrides { database: Some("postgres://x".into()), ..Default::default() }).unwrap();
        assert_eq!(config.listen.port(), 8787);
        assert_eq!(config.public_url, "http://127.0.0.1:8787");
        assert_eq!(config.database_url(), "postgres://x");
    }

    #[test]
    fn a_misspelt_setting_is_named() {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(file.path(), "lisen = \"127.0.0.1:1\"").unwrap();
        let fault = Config::load(&Overrides { file: Some(file.path().into()), ..Default::default() }).unwrap_err();
        assert!(fault.contains("lisen"), "{fault}");
    }

    /// Faults on purpose are for development: a release must not start with them.
    #[test]
    fn only_a_development_build_knows_of_faults() {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(file.path(), "fail = \"ack-early\"").unwrap();
        let loaded = Config::load(&Overrides { file: Some(file.path().into()), ..Default::default() });
        assert_eq!(loaded.is_ok(), cfg!(debug_assertions));
        if let Err(fault) = loaded {
            assert!(fault.contains("fail"), "{fault}");
        }
    }

    #[test]
    fn a_reply_address_takes_a_token_apart_again() {
        let address = ReplyAddress::try_from("reply+{token}@Shop.example".to_owned()).unwrap();
        assert_eq!(address.address("abc"), "reply+abc@Shop.example");
        assert_eq!(address.token("reply+abc@Shop.example"), Some("abc"));
        assert_eq!(address.token("REPLY+Abc@shop.EXAMPLE"), Some("Abc"));
        for other in [
            "",
            "reply+",
            "reply@shop.example",
            "reply+abc@shop.example.cn",
            "xreply+abc@shop.example",
            "replé+abc@shop",
        ] {
            assert_eq!(address.token(other), None, "{other}");
        }
        assert!(!ReplyAddress::try_from(String::new()).unwrap().is_on());
        for wrong in [
            "reply@shop.example",
            "reply+{token}",
            "a b{token}@c",
            "{token}@",
            "{token}@a>b",
            "much-too-long-x{token}@a.b",
        ] {
            assert!(ReplyAddress::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let holds =
            |network: &str, ip: &str| Network::try_from(network.to_owned()).unwrap().contains(ip.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.200.3.4"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("127.0.0.1", "127.0.0.1"));
        assert!(holds("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
        assert!(Network::try_from("10.0.0.0/33".to_owned()).is_err());
        assert!(Network::try_from("example.com".to_owned()).is_err());
    }
}
