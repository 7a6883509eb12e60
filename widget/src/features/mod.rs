//! What shoppers come for, one folder each. Features do not know one another: the surface connects them.

pub mod account;
pub mod chat;
pub mod help;
pub mod home;
pub mod notices;
pub mod returns;
pub mod talk;
pub mod track;
