use super::{font, pdf, qr::QUIET, *};
use qrcode::{EcLevel, QrCode};

const ADDRESS: &str = "https://help.example.com/s/pk_demo/return#7K2M9Q.abcdefghijklmnopqrstuv";

fn slip(locale: Locale, items: usize) -> Slip {
    let item = |n: usize| SlipItem { title: format!("Tea Tin 茶叶罐 (no. {n})"), quantity: 2 };
    Slip {
        shop: "Harbour & Pine 松港生活".into(),
        number: "R-7K2M9Q".into(),
        order: "A-1001".into(),
        items: (1..=items).map(item).collect(),
        code: ADDRESS.into(),
        send_by: Some("5 December 2026".into()),
        address: vec!["Harbour & Pine".into(), "1 Quay Street".into(), "200000 上海".into()],
        locale,
    }
}

/// What a reader would find: every object where the table says that it is.
struct Read {
    bytes: Vec<u8>,
    content: String,
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn read(bytes: Vec<u8>) -> Read {
    let whole = text(&bytes);
    assert!(whole.starts_with("%PDF-1.") && whole.trim_end().ends_with("%%EOF"));
    let table: usize = whole.rsplit_once("startxref").unwrap().1.split_whitespace().next().unwrap().parse().unwrap();
    // Offsets count bytes, and the file's second line has bytes above 127.
    let tail = text(&bytes[table..]);
    let mut lines = tail.lines();
    assert_eq!(lines.next(), Some("xref"));
    let count: usize = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    for (id, line) in lines.take(count).enumerate().skip(1) {
        let offset: usize = line.split(' ').next().unwrap().parse().unwrap();
        assert!(bytes[offset..].starts_with(format!("{id} 0 obj").as_bytes()), "object {id} is not at {offset}");
    }
    let from = whole.find("stream\n").unwrap() + "stream\n".len();
    let to = whole.find("\nendstream").unwrap();
    Read { content: whole[from..to].to_owned(), bytes }
}

impl Read {
    /// The rectangles that are filled: x, y, width, height.
    fn boxes(&self) -> Vec<[f32; 4]> {
        let of_line = |line: &str| {
            let numbers: Vec<f32> = line.strip_suffix(" re")?.split(' ').map(|n| n.parse().unwrap()).collect();
            Some(numbers.try_into().unwrap())
        };
        self.content.lines().filter_map(of_line).collect()
    }

    /// All words, in the order in which they are drawn; a text object is a line.
    fn words(&self) -> Vec<String> {
        self.content.split("BT\n").skip(1).map(|part| shown(part.split("ET").next().unwrap())).collect()
    }
}

fn shown(part: &str) -> String {
    let mut words = String::new();
    let mut chinese = false;
    for line in part.lines() {
        if line.ends_with(" Tf") {
            chinese = line.starts_with("/C");
        } else if let Some(string) = line.strip_suffix(" Tj") {
            let bytes = string_bytes(string);
            if chinese {
                let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                words += &String::from_utf16(&units).unwrap();
            } else {
                words += &text(&bytes);
            }
        }
    }
    words
}

fn string_bytes(string: &str) -> Vec<u8> {
    if let Some(digits) = string.strip_prefix('<') {
        let digits = digits.strip_suffix('>').unwrap();
        return (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
    }
    let inner = string.strip_prefix('(').unwrap().strip_suffix(')').unwrap();
    let mut bytes = Vec::new();
    let mut all = inner.chars();
    while let Some(c) = all.next() {
        bytes.push(u8::try_from(u32::from(if c == '\\' { all.next().unwrap() } else { c })).unwrap());
    }
    bytes
}

fn matrix(text: &str) -> Vec<Vec<bool>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    (0..code.width()).map(|y| (0..code.width()).map(|x| code[(x, y)] == qrcode::Color::Dark).collect()).collect()
}

#[test]
fn rows_svg_and_png_are_the_same_code() {
    let expected = matrix(ADDRESS);
    let qr = Qr::of(ADDRESS).unwrap();
    let rows: Vec<Vec<bool>> = qr.rows().iter().map(|row| row.chars().map(|c| c == '#').collect()).collect();
    assert_eq!(rows, expected);

    let png = image::load_from_memory(&qr.png(3).unwrap()).unwrap().to_luma8();
    let whole = u32::try_from((qr.side + 2 * QUIET) * 3).unwrap();
    assert_eq!(png.dimensions(), (whole, whole));
    let drawn = |row: usize, column: usize| {
        let middle = |at: usize| u32::try_from((at + QUIET) * 3 + 1).unwrap();
        png.get_pixel(middle(column), middle(row)).0[0] == 0
    };
    let read: Vec<Vec<bool>> =
        (0..qr.side).map(|row| (0..qr.side).map(|column| drawn(row, column)).collect()).collect();
    assert_eq!(read, expected);
    // The quiet zone is quiet.
    assert!((0..whole).all(|at| png.get_pixel(at, 11).0[0] == 255 && png.get_pixel(11, at).0[0] == 255));

    let svg = qr.svg();
    let path = svg.rsplit_once("d=\"").unwrap().1.split('"').next().unwrap();
    let mut read = vec![vec![false; qr.side]; qr.side];
    for run in path.split('M').skip(1) {
        let (place, rest) = run.split_once('h').unwrap();
        let (column, row) = place.split_once(' ').unwrap();
        let (column, row): (usize, usize) = (column.parse().unwrap(), row.parse().unwrap());
        let count: usize = rest.split('v').next().unwrap().parse().unwrap();
        read[row - QUIET][column - QUIET..column - QUIET + count].fill(true);
    }
    assert_eq!(read, expected);
}

#[test]
fn the_slip_can_be_read_and_its_code_scanned() {
    let expected = matrix(ADDRESS);
    let read = read(pdf(&slip(Locale::En, 3)).unwrap());
    let boxes = read.boxes();
    let lowest = boxes.iter().map(|b| b[3]).fold(f32::MAX, f32::min);
    // Two codes on the page; the larger one has the larger modules.
    let module = boxes.iter().map(|b| b[3]).fold(0.0, f32::max);
    assert!(lowest < module);
    let large: Vec<&[f32; 4]> = boxes.iter().filter(|b| (b[3] - module).abs() < 0.01).collect();
    let left = large.iter().map(|b| b[0]).fold(f32::MAX, f32::min);
    let top = large.iter().map(|b| b[1]).fold(0.0, f32::max);
    let mut drawn = vec![vec![false; expected.len()]; expected.len()];
    for b in large {
        let (row, column) = (((top - b[1]) / module).round() as usize, ((b[0] - left) / module).round() as usize);
        drawn[row][column..column + (b[2] / module).round() as usize].fill(true);
    }
    assert_eq!(drawn, expected);

    let words = read.words().join("\n");
    for part in ["R-7K2M9Q", "A-1001", "Harbour & Pine 松港生活", "2 × Tea Tin 茶叶罐 (no. 3)", "200000 上海", "5 December 2026"]
    {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    let whole = text(&read.bytes);
    assert!(whole.contains("/STSong-Light") && whole.contains("/UniGB-UTF16-H") && !whole.contains("/FontFile"));
}

#[test]
fn it_speaks_the_shopper_s_language() {
    let words = read(pdf(&slip(Locale::ZhCn, 1)).unwrap()).words().join("\n");
    for part in ["退货凭条", "退换编号", "交寄时请出示此码。", "Tea Tin 茶叶罐 (no. 1) × 2"] {
        assert!(words.contains(part), "{part} is not in {words}");
    }
    assert!(!words.contains("Return"), "{words}");
}

#[test]
fn many_items_end_in_how_many_more_and_stay_on_the_page() {
    let read = read(pdf(&slip(Locale::En, 30)).unwrap());
    let words = read.words();
    assert_eq!(words.iter().filter(|line| line.contains("Tea Tin")).count(), 10);
    assert_eq!(words.last().unwrap(), "and 40 more");
    let lowest = |line: &str| line.strip_suffix(" Tm")?.rsplit(' ').next()?.parse::<f32>().ok();
    assert!(read.content.lines().filter_map(lowest).all(|y| y > 20.0));
}

#[test]
fn the_same_return_gives_the_same_bytes() {
    assert_eq!(pdf(&slip(Locale::ZhCn, 5)), pdf(&slip(Locale::ZhCn, 5)));
    // Longer than any code.
    assert_eq!(pdf(&Slip { code: "x".repeat(4_000), ..slip(Locale::En, 1) }), None);
}

#[test]
fn titles_that_would_not_fit_are_clipped_or_wrapped() {
    let long = "A very long name of a very ordinary tea tin that nobody would ever read to its end, 一个很长的名字".repeat(3);
    assert!(font::width(&font::clip(&long, 12.0, 200.0), 12.0) <= 200.0);
    assert!(font::clip(&long, 12.0, 200.0).ends_with('…'));
    assert_eq!(font::clip("Tea\u{7}Tin", 12.0, 200.0), "TeaTin");
    let lines = font::wrap(&long, 12.0, 200.0);
    assert!(lines.len() > 5 && lines.iter().all(|line| font::width(line, 12.0) <= 200.0), "{lines:?}");
    assert_eq!(font::wrap("Put this slip into the parcel", 10.0, 80.0), ["Put this slip into", "the parcel"]);
    // No line begins with what closes the one before.
    assert!(font::wrap(&"请放入包裹，".repeat(9), 10.0, 60.0).iter().all(|line| !line.starts_with('，')));
}
