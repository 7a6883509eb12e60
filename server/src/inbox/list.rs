//! A page of the queue: a view of it, or what is found in a view.

use super::{counts, cursor::Cursor, show};
use crate::{
    app::App,
    conversations::{
        queue_store::{self, BATCH, Patterns, Place, Stretch},
        words,
    },
    db::{self, Db},
    error::Error,
};
use aftercart_shared::{
    api::desk::{Inbox, InboxView},
    error::ErrorCode,
    ids::{AgentId, SiteId},
    validate,
};
use std::collections::HashSet;

/// Conversations that one request looks through for words. Whoever wants to go further follows `next`, also from an empty
/// page.
const LOOKED_THROUGH: i64 = 2_000;

#[derive(Clone, Debug)]
pub struct Ask {
    pub view: InboxView,
    /// What is looked for; `None` for all.
    pub patterns: Option<Patterns>,
    pub after: Option<Cursor>,
    /// At most [`BATCH`].
    pub most: usize,
}

/// What somebody typed to look for. Nothing but blanks is no wish.
///
/// # Errors
/// [`ErrorCode::TooLong`]
pub fn patterns(typed: &str) -> Result<Option<Patterns>, Error> {
    let query = match validate::search_query(typed) {
        Ok(query) => query,
        Err(ErrorCode::Required) => return Ok(None),
        Err(code) => return Err(Error::invalid(code, "query")),
    };
    let folded = words::folded(&query).split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = words::bare(&query);
    // Without letters and digits it is no number, and must not be found in all of them.
    let bare = words::pattern(if bare.is_empty() { &folded } else { &bare });
    Ok(Some(Patterns { words: words::pattern(&folded), bare }))
}

/// Whoever waits longest comes first.
///
/// # Errors
/// [`Error::Invalid`] for a cursor that is none of ours.
pub async fn page(app: &App, site: &SiteId, agent: &AgentId, ask: &Ask) -> Result<Inbox, Error> {
    // Before the rows: what changes in between comes with the changes.
    let now = queue_store::version(&mut &app.db, site).await?;
    let counts = counts::counts(app, site, now, agent).await?;
    let (version, after) = match &ask.after {
        None => (now, Place::START),
        Some(cursor) if cursor.version <= now => (cursor.version, cursor.place.clone()),
        Some(_) => return Err(Error::invalid(ErrorCode::Invalid, "cursor")),
    };
    let most = if ask.patterns.is_some() { LOOKED_THROUGH } else { ask.most as i64 };
    // One more than is shown, to know whether there is more.
    let stretch = Stretch { after, version, most: most + 1, searched: ask.patterns.is_some() };
    let places = queue_store::stretch(&app.db, site, ask.view, agent.as_str(), &stretch).await?;
    let (shown, next) = match &ask.patterns {
        None => cut(places, ask.most),
        Some(patterns) => found(&app.db, site, patterns, places, ask.most).await?,
    };
    let ids: Vec<String> = shown.into_iter().map(|place| place.id).collect();
    Ok(Inbox {
        rows: show::rows(&app.db, site, &ids).await?,
        next: next.map(|place| Cursor { version, place }.text()),
        counts,
        version: version.unsigned_abs(),
    })
}

fn cut(mut places: Vec<Place>, most: usize) -> (Vec<Place>, Option<Place>) {
    let more = places.len() > most;
    places.truncate(most);
    let next = places.last().filter(|_| more).cloned();
    (places, next)
}

/// Those among the places that have it, and from where to go on.
async fn found(
    db: &Db,
    site: &SiteId,
    patterns: &Patterns,
    places: Vec<Place>,
    most: usize,
) -> Result<(Vec<Place>, Option<Place>), db::Error> {
    let (places, next) = cut(places, LOOKED_THROUGH as usize);
    let mut found: Vec<Place> = Vec::new();
    for some in places.chunks(BATCH) {
        let ids: Vec<String> = some.iter().map(|place| place.id.clone()).collect();
        let hits: HashSet<String> = queue_store::matching(db, site, patterns, &ids).await?.into_iter().collect();
        found.extend(some.iter().filter(|place| hits.contains(&place.id)).cloned());
        if found.len() > most {
            return Ok(cut(found, most));
        }
    }
    Ok((found, next))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_as_it_is() {
        let asked = |typed| patterns(typed).unwrap().map(|p| (p.words, p.bare));
        let some = |words: &str, bare: &str| Some((words.to_owned(), bare.to_owned()));
        assert_eq!(asked(" Ａ-1001  x "), some("%a-1001 x%", "%a1001x%"));
        assert_eq!(asked("退款"), some("%退款%", "%退款%"));
        assert_eq!(asked("%"), some("%!%%", "%!%%"));
        assert_eq!((asked(""), asked(" \u{200B}\n")), (None, None));
        assert!(patterns(&"x".repeat(validate::QUERY_MAX + 1)).is_err());
    }

    #[test]
    fn there_is_more_only_if_there_is() {
        let place = |at| Place { at, id: at.to_string() };
        let three = || (1..=3).map(place).collect::<Vec<_>>();
        assert_eq!(cut(three(), 3), (three(), None));
        assert_eq!(cut(three(), 2), (vec![place(1), place(2)], Some(place(2))));
        assert_eq!(cut(vec![], 2), (vec![], None));
    }
}
