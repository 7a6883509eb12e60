//! `/`: where to go from here, for whoever just started the server.

use super::{pages::Page, shell};
use crate::{agents::log_in::DEMO_PASSWORD, app::App, error::Error, html, seed, sites};
use aftercart_shared::locale::Locale;
use axum::{extract::State, http::HeaderMap, response::Response};

const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
const PAGE: &str = include_str!("start.css");

pub async fn page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Error> {
    let sites = sites::store::all(&app.db).await?;
    let changed: i64 = sites.iter().map(|site| site.updated_at.0).sum();
    let cache_key = format!("start {} {changed}", sites.len());
    Ok(app.pages.answer(&cache_key, &headers, || render(&sites, &app.config.public_url, app.demo_url.as_deref())))
}

fn render(sites: &[sites::Site], public_url: &str, demo: Option<&str>) -> Page {
    let demo = demo.map_or_else(String::new, |url| {
        let url = html::escape(url);
        format!(
            "<section><h2>The demo shop</h2><p>A small retailer’s site on another origin, with Aftercart embedded by \
             one script tag.</p><p><a class=\"ac-button\" href=\"{url}/\">Open the shop</a> \
             <a class=\"ac-button ac-button-quiet\" href=\"{url}/zh/\" lang=\"zh-CN\">打开中文商店</a></p></section>{}",
            desk()
        )
    });
    let list: String = sites.iter().map(|site| card(site, public_url)).collect();
    let sites_section = if list.is_empty() {
        "<section><h2>No site yet</h2><p>Create one: <code>aftercart site create --name \"My shop\" --origin \
         https://shop.example</code>. Its public key goes into the script tag.</p></section>"
            .to_owned()
    } else {
        list
    };
    let theme = sites.first().map(shell::theme).unwrap_or_default();
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>Aftercart</title>\
         <link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\"><style>{STYLES}</style>\
         <style>{theme}{PAGE}</style></head><body class=\"start\"><main><header>\
         <img src=\"/icons/favicon.svg\" alt=\"\" width=\"48\" height=\"48\"><h1>Aftercart</h1>\
         <p>The service counter on every screen of the shop.</p></header>{demo}{sites_section}\
         <footer><a href=\"/healthz\">Health</a> <a href=\"/readyz\">Readiness</a> <a href=\"/metrics\">Metrics</a> \
         <a href=\"/aftercart.d.ts\">Types of the page’s API</a></footer></main></body></html>"
    );
    let policy = format!(
        "default-src 'none'; img-src 'self' data:; style-src {} {}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        html::csp_hash(STYLES),
        html::csp_hash(&format!("{theme}{PAGE}")),
    );
    Page { content_type: "text/html; charset=utf-8", body, policy }
}

/// The demo's people, and what opens the desk for them.
fn desk() -> String {
    let people: String = seed::PEOPLE
        .iter()
        .map(|(email, name, role)| format!("<li><span>{name}</span> <code>{email}</code> {}</li>", role.name()))
        .collect();
    format!(
        "<section><h2>The desk</h2><p>Where the shop’s people answer. Log in as one of them; the password is \
         <code>{DEMO_PASSWORD}</code>.</p><ul>{people}</ul><p><a class=\"ac-button\" href=\"/desk\">Open the desk</a>\
         </p></section>"
    )
}

fn card(site: &sites::Site, public_url: &str) -> String {
    let key = html::escape(site.key.as_str());
    let name = html::escape(site.name(Locale::En));
    let tag =
        html::escape(&format!("<script async src=\"{public_url}/aftercart.js\" data-site=\"{}\"></script>", site.key));
    let links: String = site
        .locales
        .iter()
        .map(|locale| {
            format!(
                "<li lang=\"{locale}\"><span>{}</span> <a href=\"/s/{key}?locale={locale}\">/s/{key}</a> \
                 <a href=\"/s/{key}/track?locale={locale}\">/track</a> <a href=\"/help/{key}/{locale}\">/help</a></li>",
                locale.own_name()
            )
        })
        .collect();
    format!(
        "<section><h2>{name}</h2><ul>{links}</ul><p>Embed it:</p><pre tabindex=\"0\"><code>{tag}</code></pre></section>"
    )
}
