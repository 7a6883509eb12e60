//! What outlives the views of a return: the wish, and what the server has said to it.

use super::{
    between::Between,
    photo::Photos,
    variant::Offered,
    wish::{self, Wish},
};
use crate::{
    api::{client::Failure, json::Json, loading::Loading},
    js,
    session::Session,
    ui::dom::afterwards,
};
use aftercart_shared::{
    api::{
        orders::MyOrders,
        returns::{MyReturns, Quote, ReturnOptions, ReturnableLine},
    },
    error::ErrorCode,
    locale::Locale,
    returns::Verdict,
};
use leptos::prelude::*;

/// Something about one line that has to be put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `None`: about all of it.
    pub line: Option<String>,
    pub text: String,
}

#[derive(Clone, Copy)]
pub struct State {
    pub wish: RwSignal<Wish>,
    pub options: Loading<ReturnOptions>,
    /// Of which order, and in which language.
    options_of: StoredValue<Option<(String, Locale)>>,
    pub quote: Loading<Quote>,
    /// The request that it answers.
    quote_of: StoredValue<String>,
    /// Its answer is read where it is shown.
    pub sending: Loading<Json>,
    pub mine: Loading<MyReturns>,
    mine_of: StoredValue<Option<Locale>>,
    pub orders: Loading<MyOrders>,
    pub photos: Photos,
    pub offered: Offered,
    pub fault: RwSignal<Option<Fault>>,
    pub between: Between,
}

impl State {
    pub fn new(session: Session, between: Between) -> State {
        let state = State {
            wish: RwSignal::default(),
            options: Loading::new(),
            options_of: StoredValue::new(None),
            quote: Loading::new(),
            quote_of: StoredValue::default(),
            sending: Loading::new(),
            mine: Loading::new(),
            mine_of: StoredValue::new(None),
            orders: Loading::new(),
            photos: Photos::new(),
            offered: Offered::new(),
            fault: RwSignal::new(None),
            between,
        };
        afterwards(move || {
            state.wish.with(|wish| {
                if !wish.order.is_empty() {
                    wish::keep(session, wish);
                }
            });
        });
        let was_known = StoredValue::new(false);
        afterwards(move || {
            let known = session.api.signed_in();
            if was_known.get_value() && !known {
                state.forget_answers();
            }
            was_known.set_value(known);
        });
        super::send::follow(session, state);
        state
    }

    /// Signed out, by herself or by time: what the server said of her is not for the next one. The wish stays in memory,
    /// where only who may see its order finds it.
    fn forget_answers(self) {
        self.options.clear();
        self.options_of.set_value(None);
        self.forget_quote();
        self.mine.clear();
        self.mine_of.set_value(None);
        self.orders.clear();
        self.between.answer.set_value(None);
    }

    pub fn forget_quote(self) {
        self.quote.clear();
        self.quote_of.set_value(String::new());
    }

    /// The wish for this order, as far as she was, and what of the order may come back.
    pub fn open(self, session: Session, order: &str) {
        self.hear_of_changes();
        if self.wish.with_untracked(|wish| wish.order != order) {
            self.photos.forget();
            self.fault.set(None);
            self.sending.clear();
            self.wish.set(wish::begun(session, order).unwrap_or_else(|| Wish::new(order)));
        }
        let about = Some((order.to_owned(), session.locale.get_untracked()));
        if self.options_of.with_value(|known| *known != about) {
            self.ask_options(session);
        }
    }

    pub fn ask_options(self, session: Session) {
        let order = self.wish.with_untracked(|wish| wish.order.clone());
        let locale = session.locale.get_untracked();
        let path = format!("/me/orders/{order}/returns/options?locale={}", locale.tag());
        self.options_of.set_value(Some((order, locale)));
        self.options.clear();
        self.forget_quote();
        self.options.ask(move || session.api.get(path.clone()));
    }

    /// Something of it has changed on the server: asked anew with the next view.
    pub fn options_changed(self) {
        self.options_of.set_value(None);
        self.mine_of.set_value(None);
        self.offered.forget();
        self.forget_quote();
    }

    /// How it would come out: with the lines alone, with the resolution, with the method.
    pub fn ask_quote(self, session: Session, how_far: u8) {
        let locale = session.locale.get_untracked().tag();
        let (order, body) = self.wish.with_untracked(|wish| (wish.order.clone(), wish.quote(locale, how_far)));
        if self.quote_of.with_value(|asked| *asked == body) && self.quote.failure.with_untracked(Option::is_none) {
            return;
        }
        self.quote.clear();
        self.quote_of.set_value(body.clone());
        let path = format!("/me/orders/{order}/returns/quote");
        self.quote.ask(move || session.api.post(path.clone(), body.clone()));
    }

    /// Called off where its story is told.
    fn hear_of_changes(self) {
        if self.between.changed.get_value() {
            self.between.changed.set_value(false);
            self.options_changed();
        }
    }

    pub fn ask_mine(self, session: Session) {
        self.hear_of_changes();
        let locale = session.locale.get_untracked();
        if self.mine_of.get_value() != Some(locale) {
            self.mine_of.set_value(Some(locale));
            self.mine.ask(move || session.api.get(format!("/me/returns?locale={}", locale.tag())));
        }
    }

    /// Lines that the server no longer offers are taken out, and no quantity is above what is left.
    pub fn fit(self, options: &ReturnOptions) {
        let fitted = self.wish.with_untracked(|wish| {
            let mut fitted = wish.clone();
            fitted.lines.retain_mut(|chosen| {
                let line = options.lines.iter().find(|line| line.line == chosen.line && offered(line));
                chosen.quantity = chosen.quantity.min(line.map_or(0, |line| line.left));
                chosen.quantity > 0
            });
            (fitted != *wish).then_some(fitted)
        });
        if let Some(fitted) = fitted {
            self.wish.set(fitted);
        }
    }

    /// The wish has become something else: what was worked out for it no longer holds.
    pub fn change(self, change: impl FnOnce(&mut Wish)) {
        self.wish.update(|wish| {
            change(wish);
            wish.sent = false;
        });
        if self.fault.with_untracked(Option::is_some) {
            self.fault.set(None);
        }
        self.sending.clear();
    }

    /// After it has been sent.
    pub fn forget_wish(self) {
        let order = self.wish.with_untracked(|wish| wish.order.clone());
        self.wish.set(Wish::new(&order));
        self.photos.forget();
        self.options_changed();
    }

    /// For a wish that the server knows under this key in another form.
    pub fn another_key(self) {
        self.wish.update(|wish| wish.key = js::uuid());
        self.options_changed();
    }
}

/// May any of it come back?
pub fn offered(line: &ReturnableLine) -> bool {
    line.left > 0 && line.answers.iter().any(|answer| answer.verdict != Verdict::Refuse)
}

/// The line that a refusal is about: named, or by its place in the request.
pub fn line_of(wish: &Wish, failure: &Failure) -> Option<String> {
    let field = failure.field.as_deref()?;
    if let Some(chosen) =
        wish.lines.iter().find(|chosen| field == chosen.line || field.ends_with(&format!(".{}", chosen.line)))
    {
        return Some(chosen.line.clone());
    }
    let digits: String = field.chars().filter(char::is_ascii_digit).collect();
    wish.lines.get(digits.parse::<usize>().ok()?).map(|chosen| chosen.line.clone())
}

/// Does this failure lead back to an earlier step?
pub fn leads_back(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NotReturnable | ErrorCode::QuantityInvalid | ErrorCode::PhotoRequired | ErrorCode::VariantGone
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_finds_its_line() {
        let mut wish = Wish::default();
        wish.choose("l7", 1);
        wish.choose("l9", 1);
        let failure = |field: &str| Failure { field: Some(field.into()), ..ErrorCode::NotReturnable.into() };
        assert_eq!(line_of(&wish, &failure("l9")).as_deref(), Some("l9"));
        assert_eq!(line_of(&wish, &failure("lines.l7")).as_deref(), Some("l7"));
        assert_eq!(line_of(&wish, &failure("lines[1].quantity")).as_deref(), Some("l9"));
        assert_eq!(line_of(&wish, &failure("lines")), None);
        assert_eq!(line_of(&wish, &ErrorCode::NotReturnable.into()), None);
    }
}
