//! Drawing on a page: words, lines and codes, in points from the top left.

use super::{
    font::{self, Run},
    qr::Qr,
};
use pdf_writer::{Content, Name, Str};

/// ISO A4.
pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;

pub const LATIN: Name<'static> = Name(b"L");
pub const CHINESE: Name<'static> = Name(b"C");

/// A page as it is drawn.
pub struct Page {
    content: Content,
}

/// Ink, from black to white.
pub const BLACK: f32 = 0.0;
pub const GREY: f32 = 0.4;

impl Page {
    pub fn new() -> Page {
        Page { content: Content::new() }
    }

    /// Words whose line stands at `y`.
    pub fn text(&mut self, words: &str, x: f32, y: f32, size: f32, ink: f32) {
        self.content.set_fill_gray(ink).begin_text().set_text_matrix([1.0, 0.0, 0.0, 1.0, x, HEIGHT - y]);
        for run in font::runs(words) {
            match run {
                Run::Latin(bytes) => self.content.set_font(LATIN, size).show(Str(&bytes)),
                Run::Chinese(bytes) => self.content.set_font(CHINESE, size).show(Str(&bytes)),
            };
        }
        self.content.end_text();
    }

    /// Words over several lines; where the next line would stand.
    pub fn paragraph(&mut self, words: &str, x: f32, y: f32, size: f32, most: f32) -> f32 {
        let mut at = y;
        for line in font::wrap(words, size, most) {
            self.text(&line, x, at, size, BLACK);
            at += size * 1.4;
        }
        at
    }

    /// A code with this side, without its quiet zone: keep that clear.
    pub fn code(&mut self, qr: &Qr, x: f32, y: f32, side: f32) {
        // A code of ours has fewer than 200 modules a side.
        let count = |modules: usize| f32::from(u16::try_from(modules).unwrap_or(u16::MAX));
        let module = side / count(qr.side);
        self.content.set_fill_gray(BLACK);
        for (row, column, run) in qr.runs() {
            let (left, bottom) = (x + count(column) * module, HEIGHT - y - count(row + 1) * module);
            self.content.rect(left, bottom, count(run) * module, module);
        }
        self.content.fill_nonzero();
    }

    /// A line across the page; dashed is one to cut along.
    pub fn rule(&mut self, x: f32, y: f32, to: f32, dashed: bool) {
        self.content.save_state().set_line_width(0.7).set_stroke_gray(GREY);
        if dashed {
            self.content.set_dash_pattern([4.0, 3.0], 0.0);
        }
        self.content.move_to(x, HEIGHT - y).line_to(to, HEIGHT - y).stroke().restore_state();
    }

    pub fn finish(self) -> Vec<u8> {
        self.content.finish().into_vec()
    }
}
