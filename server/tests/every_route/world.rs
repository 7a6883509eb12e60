//! Two shops with everything that a request from the wrong side could be after.

use super::door::Door;
use crate::support::{
    TestApp, article,
    at_desk::AtDesk,
    order,
    pictures::jpeg,
    read,
    returns::{MING, READER, arrived, key as key_, wish},
    shop::{Connected, StandIn},
    talk::Talk,
};
use aftercart::{
    admin::{key, openapi, store},
    cli::insert_identity_key,
    connectors::commerce::Kind,
    notices::token,
    notifications,
    random::SystemRandom,
    shoppers::identity_key::IdentityKey,
    sites::Site,
};
use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

pub const EMMA: &str = "emma.wilson@example.com";
pub const LI: &str = "li.na@example.cn";
pub const OURS: &str = "sk_0123456789abcdef0123456789abcdef";
pub const THEIRS: &str = "sk_ffffffffffffffffffffffffffffffff";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const SECRET_THERE: &str = "fedcba9876543210fedcba9876543210";

/// Two shops. In ours Emma and Li; in theirs another order of Emma's.
pub struct World {
    pub app: TestApp,
    pub there: Site,
    pub emma: String,
    pub li: String,
    pub emma_there: String,
    pub emmas: String,
    pub emmas_there: String,
    pub watch: String,
    pub watch_there: String,
    pub link_there: String,
    pub confirm_there: String,
    pub stop_there: String,
    pub code_there: (String, String),
    /// Emma's returns, here and there, and the code of the one there.
    pub return_here: String,
    pub return_there: String,
    pub return_code_there: String,
    pub return_code_here: String,
    /// Whoever is logged in.
    pub door: Door,
    pub picture: String,
    pub picture_there: String,
    /// A conversation here with a picture of Emma's in it, a stranger's, and one there.
    pub talk: Talk,
    pub talk_stranger: Talk,
    pub talk_there: Talk,
    pub talk_picture: String,
    /// Of ours, at her desk: one who answers, and one who only looks.
    pub ming: AtDesk,
    pub reader: AtDesk,
    /// Where something is told, here and there.
    pub webhook: String,
    pub webhook_there: String,
    pub here: Connected,
    pub connector_there: Connected,
}

/// The id of her order with this number.
fn numbered(mine: &Value, number: &str) -> String {
    let found = mine["orders"].as_array().unwrap().iter().find(|order| order["number"] == number);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

pub fn lookup(number: &str, contact: &str) -> Value {
    json!({ "number": number, "contact": contact })
}

impl World {
    pub fn there(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}{path}", self.app.url)).header("aftercart-site", "pk_other")
    }

    pub fn admin(&self, method: Method, path: &str, key: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}/api/v1/admin{path}", self.app.url)).bearer_auth(key)
    }

    pub async fn new(app: TestApp) -> World {
        let there = app.another_site("pk_other", "https://other.example").await;
        for (site, key, secret) in [(app.site.clone(), OURS, SECRET), (there.clone(), THEIRS, SECRET_THERE)] {
            let id = &IdentityKey::secret(secret).unwrap();
            insert_identity_key(&app.app.db, &app.app.secret, &SystemRandom, &site, id).await.unwrap();
            let (site, now) = (site.id.clone(), app.app.clock.now());
            let insert = app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
                Box::pin(async move { store::insert_key(tx, &site, &key[3..11], &key::hash(key), "ERP", now).await })
            });
            insert.await.unwrap();
        }
        let mut of_li = order("A-1002");
        of_li["email"] = json!(LI);
        of_li["phone"] = Value::Null;
        let mut trouble = order("A-1001");
        trouble["shipments"][0]["status"] = json!("attempted");
        app.import(&[trouble, of_li, arrived("A-1003", 2)]).await;
        app.import_to(&there, &[order("B-2001"), arrived("B-2002", 2)]).await;
        app.open_desk().await;
        app.import_articles(&[article("ours", "en", "Ours", "Ours alone.")]).await;
        let (shop, other) = (StandIn::start().await, StandIn::start().await);
        let here = app.connect(Kind::Generic, &shop).await;
        let connector_there = app.connect_to(&there, Kind::Generic, &other).await;
        let (emma, li) = (app.sign_in(EMMA).await, app.sign_in(LI).await);
        let webhook = World::listens(&app, &app.site).await;
        let webhook_there = World::listens(&app, &there).await;
        let mut world = World {
            webhook,
            webhook_there,
            there,
            emma,
            li,
            here,
            connector_there,
            app,
            emma_there: String::new(),
            emmas: String::new(),
            emmas_there: String::new(),
            watch: String::new(),
            watch_there: String::new(),
            link_there: String::new(),
            confirm_there: String::new(),
            stop_there: String::new(),
            code_there: Default::default(),
            return_here: String::new(),
            return_there: String::new(),
            return_code_there: String::new(),
            return_code_here: String::new(),
            door: Door::default(),
            picture: String::new(),
            picture_there: String::new(),
            ming: AtDesk::default(),
            reader: AtDesk::default(),
            talk: Talk::default(),
            talk_stranger: Talk::default(),
            talk_there: Talk::default(),
            talk_picture: String::new(),
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let stored = self.admin(Method::PUT, "/orders/10001", THEIRS).json(&openapi::example_order());
        assert_eq!(read(stored).await.0, 200);
        let claims = json!({ "sub": "7", "aud": "pk_other", "iat": self.now_s(), "exp": self.now_s() + 300, "nonce": "n", "email": EMMA });
        let token = signed(&claims, SECRET_THERE);
        let identify = self.there(Method::POST, "/api/v1/identify").json(&json!({ "token": token }));
        self.emma_there = text(&read(identify).await.1["token"]);
        let (_, mine) = read(self.app.get("/api/v1/me/orders").bearer_auth(&self.emma)).await;
        self.emmas = numbered(&mine, "A-1001");
        let (_, mine) = read(self.there(Method::GET, "/api/v1/me/orders").bearer_auth(&self.emma_there)).await;
        self.emmas_there = numbered(&mine, "B-2001");
        self.watch = text(&self.app.lookup("A-1001", EMMA).await.1["watch"]);
        let found = self.there(Method::POST, "/api/v1/orders/lookup").json(&lookup("B-2001", EMMA));
        self.watch_there = text(&read(found).await.1["watch"]);
        let (url, watch) = (self.app.url.clone(), self.watch_there.clone());
        let watched = |path| {
            let request = Client::new().post(format!("{url}{path}")).header("aftercart-site", "pk_other");
            request.header("aftercart-watch", &watch)
        };
        let (_, shared) = read(watched("/api/v1/orders/share")).await;
        self.link_there = text(&shared["url"]).split_once('#').unwrap().1.to_owned();
        let wish = json!({ "email": EMMA, "locale": "en" });
        assert_eq!(read(watched("/api/v1/orders/subscribe").json(&wish)).await.0, 202);
        self.confirm_there = self.mailed_there("#confirm.").await;
        let subscription = self.confirm_there.split_once('.').unwrap().0;
        self.stop_there = token::seal(&self.app.app.secret, &self.there.id, token::Use::Stop, subscription);
        let (_, sent) = read(self.there(Method::POST, "/api/v1/codes").json(&json!({ "contact": EMMA }))).await;
        self.code_there = (text(&sent["id"]), self.code_mailed_there().await);
        let attached = |request: RequestBuilder| read(request.header("content-type", "image/jpeg").body(jpeg(16, 16)));
        let path = "/api/v1/me/attachments";
        self.picture = text(&attached(self.app.post(path).bearer_auth(&self.emma)).await.1["id"]);
        self.picture_there =
            text(&attached(self.there(Method::POST, path).bearer_auth(&self.emma_there)).await.1["id"]);
        self.send_back().await;
        self.talk_picture = text(&attached(self.app.post(path).bearer_auth(&self.emma)).await.1["id"]);
        self.begin_to_talk().await;
        self.ming = self.app.seated(MING).await;
        self.reader = self.app.seated(READER).await;
        self.door = Door::new(self).await;
    }

    async fn begin_to_talk(&mut self) {
        self.talk = self.app.begin_as(&self.emma).await;
        let said = json!({ "kind": "attachment", "attachment_id": self.talk_picture });
        assert_eq!(self.app.tell(&self.talk, "1", said).await.0, 200);
        self.talk_stranger = self.app.begin().await;
        let (_, opened) =
            read(self.there(Method::POST, "/api/v1/conversations").json(&json!({ "locale": "en" }))).await;
        self.talk_there = Talk::of(&opened);
    }

    /// Both shops are without a policy, so a person decides on either.
    async fn send_back(&mut self) {
        let here = self.app.order_id("A-1003").await;
        let (_, mine) = read(self.there(Method::GET, "/api/v1/me/orders").bearer_auth(&self.emma_there)).await;
        let arrived = mine["orders"].as_array().unwrap().iter().find(|order| order["number"] == "B-2002").unwrap();
        let path = format!("/api/v1/me/orders/{}/returns", arrived["id"].as_str().unwrap());
        let (_, made) = self.app.submit(&self.emma, &here, &wish(&key_(), 1)).await;
        self.return_here = made["summary"]["id"].as_str().unwrap().to_owned();
        let number = made["summary"]["number"].as_str().unwrap();
        self.return_code_here = aftercart::returns::number::token(&self.app.app.secret, &self.app.site.id, number);
        let (status, made) =
            read(self.there(Method::POST, &path).bearer_auth(&self.emma_there).json(&wish(&key_(), 1))).await;
        assert_eq!(status, 201, "{made}");
        self.return_there = made["summary"]["id"].as_str().unwrap().to_owned();
        let number = made["summary"]["number"].as_str().unwrap();
        self.return_code_there = aftercart::returns::number::token(&self.app.app.secret, &self.there.id, number);
    }

    pub fn now_s(&self) -> i64 {
        aftercart::clock::Clock::now(&*self.app.clock).0 / 1000
    }

    /// What follows the mark in the newest mail of the other shop that has it.
    pub async fn mailed_there(&self, mark: &str) -> String {
        let mails = notifications::store::latest_mails(&self.app.app.db, &self.there.id, 100).await.unwrap();
        let rest = mails.iter().find_map(|mail| mail.plain.split_once(mark));
        let rest = rest.unwrap_or_else(|| panic!("no mail has {mark}")).1;
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect()
    }

    async fn code_mailed_there(&self) -> String {
        let mails = notifications::store::latest_mails(&self.app.app.db, &self.there.id, 100).await.unwrap();
        let mut codes = mails.iter().filter_map(|mail| mail.subject.split_once(' ').map(|(code, _)| code.to_owned()));
        codes.find(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).unwrap()
    }
}

pub fn signed(claims: &Value, secret: &str) -> String {
    encode(&Header::default(), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}
