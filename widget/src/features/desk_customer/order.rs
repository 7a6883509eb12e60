//! One of her orders: a line, and behind it its parcels, its articles and where they go.

use super::Customers;
use crate::{
    desk::{Desk, kit, words},
    i18n::{self, Style},
    ui::{
        dom::{Dom, El, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::{
    api::orders::{DateRange, FullOrder, LineView, MyOrder, ParcelView},
    tracking::OrderStatus,
};
use leptos::prelude::*;
use web_sys::Event;

/// Of a parcel's story: what happened last.
const EVENTS: usize = 3;

/// What opens and closes, and stays as it is while news of it come; `read` is asked for what stands in it.
pub fn card(all: Customers, key: String, class: &str, summary: El, read: impl Fn() + 'static, body: Dom) -> El {
    let open = all.opened.with_value(|opened| opened.contains(&key));
    el("details", &format!("ad-card {class}"))
        .maybe("open", open.then_some(""))
        .child(summary.id(&format!("ad-card-{key}")))
        .child(el("div", "ad-card-body").child(body))
        .on("toggle", move |event: Event| {
            let open = event.target().is_some_and(|card| crate::js::get(&card, "open").is_truthy());
            all.opened.update_value(|opened| {
                if open {
                    opened.insert(key.clone());
                } else {
                    opened.remove(&key);
                }
            });
            if open {
                read();
            }
        })
}

pub fn badge(tone: &str, text: &str) -> El {
    el("span", &format!("ad-badge ad-badge-{tone}")).child(text)
}

fn tone(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Delivered => "good",
        OrderStatus::Cancelled | OrderStatus::Returned => "quiet",
        _ => "way",
    }
}

pub fn order(all: Customers, order: &MyOrder) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    let id = order.id.as_str().to_owned();
    let placed = i18n::date(desk.locale.get_untracked(), &desk.zone(), Style::Short, order.placed_at);
    let items = i18n::plural(order.items_total, |n| t.track_items_one(n), |n| t.track_items_other(n));
    let about = order.title.as_deref().map(|title| el("span", "ad-card-about").attr("dir", "auto").child(title));
    let summary = el("summary", "ad-card-summary")
        .child(
            el("span", "ad-card-top")
                .child(el("span", "ad-card-name").child(order.number.as_str()))
                .child(badge(tone(order.status), t.order_status(order.status))),
        )
        .child(about)
        .child(el("span", "ad-muted").child(format!("{placed} · {items}")));
    let shown = id.clone();
    let own = {
        let id = id.clone();
        // News of another is none of this one.
        Memo::new(move |_| all.orders.with(|orders| orders.get(&id).cloned()))
    };
    let body = redrawn(move || match own.get() {
        None => kit::bones(desk, &["line", "line"]),
        Some(Err(failure)) => {
            let id = shown.clone();
            kit::failed(desk, &words::failure(desk, &failure), move || all.read_order(&id)).into()
        }
        Some(Ok(order)) => whole(desk, &order),
    });
    let read = {
        let id = id.clone();
        move || {
            if all.orders.with_untracked(|orders| !orders.contains_key(&id)) {
                all.read_order(&id);
            }
        }
    };
    card(all, id, "ad-order", summary, read, body).into()
}

fn whole(desk: Desk, full: &FullOrder) -> Dom {
    let t = desk.t();
    let zone = full.order.time_zone.clone();
    let many = full.order.parcels.len();
    let parcels = full.order.parcels.iter().enumerate().map(|(nth, one)| parcel(desk, &zone, one, nth, many));
    let waits = (full.order.items_unshipped > 0).then(|| {
        let words =
            i18n::plural(full.order.items_unshipped, |n| t.desk_unshipped_one(n), |n| t.desk_unshipped_other(n));
        el("p", "ad-muted").child(words)
    });
    let lines = full.lines.iter().map(|one| line(desk, full, one)).collect::<Vec<Dom>>();
    let locale = desk.locale.get_untracked();
    let money = |minor: i64| i18n::money(locale, &full.currency, full.decimals, minor);
    let sum = |name: &str, minor: i64| -> Dom {
        el("div", "ad-sum").child(el("span", "").child(name)).child(el("span", "").child(money(minor))).into()
    };
    let mut sums: Vec<Dom> = Vec::new();
    sums.extend(full.lines_total.map(|total| sum(t.desk_goods_total(), total)));
    sums.extend((full.refunded > 0).then(|| sum(t.desk_refunded(), full.refunded)));
    let address = (!full.address.is_empty()).then(|| {
        let lines = full.address.iter().map(|line| el("span", "").attr("dir", "auto").child(line.as_str()).into());
        el("address", "ad-address").child(lines.collect::<Vec<Dom>>())
    });
    [
        el("div", "ad-parcels").child(parcels.collect::<Vec<Dom>>()).into(),
        waits.into(),
        el("ul", "ad-lines").child(lines).into(),
        el("div", "").child(sums).into(),
        address.into(),
    ]
    .into()
}

fn parcel(desk: Desk, zone: &str, parcel: &ParcelView, nth: usize, many: usize) -> Dom {
    let t = desk.t();
    let locale = desk.locale.get_untracked();
    let carrier = parcel.carrier.as_ref().map(|carrier| carrier.name_in(locale).to_owned());
    let name = carrier.unwrap_or_else(|| t.desk_parcel(&(nth + 1).to_string()));
    let number = parcel.tracking_number.clone().map(|number| {
        let copied = number.clone();
        el("button", "ad-copy")
            .attr("type", "button")
            .attr("title", t.common_copy())
            .child(el("span", "").child(number))
            .child(small_icon("copy"))
            .on_click(move || kit::copy(desk, &copied))
    });
    let tone = match () {
        () if parcel.needs_attention || parcel.trouble.is_some() => "trouble",
        () if parcel.delivered_at.is_some() => "good",
        () => "way",
    };
    let when = match (parcel.delivered_at, parcel.expected) {
        (Some(at), _) => Some(i18n::date(locale, zone, Style::Moment, at)),
        (None, Some(range)) => Some(t.track_arriving_between(&expected(desk, zone, range))),
        _ => None,
    };
    let event = |event: &aftercart_shared::api::orders::EventView| -> Dom {
        let at = match event.utc_offset_min {
            Some(offset) => i18n::clock_at(locale, offset, event.at),
            None => i18n::date(locale, zone, Style::Moment, event.at),
        };
        let said = event.text.clone().unwrap_or_else(|| t.parcel_status(event.status).into());
        let place = event.place.as_deref().map(|place| format!(" · {place}")).unwrap_or_default();
        el("li", "")
            .child(el("span", "ad-event-at").child(at))
            .child(el("span", "").attr("dir", "auto").child(format!("{said}{place}")))
            .into()
    };
    let events = parcel.events.iter().take(EVENTS).map(event).collect::<Vec<Dom>>();
    let link = parcel.tracking_url.as_deref().filter(|url| url.starts_with("https://")).map(|url| {
        el("a", "ad-link")
            .attr("href", url)
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .child(t.track_carrier_page_plain())
            .child(small_icon("out"))
            .child(el("span", "ac-vh").child(format!(", {}", t.common_new_tab())))
    });
    let label = if many > 1 { t.track_parcel(&many.to_string(), &(nth + 1).to_string()) } else { name.clone() };
    el("div", "ad-parcel")
        .attr("role", "group")
        .attr("aria-label", &label)
        .child(
            el("div", "ad-parcel-top")
                .child(el("span", "ad-parcel-name").child(name))
                .child(badge(tone, t.parcel_status(parcel.status))),
        )
        .child(number)
        .child(when.map(|when| el("p", "ad-muted").child(when)))
        .child((!events.is_empty()).then(|| el("ol", "ad-events").child(events)))
        .child(link)
        .into()
}

fn expected(desk: Desk, zone: &str, range: DateRange) -> String {
    i18n::date_range(desk.locale.get_untracked(), zone, range.earliest, range.latest)
}

fn line(desk: Desk, full: &FullOrder, line: &LineView) -> Dom {
    let t = desk.t();
    let price = line.unit_price.map(|each| {
        i18n::money(desk.locale.get_untracked(), &full.currency, full.decimals, each * i64::from(line.quantity))
    });
    let back =
        (line.refunded > 0).then(|| el("span", "ad-muted").child(t.desk_line_refunded(&line.refunded.to_string())));
    el("li", "ad-line")
        .child(el("span", "ad-line-count").child(format!("{}×", line.quantity)))
        .child(el("span", "ad-line-title").attr("dir", "auto").child(line.title.as_str()).child(back))
        .child(price.map(|price| el("span", "ad-line-price").child(price)))
        .into()
}
