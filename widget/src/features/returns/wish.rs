//! What she would like to send back, as far as she has said it. It outlives refresh, tab, language and session: kept in
//! this browser by order until it is sent, she signs out, or a month has passed.

use crate::{
    api::json::{Json, Said, list, object},
    js,
    session::Session,
};
use aftercart_shared::returns::{Method, Resolution};

/// After this nobody goes on with what she began.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub order: String,
    /// Names this wish to the server through every retry.
    pub key: String,
    /// When it was last touched, in milliseconds.
    pub at: i64,
    pub lines: Vec<Chosen>,
    pub resolution: Option<Resolution>,
    pub method: Option<Method>,
    pub comment: String,
    /// In which it was sent first; empty until then.
    pub locale: String,
    /// She has sent it, and nobody has answered yet: it goes out as soon as there is a way.
    pub sent: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub line: String,
    pub quantity: u32,
    /// Empty until it is chosen.
    pub reason: String,
    /// Attachments.
    pub photos: Vec<String>,
    /// What she would like in exchange; empty until it is chosen.
    pub variant: String,
}

impl Wish {
    pub fn new(order: &str) -> Wish {
        Wish { order: order.into(), key: js::uuid(), ..Wish::default() }
    }

    pub fn line(&self, line: &str) -> Option<&Chosen> {
        self.lines.iter().find(|chosen| chosen.line == line)
    }

    pub fn line_mut(&mut self, line: &str) -> Option<&mut Chosen> {
        self.lines.iter_mut().find(|chosen| chosen.line == line)
    }

    /// 0 takes the line out.
    pub fn choose(&mut self, line: &str, quantity: u32) {
        if quantity == 0 {
            self.lines.retain(|chosen| chosen.line != line);
        } else if let Some(chosen) = self.line_mut(line) {
            chosen.quantity = quantity;
        } else {
            self.lines.push(Chosen { line: line.into(), quantity, ..Chosen::default() });
        }
    }

    /// As the server asks for lines.
    fn asked(&self) -> String {
        let line = |chosen: &Chosen| {
            object(&[
                ("line", Said::Text(&chosen.line)),
                ("quantity", Said::Json(&chosen.quantity.to_string())),
                ("reason", Said::Text(&chosen.reason)),
            ])
        };
        list(&self.lines.iter().map(line).collect::<Vec<_>>())
    }

    /// `how_far`: 0 with the lines alone, 1 with the resolution, 2 with the method too.
    pub fn quote(&self, locale: &str, how_far: u8) -> String {
        let lines = self.asked();
        let mut said = vec![("locale", Said::Text(locale)), ("lines", Said::Json(&lines))];
        self.ways(&mut said, how_far);
        let variants = self.variants().filter(|_| how_far > 1);
        said.extend(variants.as_deref().map(|variants| ("variants", Said::Json(variants))));
        object(&said)
    }

    /// The whole request. `goods_back` decides whether a method belongs to it.
    pub fn request(&self, locale: &str, goods_back: bool) -> String {
        let lines = self.asked();
        let photo = |line: &str, id: &String| object(&[("line", Said::Text(line)), ("attachment", Said::Text(id))]);
        let photos = self.lines.iter().flat_map(|chosen| chosen.photos.iter().map(|id| photo(&chosen.line, id)));
        let photos = list(&photos.collect::<Vec<_>>());
        let mut said = vec![
            ("key", Said::Text(self.key.as_str())),
            ("locale", Said::Text(locale)),
            ("lines", Said::Json(&lines)),
            ("photos", Said::Json(&photos)),
        ];
        self.ways(&mut said, if goods_back { 2 } else { 1 });
        let variants = self.variants();
        said.extend(variants.as_deref().map(|variants| ("variants", Said::Json(variants))));
        let comment = self.comment.trim();
        if !comment.is_empty() {
            said.push(("comment", Said::Text(comment)));
        }
        object(&said)
    }

    /// What she would like in exchange, line by line; empty where she would like something else.
    fn variants(&self) -> Option<String> {
        let line =
            |chosen: &Chosen| object(&[("line", Said::Text(&chosen.line)), ("variant", Said::Text(&chosen.variant))]);
        let chosen = self.lines.iter().filter(|chosen| !chosen.variant.is_empty());
        (self.resolution == Some(Resolution::ExchangeVariant)).then(|| list(&chosen.map(line).collect::<Vec<_>>()))
    }

    fn ways<'a>(&self, said: &mut Vec<(&'static str, Said<'a>)>, how_far: u8) {
        if let Some(resolution) = self.resolution.filter(|_| how_far > 0) {
            said.push(("resolution", Said::Text(resolution.name())));
        }
        if let Some(method) = self.method.filter(|_| how_far > 1) {
            said.push(("method", Said::Text(method.name())));
        }
    }

    fn write(&self) -> String {
        let line = |chosen: &Chosen| {
            let photos = chosen.photos.iter().map(|id| object(&[("id", Said::Text(id))]));
            object(&[
                ("line", Said::Text(&chosen.line)),
                ("quantity", Said::Json(&chosen.quantity.to_string())),
                ("reason", Said::Text(&chosen.reason)),
                ("variant", Said::Text(&chosen.variant)),
                ("photos", Said::Json(&list(&photos.collect::<Vec<_>>()))),
            ])
        };
        let lines = list(&self.lines.iter().map(line).collect::<Vec<_>>());
        let at = self.at.to_string();
        let mut said = vec![
            ("order", Said::Text(self.order.as_str())),
            ("key", Said::Text(&self.key)),
            ("at", Said::Json(&at)),
            ("lines", Said::Json(&lines)),
            ("comment", Said::Text(&self.comment)),
            ("locale", Said::Text(&self.locale)),
            ("sent", Said::Bool(self.sent)),
        ];
        self.ways(&mut said, 2);
        object(&said)
    }

    fn read(json: &Json) -> Option<Wish> {
        let text = |json: &Json, name: &str| json.get(name).text().map(str::to_owned);
        let line = |json: &Json| {
            let photos = json.get("photos").list()?.iter();
            Some(Chosen {
                line: text(json, "line")?,
                quantity: json.get("quantity").number()?.try_into().ok()?,
                reason: text(json, "reason")?,
                variant: text(json, "variant").unwrap_or_default(),
                photos: photos.filter_map(|photo| text(photo, "id")).collect(),
            })
        };
        Some(Wish {
            order: text(json, "order")?,
            key: text(json, "key")?,
            at: json.get("at").number()?,
            lines: json.get("lines").list()?.iter().map(line).collect::<Option<_>>()?,
            resolution: json.get("resolution").text().and_then(Resolution::parse),
            method: json.get("method").text().and_then(Method::parse),
            comment: text(json, "comment")?,
            locale: text(json, "locale").unwrap_or_default(),
            sent: *json.get("sent") == Json::Bool(true),
        })
    }
}

/// All that has been begun; what is too old or cannot be read is forgotten.
fn read_all(text: &str, now: i64) -> Vec<Wish> {
    let json = Json::parse(text);
    let wishes = json.as_ref().and_then(Json::list).unwrap_or_default().iter().filter_map(Wish::read);
    wishes.filter(|wish| now - wish.at < KEPT_MS).collect()
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

pub fn begun(session: Session, order: &str) -> Option<Wish> {
    read_all(&session.api.begun()?, now()).into_iter().find(|wish| wish.order == order)
}

/// In the place of what was kept of the same order. A wish without lines is none.
pub fn keep(session: Session, wish: &Wish) {
    let mut all = read_all(&session.api.begun().unwrap_or_default(), now());
    all.retain(|other| other.order != wish.order);
    if !wish.lines.is_empty() {
        all.push(Wish { at: now(), ..wish.clone() });
    }
    let all: Vec<String> = all.iter().map(Wish::write).collect();
    session.api.keep_begun((!all.is_empty()).then(|| list(&all)).as_deref());
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use aftercart_shared::api::returns::{PhotoOf, QuoteRequest, ReturnRequest, VariantOf};

    fn wish() -> Wish {
        let mugs = Chosen {
            line: "l\"1".into(),
            quantity: 2,
            reason: "damaged".into(),
            photos: vec!["p1".into(), "p2".into()],
            variant: "v\"1".into(),
        };
        let lamp = Chosen { line: "l2".into(), quantity: 1, ..Chosen::default() };
        Wish {
            order: "o1".into(),
            key: "k1".into(),
            at: 5,
            lines: vec![mugs, lamp],
            resolution: Some(Resolution::StoreCredit),
            method: Some(Method::DropOff),
            comment: " 碎了\n ".into(),
            locale: "zh-CN".into(),
            sent: true,
        }
    }

    #[test]
    fn what_is_kept_is_what_was_said() {
        let text = list(&[wish().write(), Wish { at: 5 - KEPT_MS, ..wish() }.write()]);
        assert_eq!(read_all(&text, 6), [wish()]);
        assert_eq!(read_all("[{\"order\":1}]", 6), []);
        assert_eq!(read_all("", 6), []);
    }

    #[test]
    fn requests_are_those_of_the_wire() {
        let request: ReturnRequest = serde_json::from_str(&wish().request("zh-CN", true)).unwrap();
        assert_eq!((request.key.as_str(), request.method), ("k1", Some(Method::DropOff)));
        assert_eq!(request.lines[0].quantity, 2);
        assert_eq!(request.photos[1], PhotoOf { line: "l\"1".into(), attachment: "p2".into() });
        assert_eq!(request.comment.as_deref(), Some("碎了"));
        let kept: ReturnRequest = serde_json::from_str(&wish().request("en", false)).unwrap();
        assert_eq!((kept.resolution, kept.method), (Resolution::StoreCredit, None));
        let quote: QuoteRequest = serde_json::from_str(&wish().quote("en", 0)).unwrap();
        assert_eq!((quote.lines.len(), quote.resolution), (2, None));
        let quote: QuoteRequest = serde_json::from_str(&wish().quote("en", 2)).unwrap();
        assert_eq!((quote.resolution, quote.method), (Some(Resolution::StoreCredit), Some(Method::DropOff)));
    }

    #[test]
    fn variants_are_asked_for_in_an_exchange_alone() {
        let exchange = Wish { resolution: Some(Resolution::ExchangeVariant), ..wish() };
        let request: ReturnRequest = serde_json::from_str(&exchange.request("en", true)).unwrap();
        assert_eq!(request.variants, [VariantOf { line: "l\"1".into(), variant: "v\"1".into() }]);
        let quote: QuoteRequest = serde_json::from_str(&exchange.quote("en", 2)).unwrap();
        assert_eq!(quote.variants, request.variants);
        assert!(!exchange.quote("en", 1).contains("variants"));
        assert!(!wish().request("en", true).contains("variants"));
    }

    #[test]
    fn nothing_of_a_line_is_no_line() {
        let mut wish = wish();
        wish.choose("l2", 3);
        wish.choose("l3", 1);
        wish.choose("l\"1", 0);
        assert_eq!(
            wish.lines.iter().map(|l| (l.line.as_str(), l.quantity)).collect::<Vec<_>>(),
            [("l2", 3), ("l3", 1)]
        );
    }
}
