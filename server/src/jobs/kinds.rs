//! Every kind of job, on one screen.

use super::{Job, Outcome};
use crate::{app::App, conversations::answer_mail, notices, notifications, returns, shoppers, sync, tracking};
use futures_util::future::BoxFuture;

type Run = fn(App, Job) -> BoxFuture<'static, Outcome>;

/// How one kind is done.
#[derive(Clone, Copy)]
pub struct Kind {
    pub run: Run,
    /// After this many failures in a row a person has to look.
    pub attempts: i64,
}

/// The handler of a kind; `None` for one that only a newer Aftercart knows.
pub fn kind(name: &str) -> Option<Kind> {
    let (run, attempts): (Run, i64) = match name {
        notifications::MAIL => (|app, job| Box::pin(notifications::deliver_mail(app, job)), 12),
        notifications::TEXT => (|app, job| Box::pin(notifications::deliver_text(app, job)), 6),
        answer_mail::KIND => (|app, job| Box::pin(answer_mail::run(app, job)), 12),
        sync::fetch::KIND => (|app, job| Box::pin(sync::fetch::run(app, job)), 10),
        // She has asked again long before a fourth try.
        shoppers::late_code::KIND => (|app, job| Box::pin(shoppers::late_code::run(app, job)), 3),
        // Never given up: it says itself when to come back.
        sync::reconcile::KIND => (|app, job| Box::pin(sync::reconcile::run(app, job)), i64::MAX),
        tracking::job::KIND => (|app, job| Box::pin(tracking::job::run(app, job)), i64::MAX),
        // Comes again by itself; giving up would end a site's mails for good.
        notices::JOB => (|app, job| Box::pin(notices::look(app, job)), i64::MAX),
        // Pieces stay spoken for until it succeeds.
        returns::expire::KIND => (|app, job| Box::pin(returns::expire::run(app, job)), i64::MAX),
        // Comes again by itself until the parcel is there.
        returns::label_watch::KIND => (|app, job| Box::pin(returns::label_watch::run(app, job)), i64::MAX),
        // An effect gives itself up, so that its return hears of it; the queue never does.
        name if returns::effects::EffectKind::parse(name).is_some() => {
            (|app, job| Box::pin(returns::effects::run(app, job)), i64::MAX)
        }
        _ => return None,
    };
    Some(Kind { run, attempts })
}
