//! One return: what happens now, its code, its sum, its story, and calling it off.

use super::{calendar, renew, shown::Shown, steps::tile, sum::sum};
use crate::{
    api::json::{Said, object},
    i18n::{self, Style},
    js,
    nav::{Going, View},
    session::Session,
    ui::{
        button::{Kind, button, inward, pressed},
        dated::dated,
        dom::{Dom, El, afterwards, el, redrawn},
        frame::{heading_meanwhile, heading_waits, title},
        icon::icon,
        notice::failed,
        qr::qr,
        skeleton::skeleton,
    },
};
use aftercart_shared::api::{
    conversations::Subject,
    returns::{ReturnKind, ReturnStage, ReturnView, ReturnedLine},
};
use leptos::{prelude::*, task::spawn_local};

pub fn status(session: Session, state: Shown, id: String) -> Dom {
    let locale = session.locale.get_untracked();
    if state.turns_to(&id, locale) && !state.take_answer(&id, locale) {
        ask(session, state, id);
    }
    page(session, state)
}

pub(super) fn ask(session: Session, state: Shown, id: String) {
    let path = format!("/me/returns/{id}?locale={}", session.locale.get_untracked().tag());
    state.view.ask(move || session.api.get(path.clone()));
}

/// What the code shows, to whoever has it.
pub fn opened(session: Session, state: Shown, token: String) -> Dom {
    let locale = session.locale.get_untracked();
    if state.turns_to(&format!("#{token}"), locale) {
        let body = object(&[("token", Said::Text(&token)), ("locale", Said::Text(locale.tag()))]);
        state.view.ask(move || session.api.post("/returns/open".into(), body.clone()));
    }
    page(session, state)
}

fn page(session: Session, state: Shown) -> Dom {
    heading_waits(session, move || state.view.data.with(Option::is_some));
    let drawn = redrawn(move || {
        state.view.data.track();
        untrack(|| state.view.data.with(|shown| shown.as_ref().map(|shown| whole(session, state, shown)))).into()
    });
    let was_busy = StoredValue::new(false);
    afterwards(move || {
        let busy = state.view.is_busy();
        if was_busy.get_value() && !busy && state.view.failure.with_untracked(Option::is_none) {
            session.announce(session.t().track_updated_now());
        }
        was_busy.set_value(busy && state.view.data.with_untracked(Option::is_some));
    });
    [
        heading_meanwhile(state.view.data, session.t().returns_flow_title()),
        skeleton(session, state.view.pace, &["half", "title", "card", "row"]),
        el("div", "ac-return").child(drawn).into(),
        failed(session, state.view),
    ]
    .into()
}

fn whole(session: Session, state: Shown, shown: &ReturnView) -> Dom {
    let t = session.t();
    let own = shown.order_id.is_some();
    let made = state.between.made.with_value(|made| *made == shown.summary.id.0);
    let done = made.then(|| {
        let mark = el("span", "ac-done-mark").child(icon("check"));
        let words = if own { t.returns_flow_done_mail() } else { "" };
        el("div", "ac-done").child(mark).child(el("p", "").child(words))
    });
    let line = el("p", "ac-order-line")
        .child(el("span", "").child(t.returns_flow_number(&shown.summary.number)))
        .child(el("span", "").child(t.track_order_line(&shown.order_number)));
    let goods_back = shown.method.is_some();
    let head: Dom = [
        line.into(),
        title(dated(&shown.summary.headline)).into(),
        done.into(),
        stages(session, shown.summary.stage, goods_back),
    ]
    .into();
    let rest: Dom = [
        next(session, shown),
        if own { renew::renew(session, state, shown) } else { Dom::default() },
        card(session, shown).into(),
        history(session, shown),
        if own { ways_on(session, state, shown) } else { Dom::default() },
    ]
    .into();
    // Beside one another where there is room: the code stays in sight while she reads what to do with it.
    [
        el("div", "ac-return-head").child(head).into(),
        code(session, shown),
        el("div", "ac-return-rest").child(rest).into(),
    ]
    .into()
}

/// Where it is. A claim has nothing to send, and what has ended has no way to go.
fn stages(session: Session, at: ReturnStage, goods_back: bool) -> Dom {
    let t = session.t();
    let all = [
        (ReturnStage::Requested, t.returns_flow_stage_requested(), true),
        (ReturnStage::Sending, t.returns_flow_stage_sending(), goods_back),
        (ReturnStage::Received, t.returns_flow_stage_received(), goods_back),
        (ReturnStage::Done, t.returns_flow_stage_done(), true),
    ];
    if at == ReturnStage::Ended {
        return Dom::default();
    }
    let way: Vec<(ReturnStage, &str)> = all.iter().filter(|one| one.2).map(|one| (one.0, one.1)).collect();
    // A claim that is accepted and not yet paid stands at its first stage.
    let here = way.iter().position(|(stage, _)| *stage == at).unwrap_or(0);
    let one = |(i, (stage, words)): (usize, &(ReturnStage, &str))| -> Dom {
        let (class, state) = if i < here || (i == here && *stage == ReturnStage::Done) {
            ("ac-stage ac-stage-done", t.track_stage_done())
        } else if i == here {
            ("ac-stage ac-stage-now", t.track_stage_now())
        } else {
            ("ac-stage", t.track_stage_next())
        };
        let state = el("span", "ac-vh").child(format!(", {state}"));
        el("li", class).maybe("aria-current", (i == here).then_some("step")).child(*words).child(state).into()
    };
    let steps: Vec<Dom> = way.iter().enumerate().map(one).collect();
    let columns = if goods_back { "ac-progress ac-progress-four" } else { "ac-progress ac-progress-two" };
    let list = el("ol", columns).attr("aria-label", t.returns_flow_progress()).child(steps);
    el("div", "ac-order-progress").child(list).into()
}

fn code(session: Session, shown: &ReturnView) -> Dom {
    let t = session.t();
    let Some(code) = &shown.code else { return Dom::default() };
    let number = &shown.summary.number;
    el("section", "ac-code-card")
        .attr("aria-label", t.returns_flow_code())
        .child(qr(&code.rows, &t.returns_flow_code_of(number)))
        .child(el("p", "ac-code-number").attr("translate", "no").child(number.as_str()))
        .child(el("p", "ac-field-hint").child(t.returns_flow_code_hint()))
        .into()
}

fn next(session: Session, shown: &ReturnView) -> Dom {
    let t = session.t();
    let own = shown.order_id.is_some();
    let by = shown.send_by.map(|at| {
        let day = i18n::date(session.locale.get_untracked(), &session.boot.time_zone, Style::Day, at);
        el("p", "ac-send-by").child(icon("clock")).child(el("span", "").child(dated(&t.returns_flow_send_by(&day))))
    });
    let print = shown.code.is_some().then(|| {
        let press = || {
            let page: wasm_bindgen::JsValue = window().into();
            let _ = js::call(&page, "print", &[]);
        };
        el("div", "ac-buttons ac-no-print")
            .child(calendar::add(session, shown))
            .child(button(Kind::Quiet, "print", t.returns_flow_print(), press))
            .child(own.then(|| save(session, shown)))
    });
    if shown.next.is_empty() {
        return [by.into(), print.into()].into();
    }
    let steps: Vec<Dom> =
        shown.next.iter().map(|step| el("li", "").child(el("span", "").child(dated(step))).into()).collect();
    [
        el("h2", "ac-heading").child(t.returns_flow_next_steps()).into(),
        el("ol", "ac-next").child(steps).into(),
        by.into(),
        print.into(),
    ]
    .into()
}

/// The slip as a file. What only she may see needs her session: a plain link would not do.
fn save(session: Session, shown: &ReturnView) -> Dom {
    let of = StoredValue::new((shown.summary.id.0.clone(), shown.summary.number.clone()));
    let failure = RwSignal::new(None);
    let press = move || {
        let (id, number) = of.get_value();
        spawn_local(async move {
            let path = format!("/me/returns/{id}/slip.pdf?locale={}", session.locale.get_untracked().tag());
            match session.api.file(path).await {
                Ok(address) => download(address, &format!("{number}.pdf")),
                Err(error) => _ = failure.try_set(Some(error.code)),
            }
        });
    };
    let said =
        redrawn(move || failure.get().map(|code| el("p", "ac-field-error").child(session.t().error(code))).into());
    [
        button(Kind::Quiet, "down", session.t().returns_flow_save_pdf(), press),
        el("div", "").attr("role", "alert").child(said).into(),
    ]
    .into()
}

/// Saves what the address stands for under this name.
pub fn download(address: String, name: &str) {
    let link: wasm_bindgen::JsValue = el("a", "").into_element().into();
    js::set(&link, "href", &address.as_str().into());
    js::set(&link, "download", &name.into());
    let _ = js::call(&link, "click", &[]);
    // By then the browser has taken it.
    set_timeout(move || js::forget(&address), std::time::Duration::from_secs(60));
}

fn card(session: Session, shown: &ReturnView) -> El {
    let t = session.t();
    let item = |line: &ReturnedLine| -> Dom {
        let note = el("span", "ac-item-price").child(line.reason_words.as_str());
        let name = el("span", "ac-item-title").child(format!("{} × {}", line.title, line.quantity));
        let photos = (line.photos > 0).then(|| {
            let count = i18n::plural(line.photos, |n| t.returns_flow_photos_one(n), |n| t.returns_flow_photos_other(n));
            el("span", "ac-item-price").child(count)
        });
        let new = line.instead.as_ref().map(|new| el("span", "ac-item-price").child(t.exchange_instead(new)));
        let words = el("span", "ac-item-words").child(name).child(note).child(new).child(photos);
        el("li", "ac-item-row").child(tile(&line.title)).child(words).into()
    };
    let fact = |name: &str, value: &str| -> El {
        el("div", "ac-fact").child(el("dt", "").child(name)).child(el("dd", "").child(value))
    };
    let facts = el("dl", "ac-facts")
        .child(fact(t.returns_flow_review_what(), &shown.resolution_words))
        .child(shown.method_words.as_ref().map(|words| fact(t.returns_flow_review_how(), words)));
    let items: Vec<Dom> = shown.lines.iter().map(item).collect();
    el("section", "ac-parcel ac-return-card")
        .attr("aria-label", t.returns_flow_review_items())
        .child(el("ul", "ac-return-items").child(items))
        .child(facts)
        .child(shown.sum.as_ref().map(|all| Dom::from([sum(session, all, &shown.currency, shown.decimals)])))
}

fn history(session: Session, shown: &ReturnView) -> Dom {
    if shown.history.is_empty() {
        return Dom::default();
    }
    let zone = &session.boot.time_zone;
    let one = |event: &aftercart_shared::api::returns::ReturnEventView| -> Dom {
        let at = i18n::date(session.locale.get_untracked(), zone, Style::Moment, event.at);
        el("li", "ac-event")
            .child(el("div", "ac-event-what").child(event.says.as_str()))
            .child(el("div", "ac-event-at").child(at))
            .into()
    };
    // Newest first, as parcels tell theirs.
    let events: Vec<Dom> = shown.history.iter().rev().map(one).collect();
    [
        el("h2", "ac-heading").child(session.t().returns_flow_history()).into(),
        el("ol", "ac-timeline").child(events).into(),
    ]
    .into()
}

/// Looking again, calling it off, asking us.
fn ways_on(session: Session, state: Shown, shown: &ReturnView) -> Dom {
    let t = session.t();
    let asking = RwSignal::new(false);
    let id = StoredValue::new(shown.summary.id.0.clone());
    let withdrawn = shown.summary.kind == ReturnKind::Withdrawal;
    let cancel = (shown.can_cancel && !withdrawn).then(|| {
        redrawn(move || match asking.get() {
            false => pressed(Kind::Plain, "", session.t().returns_flow_cancel(), move || asking.set(true))
                .id("ac-cancel")
                .into(),
            true => confirm_cancel(session, state, id, asking),
        })
    });
    let talk = View::Talk(Subject {
        order: Some(shown.order_number.clone()),
        return_number: Some(shown.summary.number.clone()),
        article: None,
    });
    let refresh = button(Kind::Plain, "refresh", t.common_refresh(), move || {
        state.between.made.set_value(String::new());
        ask(session, state, id.get_value());
    });
    [
        el("div", "ac-buttons ac-order-foot ac-no-print")
            .child(inward(session, Kind::Quiet, "talk", t.track_ask_us(), talk))
            .child(inward(session, Kind::Quiet, "return", t.returns_flow_mine(), View::Return(Going::Choose)))
            .into(),
        el("div", "ac-account-foot ac-no-print").child(refresh).child(cancel).into(),
    ]
    .into()
}

fn confirm_cancel(session: Session, state: Shown, id: StoredValue<String>, asking: RwSignal<bool>) -> Dom {
    let t = session.t();
    let failure = RwSignal::new(None);
    let busy = StoredValue::new(false);
    let yes = move || {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        spawn_local(async move {
            let id = id.get_value();
            let answer = session.api.tell(format!("/me/returns/{id}/cancel"), "{}".into()).await;
            busy.try_set_value(false);
            match answer {
                Ok(()) => {
                    state.between.made.set_value(String::new());
                    state.between.changed.set_value(true);
                    session.announce(session.t().returns_flow_cancelled());
                    ask(session, state, id);
                }
                Err(error) => _ = failure.try_set(Some(error.code)),
            }
        });
    };
    let said =
        redrawn(move || failure.get().map(|code| el("p", "ac-field-error").child(session.t().error(code))).into());
    el("div", "ac-notice ac-notice-trouble ac-cancel")
        .attr("role", "group")
        .attr("aria-labelledby", "ac-cancel-asked")
        .child(icon("info"))
        .child(el("p", "").id("ac-cancel-asked").child(t.returns_flow_cancel_sure()))
        .child(
            el("div", "ac-buttons")
                // The same id: the focus stays where it was pressed.
                .child(pressed(Kind::Main, "", t.returns_flow_cancel_yes(), yes).id("ac-cancel"))
                .child(button(Kind::Quiet, "", t.returns_flow_cancel_no(), move || asking.set(false))),
        )
        .child(el("div", "").attr("role", "alert").child(said))
        .into()
}
