//! `/api/openapi.json`: the API in the form that other people's tools read, made from the very types that it uses.

use crate::{
    agents, attachments, conversations, inbound, inbox, knowledge, notices, orders, returns, shoppers, webhooks,
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::OnceLock;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Aftercart",
        description = "Order tracking, help and service for a shop's own systems and for its shoppers. Every error \
                       has the form of `WireError`: a stable `code`, and words for the developer."
    ),
    paths(
        agents::routes::log_in,
        agents::routes::log_out,
        agents::routes::me,
        agents::routes::sessions,
        agents::routes::end_session,
        agents::routes::colleagues,
        super::routes::put_order,
        super::routes::batch,
        super::routes::get_order,
        super::parcels::put_shipment,
        super::parcels::add_events,
        super::routes::connectors,
        super::returns::list,
        super::returns::one,
        super::return_acts::approve,
        super::return_acts::refuse,
        super::return_acts::receive,
        super::return_acts::adjust,
        super::return_acts::refund,
        super::return_acts::reopen,
        super::return_acts::clear,
        super::counter::scanned,
        super::counter::photo,
        super::conversations::list,
        super::conversations::one,
        super::conversations::events,
        super::conversations::picture,
        super::conversation_acts::send,
        super::conversation_acts::assign,
        super::conversation_acts::close,
        super::conversation_acts::mark,
        super::conversation_acts::write,
        super::guard::list,
        super::guard::add,
        super::guard::remove,
        super::guard::acts,
        super::effects::list,
        super::effects::retry,
        super::effects::confirm,
        super::withdrawals::list,
        super::withdrawals::handled,
        webhooks::routes::list,
        webhooks::routes::create,
        webhooks::routes::one,
        webhooks::routes::update,
        webhooks::routes::delete,
        webhooks::routes::rotate,
        webhooks::delivery_routes::list,
        webhooks::delivery_routes::replay,
        webhooks::delivery_routes::replay_dead,
        webhooks::delivery_routes::ping,
        inbox::availability::see,
        inbox::availability::set,
        inbox::routes::inbox,
        inbox::routes::changed,
        inbox::routes::customer,
        inbox::routes::order,
        inbox::note_routes::list,
        inbox::note_routes::write,
        inbox::canned_routes::list,
        inbox::canned_routes::put,
        inbox::canned_routes::delete,
        orders::routes::lookup,
        orders::watch::watch,
        orders::watch::dispute,
        orders::watch::share,
        orders::watch::shared,
        notices::routes::subscribe,
        notices::routes::confirm,
        notices::routes::stop,
        shoppers::routes::request_code,
        shoppers::routes::redeem,
        shoppers::routes::identify,
        conversations::sign_out::sign_out,
        shoppers::routes::me,
        shoppers::routes::my_orders,
        shoppers::routes::my_order,
        returns::routes::options,
        returns::exchange::routes::variants,
        returns::routes::quote,
        returns::routes::submit,
        returns::routes::list,
        returns::routes::one,
        returns::routes::cancel,
        returns::renew::renew,
        returns::slip_route::pdf,
        returns::routes::open,
        returns::gift::routes::ask,
        returns::withdrawals::declare,
        notices::mine::list,
        notices::mine::seen,
        attachments::routes::attach,
        attachments::routes::show,
        conversations::socket::connect,
        conversations::queue::queue,
        conversations::answers::see,
        conversations::answers::want,
        conversations::answers::forget,
        conversations::answers::confirm,
        conversations::answers::stop,
        inbound::route::receive,
        conversations::routes::begin,
        conversations::routes::events,
        conversations::routes::send,
        conversations::routes::mark,
        conversations::routes::write,
        conversations::routes::picture,
        knowledge::routes::list,
        knowledge::routes::search,
        knowledge::routes::article,
        knowledge::routes::feedback,
    ),
    tags(
        (name = "admin", description = "For the shop's own systems. `Authorization: Bearer sk_…`; make a key with \
                                        `aftercart site api-key create`, and never let a browser have \
                                        it. The desk calls it with the cookie of whoever is logged in, as far as her \
                                        role reaches; she leaves `agent` out, and what changes something carries the \
                                        header `aftercart-desk`."),
        (name = "desk", description = "For the desk: whoever logs in has a session, kept in a cookie. What changes something \
                                       carries the header `aftercart-desk`, with any value."),
        (name = "shoppers", description = "For shoppers, as the panel calls it. `Aftercart-Site: pk_…` names the site."),
    ),
    modifiers(&Keys)
)]
struct Api;

struct Keys;

impl Modify for Keys {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sk_…").build();
        components.add_security_scheme("secret_key", SecurityScheme::Http(bearer));
        let session = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("SessionStarted::token").build();
        components.add_security_scheme("session", SecurityScheme::Http(session));
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-aftercart-desk")));
        components.add_security_scheme("desk_session", cookie);
        components.add_security_scheme(
            "site_key",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("Aftercart-Site"))),
        );
    }
}

/// An order that stands in the documentation; a test sends it.
pub fn example_order() -> Value {
    json!({
        "id": "10001", "number": "A-1001", "placed_at": "2026-11-10T09:12:00+08:00", "currency": "CNY",
        "locale": "zh-CN", "email": "li.na@example.cn", "phone": "+8613800138000", "recipient": "李娜",
        "address": {"line1": "延安中路 1 号", "city": "上海市", "postcode": "200040", "country": "CN"},
        "lines": [{"id": "l1", "sku": "CUP-2", "title": "茶杯", "quantity": 2, "unit_price": "129.00"}],
        "shipments": [{
            "id": "s1", "carrier": "sf", "tracking_number": "SF1234567890123", "status": "in_transit",
            "events": [{"at": "2026-11-12T08:00:00+08:00", "status": "in_transit", "place": "上海市", "text": "快件已到达"}]
        }]
    })
}

/// The document, as JSON.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(Api::openapi()).unwrap_or_default())
}

pub async fn json() -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], axum::Json(document())).into_response()
}
