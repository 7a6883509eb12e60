//! Every SQL statement of the program, known by name to the tests.
//!
//! In place of compile-time checking against one engine, each `sql!` enters itself in [`STATEMENTS`], and a test
//! prepares them all on both.

use linkme::distributed_slice;

/// A statement that is part of the program's text; nothing read from outside can become one.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    pub(crate) text: &'static str,
    /// `file:line`, for the test that finds it wrong.
    pub place: &'static str,
}

impl Sql {
    #[doc(hidden)]
    pub const fn registered(text: &'static str, place: &'static str) -> Sql {
        Sql { text, place }
    }

    pub fn text(self) -> &'static str {
        self.text
    }
}

/// Every `sql!` of the program.
#[distributed_slice]
pub static STATEMENTS: [Sql];

/// One SQL statement, the same text for SQLite and PostgreSQL, with `$1`, `$2`… for values.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {{
        // The linker gathers these; each is a plain constant.
        #[allow(unsafe_code)]
        #[$crate::db::linkme::distributed_slice($crate::db::STATEMENTS)]
        #[linkme(crate = $crate::db::linkme)]
        static STATEMENT: $crate::db::Sql = $crate::db::Sql::registered($text, concat!(file!(), ":", line!()));
        STATEMENT
    }};
}
