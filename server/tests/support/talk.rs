//! Browsers that talk with the shop, and the shop's people who answer.

use super::{
    TestApp, read,
    returns::{MING, SECRET_KEY, password_hash},
};
use aftercart::{
    agents::{self, Role, store::NewAgent},
    random::{Random, SystemRandom},
};
use aftercart_shared::ids::AgentId;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// A browser's token, and the conversation that it has open.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    pub token: String,
    pub id: String,
}

impl Talk {
    /// Of an answer with a new visitor in it.
    pub fn of(opened: &Value) -> Talk {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
        Talk { token: text(&opened["visitor"]["token"]), id: text(&opened["conversation"]["id"]) }
    }

    pub fn path(&self, what: &str) -> String {
        format!("/api/v1/conversations/{}/{what}", self.id)
    }
}

/// A message, as it is sent.
pub fn message(text: &str) -> Value {
    json!({ "kind": "message", "text": text })
}

/// What messages say, in their order; other events by their kind.
pub fn texts(heard: &Value) -> Vec<String> {
    let events = heard["events"].as_array().unwrap_or_else(|| panic!("{heard}"));
    let text = |event: &Value| event["text"].as_str().or(event["kind"].as_str()).unwrap().to_owned();
    events.iter().map(text).collect()
}

impl TestApp {
    /// Asks for a conversation with what the browser has.
    pub async fn open(&self, token: Option<&str>, session: Option<&str>) -> (u16, Value) {
        let request = self.post("/api/v1/conversations").json(&json!({ "locale": "en" }));
        let request = token.into_iter().fold(request, |request, token| request.header("aftercart-visitor", token));
        read(session.into_iter().fold(request, |request, session| request.bearer_auth(session))).await
    }

    /// A new browser.
    pub async fn begin(&self) -> Talk {
        let (status, opened) = self.open(None, None).await;
        assert_eq!(status, 200, "{opened}");
        Talk::of(&opened)
    }

    /// A new browser of a verified shopper's.
    pub async fn begin_as(&self, session: &str) -> Talk {
        let (status, opened) = self.open(None, Some(session)).await;
        assert_eq!(status, 200, "{opened}");
        Talk::of(&opened)
    }

    pub fn get_talk(&self, talk: &Talk, what: &str) -> RequestBuilder {
        self.get(&talk.path(what)).header("aftercart-visitor", &talk.token)
    }

    pub fn post_talk(&self, talk: &Talk, what: &str) -> RequestBuilder {
        self.post(&talk.path(what)).header("aftercart-visitor", &talk.token)
    }

    pub async fn tell(&self, talk: &Talk, client_id: &str, said: Value) -> (u16, Value) {
        read(self.post_talk(talk, "events").json(&json!({ "client_id": client_id, "said": said }))).await
    }

    /// From the beginning.
    pub async fn heard(&self, talk: &Talk) -> (u16, Value) {
        read(self.get_talk(talk, "events")).await
    }

    /// The admin API, with the shop's key.
    pub async fn desk_post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/v1/admin{path}", self.url);
        read(Client::new().post(url).bearer_auth(SECRET_KEY).json(&body)).await
    }

    /// What an agent does in a conversation.
    pub async fn agent_does(&self, talk: &Talk, act: &str, body: Value) -> (u16, Value) {
        self.desk_post(&format!("/conversations/{}/{act}", talk.id), body).await
    }

    pub async fn answer(&self, talk: &Talk, client_id: &str, text: &str) -> (u16, Value) {
        self.agent_does(talk, "events", json!({ "agent": MING, "client_id": client_id, "said": message(text) })).await
    }

    /// Everything in the log, as the shop sees it.
    pub async fn log_of(&self, talk: &Talk) -> Value {
        let (status, heard) = self.desk(&format!("/conversations/{}/events", talk.id)).await;
        assert_eq!(status, 200, "{heard}");
        heard
    }

    /// Accounts of this role: their e-mail addresses. The first part of each is the name.
    pub async fn hire(&self, role: Role, count: usize) -> Vec<String> {
        let emails: Vec<String> = (0..count).map(|n| format!("{}{n}@shop.example", role.name())).collect();
        let (site, now, hired) = (self.site.id.clone(), self.now(), emails.clone());
        let write = self.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move {
                for email in hired {
                    let agent = NewAgent {
                        id: AgentId(SystemRandom.id()),
                        name: email.split('@').next().unwrap_or_default().into(),
                        email,
                        role,
                        password_hash: password_hash(),
                    };
                    agents::store::insert(tx, &site, &agent, now).await?;
                }
                Ok(())
            })
        });
        write.await.unwrap();
        emails
    }
}
