//! What a shop's page loads: its config, the shell, and who may embed it.

use crate::{
    on_both,
    support::{KEY, ORIGIN, read},
};
use aftercart::{
    agents::Role,
    sites::{origin::Origin, store},
};
use aftercart_shared::time::Timestamp;
use serde_json::Value;

on_both! {
    async fn the_config_says_what_the_loader_needs(app) {
        let (status, script) = read(app.get(&format!("/c/{KEY}/zh-Hans.js"))).await;
        let script = script.as_str().unwrap().to_owned();
        assert_eq!(status, 200);
        let json = script.strip_prefix("Aftercart.config(").and_then(|s| s.strip_suffix(')')).unwrap();
        let config: Value = serde_json::from_str(json).unwrap();
        assert_eq!(config["origins"][0], ORIGIN);
        assert_eq!(config["t"]["open"], "帮助与订单");
        // A pale brand colour gets dark ink.
        assert_eq!((config["brand"].as_str(), config["ink"].as_str()), (Some("#ffcc00"), Some("#101216")));
        let (_, unknown) = read(app.get("/c/pk_nobody/en.js")).await;
        assert!(unknown.as_str().unwrap().contains("\"error\""), "{unknown}");
    }

    async fn only_the_sites_own_pages_may_frame_the_panel(app) {
        let answer = app.get(&format!("/w/{KEY}?locale=en")).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.ends_with(&format!("frame-ancestors 'self' {ORIGIN}")), "{policy}");
        assert!(policy.contains("'wasm-unsafe-eval'") && !policy.contains("'unsafe-"), "{policy}");
        assert!(answer.headers()["cache-control"].to_str().unwrap().starts_with("public"));
        assert_eq!(read(app.get("/w/pk_nobody")).await.0, 404);
    }

    async fn a_conversation_is_offered_where_somebody_answers_it(app) {
        app.hire(Role::Lead, 1).await;
        let page = app.get(&format!("/w/{KEY}?locale=en")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#""chat":true"#), "{page}");
    }

    async fn where_nobody_answers_no_conversation_is_offered(app) {
        for role in [Role::Quality, Role::Analyst, Role::ReadOnly] {
            app.hire(role, 1).await;
        }
        let page = app.get(&format!("/w/{KEY}?locale=en")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#""chat":false"#), "{page}");
    }

    async fn the_shell_speaks_the_language_asked_for(app) {
        for (path, language, words) in [
            (format!("/w/{KEY}?locale=zh-TW"), "zh-CN", "测试小店"),
            (format!("/s/{KEY}/track?number=A-1001&locale=en"), "en", "Test &amp; Shop"),
        ] {
            let page = app.get(&path).send().await.unwrap().text().await.unwrap();
            assert!(page.contains(&format!("<html lang=\"{language}\"")) && page.contains(words), "{path}");
        }
        let browser = app.get(&format!("/s/{KEY}")).header("accept-language", "fr, zh-CN;q=0.8, en;q=0.5");
        assert!(browser.send().await.unwrap().text().await.unwrap().contains("<html lang=\"zh-CN\""));
    }

    /// Nothing of a site's settings can end the element that they stand in.
    async fn settings_cannot_break_out_of_the_shell(app) {
        let page = app.get(&format!("/s/{KEY}")).send().await.unwrap().text().await.unwrap();
        let boot = page.split("id=\"aftercart-boot\">").nth(1).and_then(|p| p.split("</script>").next()).unwrap();
        let boot: Value = serde_json::from_str(boot).unwrap();
        assert_eq!(boot["shop_name"], "Test & Shop");
        assert_eq!(boot["base"], format!("/s/{KEY}"));
    }

    async fn an_allowed_origin_works_as_soon_as_settings_are_read_again(app) {
        let new = "https://new.example";
        assert_eq!(read(app.get("/api/v1/articles").header("origin", new)).await.0, 403);
        let (id, origins) = (app.site.id.clone(), vec![Origin::parse(new).unwrap()]);
        app.app.db.write::<_, aftercart::db::Error, _>(move |tx| {
            Box::pin(async move { store::set_origins(tx, &id, &origins, Timestamp(2)).await })
        }).await.unwrap();
        app.forget_settings();
        assert_eq!(read(app.get("/api/v1/articles").header("origin", new)).await.0, 200);
    }
}
