//! Every URL, on one screen.

use crate::{
    admin, agents,
    app::App,
    attachments, conversations,
    http::{cors, limit, observe, security},
    inbound, inbox, knowledge, notices, notifications, orders, returns, shoppers, surfaces, sync, webhooks,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{any, delete, get, post, put},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

pub fn router(app: App) -> Router {
    let api = Router::new()
        .route("/orders/lookup", post(orders::routes::lookup))
        .route("/orders/watch", get(orders::watch::watch))
        .route("/orders/dispute", post(orders::watch::dispute))
        .route("/orders/share", post(orders::watch::share))
        .route("/orders/shared", post(orders::watch::shared))
        .route("/orders/subscribe", post(notices::routes::subscribe))
        .route("/notices/confirm", post(notices::routes::confirm))
        .route("/notices/stop", post(notices::routes::stop))
        // Who are you?
        .route("/codes", post(shoppers::routes::request_code))
        .route("/codes/{id}/redeem", post(shoppers::routes::redeem))
        .route("/identify", post(shoppers::routes::identify))
        .route("/session", delete(conversations::sign_out::sign_out))
        .route("/me", get(shoppers::routes::me))
        .route("/me/orders", get(shoppers::routes::my_orders))
        .route("/me/orders/{order_id}", get(shoppers::routes::my_order))
        .route("/me/notices", get(notices::mine::list))
        .route("/me/notices/seen", post(notices::mine::seen))
        // What comes back
        .route("/me/orders/{order_id}/returns/options", get(returns::routes::options))
        .route("/me/orders/{order_id}/returns/variants", get(returns::exchange::routes::variants))
        .route("/me/orders/{order_id}/returns/quote", post(returns::routes::quote))
        .route("/me/orders/{order_id}/returns", post(returns::routes::submit))
        .route("/me/returns", get(returns::routes::list))
        .route("/me/returns/{id}", get(returns::routes::one))
        .route("/me/returns/{id}/cancel", post(returns::routes::cancel))
        .route("/me/returns/{id}/renew", post(returns::renew::renew))
        .route("/me/returns/{id}/slip.pdf", get(returns::slip_route::pdf))
        .route("/returns/open", post(returns::routes::open))
        .route("/gifts", post(returns::gift::routes::ask))
        .route("/withdrawals", post(returns::withdrawals::declare))
        .route("/me/attachments", post(attachments::routes::attach))
        .route("/me/attachments/{id}", get(attachments::routes::show))
        // Somebody to talk to
        .route("/socket", get(conversations::socket::connect))
        .route("/queue", get(conversations::queue::queue))
        .route("/conversations", post(conversations::routes::begin))
        .route("/conversations/{id}/events", get(conversations::routes::events).post(conversations::routes::send))
        .route("/conversations/{id}/read", post(conversations::routes::mark))
        .route("/conversations/{id}/typing", post(conversations::routes::write))
        .route(
            "/conversations/{id}/answer-mail",
            get(conversations::answers::see).put(conversations::answers::want).delete(conversations::answers::forget),
        )
        .route("/answer-mails/confirm", post(conversations::answers::confirm))
        .route("/answer-mails/stop", post(conversations::answers::stop))
        .route("/conversations/{id}/attachments/{attachment_id}", get(conversations::routes::picture))
        .route("/articles", get(knowledge::routes::list))
        .route("/articles/search", get(knowledge::routes::search))
        .route("/articles/{slug}", get(knowledge::routes::article))
        .route("/articles/{slug}/feedback", post(knowledge::routes::feedback))
        .route(
            "/webhooks/{connector}",
            post(sync::webhooks::receive).layer(DefaultBodyLimit::max(sync::webhooks::BODY_MAX)),
        )
        .route("/inbound/mail", post(inbound::route::receive))
        .fallback(observe::not_found)
        .method_not_allowed_fallback(observe::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), limit::limit))
        .layer(from_fn_with_state(app.clone(), cors::cors));

    // For whoever is logged in. No page but ours may read an answer.
    let desk = Router::new()
        .route("/log-in", post(agents::routes::log_in))
        .route("/log-out", post(agents::routes::log_out))
        .route("/me", get(agents::routes::me))
        .route("/sessions", get(agents::routes::sessions))
        .route("/sessions/{id}", delete(agents::routes::end_session))
        .route("/colleagues", get(agents::routes::colleagues))
        .route("/availability", get(inbox::availability::see).put(inbox::availability::set))
        .route("/inbox", get(inbox::routes::inbox))
        .route("/inbox/changes", get(inbox::routes::changed))
        .route("/conversations/{id}/customer", get(inbox::routes::customer))
        .route("/conversations/{id}/notes", get(inbox::note_routes::list).post(inbox::note_routes::write))
        .route("/orders/{order_id}", get(inbox::routes::order))
        .route("/canned-replies", get(inbox::canned_routes::list))
        .route("/canned-replies/{shortcut}", put(inbox::canned_routes::put).delete(inbox::canned_routes::delete))
        .fallback(observe::not_found)
        .method_not_allowed_fallback(observe::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), limit::limit))
        .layer(axum::middleware::from_fn(security::ours_alone));

    // For whoever is logged in, and for the shop's own systems.
    let admin = Router::new()
        .route("/connectors", get(admin::routes::connectors))
        .route("/orders/batch", post(admin::routes::batch))
        .route("/orders/{id}", get(admin::routes::get_order).put(admin::routes::put_order))
        .route("/orders/{id}/shipments/{shipment_id}", put(admin::parcels::put_shipment))
        .route("/orders/{id}/shipments/{shipment_id}/events", post(admin::parcels::add_events))
        .route("/returns", get(admin::returns::list))
        .route("/returns/{id}", get(admin::returns::one))
        .route("/returns/{id}/approve", post(admin::return_acts::approve))
        .route("/returns/{id}/refuse", post(admin::return_acts::refuse))
        .route("/returns/{id}/receive", post(admin::return_acts::receive))
        .route("/returns/{id}/adjust", post(admin::return_acts::adjust))
        .route("/returns/{id}/refund", post(admin::return_acts::refund))
        .route("/returns/{id}/reopen", post(admin::return_acts::reopen))
        .route("/returns/{id}/clear", post(admin::return_acts::clear))
        .route("/returns/scanned", post(admin::counter::scanned))
        .route("/returns/{id}/photos/{attachment}/open", post(admin::counter::photo))
        .route("/returns/{id}/effects", get(admin::effects::list))
        .route("/returns/{id}/effects/{effect}/retry", post(admin::effects::retry))
        .route("/returns/{id}/effects/{effect}/confirm", post(admin::effects::confirm))
        .route("/withdrawals", get(admin::withdrawals::list))
        .route("/withdrawals/{id}/handled", post(admin::withdrawals::handled))
        .route("/conversations", get(admin::conversations::list))
        .route("/conversations/{id}", get(admin::conversations::one))
        .route("/conversations/{id}/events", get(admin::conversations::events).post(admin::conversation_acts::send))
        .route("/conversations/{id}/attachments/{attachment_id}", get(admin::conversations::picture))
        .route("/conversations/{id}/assign", post(admin::conversation_acts::assign))
        .route("/conversations/{id}/close", post(admin::conversation_acts::close))
        .route("/conversations/{id}/read", post(admin::conversation_acts::mark))
        .route("/conversations/{id}/typing", post(admin::conversation_acts::write))
        .route("/guard-entries", get(admin::guard::list).post(admin::guard::add))
        .route("/guard-entries/{id}/remove", post(admin::guard::remove))
        .route("/acts", get(admin::guard::acts))
        // What is told to the shop's own systems
        .route("/webhooks", get(webhooks::routes::list).post(webhooks::routes::create))
        .route(
            "/webhooks/{id}",
            get(webhooks::routes::one).put(webhooks::routes::update).delete(webhooks::routes::delete),
        )
        .route("/webhooks/{id}/rotate", post(webhooks::routes::rotate))
        .route("/webhooks/{id}/deliveries", get(webhooks::delivery_routes::list))
        .route("/webhooks/{id}/deliveries/{delivery}/replay", post(webhooks::delivery_routes::replay))
        .route("/webhooks/{id}/replay", post(webhooks::delivery_routes::replay_dead))
        .route("/webhooks/{id}/ping", post(webhooks::delivery_routes::ping))
        .fallback(observe::not_found)
        .method_not_allowed_fallback(observe::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), limit::limit))
        .layer(axum::middleware::from_fn(security::ours_alone))
        .layer(DefaultBodyLimit::max(admin::routes::BODY_MAX));

    Router::new()
        .nest("/api/v1/admin", admin)
        .nest("/api/v1/desk", desk)
        .nest("/api/v1", api)
        .route("/api/openapi.json", get(admin::openapi::json))
        .route("/api/docs", get(admin::docs::page))
        .route("/api/{*rest}", any(observe::not_found))
        // What shops embed
        .route("/aftercart.js", get(surfaces::files::named))
        .route("/notices.js", get(surfaces::files::named))
        .route("/aftercart.d.ts", get(surfaces::files::named))
        .route("/c/{site}/{file}", get(surfaces::config_script::script))
        .route("/w/{site}", get(surfaces::shell::panel))
        .route("/w/{site}/{*view}", get(surfaces::shell::panel))
        // Pages of our own
        .route("/", get(surfaces::start::page))
        .route("/s/{site}", get(surfaces::shell::page))
        .route("/s/{site}/{*view}", get(surfaces::shell::page))
        .route("/desk", get(surfaces::desk::page))
        .route("/desk/{*view}", get(surfaces::desk::page))
        .route("/help/{site}/{locale}", get(surfaces::help_pages::index))
        .route("/help/{site}/{locale}/search", get(surfaces::help_pages::search))
        .route("/help/{site}/{locale}/{slug}", get(surfaces::help_pages::article))
        .route("/assets/{file}", get(surfaces::files::asset))
        .route("/icons/{file}", get(surfaces::files::named))
        .route("/favicon.ico", get(surfaces::files::favicon))
        .route("/n/{site}", get(surfaces::notice_page::page))
        .route("/n/{site}/stop/{token}", post(notices::routes::one_click))
        // For whoever tries the demo
        .route("/demo/outbox", get(notifications::outbox::page))
        .route("/demo/outbox.json", get(notifications::outbox::json))
        .route("/demo/outbox/{id}", get(notifications::outbox::mail))
        // For whoever runs us
        .route("/healthz", get(surfaces::health::alive))
        .route("/readyz", get(surfaces::health::ready))
        .route("/metrics", get(observe::metrics))
        .fallback(observe::not_found)
        .method_not_allowed_fallback(observe::method_not_allowed)
        .layer(CatchPanicLayer::custom(observe::panicked))
        .layer(from_fn_with_state(app.clone(), observe::time_limit))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .layer(axum::middleware::from_fn(security::headers))
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(CompressionLayer::new())
        .with_state(app)
}
