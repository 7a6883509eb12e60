//! The demo shop comes up whole, and again after a restart.

use crate::{on_both, support::read};
use aftercart::{seed, sites};
use aftercart_shared::ids::SiteKey;

on_both! {
    async fn the_demo_is_seeded_and_seeded_again(app) {
        let folder = tempfile::tempdir().unwrap();
        for shop in ["http://localhost:8788", "http://localhost:9999"] {
            seed::demo(&app.app.db, &*app.clock, folder.path(), shop).await.unwrap();
        }
        let site = sites::store::by_key(&app.app.db, &SiteKey::from(seed::DEMO_KEY)).await.unwrap().unwrap();
        assert!(site.allows("http://localhost:8788") && site.allows("http://localhost:9999"));
        let demo = reqwest::Client::new().get(format!("{}/api/v1/articles?locale=zh-CN", app.url)).header("aftercart-site", seed::DEMO_KEY);
        let (_, list) = read(demo).await;
        let articles: usize = list["categories"].as_array().unwrap().iter().map(|c| c["articles"].as_array().unwrap().len()).sum();
        assert!(articles >= 40, "{articles} articles");
        let people = aftercart::agents::store::list(&app.app.db, &site.id).await.unwrap();
        let people: Vec<(&str, &str)> = people.iter().map(|one| (one.email.as_str(), one.role.as_str())).collect();
        assert_eq!(people, [("mei@demo.example", "lead"), ("tom@demo.example", "agent")]);
        assert_eq!(aftercart::returns::policy_store::ids(&app.app.db, &site.id).await.unwrap().len(), 1);
    }
}
