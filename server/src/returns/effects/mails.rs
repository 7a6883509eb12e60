//! The mails of a return: only ever to the address that the order itself has.

use super::{
    AboutPiece, EffectKind, EffectRow,
    run::{Subject, Turn},
    settle::{self, How},
};
use crate::{
    app::App,
    db,
    notifications::{self, Block, Mail},
    returns::{code, policy::wording::ServerWording, record::Actor},
};
use aftercart_shared::{
    ids::SiteId,
    money::{Currency, Money},
    returns::Wording,
};

/// Stores the mail, and that it was asked for, in one transaction.
pub async fn send(
    app: &App,
    site: &SiteId,
    effect: &EffectRow,
    kind: EffectKind,
    subject: &Subject,
) -> Result<Turn, Turn> {
    let Some(to) = subject.row.email.clone() else {
        let note = Some("The order has no e-mail address: no mail was sent.");
        return Ok(Turn::Done(How { by: "none".into(), reference: None, note }));
    };
    let settings = app.sites.by_id(site).await.map_err(|e| Turn::Again { why: e.to_string(), after_s: None })?;
    let about = &subject.about;
    let amount = Currency::parse(&subject.row.currency).zip(effect.amount);
    let sum = amount.map(|(currency, minor)| Money { minor, currency });
    let link = about.link.clone();
    let link = link.unwrap_or_else(|| code::text(&app.config.public_url, &app.secret, &settings, &about.number));
    let (title, blocks) = words(kind, subject, sum, link);
    let (text, html) = notifications::page(&settings, about.locale, &blocks);
    let mail = Mail {
        site: site.clone(),
        key: format!("return {}", effect.effect_id),
        to,
        locale: about.locale,
        subject: ServerWording(about.locale).texts().return_mail_subject(&about.number, &title),
        text,
        html,
        headers: vec![],
        useful_until: None,
    };
    let (site, effect, now) = (site.clone(), effect.clone(), app.clock.now());
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let how = How { by: "mail".into(), reference: None, note: None };
                if settle::done(tx, &site, &effect, how, Actor::System, now).await? {
                    notifications::queue_mail(tx, mail, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(Turn::Settled)
}

/// Title and body.
fn words(kind: EffectKind, subject: &Subject, sum: Option<Money>, link: String) -> (String, Vec<Block>) {
    let about = &subject.about;
    let wording = ServerWording(about.locale);
    let t = wording.texts();
    let amount = sum.map(|sum| wording.money(sum)).unwrap_or_default();
    let (title, mut says): (String, Vec<String>) = match kind {
        EffectKind::MailReceived => (t.return_mail_received().into(), vec![t.return_mail_received_text().into()]),
        EffectKind::MailRefunded if about.store_credit => {
            (t.return_mail_credited(&amount), vec![t.return_mail_credited_text().into()])
        }
        EffectKind::MailRefunded => (t.return_mail_refunded(&amount), vec![t.return_mail_refunded_text().into()]),
        EffectKind::MailLabel => (t.label_mail_title().into(), vec![t.label_mail_text().into()]),
        // What was looked at and sent back is another thing than what was never accepted.
        EffectKind::MailRefused if subject.row.state == "rejected" => (t.return_mail_rejected().into(), vec![]),
        EffectKind::MailRefused => (t.return_mail_refused().into(), vec![]),
        _ => (t.return_mail_approved().into(), about.says.clone()),
    };
    if kind == EffectKind::MailRefused {
        says.extend(about.says.iter().map(|reason| t.return_mail_because(reason)));
        says.push(t.return_mail_help().into());
    }
    let fact = |label: &str, value: &str| Block::Fact { label: label.into(), value: value.into() };
    let item = |piece: &AboutPiece| {
        let said = t.return_mail_item(&piece.quantity.to_string(), &piece.title);
        match &piece.instead {
            Some(new) => format!("{said} · {}", t.exchange_instead(&new.words)),
            None => said,
        }
    };
    let items: Vec<String> = about.pieces.iter().filter(|piece| piece.quantity > 0).map(item).collect();
    let mut blocks = vec![Block::Title(title.clone())];
    blocks.extend(says.into_iter().map(Block::Paragraph));
    blocks.push(fact(t.return_mail_number(), &about.number));
    blocks.push(fact(t.return_mail_order(), &subject.row.number));
    if !items.is_empty() {
        blocks.push(fact(t.return_mail_items(), &items.join(t.policy_semicolon())));
    }
    let press = if kind == EffectKind::MailLabel { t.label_mail_print() } else { t.return_mail_open() };
    blocks.push(Block::Button { label: press.into(), url: link });
    blocks.push(Block::Small(t.return_mail_why(&subject.row.number)));
    (title, blocks)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{About, store::SubjectRow},
        *,
    };
    use aftercart_shared::locale::Locale;

    fn subject(locale: Locale, state: &str, store_credit: bool) -> Subject {
        let row = SubjectRow {
            state: state.into(),
            currency: "GBP".into(),
            source: "vendure".into(),
            external_id: "1".into(),
            number: "A-1001".into(),
            email: Some("emma@example.com".into()),
        };
        let about = About {
            number: "R-7K2M9Q".into(),
            locale,
            pieces: vec![AboutPiece { line: "1".into(), title: "Harbour <lamp>".into(), quantity: 2, instead: None }],
            says: vec!["Send it by 30 November 2026.".into()],
            link: None,
            store_credit,
        };
        Subject { row, about }
    }

    fn said(kind: EffectKind, subject: &Subject) -> (String, String) {
        let sum = Currency::parse("GBP").map(|currency| Money { minor: 1_295, currency });
        let (title, blocks) = words(kind, subject, sum, "https://help.example/s/pk_1/return#token".into());
        (title, format!("{blocks:?}"))
    }

    #[test]
    fn each_says_what_happened_and_what_comes_next() {
        let (title, body) = said(EffectKind::MailApproved, &subject(Locale::En, "approved", false));
        assert_eq!(title, "Your request is approved");
        assert!(body.contains("Send it by 30 November 2026.") && body.contains("#token"), "{body}");
        let (title, body) = said(EffectKind::MailRefunded, &subject(Locale::En, "refunded", false));
        assert_eq!(title, "Your refund of £12.95 is on its way");
        assert!(body.contains("2 × Harbour <lamp>") && !body.contains("Send it by"), "{body}");
        let (title, _) = said(EffectKind::MailRefunded, &subject(Locale::ZhCn, "refunded", true));
        assert_eq!(title, "12.95英镑购物金已到账");
        let (title, body) = said(EffectKind::MailRefused, &subject(Locale::ZhCn, "refused", false));
        assert!(title.contains("未能通过") && body.contains("原因：Send it by"), "{title} {body}");
        let (title, _) = said(EffectKind::MailRefused, &subject(Locale::ZhCn, "rejected", false));
        assert!(title.contains("无法办理"), "{title}");
        let (_, body) = said(EffectKind::MailReceived, &subject(Locale::En, "received", false));
        assert!(body.contains("looked at every item") && !body.contains("Send it by"), "{body}");
    }
}
