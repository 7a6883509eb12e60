//! The shop's people at a desk of their own: lists, claims, hand-overs, and what a role does not allow.

use crate::{
    on_both,
    support::{
        TestApp,
        digest::differing,
        read,
        returns::{MING, READER, SECRET_KEY, WEI},
        talk::{Talk, message, texts},
    },
};
use aftercart::agents::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

impl TestApp {
    async fn assign(&self, talk: &Talk, agent: &str, to: Option<&str>) -> (u16, Value) {
        let mut body = json!({ "agent": agent });
        if let Some(to) = to {
            body["to"] = json!(to);
        }
        self.agent_does(talk, "assign", body).await
    }

    async fn listed(&self, query: &str) -> Vec<String> {
        let (status, list) = self.desk(&format!("/conversations{query}")).await;
        assert_eq!(status, 200, "{list}");
        let ids = list["conversations"].as_array().unwrap().iter();
        ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}

on_both! {
    async fn of_twenty_who_take_it_one_gets_it(app) {
        app.open_desk().await;
        let agents = app.hire(Role::Agent, 20).await;
        let talk = app.begin().await;
        let claims = join_all(agents.iter().map(|agent| app.assign(&talk, agent, None))).await;
        let winners: Vec<usize> = (0..20).filter(|n| claims[*n].0 == 200).collect();
        assert_eq!(winners.len(), 1, "{claims:?}");
        let winner = agents[winners[0]].split('@').next().unwrap();
        for (status, answer) in claims.iter().filter(|(status, _)| *status != 200) {
            assert_eq!((*status, &answer["code"]), (409, &json!("not_possible_now")));
            assert_eq!(answer["message"], json!(format!("{winner} has it")));
        }
        let (_, one) = app.desk(&format!("/conversations/{}", talk.id)).await;
        assert_eq!((&one["state"], &one["agent"], &one["agent_email"]), (&json!("assigned"), &json!(winner), &json!(agents[winners[0]])));
        // It happened once; the winner may ask again, and nothing more happens.
        assert_eq!(app.assign(&talk, &agents[winners[0]], None).await.0, 200);
        let (_, heard) = app.heard(&talk).await;
        assert_eq!((texts(&heard), &heard["events"][0]["agent"]), (vec!["assigned".to_owned()], &json!(winner)));
        assert_eq!(app.open(Some(&talk.token), None).await.1["conversation"]["agent"], json!(winner));
    }

    async fn only_its_holder_or_a_lead_hands_it_over(app) {
        app.open_desk().await;
        let agents = app.hire(Role::Agent, 2).await;
        let (first, second) = (agents[0].as_str(), agents[1].as_str());
        let talk = app.begin().await;
        // Nobody's: an agent takes it and does not give it away; to oneself is to take it.
        assert_eq!(app.assign(&talk, first, Some(second)).await.1["code"], "agent_not_allowed");
        assert_eq!(app.assign(&talk, first, Some(first)).await.0, 200);
        let (status, answer) = app.assign(&talk, second, Some(second)).await;
        assert_eq!((status, &answer["message"]), (409, &json!("agent0 has it")));
        assert_eq!(app.assign(&talk, second, Some(MING)).await.0, 409);
        for (to, status) in [("nobody@shop.example", 422), (READER, 422), ("", 422), (second, 200)] {
            assert_eq!(app.assign(&talk, first, Some(to)).await.0, status, "{to}");
        }
        // A lead may, from anybody; a second time it is so already.
        for _ in 0..2 {
            assert_eq!(app.assign(&talk, WEI, Some(first)).await.1["agent"], "agent0");
        }
        assert_eq!(app.assign(&talk, WEI, None).await.0, 409);
        assert_eq!(app.assign(&talk, WEI, Some(WEI)).await.1["agent"], json!(WEI));
        let log = app.log_of(&talk).await;
        let given: Vec<(&Value, &Value)> = log["events"].as_array().unwrap().iter().map(|e| (&e["from"]["name"], &e["agent"])).collect();
        let by = |from: &str, to: &str| (json!(from), json!(to));
        let expected = [by("agent0", "agent0"), by("agent0", "agent1"), by(WEI, "agent0"), by(WEI, WEI)];
        assert_eq!(given, expected.iter().map(|(from, to)| (from, to)).collect::<Vec<_>>());
        assert_eq!(app.agent_does(&talk, "close", json!({ "agent": first })).await.0, 200);
        for (agent, to) in [(first, None), (WEI, Some(second))] {
            assert_eq!(app.assign(&talk, agent, to).await.1["code"], "conversation_closed");
        }
    }

    async fn a_list_goes_on_where_it_ended(app) {
        app.open_desk().await;
        let mut begun = Vec::new();
        for n in 0..7_i64 {
            // Two at one moment.
            app.clock.forward_ms(n % 2);
            begun.push(app.begin().await);
        }
        assert_eq!(app.assign(&begun[1], MING, None).await.0, 200);
        assert_eq!(app.agent_does(&begun[2], "close", json!({ "agent": MING })).await.0, 200);
        let (mut seen, mut query) = (Vec::new(), "?limit=3".to_owned());
        loop {
            let (_, page) = app.desk(&format!("/conversations{query}")).await;
            seen.extend(page["conversations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("?limit=3&cursor={next}");
        }
        let mut all: Vec<String> = begun.iter().map(|talk| talk.id.clone()).collect();
        assert_eq!((seen.len(), seen.last() == all.first()), (7, true));
        seen.sort();
        all.sort();
        assert_eq!(seen, all);
        assert_eq!(app.listed("?state=assigned").await, [begun[1].id.as_str()]);
        assert_eq!(app.listed("?state=closed").await, [begun[2].id.as_str()]);
        assert_eq!(app.listed("?state=queued").await.len(), 5);
        for query in ["?state=open", "?cursor=nonsense", "?cursor=1_%00", "?before=1"] {
            assert_eq!(app.desk(&format!("/conversations{query}")).await.0, 422, "{query}");
        }
        // Another shop's are none of ours.
        let other = app.another_site("pk_other", "https://other.example").await;
        let there = reqwest::Client::new().post(format!("{}/api/v1/conversations", app.url)).header("aftercart-site", other.key.as_str());
        let (status, opened) = read(there.json(&json!({ "locale": "en" }))).await;
        assert_eq!(status, 200);
        assert!(!app.listed("").await.iter().any(|id| opened["conversation"]["id"] == json!(id)));
    }

    async fn whoever_may_only_look_changes_nothing(app) {
        app.open_desk().await;
        let mut lookers = vec![READER.to_owned(), "nobody@shop.example".into(), "nonsense".into(), String::new()];
        for role in [Role::Quality, Role::Analyst] {
            lookers.extend(app.hire(role, 1).await);
        }
        let talk = app.begin().await;
        assert_eq!(app.tell(&talk, "1", message("x")).await.0, 200);
        let before = app.tables().await;
        for agent in &lookers {
            for (act, body) in [
                ("events", json!({ "agent": agent, "client_id": "1", "said": message("x") })),
                ("assign", json!({ "agent": agent })),
                ("assign", json!({ "agent": agent, "to": MING })),
                ("close", json!({ "agent": agent })),
                ("read", json!({ "agent": agent, "seq": 1 })),
                ("typing", json!({ "agent": agent })),
            ] {
                let (status, answer) = app.agent_does(&talk, act, body).await;
                assert_eq!((status, &answer["code"]), (403, &json!("agent_not_allowed")), "{agent} {act}");
            }
        }
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
        assert_eq!(app.heard(&talk).await.1["typing"], false);
        // Nor does an account of another shop, nor whoever sends what only we set.
        for body in [json!({ "agent": MING, "state": "closed" }), json!({}), json!({ "agent": MING, "to": 1 })] {
            assert_eq!(app.agent_does(&talk, "assign", body).await.0, 422);
        }
        let browser = reqwest::Client::new().post(format!("{}/api/v1/admin/conversations/{}/close", app.url, talk.id));
        let browser = browser.bearer_auth(SECRET_KEY).header("origin", "https://shop.example");
        assert_eq!(read(browser.json(&json!({ "agent": MING }))).await.0, 401);
        assert_eq!(differing(&before, &app.tables().await, &[]), [""; 0]);
    }
}
