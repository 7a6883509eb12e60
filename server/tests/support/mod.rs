//! A whole Aftercart on a free port, with a clock of its own and an empty database that nobody else sees.

pub mod at_desk;
mod builders;
mod clock;
pub mod digest;
pub mod door;
pub mod import;
pub mod mail_server;
pub mod mails;
pub mod pictures;
mod postgres;
pub mod returns;
pub mod shop;
pub mod socket;
pub mod talk;
mod test_app;

pub use builders::{article, order};
pub use clock::ManualClock;
pub use postgres::fresh_database;
pub use test_app::{KEY, ORIGIN, TestApp, read};

/// One story, told on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $story:block)*) => { $(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($app: $crate::support::TestApp) $story

            #[tokio::test]
            async fn sqlite() {
                story($crate::support::TestApp::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                story($crate::support::TestApp::postgres().await).await;
            }
        }
    )* };
}
