//! The choice among what there is. What cannot be had stays in sight, with the reason.

use super::Offered;
use crate::{
    api::loading::Loading,
    features::returns::{state::State, steps::fault, wish::Chosen},
    session::Session,
    ui::{
        dom::{Dom, El, el, redrawn},
        notice::failed,
        skeleton::skeleton,
    },
};
use aftercart_shared::api::returns::{VariantView, Variants};
use leptos::prelude::*;

impl Offered {
    fn of(self, session: Session, order: &str, chosen: &Chosen) -> Loading<Variants> {
        let locale = session.locale.get_untracked().tag();
        let (line, quantity) = (js_sys::encode_uri_component(&chosen.line), chosen.quantity);
        let path = format!("/me/orders/{order}/returns/variants?line={line}&quantity={quantity}&locale={locale}");
        let known = self.known.with_value(|known| known.iter().find(|(asked, _)| *asked == path).map(|one| one.1));
        known.unwrap_or_else(|| {
            let loading = match self.owner.get_value() {
                Some(owner) => owner.with(Loading::new),
                None => Loading::new(),
            };
            self.known.update_value(|known| known.push((path.clone(), loading)));
            loading.ask(move || session.api.get(path.clone()));
            loading
        })
    }
}

pub fn picker(session: Session, state: State, place: usize, title: &str) -> Dom {
    let t = session.t();
    let wish = state.wish.get_untracked();
    let Some(chosen) = wish.lines.get(place) else { return Dom::default() };
    let loading = state.offered.of(session, &wish.order, chosen);
    let (id, heading) = (chosen.line.clone(), format!("ac-variant-{place}"));
    let drawn = redrawn(move || {
        let told = loading.data.get();
        untrack(|| told.map(|told| chips(session, state, place, &told))).into()
    });
    let name = el("h2", "ac-heading").id(&heading).child(t.exchange_for(title));
    el("section", "ac-variants")
        .attr("aria-labelledby", &heading)
        .child(name)
        .child(el("p", "ac-intro").child(t.exchange_title()))
        .child(skeleton(session, loading.pace, &["row", "row"]))
        .child(drawn)
        .child(failed(session, loading))
        .child(fault(state, Some(id)))
        .into()
}

fn chips(session: Session, state: State, place: usize, told: &Variants) -> Dom {
    if told.variants.is_empty() {
        return el("p", "ac-intro").child(session.t().exchange_none()).into();
    }
    let line = &told.line;
    let wished = state.wish.with_untracked(|wish| wish.line(line).map(|chosen| chosen.variant.clone()));
    let wished = wished.filter(|wished| told.variants.iter().any(|one| one.choosable && one.id == *wished));
    // What is gone since is chosen no more.
    if wished.is_none() && state.wish.with_untracked(|wish| wish.line(line).is_some_and(|one| !one.variant.is_empty()))
    {
        state.wish.update(|wish| {
            if let Some(chosen) = wish.line_mut(line) {
                chosen.variant.clear();
            }
        });
    }
    let chip = |(i, one): (usize, &VariantView)| -> Dom { chip(state, place, line, i, one, wished.as_ref()).into() };
    let chips: Vec<Dom> = told.variants.iter().enumerate().map(chip).collect();
    let group =
        el("div", "ac-chips").attr("role", "radiogroup").attr("aria-labelledby", &format!("ac-variant-{place}"));
    group.child(chips).into()
}

fn chip(state: State, place: usize, line: &str, i: usize, one: &VariantView, wished: Option<&String>) -> El {
    let id = format!("ac-variant-{place}-{i}");
    let note_id = format!("{id}-note");
    let (line, variant) = (line.to_owned(), one.id.clone());
    let choose = move |_: web_sys::Event| {
        let (line, variant) = (line.clone(), variant.clone());
        state.change(|wish| {
            if let Some(chosen) = wish.line_mut(&line) {
                chosen.variant = variant;
            }
        });
    };
    let radio = el("input", "ac-chip-mark")
        .attr("type", "radio")
        .attr("name", &format!("ac-variant-{place}"))
        .id(&id)
        .maybe("aria-describedby", one.says.is_some().then_some(note_id.as_str()))
        .maybe("checked", (wished == Some(&one.id)).then_some(""))
        .maybe("disabled", (!one.choosable).then_some(""))
        .on("change", choose);
    let note = one.says.as_ref().map(|says| el("span", "ac-chip-note").id(&note_id).child(says.as_str()));
    let words =
        el("span", "ac-chip-words").child(el("label", "ac-chip-name").attr("for", &id).child(one.words.as_str()));
    let class = if one.choosable { "ac-chip" } else { "ac-chip ac-chip-closed" };
    el("div", class).child(radio).child(words.child(note))
}
