//! What happens is told to the shop's own systems: signed, at least once, in order, to nobody else.

mod address;
mod listener;
mod people;
mod retries;
mod told;
