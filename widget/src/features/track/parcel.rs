//! One parcel: who carries it, its number, trouble said plainly with a way on, and what happened so far.

use super::{
    Draft,
    order::expected_text,
    share::{copy as put, has_clipboard},
    times::{Calendar, Clock, clock, delivery_day, moment, zone_name},
    watch::show,
};
use crate::{
    api::json::{Said, object},
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward, outward, pressed},
        dom::{Dom, El, el, redrawn},
        icon::small_icon,
        notice::{Tone, notice},
    },
};
use aftercart_shared::{
    api::orders::{EventView, OrderView, ParcelView, TroubleView},
    tracking::ParcelStatus,
    trouble::{NextAction, Trouble},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// More than these and the card hides its neighbours.
const SHOWN_AT_FIRST: usize = 3;

pub fn parcel(
    session: Session,
    draft: Draft,
    order: &OrderView,
    parcel: &ParcelView,
    index: usize,
    count: usize,
) -> El {
    let t = session.t();
    let zone = order.time_zone.as_str();
    let which = if count == 1 {
        t.track_parcel_only().to_owned()
    } else {
        t.track_parcel(&count.to_string(), &index.to_string())
    };
    let items = i18n::plural(parcel.items, |n| t.track_items_one(n), |n| t.track_items_other(n));
    let items = (parcel.items > 0).then(|| el("span", "").child(items));
    let when = match (parcel.status, parcel.delivered_at) {
        (ParcelStatus::Delivered, Some(at)) => {
            Some(delivery_day(session.locale.get_untracked(), zone, parcel.events.iter(), at))
        }
        (status, _) if status.is_final() => None,
        // With one parcel the headline has said it.
        _ if count == 1 => None,
        _ => expected_text(session, order, parcel.expected),
    };
    let id = format!("ac-parcel-{index}");
    let class = if parcel.needs_attention { "ac-parcel ac-parcel-trouble" } else { "ac-parcel" };
    el("section", class)
        .attr("aria-labelledby", &id)
        .child(el("p", "ac-parcel-which").child(el("span", "").child(which)).child(items))
        .child(el("h3", "ac-parcel-status").id(&id).child(t.parcel_status(parcel.status)))
        .child(when.map(|when| el("p", "ac-parcel-when").child(when)))
        .child(advice(session, draft, order, parcel))
        .child(carried(session, parcel, order.shared))
        .child(timeline(session, draft, order, parcel))
        .child(missing(session, draft, order, parcel))
}

/// What to know and what to do, for everything that leaves the shopper wondering.
fn advice(session: Session, draft: Draft, order: &OrderView, parcel: &ParcelView) -> Dom {
    let t = session.t();
    if let Some(trouble) = parcel.trouble {
        let text = trouble_text(session, order, parcel, trouble);
        let shown = if order.shared { &[] } else { trouble.kind.actions() };
        let actions = shown.iter().map(|one| action(session, draft, order, parcel, *one)).collect();
        return notice(Tone::Trouble, "alert", None, &text, actions);
    }
    let calm = |title: Option<&str>, text: &str| notice(Tone::Calm, "info", title, text, vec![]);
    match parcel.status {
        ParcelStatus::ReadyForPickup => {
            let place = parcel.pickup_place.as_deref().map(|place| t.track_pickup_at(place));
            calm(place.as_deref(), t.track_note_ready_for_pickup())
        }
        ParcelStatus::Cancelled => calm(None, t.track_note_cancelled()),
        ParcelStatus::Unknown | ParcelStatus::Registered => {
            let first = parcel.first_scan.map(|range| {
                let calendar = Calendar::of(&range, &order.time_zone);
                t.track_first_scan(&calendar.range(session.locale.get_untracked(), range.earliest, range.latest))
            });
            calm(Some(t.track_nothing_yet()), first.as_deref().unwrap_or(t.track_nothing_yet_note()))
        }
        _ => Dom::default(),
    }
}

fn trouble_text(session: Session, order: &OrderView, parcel: &ParcelView, trouble: TroubleView) -> String {
    let t = session.t();
    let since = trouble.since.map_or_else(String::new, |at| {
        let (zone, locale) = (order.time_zone.as_str(), session.locale.get_untracked());
        match (trouble.kind, parcel.expected) {
            (Trouble::Late, Some(range)) => Calendar::of(&range, zone).date(locale, at),
            (Trouble::Stuck, _) => delivery_day(locale, zone, parcel.events.iter(), at),
            _ => i18n::date(locale, zone, Style::Day, at),
        }
    });
    match trouble.kind {
        Trouble::Late => t.track_late_note(&since),
        Trouble::Stuck if parcel.status == ParcelStatus::Registered => t.track_trouble_unscanned(&since),
        Trouble::Stuck => t.track_trouble_stuck(&since),
        Trouble::Disputed => t.track_trouble_disputed(&since),
        Trouble::Held => t.track_trouble_exception().into(),
        Trouble::Missed => t.track_trouble_attempted().into(),
        Trouble::Returning => t.track_trouble_returning().into(),
        Trouble::Returned => t.track_trouble_returned().into(),
        Trouble::Silent => t.track_trouble_expired().into(),
    }
}

fn action(session: Session, draft: Draft, order: &OrderView, parcel: &ParcelView, action: NextAction) -> Dom {
    let t = session.t();
    let talk = |name: &str, text: &str| inward(session, Kind::Quiet, name, text, View::talk_about_order(&order.number));
    match action {
        NextAction::AskUs => talk("talk", t.track_ask_us()),
        NextAction::ReportMissing => talk("talk", t.track_report_missing()),
        NextAction::ChangeAddress => talk("", t.track_change_address()),
        NextAction::Rearrange => {
            let carrier = parcel.tracking_url.as_deref();
            carrier.map(|url| outward(session, Kind::Quiet, "out", t.track_rearrange(), url)).into()
        }
        NextAction::TurnedUp => dispute(session, draft, parcel, Kind::Quiet, t.track_turned_up(), false),
    }
}

/// Says that a delivered parcel is not there, or has turned up; the answer is the order as it now stands.
fn dispute(session: Session, draft: Draft, parcel: &ParcelView, kind: Kind, text: &str, missing: bool) -> Dom {
    let parcel = parcel.id.clone();
    let id = format!("ac-dispute-{parcel}");
    let press = move || {
        let request = object(&[("parcel", Said::Text(&parcel)), ("missing", Said::Bool(missing))]);
        let token = draft.found.data.with_untracked(|order| order.as_ref().and_then(|order| order.watch.clone()));
        spawn_local(async move {
            let path = "/orders/dispute".into();
            match session.api.watched::<OrderView>(path, Some(request), &token.unwrap_or_default()).await {
                Ok(Some(order)) => show(session, draft, order).await,
                Ok(None) => {}
                Err(failure) => draft.found.failure.set(Some(failure)),
            }
        });
    };
    pressed(kind, "", text, press).id(&id).into()
}

fn carried(session: Session, parcel: &ParcelView, shared: bool) -> Dom {
    let t = session.t();
    let fact = |name: &str, value: El| el("div", "ac-fact").child(el("dt", "").child(name)).child(value);
    let carrier = parcel.carrier.as_ref().map(|carrier| carrier.name_in(session.locale.get_untracked()));
    let number = parcel.tracking_number.as_deref().map(|number| {
        let shown = el("span", "ac-code").attr("translate", "no").child(number);
        fact(
            t.track_tracking_number(),
            el("dd", "").child(shown).child((!shared).then(|| copy(session, number.to_owned())).flatten()),
        )
    });
    let page = parcel.tracking_url.as_deref().map(|url| {
        let text = carrier.map_or_else(|| t.track_carrier_page_plain().to_owned(), |name| t.track_carrier_page(name));
        outward(session, Kind::Plain, "out", &text, url)
    });
    let carrier = carrier.map(|name| fact(t.track_carrier(), el("dd", "").child(name)));
    if carrier.is_none() && number.is_none() {
        return page.into();
    }
    [el("dl", "ac-facts").child(carrier).child(number).into(), page.into()].into()
}

/// Nothing where the browser has no clipboard for us (plain HTTP): the number can still be selected.
fn copy(session: Session, number: String) -> Option<El> {
    if !has_clipboard() {
        return None;
    }
    let label = session.t().track_copy_number(&number);
    let id = format!("ac-copy-{number}");
    let copied = RwSignal::new(false);
    let press = move || {
        let number = number.clone();
        spawn_local(async move {
            if put(&number).await {
                session.announce(session.t().common_copied());
                let _ = copied.try_set(true);
                set_timeout(move || _ = copied.try_set(false), Duration::from_secs(2));
            }
        });
    };
    let drawn = redrawn(move || small_icon(if copied.get() { "check" } else { "copy" }).into());
    let button = el("button", "ac-icon-button ac-copy").id(&id).attr("type", "button").attr("aria-label", &label);
    Some(button.on_click(press).child(drawn))
}

fn timeline(session: Session, draft: Draft, order: &OrderView, parcel: &ParcelView) -> Dom {
    if parcel.events.is_empty() {
        return Dom::default();
    }
    let t = session.t();
    let clock = clock(&parcel.events);
    let zone = match clock {
        Clock::Same(offset) => Some(zone_name(offset)),
        Clock::Each => None,
        Clock::Shop => Some(order.time_zone.clone()),
    };
    let open = format!("ac-more-{}", parcel.id);
    let raw = format!("ac-raw-{}", parcel.id);
    let event_at = |(i, one): (usize, &EventView)| -> Dom {
        let at = moment(session.locale.get_untracked(), &order.time_zone, one, &clock);
        let drawn = event(session, draft, one, &at, &raw);
        let open = open.clone();
        if i >= SHOWN_AT_FIRST {
            drawn.hidden_while(move || !draft.is_open(&open)).into()
        } else if i + 1 == SHOWN_AT_FIRST {
            // The thread ends here while the earlier steps are folded away.
            let class =
                move || Some(if draft.is_open(&open) { "ac-event" } else { "ac-event ac-event-end" }.to_owned());
            drawn.attr_follows("class", class).into()
        } else {
            drawn.into()
        }
    };
    let events: Vec<Dom> = parcel.events.iter().enumerate().map(event_at).collect();
    let hidden = u32::try_from(parcel.events.len().saturating_sub(SHOWN_AT_FIRST)).unwrap_or(u32::MAX);
    let more = (hidden > 0).then(|| {
        let earlier = i18n::plural(hidden, |n| t.track_show_all_one(n), |n| t.track_show_all_other(n));
        toggle(draft, &open, earlier, t.track_show_less())
    });
    let has_raw = parcel.events.iter().any(|event| event.text.is_some() || event.raw_code.is_some());
    let raw = has_raw.then(|| toggle(draft, &raw, t.track_raw().to_owned(), t.track_raw()));
    [
        el("h4", "ac-timeline-title").child(t.track_timeline()).into(),
        el("ol", "ac-timeline").child(events).into(),
        zone.map(|zone| el("p", "ac-zone").child(t.track_zone(&zone))).into(),
        el("div", "ac-buttons ac-timeline-more").child(more).child(raw).into(),
    ]
    .into()
}

fn event(session: Session, draft: Draft, event: &EventView, at: &str, raw: &str) -> El {
    let t = session.t();
    let place = event.place.as_deref().map(|place| el("span", "ac-event-place").child(place));
    let what = el("p", "ac-event-what").child(el("span", "").child(t.parcel_status(event.status))).child(place);
    let words = event.text.as_deref().map(|words| el("q", "").child(words));
    let code = event.raw_code.as_deref().map(|code| el("span", "ac-code").child(t.track_raw_code(code)));
    let raw = raw.to_owned();
    let original = (words.is_some() || code.is_some())
        .then(|| el("p", "ac-event-raw").hidden_while(move || !draft.is_open(&raw)).child(words).child(code));
    el("li", "ac-event").child(what).child(el("p", "ac-event-at").child(at)).child(original)
}

/// A button that opens and closes a part of the card.
fn toggle(draft: Draft, part: &str, closed_text: String, open_text: &'static str) -> El {
    let is_open = {
        let part = part.to_owned();
        move || draft.is_open(&part)
    };
    let (shown, pressed) = (is_open.clone(), part.to_owned());
    let text = redrawn(move || if shown() { open_text.into() } else { closed_text.as_str().into() });
    el("button", "ac-button ac-button-plain")
        .id(part)
        .attr("type", "button")
        .attr_follows("aria-expanded", move || Some(is_open().to_string()))
        .on_click(move || draft.toggle(&pressed))
        .child(text)
}

/// Carriers err: what they call delivered may not be there.
fn missing(session: Session, draft: Draft, order: &OrderView, parcel: &ParcelView) -> Option<Dom> {
    let may = parcel.status == ParcelStatus::Delivered && parcel.trouble.is_none() && !order.shared;
    may.then(|| dispute(session, draft, parcel, Kind::Plain, session.t().track_not_there(), true))
}
