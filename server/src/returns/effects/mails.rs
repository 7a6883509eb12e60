//! The mails of a return: only ever to the address that the order itself has.

use super::{
    EffectKind, EffectRow,
    run::Turn,
    settle::{self, How},
    subject_store::{PieceRow, Subject},
};
use crate::{
    app::App,
    db,
    notifications::{self, Block, Mail},
    returns::{policy::window::ShopCalendar, policy::wording::ServerWording, record::Actor},
    sites::Site,
};
use aftercart_shared::{
    ids::SiteId,
    money::{Currency, Money},
    returns::{Resolution, Wording},
    time::Timestamp,
};

/// Stores the mail, and that it was asked for, in one transaction.
pub async fn send(
    app: &App,
    site: &SiteId,
    effect: &EffectRow,
    kind: EffectKind,
    subject: &Subject,
) -> Result<Turn, Turn> {
    let none = |note| Ok(Turn::Done(How { by: "none".into(), reference: None, note: Some(note) }));
    let Some(to) = subject.row.email.clone() else {
        return none("The order has no e-mail address: no mail was sent.");
    };
    // Decided at once: that mail says all of it.
    if kind == EffectKind::MailRequested && !matches!(subject.row.state.as_str(), "requested" | "open") {
        return none("It was decided at once: the mail about that says it all.");
    }
    let settings = app.sites.by_id(site).await.map_err(|e| Turn::Again { why: e.to_string(), after_s: None })?;
    let amount = Currency::parse(&subject.row.currency).zip(effect.amount.or(subject.row.total));
    let sum = amount.map(|(currency, minor)| Money { minor, currency });
    let (title, blocks) = words(kind, subject, sum, &settings, link(app, &settings, subject));
    let (text, html) = notifications::page(&settings, subject.locale(), &blocks);
    let t = ServerWording(subject.locale()).texts();
    let mail = Mail {
        site: site.clone(),
        key: format!("return {}", effect.effect_id),
        to,
        locale: subject.locale(),
        subject: t.return_mail_subject(&subject.row.number, &title),
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

/// Where she sees it.
fn link(app: &App, site: &Site, subject: &Subject) -> String {
    format!("{}/s/{}?locale={}", app.config.public_url, site.key, subject.locale().tag())
}

/// Title and body.
fn words(
    kind: EffectKind,
    subject: &Subject,
    sum: Option<Money>,
    site: &Site,
    link: String,
) -> (String, Vec<Block>) {
    let wording = ServerWording(subject.locale());
    let t = wording.texts();
    let amount = sum.map(|sum| wording.money(sum)).unwrap_or_default();
    let credit = Resolution::parse(&subject.row.resolution) == Some(Resolution::StoreCredit);
    let (title, first): (String, Vec<String>) = match kind {
        EffectKind::MailRequested => (t.return_mail_requested().into(), vec![t.return_mail_requested_text().into()]),
        EffectKind::MailRefused => (t.return_mail_refused().into(), vec![]),
        EffectKind::MailCancelled => (t.return_mail_cancelled().into(), vec![t.return_mail_cancelled_text().into()]),
        EffectKind::MailExpired => (t.return_mail_expired().into(), vec![t.return_mail_expired_text().into()]),
        EffectKind::MailReceived => (t.return_mail_received().into(), vec![t.return_mail_received_text().into()]),
        EffectKind::MailRejected => (t.return_mail_rejected().into(), vec![]),
        EffectKind::MailRefunded if credit => {
            (t.return_mail_credited(&amount), vec![t.return_mail_credited_text().into()])
        }
        EffectKind::MailRefunded => (t.return_mail_refunded(&amount), vec![t.return_mail_refunded_text().into()]),
        EffectKind::MailReplaced => (t.return_mail_replaced().into(), vec![t.return_mail_replaced_text().into()]),
        _ => (t.return_mail_approved().into(), next(subject, site)),
    };
    let mut blocks = vec![Block::Title(title.clone())];
    blocks.extend(first.into_iter().map(Block::Paragraph));
    if matches!(kind, EffectKind::MailRefused | EffectKind::MailRejected) {
        blocks.extend(subject.because.iter().map(|reason| Block::Paragraph(t.return_mail_because(reason))));
        blocks.push(Block::Paragraph(t.return_mail_help().into()));
    }
    let fact = |label: &str, value: &str| Block::Fact { label: label.into(), value: value.into() };
    blocks.push(fact(t.return_mail_number(), &subject.row.number));
    blocks.push(fact(t.return_mail_order(), &subject.row.order_number));
    let item = |piece: &PieceRow| {
        let count = piece.received.filter(|_| kind == EffectKind::MailReceived).unwrap_or(piece.quantity);
        t.return_mail_item(&count.to_string(), &piece.title)
    };
    let items: Vec<String> = subject.pieces.iter().map(item).collect();
    blocks.push(fact(t.return_mail_items(), &items.join(t.policy_semicolon())));
    blocks.push(Block::Button { label: t.return_mail_open().into(), url: link });
    blocks.push(Block::Small(t.return_mail_why(&subject.row.order_number)));
    (title, blocks)
}

/// What she does once it is approved.
fn next(subject: &Subject, site: &Site) -> Vec<String> {
    let wording = ServerWording(subject.locale());
    let t = wording.texts();
    let Some(send_by) = subject.row.send_by else { return vec![t.return_mail_approved_nothing().into()] };
    let calendar = ShopCalendar::of_zone(&site.time_zone).unwrap_or_else(ShopCalendar::utc);
    let day = wording.day(calendar.day(Timestamp(send_by)));
    vec![t.return_mail_approved_send(&day), t.return_mail_approved_code().into()]
}
