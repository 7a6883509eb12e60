//! One layout for every mail: plain text and HTML from the same blocks, nothing loaded from anywhere.

use crate::{html::escape, sites::Site};
use aftercart_shared::locale::Locale;
use std::fmt::Write;

/// What a mail is made of, top to bottom.
#[derive(Clone, Debug)]
pub enum Block {
    Title(String),
    Paragraph(String),
    /// A one-time code, large.
    Code(String),
    Button {
        label: String,
        url: String,
    },
    /// What stands on its own line, label and value.
    Fact {
        label: String,
        value: String,
    },
    /// At the foot, in grey.
    Small(String),
    /// At the foot too, as a link.
    SmallLink {
        label: String,
        url: String,
    },
}

const FONT: &str =
    "-apple-system,'Segoe UI',Roboto,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

/// The plain text and the HTML of a mail in the shop's name and colour.
pub fn page(site: &Site, locale: Locale, blocks: &[Block]) -> (String, String) {
    let name = site.name(locale);
    let brand = site.theme.brand.hex();
    let ink = site.theme.brand.ink().hex();
    (plain(name, blocks), html(name, locale, &brand, &ink, blocks))
}

fn plain(name: &str, blocks: &[Block]) -> String {
    let mut text = format!("{name}\n\n");
    for block in blocks {
        // Writing to a String cannot fail.
        let _ = match block {
            Block::Title(words) | Block::Paragraph(words) | Block::Small(words) => write!(text, "{words}\n\n"),
            Block::Code(code) => write!(text, "    {code}\n\n"),
            Block::Button { label, url } | Block::SmallLink { label, url } => write!(text, "{label}\n{url}\n\n"),
            Block::Fact { label, value } => write!(text, "{label}: {value}\n\n"),
        };
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn html(name: &str, locale: Locale, brand: &str, ink: &str, blocks: &[Block]) -> String {
    let mut body = String::new();
    let grey = "font-size:13px;line-height:1.6;margin:0 0 8px;color:#5c6370";
    for block in blocks {
        let _ = match block {
            Block::Title(words) => {
                write!(body, "<h1 style=\"font-size:22px;line-height:1.35;margin:0 0 16px\">{}</h1>", escape(words))
            }
            Block::Paragraph(words) => {
                write!(body, "<p style=\"font-size:16px;line-height:1.6;margin:0 0 16px\">{}</p>", escape(words))
            }
            Block::Code(code) => write!(
                body,
                "<p style=\"font-size:32px;line-height:1.2;letter-spacing:6px;font-weight:700;margin:0 0 16px;\
                 font-family:ui-monospace,Menlo,Consolas,monospace\">{}</p>",
                escape(code)
            ),
            Block::Button { label, url } => write!(
                body,
                "<p style=\"margin:8px 0 24px\"><a href=\"{}\" style=\"display:inline-block;padding:12px 20px;\
                 border-radius:12px;background:{brand};color:{ink};font-size:16px;font-weight:600;\
                 text-decoration:none\">{}</a></p>",
                escape(url),
                escape(label)
            ),
            Block::Fact { label, value } => write!(
                body,
                "<p style=\"font-size:16px;line-height:1.5;margin:0 0 12px\"><span style=\"display:block;font-size:13px;\
                 color:#5c6370\">{}</span>{}</p>",
                escape(label),
                escape(value)
            ),
            Block::Small(words) => write!(body, "<p style=\"{grey}\">{}</p>", escape(words)),
            Block::SmallLink { label, url } => {
                write!(
                    body,
                    "<p style=\"{grey}\"><a href=\"{}\" style=\"color:#5c6370\">{}</a></p>",
                    escape(url),
                    escape(label)
                )
            }
        };
    }
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{name}</title></head>\
         <body style=\"margin:0;padding:24px 12px;background:#f3f4f2;color:#16191d;font-family:{FONT}\">\
         <div style=\"max-width:520px;margin:0 auto;background:#ffffff;border-radius:12px;overflow:hidden\">\
         <p style=\"margin:0;padding:16px 24px;background:{brand};color:{ink};font-size:17px;font-weight:600\">{name}</p>\
         <div style=\"padding:24px 24px 16px\">{body}</div></div></body></html>",
        lang = locale.tag(),
        name = escape(name),
    )
}
