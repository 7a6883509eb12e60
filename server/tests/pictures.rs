//! What becomes of a picture that somebody sends: its pixels, upright, on white, and nothing else.

use crate::support::pictures::{
    WEBP_LOSSY, exif, grey_jpeg, jpeg, packed_png, png, two_colors, webp, webp_moving, with_part,
};
use aftercart::attachments::picture::{Fault, Picture, plan, redraw};
use aftercart_shared::api::attachments::PIXELS_MAX;
use image::{DynamicImage, GrayImage, ImageBuffer, Rgb, RgbImage, Rgba};

fn take(bytes: &[u8]) -> Result<Picture, Fault> {
    redraw(bytes, plan(bytes, PIXELS_MAX)?)
}

fn seen(picture: &Picture) -> RgbImage {
    assert!(picture.jpeg.starts_with(&[0xFF, 0xD8, 0xFF]) && picture.jpeg.ends_with(&[0xFF, 0xD9]));
    let seen = image::load_from_memory_with_format(&picture.jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(seen.dimensions(), (picture.width, picture.height));
    seen
}

fn near(pixel: &Rgb<u8>, color: [u8; 3]) -> bool {
    pixel.0.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 12)
}

const RED: [u8; 3] = [220, 20, 20];
const BLUE: [u8; 3] = [20, 20, 220];

#[test]
fn every_kind_comes_out_as_it_looks() {
    let flat = DynamicImage::ImageRgb8(two_colors(64, 32));
    for (what, bytes) in [
        ("jpeg", jpeg(64, 32)),
        ("png", png(&flat)),
        ("png of 16 bits", png(&DynamicImage::ImageRgb16(flat.to_rgb16()))),
        ("png with alpha", png(&DynamicImage::ImageRgba8(flat.to_rgba8()))),
        ("png of 16 bits with alpha", png(&DynamicImage::ImageRgba16(flat.to_rgba16()))),
        ("webp", webp(64, 32)),
        ("moving webp", webp_moving(64, 32, &[webp(64, 32), webp(64, 32)])),
    ] {
        let picture = take(&bytes).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let seen = seen(&picture);
        assert_eq!(seen.dimensions(), (64, 32), "{what}");
        assert!(near(seen.get_pixel(8, 16), RED) && near(seen.get_pixel(56, 16), BLUE), "{what}");
    }
    for (what, bytes, color) in [
        ("grey png", png(&DynamicImage::ImageLuma8(GrayImage::from_pixel(40, 40, image::Luma([99])))), [99; 3]),
        ("png with a palette", packed_png(40, 40, 3, 8, 40), [200, 30, 30]),
        ("png with one bit a pixel", packed_png(40, 40, 0, 1, 40), [0; 3]),
        ("grey jpeg", grey_jpeg(40, 40, 1, false, 1), [128; 3]),
        ("jpeg for printers", grey_jpeg(40, 40, 4, false, 1), [64; 3]),
        ("progressive jpeg", grey_jpeg(40, 40, 3, true, 1), [128; 3]),
    ] {
        let seen = seen(&take(&bytes).unwrap_or_else(|fault| panic!("{what}: {fault}")));
        assert!(near(seen.get_pixel(20, 20), color), "{what}: {:?}", seen.get_pixel(20, 20));
    }
    let one = take(WEBP_LOSSY).unwrap();
    assert_eq!((one.width, one.height), (1, 1));
}

#[test]
fn what_is_transparent_lies_on_white() {
    let clear = ImageBuffer::from_fn(64, 32, |x, _| if x < 32 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 0, 0, 128_u8]) });
    let seen = seen(&take(&png(&DynamicImage::ImageRgba8(clear))).unwrap());
    assert!(near(seen.get_pixel(8, 16), [255; 3]) && near(seen.get_pixel(56, 16), [127; 3]));
}

#[test]
fn it_stands_upright_and_tells_nothing_of_its_maker() {
    // Held on its side: what was left is above.
    let turned = with_part(&jpeg(64, 32), 0xE1, &exif(6));
    assert!(turned.windows(9).any(|w| w == b"SPYCAMERA") && turned.windows(12).any(|w| w == b"GPS-52.5200N"));
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>";
    let turned = with_part(&with_part(&turned, 0xE1, xmp), 0xFE, b"a secret comment");
    let picture = take(&turned).unwrap();
    let shown = seen(&picture);
    assert_eq!(shown.dimensions(), (32, 64));
    assert!(near(shown.get_pixel(16, 8), RED) && near(shown.get_pixel(16, 56), BLUE));
    for told in [&b"Exif"[..], b"SPYCAMERA", b"GPS", b"secret", b"xmp"] {
        assert!(!picture.jpeg.windows(told.len()).any(|w| w == told), "{}", String::from_utf8_lossy(told));
    }
    let upside_down = seen(&take(&with_part(&jpeg(64, 32), 0xE1, &exif(3))).unwrap());
    assert!(near(upside_down.get_pixel(8, 16), BLUE));
    // A camera's nonsense is no reason to refuse.
    assert_eq!(take(&with_part(&jpeg(64, 32), 0xE1, &exif(77))).unwrap().width, 64);
}

#[test]
fn what_is_hidden_behind_or_within_does_not_come_through() {
    let script = b"<html><script>alert(1)</script></html>";
    let behind = [jpeg(64, 32), script.to_vec()].concat();
    let within = with_part(&jpeg(64, 32), 0xFE, script);
    let first = with_part(&jpeg(64, 32), 0xE0, script);
    let zip = [png(&DynamicImage::ImageRgb8(two_colors(64, 32))), b"PK\x03\x04".to_vec(), script.to_vec()].concat();
    let webp = [webp(64, 32), script.to_vec()].concat();
    for sent in [behind, within, first, zip, webp] {
        let picture = take(&sent).unwrap();
        seen(&picture);
        assert!(!picture.jpeg.windows(6).any(|w| w == b"script") && !picture.jpeg.windows(2).any(|w| w == b"PK"));
    }
}

#[test]
fn the_longer_side_is_cut_down_and_the_shape_kept() {
    for (sent, stored) in
        [((2560, 20), (2560, 20)), ((2561, 20), (2560, 20)), ((20, 5120), (10, 2560)), ((9000, 1), (2560, 1))]
    {
        let picture = take(&jpeg(sent.0, sent.1)).unwrap();
        assert_eq!((picture.width, picture.height), stored, "{sent:?}");
    }
    let small = seen(&take(&jpeg(4000, 300)).unwrap());
    assert!(near(small.get_pixel(1200, 90), RED) && near(small.get_pixel(1400, 90), BLUE));
    // Of stripes as fine as a pixel their mean is left, at every scale.
    for width in [2561, 3000, 5120, 7777] {
        let stripes = RgbImage::from_fn(width, 8, |x, _| Rgb([if x % 2 == 0 { 0 } else { 255 }; 3]));
        let picture = take(&png(&DynamicImage::ImageRgb8(stripes))).unwrap();
        let shown = seen(&picture);
        let mean = shown.pixels().map(|p| u64::from(p.0[0])).sum::<u64>() / u64::from(shown.width() * shown.height());
        assert!((125..=130).contains(&mean), "{width}: {mean}");
    }
}

#[test]
fn no_picture_is_none() {
    for (what, bytes, fault) in [
        ("nothing", &b""[..], Fault::Empty),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Fault::Unknown),
        ("html", b"<!doctype html><script>alert(1)</script>", Fault::Unknown),
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;", Fault::Unknown),
        ("pdf", b"%PDF-1.7", Fault::Unknown),
        ("two bytes of a jpeg", b"\xFF\xD8", Fault::Unknown),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Fault::Heic),
        ("avif", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Fault::Heic),
        ("a film", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", Fault::Unknown),
    ] {
        assert_eq!(take(bytes).err(), Some(fault), "{what}");
    }
}

#[test]
fn what_is_cut_off_anywhere_is_refused() {
    for whole in [jpeg(64, 32), png(&DynamicImage::ImageRgb8(two_colors(64, 32))), webp(64, 32), WEBP_LOSSY.to_vec()] {
        assert!(take(&whole).is_ok());
        // A PNG's last part, twelve bytes, has no pixels; a WebP may end with a byte that fills up.
        for length in 12..whole.len() - 13 {
            assert!(matches!(take(&whole[..length]), Err(Fault::Broken(_))), "{length} of {}", whole.len());
        }
    }
}

/// Whatever is turned in it, there is a picture or a fault, and no panic.
#[test]
fn broken_ones_do_no_harm() {
    let moving = webp_moving(16, 8, &[webp(16, 8)]);
    let turned = with_part(&jpeg(16, 8), 0xE1, &exif(6));
    for whole in [turned, png(&DynamicImage::ImageRgb8(two_colors(16, 8))), moving, grey_jpeg(16, 8, 4, true, 2)] {
        for at in 0..whole.len().min(700) {
            for value in [0x00, 0x01, 0x7F, 0xFF, whole[at] ^ 0x10] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                // With few pixels allowed a turned size is not decoded for minutes.
                if let Ok(plan) = plan(&bytes, 100_000) {
                    let outcome = std::panic::catch_unwind(|| redraw(&bytes, plan).map(|p| p.width));
                    assert!(outcome.is_ok(), "byte {at} as {value} of {:02x?}", &whole[..4]);
                }
            }
        }
    }
}

#[test]
fn too_many_pixels_are_refused_by_the_header_alone() {
    let huge = |bytes: &[u8]| plan(bytes, PIXELS_MAX);
    assert_eq!(huge(&packed_png(10_000, 10_000, 2, 8, 1)), Err(Fault::Pixels { width: 10_000, height: 10_000 }));
    assert!(matches!(huge(&packed_png(2_000_000_000, 2_000_000_000, 6, 16, 0)), Err(Fault::Pixels { .. })));
    assert!(matches!(huge(&packed_png(64_000_000, 1, 0, 1, 0)), Err(Fault::Pixels { .. })));
    let mut tall = grey_jpeg(16, 16, 3, false, 1);
    let at = tall.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap() + 5;
    tall[at..at + 4].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(huge(&tall), Err(Fault::Pixels { width: 65_535, height: 65_535 }));
    let mut wide = WEBP_LOSSY.to_vec();
    wide[26..30].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    assert_eq!(huge(&wide), Err(Fault::Pixels { width: 16_383, height: 16_383 }));
    // A small canvas does not hide a large frame.
    assert!(matches!(huge(&webp_moving(1, 1, &[wide])), Err(Fault::Broken(_))));
    // The largest that is allowed.
    assert!(huge(&packed_png(8_000, 8_000, 2, 8, 1)).is_ok());
    assert!(huge(&packed_png(8_001, 8_000, 2, 8, 1)).is_err());
}

#[test]
fn a_small_file_cannot_ask_for_a_thousand_passes() {
    assert!(take(&grey_jpeg(64, 64, 3, true, 10)).is_ok());
    assert!(matches!(plan(&grey_jpeg(64, 64, 3, true, 1_000), PIXELS_MAX), Err(Fault::Broken(_))));
}

#[test]
fn what_it_will_take_is_known_before() {
    let memory = |bytes: &[u8]| plan(bytes, PIXELS_MAX).unwrap().memory >> 20;
    let (baseline, progressive) = (grey_jpeg(8_000, 8_000, 3, false, 1), grey_jpeg(8_000, 8_000, 3, true, 1));
    assert!((240..300).contains(&memory(&baseline)), "{}", memory(&baseline));
    assert!((600..680).contains(&memory(&progressive)), "{}", memory(&progressive));
    assert!((540..560).contains(&memory(&packed_png(8_000, 8_000, 6, 16, 1))));
    // Tables of its own make small lossless files dear.
    let mut dear = webp(64, 64);
    let more = 1_000_000_u32;
    dear[16..20].copy_from_slice(&more.to_le_bytes());
    dear.resize(20 + more as usize, 0);
    dear[4..8].copy_from_slice(&(12 + more).to_le_bytes());
    assert!(memory(&dear) > 480);
}
