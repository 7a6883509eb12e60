//! Reads an article's Markdown into a tree of blocks. HTML is never kept, links only to where links may lead; whatever
//! else is written stays as plain text.

mod clean;
#[cfg(test)]
mod tests;

use aftercart_shared::document::{Block, Inline};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use std::collections::HashMap;

/// Deeper nesting is read as if it were not there: trees are walked and dropped recursively, here and in browsers.
const MAX_DEPTH: usize = 24;

pub fn parse(markdown: &str) -> Vec<Block> {
    let mut reader = Reader { frames: vec![Frame::blocks(Container::Article)], ..Reader::default() };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.event(event);
    }
    while reader.frames.len() > 1 {
        reader.close();
    }
    match reader.frames.pop() {
        Some(Frame::Blocks { blocks, loose, .. }) => with_loose(blocks, loose),
        _ => Vec::new(),
    }
}

/// The words alone, a line for each block: for the search and for descriptions.
pub fn plain_text(blocks: &[Block]) -> String {
    let mut text = String::new();
    write_blocks(blocks, &mut text);
    text.truncate(text.trim_end().len());
    text
}

fn write_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Heading { inlines, .. } | Block::Paragraph { inlines } => write_inlines(inlines, out),
            Block::List { items, .. } => items.iter().for_each(|item| write_blocks(item, out)),
            Block::Quote { blocks } => write_blocks(blocks, out),
            Block::Code { text } => out.push_str(text.trim_end()),
            Block::Table { rows } => {
                for row in rows {
                    for cell in row {
                        write_inlines(cell, out);
                        out.push(' ');
                    }
                    out.push('\n');
                }
            }
            Block::Rule => {}
        }
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
}

fn write_inlines(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } => out.push_str(text),
            Inline::Strong { inlines } | Inline::Emphasis { inlines } | Inline::Link { inlines, .. } => {
                write_inlines(inlines, out);
            }
            Inline::Break => out.push(' '),
        }
    }
}

enum Container {
    Article,
    Quote,
    Item,
}

enum Span {
    Paragraph,
    Heading(u8),
    Cell,
    Strong,
    Emphasis,
    Link(String),
    /// An image's description, or a link that may not lead anywhere: its text stays.
    Bare,
}

/// What is open while reading. `loose`: text directly in a container, as in the items of a tight list.
enum Frame {
    Blocks { container: Container, blocks: Vec<Block>, loose: Vec<Inline> },
    Inlines { span: Span, inlines: Vec<Inline> },
    List { start: Option<u64>, items: Vec<Vec<Block>> },
    Table { rows: Vec<Vec<Vec<Inline>>> },
    Row { cells: Vec<Vec<Inline>> },
    Code { text: String },
    Html { text: String },
}

impl Frame {
    fn blocks(container: Container) -> Self {
        Frame::Blocks { container, blocks: Vec::new(), loose: Vec::new() }
    }

    fn span(span: Span) -> Self {
        Frame::Inlines { span, inlines: Vec::new() }
    }
}

fn with_loose(mut blocks: Vec<Block>, loose: Vec<Inline>) -> Vec<Block> {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph { inlines: loose });
    }
    blocks
}

#[derive(Default)]
struct Reader {
    frames: Vec<Frame>,
    /// Open elements that were not let in, being too deep.
    skipped: usize,
    /// Inside images: their description is text only.
    images: usize,
    /// Inside an inline `<script>` or the like: its content is no text.
    silenced: bool,
    /// A line of the source ended here; whether that is a blank depends on the letters around it.
    line_ended: bool,
    last_letter: Option<char>,
    /// Heading ids given so far, and how often each was asked for.
    ids: HashMap<String, usize>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = clean::line(&text);
                if self.images > 0 {
                    self.text(&text);
                } else if !text.is_empty() && !self.silenced {
                    self.settle_line(text.chars().next());
                    self.last_letter = text.chars().next_back();
                    self.push_inline(Inline::Code { text });
                }
            }
            Event::Html(html) => match self.frames.last_mut() {
                Some(Frame::Html { text }) => text.push_str(&html),
                _ => self.text(&clean::without_tags(&html)),
            },
            Event::InlineHtml(html) => {
                if let Some(silent) = clean::silences(&html) {
                    self.silenced = silent;
                }
            }
            Event::SoftBreak => self.line_ended = true,
            Event::HardBreak => {
                self.line_ended = false;
                self.push_inline(Inline::Break);
            }
            Event::Rule => self.push_block(Block::Rule),
            Event::FootnoteReference(text) => self.text(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let parts_of_a_whole = matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell);
        if self.skipped > 0 || (self.frames.len() >= MAX_DEPTH && !parts_of_a_whole) {
            self.skipped += 1;
            self.line_ended = true;
            return;
        }
        let plain = self.images > 0;
        let frame = match tag {
            Tag::Paragraph => Frame::span(Span::Paragraph),
            Tag::Heading { level, .. } => Frame::span(Span::Heading(match level {
                HeadingLevel::H1 | HeadingLevel::H2 => 2,
                HeadingLevel::H3 => 3,
                _ => 4,
            })),
            Tag::BlockQuote(_) => Frame::blocks(Container::Quote),
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => Frame::Code { text: String::new() },
            Tag::HtmlBlock => Frame::Html { text: String::new() },
            Tag::List(start) => Frame::List { start, items: Vec::new() },
            Tag::Item => Frame::blocks(Container::Item),
            Tag::Table(_) => Frame::Table { rows: Vec::new() },
            Tag::TableHead | Tag::TableRow => Frame::Row { cells: Vec::new() },
            Tag::TableCell => Frame::span(Span::Cell),
            Tag::Emphasis if !plain => Frame::span(Span::Emphasis),
            Tag::Strong if !plain => Frame::span(Span::Strong),
            Tag::Link { link_type, dest_url, .. } if !plain => {
                // The parser itself nests addresses in angle brackets inside links; a page may not.
                let nested = self.frames.iter().any(|open| matches!(open, Frame::Inlines { span: Span::Link(_), .. }));
                let address =
                    if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                Frame::span(clean::href(&address).filter(|_| !nested).map_or(Span::Bare, Span::Link))
            }
            Tag::Image { .. } => {
                self.images += 1;
                Frame::span(Span::Bare)
            }
            _ => Frame::span(Span::Bare),
        };
        self.frames.push(frame);
    }

    fn end(&mut self, end: TagEnd) {
        if self.skipped > 0 {
            self.skipped -= 1;
            self.line_ended = true;
            return;
        }
        if end == TagEnd::Image {
            self.images = self.images.saturating_sub(1);
        }
        if self.frames.len() > 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        match frame {
            Frame::Blocks { container, blocks, loose } => {
                let blocks = with_loose(blocks, loose);
                match (container, self.frames.last_mut()) {
                    (Container::Item, Some(Frame::List { items, .. })) => items.push(blocks),
                    (Container::Quote, _) if !blocks.is_empty() => self.push_block(Block::Quote { blocks }),
                    _ => {}
                }
                self.line_ended = false;
            }
            Frame::Inlines { span, inlines } => self.close_span(span, inlines),
            Frame::List { start, items } if !items.is_empty() => self.push_block(Block::List { start, items }),
            Frame::Table { rows } if !rows.is_empty() => self.push_block(Block::Table { rows }),
            Frame::Row { cells } => {
                if let Some(Frame::Table { rows }) = self.frames.last_mut() {
                    rows.push(cells);
                }
            }
            Frame::Code { text } => self.push_block(Block::Code { text: clean::code(&text) }),
            Frame::Html { text } => {
                let text = clean::without_tags(&text);
                if !text.is_empty() {
                    self.push_block(Block::Paragraph { inlines: vec![Inline::Text { text }] });
                }
            }
            Frame::List { .. } | Frame::Table { .. } => {}
        }
    }

    fn close_span(&mut self, span: Span, inlines: Vec<Inline>) {
        if matches!(span, Span::Paragraph | Span::Heading(_) | Span::Cell) {
            (self.silenced, self.line_ended, self.last_letter) = (false, false, None);
        }
        if let Span::Cell = span {
            // An empty cell is still a cell.
            if let Some(Frame::Row { cells }) = self.frames.last_mut() {
                cells.push(inlines);
            }
            return;
        }
        if inlines.is_empty() {
            return;
        }
        match span {
            Span::Paragraph => self.push_block(Block::Paragraph { inlines }),
            Span::Heading(level) => {
                let mut text = String::new();
                write_inlines(&inlines, &mut text);
                let id = clean::heading_id(&text, &mut self.ids);
                self.push_block(Block::Heading { level, id, inlines });
            }
            Span::Strong => self.push_inline(Inline::Strong { inlines }),
            Span::Emphasis => self.push_inline(Inline::Emphasis { inlines }),
            Span::Link(href) => self.push_inline(Inline::Link { href, inlines }),
            Span::Bare | Span::Cell => inlines.into_iter().for_each(|inline| self.push_inline(inline)),
        }
    }

    fn text(&mut self, text: &str) {
        match self.frames.last_mut() {
            Some(Frame::Code { text: code }) => return code.push_str(text),
            Some(Frame::Html { text: html }) => return html.push_str(text),
            _ => {}
        }
        let text = clean::line(text);
        if text.is_empty() || self.silenced {
            return;
        }
        self.settle_line(text.chars().next());
        self.last_letter = text.chars().next_back();
        self.push_inline(Inline::Text { text });
    }

    /// A line's end is a blank, but not between two Chinese characters.
    fn settle_line(&mut self, next: Option<char>) {
        let wide = |c: char| ('\u{2e80}'..='\u{ffef}').contains(&c);
        let ended = std::mem::take(&mut self.line_ended);
        if ended
            && let Some(last) = self.last_letter
            && !(wide(last) && next.is_some_and(wide))
        {
            self.push_inline(Inline::Text { text: " ".to_owned() });
        }
    }

    fn push_inline(&mut self, inline: Inline) {
        let row = match self.frames.last_mut() {
            Some(Frame::Inlines { inlines, .. }) => inlines,
            Some(Frame::Blocks { loose, .. }) => loose,
            // No text can stand here: the parser never reports any.
            _ => return,
        };
        match (row.last_mut(), inline) {
            (Some(Inline::Text { text }), Inline::Text { text: more }) => text.push_str(&more),
            (_, inline) => row.push(inline),
        }
    }

    fn push_block(&mut self, block: Block) {
        // A paragraph or code that is not in a container (too deep to have one) joins the text around it.
        if let Some(Frame::Blocks { blocks, loose, .. }) = self.frames.last_mut() {
            let gathered = std::mem::take(loose);
            *blocks = with_loose(std::mem::take(blocks), gathered);
            blocks.push(block);
            self.last_letter = None;
        }
    }
}
