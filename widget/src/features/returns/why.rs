//! Why, line by line: the shop's reasons, closer ones once the first is chosen, and a photo where it needs one.

use super::{
    photo::{self, Album},
    state::State,
    steps::{answer, fault, faulty, head, lead, line, onward, sentences, tile},
    wish::Chosen,
};
use crate::{
    nav::Step,
    session::Session,
    ui::{
        choice::{Choice, choice, choices},
        dated::dated,
        dom::{Dom, el, focus, redrawn},
    },
};
use aftercart_shared::api::returns::{ReasonView, ReturnOptions, ReturnableLine};
use leptos::prelude::*;
use std::rc::Rc;

pub fn why(session: Session, state: State, options: &ReturnOptions) -> Dom {
    let t = session.t();
    let chosen = state.wish.with_untracked(|wish| wish.lines.clone());
    let lines: Vec<Dom> = chosen
        .iter()
        .enumerate()
        .filter_map(|(i, chosen)| Some(one(session, state, options, line(options, &chosen.line)?, chosen, i)))
        .collect();
    let order = options.order_id.0.clone();
    let lacks = move || state.options.data.with_untracked(|options| missing(session, state, options.as_ref()?));
    let on = move || match lacks() {
        Some((i, line, text)) => {
            faulty(state, Some(&line), text);
            let photo = format!("ac-photo-{i}");
            let start = document().get_element_by_id(&photo).map_or_else(|| format!("ac-why-{i}-0"), |_| photo);
            focus(&start);
            if let Some(element) = document().get_element_by_id(&start) {
                element.scroll_into_view();
            }
        }
        None => lead(session, &order, Step::What),
    };
    let form = el("div", "ac-whys").child(lines);
    [
        head(session, options, Step::Why, t.returns_flow_why_title()),
        el("p", "ac-intro").child(t.returns_flow_why_intro()).into(),
        form.into(),
        onward(t.returns_flow_next(), on),
    ]
    .into()
}

/// The first line that is not ready: which, and what it lacks.
fn missing(session: Session, state: State, options: &ReturnOptions) -> Option<(usize, String, &'static str)> {
    let t = session.t();
    let chosen = state.wish.with_untracked(|wish| wish.lines.clone());
    chosen.into_iter().enumerate().find_map(|(i, Chosen { line: id, reason, photos, .. })| {
        let answer = line(options, &id).and_then(|line| answer(line, &reason));
        let text = match answer {
            None if reason.is_empty() => t.returns_flow_why_missing(),
            None => t.returns_flow_why_closer(),
            Some(answer) if !answer.photo || !photos.is_empty() => return None,
            Some(_) if state.photos.is_sending(&id) => t.returns_flow_photo_wait(),
            Some(_) => t.errors_photo_required(),
        };
        Some((i, id, text))
    })
}

fn one(
    session: Session,
    state: State,
    options: &ReturnOptions,
    line: &ReturnableLine,
    chosen: &Chosen,
    i: usize,
) -> Dom {
    let t = session.t();
    let of = StoredValue::new(chosen.line.clone());
    let reason = Memo::new(move |_| {
        of.with_value(|of| state.wish.with(|wish| wish.line(of).map(|line| line.reason.clone()).unwrap_or_default()))
    });
    let choose = move |reason: &str| {
        let line = of.get_value();
        state.change(|wish| {
            if let Some(chosen) = wish.line_mut(&line) {
                chosen.reason = reason.into();
            }
        });
    };
    let under = |parent: &str| -> Vec<ReasonView> {
        let mine = |one: &&ReasonView| one.under.as_deref() == Some(parent) && answer(line, &one.id).is_some();
        options.reasons.iter().filter(mine).cloned().collect()
    };
    let now = chosen.reason.clone();
    let group = format!("ac-why-{i}");
    let mut shown: Vec<Dom> = Vec::new();
    for parent in options.reasons.iter().filter(|one| one.under.is_none()) {
        let closer = under(&parent.id);
        if closer.is_empty() && answer(line, &parent.id).is_none() {
            continue;
        }
        let within = now == parent.id || closer.iter().any(|one| one.id == now);
        let id = format!("{group}-{}", shown.len() / 2);
        let own = parent.id.clone();
        let row = Choice { group: &group, id: &id, checked: within, title: &parent.words, end: None, note: None };
        shown.push(choice(row, move || choose(&own)).into());
        shown.push(closer_ones(session, reason, parent, closer, group.clone(), choose));
    }
    let count = (chosen.quantity > 1).then(|| el("span", "ac-item-price").child(format!("× {}", chosen.quantity)));
    let legend = el("legend", "ac-why-line")
        .child(tile(&line.title))
        .child(el("span", "ac-item-title").child(line.title.as_str()))
        .child(count);
    let (answers, because) = (line.answers.clone(), line.because.clone());
    let said = redrawn(move || {
        let reason = reason.get();
        let answer = answers.iter().find(|answer| answer.reason == reason);
        // What stood with the line already is not said again.
        let news = |says: &String| !because.contains(says);
        let says: Vec<String> =
            answer.map_or_else(Vec::new, |answer| answer.says.iter().filter(|says| news(says)).cloned().collect());
        (!says.is_empty()).then(|| el("p", "ac-why-says").child(dated(&sentences(session, &says)))).into()
    });
    let answers = line.answers.clone();
    let needs =
        Memo::new(move |_| reason.with(|reason| answers.iter().any(|answer| answer.reason == *reason && answer.photo)));
    let photo = redrawn(move || {
        needs.get().then(|| untrack(|| photo::zone(session, album(session, state, of.get_value(), i)))).into()
    });
    el("fieldset", "ac-why")
        .child(legend)
        .child(choices(shown).attr("role", "radiogroup").attr("aria-label", t.returns_flow_why_title()))
        .child(el("div", "").attr("role", "status").child(said))
        .child(photo)
        .child(fault(state, Some(chosen.line.clone())))
        .into()
}

/// Where the photos of a chosen line are kept: in the wish.
fn album(session: Session, state: State, line: String, i: usize) -> Album {
    let (at, to) = (line.clone(), line.clone());
    let kept =
        move || state.wish.with_untracked(|wish| wish.line(&at).map(|line| line.photos.clone()).unwrap_or_default());
    let change = move |change: &dyn Fn(&mut Vec<String>)| {
        state.change(|wish| {
            if let Some(chosen) = wish.line_mut(&to) {
                change(&mut chosen.photos);
            }
        });
    };
    let hint = session.t().returns_flow_photo_hint();
    Album { photos: state.photos, line, i, hint, kept: Rc::new(kept), change: Rc::new(change) }
}

/// Once the first is chosen.
fn closer_ones(
    session: Session,
    reason: Memo<String>,
    parent: &ReasonView,
    closer: Vec<ReasonView>,
    group: String,
    choose: impl Fn(&str) + Copy + 'static,
) -> Dom {
    if closer.is_empty() {
        return Dom::default();
    }
    let (own, words) = (parent.id.clone(), parent.words.clone());
    let ids: Vec<String> = closer.iter().map(|one| one.id.clone()).collect();
    let within = Memo::new(move |_| reason.with(|reason| *reason == own || ids.contains(reason)));
    redrawn(move || {
        if !within.get() {
            return Dom::default();
        }
        let now = reason.get_untracked();
        let group = format!("{group}-closer");
        let one = |(n, one): (usize, &ReasonView)| {
            let own = one.id.clone();
            let id = format!("{group}-{n}");
            let row = Choice { group: &group, id: &id, checked: now == own, title: &one.words, end: None, note: None };
            choice(row, move || choose(&own)).into()
        };
        let rows = closer.iter().enumerate().map(one).collect();
        let label = session.t().returns_flow_why_closely(&words);
        choices(rows).attr("role", "radiogroup").attr("aria-label", &label).attr("class", "ac-choices ac-closer").into()
    })
}
