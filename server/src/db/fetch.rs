//! Reading inside a transaction and outside of one by the same function.

use super::{Arg, Db, Error, Row, Sql, Tx};
use std::future::Future;

/// Where rows come from: a [`Tx`], which sees what it has written itself, or a `&Db`.
pub trait Fetch: Send {
    /// Every row, in the statement's order.
    fn all<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Vec<T>, Error>> + Send;

    /// The first row, if any.
    fn first<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Option<T>, Error>> + Send;
}

impl Fetch for Tx {
    fn all<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Vec<T>, Error>> + Send {
        self.fetch_all(sql, args)
    }

    fn first<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Option<T>, Error>> + Send {
        self.fetch_optional(sql, args)
    }
}

impl Fetch for &Db {
    fn all<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Vec<T>, Error>> + Send {
        self.fetch_all(sql, args)
    }

    fn first<T: Row>(&mut self, sql: Sql, args: Vec<Arg>) -> impl Future<Output = Result<Option<T>, Error>> + Send {
        self.fetch_optional(sql, args)
    }
}
