//! The program itself: `aftercart policy check`, as a shop manager runs it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::{Command, Output};

const DEMO: &str = "../static/demo/returns.toml";

fn check(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aftercart")).args(["policy", "check"]).args(arguments).output().unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_demo_policy_is_explained_in_english() {
    let output = check(&[DEMO]);
    insta::assert_snapshot!("policy_demo_en", printed(&output));
    assert!(output.status.success());
}

#[test]
fn the_demo_policy_is_explained_in_chinese() {
    let output = check(&[DEMO, "--locale", "zh-CN"]);
    insta::assert_snapshot!("policy_demo_zh", printed(&output));
    assert!(output.status.success());
}

#[test]
fn orders_of_the_shop_are_decided_line_by_line() {
    let orders = ["--orders", "../static/demo/orders/orders.jsonl", "--on", "2026-11-21"];
    let output = check(&[&[DEMO], &orders[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = printed(&output);
    let decided = all.split_once("Orders in").unwrap().1;
    insta::assert_snapshot!("policy_demo_orders", decided);
}

#[test]
fn what_is_to_be_mended_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("returns.toml");
    std::fs::write(&file, "in_force_from = \"2026-01-01\"\n[otherwise]\nwithn = \"30 days\"\n").unwrap();
    let output = check(&[file.to_str().unwrap()]);
    let said = String::from_utf8(output.stderr).unwrap().replace(file.to_str().unwrap(), "returns.toml");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "aftercart: This policy cannot be used yet: 1 to mend.");
    assert!(lines[1].starts_with("returns.toml, line 3, column 1: unknown field `withn`"), "{said}");
    assert_eq!(lines[2], "    Hint: did you mean `within`?");
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn an_example_that_comes_out_otherwise_fails_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("returns.toml");
    let text = std::fs::read_to_string(DEMO)
        .unwrap()
        .replace("within = \"30 days\"\ncounted_from", "within = \"29 days\"\ncounted_from");
    std::fs::write(&file, text).unwrap();
    let output = check(&[file.to_str().unwrap(), "--locale", "zh-CN"]);
    assert!(!output.status.success());
    let all = printed(&output);
    assert!(all.contains("不符：Desk lamp, Brighton, the last minute of the thirtieth day"), "{all}");
    assert!(all.contains("预期2026-04-03，实际2026-04-02"), "{all}");
}

#[tokio::test]
async fn a_policy_is_stored_for_a_site_once_it_stands_every_check() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_aftercart"))
            .args(["--data-dir", folder.path().to_str().unwrap()])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let made = run(&["site", "create", "--name", "Shop", "--origin", "https://shop.example"]);
    assert!(made.status.success(), "{made:?}");
    let file = folder.path().join("returns.toml");
    let (path, good) = (file.to_str().unwrap(), std::fs::read_to_string(DEMO).unwrap());
    let stored = async || {
        let db = aftercart::db::Db::open(&format!("sqlite:{}", folder.path().join("aftercart.db").display())).await;
        let db = db.unwrap();
        let site = aftercart::sites::store::all(&db).await.unwrap().remove(0);
        let ids = aftercart::returns::policy_store::ids(&db, &site.id).await.unwrap();
        db.close().await;
        ids.len()
    };
    for bad in [
        good.replace("within = \"30 days\"", "withn = \"30 days\""),
        good.replace("\"30 days\"\ncounted", "\"29 days\"\ncounted"),
    ] {
        std::fs::write(&file, bad).unwrap();
        assert!(!run(&["policy", "set", path]).status.success());
        assert_eq!(stored().await, 0);
    }
    std::fs::write(&file, good).unwrap();
    for count in [1, 2] {
        let set = run(&["policy", "set", path]);
        assert!(printed(&set).contains("orders placed from 2020-01-01 on are under it"), "{set:?}");
        assert_eq!(stored().await, count);
    }
}
