//! The composition root: the only place that builds things and hands them to each other.

use crate::{
    assistant::ByRules,
    attachments::{Desk, Files},
    clock::{Clock, SystemClock},
    config::Config,
    conversations::{SendLimiter, Typing, first_answer::Assistant, line::Lines, queue::Paces},
    db::Db,
    http::limit::RequestLimiter,
    http_client::HttpClient,
    inbox::QueueCounts,
    knowledge::Knowledge,
    notifications::{HttpTexts, Mailer, Texts},
    orders::{failures::Failures, shops::Shops, waiters::Waiters},
    random::{Random, SystemRandom},
    realtime::{Bus, Hub, Memory},
    returns::Policies,
    secret::Secret,
    sites::Sites,
    surfaces::Pages,
    sync::live::Live,
};
use axum::http::{HeaderMap, header};
use metrics_exporter_prometheus::PrometheusHandle;
use object_store::ObjectStore;
use std::{ops::Deref, sync::Arc};

/// Everything a handler may need. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub sites: Sites,
    pub knowledge: Knowledge,
    pub policies: Policies,
    pub failures: Failures,
    /// Who is asked for an order that the database does not know.
    pub shops: Arc<dyn Shops>,
    pub requests: RequestLimiter,
    pub pages: Pages,
    pub secret: Secret,
    pub hub: Hub,
    pub waiters: Waiters,
    /// Who has a socket open.
    pub sockets: Waiters,
    /// Who is writing just now.
    pub typing: Typing,
    /// Who answers before a person does.
    pub assistant: Arc<dyn Assistant>,
    /// How quickly whoever waits is taken on.
    pub paces: Paces,
    /// Where everybody who waits stood at the last look.
    pub lines: Lines,
    /// How many conversations everybody has.
    pub queues: QueueCounts,
    /// How much visitors send.
    pub sends: SendLimiter,
    /// Where pictures are taken.
    pub desk: Desk,
    pub http: HttpClient,
    /// For what is told to addresses that shops have set: with rules of its own.
    pub webhooks: HttpClient,
    pub mailer: Mailer,
    pub texts: Texts,
    /// `None` where nothing is measured, as in tests.
    pub metrics: Option<PrometheusHandle>,
    /// Where the demo shop is, under `--demo`.
    pub demo_url: Option<String>,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What differs between the program and its tests.
#[derive(Debug)]
pub struct Surroundings {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub metrics: Option<PrometheusHandle>,
    pub demo_url: Option<String>,
    /// Where pictures lie; `None`: in the folder that the settings name.
    pub pictures: Option<Arc<dyn ObjectStore>>,
    /// The way to other nodes.
    pub bus: Arc<dyn Bus>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Surroundings {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            metrics: None,
            demo_url: None,
            pictures: None,
            bus: Arc::new(Memory::default()),
        }
    }
}

impl App {
    /// `secret` keys the hashes under which failed look-ups are counted, and seals other people's secrets.
    ///
    /// # Errors
    /// Names the setting from which something cannot be built.
    pub fn build(config: Config, db: Db, secret: &str, surroundings: Surroundings) -> Result<App, String> {
        let Surroundings { clock, random, metrics, demo_url, pictures, bus } = surroundings;
        let http = HttpClient::new(&config.outgoing)?;
        let webhooks = HttpClient::new(&config.webhooks.outgoing())?;
        let files = match pictures {
            Some(store) => Files::in_store(store),
            None => Files::in_folder(config.attachments_path())?,
        };
        Ok(App(Arc::new(Parts {
            secret: Secret::new(secret),
            mailer: Mailer::new(&config.mail)?,
            texts: HttpTexts::from_settings(&config.texts, http.clone())?,
            http,
            webhooks,
            sites: Sites::new(db.clone()),
            knowledge: Knowledge::new(db.clone()),
            policies: Policies::default(),
            failures: Failures::new(secret, &config.limits),
            shops: Arc::new(Live::default()),
            requests: RequestLimiter::new(&config.limits),
            pages: Pages::default(),
            hub: Hub::new(bus),
            waiters: Waiters::default(),
            sockets: Waiters::new(config.limits.sockets_per_source),
            typing: Typing::default(),
            assistant: Arc::new(ByRules),
            paces: Paces::default(),
            lines: Lines::default(),
            queues: QueueCounts::default(),
            sends: SendLimiter::new(&config.limits),
            desk: Desk::new(files, &config.attachments),
            config,
            db,
            clock,
            random,
            metrics,
            demo_url,
        })))
    }

    /// Is this origin our own: the configured one, or the host this very request was sent to?
    pub fn is_own_origin(&self, origin: &str, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
        let same_host = origin.split_once("://").map(|(_, host)| host).is_some_and(|o| Some(o) == host);
        origin == self.config.public_url || same_host
    }
}
