//! A QR code in the forms in which it is shown, printed and scanned.

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Light modules around it, which scanners need (ISO 18004: four).
pub const QUIET: usize = 4;

/// The modules of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    pub side: usize,
    /// Row by row.
    dark: Vec<bool>,
}

impl Qr {
    /// `None` for a text too long for any code; no address of ours is.
    pub fn of(text: &str) -> Option<Qr> {
        // Medium: a seventh of it may be creased or in a reflection.
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Qr { side: code.width(), dark })
    }

    pub fn is_dark(&self, row: usize, column: usize) -> bool {
        column < self.side && self.dark.get(row * self.side + column).copied().unwrap_or(false)
    }

    /// `#` is dark, `.` is light; without the quiet zone.
    pub fn rows(&self) -> Vec<String> {
        let row = |row: &[bool]| row.iter().map(|dark| if *dark { '#' } else { '.' }).collect();
        self.dark.chunks(self.side).map(row).collect()
    }

    /// Dark modules that lie side by side, as row, column and count: nothing shows between them when they are drawn as
    /// one.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for row in 0..self.side {
            let mut column = 0;
            while column < self.side {
                let count = (column..self.side).take_while(|at| self.is_dark(row, *at)).count();
                if count > 0 {
                    runs.push((row, column, count));
                }
                column += count.max(1);
            }
        }
        runs
    }

    /// With its quiet zone, black on white whatever stands around it; one unit is one module.
    pub fn svg(&self) -> String {
        let whole = self.side + 2 * QUIET;
        let mut path = String::new();
        for (row, column, count) in self.runs() {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h{count}v1h-{count}z", column + QUIET, row + QUIET);
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path d=\"{path}\"/></svg>"
        )
    }

    /// With its quiet zone, in grey values; `scale` pixels to a module, 32 at most. `None` only where memory ends.
    pub fn png(&self, scale: usize) -> Option<Vec<u8>> {
        let scale = scale.clamp(1, 32);
        let width = (self.side + 2 * QUIET) * scale;
        let module = |at: usize| (at / scale).checked_sub(QUIET);
        let dark = |y: usize, x: usize| module(y).zip(module(x)).is_some_and(|(row, column)| self.is_dark(row, column));
        let pixels: Vec<u8> =
            (0..width * width).map(|at| if dark(at / width, at % width) { 0 } else { 255 }).collect();
        let side = u32::try_from(width).ok()?;
        let mut png = Vec::new();
        PngEncoder::new(&mut png).write_image(&pixels, side, side, ExtendedColorType::L8).ok()?;
        Some(png)
    }
}
