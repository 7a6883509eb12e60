use super::{ManualClock, fresh_database};
use aftercart::{
    app::{App, Surroundings},
    config::{Config, Overrides},
    conversations,
    db::Db,
    knowledge::import::{ArticleImportError, import_articles},
    notifications::{
        self,
        store::{StoredMail, StoredText},
    },
    orders::import::{Shift, Summary, import_orders_from},
    random::SystemRandom,
    realtime::Memory,
    router::router,
    sites::{self, Site, Theme, origin::Origin},
};
use aftercart_shared::{
    ids::{SiteId, SiteKey},
    locale::Locale,
    money::Currency,
    theme::{Color, Side},
    time::Timestamp,
};
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use tempfile::TempDir;
use tower::ServiceExt;

pub const KEY: &str = "pk_test";
pub const ORIGIN: &str = "https://shop.example";

const SECRET: &str = "a secret of the tests, long enough";

/// Aftercart, listening.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub site: Site,
    pub url: String,
    /// To other nodes on the same database.
    pub bus: Memory,
    client: Client,
    routes: Router,
    _folder: TempDir,
}

impl TestApp {
    pub async fn sqlite() -> TestApp {
        TestApp::with(|_| {}, false).await
    }

    pub async fn postgres() -> TestApp {
        TestApp::with(|_| {}, true).await
    }

    /// With other settings than the tests' usual ones.
    pub async fn with(change: impl FnOnce(&mut Config), postgres: bool) -> TestApp {
        TestApp::keeping(change, postgres, None).await
    }

    /// With pictures somewhere else than in its folder.
    pub async fn keeping(
        change: impl FnOnce(&mut Config),
        postgres: bool,
        pictures: Option<Arc<dyn object_store::ObjectStore>>,
    ) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let address = if postgres {
            fresh_database().await
        } else {
            format!("sqlite:{}", folder.path().join("test.db").display())
        };
        let overrides =
            Overrides { data_dir: Some(folder.path().into()), database: Some(address), ..Default::default() };
        let mut config = Config::load(&overrides).unwrap();
        // Tests speak for many shoppers from one machine.
        config.trusted_proxies = vec!["127.0.0.1".to_owned().try_into().unwrap()];
        config.limits.requests_per_second = 100_000;
        config.limits.burst = 100_000;
        config.limits.returns_per_shopper = 100_000;
        config.limits.messages_per_visitor = 100_000;
        config.limits.visitors_per_source = 100_000;
        config.limits.lookup_deadline_ms = 40;
        config.limits.live_lookup_deadline_ms = 1_000;
        // So that whoever hears of something was told, and did not look by chance.
        config.sockets.poll = Duration::from_secs(3_600);
        config.outgoing.private = vec!["127.0.0.0/8".to_owned().try_into().unwrap()];
        config.webhooks.private = config.outgoing.private.clone();
        config.webhooks.patience_ms = 30_000;
        let _ = rustls::crypto::ring::default_provider().install_default();
        change(&mut config);
        let db = Db::open(&config.database_url()).await.unwrap();
        let clock = Arc::new(ManualClock::new());
        let random = Arc::new(SystemRandom);
        let bus = Memory::default();
        let surroundings =
            Surroundings { clock: clock.clone(), random, pictures, bus: Arc::new(bus.clone()), ..Default::default() };
        let app = App::build(config, db, SECRET, surroundings).unwrap();
        let site = insert_site(&app.db, KEY, ORIGIN).await;
        let routes = router(app.clone());
        let url = listen(routes.clone()).await;
        tokio::spawn(conversations::watch::watch(app.clone()));
        TestApp { app, clock, site, url, bus, client: Client::new(), routes, _folder: folder }
    }

    /// Another node on the same database, and its address. `joined`: news cross; otherwise it has only the database.
    pub async fn another_node(&self, joined: bool) -> (App, String) {
        let bus = if joined { self.bus.join() } else { Memory::default() };
        let surroundings = Surroundings { clock: self.clock.clone(), bus: Arc::new(bus), ..Default::default() };
        let mut config = self.app.config.clone();
        if !joined {
            config.sockets.poll = Duration::from_millis(30);
        }
        let app = App::build(config, self.app.db.clone(), SECRET, surroundings).unwrap();
        let url = listen(router(app.clone())).await;
        tokio::spawn(conversations::watch::watch(app.clone()));
        (app, url)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url)).header("aftercart-site", KEY)
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url)).header("aftercart-site", KEY)
    }

    /// Without a network between: what many requests cost is then what the server itself does.
    pub async fn call_post(&self, path: &str, session: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header("aftercart-site", KEY)
            .header("authorization", format!("Bearer {session}"))
            .header("content-type", "application/json")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))))
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    pub fn options(&self, path: &str) -> RequestBuilder {
        self.client.request(reqwest::Method::OPTIONS, format!("{}{path}", self.url))
    }

    pub async fn lookup(&self, number: &str, contact: &str) -> (u16, Value) {
        self.lookup_from("198.51.100.7", number, contact).await
    }

    /// As a shopper at another address would.
    pub async fn lookup_from(&self, address: &str, number: &str, contact: &str) -> (u16, Value) {
        let body = serde_json::json!({ "number": number, "contact": contact });
        read(self.post("/api/v1/orders/lookup").header("x-forwarded-for", address).json(&body)).await
    }

    /// Settings are believed for a second; this forgets them, as that second would.
    pub fn forget_settings(&self) {
        self.app.sites.forget();
    }

    /// Runs every job that is due by the test's clock, and what becomes due by it.
    pub async fn run_jobs(&self) {
        aftercart::jobs::worker::run_due(&self.app).await.unwrap();
    }

    /// Newest first.
    pub async fn mails(&self) -> Vec<StoredMail> {
        notifications::store::latest_mails(&self.app.db, &self.site.id, 1000).await.unwrap()
    }

    /// Newest first.
    pub async fn texts(&self) -> Vec<StoredText> {
        notifications::store::latest_texts(&self.app.db, &self.site.id, 1000).await.unwrap()
    }

    pub async fn another_site(&self, key: &str, origin: &str) -> Site {
        insert_site(&self.app.db, key, origin).await
    }

    pub async fn import(&self, orders: &[Value]) -> Summary {
        self.import_to(&self.site, orders).await
    }

    pub async fn import_to(&self, site: &Site, orders: &[Value]) -> Summary {
        let lines: String = orders.iter().map(|order| format!("{order}\n")).collect();
        let input = std::io::Cursor::new(lines.into_bytes());
        let shift = Shift { days: 0 };
        import_orders_from(&self.app.db, &*self.clock, &site.id, &site.country, input, shift).await.unwrap()
    }

    pub async fn import_articles(&self, articles: &[Value]) {
        self.try_import_articles(articles).await.unwrap();
    }

    /// # Errors
    /// The database's.
    pub async fn try_import_articles(&self, articles: &[Value]) -> Result<(), aftercart::db::Error> {
        let file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
        let lines: String = articles.iter().map(|article| format!("{article}\n")).collect();
        std::fs::write(file.path(), lines).unwrap();
        match import_articles(&self.app.db, &*self.clock, &self.site.id, file.path(), true).await {
            Ok(summary) => {
                assert_eq!(summary.rejected, []);
                Ok(())
            }
            Err(ArticleImportError::Database(error)) => Err(error),
            Err(other) => panic!("{other}"),
        }
    }
}

/// On a free port.
async fn listen(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}

/// Status and JSON body.
pub async fn read(request: RequestBuilder) -> (u16, Value) {
    let response: Response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn insert_site(db: &Db, key: &str, origin: &str) -> Site {
    let site = Site {
        id: SiteId(format!("site-{key}")),
        key: SiteKey::from(key),
        names: BTreeMap::from([(Locale::En, "Test & Shop".into()), (Locale::ZhCn, "测试小店".into())]),
        origins: vec![Origin::parse(origin).unwrap()],
        locales: vec![Locale::En, Locale::ZhCn],
        currency: Currency::parse("CNY").unwrap(),
        time_zone: "Asia/Shanghai".into(),
        country: "CN".into(),
        theme: Theme { brand: Color::parse("#ffcc00").unwrap(), logo: None, side: Side::End },
        order_number_example: "A-1001".into(),
        contact_email: None,
        contact_phone: None,
        counter_hours: None,
        chat_hours: None,
        routing: None,
        first_answer: true,
        answers: false,
        articles_revision: 0,
        updated_at: Timestamp(1),
    };
    let stored = site.clone();
    db.write::<_, aftercart::db::Error, _>(move |tx| {
        Box::pin(async move { sites::store::insert(tx, &stored, Timestamp(1)).await })
    })
    .await
    .unwrap();
    site
}
