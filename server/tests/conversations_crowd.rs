//! Many at once: nobody ever sees a word of somebody else's, and of all who take a conversation one has it.

use crate::{
    on_both,
    support::{
        TestApp, read,
        returns::MING,
        talk::{Talk, message, texts},
    },
};
use aftercart::agents::Role;
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// Under way at a time: more than a database has connections.
const AT_ONCE: usize = 48;
const STEPS: usize = 14;

/// What the crowd has done, so that it can be seen that it has done something.
#[derive(Default)]
struct Done {
    said: AtomicUsize,
    seen: AtomicUsize,
    merged: AtomicUsize,
    left: AtomicUsize,
    refused: AtomicUsize,
}

fn add(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A die with a seed: the same crowd every time, as far as the machine's own order allows.
struct Die(u64);

impl Die {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most
    }
}

/// A browser, and the person who sits at it.
struct Browser {
    app: Arc<TestApp>,
    done: Arc<Done>,
    /// Every conversation that there is, with the person it belongs to.
    all: Arc<Mutex<Vec<(String, usize)>>>,
    die: Die,
    name: usize,
    people: usize,
    person: usize,
    session: Option<String>,
    talk: Option<Talk>,
    /// Begun, or taken over, as somebody whom the shop knows.
    verified: bool,
    turn: usize,
}

impl Browser {
    /// Everything in it was said by, or to, whoever sits here.
    fn look(&self, heard: &Value) {
        for text in texts(heard).iter().filter(|text| text.starts_with("canary ")) {
            assert_eq!(text.split(' ').nth(1), Some(self.person.to_string().as_str()), "{}: {text}", self.name);
            add(&self.done.seen);
        }
    }

    fn canary(&mut self) -> (String, Value) {
        self.turn += 1;
        let id = format!("{}-{}", self.name, self.turn);
        let said = message(&format!("canary {} {id}", self.person));
        (id, said)
    }

    async fn open(&mut self) {
        let token = self.talk.as_ref().map(|talk| talk.token.clone());
        let (status, opened) = self.app.open(token.as_deref(), self.session.as_deref()).await;
        if status == 401 {
            add(&self.done.refused);
            // What the panel does: it forgets, and begins anew.
            (self.talk, self.session, self.verified) = (None, None, false);
            return;
        }
        assert_eq!(status, 200, "{opened}");
        let id = opened["conversation"]["id"].as_str().unwrap().to_owned();
        let token = opened["visitor"]["token"].as_str().map(str::to_owned).or(token).unwrap();
        if self.talk.as_ref().is_some_and(|before| before.id != id) {
            add(&self.done.merged);
        }
        self.verified |= self.session.is_some();
        self.all.lock().unwrap().push((id.clone(), self.person));
        self.talk = Some(Talk { token, id });
    }

    async fn say(&mut self) {
        let (id, said) = self.canary();
        let Some(talk) = self.talk.clone() else { return };
        let (status, answer) = self.app.tell(&talk, &id, said).await;
        match status {
            200 => add(&self.done.said),
            // Another browser of hers has taken this conversation along, or left it.
            401 | 404 | 409 => add(&self.done.refused),
            _ => panic!("{status} {answer}"),
        }
    }

    async fn be_answered(&mut self) {
        let (id, said) = self.canary();
        let Some(talk) = self.talk.clone() else { return };
        let body = json!({ "agent": MING, "client_id": id, "said": said });
        let (status, answer) = self.app.agent_does(&talk, "events", body).await;
        assert!(matches!(status, 200 | 409), "{status} {answer}");
    }

    async fn read(&mut self) {
        let Some(talk) = &self.talk else { return };
        match self.app.heard(talk).await {
            (200, heard) => self.look(&heard),
            (401 | 404, _) => add(&self.done.refused),
            (status, answer) => panic!("{status} {answer}"),
        }
    }

    /// Reads what is not hers, with what she has.
    async fn pry(&mut self) {
        let Some(talk) = &self.talk else { return };
        let (id, whose) = {
            let all = self.all.lock().unwrap();
            all[self.die.below(all.len())].clone()
        };
        let (status, heard) = self.app.heard(&Talk { id, token: talk.token.clone() }).await;
        match status {
            200 => {
                assert_eq!(whose, self.person, "{heard}");
                self.look(&heard);
            }
            401 | 404 => add(&self.done.refused),
            _ => panic!("{status} {heard}"),
        }
    }

    async fn sign_in(&mut self) {
        self.turn += 1;
        let nonce = format!("{}-{}", self.name, self.turn);
        let (person, app) = (self.person, &self.app);
        let mut claims = app.claims();
        claims["sub"] = json!(format!("customer-{person}"));
        claims["email"] = json!(format!("person{person}@example.com"));
        claims["nonce"] = json!(nonce);
        let (status, started) = app.identify(&claims).await;
        assert_eq!(status, 200, "{started}");
        self.session = Some(started["token"].as_str().unwrap().to_owned());
        self.open().await;
    }

    /// Somebody else sits down. With `politely` the one before has signed out.
    async fn give_up_the_seat(&mut self, politely: bool) {
        if self.session.is_none() || !self.verified {
            return;
        }
        let before = self.talk.clone();
        if politely {
            let session = self.session.take().unwrap();
            let request = reqwest::Client::new().delete(format!("{}/api/v1/session", self.app.url));
            let token = before.as_ref().map(|talk| talk.token.clone()).unwrap_or_default();
            let request = request.header("aftercart-site", "pk_test").header("aftercart-visitor", token);
            assert_eq!(read(request.bearer_auth(session)).await.0, 204);
            add(&self.done.left);
        }
        self.person = self.die.below(self.people);
        if politely {
            // What the one before had opens nothing any more.
            let old = before.unwrap();
            let (status, heard) = self.app.heard(&old).await;
            assert_eq!(status, 401, "{heard}");
            (self.talk, self.verified) = (None, false);
            self.open().await;
        } else {
            self.sign_in().await;
            self.read().await;
        }
    }

    async fn live(mut self) {
        self.open().await;
        for _ in 0..STEPS {
            match self.die.below(10) {
                0 => self.open().await,
                1..=3 => self.say().await,
                4 => self.be_answered().await,
                5 | 6 => self.read().await,
                7 => self.pry().await,
                8 => self.sign_in().await,
                _ => {
                    let politely = self.die.below(2) == 0;
                    self.give_up_the_seat(politely).await;
                }
            }
        }
        self.read().await;
    }
}

/// `browsers` at which `people` sit, come and go.
async fn crowd(app: TestApp, browsers: usize, people: usize) {
    app.open_desk().await;
    app.give_key(&app.site, crate::identity::SECRET).await;
    let (app, done, all) = (Arc::new(app), Arc::new(Done::default()), Arc::new(Mutex::new(Vec::new())));
    let lives = (0..browsers).map(|name| {
        let mut die = Die(name as u64 * 7_919 + 17);
        let person = die.below(people);
        let (app, done, all) = (app.clone(), done.clone(), all.clone());
        let (session, talk, verified, turn) = (None, None, false, 0);
        let browser = Browser { app, done, all, die, name, people, person, session, talk, verified, turn };
        async move { tokio::spawn(browser.live()).await }
    });
    let ends: Vec<_> = stream::iter(lives).buffer_unordered(AT_ONCE).collect().await;
    for end in ends {
        end.unwrap();
    }
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let counts = [&done.said, &done.seen, &done.merged, &done.left, &done.refused].map(count);
    println!("{browsers} browsers, {people} people: said, seen, merged, left, refused: {counts:?}");
    assert!(counts.iter().all(|count| *count > browsers / 20), "{counts:?}");
}

/// Each of `talks` is taken by twenty at once, and then handed over by a lead while the others go on trying.
async fn claims(app: TestApp, talks: usize) {
    app.open_desk().await;
    let agents = app.hire(Role::Agent, 20).await;
    let lead = app.hire(Role::Lead, 1).await.remove(0);
    let take = |talk: &Talk, agent: &str, to: Option<&str>| {
        let mut body = json!({ "agent": agent });
        if let Some(to) = to {
            body["to"] = json!(to);
        }
        let (talk, app) = (talk.clone(), &app);
        async move { app.agent_does(&talk, "assign", body).await }
    };
    for n in 0..talks {
        let talk = app.begin().await;
        let tries = join_all(agents.iter().map(|agent| take(&talk, agent, None))).await;
        let winners: Vec<usize> = (0..agents.len()).filter(|n| tries[*n].0 == 200).collect();
        assert_eq!(winners.len(), 1, "{tries:?}");
        let name = agents[winners[0]].split('@').next().unwrap();
        for (status, answer) in tries.iter().filter(|(status, _)| *status != 200) {
            assert_eq!((*status, &answer["message"]), (409, &json!(format!("{name} has it"))));
        }
        // A person has decided: whoever takes at the same moment does not undo it.
        let chosen = &agents[(winners[0] + 1 + n % 19) % 20];
        let (handed, _) = tokio::join!(
            take(&talk, &lead, Some(chosen)),
            join_all(agents.iter().map(|agent| take(&talk, agent, None)))
        );
        assert_eq!(handed.0, 200, "{handed:?}");
        let (_, one) = app.desk(&format!("/conversations/{}", talk.id)).await;
        assert_eq!(one["agent_email"], json!(chosen));
        let (_, heard) = app.heard(&talk).await;
        assert_eq!(texts(&heard), ["assigned", "assigned"], "{heard}");
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": lead })).await.0, 200);
    }
}

on_both! {
    async fn nobody_sees_a_word_of_somebody_else(app) {
        crowd(app, 60, 20).await;
    }

    async fn of_all_who_take_it_one_has_it_and_a_lead_decides(app) {
        claims(app, 5).await;
    }
}

/// `e2e/load/crowd.sh`
mod long {
    use super::*;

    #[tokio::test]
    #[ignore = "takes minutes"]
    async fn sqlite() {
        crowd(TestApp::sqlite().await, 1_000, 300).await;
        claims(TestApp::sqlite().await, 1_000).await;
    }

    #[tokio::test]
    #[ignore = "takes minutes"]
    async fn postgres() {
        crowd(TestApp::postgres().await, 1_000, 300).await;
        claims(TestApp::postgres().await, 1_000).await;
    }
}
