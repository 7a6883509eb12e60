//! Pictures of every kind that somebody may send, drawn in code: honest ones, odd ones, and traps.

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

/// Red at the left, blue at the right.
pub fn two_colors(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| image::Rgb(if x < width / 2 { [220, 20, 20] } else { [20, 20, 220] }))
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&two_colors(width, height)).unwrap();
    bytes
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A lossless one.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = two_colors(width, height);
    WebPEncoder::new_lossless(&mut bytes).write_image(&picture, width, height, ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// One pixel, lossy: what browsers are asked to show when a page wants to know whether they can.
pub const WEBP_LOSSY: &[u8] =
    b"RIFF\x22\0\0\0WEBPVP8 \x16\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0\x0e\xc0\xfe\x25\xa4\0\x03\x70\0\0\0\0";

/// A moving one: each frame a lossless WebP of the whole canvas.
pub fn webp_moving(width: u32, height: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let three = |n: u32| n.to_le_bytes()[..3].to_vec();
    let chunk = |name: &[u8], body: &[u8]| {
        let odd = if body.len() % 2 == 1 { vec![0] } else { vec![] };
        [name, &(body.len() as u32).to_le_bytes(), body, &odd].concat()
    };
    let canvas = [vec![0x02, 0, 0, 0], three(width - 1), three(height - 1)].concat();
    let mut body = [b"WEBP".to_vec(), chunk(b"VP8X", &canvas), chunk(b"ANIM", &[0; 6])].concat();
    for frame in frames {
        let place = [three(0), three(0), three(width - 1), three(height - 1), three(100), vec![0]].concat();
        body.extend(chunk(b"ANMF", &[place, frame[12..].to_vec()].concat()));
    }
    chunk(b"RIFF", &body)
}

/// A JPEG with a part put in right after its beginning.
pub fn with_part(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

/// What a telephone writes into a picture: how it was held, what made it, and where.
pub fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let at = |offset: u32| offset.to_be_bytes();
    let main = [
        3_u16.to_be_bytes().to_vec(),
        entry(0x010F, 2, 10, at(50)),
        entry(0x0112, 3, 1, [0, orientation, 0, 0]),
        entry(0x8825, 4, 1, at(60)),
        at(0).to_vec(),
    ];
    let gps = [1_u16.to_be_bytes().to_vec(), entry(0x0001, 2, 12, at(78)), at(0).to_vec()];
    let tiff = [
        b"MM\0\x2a\0\0\0\x08".to_vec(),
        main.concat(),
        b"SPYCAMERA\0".to_vec(),
        gps.concat(),
        b"GPS-52.5200N".to_vec(),
    ];
    [b"Exif\0\0".to_vec(), tiff.concat()].concat()
}

/// A grey JPEG written by hand, two bits to a block of 64 pixels: of any size, with any number of colours. Progressive
/// ones get `scans` passes.
pub fn grey_jpeg(width: u16, height: u16, components: u8, progressive: bool, scans: usize) -> Vec<u8> {
    let part = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], body].concat()
    };
    // One code of one bit in each table: no difference, and the block ends.
    let codes = |class: u8| [vec![class, 1], vec![0; 15], vec![0]].concat();
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.push(components);
    (1..=components).for_each(|id| frame.extend([id, 0x11, 0]));
    let mut scan = vec![components];
    (1..=components).for_each(|id| scan.extend([id, 0]));
    scan.extend(if progressive { [0, 0, 0] } else { [0, 63, 0] });
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8) * usize::from(components);
    let bits = if progressive { blocks } else { 2 * blocks };
    let mut jpeg = vec![0xFF, 0xD8];
    if components == 4 {
        jpeg.extend(part(0xEE, b"Adobe\0\x64\0\0\0\0\0"));
    }
    jpeg.extend(part(0xDB, &[vec![0], vec![1; 64]].concat()));
    jpeg.extend(part(if progressive { 0xC2 } else { 0xC0 }, &frame));
    jpeg.extend(part(0xC4, &codes(0x00)));
    jpeg.extend(part(0xC4, &codes(0x10)));
    for _ in 0..scans {
        jpeg.extend(part(0xDA, &scan));
        jpeg.extend(vec![0; bits.div_ceil(8)]);
    }
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

/// A PNG whose header says this size, with `rows` of noughts packed as tightly as the format allows: a kilobyte for
/// each 160.
pub fn packed_png(width: u32, height: u32, color: u8, depth: u8, rows: u32) -> Vec<u8> {
    let samples = match color {
        0 | 3 => 1,
        4 => 2,
        2 => 3,
        _ => 4,
    };
    let row = (u64::from(width) * samples * u64::from(depth)).div_ceil(8) + 1;
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8], body: &[u8]| {
        png.extend((body.len() as u32).to_be_bytes());
        let said = [name, body].concat();
        png.extend(&said);
        png.extend(crc(&said).to_be_bytes());
    };
    chunk(b"IHDR", &header);
    if color == 3 {
        chunk(b"PLTE", &[200, 30, 30, 30, 200, 30]);
    }
    chunk(b"IDAT", &zeros(row * u64::from(rows)));
    chunk(b"IEND", &[]);
    png
}

/// That many noughts as a zlib stream: a literal, and then over and over "the last byte, 258 times".
fn zeros(count: u64) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x9C];
    let (mut buffer, mut filled) = (0_u32, 0);
    let mut put = |bits: u32, length: u32, bytes: &mut Vec<u8>| {
        buffer |= bits << filled;
        filled += length;
        while filled >= 8 {
            bytes.push(buffer as u8);
            buffer >>= 8;
            filled -= 8;
        }
    };
    // Codes stand with their first bit first, so they are written mirrored.
    let mirrored = |code: u32, length: u32| code.reverse_bits() >> (32 - length);
    put(0b011, 3, &mut bytes);
    let mut left = count;
    if left > 0 {
        put(mirrored(0b0011_0000, 8), 8, &mut bytes);
        left -= 1;
    }
    while left >= 258 {
        put(mirrored(0b1100_0101, 8), 8, &mut bytes);
        put(0, 5, &mut bytes);
        left -= 258;
    }
    for _ in 0..left {
        put(mirrored(0b0011_0000, 8), 8, &mut bytes);
    }
    put(0, 7, &mut bytes);
    put(0, 7, &mut bytes);
    let checksum = ((count % 65_521) << 16 | 1) as u32;
    bytes.extend(checksum.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
        crc
    })
}
