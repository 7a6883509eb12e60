//! `/w/{site}` and `/s/{site}`: the panel's shell, in the launcher's iframe or as a page of its own.
//!
//! It shows the home view before any script has run, with a form that takes input at once; everything it needs is
//! inlined, so the only further requests are the bundle's two files, announced in its head, and the part of the bundle
//! that the view in the address needs.

use super::pages::Page;
use crate::{
    app::App,
    assets,
    error::Error,
    html,
    sites::{Site, origin::Origin},
};
use aftercart_shared::{
    api::sites::{BootConfig, Surface},
    i18n::Messages,
    locale::Locale,
    theme::Color,
};
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, Uri, header},
    response::Response,
};

const TEMPLATE: &str = include_str!(concat!(env!("OUT_DIR"), "/shell.html"));
const STYLES: &str = include_str!(concat!(env!("OUT_DIR"), "/styles.css"));
const BOOT: &str = include_str!(concat!(env!("OUT_DIR"), "/boot.js"));

/// The surfaces of tokens.css, for choosing readable text colours.
const LIGHT: Color = Color::WHITE;
const DARK: Color = Color { r: 0x17, g: 0x1a, b: 0x1f };

pub async fn panel(
    State(app): State<App>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    answer(&app, &uri, query.as_deref(), &headers, Surface::Panel).await
}

pub async fn page(
    State(app): State<App>,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    answer(&app, &uri, query.as_deref(), &headers, Surface::Page).await
}

async fn answer(
    app: &App,
    uri: &Uri,
    query: Option<&str>,
    headers: &HeaderMap,
    surface: Surface,
) -> Result<Response, Error> {
    // The first part is the surface's letter, the second the key; views are the bundle's business.
    let mut steps = uri.path().split('/').skip(2);
    let key = steps.next().unwrap_or_default();
    let part = part_of(steps.next().unwrap_or_default());
    let site = app.sites.by_key(key).await?;
    let asked = query.and_then(|q| q.split('&').find_map(|pair| pair.strip_prefix("locale=")));
    let negotiated = asked.is_none();
    let browser = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let locale = site.locale_for(asked.or(browser).unwrap_or_default());
    let quiet = query.is_some_and(|q| q.split('&').any(|part| part == "quiet"));
    let fetch = Fetch { quiet, part };
    let cache_key = format!("shell {surface:?} {fetch:?} {} {locale} {}", site.key, site.updated_at.0);
    let mut response = app.pages.answer(&cache_key, headers, || render(&site, locale, surface, fetch));
    if negotiated {
        response.headers_mut().append(header::VARY, header::HeaderValue::from_static("accept-language"));
    }
    Ok(response)
}

/// What of the bundle the shell asks for beside itself.
#[derive(Clone, Copy, Debug)]
struct Fetch {
    /// The shopper has not reached for the panel: the bundle is named and not yet fetched.
    quiet: bool,
    /// The part that the view in the address needs; `""` for none.
    part: &'static str,
}

fn part_of(view: &str) -> &'static str {
    match view {
        "help" => "help",
        "talk" => "chat",
        "shared" | "verify" | "orders" => "orders",
        "return" => "returns",
        "returns" => "returned",
        "withdraw" => "withdraw",
        _ => "",
    }
}

fn render(site: &Site, locale: Locale, surface: Surface, fetch: Fetch) -> Page {
    let t = Messages::new(locale);
    let shop = site.name(locale);
    let (letter, boot) = boot_config(site, locale, surface);
    let theme = theme(site);
    let help = format!("/help/{}/{locale}/search", site.key);
    let body = html::fill(
        TEMPLATE,
        &[
            ("greeting", &html::escape(&t.home_greeting(shop))),
            ("initial", &html::escape(&shop.chars().take(1).collect::<String>())),
            ("shop_name", &html::escape(shop)),
            ("ask_label", &html::escape(t.home_ask_label())),
            ("ask_placeholder", &html::escape(t.home_ask_placeholder())),
            ("action_track", &html::escape(t.home_action_track())),
            ("action_returns", &html::escape(t.home_action_returns())),
            ("action_help", &html::escape(t.home_action_help())),
            ("action_talk", &html::escape(t.home_action_talk())),
            ("close", &html::escape(t.common_close())),
            ("retry", &html::escape(t.common_retry())),
            ("boot_failed", &html::escape(t.home_boot_failed())),
            ("noscript_action", &html::escape(&help)),
            ("locale", locale.tag()),
        ],
    );
    let asset = |name| assets::by_name(name).map_or("", |asset| asset.path);
    let title = html::escape(shop);
    let json = html::json(&boot);
    let (js, wasm, identify) = (asset("storefront.js"), asset("storefront.wasm"), asset("identify.js"));
    let rel = if fetch.quiet { "data-rel" } else { "rel" };
    let preload = |id: &str, path: &str| {
        format!("<link{id} {rel}=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"/{path}\">")
    };
    let wasm = preload(" id=\"ac-wasm\"", wasm);
    let later: String = assets::of_part(fetch.part).map(|asset| preload("", asset.path)).collect();
    let body = format!(
        "<!doctype html><html lang=\"{locale}\" data-surface=\"{letter}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1,interactive-widget=resizes-content,viewport-fit=cover\">\
         <title>{title}</title><link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\">\
         <link id=\"ac-js\" {rel}=\"modulepreload\" href=\"/{js}\">\
         <link id=\"ac-identify\" href=\"/{identify}\">{wasm}{later}\
         <style>{STYLES}</style><style>{theme}</style></head><body>{body}\
         <script type=\"application/json\" id=\"aftercart-boot\">{json}</script><script>{BOOT}</script></body></html>"
    );
    let ancestors: String = site.origins.iter().map(|o| format!(" {}", Origin::as_str(o))).collect();
    let logo = site.theme.logo.as_deref().and_then(|url| Origin::parse(url).ok());
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {}; style-src {} {}; connect-src 'self'; \
         img-src 'self' data: blob:{}; base-uri 'none'; form-action 'self'; frame-ancestors 'self'{ancestors}",
        html::csp_hash(BOOT),
        html::csp_hash(STYLES),
        html::csp_hash(&theme),
        logo.map(|origin| format!(" {}", origin.as_str())).unwrap_or_default(),
    );
    Page { content_type: "text/html; charset=utf-8", body, policy }
}

fn boot_config(site: &Site, locale: Locale, surface: Surface) -> (&'static str, BootConfig) {
    let (letter, name) = match surface {
        Surface::Panel => ('w', "panel"),
        Surface::Page => ('s', "page"),
    };
    let config = BootConfig {
        site: site.key.clone(),
        shop_name: site.name(locale).to_owned(),
        locale,
        locales: site.locales.clone(),
        currency: site.currency.code().to_owned(),
        time_zone: site.time_zone.clone(),
        surface,
        base: format!("/{letter}/{}", site.key),
        origins: site.origins.iter().map(|o| o.as_str().to_owned()).collect(),
        logo: site.theme.logo.clone(),
        side: site.theme.side,
        order_number_example: site.order_number_example.clone(),
        contact_email: site.contact_email.clone(),
        contact_phone: site.contact_phone.clone(),
        chat: site.answers,
    };
    (name, config)
}

/// The site's own colours over tokens.css.
pub fn theme(site: &Site) -> String {
    let brand = site.theme.brand;
    format!(
        ":root{{--ac-brand:{};--ac-brand-ink:{};--ac-brand-text:{};--ac-brand-text-dark:{}}}",
        brand.hex(),
        brand.ink().hex(),
        brand.readable_on(LIGHT).hex(),
        brand.readable_on(DARK).hex(),
    )
}
