pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod knowledge;
pub mod orders;
pub mod random;
