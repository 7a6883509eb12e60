//! Making a picture smaller: each new pixel is the mean of the area that it covers.
//!
//! One row is summed up after the other, so that beside the two pictures only a row of sums is held; what the image
//! library has for this holds the whole width in floating point, five times the picture.

use image::{ImageBuffer, Luma, LumaA, Pixel, Rgb, RgbImage, Rgba};
use std::ops::Deref;

/// A pixel as red, green and blue from 0 to 255, lying on white paper.
pub trait OnWhite: Pixel {
    fn on_white(&self) -> [f32; 3];
}

const fn wide(sample: u16) -> f32 {
    sample as f32 / 257.0
}

fn paper(color: [f32; 3], alpha: f32) -> [f32; 3] {
    let alpha = alpha / 255.0;
    color.map(|sample| sample * alpha + 255.0 * (1.0 - alpha))
}

impl OnWhite for Luma<u8> {
    fn on_white(&self) -> [f32; 3] {
        [f32::from(self.0[0]); 3]
    }
}
impl OnWhite for LumaA<u8> {
    fn on_white(&self) -> [f32; 3] {
        paper([f32::from(self.0[0]); 3], f32::from(self.0[1]))
    }
}
impl OnWhite for Rgb<u8> {
    fn on_white(&self) -> [f32; 3] {
        self.0.map(f32::from)
    }
}
impl OnWhite for Rgba<u8> {
    fn on_white(&self) -> [f32; 3] {
        let [red, green, blue, alpha] = self.0.map(f32::from);
        paper([red, green, blue], alpha)
    }
}
impl OnWhite for Luma<u16> {
    fn on_white(&self) -> [f32; 3] {
        [wide(self.0[0]); 3]
    }
}
impl OnWhite for LumaA<u16> {
    fn on_white(&self) -> [f32; 3] {
        paper([wide(self.0[0]); 3], wide(self.0[1]))
    }
}
impl OnWhite for Rgb<u16> {
    fn on_white(&self) -> [f32; 3] {
        self.0.map(wide)
    }
}
impl OnWhite for Rgba<u16> {
    fn on_white(&self) -> [f32; 3] {
        let [red, green, blue, alpha] = self.0.map(wide);
        paper([red, green, blue], alpha)
    }
}

/// `width` and `height` are no larger than the picture's own.
pub fn shrink<P, C>(picture: &ImageBuffer<P, C>, width: u32, height: u32) -> RgbImage
where
    P: OnWhite,
    C: Deref<Target = [P::Subpixel]>,
{
    let mut small = RgbImage::new(width, height);
    let across = f64::from(picture.width()) / f64::from(width);
    let down = f64::from(picture.height()) / f64::from(height);
    let area = (across * down) as f32;
    let mut sums = vec![[0_f32; 3]; width as usize];
    let mut rows = picture.rows();
    let mut row: Vec<[f32; 3]> = Vec::new();
    let mut read = 0_u32;
    for y in 0..height {
        sums.fill([0.0; 3]);
        let (top, bottom) = (f64::from(y) * down, f64::from(y + 1) * down);
        let last = (bottom.ceil() as u32).min(picture.height());
        for source in top.floor() as u32..last {
            // A row that two new rows share is kept from one to the other.
            while read <= source {
                let Some(pixels) = rows.next() else { break };
                read += 1;
                row = across_row(pixels.map(OnWhite::on_white), across, width);
            }
            let share = (bottom.min(f64::from(source + 1)) - top.max(f64::from(source))).max(0.0) as f32;
            for (sum, part) in sums.iter_mut().zip(&row) {
                for channel in 0..3 {
                    sum[channel] += part[channel] * share;
                }
            }
        }
        for (x, sum) in sums.iter().enumerate() {
            let mean = sum.map(|sample| (sample / area).round().clamp(0.0, 255.0) as u8);
            small.put_pixel(x as u32, y, Rgb(mean));
        }
    }
    small
}

/// Of one row, the sums under each new pixel.
fn across_row(pixels: impl Iterator<Item = [f32; 3]>, across: f64, width: u32) -> Vec<[f32; 3]> {
    let mut sums = vec![[0_f32; 3]; width as usize];
    for (x, pixel) in pixels.enumerate() {
        let (left, right) = (x as f64, x as f64 + 1.0);
        let first = (left / across) as usize;
        // No new pixel is smaller than one of the old: each old one lies in one or two of them.
        let edge = (first as f64 + 1.0) * across;
        let inside = (right.min(edge) - left) as f32;
        for (at, share) in [(first, inside), (first + 1, 1.0 - inside)] {
            if let Some(sum) = sums.get_mut(at) {
                for channel in 0..3 {
                    sum[channel] += pixel[channel] * share;
                }
            }
        }
    }
    sums
}
