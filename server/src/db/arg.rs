//! Values on their way into a statement.

use aftercart_shared::{
    ids::{AgentId, ArticleId, ConversationId, OrderId, ShipmentId, SiteId, SiteKey, VisitorId},
    locale::Locale,
    time::Timestamp,
};
use sqlx::Arguments;
use sqlx_postgres::PgArguments;
use sqlx_sqlite::SqliteArguments;

/// One bound value, of a type that both databases know.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(bool),
}

/// `args![site, number, now]`: the values for `$1`, `$2`, `$3`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}

macro_rules! from_text {
    ($($kind:ty),*) => { $(
        impl From<$kind> for Arg { fn from(v: $kind) -> Self { Arg::Text(Some(v.to_string())) } }
        impl From<&$kind> for Arg { fn from(v: &$kind) -> Self { Arg::Text(Some(v.to_string())) } }
    )* };
}
from_text!(SiteId, SiteKey, OrderId, ShipmentId, ArticleId, AgentId, ConversationId, VisitorId, Locale);

impl From<String> for Arg {
    fn from(v: String) -> Self {
        Arg::Text(Some(v))
    }
}
impl From<&String> for Arg {
    fn from(v: &String) -> Self {
        Arg::Text(Some(v.clone()))
    }
}
impl From<&str> for Arg {
    fn from(v: &str) -> Self {
        Arg::Text(Some(v.to_owned()))
    }
}
impl From<Option<String>> for Arg {
    fn from(v: Option<String>) -> Self {
        Arg::Text(v)
    }
}
impl From<&Option<String>> for Arg {
    fn from(v: &Option<String>) -> Self {
        Arg::Text(v.clone())
    }
}
impl From<Option<&str>> for Arg {
    fn from(v: Option<&str>) -> Self {
        Arg::Text(v.map(str::to_owned))
    }
}
impl From<i64> for Arg {
    fn from(v: i64) -> Self {
        Arg::Int(Some(v))
    }
}
impl From<u32> for Arg {
    fn from(v: u32) -> Self {
        Arg::Int(Some(i64::from(v)))
    }
}
impl From<Option<i64>> for Arg {
    fn from(v: Option<i64>) -> Self {
        Arg::Int(v)
    }
}
impl From<Timestamp> for Arg {
    fn from(v: Timestamp) -> Self {
        Arg::Int(Some(v.0))
    }
}
impl From<Option<Timestamp>> for Arg {
    fn from(v: Option<Timestamp>) -> Self {
        Arg::Int(v.map(|t| t.0))
    }
}
impl From<bool> for Arg {
    fn from(v: bool) -> Self {
        Arg::Bool(v)
    }
}

/// Texts, numbers and booleans always encode; a value that could not would be refused by the database itself.
macro_rules! bind {
    ($args:expr, $into:ty) => {{
        let mut bound = <$into>::default();
        for arg in $args {
            let added = match arg {
                Arg::Text(v) => bound.add(v),
                Arg::Int(v) => bound.add(v),
                Arg::Bool(v) => bound.add(v),
            };
            debug_assert!(added.is_ok(), "a plain value failed to encode");
        }
        bound
    }};
}

pub(super) fn sqlite(args: Vec<Arg>) -> SqliteArguments {
    bind!(args, SqliteArguments)
}

pub(super) fn postgres(args: Vec<Arg>) -> PgArguments {
    bind!(args, PgArguments)
}
