//! A JPEG's parts, walked through without decoding any.

use super::{Fault, Header, broken};

/// Encoders make a dozen. Each is a pass over the whole picture that can be written in a hundred bytes: without a bound,
/// a small file keeps a core busy for an hour.
const SCANS_MAX: usize = 50;

struct Frame {
    width: u16,
    height: u16,
    components: u8,
    progressive: bool,
}

/// # Errors
/// [`Fault::Broken`] also for what has no end: a decoder would fill the missing half with grey.
pub fn header(bytes: &[u8]) -> Result<Header, Fault> {
    let mut frame: Option<Frame> = None;
    let (mut scans, mut whole_scans) = (0, true);
    let mut at = 2;
    let end = loop {
        let marker = marker(bytes, &mut at)?;
        match marker {
            0xD9 => break at,
            // Stand alone.
            0x01 | 0xD0..=0xD7 => continue,
            0xD8 => return Err(broken("a picture begins within the picture")),
            _ => {}
        }
        let segment = segment(bytes, at)?;
        match marker {
            0xC0..=0xC2 if frame.is_none() => frame = Some(read_frame(marker, segment)?),
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => return Err(broken("a kind of JPEG that nobody else shows either")),
            0xDC => return Err(broken("its height is said late")),
            0xDA => {
                let Some(frame) = &frame else { return Err(broken("pixels before their size")) };
                scans += 1;
                whole_scans &= segment.first() == Some(&frame.components);
                if scans > SCANS_MAX {
                    return Err(broken("too many passes"));
                }
                at = after_scan(bytes, at + 2 + segment.len());
                continue;
            }
            _ => {}
        }
        at += 2 + segment.len();
    };
    let Some(Frame { width, height, components, progressive }) = frame.filter(|_| scans > 0) else {
        return Err(broken("there are no pixels in it"));
    };
    let pixels = padded(width) * padded(height);
    let samples = if components == 1 { 1 } else { 3 };
    // Where the colours of a pixel do not come together, all coefficients wait in two bytes each.
    let waiting = if progressive || !whole_scans { 2 * u64::from(components) } else { 0 };
    // The decoder copies its input.
    let memory = pixels * (samples + waiting) + bytes.len() as u64;
    Ok(Header { width: width.into(), height: height.into(), memory, end })
}

/// Decoded in blocks of at most 32 pixels.
fn padded(side: u16) -> u64 {
    u64::from(side).next_multiple_of(32)
}

/// The next marker; `at` is behind it then. Any number of `FF` may stand before one.
fn marker(bytes: &[u8], at: &mut usize) -> Result<u8, Fault> {
    if bytes.get(*at) != Some(&0xFF) {
        return Err(if *at < bytes.len() { broken("its parts do not follow each other") } else { cut_off() });
    }
    while bytes.get(*at) == Some(&0xFF) {
        *at += 1;
    }
    let marker = *bytes.get(*at).ok_or_else(cut_off)?;
    *at += 1;
    Ok(marker)
}

fn segment(bytes: &[u8], at: usize) -> Result<&[u8], Fault> {
    let length = bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_be_bytes).ok_or_else(cut_off)?;
    if length < 2 {
        return Err(broken("a part without a length"));
    }
    bytes.get(at + 2..at + usize::from(length)).ok_or_else(cut_off)
}

fn read_frame(marker: u8, segment: &[u8]) -> Result<Frame, Fault> {
    let &[precision, h1, h0, w1, w0, components, ref rest @ ..] = segment else { return Err(cut_off()) };
    if precision != 8 {
        return Err(broken("its samples are not of eight bits"));
    }
    // Grey, colour, and what printers use; others exist on paper only.
    if !matches!(components, 1 | 3 | 4) || rest.len() != 3 * usize::from(components) {
        return Err(broken("an unknown number of colours"));
    }
    let sampling = rest.chunks_exact(3).flat_map(|part| [part[1] >> 4, part[1] & 15]);
    if sampling.into_iter().any(|factor| !(1..=4).contains(&factor)) {
        return Err(broken("an unknown sampling of colours"));
    }
    Ok(Frame {
        width: u16::from_be_bytes([w1, w0]),
        height: u16::from_be_bytes([h1, h0]),
        components,
        progressive: marker == 0xC2,
    })
}

/// Within pixels `FF` is followed by nought or by a counting marker; anything else ends them.
fn after_scan(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    from + rest.windows(2).position(ends).unwrap_or(rest.len())
}

fn cut_off() -> Fault {
    broken("it is cut off")
}
