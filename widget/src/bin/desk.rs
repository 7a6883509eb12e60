//! The desk's bundle: the workbench in which the shop's people answer. No shopper downloads it.

fn main() {
    aftercart_widget::surfaces::desk::run();
}
