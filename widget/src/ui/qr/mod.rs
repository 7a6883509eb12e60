//! A QR code, dark on light in every scheme: scanners want it so.

use super::dom::{El, svg};

/// Travels with the part of the bundle that uses it.
pub const STYLES: &str = include_str!("part.css");

/// Light modules around it, as the standard asks.
const QUIET: usize = 4;

/// `rows`: `#` is dark.
pub fn qr(rows: &[String], label: &str) -> El {
    let side = rows.len() + 2 * QUIET;
    let size = side.to_string();
    let paper = svg("rect", "").attr("width", &size).attr("height", &size).attr("fill", "#fff");
    svg("svg", "ac-qr")
        .attr("viewBox", &format!("0 0 {side} {side}"))
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("shape-rendering", "crispEdges")
        .child(paper)
        .child(svg("path", "").attr("fill", "#000").attr("d", &path(rows)))
}

/// One box for every run of dark modules.
fn path(rows: &[String]) -> String {
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.as_bytes().chunk_by(|a, b| a == b) {
            if run[0] == b'#' {
                path.push_str(&format!("M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len()));
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn dark_runs_become_boxes() {
        assert_eq!(path(&["##.#".into(), "....".into()]), "M4 4h2v1h-2zM7 4h1v1h-1z");
    }
}
