//! From the bytes that somebody sent to a picture of our own: nothing but its pixels comes through.
//!
//! Pure and blocking. [`plan`] reads headers and says how much memory the rest will take; [`redraw`] takes it.

mod jpeg;
mod shrink;
mod webp;

use image::{
    DynamicImage, ImageDecoder, ImageError, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
        webp::WebPDecoder,
    },
};
use std::io::Cursor;

/// Fine enough for a serial number on a label, and about a megabyte.
const SIDE_MAX: u32 = 2560;
const QUALITY: u8 = 85;
/// Of what is sent. A telephone's panorama has 16,000; a line of pixels is no photograph.
const SENT_SIDE_MAX: u32 = 30_000;
/// What every picture takes beside its pixels: the shrunk one, the turned one, and what is being written.
const OVERHEAD: u64 = 64 << 20;
/// For what decoders unpack beside pixels, such as colour profiles.
const CHUNKS_MAX: u64 = 16 << 20;

/// Our own JPEG.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the body is empty")]
    Empty,
    #[error("these bytes are no JPEG, PNG or WebP")]
    Unknown,
    #[error("HEIC and AVIF are not taken: send the picture as JPEG")]
    Heic,
    #[error("the picture is broken or incomplete: {0}")]
    Broken(String),
    #[error("{width} × {height} is more than a picture may have")]
    Pixels { width: u32, height: u32 },
    /// Few pixels can still be packed so that unpacking them takes a lot.
    #[error("the picture takes more memory than there is for one")]
    Heavy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
}

/// What the headers say, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
    /// Bytes that [`redraw`] takes at most, without the body itself.
    pub memory: u64,
    /// Where the picture ends: what follows is nobody's.
    end: usize,
}

/// What a header says of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    width: u32,
    height: u32,
    /// While it is being decoded.
    memory: u64,
    end: usize,
}

/// Looks at the bytes without decoding them. What they were called does not matter, only what they are.
///
/// # Errors
/// Whatever speaks against it: every [`Fault`] but [`Fault::Heavy`], which is for the caller to judge.
pub fn plan(bytes: &[u8], pixels_max: u64) -> Result<Plan, Fault> {
    let kind = sniff(bytes)?;
    let header = match kind {
        Kind::Jpeg => jpeg::header(bytes)?,
        Kind::Png => png_header(bytes)?,
        Kind::Webp => webp::header(bytes)?,
    };
    let Header { width, height, memory, end } = header;
    if width == 0 || height == 0 {
        return Err(broken("no pixels"));
    }
    if width > SENT_SIDE_MAX || height > SENT_SIDE_MAX || pixels(width, height) > pixels_max {
        return Err(Fault::Pixels { width, height });
    }
    Ok(Plan { kind, width, height, memory: memory.saturating_add(OVERHEAD), end })
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

fn sniff(bytes: &[u8]) -> Result<Kind, Fault> {
    match bytes {
        [] => Err(Fault::Empty),
        [0xFF, 0xD8, 0xFF, ..] => Ok(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Ok(Kind::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Kind::Webp),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"]
                .iter()
                .any(|known| brand.starts_with(*known)) =>
        {
            Err(Fault::Heic)
        }
        _ => Err(Fault::Unknown),
    }
}

/// IHDR is always the first part, and says what a pixel becomes when it is unpacked.
fn png_header(bytes: &[u8]) -> Result<Header, Fault> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let (Some(width), Some(height), Some([depth, color])) = (number(16), number(20), bytes.get(24..26)) else {
        return Err(broken("the header is cut off"));
    };
    if bytes.get(12..16) != Some(b"IHDR") {
        return Err(broken("there is no header"));
    }
    let samples = match *color {
        0 => 1,
        2 => 3,
        4 => 2,
        // With a palette each pixel becomes its colour, perhaps with transparency.
        3 | 6 => 4,
        _ => return Err(broken("an unknown kind of PNG")),
    };
    // Transparency may be said apart, and then adds a sample to each pixel.
    let samples = if matches!(color, 0 | 2) { samples + 1 } else { samples };
    let each = samples * if *depth == 16 { 2 } else { 1 };
    Ok(Header { width, height, memory: pixels(width, height).saturating_mul(each), end: bytes.len() })
}

/// Decodes, turns upright, shrinks and encodes anew. Of a moving picture the first frame; on white where it is
/// transparent. Takes [`Plan::memory`] at most, and seconds of a core for the largest.
///
/// # Errors
/// [`Fault::Broken`] where the bytes do not keep what their header promised.
pub fn redraw(bytes: &[u8], plan: Plan) -> Result<Picture, Fault> {
    let input = || Cursor::new(&bytes[..plan.end.min(bytes.len())]);
    let mut limits = Limits::default();
    limits.max_image_width = Some(plan.width);
    limits.max_image_height = Some(plan.height);
    limits.max_alloc = Some(CHUNKS_MAX);
    match plan.kind {
        Kind::Jpeg => draw(JpegDecoder::new(input()).map_err(fault)?, plan),
        Kind::Png => draw(PngDecoder::with_limits(input(), limits).map_err(fault)?, plan),
        Kind::Webp => draw(WebPDecoder::new(input()).map_err(fault)?, plan),
    }
}

fn draw(mut decoder: impl ImageDecoder, plan: Plan) -> Result<Picture, Fault> {
    // The decoder and we read the same header; where it sees another size, somebody tries something.
    if decoder.dimensions() != (plan.width, plan.height) {
        return Err(broken("it says two sizes"));
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(plan.memory);
    limits.max_image_width = Some(plan.width);
    limits.max_image_height = Some(plan.height);
    decoder.set_limits(limits).map_err(fault)?;
    let orientation = decoder.orientation().map_err(fault)?;
    let pixels = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let (width, height) = fitting(plan.width, plan.height);
    // Shrunk first: to turn the small one costs next to nothing.
    let mut small = DynamicImage::ImageRgb8(shrunk(pixels, width, height)?);
    small.apply_orientation(orientation);
    let small = small.into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&small).map_err(fault)?;
    Ok(Picture { jpeg, width: small.width(), height: small.height() })
}

/// Straight from whatever was decoded: turning it into one kind of pixel first would take it all once more.
fn shrunk(pixels: DynamicImage, width: u32, height: u32) -> Result<RgbImage, Fault> {
    Ok(match pixels {
        DynamicImage::ImageLuma8(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageLumaA8(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageRgb8(pixels) if pixels.dimensions() == (width, height) => pixels,
        DynamicImage::ImageRgb8(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageRgba8(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageLuma16(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageLumaA16(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageRgb16(pixels) => shrink::shrink(&pixels, width, height),
        DynamicImage::ImageRgba16(pixels) => shrink::shrink(&pixels, width, height),
        _ => return Err(broken("an unknown kind of pixels")),
    })
}

/// The same shape, with no side over [`SIDE_MAX`] and none under one pixel.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= SIDE_MAX {
        return (width, height);
    }
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(SIDE_MAX) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(side.max(1)).unwrap_or(SIDE_MAX)
    };
    (scaled(width), scaled(height))
}

fn broken(why: &str) -> Fault {
    Fault::Broken(why.to_owned())
}

fn fault(error: ImageError) -> Fault {
    match error {
        ImageError::Limits(_) => Fault::Heavy,
        other => Fault::Broken(other.to_string()),
    }
}
