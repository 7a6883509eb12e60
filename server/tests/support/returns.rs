//! A shop with a returns policy, orders that have arrived, and shoppers who send things back.

use super::{KEY, TestApp, order, read};
use aftercart::{
    admin,
    agents::{self, Role, store::NewAgent},
    random::{Random, SystemRandom},
    returns::{
        policies,
        policy::Policy,
        record::{self, Actor, Happened},
    },
};
use aftercart_shared::{
    ids::{AgentId, ReturnId},
    time::Timestamp,
};
use serde_json::{Value, json};

/// Short, with every answer in it.
pub const POLICY: &str = r#"
in_force_from = "2026-01-01"
second_person_from = { CNY = "500" }

[tags]
sale = ["SALE-*"]
cups = ["CUP-*"]
kits = ["KIT-*"]

[[rule]]
name = { en = "Cups stay", zh-CN = "杯子不用寄回" }
when = { tags = ["cups"] }
then = { keep_below = { CNY = "100" } }

[[rule]]
name = { en = "Parts of kits are sent again", zh-CN = "缺件补寄" }
when = { tags = ["kits"], reasons = ["missing"] }
then = { decision = "approve", within = "2 years", resolutions = ["replacement"] }

[[rule]]
name = { en = "Trouble", zh-CN = "有问题" }
when = { reasons = ["damaged", "wrong_item", "missing"] }
then = { decision = "photo", within = "2 years", resolutions = ["replacement", "refund", "store_credit"] }

[[rule]]
name = { en = "Faulty", zh-CN = "质量问题" }
when = { reasons = ["faulty"] }
then = { decision = "person", within = "2 years", resolutions = ["repair", "replacement", "refund"] }

[[rule]]
name = { en = "Final sale", zh-CN = "清仓" }
when = { tags = ["sale"] }
then = { decision = "refuse", because = "final_sale" }

[otherwise]
within = "30 days"
resolutions = ["refund", "exchange_variant", "store_credit"]
credit_bonus = "5%"
restocking = "10%"
methods = ["drop_off", "pickup", "ship_later"]
postage = { drop_off = { CNY = "12" } }
"#;

/// An order of `pieces` lamps at 129.00 that arrived yesterday at noon in Shanghai.
pub fn arrived(number: &str, pieces: i64) -> Value {
    let mut order = order(number);
    order["lines"][0]["quantity"] = json!(pieces);
    order["shipments"][0]["lines"][0]["quantity"] = json!(pieces);
    order["shipments"][0]["status"] = json!("delivered");
    order["shipments"][0]["events"] = json!([
        { "at": "2026-11-19T08:00:00+08:00", "status": "in_transit" },
        { "at": "2026-11-20T12:00:00+08:00", "status": "delivered" },
    ]);
    order
}

/// With a second line of other goods.
pub fn with_line(mut order: Value, id: &str, sku: &str, title: &str, quantity: i64, price: Option<&str>) -> Value {
    let mut line = json!({ "id": id, "sku": sku, "title": title, "quantity": quantity });
    if let Some(price) = price {
        line["unit_price"] = json!(price);
    }
    order["lines"].as_array_mut().unwrap().push(line);
    let parts = order["shipments"][0]["lines"].as_array_mut().unwrap();
    parts.push(json!({ "line": id, "quantity": quantity }));
    order
}

pub fn key() -> String {
    SystemRandom.id()
}

/// Pieces of the lamps, because she changed her mind, for money, by drop-off.
pub fn wish(key: &str, quantity: i64) -> Value {
    json!({
        "key": key, "locale": "en", "resolution": "refund", "method": "drop_off",
        "lines": [{ "line": "l1", "quantity": quantity, "reason": "changed_mind" }],
    })
}

impl TestApp {
    pub async fn set_policy(&self, source: &str) {
        let policy = Policy::parse(source).unwrap();
        policies::store(&self.app.db, &*self.clock, &SystemRandom, &self.site.id, &policy, source).await.unwrap();
    }

    /// Our id of the order.
    pub async fn order_id(&self, number: &str) -> String {
        #[derive(sqlx::FromRow)]
        struct Row {
            order_id: String,
        }
        let sql = aftercart::sql!("SELECT order_id FROM orders WHERE site_id = $1 AND number = $2");
        let row = self.app.db.fetch_optional::<Row>(sql, aftercart::args![&self.site.id, number]).await.unwrap();
        row.unwrap_or_else(|| panic!("no order {number}")).order_id
    }

    pub async fn return_options(&self, session: &str, order: &str) -> Value {
        let path = format!("/api/v1/me/orders/{order}/returns/options?locale=en");
        let (status, options) = read(self.get(&path).bearer_auth(session)).await;
        assert_eq!(status, 200, "{options}");
        options
    }

    pub async fn quote(&self, session: &str, order: &str, body: &Value) -> (u16, Value) {
        read(self.post(&format!("/api/v1/me/orders/{order}/returns/quote")).bearer_auth(session).json(body)).await
    }

    pub async fn submit(&self, session: &str, order: &str, body: &Value) -> (u16, Value) {
        read(self.post(&format!("/api/v1/me/orders/{order}/returns")).bearer_auth(session).json(body)).await
    }

    pub async fn my_return(&self, session: &str, id: &Value) -> (u16, Value) {
        let path = format!("/api/v1/me/returns/{}?locale=en", id.as_str().unwrap());
        read(self.get(&path).bearer_auth(session)).await
    }

    pub async fn call_off(&self, session: &str, id: &Value) -> (u16, Value) {
        let path = format!("/api/v1/me/returns/{}/cancel?locale=en", id.as_str().unwrap());
        read(self.post(&path).bearer_auth(session)).await
    }

    /// With a code, from an address.
    pub async fn open_code(&self, from: &str, token: &str) -> (u16, Value) {
        let request = self.post("/api/v1/returns/open").header("x-forwarded-for", from);
        read(request.json(&json!({ "token": token, "locale": "en" }))).await
    }

    /// What was asked to happen outside, as `kind part`, sorted.
    pub async fn effects(&self, id: &Value) -> Vec<String> {
        #[derive(sqlx::FromRow)]
        struct Row {
            kind: String,
            job_key: String,
        }
        let sql = aftercart::sql!("SELECT kind, job_key FROM jobs WHERE site_id = $1");
        let rows = self.app.db.fetch_all::<Row>(sql, aftercart::args![&self.site.id]).await.unwrap();
        let id = format!("{}:", id.as_str().unwrap());
        let own = rows.iter().filter_map(|row| Some((row, row.job_key.strip_prefix(&id)?)));
        let mut own: Vec<String> = own.map(|(row, part)| format!("{} {part}", row.kind).trim().to_owned()).collect();
        own.sort();
        own
    }

    pub fn site_key(&self) -> &'static str {
        KEY
    }
}

/// Everybody's. Far weaker than real ones: what is tested is who may, not how hard it is to guess.
pub fn password_hash() -> String {
    hash_of(WEIS_PASSWORD)
}

pub fn hash_of(password: &str) -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(16, 1, 1, None).unwrap());
    argon.hash_password_with_salt(password.as_bytes(), &[7; 16]).unwrap().to_string()
}

/// Accounts that may act, and one that only looks.
pub const MING: &str = "ming@shop.example";
pub const WEI: &str = "wei@shop.example";
pub const WEIS_PASSWORD: &str = "a lamp for every desk";
pub const READER: &str = "reader@shop.example";
pub const SECRET_KEY: &str = "sk_00112233445566778899aabbccddeeff";

impl TestApp {
    /// Gives the site a key and staff.
    pub async fn open_desk(&self) {
        let people = [(MING, Role::Agent), (WEI, Role::Lead), (READER, Role::ReadOnly)];
        let (site, now) = (self.site.id.clone(), self.now());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move {
                for (email, role) in people {
                    let agent = NewAgent {
                        id: AgentId(SystemRandom.id()),
                        email: email.into(),
                        name: email.into(),
                        role,
                        password_hash: password_hash(),
                    };
                    agents::store::insert(tx, &site, &agent, now).await?;
                }
                let hash = admin::key::hash(SECRET_KEY);
                admin::store::insert_key(tx, &site, "00112233", &hash, "desk", now).await
            })
        });
        write.await.unwrap();
    }

    pub fn now(&self) -> Timestamp {
        aftercart::clock::Clock::now(&*self.clock)
    }

    /// What an agent does with a return.
    pub async fn act(&self, id: &Value, act: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/v1/admin/returns/{}/{act}", self.url, id.as_str().unwrap());
        read(reqwest::Client::new().post(url).bearer_auth(SECRET_KEY).json(&body)).await
    }

    /// A path of the admin API.
    pub async fn desk(&self, path: &str) -> (u16, Value) {
        let url = format!("{}/api/v1/admin{path}", self.url);
        read(reqwest::Client::new().get(url).bearer_auth(SECRET_KEY)).await
    }

    /// Reports what happened outside; `false` when it cannot have.
    pub async fn happened(&self, id: &Value, happened: Happened) -> bool {
        let (site, id, now) = (self.site.id.clone(), ReturnId(id.as_str().unwrap().to_owned()), self.now());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { record::apply(tx, &site, &id, happened, Actor::System, now).await })
        });
        write.await.unwrap()
    }

    /// Received as new, and paid out: the whole way.
    pub async fn paid_out(&self, id: &Value) {
        self.open_desk().await;
        let (_, shown) = self.desk(&format!("/returns/{}", id.as_str().unwrap())).await;
        let lines: Vec<Value> = shown["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| json!({ "line": line["line"], "quantity": line["quantity"], "grade": "as_new" }))
            .collect();
        let (status, answer) = self.act(id, "receive", json!({ "agent": MING, "lines": lines })).await;
        assert_eq!(status, 200, "{answer}");
        let (status, answer) = self.act(id, "refund", json!({ "agent": MING })).await;
        assert_eq!(status, 200, "{answer}");
        assert!(self.happened(id, Happened::RefundSucceeded).await);
    }
}
