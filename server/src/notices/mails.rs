//! The mails themselves.

use super::{
    store::{News, Subscription},
    token::{self, Use},
};
use crate::{
    notifications::{self, Block, Mail},
    orders::carriers,
    secret::Secret,
    sites::Site,
};
use aftercart_shared::{i18n::Messages, locale::Locale, time::Timestamp, tracking::ParcelStatus};

/// Where our links lead.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    pub public_url: &'a str,
    pub secret: &'a Secret,
    pub site: &'a Site,
}

impl Links<'_> {
    /// The code stands in the fragment: mail scanners that open the page do nothing by it.
    fn link(&self, used: Use, subscription: &str, locale: Locale) -> String {
        let name = match used {
            Use::Confirm => "confirm",
            Use::Stop => "stop",
        };
        let token = token::seal(self.secret, &self.site.id, used, subscription);
        format!("{}/n/{}?locale={}#{name}.{token}", self.public_url, self.site.key, locale.tag())
    }

    /// For the mail program's own button (RFC 8058), which sends nothing but this address.
    fn one_click(&self, subscription: &str) -> String {
        let token = token::seal(self.secret, &self.site.id, Use::Stop, subscription);
        format!("{}/n/{}/stop/{token}", self.public_url, self.site.key)
    }

    fn order(&self, number: &str, locale: Locale) -> String {
        let number: String = percent(number);
        format!("{}/s/{}/track?number={number}&locale={}", self.public_url, self.site.key, locale.tag())
    }
}

fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// "Was it you?" Once a day at most, however often it is asked for.
pub fn confirm(links: Links, subscription: &Subscription, number: &str, now: Timestamp) -> Mail {
    let locale = Locale::parse(&subscription.locale).unwrap_or(Locale::En);
    let t = Messages::new(locale);
    let shop = links.site.name(locale);
    let (text, html) = notifications::page(
        links.site,
        locale,
        &[
            Block::Title(t.notices_confirm_title(number)),
            Block::Paragraph(t.notices_confirm_text(number)),
            Block::Button {
                label: t.notices_confirm_button().into(),
                url: links.link(Use::Confirm, &subscription.subscription_id, locale),
            },
            Block::Small(t.notices_confirm_ignore().into()),
        ],
    );
    let day = now.0.div_euclid(Timestamp::DAY_MS);
    Mail {
        site: links.site.id.clone(),
        key: format!("confirm notices {} {day}", subscription.subscription_id),
        to: subscription.email.clone(),
        locale,
        subject: t.notices_confirm_subject(number, shop),
        text,
        html,
        headers: vec![],
        useful_until: Some(now.plus_ms(super::routes::CONFIRM_MS)),
    }
}

/// What a status is to a subscriber; `None` for what is no news worth a mail.
pub fn is_news(status: ParcelStatus) -> bool {
    !matches!(
        status,
        ParcelStatus::Unknown | ParcelStatus::Registered | ParcelStatus::Cancelled | ParcelStatus::Expired
    )
}

/// "Your parcel is on its way", in the subscriber's language.
pub fn news(links: Links, news: &News, status: ParcelStatus) -> Mail {
    let locale = Locale::parse(&news.locale).unwrap_or(Locale::En);
    let t = Messages::new(locale);
    let title = match status {
        ParcelStatus::InTransit => t.notices_shipped(),
        ParcelStatus::OutForDelivery => t.notices_out_for_delivery(),
        ParcelStatus::ReadyForPickup => t.notices_ready_for_pickup(),
        ParcelStatus::Delivered => t.notices_delivered(),
        ParcelStatus::Attempted => t.notices_attempted(),
        ParcelStatus::Returning | ParcelStatus::Returned => t.notices_returning(),
        _ => t.notices_problem(),
    };
    let mut blocks = vec![Block::Title(title.into())];
    blocks.push(Block::Fact { label: t.notices_order().into(), value: news.number.clone() });
    if news.parcels > 1 {
        let value = t.notices_parcel_of(&news.parcels.to_string(), &news.place.to_string());
        blocks.push(Block::Fact { label: t.notices_parcel().into(), value });
    }
    if let Some(number) = &news.tracking_number {
        let carrier = news.carrier.as_deref().and_then(|code| carriers::name(code, locale));
        let value = carrier.map_or_else(|| number.clone(), |carrier| format!("{carrier} {number}"));
        blocks.push(Block::Fact { label: t.notices_tracking().into(), value });
    }
    blocks.push(Block::Button { label: t.notices_see().into(), url: links.order(&news.number, locale) });
    blocks.push(Block::Small(t.notices_why(&news.number)));
    blocks.push(Block::SmallLink {
        label: t.notices_stop().into(),
        url: links.link(Use::Stop, &news.subscription_id, locale),
    });
    let (text, html) = notifications::page(links.site, locale, &blocks);
    Mail {
        site: links.site.id.clone(),
        key: format!("notice {} {} {}", news.subscription_id, news.shipment_id, news.status),
        to: news.email.clone(),
        locale,
        subject: t.notices_subject(&news.number, title),
        text,
        html,
        headers: vec![
            ("List-Unsubscribe".into(), format!("<{}>", links.one_click(&news.subscription_id))),
            ("List-Unsubscribe-Post".into(), "List-Unsubscribe=One-Click".into()),
        ],
        useful_until: None,
    }
}
