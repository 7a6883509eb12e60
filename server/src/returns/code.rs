//! The QR code of a return.

use super::number;
use crate::{secret::Secret, sites::Site};
use aftercart_shared::api::returns::ReturnCode;
use qrcode::{Color, EcLevel, QrCode};

/// Opens the return again anywhere. The token stands in the fragment: no server's log has it.
pub fn text(public_url: &str, secret: &Secret, site: &Site, number: &str) -> String {
    format!("{public_url}/s/{}/return#{}", site.key, number::token(secret, &site.id, number))
}

/// `None` for a text too long for any code; an address is not.
pub fn code(text: String) -> Option<ReturnCode> {
    // Medium: a fifth of it may be scratched or in a reflection.
    let drawn = QrCode::with_error_correction_level(&text, EcLevel::M).ok()?;
    let dark = |color: &Color| if *color == Color::Dark { '#' } else { '.' };
    let rows = drawn.to_colors().chunks(drawn.width()).map(|row| row.iter().map(dark).collect()).collect();
    Some(ReturnCode { text, rows })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_and_has_its_three_eyes() {
        let code = code("https://counter.example/s/pk_demo/return#7K2M9Q.AAAAAAAAAAAAAAAAAAAAAA".into()).unwrap();
        let side = code.rows.len();
        assert!(side >= 21 && code.rows.iter().all(|row| row.len() == side));
        let eye = |row: usize, from: usize| &code.rows[row][from..from + 7];
        for (row, from) in [(0, 0), (0, side - 7), (side - 7, 0)] {
            assert_eq!((eye(row, from), eye(row + 1, from), eye(row + 2, from)), ("#######", "#.....#", "#.###.#"));
        }
    }
}
