//! Shoppers attach pictures: each sees her own, what is stored is ours, and nothing of it stays that nobody needs.

use crate::{
    on_both,
    support::{
        TestApp, order,
        pictures::{exif, grey_jpeg, jpeg, packed_png, png, two_colors, webp, webp_moving, with_part},
        read,
    },
};
use aftercart::{
    attachments::{self, sweep},
    clock::Clock,
    db,
};
use aftercart_shared::{api::attachments::BYTES_MAX, time::Timestamp};
use futures_util::{future::join_all, stream::BoxStream};
use image::DynamicImage;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, memory::InMemory, path::Path,
};
use reqwest::Client;
use serde_json::{Value, json};
use std::{path::PathBuf, pin::Pin, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const EMMA: &str = "emma.wilson@example.com";
const LI: &str = "li.na@example.cn";
const DAY: i64 = 86_400_000;

impl TestApp {
    /// Emma and Li, each with an order, signed in.
    pub async fn two_shoppers(&self) -> (String, String) {
        let mut of_li = order("A-1002");
        of_li["email"] = json!(LI);
        of_li["phone"] = Value::Null;
        self.import(&[order("A-1001"), of_li]).await;
        (self.sign_in(EMMA).await, self.sign_in(LI).await)
    }

    pub async fn attach_as(&self, session: &str, kind: &str, bytes: Vec<u8>) -> (u16, Value) {
        let request = self.post("/api/v1/me/attachments").bearer_auth(session).header("content-type", kind);
        read(request.body(bytes)).await
    }

    /// Sent in parts, without its length. Status line, headers and body of the answer.
    async fn chunked(&self, session: &str, bytes: &[u8]) -> String {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST /api/v1/me/attachments HTTP/1.1\r\nhost: {host}\r\naftercart-site: pk_test\r\ncontent-type: image/jpeg\r\n\
             authorization: Bearer {session}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        for part in bytes.chunks(1 << 20) {
            stream.write_all(format!("{:x}\r\n", part.len()).as_bytes()).await.unwrap();
            stream.write_all(part).await.unwrap();
            stream.write_all(b"\r\n").await.unwrap();
        }
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn attach(&self, session: &str, bytes: Vec<u8>) -> String {
        let (status, view) = self.attach_as(session, "image/jpeg", bytes).await;
        assert_eq!(status, 201, "{view}");
        view["id"].as_str().unwrap().to_owned()
    }

    async fn picture(&self, session: &str, id: &str) -> (u16, Vec<u8>) {
        let answer = self.get(&format!("/api/v1/me/attachments/{id}")).bearer_auth(session).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    async fn shopper(&self, session: &str) -> String {
        let attached = self.attach(session, jpeg(8, 8)).await;
        let rows = self.tables().await.remove("attachments").unwrap();
        let row = rows.iter().find(|row| row.contains(&attached)).unwrap();
        row.trim_matches(['(', ')']).split(['|', ',']).nth(2).unwrap().to_owned()
    }

    async fn bind(&self, shopper: &str, ids: &[&str], to: &str) -> bool {
        let (site, shopper, to) = (self.site.id.clone(), shopper.to_owned(), to.to_owned());
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        // As a caller does: what is refused takes its whole transaction with it.
        let bound = self.app.db.write::<_, Refused, _>(move |tx| {
            Box::pin(async move {
                if attachments::bind(tx, &site, &shopper, &ids, &to).await? { Ok(()) } else { Err(Refused) }
            })
        });
        bound.await.is_ok()
    }

    async fn sweep(&self) {
        sweep::sweep(&self.app, self.clock.now()).await.unwrap();
    }

    /// Every file under the folder of pictures, as its path within.
    fn files(&self) -> Vec<PathBuf> {
        let root = self.app.config.attachments_path();
        let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { found.push(path.strip_prefix(&root).unwrap().into()) }
            }
        }
        found.sort();
        found
    }

    async fn rows(&self) -> usize {
        self.tables().await["attachments"].len()
    }
}

struct Refused;

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        panic!("{error}")
    }
}

on_both! {
    async fn a_picture_is_stored_anew_and_shown_to_its_owner_alone(app) {
        let (emma, li) = app.two_shoppers().await;
        let sent = with_part(&jpeg(3_000, 40), 0xE1, &exif(6));
        let (status, view) = app.attach_as(&emma, "image/jpeg", sent.clone()).await;
        assert_eq!((status, &view["width"], &view["height"]), (201, &json!(34), &json!(2560)));
        let id = view["id"].as_str().unwrap();
        let answer = app.get(&format!("/api/v1/me/attachments/{id}")).bearer_auth(&emma).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let headers = answer.headers().clone();
        let said = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(said("content-type"), "image/jpeg");
        assert_eq!(said("x-content-type-options"), "nosniff");
        assert_eq!(said("content-disposition"), format!("inline; filename=\"picture-{}.jpg\"", &id[..8]));
        assert!(said("cache-control").starts_with("private"));
        assert_eq!(said("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
        let stored = answer.bytes().await.unwrap();
        assert_eq!(json!(stored.len()), view["bytes"]);
        assert!(stored.starts_with(&[0xFF, 0xD8, 0xFF]) && !stored.windows(9).any(|w| w == b"SPYCAMERA"));
        assert_eq!(app.files(), [PathBuf::from(format!("site-pk_test/2026/11/{id}.jpg"))]);
        assert_eq!(std::fs::read(app.app.config.attachments_path().join(&app.files()[0])).unwrap(), stored);

        // Nobody else's, at no other shop, and no file that has another name.
        let other = app.another_site("pk_other", "https://other.example").await;
        assert_eq!(other.id.as_str(), "site-pk_other");
        for (session, id) in [(&li, id), (&emma, "nonsense"), (&emma, "..%2F..%2F..%2Fsecret"), (&emma, "%2Fetc%2Fpasswd"), (&emma, &"0".repeat(32))] {
            let (status, answer) = read(app.get(&format!("/api/v1/me/attachments/{id}")).bearer_auth(session)).await;
            assert_eq!((status, &answer["code"]), (404, &json!("not_found")), "{id}");
        }
        let there = Client::new().get(format!("{}/api/v1/me/attachments/{id}", app.url)).header("aftercart-site", "pk_other");
        assert_eq!(read(there.bearer_auth(&emma)).await.0, 401);
        assert_eq!(read(app.get(&format!("/api/v1/me/attachments/{id}"))).await.0, 401);
        let nobody = app.post("/api/v1/me/attachments").header("content-type", "image/jpeg").body(sent);
        assert_eq!(read(nobody).await.0, 401);
        assert_eq!((app.rows().await, app.files().len()), (1, 1));
    }

    async fn what_is_wrong_is_said_and_nothing_is_stored(app) {
        let (emma, _) = app.two_shoppers().await;
        let huge = packed_png(10_000, 10_000, 2, 8, 1);
        let bomb = packed_png(8_000, 8_000, 6, 16, 8_000);
        assert!(bomb.len() < 4_000_000, "512 MB in {}", bomb.len());
        let flooded = grey_jpeg(8_000, 8_000, 4, true, 2);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
        let html = b"<!doctype html><script>alert(1)</script>".to_vec();
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
        let cut = jpeg(64, 64)[..400].to_vec();
        for (kind, bytes, status, code) in [
            ("image/jpeg", vec![], 422, "required"),
            ("image/jpeg", svg.clone(), 422, "picture_invalid"),
            ("image/png", html.clone(), 422, "picture_invalid"),
            ("application/octet-stream", html.clone(), 422, "picture_invalid"),
            ("image/heic", heic.clone(), 422, "picture_invalid"),
            ("image/jpeg", heic, 422, "picture_invalid"),
            ("image/jpeg", cut, 422, "picture_invalid"),
            ("image/png", huge, 422, "picture_too_large"),
            ("image/png", bomb, 422, "picture_too_large"),
            ("image/jpeg", flooded, 422, "picture_too_large"),
            ("image/svg+xml", svg, 415, "unsupported_media_type"),
            ("text/html", html, 415, "unsupported_media_type"),
            ("text/html", jpeg(8, 8), 415, "unsupported_media_type"),
            ("multipart/form-data; boundary=x", jpeg(8, 8), 415, "unsupported_media_type"),
        ] {
            let (got, answer) = app.attach_as(&emma, kind, bytes).await;
            assert_eq!((got, &answer["code"]), (status, &json!(code)), "{kind}: {answer}");
        }
        let (_, answer) = app.attach_as(&emma, "image/heic", b"\0\0\0\x18ftypheic".to_vec()).await;
        assert!(answer["message"].as_str().unwrap().contains("JPEG"), "{answer}");
        let untold = app.post("/api/v1/me/attachments").bearer_auth(&emma).body(jpeg(8, 8));
        assert_eq!(read(untold).await.0, 415);
        assert_eq!((app.rows().await, app.files().len()), (0, 0));
    }

    async fn what_it_is_called_does_not_matter(app) {
        let (emma, _) = app.two_shoppers().await;
        let flat = DynamicImage::ImageRgb8(two_colors(32, 16));
        let polyglot = [jpeg(32, 16), b"<html><script>alert(1)</script>".to_vec()].concat();
        for (kind, bytes) in [
            ("image/png", jpeg(32, 16)),
            ("image/jpeg", png(&flat)),
            ("image/webp", png(&flat)),
            ("application/octet-stream", webp(32, 16)),
            ("image/png", webp_moving(32, 16, &[webp(32, 16)])),
            ("IMAGE/JPEG; charset=x", polyglot),
            ("image/jpeg", grey_jpeg(32, 16, 4, false, 1)),
            ("image/png", png(&DynamicImage::ImageRgba16(flat.to_rgba16()))),
        ] {
            let (status, view) = app.attach_as(&emma, kind, bytes).await;
            assert_eq!((status, &view["width"], &view["height"]), (201, &json!(32), &json!(16)), "{kind}: {view}");
            let (_, stored) = app.picture(&emma, view["id"].as_str().unwrap()).await;
            assert!(stored.starts_with(&[0xFF, 0xD8, 0xFF]) && stored.ends_with(&[0xFF, 0xD9]));
            assert!(!stored.windows(6).any(|w| w == b"script"));
        }
    }

    async fn ten_megabytes_are_enough(app) {
        let (emma, _) = app.two_shoppers().await;
        // Filled up behind the picture's end: what is allowed is allowed to the byte.
        let mut whole = jpeg(32, 16);
        whole.resize(BYTES_MAX, 0);
        assert_eq!(app.attach_as(&emma, "image/jpeg", whole.clone()).await.0, 201);
        whole.push(0);
        let (status, answer) = app.attach_as(&emma, "image/jpeg", whole.clone()).await;
        assert_eq!((status, &answer["code"]), (413, &json!("too_large")));
        // Also where nobody says how long it will be.
        let told = app.chunked(&emma, &whole).await;
        assert!(told.starts_with("HTTP/1.1 413") && told.contains("\"too_large\""), "{told}");
        whole.truncate(BYTES_MAX);
        let told = app.chunked(&emma, &whole).await;
        assert!(told.starts_with("HTTP/1.1 201"), "{told}");
        assert_eq!(app.rows().await, 2);
    }

    async fn what_became_part_of_nothing_is_thrown_away_after_a_day(app) {
        let (emma, li) = app.two_shoppers().await;
        let (kept, loose) = (app.attach(&emma, jpeg(16, 16)).await, app.attach(&emma, jpeg(16, 16)).await);
        let shopper = app.shopper(&emma).await;
        let of_li = app.shopper(&li).await;
        let site = &app.site.id;
        let hers = attachments::of_shopper(&app.app.db, site, &shopper, &[kept.clone(), "none".into(), loose.clone()]).await.unwrap();
        let ids: Vec<_> = hers.iter().map(|a| a.attachment_id.clone()).collect();
        assert_eq!(ids, [kept.clone(), loose.clone()]);
        assert_eq!(attachments::of_shopper(&app.app.db, site, &of_li, &ids).await.unwrap(), []);
        // Li cannot take it, and what is refused binds none of the others.
        assert!(!app.bind(&of_li, &[&kept], "return:r9").await);
        assert!(!app.bind(&shopper, &[&kept, "none"], "return:r9").await);
        assert!(app.bind(&shopper, &[&kept], "return:r1").await);
        assert!(app.bind(&shopper, &[&kept], "return:r1").await, "the same once more");
        assert!(!app.bind(&shopper, &[&kept], "return:r2").await, "two returns share no picture");
        let part = attachments::part_of(&app.app.db, site, "return:r1").await.unwrap();
        assert_eq!(part.iter().map(|a| &a.attachment_id).collect::<Vec<_>>(), [&kept]);

        assert_eq!(app.files().len(), 4);
        app.clock.forward_ms(DAY);
        app.sweep().await;
        assert_eq!((app.rows().await, app.files().len()), (4, 4), "a day is a day");
        app.clock.forward_ms(1);
        app.sweep().await;
        assert_eq!((app.rows().await, app.files().len()), (1, 1));
        let emma = app.sign_in(EMMA).await;
        assert_eq!(app.picture(&emma, &kept).await.0, 200);
        assert_eq!(app.picture(&emma, &loose).await.0, 404);
    }

    async fn files_that_nobody_knows_are_removed_and_the_others_stay(app) {
        let (emma, _) = app.two_shoppers().await;
        let id = app.attach(&emma, jpeg(16, 16)).await;
        let folder = app.app.config.attachments_path().join("site-pk_test/2026/11");
        let before = folder.parent().unwrap().join("10");
        std::fs::create_dir_all(&before).unwrap();
        for orphan in [folder.join("gone.jpg"), folder.join("half.jpg#1"), before.join("gone.jpg")] {
            std::fs::write(orphan, "x").unwrap();
        }
        let now = app.clock.now();
        // One that is being written this moment has no row yet.
        sweep::remove_orphans(&app.app, now, Timestamp(0)).await.unwrap();
        assert_eq!(app.files().len(), 4);
        sweep::remove_orphans(&app.app, now, Timestamp(i64::MAX / 4)).await.unwrap();
        assert_eq!(app.files(), [PathBuf::from(format!("site-pk_test/2026/11/{id}.jpg"))]);
    }

    async fn twenty_loose_ones_are_enough_also_at_once(app) {
        let (emma, li) = app.two_shoppers().await;
        let first = app.attach(&emma, jpeg(8, 8)).await;
        app.clock.forward_ms(60_000);
        let all = join_all((0..24).map(|_| app.attach_as(&emma, "image/jpeg", jpeg(8, 8)))).await;
        let (good, bad): (Vec<_>, Vec<_>) = all.into_iter().partition(|(status, _)| *status == 201);
        assert_eq!((good.len(), bad.len(), app.rows().await, app.files().len()), (19, 5, 20, 20));
        for (status, answer) in bad {
            assert_eq!((status, &answer["code"]), (429, &json!("rate_limited")));
            assert!(answer["retry_after"].as_i64().unwrap() > 86_000);
        }
        // When she used one there is room for one; another shopper was never concerned.
        let shopper = app.tables().await["attachments"][0].clone();
        let shopper = shopper.trim_matches(['(', ')']).split(['|', ',']).nth(2).unwrap().to_owned();
        assert!(app.bind(&shopper, &[&first], "return:r1").await);
        assert_eq!(app.attach_as(&emma, "image/jpeg", jpeg(8, 8)).await.0, 201);
        assert_eq!(app.attach_as(&emma, "image/jpeg", jpeg(8, 8)).await.0, 429);
        assert_eq!(app.attach_as(&li, "image/jpeg", jpeg(8, 8)).await.0, 201);
    }

    async fn whoever_tries_on_and_on_has_to_wait(app) {
        let (emma, li) = app.two_shoppers().await;
        let mut answers = Vec::new();
        for _ in 0..40 {
            answers.push(app.attach_as(&emma, "image/jpeg", b"no picture".to_vec()).await);
        }
        let limited: Vec<_> = answers.iter().filter(|(status, _)| *status == 429).collect();
        // Thirty, and what comes back while they are sent.
        assert!((5..=10).contains(&limited.len()), "{}", limited.len());
        for (_, answer) in limited {
            assert!((1..=10).contains(&answer["retry_after"].as_i64().unwrap()), "{answer}");
        }
        assert_eq!(app.attach_as(&li, "image/jpeg", jpeg(8, 8)).await.0, 201);
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing() {
    for postgres in [false, true] {
        let app = TestApp::keeping(|_| {}, postgres, Some(Arc::new(Full))).await;
        let (emma, _) = app.two_shoppers().await;
        let (status, answer) = app.attach_as(&emma, "image/jpeg", jpeg(8, 8)).await;
        assert_eq!((status, &answer["code"]), (507, &json!("storage_full")), "{answer}");
        assert_eq!(app.rows().await, 0);
    }
}

#[tokio::test]
async fn any_other_store_does_as_well() {
    let store = Arc::new(InMemory::new());
    let app = TestApp::keeping(|_| {}, false, Some(store.clone())).await;
    let (emma, _) = app.two_shoppers().await;
    let id = app.attach(&emma, jpeg(8, 8)).await;
    assert_eq!(app.picture(&emma, &id).await.0, 200);
    let there = store.list_with_delimiter(Some(&Path::from("site-pk_test/2026/11"))).await.unwrap();
    assert_eq!(there.objects[0].location.to_string(), format!("site-pk_test/2026/11/{id}.jpg"));
    app.clock.forward_ms(DAY + 1);
    app.sweep().await;
    let there = store.list_with_delimiter(Some(&Path::from("site-pk_test/2026/11"))).await.unwrap();
    assert!(there.objects.is_empty());
}

/// A store on a disk that is full.
#[derive(Debug)]
struct Full;

type Answer<'a, T> = Pin<Box<dyn Future<Output = object_store::Result<T>> + Send + 'a>>;

fn full() -> object_store::Error {
    object_store::Error::Generic { store: "full", source: Box::new(std::io::Error::from_raw_os_error(28)) }
}

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("full")
    }
}

impl ObjectStore for Full {
    fn put_opts<'s, 'p, 'a>(&'s self, _: &'p Path, _: PutPayload, _: PutOptions) -> Answer<'a, PutResult>
    where
        's: 'a,
        'p: 'a,
    {
        Box::pin(async { Err(full()) })
    }

    fn put_multipart_opts<'s, 'p, 'a>(
        &'s self,
        _: &'p Path,
        _: PutMultipartOptions,
    ) -> Answer<'a, Box<dyn MultipartUpload>>
    where
        's: 'a,
        'p: 'a,
    {
        Box::pin(async { Err(full()) })
    }

    fn get_opts<'s, 'p, 'a>(&'s self, _: &'p Path, _: GetOptions) -> Answer<'a, GetResult>
    where
        's: 'a,
        'p: 'a,
    {
        Box::pin(async { Err(full()) })
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        paths
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        Box::pin(futures_util::stream::empty())
    }

    fn list_with_delimiter<'s, 'p, 'a>(&'s self, _: Option<&'p Path>) -> Answer<'a, ListResult>
    where
        's: 'a,
        'p: 'a,
    {
        Box::pin(async { Err(full()) })
    }

    fn copy_opts<'s, 'f, 't, 'a>(&'s self, _: &'f Path, _: &'t Path, _: CopyOptions) -> Answer<'a, ()>
    where
        's: 'a,
        'f: 'a,
        't: 'a,
    {
        Box::pin(async { Err(full()) })
    }
}
