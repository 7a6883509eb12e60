//! Help articles from files, against real databases.

use aftercart::{
    args,
    clock::SystemClock,
    db::Db,
    knowledge::import::{ArticleImportError, ArticleSummary, import_articles},
    sql,
};
use std::{collections::BTreeSet, fs, path::Path};

use crate::support::import::{each_engine, site};

async fn import(db: &Db, path: &Path, prune: bool) -> ArticleSummary {
    import_articles(db, &SystemClock, &site(), path, prune).await.unwrap()
}

fn article(id: &str, locale: &str, body: &str) -> String {
    format!("---\nid: {id}\nlocale: {locale}\ntitle: About {id}\ncategory: returns\ntags: [a, b]\n---\n{body}\n")
}

#[derive(sqlx::FromRow)]
struct Stored {
    line: String,
}

async fn lines(db: &Db, sql: aftercart::db::Sql) -> Vec<String> {
    db.fetch_all::<Stored>(sql, args![site()]).await.unwrap().into_iter().map(|row| row.line).collect()
}

async fn articles(db: &Db) -> Vec<String> {
    lines(
        db,
        sql!(
            "SELECT article_id || ' ' || locale || ' ' || slug || ' ' || title || ' ' || COALESCE(category_id, '-') || ' '
                 || tags || ' ' || body || CASE WHEN published THEN '' ELSE ' (unpublished)' END AS line
             FROM articles WHERE site_id = $1 ORDER BY position, article_id"
        ),
    )
    .await
}

async fn revision(db: &Db) -> String {
    lines(db, sql!("SELECT CAST(articles_revision AS TEXT) AS line FROM sites WHERE site_id = $1")).await.remove(0)
}

#[tokio::test]
async fn the_demo_shop_s_help_comes_in_whole() {
    each_engine(async |db| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/demo/articles");
        let summary = import(&db, &folder, true).await;
        assert_eq!((summary.rejected, summary.ignored_fields), (vec![], BTreeSet::new()));
        assert!(summary.imported >= 80, "{}", summary.imported);
        let categories = lines(
            &db,
            sql!("SELECT category_id || ' ' || titles AS line FROM categories WHERE site_id = $1 ORDER BY position"),
        )
        .await;
        assert_eq!(categories.len(), 8, "{categories:?}");
        assert_eq!(categories[0], "orders {\"en\":\"Orders\",\"zh-CN\":\"订单\"}");
        assert_eq!(revision(&db).await, "1");
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_followed_and_nothing_vanishes_unasked() {
    each_engine(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("zh")).unwrap();
        fs::write(at("a.md"), article("a", "en", "First.")).unwrap();
        fs::write(at("b.md"), article("b", "en", "Second.")).unwrap();
        fs::write(at("zh/a.md"), article("a", "zh", "第一。")).unwrap();
        fs::write(at("README.md"), "# Not an article").unwrap();
        fs::write(at("more.jsonl"), "{\"id\":\"c\",\"lang\":\"en\",\"title\":\"C\",\"body\":\"Third.\"}\n\n").unwrap();
        let first = import(&db, folder.path(), true).await;
        assert_eq!((first.imported, first.unchanged, first.rejected.len()), (4, 0, 0));
        assert_eq!(
            articles(&db).await,
            [
                "a en a About a returns [\"a\",\"b\"] First.",
                "b en b About b returns [\"a\",\"b\"] Second.",
                "c en c C - [] Third.",
                "a zh-CN a About a returns [\"a\",\"b\"] 第一。",
            ]
        );
        assert_eq!(import(&db, folder.path(), true).await.unchanged, 4);
        assert_eq!(revision(&db).await, "1", "nothing changed, so no index needs to follow");

        fs::remove_file(at("b.md")).unwrap();
        fs::write(at("a.md"), article("a", "en", "Better.")).unwrap();
        let second = import(&db, folder.path(), false).await;
        assert_eq!((second.imported, second.unchanged, second.unpublished), (1, 2, 0));
        assert!(articles(&db).await.contains(&"b en b About b returns [\"a\",\"b\"] Second.".to_owned()));
        let third = import(&db, folder.path(), true).await;
        assert_eq!((third.imported, third.unpublished), (0, 1));
        assert!(articles(&db).await.iter().any(|row| row.ends_with("Second. (unpublished)")));
        assert_eq!(revision(&db).await, "3");
        fs::write(at("b.md"), article("b", "en", "Second.")).unwrap();
        assert_eq!(import(&db, folder.path(), true).await.imported, 1, "published again");
    })
    .await;
}

#[tokio::test]
async fn bad_files_are_named_and_never_lead_to_pruning() {
    each_engine(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.md"), article("a", "en", "First.")).unwrap();
        fs::write(at("b.md"), article("b", "en", "Second.")).unwrap();
        import(&db, folder.path(), true).await;

        fs::write(at("b.md"), article("b", "klingon", "Second.")).unwrap();
        fs::write(at("c.md"), article("a", "en-GB", "Again.")).unwrap();
        fs::write(at("d.md"), b"---\nid: d\xFF\n---\n").unwrap();
        fs::write(at("e.jsonl"), "\n{\"id\":\"e\"}\n").unwrap();
        let summary = import(&db, folder.path(), true).await;
        assert!(summary.prune_skipped);
        assert_eq!((summary.imported, summary.unchanged, summary.unpublished), (0, 1, 0));
        let told: Vec<_> = summary
            .rejected
            .iter()
            .map(|r| (r.file.file_name().unwrap().to_str().unwrap(), r.line, r.reason.as_str()))
            .collect();
        let stands = format!("a in en stands already in {}", at("a.md").display());
        assert_eq!(
            told,
            [
                ("b.md", None, "locale \"klingon\" is not one of en, zh-CN, zh-TW"),
                ("c.md", None, stands.as_str()),
                ("d.md", None, "the file is not UTF-8"),
                ("e.jsonl", Some(2), "locale is missing"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_no_folder_of_articles_is_an_error() {
    each_engine(async |db| {
        let folder = tempfile::tempdir().unwrap();
        let run = async || import_articles(&db, &SystemClock, &site(), folder.path(), false).await;
        assert!(matches!(run().await, Err(ArticleImportError::Empty(_))));
        fs::write(folder.path().join("a.md"), article("a", "en", "First.")).unwrap();
        fs::write(folder.path().join("categories.json"), "{\"returns\":{\"xx\":\"?\"}}").unwrap();
        let said = run().await.unwrap_err().to_string();
        assert!(said.contains("categories.json") && said.contains("unknown locale \"xx\""), "{said}");
        assert!(articles(&db).await.is_empty(), "nothing is stored when something cannot be read at all");
        let nowhere = import_articles(&db, &SystemClock, &site(), &folder.path().join("no.jsonl"), false).await;
        assert!(matches!(nowhere, Err(ArticleImportError::File { .. })));
    })
    .await;
}
