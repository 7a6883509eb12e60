//! The message that carries a code, in the shopper's language.

use super::code;
use crate::{
    db::{self, Tx},
    notifications::{self, Block, Mail, Text},
    sites::Site,
};
use aftercart_shared::{i18n::Messages, locale::Locale, time::Timestamp, validate::Contact};

/// Stores it with the caller's transaction. `id` is the code's, so that it is sent once.
pub async fn send(
    tx: &mut Tx,
    site: &Site,
    locale: Locale,
    to: &Contact,
    id: &str,
    code: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    let t = Messages::new(locale);
    let shop = site.name(locale);
    let minutes = (code::LIFE_MS / 60_000).to_string();
    let useful_until = Some(now.plus_ms(code::LIFE_MS));
    let key = format!("code {id}");
    match to {
        Contact::Email(to) => {
            let (text, html) = notifications::page(
                site,
                locale,
                &[
                    Block::Title(t.code_mail_title().into()),
                    Block::Code(code.into()),
                    Block::Paragraph(t.code_mail_text(&minutes)),
                    Block::Small(t.code_mail_ignore().into()),
                ],
            );
            let subject = t.code_mail_subject(code, shop);
            let (site, to) = (site.id.clone(), to.clone());
            let mail = Mail { site, key, to, locale, subject, text, html, headers: vec![], useful_until };
            notifications::queue_mail(tx, mail, now).await
        }
        Contact::Phone(to) => {
            let body = t.code_text(code, &minutes, shop);
            let text = Text { site: site.id.clone(), key, to: to.clone(), body, useful_until };
            notifications::queue_text(tx, text, now).await
        }
    }
}
