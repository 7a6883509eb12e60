//! Who is in the conversation, and what is hers: as sure as we are of it, and no surer.

mod order;
mod returned;
mod returned_acts;
mod state;
mod who;

pub use state::Customers;

use crate::{
    desk::{kit, nav::Place, words},
    ui::{
        dom::{Dom, El, afterwards, el, redrawn},
        icon::small_icon,
    },
};
use aftercart_shared::api::{
    conversations::ConversationState,
    desk::{Certainty, Customer, DeskConversation},
};
use leptos::prelude::*;
use state::Pace;

pub fn customer(all: Customers) -> Dom {
    let desk = all.desk;
    afterwards(move || {
        // Another conversation, or she has proved who she is meanwhile.
        let who =
            desk.open.with(|open| open.as_ref().map(|open| (open.view.id.as_str().to_owned(), open.visitor.clone())));
        all.show(who);
    });
    let body = redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        match all.pace.get() {
            Pace::Nobody => Dom::default(),
            Pace::Loading(false) => Dom::default(),
            Pace::Loading(true) => kit::bones(desk, &["face", "line", "card", "card"]),
            Pace::Failed(failure) => kit::failed(desk, &words::failure(desk, &failure), move || all.reload()).into(),
            Pace::Done => {
                let Some(customer) = all.customer.get() else { return Dom::default() };
                let pieces: Vec<Dom> = vec![
                    who::who(desk, &customer.visitor),
                    about(all, &customer),
                    orders(all, &customer),
                    returns(all, &customer),
                    earlier(all, &customer),
                ];
                el("div", "ad-customer")
                    .attr("aria-label", t.desk_customer())
                    .attr("role", "group")
                    .child(pieces)
                    .into()
            }
        }
    });
    let head = redrawn(move || {
        desk.locale.track();
        let t = desk.t();
        el("header", "ad-customer-head ad-only-not-wide")
            .child(kit::icon_button("back", t.common_back(), move || desk.nav.back()))
            .child(el("h2", "").id("ad-customer-title").attr("tabindex", "-1").child(t.desk_customer()))
            .into()
    });
    [head, body].into()
}

fn section(title: &str, count: usize, body: impl Into<Dom>) -> Dom {
    let count = (count > 0).then(|| el("span", "ad-count").child(count.to_string()));
    el("section", "ad-section").child(el("h3", "ad-section-title").child(title).child(count)).child(body).into()
}

/// What she was looking at when she asked; it proves nothing.
fn about(all: Customers, _customer: &Customer) -> Dom {
    let desk = all.desk;
    let t = desk.t();
    let Some(open) = desk.open.get_untracked() else { return Dom::default() };
    let line = |name: &str, value: Dom| -> Dom {
        el("div", "ad-fact").child(el("dt", "").child(name)).child(el("dd", "").child(value)).into()
    };
    let copied = |number: &str| -> Dom {
        let text = number.to_owned();
        el("button", "ad-copy")
            .attr("type", "button")
            .attr("title", t.common_copy())
            .child(el("span", "").child(number))
            .child(small_icon("copy"))
            .on_click(move || kit::copy(desk, &text))
            .into()
    };
    let mut lines = vec![line(t.desk_reads(), words::language(&open.locale).into())];
    lines.extend(open.subject.order.as_deref().map(|number| line(t.desk_asked_order(), copied(number))));
    lines.extend(open.subject.return_number.as_deref().map(|number| line(t.desk_asked_return(), copied(number))));
    lines.extend(open.subject.article.as_deref().map(|slug| {
        let site = desk.me.with_untracked(|me| me.as_ref().map(|me| me.shop.site.clone())).unwrap_or_default();
        let shown: Dom = if is_slug(slug) {
            el("a", "")
                .attr("href", &format!("/help/{site}/{}/{slug}", open.locale))
                .attr("target", "_blank")
                .attr("rel", "noopener")
                .child(slug)
                .into()
        } else {
            slug.into()
        };
        line(t.desk_asked_article(), shown)
    }));
    el("dl", "ad-facts").child(lines).into()
}

/// As articles are named: the last part of an address, and no way to another page of ours, which her browser might have sent.
fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

fn orders(all: Customers, customer: &Customer) -> Dom {
    let t = all.desk.t();
    let body: Dom = if customer.orders.is_empty() {
        let text = match customer.visitor.certainty {
            Certainty::Anonymous => t.desk_orders_unproved(),
            Certainty::Verified => t.desk_orders_none(),
        };
        el("p", "ad-muted").child(text).into()
    } else {
        el("div", "ad-cards")
            .child(customer.orders.iter().map(|one| order::order(all, one)).collect::<Vec<Dom>>())
            .into()
    };
    section(t.desk_orders(), customer.orders.len(), body)
}

fn returns(all: Customers, customer: &Customer) -> Dom {
    if customer.returns.is_empty() {
        return Dom::default();
    }
    let cards = customer.returns.iter().map(|one| returned::returned(all, one)).collect::<Vec<Dom>>();
    section(all.desk.t().desk_returns(), customer.returns.len(), el("div", "ad-cards").child(cards))
}

fn earlier(all: Customers, customer: &Customer) -> Dom {
    if customer.earlier.is_empty() {
        return Dom::default();
    }
    let desk = all.desk;
    let line = |one: &DeskConversation| -> Dom { el("li", "").child(earlier_one(all, one)).into() };
    let lines = customer.earlier.iter().map(line).collect::<Vec<Dom>>();
    section(desk.t().desk_earlier(), customer.earlier.len(), el("ul", "ad-earlier").child(lines))
}

fn earlier_one(all: Customers, one: &DeskConversation) -> El {
    let desk = all.desk;
    let t = desk.t();
    let about = words::about(desk, &one.subject).unwrap_or_else(|| t.desk_about_nothing().into());
    let state = if one.view.state == ConversationState::Closed { t.desk_state_closed() } else { t.desk_state_open() };
    let place = Place { view: desk.nav.view(), conversation: Some(one.view.id.as_str().to_owned()), customer: false };
    el("a", "ad-earlier-one")
        .attr("href", &place.address())
        .child(el("span", "ad-earlier-about").child(about))
        .child(el("span", "ad-muted").child(format!("{} · {state}", words::short_time(desk, one.view.created_at))))
        .on("click", move |event: web_sys::MouseEvent| {
            if event.meta_key() || event.ctrl_key() || event.shift_key() || event.button() != 0 {
                return;
            }
            event.prevent_default();
            desk.nav.go(place.clone());
        })
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn only_an_article_is_led_to() {
        for slug in ["refund-time", "a.b_C-1", "7"] {
            assert!(is_slug(slug), "{slug}");
        }
        for other in
            ["", "..", "../../../api/docs", "a/../../n", "a%2f..", "//evil.example", "a?b", "a#b", "\\\\x", "退款"]
        {
            assert!(!is_slug(other), "{other}");
        }
    }
}
