//! Finding an answer: topics, search, and the articles themselves.

mod article;
mod search;
mod topics;

use crate::{
    api::loading::Loading,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward},
        dom::{Dom, el},
    },
};
use aftercart_shared::{
    api::{articles::ArticleList, conversations::Subject},
    locale::Locale,
};
use leptos::prelude::*;

pub use article::article;
pub use search::search;
pub use topics::{category, topics};

/// What was searched for and the list of topics; outlives the views, so that going back shows it at once.
#[derive(Clone, Copy)]
pub struct Draft {
    pub q: RwSignal<String>,
    list: Loading<ArticleList>,
    asked_for: StoredValue<Option<Locale>>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft { q: RwSignal::default(), list: Loading::new(), asked_for: StoredValue::new(None) }
    }

    /// Asks for the topics once a language.
    fn load(self, session: Session) {
        let locale = session.locale.get_untracked();
        let known = self.asked_for.get_value() == Some(locale) && self.list.failure.with_untracked(Option::is_none);
        if !known {
            self.asked_for.set_value(Some(locale));
            self.list.clear();
            self.list.ask(move || session.api.get(format!("/articles?locale={}", locale.tag())));
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// The way on that every part of help ends with.
fn stuck(session: Session, article: Option<&str>) -> Dom {
    let t = session.t();
    let title = el("p", "ac-stuck-title").child(t.help_stuck());
    let words = el("div", "").child(title).child(el("p", "ac-row-note").child(t.help_stuck_note()));
    el("aside", "ac-stuck").child(words).child(talk(session, Kind::Quiet, article)).into()
}

/// `article` is what did not help.
fn talk(session: Session, kind: Kind, article: Option<&str>) -> Dom {
    let about = Subject { article: article.map(Into::into), ..Subject::default() };
    inward(session, kind, "talk", session.t().home_action_talk(), View::Talk(about))
}
