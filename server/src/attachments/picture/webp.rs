//! A WebP's parts, walked through without decoding any.

use super::{Fault, Header, broken};

/// Lossless data brings tables of its own for parts of the picture, as many as it likes: twelve bytes make one of four
/// kilobytes. Photographs are not stored like this; drawings and screenshots are, and small.
const TABLES: u64 = 512;

#[derive(Default)]
struct Seen {
    width: u32,
    height: u32,
    /// The largest of the canvas and of the frames: the decoder believes a frame before it compares.
    pixels: u64,
    pictures: u32,
    alpha: bool,
    moving: bool,
    lossless_bytes: u64,
}

impl Seen {
    fn size(&mut self, width: u32, height: u32) {
        // The first that says it, as the decoder has it: the canvas where there is one.
        if self.pixels == 0 {
            (self.width, self.height) = (width, height);
        }
        self.pixels = self.pixels.max(u64::from(width) * u64::from(height));
    }
}

/// # Errors
/// [`Fault::Broken`] where parts do not fit into each other.
pub fn header(bytes: &[u8]) -> Result<Header, Fault> {
    let said = bytes.get(4..8).and_then(number).unwrap_or(0) as usize;
    let end = said.saturating_add(8);
    if end > bytes.len() {
        return Err(broken("it is cut off"));
    }
    let mut seen = Seen::default();
    walk(bytes.get(12..end).unwrap_or_default(), &mut seen, false)?;
    if seen.pictures == 0 {
        return Err(broken("there are no pixels in it"));
    }
    // Bytes for each pixel while it is decoded: the picture itself, its planes, its transparency, and of a moving one
    // the canvas and the frame.
    let each = match (seen.moving, seen.alpha, seen.lossless_bytes) {
        (true, ..) => 20,
        (_, true, _) => 12,
        (_, _, 1..) => 9,
        _ => 6,
    };
    let memory = seen.pixels.saturating_mul(each).saturating_add(seen.lossless_bytes * TABLES);
    let limit = u64::from(u32::MAX);
    if seen.pixels > limit {
        return Err(Fault::Pixels { width: seen.width, height: seen.height });
    }
    // A frame that is larger than its canvas is refused by its own size.
    let canvas = u64::from(seen.width) * u64::from(seen.height);
    if seen.pixels > canvas {
        return Err(broken("a frame is larger than the picture"));
    }
    Ok(Header { width: seen.width, height: seen.height, memory, end })
}

fn walk(mut rest: &[u8], seen: &mut Seen, within_frame: bool) -> Result<(), Fault> {
    while let Some((name, length)) = rest.get(..4).zip(rest.get(4..8).and_then(number)) {
        let length = length as usize;
        let body = rest.get(8..8 + length).ok_or_else(|| broken("it is cut off"))?;
        match name {
            b"VP8X" if !within_frame => {
                let &[flags, _, _, _, w0, w1, w2, h0, h1, h2] = body else { return Err(broken("its header is off")) };
                seen.alpha |= flags & 0x10 != 0;
                seen.moving |= flags & 0x02 != 0;
                let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
                seen.size(side(w0, w1, w2), side(h0, h1, h2));
            }
            b"VP8 " => {
                let side =
                    |at: usize| body.get(at..at + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]]) & 0x3FFF));
                let (Some(width), Some(height)) = (side(6), side(8)) else { return Err(broken("a frame is cut off")) };
                seen.size(width, height);
                seen.pictures += 1;
            }
            b"VP8L" => {
                let bits = body.get(1..5).and_then(number).ok_or_else(|| broken("a frame is cut off"))?;
                seen.size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
                seen.lossless_bytes += length as u64;
                seen.pictures += 1;
            }
            b"ALPH" => {
                seen.alpha = true;
                seen.lossless_bytes += length as u64;
            }
            b"ANMF" if !within_frame => {
                seen.moving = true;
                // Sixteen bytes say where the frame lies and how long it stays. Only the first is looked at.
                if seen.pictures == 0 {
                    walk(body.get(16..).ok_or_else(|| broken("a frame is cut off"))?, seen, true)?;
                }
            }
            _ => {}
        }
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
    }
    Ok(())
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.try_into().ok().map(u32::from_le_bytes)
}
