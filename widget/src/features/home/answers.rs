//! What the field answers while it is typed in: an order number is recognised, articles are suggested.

use super::Track;
use crate::{
    api::loading::{Loading, Pace},
    i18n,
    nav::View,
    session::Session,
    ui::{
        dom::{Dom, El, afterwards, el, redrawn},
        highlight::highlighted,
        icon::icon,
        notice::failed,
        row::words,
        skeleton::skeleton,
    },
};
use aftercart_shared::{
    api::articles::{SearchResponse, SearchResult},
    error::ErrorCode,
    validate::{OrderNumber, fold_width, is_invisible, search_query, split_number_and_contact},
};
use leptos::prelude::*;
use std::time::Duration;

/// Long enough for a fast typist's next key, short enough to feel immediate.
const PAUSE: Duration = Duration::from_millis(140);
const AT_MOST: usize = 5;

#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Order {
        number: String,
        contact: Option<String>,
    },
    Article(SearchResult),
    /// All results, on a view of their own.
    All(String),
    /// Nothing found: a person.
    Person,
}

#[derive(Clone, Copy)]
pub struct Answers {
    session: Session,
    q: RwSignal<String>,
    found: Loading<SearchResponse>,
    shown: RwSignal<Vec<Answer>>,
    active: RwSignal<Option<usize>>,
    keys: StoredValue<u32>,
}

impl Answers {
    pub fn new(session: Session, q: RwSignal<String>) -> Answers {
        let answers = Answers {
            session,
            q,
            found: Loading::new(),
            shown: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            keys: StoredValue::new(0),
        };
        afterwards(move || {
            if answers.found.pace.get() == Pace::Done {
                answers.show_found();
            }
        });
        answers.refresh();
        answers
    }

    /// The field has changed.
    pub fn refresh(self) {
        self.active.set(None);
        self.keys.update_value(|keys| *keys += 1);
        let typed = self.q.get_untracked();
        if let Some(order) = recognised(&typed) {
            self.found.clear();
            self.shown.set(vec![order]);
            return;
        }
        match search_query(&typed) {
            Ok(query) => {
                let keys = self.keys.get_value();
                let search = move || {
                    if self.keys.try_get_value() == Some(keys) {
                        self.search(query.clone());
                    }
                };
                set_timeout(search, PAUSE);
                // An order that is no longer one must not stay; articles stay until better ones arrive.
                self.shown.update(|shown| shown.retain(|answer| !matches!(answer, Answer::Order { .. })));
            }
            Err(code) => {
                self.found.clear();
                self.shown.set(Vec::new());
                if code == ErrorCode::TooLong {
                    self.found.failure.set(Some(code.into()));
                }
            }
        }
    }

    fn search(self, query: String) {
        let (api, locale) = (self.session.api, self.session.locale.get_untracked());
        self.found.ask(move || {
            let query = String::from(js_sys::encode_uri_component(&query));
            api.get(format!("/articles/search?q={query}&locale={}&limit={AT_MOST}", locale.tag()))
        });
    }

    fn show_found(self) {
        let query = self.q.get_untracked().trim().to_owned();
        let results = self.found.data.with_untracked(|found| found.as_ref().map(|f| f.results.clone()));
        let mut answers: Vec<Answer> =
            results.unwrap_or_default().into_iter().take(AT_MOST).map(Answer::Article).collect();
        let t = self.session.t();
        if answers.is_empty() {
            answers.push(Answer::Person);
            self.session.announce(t.home_nothing());
        } else {
            let count = u32::try_from(answers.len()).unwrap_or_default();
            self.session.announce(&i18n::plural(count, |n| t.home_found_one(n), |n| t.home_found_other(n)));
            if answers.len() == AT_MOST {
                answers.push(Answer::All(query));
            }
        }
        self.active.set(None);
        self.shown.set(answers);
    }

    pub fn is_open(self) -> bool {
        self.shown.with(|shown| !shown.is_empty())
    }

    /// Moves along the answers and around their ends. `false` when there is nothing to move along.
    pub fn step(self, by: isize) -> bool {
        let count = self.shown.with_untracked(Vec::len);
        if count == 0 {
            return false;
        }
        let next = step(self.active.get_untracked(), by, count);
        self.active.set(next);
        if let Some(option) = next.and_then(|index| document().get_element_by_id(&option_id(index))) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
        true
    }

    pub fn active_id(self) -> Option<String> {
        self.active.get().map(option_id)
    }

    pub fn choose_active(self, track: Track) -> bool {
        let active = self.active.get_untracked();
        if let Some(index) = active {
            self.choose(index, track);
        }
        active.is_some()
    }

    pub fn choose(self, index: usize, track: Track) {
        let nav = self.session.nav;
        match self.shown.with_untracked(|shown| shown.get(index).cloned()) {
            Some(Answer::Order { number, contact }) => track.run((number, contact)),
            Some(Answer::Article(article)) => nav.go(View::Article { slug: article.slug }),
            Some(Answer::All(query)) => nav.go(View::Search { query }),
            Some(Answer::Person) => nav.go(View::talk()),
            None => {}
        }
    }

    pub fn draw(self, choose: Callback<usize>) -> El {
        let session = self.session;
        let options = redrawn(move || {
            let options = self.shown.get().into_iter().enumerate();
            options.map(|(index, answer)| self.option(index, answer, choose)).collect::<Vec<Dom>>().into()
        });
        let list = el("ul", "ac-rows")
            .id("ac-answers")
            .attr("role", "listbox")
            .attr("aria-label", session.t().home_suggestions())
            .hidden_while(move || !self.is_open())
            .child(options);
        let waiting = redrawn(move || {
            let bones = &["row", "row", "row"];
            (!self.is_open()).then(|| skeleton(session, self.found.pace, bones)).into()
        });
        el("div", "ac-answers").child(list).child(waiting).child(failed(session, self.found))
    }

    fn option(self, index: usize, answer: Answer, choose: Callback<usize>) -> Dom {
        let t = self.session.t();
        let (name, class) = match answer {
            Answer::Order { .. } => ("parcel", "ac-row ac-answer-order"),
            Answer::Article(_) => ("book", "ac-row"),
            Answer::All(_) => ("search", "ac-row"),
            Answer::Person => ("talk", "ac-row"),
        };
        let text = match answer {
            Answer::Order { number, .. } => words(t.home_track_number(&number).into(), t.home_track_hint().into()),
            Answer::Article(article) => words(
                highlighted(&article.title, &article.title_matches),
                highlighted(&article.snippet, &article.snippet_matches),
            ),
            Answer::All(_) => words(t.home_all_results().into(), Dom::default()),
            Answer::Person => words(t.home_action_talk().into(), t.home_nothing().into()),
        };
        el("li", class)
            .id(&option_id(index))
            .attr("role", "option")
            .attr_follows("aria-selected", move || Some((self.active.get() == Some(index)).to_string()))
            .on_click(move || choose.run(index))
            .child(icon(name))
            .child(text)
            .into()
    }
}

fn option_id(index: usize) -> String {
    format!("ac-answer-{index}")
}

/// The next option, `None` being the field itself.
fn step(active: Option<usize>, by: isize, count: usize) -> Option<usize> {
    // The field is one more place on the way around.
    let places = isize::try_from(count).unwrap_or(isize::MAX - 1) + 1;
    let here = active.map_or(0, |index| isize::try_from(index).unwrap_or(0) + 1);
    usize::try_from((here + by).rem_euclid(places)).ok()?.checked_sub(1)
}

fn recognised(typed: &str) -> Option<Answer> {
    if let Some((number, contact)) = split_number_and_contact(typed) {
        return Some(Answer::Order { number: ask_tidied(&number), contact: Some(contact) });
    }
    OrderNumber::recognise(typed).map(|_| Answer::Order { number: ask_tidied(typed), contact: None })
}

/// An order number as a person would write it neatly: what was typed, without invisible and full-width characters.
pub fn ask_tidied(typed: &str) -> String {
    let tidy: String = typed.chars().filter(|c| !is_invisible(*c)).map(fold_width).collect();
    tidy.trim().trim_start_matches(['#', '№']).trim().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_around_through_the_field() {
        assert_eq!(step(None, 1, 3), Some(0));
        assert_eq!(step(Some(2), 1, 3), None);
        assert_eq!(step(None, -1, 3), Some(2));
        assert_eq!(step(Some(0), -1, 3), None);
    }

    #[test]
    fn order_numbers_are_shown_as_one_would_write_them() {
        assert_eq!(ask_tidied("  ＃ａ－１００１\u{200b} "), "A-1001");
        let order = |number: &str, contact: Option<&str>| {
            Some(Answer::Order { number: number.into(), contact: contact.map(Into::into) })
        };
        assert_eq!(recognised("a-1001"), order("A-1001", None));
        assert_eq!(recognised("a-1024 li.na@example.cn"), order("A-1024", Some("li.na@example.cn")));
        assert_eq!(recognised("how long do refunds take"), None);
    }
}
