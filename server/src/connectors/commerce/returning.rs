//! What a platform does about a return on our behalf: notes it, books goods in, gives money back.
//!
//! None of them takes an idempotency key, and an answer that does not come says nothing: it may be done, lost, or still
//! under way. So each act is looked for before it is asked for, by our own key in what the platform keeps, and is
//! written down in a [`Journal`] before it is asked for, so that whoever comes after a time-out or a crash knows that he
//! has to look and to wait first.
//!
//! What remains: a platform that works on a question for longer than the journal waits, and then does it after all; and
//! a machine of ours that stands still between writing down and asking, for longer than the journal waits too. Either
//! could make a second record. The sum of the refunds that do not bear our mark is compared too ([`super::give_back`]),
//! so that neither goes on unseen.

use super::super::outgoing::Fault;
use aftercart_shared::money::Money;
use futures_util::future::BoxFuture;

/// Pieces of one line of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The platform's own id of the line.
    pub line: String,
    pub title: String,
    pub quantity: i64,
}

/// Goods that come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goods {
    /// Our effect's id, the same for ever.
    pub key: String,
    /// The id of the effect that makes the return itself: the same as `key` where this is that effect.
    pub return_key: String,
    /// The platform's own id of the order.
    pub order: String,
    /// As people say it: `R-7K2M9Q`.
    pub number: String,
    pub pieces: Vec<Piece>,
}

/// Money that goes back to where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveBack {
    /// As [`Goods::key`].
    pub key: String,
    pub order: String,
    pub number: String,
    pub sum: Money,
}

/// What became of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It stands in the platform's records, once. The platform's own ids of it.
    Done { reference: String },
    /// It stands there, and the platform itself waits: for its payment provider, for somebody of the shop.
    Waiting { reference: String, because: String },
}

/// Why nothing is known to be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Setback {
    /// It could not be asked, or its answer was not heard.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// An earlier question may still be under way: to be looked for again before anything is asked.
    #[error("an earlier question may still be under way")]
    InDoubt,
    /// The platform says no, or a person has to look first. For people; holds nothing of a shopper.
    #[error("{0}")]
    No(String),
}

/// What was asked for last, kept where no crash reaches it.
pub trait Journal: Send + Sync {
    /// The last step that was asked for, however long ago.
    fn last(&self) -> Option<&str>;

    /// Whether that step may still be under way.
    fn fresh(&self) -> bool;

    /// Writes down that `step` is about to be asked for.
    fn before<'a>(&'a self, step: &'a str) -> BoxFuture<'a, Result<(), Fault>>;
}

/// The writing side of a platform.
pub trait Returning: Send + Sync + std::fmt::Debug {
    /// Makes the return, as far as the platform knows such a thing.
    ///
    /// # Errors
    /// Why it is not known to be made.
    fn create_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>>;

    /// Calls the return off: nothing will come.
    ///
    /// # Errors
    /// Why it is not known to be called off.
    fn cancel_return<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>>;

    /// Books the pieces in: they are there.
    ///
    /// # Errors
    /// Why it is not known to be done.
    fn receive<'a>(&'a self, goods: &'a Goods, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>>;

    /// Gives the money back to what paid.
    ///
    /// # Errors
    /// Why it is not known to be done.
    fn refund<'a>(&'a self, back: &'a GiveBack, journal: &'a dyn Journal) -> BoxFuture<'a, Result<Act, Setback>>;
}

/// Writes the step down, unless it may still be under way from before.
pub(super) async fn about_to(journal: &dyn Journal, step: &str) -> Result<(), Setback> {
    if journal.fresh() && journal.last() == Some(step) {
        return Err(Setback::InDoubt);
    }
    Ok(journal.before(step).await?)
}

/// What is written into the platform's records: for its people the number, for us the key.
pub(super) fn mark(number: &str, key: &str) -> String {
    format!("{number} [aftercart {key}]")
}

pub(super) fn bears(text: Option<&str>, key: &str) -> bool {
    text.is_some_and(|text| text.contains(&format!("[aftercart {key}]")))
}

/// Reads, and reads again at once when no answer comes: that costs nothing, and spares a whole attempt.
pub(super) async fn read<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    match ask().await {
        Err(Fault::Unreachable(_)) => ask().await,
        answer => answer,
    }
}

/// A refusal in the platform's own words, as far as they are fit to be shown and logged.
pub(super) fn no(platform: &str, said: &str) -> Setback {
    let said: String = said.chars().filter(|c| !c.is_control() && *c != '@').take(200).collect();
    Setback::No(format!("{platform} refuses it: {said}"))
}
