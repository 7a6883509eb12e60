//! One parcel: who carries it, its number, trouble said plainly with a way on, and what happened so far.

use super::{
    order::expected_text,
    times::{Clock, clock, moment, zone_name},
};
use crate::{
    i18n::{self, Style},
    nav::View,
    session::Session,
    ui::{
        button::{Kind, inward, outward},
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

pub fn parcel(session: Session, order: &OrderView, parcel: &ParcelView, index: usize, count: usize) -> AnyView {
    let t = session.t();
    let zone = order.time_zone.as_str();
    let which = if count == 1 {
        t.track_parcel_only().to_owned()
    } else {
        t.track_parcel(&count.to_string(), &index.to_string())
    };
    let items = i18n::plural(parcel.items, |n| t.track_items_one(n), |n| t.track_items_other(n));
    let when = match (parcel.status, parcel.delivered_at) {
        (ParcelStatus::Delivered, Some(at)) => Some(i18n::date(session.locale.get_untracked(), zone, Style::Day, at)),
        (status, _) if status.is_final() => None,
        // With one parcel the headline has said it.
        _ if count == 1 => None,
        _ => expected_text(session, zone, parcel.expected),
    };
    let heading_id = format!("ac-parcel-{index}");
    let labelled_by = heading_id.clone();
    let class = if parcel.needs_attention { "ac-parcel ac-parcel-trouble" } else { "ac-parcel" };
    view! {
        <section class=class aria-labelledby=labelled_by>
            <p class="ac-parcel-which"><span>{which}</span><span>{(parcel.items > 0).then_some(items)}</span></p>
            <h3 class="ac-parcel-status" id=heading_id>{t.parcel_status(parcel.status)}</h3>
            {when.map(|when| view! { <p class="ac-parcel-when">{when}</p> })}
            {advice(session, order, parcel)}
            {carried(session, parcel)}
            {timeline(session, order, parcel)}
            {missing(session, order, parcel)}
        </section>
    }
    .into_any()
}

/// What to know and what to do, for every status that leaves the shopper wondering.
fn advice(session: Session, order: &OrderView, parcel: &ParcelView) -> AnyView {
    let t = session.t();
    let ask = |text: &str| inward(session, Kind::Quiet, "talk", text, View::Talk { order: Some(order.number.clone()) });
    let carrier_page =
        |text: &str| parcel.tracking_url.as_deref().map(|url| outward(session, Kind::Quiet, "out", text, url));
    let trouble = |text: &str, buttons: Vec<AnyView>| notice(Tone::Trouble, "alert", None, text.to_owned(), buttons);
    let calm =
        |title: Option<&str>, text: &str| notice(Tone::Calm, "info", title.map(Into::into), text.to_owned(), vec![]);
    match parcel.status {
        ParcelStatus::Exception => trouble(t.track_trouble_exception(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Attempted => {
            let buttons = carrier_page(t.track_rearrange()).into_iter().chain([ask(t.track_ask_us())]).collect();
            trouble(t.track_trouble_attempted(), buttons)
        }
        ParcelStatus::Returning => trouble(t.track_trouble_returning(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Returned => trouble(t.track_trouble_returned(), vec![ask(t.track_ask_us())]),
        ParcelStatus::Expired => trouble(t.track_trouble_expired(), vec![ask(t.track_report_missing())]),
        ParcelStatus::ReadyForPickup => calm(None, t.track_note_ready_for_pickup()),
        ParcelStatus::Cancelled => calm(None, t.track_note_cancelled()),
        ParcelStatus::Unknown | ParcelStatus::Registered => {
            calm(Some(t.track_nothing_yet()), t.track_nothing_yet_note())
        }
        ParcelStatus::InTransit | ParcelStatus::OutForDelivery | ParcelStatus::Delivered => ().into_any(),
    }
}

fn carried(session: Session, parcel: &ParcelView) -> AnyView {
    let t = session.t();
    let carrier = parcel.carrier.as_ref().map(|carrier| carrier.name.clone());
    let number = parcel.tracking_number.clone().map(|number| {
        view! {
            <div class="ac-fact">
                <dt>{t.track_tracking_number()}</dt>
                <dd><span class="ac-code" translate="no">{number.clone()}</span>{copy(session, number)}</dd>
            </div>
        }
    });
    let page = parcel.tracking_url.as_deref().map(|url| {
        let text = carrier
            .as_deref()
            .map_or_else(|| t.track_carrier_page_plain().to_owned(), |name| t.track_carrier_page(name));
        outward(session, Kind::Plain, "out", text, url)
    });
    let carrier = carrier.map(|name| view! { <div class="ac-fact"><dt>{t.track_carrier()}</dt><dd>{name}</dd></div> });
    view! { <dl class="ac-facts">{carrier}{number}</dl>{page} }.into_any()
}

/// Nothing where the browser has no clipboard for us (plain HTTP): the number can still be selected.
fn copy(session: Session, number: String) -> Option<AnyView> {
    let navigator = window().navigator();
    Reflect::get(&navigator, &"clipboard".into()).ok().filter(|clipboard| clipboard.is_object())?;
    let label = session.t().track_copy_number(&number);
    let copied = RwSignal::new(false);
    let press = move |_| {
        let written = JsFuture::from(navigator.clipboard().write_text(&number));
        spawn_local(async move {
            if written.await.is_ok() {
                session.announce(session.t().common_copied());
                let _ = copied.try_set(true);
                set_timeout(move || _ = copied.try_set(false), Duration::from_secs(2));
            }
        });
    };
    let button = view! {
        <button type="button" class="ac-icon-button ac-copy" aria-label=label on:click=press>
            {move || small_icon(if copied.get() { "check" } else { "copy" })}
        </button>
    };
    Some(button.into_any())
}

fn timeline(session: Session, order: &OrderView, parcel: &ParcelView) -> AnyView {
    if parcel.events.is_empty() {
        return ().into_any();
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
    let hidden = parcel.events.len().saturating_sub(SHOWN_AT_FIRST);
    let events = parcel.events.iter().enumerate().map(|(i, one)| {
        let at = moment(session.locale.get_untracked(), &order.time_zone, one, &clock);
        event(session, one, at, Place { folded: i >= SHOWN_AT_FIRST, last_shown: i + 1 == SHOWN_AT_FIRST }, open, raw)
    });
    let more = u32::try_from(hidden).ok().filter(|hidden| *hidden > 0).map(|hidden| {
        let text = move || {
            let t = session.t();
            if open.get() {
                t.track_show_less().to_owned()
            } else {
                i18n::plural(hidden, |n| t.track_show_all_one(n), |n| t.track_show_all_other(n))
            }
        };
        toggle(text, open)
    });
    let has_raw = parcel.events.iter().any(|event| event.text.is_some() || event.raw_code.is_some());
    view! {
        <h4 class="ac-timeline-title">{t.track_timeline()}</h4>
        <ol class="ac-timeline">{events.collect_view()}</ol>
        {zone.map(|zone| view! { <p class="ac-zone">{t.track_zone(&zone)}</p> })}
        <div class="ac-buttons ac-timeline-more">{more}{has_raw.then(|| toggle(move || session.t().track_raw().to_owned(), raw))}</div>
    }
    .into_any()
}

/// Where an event stands while the earlier ones are folded away.
#[derive(Clone, Copy)]
struct Place {
    folded: bool,
    last_shown: bool,
}

fn event(
    session: Session,
    event: &EventView,
    at: String,
    at_place: Place,
    open: RwSignal<bool>,
    raw: RwSignal<bool>,
) -> AnyView {
    let t = session.t();
    let Place { folded, last_shown } = at_place;
    let words = event.text.clone();
    let code = event.raw_code.as_deref().map(|code| t.track_raw_code(code));
    let place = event.place.clone().map(|place| view! { <span class="ac-event-place">{place}</span> });
    let original = move || {
        raw.get().then(|| {
            let words = words.clone().map(|words| view! { <q>{words}</q> });
            let code = code.clone().map(|code| view! { <span class="ac-code">{code}</span> });
            view! { <p class="ac-event-raw">{words}{code}</p> }
        })
    };
    view! {
        <li class="ac-event" class:ac-event-end=move || last_shown && !open.get() hidden=move || folded && !open.get()>
            <p class="ac-event-what"><span>{t.parcel_status(event.status)}</span>{place}</p>
            <p class="ac-event-at">{at}</p>
            {original}
        </li>
    }
    .into_any()
}

/// A button that opens and closes a part of the card.
fn toggle(text: impl Fn() -> String + Send + 'static, open: RwSignal<bool>) -> AnyView {
    view! {
        <button
            type="button"
            class="ac-button ac-button-plain"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {text}
        </button>
    }
    .into_any()
}

/// Carriers err: what they call delivered may not be there.
fn missing(session: Session, order: &OrderView, parcel: &ParcelView) -> Option<AnyView> {
    let to = View::Talk { order: Some(order.number.clone()) };
    (parcel.status == ParcelStatus::Delivered)
        .then(|| inward(session, Kind::Plain, "", session.t().track_not_there(), to))
}
