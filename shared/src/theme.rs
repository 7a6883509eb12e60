//! A site's colours, made readable: whatever brand colour a retailer picks, text on it and text in it reach WCAG AA.

use serde::{Deserialize, Serialize};

/// Which end of the line the launcher sits at; `End` is the right in left-to-right languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Start,
    #[default]
    End,
}

impl Side {
    /// The name on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Side::Start => "start",
            Side::End => "end",
        }
    }

    pub fn from_name(name: &str) -> Option<Side> {
        match name {
            "start" => Some(Side::Start),
            "end" => Some(Side::End),
            _ => None,
        }
    }
}

/// The least contrast between text and what lies behind it (WCAG 2.2, 1.4.3).
pub const TEXT_CONTRAST: f64 = 4.5;

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
}

impl Color {
    pub const WHITE: Color = Color { r: 255, g: 255, b: 255 };
    pub const BLACK: Color = Color { r: 0, g: 0, b: 0 };

    /// Reads `#rgb` or `#rrggbb`, with or without the `#`.
    pub fn parse(text: &str) -> Option<Color> {
        let hex = text.trim().trim_start_matches('#');
        if !hex.is_ascii() {
            return None;
        }
        let digit = |i: usize| u8::from_str_radix(hex.get(i..=i)?, 16).ok();
        let pair = |i: usize| Some(digit(i)? << 4 | digit(i + 1)?);
        match hex.len() {
            3 => Some(Color { r: digit(0)? * 17, g: digit(1)? * 17, b: digit(2)? * 17 }),
            6 => Some(Color { r: pair(0)?, g: pair(2)?, b: pair(4)? }),
            _ => None,
        }
    }

    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }

    /// Relative luminance, 0 (black) to 1 (white), as WCAG defines it.
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Contrast ratio, 1 to 21.
    pub fn contrast(self, other: Color) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// White, near-black or black: the first that is readable on this colour.
    pub fn ink(self) -> Color {
        // White is what people expect on a strong brand colour. In the middle of the scale only pure black is left.
        let near_black = Color { r: 16, g: 18, b: 22 };
        let inks = [Color::WHITE, near_black];
        inks.into_iter().find(|ink| self.contrast(*ink) >= TEXT_CONTRAST).unwrap_or(Color::BLACK)
    }

    /// This colour, moved towards black or white just far enough to be readable as text on `surface`.
    pub fn readable_on(self, surface: Color) -> Color {
        let target = if surface.luminance() > 0.18 { Color::BLACK } else { Color::WHITE };
        (0..=50)
            .map(|step| self.mix(target, f64::from(step) / 50.0))
            .find(|color| color.contrast(surface) >= TEXT_CONTRAST)
            .unwrap_or(target)
    }

    fn mix(self, other: Color, share: f64) -> Color {
        let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Color { r: channel(self.r, other.r), g: channel(self.g, other.g), b: channel(self.b, other.b) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_are_read_in_both_forms() {
        assert_eq!(Color::parse("#1f6f5c").unwrap().hex(), "#1f6f5c");
        assert_eq!(Color::parse("FC0").unwrap().hex(), "#ffcc00");
        for bad in ["", "#12", "#12345g", "teal", "#1234567", "＃１２３"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_wcags() {
        assert!((Color::WHITE.contrast(Color::BLACK) - 21.0).abs() < 1e-9);
        assert!((Color::parse("#767676").unwrap().contrast(Color::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn the_narrowest_colours_are_readable_too() {
        let narrow = Color { r: 48, g: 136, b: 31 };
        assert!(narrow.contrast(narrow.ink()) >= TEXT_CONTRAST);
    }

    proptest! {
        #[test]
        fn any_brand_colour_gives_readable_text(r: u8, g: u8, b: u8) {
            let brand = Color { r, g, b };
            prop_assert!(brand.contrast(brand.ink()) >= TEXT_CONTRAST);
            for surface in [Color::WHITE, Color { r: 23, g: 26, b: 31 }] {
                prop_assert!(brand.readable_on(surface).contrast(surface) >= TEXT_CONTRAST);
            }
        }
    }
}
