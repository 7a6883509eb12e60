//! Dates and amounts as the server writes them, where no browser does.

use super::values::to_date;
use aftercart_shared::{
    i18n::Messages,
    locale::Locale,
    money::Money,
    returns::{Day, Wording},
};

/// In one language.
#[derive(Clone, Copy, Debug)]
pub struct ServerWording(pub Locale);

impl Wording for ServerWording {
    fn texts(&self) -> Messages {
        Messages::new(self.0)
    }

    /// `30 November 2026`, `2026年11月30日`.
    fn day(&self, day: Day) -> String {
        let form = if self.0.is_chinese() { "%-Y年%-m月%-d日" } else { "%-d %B %-Y" };
        to_date(day).strftime(form).to_string()
    }

    /// `£2.95`, `2.95英镑`.
    fn money(&self, amount: Money) -> String {
        let (t, major) = (self.texts(), amount.to_major());
        match amount.currency.code() {
            "GBP" => t.money_gbp(&major),
            "USD" => t.money_usd(&major),
            "EUR" => t.money_eur(&major),
            "CNY" => t.money_cny(&major),
            "JPY" => t.money_jpy(&major),
            "HKD" => t.money_hkd(&major),
            code => t.money_other(&major, code),
        }
    }
}
