//! The storefront's bundle: the panel in the launcher's iframe, and the same panel as a page.

fn main() {
    aftercart_widget::surfaces::storefront::run();
}
