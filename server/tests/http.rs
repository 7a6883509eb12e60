//! What every request passes through: bad input, limits, errors, headers.

use crate::{
    on_both,
    support::{ORIGIN, TestApp, article, read},
};
use serde_json::{Value, json};

const LOOKUP: &str = "/api/v1/orders/lookup";

on_both! {
    async fn bad_bodies_get_a_clear_answer(app) {
        let post = |body: &'static str| app.post(LOOKUP).header("content-type", "application/json").body(body);
        for (body, status, code) in [
            ("{", 400, "bad_request"),
            ("", 400, "bad_request"),
            ("[]", 422, "invalid"),
            (r#"{"number":5,"contact":"a@b.cn"}"#, 422, "invalid"),
            (r#"{"number":"A-1"}"#, 422, "invalid"),
            (r#"{"number":"A-1","contact":"a@b.cn","x":1}"#, 422, "invalid"),
            (r#"{"number":"\ud800","contact":"a@b.cn"}"#, 400, "bad_request"),
            (r#"{"number":"A-1","contact":"a@b.cn"}{}"#, 400, "bad_request"),
            ("{\"number\":\"A\u{202E}1001\",\"contact\":\"nobody@example.com\"}", 404, "order_not_found"),
        ] {
            let (got, error) = read(post(body)).await;
            assert_eq!((got, &error["code"]), (status, &json!(code)), "{body}");
            assert_eq!(error["request_id"].as_str().map(str::len), Some(32), "{body}");
        }
    }

    async fn a_body_is_json_and_of_measure(app) {
        let (status, error) = read(app.post(LOOKUP).header("content-type", "text/plain").body("{}")).await;
        assert_eq!((status, &error["code"]), (415, &json!("unsupported_media_type")));
        let (status, error) = read(app.post(LOOKUP).body("{}")).await;
        assert_eq!((status, &error["code"]), (415, &json!("unsupported_media_type")));
        let large = json!({ "number": "9".repeat(70_000), "contact": "a@b.cn" });
        let (status, error) = read(app.post(LOOKUP).json(&large)).await;
        assert_eq!((status, &error["code"]), (413, &json!("too_large")));
    }

    async fn wrong_addresses_and_methods_are_told_alike(app) {
        let (status, error) = read(app.get("/api/v1/gift-cards")).await;
        assert_eq!((status, &error["code"]), (404, &json!("not_found")));
        let (status, error) = read(app.get("/nowhere")).await;
        assert_eq!((status, &error["code"]), (404, &json!("not_found")));
        let (status, error) = read(app.get(LOOKUP)).await;
        assert_eq!((status, &error["code"]), (405, &json!("method_not_allowed")));
    }

    async fn an_unknown_or_missing_site_is_explained(app) {
        for key in ["", "pk_nobody", "sk_secret", "pk_<script>"] {
            let (status, error) = read(app.get("/api/v1/articles").header("aftercart-site", key)).await;
            // The test's own header comes first; only a wrong one alone is wrong.
            assert_eq!(status, 200, "{error}");
            let alone = reqwest::Client::new().get(format!("{}/api/v1/articles", app.url)).header("aftercart-site", key);
            let (status, error) = read(alone).await;
            assert_eq!((status, &error["code"]), (404, &json!("unknown_site")), "{key}");
            assert!(error["message"].as_str().unwrap().contains("Aftercart-Site"));
        }
    }

    async fn pages_of_strangers_are_refused_and_the_shops_are_not(app) {
        let ask = |origin: &'static str| app.get("/api/v1/articles").header("origin", origin);
        let (status, error) = read(ask("https://evil.example")).await;
        assert_eq!((status, &error["code"]), (403, &json!("origin_not_allowed")));
        let answer = ask("https://evil.example").send().await.unwrap();
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
        let answer = ask(ORIGIN).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
        assert!(answer.headers().get_all("vary").iter().any(|v| v.to_str().unwrap().contains("origin")));
        // Another site's page is a stranger to this one, although it is somebody's.
        app.another_site("pk_other", "https://other.example").await;
        assert_eq!(read(ask("https://other.example")).await.0, 403);
        // Our own iframe.
        assert_eq!(read(app.get("/api/v1/articles").header("origin", app.url.clone())).await.0, 200);
    }

    async fn preflights_are_answered_for_known_pages_only(app) {
        let ask = |origin: &'static str| {
            app.options(LOOKUP).header("origin", origin).header("access-control-request-method", "POST")
        };
        let answer = ask(ORIGIN).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        assert!(answer.headers()["access-control-allow-headers"].to_str().unwrap().contains("aftercart-site"));
        assert_eq!(ask("https://evil.example").send().await.unwrap().status(), 403);
    }

    async fn every_answer_is_careful(app) {
        for path in ["/", "/healthz", "/aftercart.js", "/w/pk_test", "/s/pk_test/track", "/help/pk_test/en", "/nowhere"] {
            let answer = app.get(path).send().await.unwrap();
            let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
            assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
            assert!(!header("content-security-policy").contains("unsafe-inline"), "{path}");
            assert_eq!(header("x-request-id").len(), 32, "{path}");
            assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        }
    }

    async fn metrics_are_for_this_machine_or_a_token(app) {
        assert_eq!(read(app.get("/metrics")).await.0, 200);
        assert_eq!(read(app.get("/metrics").header("x-forwarded-for", "203.0.113.1")).await.0, 404);
        assert_eq!(read(app.get("/metrics").bearer_auth("guess")).await.0, 404);
    }

    async fn a_database_that_is_gone_is_told_without_its_words(app) {
        assert_eq!(read(app.get("/readyz")).await.0, 200);
        app.app.db.close().await;
        let (status, error) = read(app.get("/readyz")).await;
        assert_eq!((status, &error["code"], &error["retry_after"]), (503, &json!("unavailable"), &json!(2)));
        let (status, error) = app.lookup("A-1001", "a@b.cn").await;
        assert_eq!(status, 503);
        let told = error.to_string().to_lowercase();
        for inner in ["sqlite", "postgres", "pool", "sqlx", "select"] {
            assert!(!told.contains(inner), "{told}");
        }
        assert_eq!(read(app.get("/healthz")).await, (200, Value::String("ok".into())));
    }
}

#[tokio::test]
async fn files_are_compressed_revalidated_and_kept() {
    let app = TestApp::sqlite().await;
    let plain = app.get("/aftercart.js").send().await.unwrap();
    assert!(plain.headers()["cache-control"].to_str().unwrap().contains("max-age=300"));
    let etag = plain.headers()["etag"].clone();
    let again = app.get("/aftercart.js").header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let packed = app.get("/aftercart.js").header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    let gzip = app.get("/aftercart.js").header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    let hashed = aftercart::assets::by_name("storefront.js").unwrap();
    let bundle = app.get(&format!("/{}", hashed.path)).send().await.unwrap();
    assert!(bundle.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(app.get("/assets/storefront-0000000000000000.js").send().await.unwrap().status(), 404);
    // The demo's data is in the binary, and is nobody's to fetch.
    assert_eq!(app.get("/demo/orders/orders.jsonl").send().await.unwrap().status(), 404);
}

/// The article's feedback cannot be stored, and the answer says just that. (A limit on pages is SQLite's way to play a
/// full disk; PostgreSQL's own code for it is tested beside its sorting.)
#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let app = TestApp::sqlite().await;
    app.import_articles(&[article("a", "en", "Any", "Text.")]).await;
    app.app
        .db
        .write::<_, aftercart::db::Error, _>(|tx| {
            Box::pin(async move {
                #[derive(sqlx::FromRow)]
                struct Limit {
                    #[sqlx(rename = "max_page_count")]
                    _limit: i64,
                }
                tx.fetch_optional::<Limit>(aftercart::sql!("PRAGMA max_page_count = 1"), vec![]).await
            })
        })
        .await
        .unwrap();
    let mut last = (204, Value::Null);
    for n in 0..400 {
        let id = format!("filler-{n}");
        let body = format!("{id} ").repeat(400);
        let articles = [article(&id, "en", &id, &body)];
        let stored = app.try_import_articles(&articles).await;
        if let Err(error) = stored {
            let (status, wire) = aftercart::error::Error::from(error).wire();
            last = (status.as_u16(), serde_json::to_value(wire).unwrap());
            break;
        }
    }
    assert_eq!((last.0, &last.1["code"]), (507, &json!("storage_full")));
    assert!(!last.1["message"].as_str().unwrap().contains("sqlite"));
    // Reading goes on.
    assert_eq!(read(app.get("/api/v1/articles")).await.0, 200);
}
