//! Which of the lines, and how many of each. What cannot come back stays in sight, with the reason.

use super::{
    state::{State, offered},
    steps::{fault, faulty, head, lead, money, onward, tile},
};
use crate::{
    i18n::{self, Style},
    js,
    nav::{Going, Step, View},
    session::Session,
    ui::{
        dated::dated,
        dom::{Dom, El, el, focus, redrawn},
        row::{row, rows},
        stepper::{Stepper, stepper},
    },
};
use aftercart_shared::api::returns::{ReturnOptions, ReturnSummary, ReturnableLine};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::Event;

pub fn pick(session: Session, state: State, options: &ReturnOptions) -> Dom {
    let t = session.t();
    let any = options.lines.iter().any(offered);
    let items: Vec<Dom> = options
        .lines
        .iter()
        .enumerate()
        .map(
            |(i, line)| {
                if offered(line) { open(session, state, options, line, i) } else { closed(session, options, line) }
            },
        )
        .collect();
    let order = options.order_id.0.clone();
    let on = move || {
        if state.wish.with_untracked(|wish| wish.lines.is_empty()) {
            faulty(state, None, session.t().returns_flow_pick_one());
            return focus("ac-line-0");
        }
        lead(session, &order, Step::Why);
    };
    let intro = if any { t.returns_flow_pick_intro() } else { t.returns_flow_pick_none() };
    [
        head(session, options, Step::Pick, t.returns_flow_pick_title()),
        el("p", "ac-intro").child(intro).into(),
        el("ul", "ac-items").child(items).into(),
        fault(state, None),
        if any { onward(t.returns_flow_next(), on) } else { Dom::default() },
        earlier(session, t.returns_flow_earlier(), &options.earlier),
    ]
    .into()
}

/// What has been asked for before.
pub fn earlier(session: Session, heading: &str, all: &[ReturnSummary]) -> Dom {
    if all.is_empty() {
        return Dom::default();
    }
    let zone = &session.boot.time_zone;
    let one = |summary: &ReturnSummary| {
        let day = i18n::date(session.locale.get_untracked(), zone, Style::Short, summary.created_at);
        let note = format!("{} · {} · {day}", summary.number, summary.title);
        let to = View::Return(Going::Status { id: summary.id.0.clone() });
        row(session, "return", summary.headline.as_str(), note.into(), to)
    };
    let list = rows(all.iter().map(one).collect());
    [el("h2", "ac-heading").child(heading).into(), list.into()].into()
}

fn words(session: Session, options: &ReturnOptions, line: &ReturnableLine, id: &str) -> El {
    let t = session.t();
    let price = line.paid_each.map(|paid| {
        let paid = money(session, &options.currency, options.decimals, paid);
        if line.bought > 1 { t.returns_flow_each(&paid) } else { paid }
    });
    let bought = (line.bought > 1).then(|| t.returns_flow_bought(&line.bought.to_string()));
    let facts: Vec<String> = [price, bought].into_iter().flatten().collect();
    el("span", "ac-item-words")
        .child(el("span", "ac-item-title").id(&format!("{id}-title")).child(line.title.as_str()))
        .child((!facts.is_empty()).then(|| el("span", "ac-item-price").child(js::joined(&facts, " · "))))
        .child(el("span", "ac-item-note").id(&format!("{id}-note")).child(
            line.because.iter().map(|because| el("span", "").child(dated(because)).into()).collect::<Vec<Dom>>(),
        ))
}

fn open(session: Session, state: State, options: &ReturnOptions, line: &ReturnableLine, i: usize) -> Dom {
    let id = format!("ac-line-{i}");
    let of = StoredValue::new(line.line.clone());
    let count = move || of.with_value(|of| state.wish.with(|wish| wish.line(of).map_or(0, |line| line.quantity)));
    let choose = move |count: u32| {
        let line = of.get_value();
        state.change(|wish| wish.choose(&line, count));
    };
    let checked = (untrack(count) > 0).then_some("");
    let check = el("input", "ac-item-check")
        .attr("type", "checkbox")
        .id(&id)
        .attr("aria-labelledby", &format!("{id}-title"))
        .attr("aria-describedby", &format!("{id}-note"))
        .maybe("checked", checked)
        .on("change", move |event: Event| choose(u32::from(event_target_checked(&event))));
    let label =
        el("label", "ac-item-row").child(check).child(tile(&line.title)).child(words(session, options, line, &id));
    let (left, title) = (line.left, line.title.clone());
    let chosen = Memo::new(move |_| count() > 0);
    let how_many = redrawn(move || {
        if left < 2 || !chosen.get() {
            return Dom::default();
        }
        let t = session.t();
        let title_said = title.clone();
        let set = Rc::new(move |count: u32| {
            choose(count);
            session.announce(&session.t().returns_flow_counted(&count.to_string(), &left.to_string(), &title_said));
        });
        let stepper = stepper(Stepper {
            id: &format!("ac-count-{i}"),
            label: &t.returns_flow_how_many(&title),
            less: t.returns_flow_less(),
            more: t.returns_flow_more(),
            min: 1,
            max: left,
            value: Rc::new(count),
            set,
        });
        let of = el("span", "ac-item-of").child(t.returns_flow_of(&left.to_string()));
        el("div", "ac-item-count").child(stepper).child(of).into()
    });
    el("li", "ac-item").child(label).child(how_many).child(fault(state, Some(line.line.clone()))).into()
}

fn closed(session: Session, options: &ReturnOptions, line: &ReturnableLine) -> Dom {
    let words = words(session, options, line, &format!("ac-closed-{}", line.line));
    let row = el("div", "ac-item-row").child(el("span", "ac-item-check")).child(tile(&line.title)).child(words);
    el("li", "ac-item ac-item-closed").child(row).into()
}
