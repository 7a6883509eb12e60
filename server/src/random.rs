//! Where ids and secrets come from.

use rand::{TryRng, rngs::SysRng};

pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills the buffer with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);

    /// An id of 128 random bits, as 32 hexadecimal digits.
    fn id(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        hex(&bytes)
    }
}

/// The operating system's source.
#[derive(Clone, Copy, Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // A machine without randomness cannot keep any promise of ours; going on would be worse than stopping.
        #[allow(clippy::expect_used)]
        SysRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
    }
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Compares secrets in a time that says nothing about where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}
