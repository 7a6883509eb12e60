//! Nothing: cargo asks a package for more than tests. They begin in `main.rs`.
