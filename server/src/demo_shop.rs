//! The demo shop: a retailer's own site on another origin, which embeds Aftercart as the documentation says.

use crate::{
    assets::{self, Asset},
    demo_account::{self, Signer},
};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use std::sync::Arc;

/// `aftercart_url` is put in the place of `{{aftercart}}` in the shop's pages; `signer` says who its customers are.
pub fn router(aftercart_url: &str, signer: Signer) -> Router {
    let aftercart: Arc<str> = aftercart_url.into();
    let pages = Router::new().fallback(get(page)).with_state(aftercart.clone());
    Router::new()
        .route("/account/token", post(demo_account::token))
        .with_state(signer)
        .merge(pages)
        .layer(from_fn_with_state(aftercart, strict))
}

async fn page(State(aftercart): State<Arc<str>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    match find(path) {
        Some(asset) if asset.content_type.starts_with("text/html") => Html(html(asset, &aftercart)).into_response(),
        Some(asset) => assets::serve(Some(asset), request.headers()).into_response(),
        None => {
            let home = if path.starts_with("zh/") { "zh/" } else { "" };
            let missing = find(home).map(|asset| html(asset, &aftercart)).unwrap_or_default();
            (StatusCode::NOT_FOUND, Html(missing)).into_response()
        }
    }
}

/// The file itself, the page of this name, or the folder's first page.
fn find(path: &str) -> Option<&'static Asset> {
    let candidates = [
        format!("shop/{path}"),
        format!("shop/{path}.html"),
        format!("shop/{path}index.html"),
        format!("shop/{path}/index.html"),
    ];
    candidates.iter().find_map(|name| assets::by_name(name))
}

fn html(asset: &Asset, aftercart: &str) -> String {
    String::from_utf8_lossy(asset.raw).replace("{{aftercart}}", aftercart)
}

/// As strict as a careful retailer's: no inline code, no eval, and of Aftercart only its script and its frame.
async fn strict(State(aftercart): State<Arc<str>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; script-src 'self' {aftercart}; frame-src {aftercart}; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let headers: &mut HeaderMap = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    response
}
