//! Help: topics, articles, search, feedback.

use crate::{
    on_both,
    support::{TestApp, article, read},
};
use serde_json::{Value, json};

async fn search(app: &TestApp, q: &str, locale: &str) -> (u16, Value) {
    read(app.get("/api/v1/articles/search").query(&[("q", q), ("locale", locale)])).await
}

async fn shelf(app: &TestApp) {
    app.import_articles(&[
        article(
            "refund-time",
            "en",
            "How long refunds take",
            "We refund within **five** days.\n\n## Cards\n\nThree more days.",
        ),
        article("refund-time", "zh-CN", "退款多久到账", "收到退货后五个工作日内退款。"),
        article(
            "gift-wrap",
            "en",
            "Gift wrapping",
            "<script>alert(1)</script>\n\n[x](javascript:alert(1)) We wrap it. <img src=x onerror=alert(2)>",
        ),
    ])
    .await;
}

on_both! {
    async fn a_question_finds_its_article_and_the_article_is_read(app) {
        shelf(&app).await;
        let (status, found) = search(&app, "how long do refunds take", "en").await;
        assert_eq!(status, 200);
        assert_eq!(found["results"][0]["id"], "refund-time");
        assert!(found["took_us"].is_u64());
        let slug = found["results"][0]["slug"].as_str().unwrap().to_owned();
        let (status, read_one) = read(app.get(&format!("/api/v1/articles/{slug}?locale=en"))).await;
        assert_eq!((status, &read_one["title"]), (200, &json!("How long refunds take")));
        assert_eq!(read_one["body"][1]["t"], "heading");
        let (_, found) = search(&app, "退款要多久", "zh-CN").await;
        assert_eq!(found["results"][0]["title"], "退款多久到账");
    }

    async fn nothing_an_article_says_can_run(app) {
        shelf(&app).await;
        let (_, wrap) = read(app.get("/api/v1/articles/gift-wrap?locale=en")).await;
        let text = wrap.to_string();
        assert!(text.contains("We wrap it.") && !text.contains("<script") && !text.contains("javascript:") && !text.contains("onerror"), "{text}");
        let page = app.get("/help/pk_test/en/gift-wrap").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("We wrap it.") && !page.contains("<script") && !page.contains("javascript:"));
    }

    async fn odd_questions_get_an_answer_or_a_reason(app) {
        shelf(&app).await;
        for (q, status, code) in [
            ("", 422, "required"),
            ("   ", 422, "required"),
            ("\u{3000}\u{200B}", 422, "required"),
            (&*"退".repeat(201), 422, "too_long"),
        ] {
            let (got, body) = search(&app, q, "en").await;
            assert_eq!((got, &body["code"], &body["field"]), (status, &json!(code), &json!("q")), "{q:?}");
        }
        for q in [
            "?", "!!!", "r", "退", "\"", "*", "NEAR(", "(((", "\"refund", "%", "_", "refund OR 1=1", "<b>refund</b>",
            "退款refund", "😀", "a\u{0}b", "\u{202E}dnufer", &*"x".repeat(200), "' OR ''='",
        ] {
            let (status, body) = search(&app, q, "zh-CN").await;
            assert_eq!(status, 200, "{q:?}: {body}");
        }
        let (_, none) = search(&app, "qwxzjv", "en").await;
        assert_eq!(none["results"], json!([]));
    }

    async fn locales_are_forgiving_and_unknown_ones_are_named(app) {
        shelf(&app).await;
        for (tag, title) in [("zh", "退款多久到账"), ("zh-TW", "退款多久到账"), ("en-GB", "How long refunds take")] {
            let (_, one) = read(app.get(&format!("/api/v1/articles/refund-time?locale={tag}"))).await;
            assert_eq!(one["title"], title, "{tag}");
        }
        // Only in English: better than nothing, and it says so.
        let (_, one) = read(app.get("/api/v1/articles/gift-wrap?locale=zh-CN")).await;
        assert_eq!(one["locale"], "en");
        let (status, error) = read(app.get("/api/v1/articles?locale=tlh")).await;
        assert_eq!((status, &error["code"]), (422, &json!("unknown_locale")));
        let (status, error) = read(app.get("/api/v1/articles/search?q=x&cursor=nonsense")).await;
        assert_eq!((status, &error["code"]), (422, &json!("invalid")));
    }

    async fn a_withdrawn_article_is_gone_everywhere(app) {
        shelf(&app).await;
        assert_eq!(search(&app, "gift wrapping", "en").await.1["results"][0]["id"], "gift-wrap");
        app.import_articles(&[article("refund-time", "en", "How long refunds take", "Five days.")]).await;
        app.forget_settings();
        let (status, error) = read(app.get("/api/v1/articles/gift-wrap?locale=en")).await;
        assert_eq!((status, &error["code"]), (404, &json!("article_not_found")));
        assert!(!search(&app, "gift wrapping", "en").await.1.to_string().contains("gift-wrap"));
        assert!(!read(app.get("/api/v1/articles?locale=en")).await.1.to_string().contains("gift-wrap"));
        assert_eq!(read(app.get("/help/pk_test/en/gift-wrap")).await.0, 404);
    }

    async fn topics_hold_each_article_once(app) {
        shelf(&app).await;
        let (_, list) = read(app.get("/api/v1/articles?locale=zh-CN")).await;
        let titles: Vec<&str> = list["categories"][0]["articles"].as_array().unwrap().iter().map(|a| a["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["退款多久到账", "Gift wrapping"]);
    }

    async fn feedback_is_counted_for_articles_that_exist(app) {
        shelf(&app).await;
        let send = |slug: &str, body: Value| app.post(&format!("/api/v1/articles/{slug}/feedback")).json(&body);
        assert_eq!(read(send("refund-time", json!({ "locale": "en", "helpful": true }))).await.0, 204);
        assert_eq!(read(send("refund-time", json!({ "locale": "en", "helpful": false }))).await.0, 204);
        assert_eq!(read(send("nothing", json!({ "locale": "en", "helpful": true }))).await.0, 404);
        assert_eq!(read(send("refund-time", json!({ "locale": "en", "helpful": true, "count": 9 }))).await.0, 422);
        let counted = aftercart::knowledge::store::feedback(&app.app.db, &app.site.id).await.unwrap();
        assert_eq!(counted, [("refund-time".to_owned(), 1, 1)]);
    }

    async fn help_pages_work_without_scripts(app) {
        shelf(&app).await;
        let page = async |path: &str| app.get(path).send().await.unwrap().text().await.unwrap();
        let index = page("/help/pk_test/zh-CN").await;
        assert!(index.contains("<html lang=\"zh-CN\">") && index.contains("退款多久到账") && !index.contains("<script"));
        assert!(page("/help/pk_test/en/refund-time").await.contains("<strong>five</strong>"));
        assert!(page("/help/pk_test/en/search?q=refunds").await.contains("How long refunds take"));
        let odd = page("/help/pk_test/en/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
        assert!(odd.contains("&lt;script&gt;") && !odd.contains("<script"));
        for path in ["/help/pk_test/fr", "/help/pk_test/zh", "/help/pk_nobody/en"] {
            assert_eq!(read(app.get(path)).await.0, 404, "{path}");
        }
    }
}
