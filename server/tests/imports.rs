//! Who may import whom. The arrows point one way; this test holds them.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new("../..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whatever follows `word` (`crate::`, `features::`) up to the end of the name, also in `use crate::{a, b::c}`.
fn names_after(text: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices(prefix) {
        let rest = &text[at + prefix.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                    _ => name.push(c),
                }
            }
            names.push(name);
        } else {
            names.push(rest.to_owned());
        }
    }
    let first = |n: &String| n.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    names.iter().map(first).filter(|n| !n.is_empty()).collect()
}

#[test]
fn shared_knows_nobody() {
    for (path, text) in sources("shared/src") {
        for stranger in ["axum", "sqlx", "leptos", "tokio", "web_sys", "js_sys", "std::fs", "std::net", "async fn"] {
            assert!(!code(&text).contains(stranger), "{} knows {stranger}", path.display());
        }
    }
}

#[test]
fn sql_is_written_in_stores_only() {
    for (path, text) in sources("server/src") {
        let store = path.file_name().is_some_and(|n| n == "store.rs" || n.to_string_lossy().ends_with("_store.rs"));
        let db = path.components().any(|c| c.as_os_str() == "db");
        if !store && !db {
            for sign in ["sql!(", "sqlx::query", "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "] {
                assert!(!code(&text).contains(sign), "{} has SQL: {sign}", path.display());
            }
        }
    }
}

/// Pure verbs can be tested without a server and reused without one.
#[test]
fn pure_verbs_know_neither_web_nor_database() {
    let pure = [
        "assistant/numbers.rs",
        "assistant/person.rs",
        "orders/mask.rs",
        "orders/phone.rs",
        "orders/carriers/mod.rs",
        "orders/carriers/table.rs",
        "orders/carriers/guess.rs",
        "orders/carriers/check_digit.rs",
        "orders/carriers/report.rs",
        "orders/carriers/when.rs",
        "orders/progress.rs",
        "orders/grant.rs",
        "orders/outlook.rs",
        "sites/origin.rs",
        "knowledge/markdown.rs",
        "orders/access.rs",
        "orders/full_view.rs",
        "notices/alert.rs",
        "returns/arrival.rs",
        "returns/imported.rs",
        "returns/kept.rs",
        "returns/number.rs",
        "returns/pieces.rs",
        "returns/signals.rs",
        "returns/sums.rs",
        "conversations/answer_token.rs",
        "conversations/reply_token.rs",
        "inbound/automatic.rs",
        "inbound/html.rs",
        "inbound/letter.rs",
        "inbound/quoted.rs",
        "conversations/say.rs",
        "conversations/subject.rs",
        "conversations/token.rs",
        "conversations/waits.rs",
        "conversations/words.rs",
        "inbox/canned.rs",
        "inbox/cursor.rs",
        "shoppers/code.rs",
        "shoppers/identity_key.rs",
        "shoppers/identity_token.rs",
        "webhooks/event.rs",
        "webhooks/payload.rs",
        "webhooks/schedule.rs",
        "webhooks/sign.rs",
    ];
    for (path, text) in sources("server/src") {
        let expectation = path.components().any(|c| c.as_os_str() == "expectation")
            && !["store.rs", "learn.rs"].iter().any(|name| path.ends_with(name));
        let returns = ["money", "policy", "slip", "state"]
            .iter()
            .any(|part| path.starts_with(Path::new("../../server/src/returns").join(part)));
        let is_pure = expectation
            || returns
            || pure.iter().any(|p| path.ends_with(p))
            || path.components().any(|c| c.as_os_str() == "search" || c.as_os_str() == "picture");
        if is_pure {
            for stranger in ["axum", "sqlx", "crate::db", "crate::app", "crate::http"] {
                assert!(!code(&text).contains(stranger), "{} knows {stranger}", path.display());
            }
        }
    }
}

/// Nobody else may say that somebody has proved who she is.
#[test]
fn only_shoppers_make_a_proof() {
    for (path, text) in sources("server/src") {
        let allowed = path.starts_with("../../server/src/shoppers") || path.ends_with("orders/access.rs");
        assert!(allowed || !code(&text).contains("Verified::proven"), "{} makes a proof", path.display());
    }
}

/// Nobody else shows an order to somebody who has not proved that it is hers.
#[test]
fn only_the_inbox_looks_at_any_order() {
    for (path, text) in sources("server/src") {
        let allowed = path.starts_with("../../server/src/inbox") || path.ends_with("orders/access.rs");
        assert!(allowed || !code(&text).contains("ForShop::logged_in"), "{} looks at any order", path.display());
        // The assistant tells her of her own, while the session lives in which she proved it.
        let allowed =
            allowed || path.starts_with("../../server/src/shoppers") || path.starts_with("../../server/src/assistant");
        assert!(allowed || !code(&text).contains("as_kept("), "{} makes a proof of what was kept", path.display());
    }
}

/// A feature uses another only along this list; news that travels backward would be an event or a job.
#[test]
fn features_use_each_other_one_way() {
    let rooms = [
        "admin",
        "agents",
        "assistant",
        "attachments",
        "connectors",
        "conversations",
        "inbound",
        "inbox",
        "knowledge",
        "notices",
        "orders",
        "returns",
        "shoppers",
        "sites",
        "sync",
        "tracking",
        "webhooks",
    ];
    let allowed = [
        ("admin", "attachments"),
        ("admin", "connectors"),
        ("admin", "conversations"),
        ("admin", "inbox"),
        ("admin", "knowledge"),
        ("admin", "notices"),
        ("admin", "orders"),
        ("admin", "shoppers"),
        ("admin", "sites"),
        ("assistant", "conversations"),
        ("assistant", "knowledge"),
        ("assistant", "orders"),
        ("assistant", "shoppers"),
        ("connectors", "orders"),
        ("conversations", "agents"),
        ("conversations", "attachments"),
        ("conversations", "orders"),
        ("conversations", "shoppers"),
        ("conversations", "sites"),
        ("admin", "inbound"),
        ("inbound", "conversations"),
        ("inbox", "agents"),
        ("inbox", "conversations"),
        ("inbox", "orders"),
        ("inbox", "returns"),
        ("inbox", "shoppers"),
        ("inbox", "sites"),
        ("knowledge", "sites"),
        ("notices", "orders"),
        ("notices", "shoppers"),
        ("notices", "sites"),
        ("orders", "sites"),
        ("admin", "agents"),
        ("agents", "sites"),
        ("admin", "returns"),
        ("returns", "attachments"),
        ("returns", "connectors"),
        ("returns", "orders"),
        ("returns", "shoppers"),
        ("returns", "sites"),
        ("shoppers", "orders"),
        ("shoppers", "sites"),
        ("sync", "connectors"),
        ("tracking", "connectors"),
        ("tracking", "orders"),
        ("sync", "orders"),
        ("sync", "sites"),
        // One address takes every connector's webhooks.
        ("sync", "tracking"),
        // How messages are signed is the same in both directions.
        ("connectors", "webhooks"),
        ("conversations", "webhooks"),
        ("orders", "webhooks"),
        ("returns", "webhooks"),
        ("admin", "webhooks"),
        ("webhooks", "agents"),
    ];
    for (path, text) in sources("server/src") {
        let Some(room) = rooms.iter().find(|r| path.starts_with(Path::new("../../server/src").join(r))) else {
            continue;
        };
        for other in names_after(&code(&text), "crate::") {
            if rooms.contains(&other.as_str()) && other != *room {
                assert!(allowed.contains(&(*room, other.as_str())), "{} imports {other}", path.display());
            }
        }
        for above in ["router", "surfaces", "serve", "seed", "cli", "demo_shop"] {
            assert!(
                !names_after(&code(&text), "crate::").iter().any(|n| n == above),
                "{} imports {above}",
                path.display()
            );
        }
    }
}

#[test]
fn the_widgets_arrows_point_down() {
    for (path, text) in sources("widget/src") {
        let place: Vec<String> = path
            .strip_prefix("../../widget/src")
            .unwrap()
            .components()
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect();
        let used = names_after(&code(&text), "crate::");
        let forbidden: &[&str] = match place[0].as_str() {
            "features" => &["surfaces"],
            "ui" | "api" | "i18n" => &["surfaces", "features"],
            _ => &[],
        };
        for name in &used {
            assert!(!forbidden.contains(&name.as_str()), "{} imports {name}", path.display());
        }
        if place[0] == "features" && place.len() > 2 {
            for other in names_after(&code(&text), "features::") {
                assert_eq!(other, place[1], "{} imports the feature {other}", path.display());
            }
        }
    }
}

/// Connectors know no feature but the neutral order that all of them speak, and the names of carriers.
#[test]
fn connectors_know_of_orders_only_their_neutral_form() {
    for (path, text) in sources("server/src/connectors") {
        let text = code(&text);
        for other in names_after(&text, "crate::orders::").into_iter().filter(|n| !n.is_empty()) {
            assert!(matches!(other.as_str(), "import" | "carriers"), "{} uses orders::{other}", path.display());
        }
        for stranger in ["crate::app", "axum", "crate::jobs", "import::upsert"] {
            assert!(!text.contains(stranger), "{} knows {stranger}", path.display());
        }
    }
}
