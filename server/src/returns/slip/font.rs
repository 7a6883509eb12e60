//! The two fonts of a slip, both with the reader and none in the file: Helvetica for Latin, and a Song face for Chinese.
//! A text is split into runs of the one and the other.

/// In thousandths of the size: Helvetica from the space to the tilde, by Adobe's own metrics.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// Of a Chinese character.
const FULL: u16 = 1000;
/// Of whatever else Helvetica has: letters with accents are as wide as those without, about.
const OTHER: u16 = 600;

/// Characters of one font, as that font wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Windows-1252.
    Latin(Vec<u8>),
    /// UTF-16, big end first.
    Chinese(Vec<u8>),
}

/// The character's place in Windows-1252; `None` where Helvetica has none.
fn latin(c: char) -> Option<u8> {
    Some(match c {
        ' '..='~' => c as u8,
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok()?,
        '€' => 0x80,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        _ => return None,
    })
}

/// The text as it is shown: no characters that only control.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        match (latin(c), runs.last_mut()) {
            (Some(byte), Some(Run::Latin(run))) => run.push(byte),
            (Some(byte), _) => runs.push(Run::Latin(vec![byte])),
            (None, last) => {
                let mut units = [0; 2];
                let bytes = c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes());
                match last {
                    Some(Run::Chinese(run)) => run.extend(bytes),
                    _ => runs.push(Run::Chinese(bytes.collect())),
                }
            }
        }
    }
    runs
}

fn width_of(c: char) -> u16 {
    match latin(c) {
        Some(byte @ 32..=126) => WIDTHS[usize::from(byte - 32)],
        Some(_) => OTHER,
        None if c.is_control() => 0,
        None => FULL,
    }
}

/// In points, at this size.
pub fn width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| f32::from(width_of(c))).sum::<f32>() * size / 1000.0
}

/// Lines no wider than `most`: broken at spaces, and between Chinese characters anywhere. A word wider than a line is
/// broken too.
pub fn wrap(text: &str, size: f32, most: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let line = lines.last().map_or("", String::as_str);
        if !line.is_empty() && width(&format!("{line}{}", word.trim_end()), size) > most {
            lines.push(String::new());
        }
        for c in word.chars() {
            let Some(line) = lines.last_mut() else { break };
            if !line.is_empty() && c != ' ' && width(line, size) + width(&c.to_string(), size) > most {
                lines.push(c.to_string());
            } else if !(line.is_empty() && c == ' ') {
                line.push(c);
            }
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What is not to be torn apart: Latin words with the spaces after them, Chinese characters one by one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars().filter(|c| !c.is_control()) {
        // Closing signs stay with what they close.
        let closes = matches!(c, '，' | '。' | '、' | '；' | '：' | '）' | '”' | '’' | '》' | '！' | '？');
        match words.last_mut() {
            Some(word) if closes || (open && latin(c).is_some()) => word.push(c),
            _ => words.push(c.to_string()),
        }
        open = latin(c).is_some() && c != ' ';
    }
    words
}

/// The text, or as much of it as fits with an ellipsis.
pub fn clip(text: &str, size: f32, most: f32) -> String {
    let mut clipped: String = text.chars().filter(|c| !c.is_control()).collect();
    if width(&clipped, size) <= most {
        return clipped;
    }
    while !clipped.is_empty() && width(&format!("{clipped}…"), size) > most {
        clipped.pop();
    }
    format!("{}…", clipped.trim_end())
}
