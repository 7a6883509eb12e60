//! The slip as a PDF: one A4 page, cut in two. The upper half is shown where the parcel is handed over, the lower half
//! goes into it.

use super::{
    Slip, SlipItem, font,
    page::{BLACK, CHINESE, GREY, HEIGHT, LATIN, Page, WIDTH},
    qr::Qr,
};
use aftercart_shared::i18n::Messages;
use pdf_writer::{
    Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo},
};

const MARGIN: f32 = 48.0;
const CUT: f32 = HEIGHT / 2.0;
/// Five centimetres: read at arm's length.
const CODE: f32 = 142.0;
const SMALL_CODE: f32 = 85.0;
/// Lines that fit into the lower half.
const ITEMS: usize = 11;

/// `None` when the code's text is too long for any code.
pub fn pdf(slip: &Slip) -> Option<Vec<u8>> {
    let qr = Qr::of(&slip.code)?;
    let t = Messages::new(slip.locale);
    let mut page = Page::new();
    upper(&mut page, slip, &qr, t);
    page.rule(24.0, CUT, WIDTH - 24.0, true);
    page.text(t.return_slip_cut(), MARGIN, CUT - 4.0, 8.0, GREY);
    lower(&mut page, slip, &qr, t);
    Some(file(slip, t, &page.finish()))
}

fn upper(page: &mut Page, slip: &Slip, qr: &Qr, t: Messages) {
    let wide = WIDTH - 2.0 * MARGIN;
    page.text(&font::clip(&slip.shop, 18.0, wide), MARGIN, 64.0, 18.0, BLACK);
    page.text(t.return_slip_title(), MARGIN, 86.0, 12.0, GREY);
    page.rule(MARGIN, 98.0, WIDTH - MARGIN, false);
    page.code(qr, MARGIN, 122.0, CODE);
    page.text(&slip.number, MARGIN, 122.0 + CODE + 30.0, 24.0, BLACK);
    let (left, most) = (MARGIN + CODE + 36.0, wide - CODE - 36.0);
    let mut y = page.paragraph(t.return_slip_scan(), left, 134.0, 13.0, most) + 8.0;
    if let Some(day) = &slip.send_by {
        y = page.paragraph(&t.return_slip_send_by(day), left, y, 12.0, most) + 8.0;
    }
    if !slip.address.is_empty() {
        page.text(t.return_slip_to(), left, y, 10.0, GREY);
        y += 16.0;
        for line in slip.address.iter().take(7) {
            page.text(&font::clip(line, 12.0, most), left, y, 12.0, BLACK);
            y += 16.0;
        }
    }
}

fn lower(page: &mut Page, slip: &Slip, qr: &Qr, t: Messages) {
    let (top, wide) = (CUT + 40.0, WIDTH - 2.0 * MARGIN);
    let beside = wide - SMALL_CODE - 24.0;
    page.code(qr, WIDTH - MARGIN - SMALL_CODE, top, SMALL_CODE);
    page.text(&font::clip(&slip.shop, 13.0, beside), MARGIN, top + 10.0, 13.0, BLACK);
    let mut y = page.paragraph(t.return_slip_inside(), MARGIN, top + 30.0, 10.0, beside) + 6.0;
    for (label, value) in [(t.return_slip_number(), &slip.number), (t.return_slip_order(), &slip.order)] {
        page.text(label, MARGIN, y, 10.0, GREY);
        page.text(&font::clip(value, 12.0, beside - 110.0), MARGIN + 110.0, y, 12.0, BLACK);
        y += 18.0;
    }
    y = y.max(top + SMALL_CODE) + 16.0;
    page.text(t.return_slip_items(), MARGIN, y, 10.0, GREY);
    page.rule(MARGIN, y + 6.0, WIDTH - MARGIN, false);
    y += 24.0;
    // The last line says how many more there are, where there are.
    let shown = if slip.items.len() > ITEMS { ITEMS - 1 } else { slip.items.len() };
    for item in &slip.items[..shown] {
        let line = t.return_slip_item(&item.quantity.to_string(), &item.title);
        page.text(&font::clip(&line, 12.0, wide), MARGIN, y, 12.0, BLACK);
        y += 18.0;
    }
    let rest = &slip.items[shown..];
    if !rest.is_empty() {
        let pieces: i64 = rest.iter().map(|item: &SlipItem| item.quantity).sum();
        page.text(&t.return_slip_more(&pieces.to_string()), MARGIN, y, 12.0, GREY);
    }
}

fn file(slip: &Slip, t: Messages, drawn: &[u8]) -> Vec<u8> {
    let ids: [Ref; 9] = std::array::from_fn(|at| Ref::new(i32::try_from(at).unwrap_or(0) + 1));
    let [catalog, pages, page, content, latin, chinese, song, song_metrics, info] = ids;
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(pages).lang(TextStr(slip.locale.tag()));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.parent(pages).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
    sheet.resources().fonts().pair(LATIN, latin).pair(CHINESE, chinese);
    sheet.finish();
    pdf.stream(content, drawn);
    pdf.type1_font(latin).base_font(Name(b"Helvetica")).encoding_predefined(Name(b"WinAnsiEncoding"));
    // Every reader knows this font by name and has one of its own for it: nothing is embedded, nothing is fetched.
    let name = Name(b"STSong-Light");
    pdf.type0_font(chinese).base_font(name).encoding_predefined(Name(b"UniGB-UTF16-H")).descendant_font(song);
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 5 };
    let mut cid = pdf.cid_font(song);
    cid.subtype(CidFontType::Type0).base_font(name).system_info(system).font_descriptor(song_metrics);
    cid.default_width(1000.0);
    cid.finish();
    pdf.font_descriptor(song_metrics)
        .name(name)
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(880.0)
        .stem_v(93.0);
    let title = format!("{} {}", t.return_slip_title(), slip.number);
    pdf.document_info(info).title(TextStr(&title)).creator(TextStr("Aftercart"));
    pdf.finish()
}
