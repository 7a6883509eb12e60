//! One of her returns: what the policy says to it, and what is decided here.

use super::{
    Customers,
    order::{badge, card},
    returned_acts::{Act, Came, DeskLine, DeskPhoto, DeskReturn, GRADES, Saying, Second, possible},
};
use crate::{
    desk::{
        Desk,
        client::{Failure, Request},
        kit, words,
    },
    i18n,
    ui::{
        dom::{Dom, El, el, focus, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::api::{
    desk::{CustomerReturn, Permission},
    returns::{ReturnKind, ReturnStage},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::Event;

fn tone(stage: ReturnStage) -> &'static str {
    match stage {
        ReturnStage::Requested => "trouble",
        ReturnStage::Sending => "way",
        ReturnStage::Received => "way",
        ReturnStage::Done => "good",
        ReturnStage::Ended => "quiet",
    }
}

fn state_word(desk: Desk, state: &str) -> &'static str {
    let t = desk.t();
    match state {
        "requested" => t.desk_return_requested(),
        "approved" => t.desk_return_approved(),
        "in_transit" => t.desk_return_in_transit(),
        "arrived" => t.desk_return_arrived(),
        "received" => t.desk_return_received(),
        "refunding" | "replacing" | "exchanging" => t.desk_return_refunding(),
        "refund_failed" => t.desk_return_refund_failed(),
        "refunded" => t.desk_return_refunded(),
        "refused" => t.desk_return_refused(),
        "rejected" => t.desk_return_rejected(),
        "cancelled" => t.desk_return_cancelled(),
        "expired" => t.desk_return_expired(),
        _ => "",
    }
}

fn kind_word(desk: Desk, kind: ReturnKind) -> &'static str {
    let t = desk.t();
    match kind {
        ReturnKind::Return => t.desk_kind_return(),
        ReturnKind::Exchange => t.desk_kind_exchange(),
        ReturnKind::Claim => t.desk_kind_claim(),
        ReturnKind::Withdrawal => t.desk_kind_withdrawal(),
    }
}

pub fn returned(all: Customers, one: &CustomerReturn) -> Dom {
    let desk = all.desk;
    let summary = &one.summary;
    let word = state_word(desk, &one.state);
    let word = if word.is_empty() { summary.headline.as_str() } else { word };
    let top = el("span", "ad-card-top")
        .child(el("span", "ad-card-name").child(summary.number.as_str()))
        .child(badge(tone(summary.stage), word));
    let line = format!("{} · {}", kind_word(desk, summary.kind), words::short_time(desk, summary.created_at));
    let head = el("summary", "ad-card-summary")
        .child(top)
        .child(el("span", "ad-card-about").attr("dir", "auto").child(summary.title.as_str()))
        .child(el("span", "ad-muted").child(line));
    let id = summary.id.as_str().to_owned();
    let shown = id.clone();
    let own = {
        let id = id.clone();
        // News of another is none of this one: a reason may be half written here.
        Memo::new(move |_| all.returns.with(|returns| returns.get(&id).cloned()))
    };
    let body = redrawn(move || match own.get() {
        None => kit::bones(desk, &["line", "line"]),
        Some(Err(failure)) => {
            let id = shown.clone();
            kit::failed(desk, &words::failure(desk, &failure), move || all.read_return(&id)).into()
        }
        Some(Ok(one)) => whole(all, &one),
    });
    let read = {
        let id = id.clone();
        move || {
            if all.returns.with_untracked(|returns| !returns.contains_key(&id)) {
                all.read_return(&id);
            }
        }
    };
    card(all, id, "ad-return", head, read, body).into()
}

fn whole(all: Customers, one: &DeskReturn) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    let locale = desk.locale.get_untracked();
    let lines = one.lines.iter().map(|line| line_of(desk, one, line)).collect::<Vec<Dom>>();
    let money = |minor: i64| i18n::money(locale, &one.view.currency, one.view.decimals, minor);
    let total = one.total.map(|total| {
        el("div", "ad-sum ad-sum-total")
            .child(el("span", "").child(one.view.resolution_words.as_str()))
            .child(el("span", "").child(money(total)))
    });
    let wish = one.total.is_none().then(|| el("p", "").child(one.view.resolution_words.as_str()));
    let quote = one.comment.as_deref().map(|text| el("blockquote", "ad-quote").attr("dir", "auto").child(text));
    let verdict = match one.verdict.as_str() {
        "approve" => Some(("check", t.desk_verdict_approve())),
        "photo" => Some(("info", t.desk_verdict_photo())),
        "person" => Some(("info", t.desk_verdict_person())),
        _ => None,
    };
    let verdict =
        verdict.map(|(icon, words)| el("p", "ad-verdict").child(small_icon(icon)).child(el("span", "").child(words)));
    let mut warnings: Vec<Dom> = Vec::new();
    let warn = |text: String| -> Dom {
        el("p", "ad-warning").child(small_icon("alert")).child(el("span", "").child(text)).into()
    };
    warnings.extend((!one.held.is_empty()).then(|| warn(t.desk_held().into())));
    warnings.extend(one.gift_to.as_deref().map(|to| warn(t.desk_gift(to))));
    warnings.extend(one.signals.iter().filter_map(|score| {
        let (count, of) = (score.count.to_string(), score.of.to_string());
        match score.signal.as_str() {
            "empty_box" => Some(warn(t.desk_signal_empty_box(&count, &of))),
            "wardrobing" => Some(warn(t.desk_signal_wardrobing(&count, &of))),
            "velocity" => Some(warn(t.desk_signal_velocity(&count))),
            "listed" => Some(warn(t.desk_signal_listed().into())),
            _ => None,
        }
    }));
    [
        el("ul", "ad-lines").child(lines).into(),
        quote.into(),
        verdict.into(),
        el("div", "ad-warnings").child(warnings).into(),
        photos(all, one),
        wish.into(),
        total.into(),
        acts(all, one),
    ]
    .into()
}

fn line_of(desk: Desk, one: &DeskReturn, line: &DeskLine) -> Dom {
    let t = desk.t();
    let reason = one.view.lines.iter().find(|view| view.line == line.line).map(|view| view.reason_words.clone());
    let says = line.says.iter().map(|says| el("li", "").child(says.as_str()).into()).collect::<Vec<Dom>>();
    let received = line.received.map(|count| {
        let grade = line.grade.as_deref().map_or("", |grade| grade_word(desk, grade));
        el("p", "ad-muted").child(t.desk_line_received(&count.to_string(), grade))
    });
    let serial =
        line.serial_differs.then(|| el("p", "ad-warning").child(small_icon("alert")).child(t.desk_serial_differs()));
    el("li", "ad-line")
        .child(el("span", "ad-line-count").child(format!("{}×", line.quantity)))
        .child(
            el("div", "ad-line-title")
                .child(el("p", "").attr("dir", "auto").child(line.title.as_str()))
                .child(reason.map(|reason| el("p", "ad-line-reason").child(reason)))
                .child(
                    (!says.is_empty())
                        .then(|| el("ul", "ad-says").attr("aria-label", t.desk_policy_says()).child(says)),
                )
                .child(received)
                .child(serial),
        )
        .into()
}

fn grade_word(desk: Desk, grade: &str) -> &'static str {
    let t = desk.t();
    match grade {
        "as_new" => t.desk_grade_as_new(),
        "opened" => t.desk_grade_opened(),
        "used" => t.desk_grade_used(),
        "damaged" => t.desk_grade_damaged(),
        _ => t.desk_grade_not_ours(),
    }
}

/// Who looks at one is written down, so each is asked for.
fn photos(all: Customers, one: &DeskReturn) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    if one.photos.is_empty() || !desk.may(Permission::DecideReturns) {
        return Dom::default();
    }
    let id = one.view.summary.id.as_str();
    let each = |(nth, photo): (usize, &DeskPhoto)| -> Dom {
        let shown: RwSignal<Option<String>> = RwSignal::new(None);
        let path = format!("/admin/returns/{id}/photos/{}/open", photo.attachment);
        let label = t.desk_photo(&(nth + 1).to_string());
        redrawn(move || match shown.get() {
            Some(address) => el("img", "ad-return-photo").attr("src", &address).attr("alt", &label).into(),
            None => {
                let path = path.clone();
                kit::button("ad-quiet", "picture", &label, move || {
                    let request = Request::post(path.clone(), &Saying::default());
                    spawn_local(async move {
                        match request.picture().await {
                            Ok(address) => shown.set(Some(address)),
                            Err(failure) => desk.complain_of(&failure),
                        }
                    });
                })
                .into()
            }
        })
    };
    el("div", "ad-photos").child(one.photos.iter().enumerate().map(each).collect::<Vec<Dom>>()).into()
}

/// An act that is being prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Preparing {
    act: Act,
    second: bool,
}

fn acts(all: Customers, one: &DeskReturn) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    let acts = possible(&one.view.state, !one.held.is_empty());
    if acts.is_empty() {
        return Dom::default();
    }
    if !desk.may(Permission::DecideReturns) {
        return el("p", "ad-muted").child(t.desk_return_not_yours()).into();
    }
    let preparing: RwSignal<Option<Preparing>> = RwSignal::new(None);
    let busy = RwSignal::new(false);
    let one = one.clone();
    redrawn(move || {
        let id = one.view.summary.id.as_str().to_owned();
        match preparing.get() {
            Some(prepared) => form(all, &one, prepared, preparing, busy),
            None => {
                let button = |(nth, act): (usize, &Act)| -> Dom {
                    let (act, id) = (*act, id.clone());
                    let plain = act == Act::Approve || act == Act::Reopen;
                    let second =
                        one.needs_second && (act == Act::Refund || (act == Act::Approve && one.view.method.is_none()));
                    let button_id = format!("ad-act-{}-{id}", act.path());
                    let look = if nth == 0 { "" } else { "ad-quiet" };
                    kit::button(look, "", word(desk, act), move || {
                        if plain && !second {
                            carry_out(all, &id, act, Saying::default(), preparing, busy);
                        } else {
                            preparing.set(Some(Preparing { act, second }));
                            request_animation_frame(move || focus("ad-act-first"));
                        }
                    })
                    .id(&button_id)
                    .attr_follows("aria-busy", move || busy.get().then(|| "true".into()))
                    .into()
                };
                el("div", "ad-acts").child(acts.iter().enumerate().map(button).collect::<Vec<Dom>>()).into()
            }
        }
    })
}

fn word(desk: Desk, act: Act) -> &'static str {
    let t = desk.t();
    match act {
        Act::Approve => t.desk_act_approve(),
        Act::Refuse => t.desk_act_refuse(),
        Act::Receive => t.desk_act_receive(),
        Act::Refund => t.desk_act_refund(),
        Act::Reopen => t.desk_act_reopen(),
        Act::Clear => t.desk_act_clear(),
    }
}

fn carry_out(
    all: Customers,
    id: &str,
    act: Act,
    saying: Saying,
    preparing: RwSignal<Option<Preparing>>,
    busy: RwSignal<bool>,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    let (desk, id) = (all.desk, id.to_owned());
    let path = format!("/admin/returns/{id}/{}", act.path());
    spawn_local(async move {
        let answer: Result<DeskReturn, Failure> = desk.ask(Request::post(path, &saying)).await;
        let _ = busy.try_set(false);
        match answer {
            Ok(_) => {
                desk.tell(&desk.t().desk_act_done(word(desk, act)));
                // The button that was pressed is gone.
                focus(&format!("ad-card-{id}"));
                // In the words of her language, which the answer to an act does not know.
                all.read_return(&id);
                all.refresh();
            }
            Err(failure) if failure.field.as_deref() == Some("second") && failure.code == "required" => {
                let _ = preparing.try_set(Some(Preparing { act, second: true }));
                desk.complain(desk.t().desk_second_needed());
            }
            Err(failure) => {
                let field = failure.field.as_deref();
                match (failure.code.as_str(), field) {
                    ("agent_not_allowed", Some("second")) => desk.complain(desk.t().desk_second_refused()),
                    ("not_possible_now", _) => {
                        desk.complain(desk.t().desk_act_impossible());
                        all.read_return(&id);
                        all.refresh();
                    }
                    _ => desk.complain_of(&failure),
                }
            }
        }
    });
}

fn form(
    all: Customers,
    one: &DeskReturn,
    prepared: Preparing,
    preparing: RwSignal<Option<Preparing>>,
    busy: RwSignal<bool>,
) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    let Preparing { act, second } = prepared;
    let id = one.view.summary.id.as_str().to_owned();
    let mut fields: Vec<Dom> = Vec::new();
    let text = |id: &str, label: &str, hint: &str| -> Dom {
        let hint_id = format!("{id}-hint");
        el("div", "ad-field-of")
            .child(el("label", "").attr("for", id).child(label))
            .child(
                el("textarea", "ad-input")
                    .id(id)
                    .attr("rows", "3")
                    .attr("maxlength", "1000")
                    .attr("aria-describedby", &hint_id),
            )
            .child(el("p", "ad-field-hint").id(&hint_id).child(hint))
            .into()
    };
    match act {
        Act::Refuse => fields.push(text("ad-act-first", t.desk_refuse_reason(), t.desk_refuse_hint())),
        Act::Clear => fields.push(text("ad-act-first", t.desk_clear_note(), t.desk_clear_hint())),
        Act::Receive => fields.extend(one.lines.iter().enumerate().map(|(nth, line)| counted(desk, nth, line))),
        _ => {}
    }
    if second {
        let input = |id: &str, label: &str, kind: &str, complete: &str| -> Dom {
            el("div", "ad-field-of")
                .child(el("label", "").attr("for", id).child(label))
                .child(el("input", "ad-input").id(id).attr("type", kind).attr("autocomplete", complete))
                .into()
        };
        fields.push(el("p", "ad-muted").child(t.desk_second_why()).into());
        fields.push(input(
            if fields.len() == 1 { "ad-act-first" } else { "ad-second" },
            t.desk_second_email(),
            "email",
            "off",
        ));
        fields.push(input("ad-second-password", t.desk_second_password(), "password", "new-password"));
    }
    let lines = one.lines.clone();
    let first_is_second = second && !matches!(act, Act::Refuse | Act::Clear | Act::Receive);
    let submit = el("button", "ad-button")
        .attr("type", "submit")
        .attr_follows("aria-busy", move || busy.get().then(|| "true".into()))
        .child(word(desk, act));
    let cancel = kit::button("ad-quiet", "", t.desk_cancel(), move || preparing.set(None));
    el("form", "ad-act-form")
        .child(fields)
        .child(el("div", "ad-acts").child(submit).child(cancel))
        .on("submit", move |event: Event| {
            event.prevent_default();
            let first = kit::value_of("ad-act-first").trim().to_owned();
            let mut saying = Saying::default();
            match act {
                Act::Refuse | Act::Clear if first.is_empty() => return focus("ad-act-first"),
                Act::Refuse => saying.reason = Some(first.clone()),
                Act::Clear => saying.note = Some(first.clone()),
                Act::Receive => {
                    saying.lines = Some(lines.iter().enumerate().map(|(nth, line)| came(nth, line)).collect())
                }
                _ => {}
            }
            if second {
                let agent = kit::value_of(if first_is_second { "ad-act-first" } else { "ad-second" }).trim().to_owned();
                saying.second = Some(Second { agent, password: kit::value_of("ad-second-password") });
            }
            carry_out(all, &id, act, saying, preparing, busy);
        })
        .into()
}

fn counted(desk: Desk, nth: usize, line: &DeskLine) -> Dom {
    let t = desk.t();
    let count_id = if nth == 0 { "ad-act-first".to_owned() } else { format!("ad-came-{nth}") };
    let grade_id = format!("ad-grade-{nth}");
    let serial_id = format!("ad-serial-{nth}");
    let grade = |name: &&str| -> Dom { el("option", "").attr("value", name).child(grade_word(desk, name)).into() };
    let number = |el: El| {
        el.attr("type", "number").attr("min", "0").attr("max", &line.quantity.to_string()).attr("inputmode", "numeric")
    };
    let labelled = |id: &str, label: &str, field: El| -> Dom {
        el("div", "ad-field-of").child(el("label", "").attr("for", id).child(label)).child(field).into()
    };
    el("fieldset", "ad-came")
        .child(el("legend", "").attr("dir", "auto").child(line.title.as_str()))
        .child(labelled(
            &count_id,
            t.desk_came(),
            number(el("input", "ad-input").id(&count_id)).attr("value", &line.quantity.to_string()),
        ))
        .child(labelled(
            &grade_id,
            t.desk_grade(),
            el("select", "ad-input").id(&grade_id).child(GRADES.iter().map(grade).collect::<Vec<Dom>>()),
        ))
        .child(labelled(
            &serial_id,
            t.desk_serial(),
            el("input", "ad-input").id(&serial_id).attr("autocomplete", "off").attr("spellcheck", "false"),
        ))
        .into()
}

fn came(nth: usize, line: &DeskLine) -> Came {
    let count = if nth == 0 { kit::value_of("ad-act-first") } else { kit::value_of(&format!("ad-came-{nth}")) };
    let serial = kit::value_of(&format!("ad-serial-{nth}")).trim().to_owned();
    Came {
        line: line.line.clone(),
        quantity: count.trim().parse().unwrap_or(line.quantity),
        grade: kit::value_of(&format!("ad-grade-{nth}")),
        serial: (!serial.is_empty()).then_some(serial),
    }
}
