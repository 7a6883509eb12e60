//! What the layer under every store promises.

use crate::on_both;
use aftercart::{
    db::{self, Db},
    sites::store,
};
use aftercart_shared::{ids::SiteId, time::Timestamp};
use futures_util::future::join_all;

async fn set(db: &Db, site: SiteId, revision: i64, fail: bool) -> Result<(), db::Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let changed = store::set_origins(tx, &site, &[], Timestamp(revision)).await?;
            assert!(changed);
            if fail { Err(db::Error::Conflict) } else { Ok(()) }
        })
    })
    .await
}

on_both! {
    async fn a_failed_write_leaves_nothing(app) {
        let before = store::by_key(&app.app.db, &app.site.key).await.unwrap().unwrap();
        assert!(set(&app.app.db, app.site.id.clone(), 99, true).await.is_err());
        assert_eq!(store::by_key(&app.app.db, &app.site.key).await.unwrap().unwrap(), before);
    }

    /// Writers that share a commit must not share each other's fate.
    async fn many_writers_at_once_fail_and_succeed_each_alone(app) {
        let mut sites = Vec::new();
        for n in 0..40 {
            sites.push(app.another_site(&format!("pk_{n:03}"), "https://x.example").await);
        }
        let writes = sites.iter().enumerate().map(|(n, site)| set(&app.app.db, site.id.clone(), 1_000 + n as i64, n % 3 == 0));
        let results = join_all(writes).await;
        for (n, (site, result)) in sites.iter().zip(results).enumerate() {
            let now = store::by_key(&app.app.db, &site.key).await.unwrap().unwrap();
            assert_eq!(result.is_ok(), n % 3 != 0);
            assert_eq!(now.updated_at == Timestamp(1_000 + n as i64), n % 3 != 0, "writer {n}");
        }
    }

    /// A panic in one write is one caller's failure, not the database's end.
    async fn a_panicking_write_does_not_stop_the_others(app) {
        let db = app.app.db.clone();
        let broken = tokio::spawn(async move {
            db.write::<(), db::Error, _>(|_| Box::pin(async { panic!("on purpose") })).await
        });
        assert!(!matches!(broken.await, Ok(Ok(()))));
        set(&app.app.db, app.site.id.clone(), 7, false).await.unwrap();
    }

    async fn a_second_row_with_the_same_key_is_a_conflict(app) {
        let site = app.site.clone();
        let again = app.app.db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { store::insert(tx, &site, Timestamp(1)).await })
        });
        assert!(matches!(again.await, Err(db::Error::Conflict)));
    }
}
