//! Tells whoever looks at an order that it has changed. A hint: the database is the truth.

use crate::app::App;
use aftercart_shared::ids::SiteId;

/// To be called after the change is committed.
pub fn changed(app: &App, site: &SiteId, order_id: &str) {
    tracing::debug!(site = site.as_str(), order_id, "an order changed");
    app.hub.order_changed(site, order_id);
}
