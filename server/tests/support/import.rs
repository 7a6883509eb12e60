//! What the import tests need: fresh databases with one site, and everything in them as text.

use aftercart::{args, db::Db, sql};
use aftercart_shared::ids::SiteId;
use tempfile::TempDir;

pub fn site() -> SiteId {
    SiteId::from("demo")
}

pub async fn sqlite() -> (TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
    add_site(&db, &site()).await;
    (folder, db)
}

pub async fn each_engine(test: impl AsyncFn(Db)) {
    let (_folder, db) = sqlite().await;
    test(db).await;
    let db = Db::open(&super::fresh_database().await).await.unwrap();
    add_site(&db, &site()).await;
    test(db).await;
}

pub async fn add_site(db: &Db, site: &SiteId) {
    let args = args![site, format!("pk_{site}")];
    db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                sql!(
                    "INSERT INTO sites (site_id, public_key, names, origins, locales, currency, time_zone, country,
                         brand_color, launcher_side, order_number_example, created_at, updated_at)
                     VALUES ($1, $2, '{}', '[]', '[]', 'CNY', 'Asia/Shanghai', 'CN', '#1f6f5c', 'end', 'A-1001', 0, 0)"
                ),
                args,
            )
            .await
        })
    })
    .await
    .map(|_: u64| ())
    .map_err(|e: aftercart::db::Error| e)
    .unwrap();
}

/// Removes every order.
#[allow(dead_code)]
pub async fn clear(db: &Db) {
    db.write(|tx| Box::pin(async move { tx.execute(sql!("DELETE FROM orders"), vec![]).await }))
        .await
        .map_err(|e: aftercart::db::Error| e)
        .unwrap();
}

#[derive(sqlx::FromRow)]
struct Line {
    line: String,
}

/// Every row that an import writes, in one order.
#[allow(dead_code)]
pub async fn dump(db: &Db) -> Vec<String> {
    let tables = [
        sql!(
            "SELECT 'order ' || site_id || ' ' || order_id || ' ' || source || ' ' || external_id || ' ' || number || ' '
                 || number_key || ' ' || CAST(placed_at AS TEXT) || ' ' || currency || ' ' || COALESCE(locale, '-') || ' '
                 || state || ' ' || COALESCE(email, '-') || ' ' || COALESCE(phone, '-') || ' ' || COALESCE(recipient, '-')
                 || ' ' || COALESCE(address, '-') || ' ' || CAST(refunded AS TEXT) || ' ' || fingerprint || ' '
                 || CAST(updated_at AS TEXT) AS line FROM orders ORDER BY 1"
        ),
        sql!(
            "SELECT 'line ' || site_id || ' ' || order_id || ' ' || line_id || ' ' || CAST(position AS TEXT) || ' ' || title
                 || ' ' || CAST(quantity AS TEXT) || ' ' || CAST(refunded AS TEXT) || ' '
                 || COALESCE(CAST(unit_price AS TEXT), '-') AS line FROM order_lines ORDER BY 1"
        ),
        sql!(
            "SELECT 'shipment ' || site_id || ' ' || order_id || ' ' || shipment_id || ' ' || CAST(position AS TEXT) || ' '
                 || COALESCE(carrier, '-') || ' ' || COALESCE(tracking_number, '-') || ' ' || status || ' '
                 || COALESCE(CAST(delivered_at AS TEXT), '-') AS line FROM shipments ORDER BY 1"
        ),
        sql!(
            "SELECT 'part ' || site_id || ' ' || order_id || ' ' || shipment_id || ' ' || line_id || ' '
                 || CAST(quantity AS TEXT) AS line FROM shipment_lines ORDER BY 1"
        ),
        sql!(
            "SELECT 'event ' || site_id || ' ' || order_id || ' ' || shipment_id || ' ' || event_id || ' '
                 || CAST(at AS TEXT) || ' ' || COALESCE(CAST(utc_offset_min AS TEXT), '-') || ' ' || status || ' '
                 || COALESCE(place, '-') || ' ' || COALESCE(text, '-') AS line FROM tracking_events ORDER BY 1"
        ),
        sql!("SELECT 'run ' || file_key || ' ' || CAST(position AS TEXT) AS line FROM import_runs ORDER BY 1"),
    ];
    let mut rows = Vec::new();
    for table in tables {
        rows.extend(db.fetch_all::<Line>(table, vec![]).await.unwrap().into_iter().map(|row| row.line));
    }
    rows
}
