//! Everything that can be done, by its name: ⌘K or Ctrl-K. And the list of keys: ?

mod keys;

pub use keys::{dialog as keys_dialog, open as open_keys};

use crate::{
    desk::{Desk, kit},
    ui::{
        dom::{Dom, El, el, focus, redrawn},
        icon::small_icon,
    },
};
use leptos::prelude::*;
use web_sys::{Event, KeyboardEvent};

const DIALOG: &str = "ad-palette";
const FIELD: &str = "ad-palette-text";
const LIST: &str = "ad-palette-list";
const SHOWN_MAX: usize = 12;

/// One thing that can be done now.
#[derive(Clone)]
pub struct Deed {
    pub icon: &'static str,
    pub name: String,
    /// What kind of thing it is, or what else it is called.
    pub more: String,
    /// The key that does it without the palette.
    pub key: &'static str,
    pub run: Callback<()>,
}

#[derive(Clone, Copy)]
pub struct Palette {
    desk: Desk,
    typed: RwSignal<String>,
    picked: RwSignal<usize>,
    deeds: RwSignal<Vec<Deed>>,
}

/// Every word that is typed is somewhere in what it is called. What begins so comes first.
fn found<'d>(deeds: &'d [Deed], typed: &str) -> Vec<&'d Deed> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let fits = |deed: &&Deed| {
        let all = format!("{} {}", deed.name, deed.more).to_lowercase();
        words.iter().all(|word| all.contains(word))
    };
    let begins = |deed: &&Deed| deed.name.to_lowercase().starts_with(typed.trim());
    let (first, then): (Vec<&Deed>, Vec<&Deed>) = deeds.iter().filter(fits).partition(begins);
    first.into_iter().chain(then).take(SHOWN_MAX).collect()
}

impl Palette {
    pub fn new(desk: Desk) -> Palette {
        Palette {
            desk,
            typed: RwSignal::new(String::new()),
            picked: RwSignal::new(0),
            deeds: RwSignal::new(Vec::new()),
        }
    }

    pub fn open(self, deeds: Vec<Deed>) {
        self.deeds.set(deeds);
        self.typed.set(String::new());
        self.picked.set(0);
        kit::open_dialog(DIALOG);
        focus(FIELD);
    }

    fn run(self, nth: usize) {
        let chosen = self.deeds.with_untracked(|deeds| {
            self.typed.with_untracked(|typed| found(deeds, typed).get(nth).map(|deed| deed.run))
        });
        if let Some(run) = chosen {
            // The focus goes back first: what is done may want it elsewhere.
            kit::close_dialog(DIALOG);
            run.run(());
        }
    }
}

pub fn dialog(palette: Palette) -> Dom {
    let desk = palette.desk;
    redrawn(move || {
        desk.locale.track();
        drawn(palette).into()
    })
}

fn drawn(palette: Palette) -> El {
    let t = palette.desk.t();
    let Palette { typed, picked, deeds, .. } = palette;
    let shown = Memo::new(move |_| deeds.with(|deeds| typed.with(|typed| found(deeds, typed).len())));
    let on_key = move |event: KeyboardEvent| {
        if kit::composing(&event) {
            return;
        }
        let last = shown.get_untracked().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                picked.update(|nth| *nth = if *nth >= last { 0 } else { *nth + 1 });
            }
            "ArrowUp" => {
                event.prevent_default();
                picked.update(|nth| *nth = if *nth == 0 { last } else { *nth - 1 });
            }
            "Enter" => {
                event.prevent_default();
                palette.run(picked.get_untracked());
            }
            _ => {}
        }
    };
    let field = el("input", "ad-palette-text")
        .id(FIELD)
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-autocomplete", "list")
        .attr("aria-expanded", "true")
        .attr("aria-controls", LIST)
        .attr("aria-label", t.desk_palette())
        .attr("placeholder", t.desk_palette_hint())
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr_follows("aria-activedescendant", move || (shown.get() > 0).then(|| format!("{LIST}-{}", picked.get())))
        .value_follows(move || typed.get())
        .on("keydown", on_key)
        .on("input", move |event: Event| {
            picked.set(0);
            typed.set(event_target_value(&event));
        });
    let options = redrawn(move || {
        let nth_picked = picked.get();
        let one = |(nth, deed): (usize, &Deed)| -> Dom {
            el("li", "ad-deed")
                .id(&format!("{LIST}-{nth}"))
                .attr("role", "option")
                .attr("aria-selected", if nth == nth_picked { "true" } else { "false" })
                .child(small_icon(deed.icon))
                .child(el("span", "ad-deed-name").child(deed.name.as_str()))
                .child((!deed.more.is_empty()).then(|| el("span", "ad-muted").child(deed.more.as_str())))
                .child((!deed.key.is_empty()).then(|| el("kbd", "").child(deed.key)))
                .on_click(move || palette.run(nth))
                .into()
        };
        deeds
            .with(|deeds| {
                typed.with(|typed| found(deeds, typed).into_iter().enumerate().map(one).collect::<Vec<Dom>>())
            })
            .into()
    });
    let nothing = redrawn(move || {
        (shown.get() == 0).then(|| el("p", "ad-palette-nothing").child(palette.desk.t().desk_palette_nothing())).into()
    });
    let list =
        el("ul", "ad-deeds").id(LIST).attr("role", "listbox").attr("aria-label", t.desk_palette()).child(options);
    el("dialog", "ad-dialog ad-palette")
        .id(DIALOG)
        .attr("aria-label", t.desk_palette())
        .child(el("div", "ad-palette-top").child(small_icon("search")).child(field))
        .child(list)
        .child(el("div", "").attr("role", "status").child(nothing))
        .on("click", move |event: Event| {
            // Beside it.
            use wasm_bindgen::JsCast;
            let target: Option<web_sys::Element> = event.target().and_then(|target| target.dyn_into().ok());
            if target.is_some_and(|target| target.id() == DIALOG) {
                kit::close_dialog(DIALOG);
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(deeds: &[Deed], typed: &str) -> Vec<String> {
        found(deeds, typed).iter().map(|deed| deed.name.clone()).collect()
    }

    #[test]
    fn deeds_are_found_by_any_of_their_words() {
        let owner = Owner::new();
        owner.set();
        let deed = |name: &str, more: &str| Deed {
            icon: "",
            name: name.into(),
            more: more.into(),
            key: "",
            run: Callback::new(|()| {}),
        };
        let deeds = [deed("Hand over to Tom", "colleague"), deed("Log out", ""), deed("转给小王", "同事")];
        assert_eq!(names(&deeds, "").len(), 3);
        assert_eq!(names(&deeds, "tom hand"), ["Hand over to Tom"]);
        assert_eq!(names(&deeds, "LOG"), ["Log out"]);
        assert_eq!(names(&deeds, "小王"), ["转给小王"]);
        assert!(names(&deeds, "xyz").is_empty());
    }
}
