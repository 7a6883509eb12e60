//! One parcel: who carries it, its number, trouble said plainly with a way on, and what happened so far.

use super::{
    order::expected_text,
    times::{Clock, clock, delivery_day, moment, zone_name},
};
use crate::{
    i18n,
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward, outward},
        dom::{Dom, El, el, redrawn},
        icon::small_icon,
        notice::{Tone, notice},
    },
};
use aftercart_shared::{
    api::orders::{EventView, OrderView, ParcelView},
    tracking::ParcelStatus,
};
use js_sys::Reflect;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// More than these and the card hides its neighbours.
const SHOWN_AT_FIRST: usize = 3;

pub fn parcel(session: Session, order: &OrderView, parcel: &ParcelView, index: usize, count: usize) -> El {
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
        _ => expected_text(session, zone, parcel.expected),
    };
    let id = format!("ac-parcel-{index}");
    let class = if parcel.needs_attention { "ac-parcel ac-parcel-trouble" } else { "ac-parcel" };
    el("section", class)
        .attr("aria-labelledby", &id)
        .child(el("p", "ac-parcel-which").child(el("span", "").child(which)).child(items))
        .child(el("h3", "ac-parcel-status").id(&id).child(t.parcel_status(parcel.status)))
        .child(when.map(|when| el("p", "ac-parcel-when").child(when)))
        .child(advice(session, order, parcel))
        .child(carried(session, parcel))
        .child(timeline(session, order, parcel))
        .child(missing(session, order, parcel))
}

/// What to know and what to do, for every status that leaves the shopper wondering.
fn advice(session: Session, order: &OrderView, parcel: &ParcelView) -> Dom {
    let t = session.t();
    let ask = |text: &str| inward(session, Kind::Quiet, "talk", text, View::Talk { order: Some(order.number.clone()) });
    let trouble = |text: &str, buttons: Vec<Dom>| notice(Tone::Trouble, "alert", None, text, buttons);
    let calm = |title: Option<&str>, text: &str| notice(Tone::Calm, "info", title, text, vec![]);
    match parcel.status {
        ParcelStatus::Exception => trouble(t.track_trouble_exception(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Attempted => {
            let carrier = parcel.tracking_url.as_deref();
            let rearrange = carrier.map(|url| outward(session, Kind::Quiet, "out", t.track_rearrange(), url));
            trouble(t.track_trouble_attempted(), vec![rearrange.into(), ask(t.track_ask_us())])
        }
        ParcelStatus::Returning => trouble(t.track_trouble_returning(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Returned => trouble(t.track_trouble_returned(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Expired => trouble(t.track_trouble_expired(), vec![ask(t.track_report_missing())]),
        ParcelStatus::ReadyForPickup => calm(None, t.track_note_ready_for_pickup()),
        ParcelStatus::Cancelled => calm(None, t.track_note_cancelled()),
        ParcelStatus::Unknown | ParcelStatus::Registered => {
            calm(Some(t.track_nothing_yet()), t.track_nothing_yet_note())
        }
        ParcelStatus::InTransit | ParcelStatus::OutForDelivery | ParcelStatus::Delivered => Dom::default(),
    }
}

fn carried(session: Session, parcel: &ParcelView) -> Dom {
    let t = session.t();
    let fact = |name: &str, value: El| el("div", "ac-fact").child(el("dt", "").child(name)).child(value);
    let carrier = parcel.carrier.as_ref().map(|carrier| carrier.name.as_str());
    let number = parcel.tracking_number.as_deref().map(|number| {
        let shown = el("span", "ac-code").attr("translate", "no").child(number);
        fact(t.track_tracking_number(), el("dd", "").child(shown).child(copy(session, number.to_owned())))
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
    let navigator = window().navigator();
    Reflect::get(&navigator, &"clipboard".into()).ok().filter(|clipboard| clipboard.is_object())?;
    let label = session.t().track_copy_number(&number);
    let copied = RwSignal::new(false);
    let press = move || {
        let written = JsFuture::from(navigator.clipboard().write_text(&number));
        spawn_local(async move {
            if written.await.is_ok() {
                session.announce(session.t().common_copied());
                let _ = copied.try_set(true);
                set_timeout(move || _ = copied.try_set(false), Duration::from_secs(2));
            }
        });
    };
    let drawn = redrawn(move || small_icon(if copied.get() { "check" } else { "copy" }).into());
    let button = el("button", "ac-icon-button ac-copy").attr("type", "button").attr("aria-label", &label);
    Some(button.on_click(press).child(drawn))
}

fn timeline(session: Session, order: &OrderView, parcel: &ParcelView) -> Dom {
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
    let open = RwSignal::new(false);
    let raw = RwSignal::new(false);
    let event_at = |(i, one): (usize, &EventView)| -> Dom {
        let at = moment(session.locale.get_untracked(), &order.time_zone, one, &clock);
        let drawn = event(session, one, &at, raw);
        if i >= SHOWN_AT_FIRST {
            drawn.hidden_while(move || !open.get()).into()
        } else if i + 1 == SHOWN_AT_FIRST {
            // The thread ends here while the earlier steps are folded away.
            let class = move || Some(if open.get() { "ac-event" } else { "ac-event ac-event-end" }.to_owned());
            drawn.attr_follows("class", class).into()
        } else {
            drawn.into()
        }
    };
    let events: Vec<Dom> = parcel.events.iter().enumerate().map(event_at).collect();
    let hidden = u32::try_from(parcel.events.len().saturating_sub(SHOWN_AT_FIRST)).unwrap_or(u32::MAX);
    let more = (hidden > 0).then(|| {
        let earlier = i18n::plural(hidden, |n| t.track_show_all_one(n), |n| t.track_show_all_other(n));
        toggle(open, earlier, t.track_show_less())
    });
    let has_raw = parcel.events.iter().any(|event| event.text.is_some() || event.raw_code.is_some());
    let raw = has_raw.then(|| toggle(raw, t.track_raw().to_owned(), t.track_raw()));
    [
        el("h4", "ac-timeline-title").child(t.track_timeline()).into(),
        el("ol", "ac-timeline").child(events).into(),
        zone.map(|zone| el("p", "ac-zone").child(t.track_zone(&zone))).into(),
        el("div", "ac-buttons ac-timeline-more").child(more).child(raw).into(),
    ]
    .into()
}

fn event(session: Session, event: &EventView, at: &str, raw: RwSignal<bool>) -> El {
    let t = session.t();
    let place = event.place.as_deref().map(|place| el("span", "ac-event-place").child(place));
    let what = el("p", "ac-event-what").child(el("span", "").child(t.parcel_status(event.status))).child(place);
    let words = event.text.as_deref().map(|words| el("q", "").child(words));
    let code = event.raw_code.as_deref().map(|code| el("span", "ac-code").child(t.track_raw_code(code)));
    let original = (words.is_some() || code.is_some())
        .then(|| el("p", "ac-event-raw").hidden_while(move || !raw.get()).child(words).child(code));
    el("li", "ac-event").child(what).child(el("p", "ac-event-at").child(at)).child(original)
}

/// A button that opens and closes a part of the card.
fn toggle(open: RwSignal<bool>, closed_text: String, open_text: &'static str) -> El {
    let text = redrawn(move || if open.get() { open_text.into() } else { closed_text.as_str().into() });
    el("button", "ac-button ac-button-plain")
        .attr("type", "button")
        .attr_follows("aria-expanded", move || Some(open.get().to_string()))
        .on_click(move || open.update(|open| *open = !*open))
        .child(text)
}

/// Carriers err: what they call delivered may not be there.
fn missing(session: Session, order: &OrderView, parcel: &ParcelView) -> Option<Dom> {
    let to = View::Talk { order: Some(order.number.clone()) };
    let delivered = parcel.status == ParcelStatus::Delivered;
    delivered.then(|| inward(session, Kind::Plain, "", session.t().track_not_there(), to))
}
