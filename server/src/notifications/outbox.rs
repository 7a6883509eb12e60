//! `/demo/outbox`: what would have been sent, for whoever tries the demo. Only there under `--demo`.

use super::store::{self, StoredMail, StoredText};
use crate::{
    app::App,
    error::Error,
    html::escape,
    returns::effects::till::{self, Paid},
    seed::DEMO_KEY,
};
use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse},
};
use serde::Serialize;

/// As many as a try-out makes in an afternoon.
const SHOWN: i64 = 50;

#[derive(Debug, Serialize)]
pub struct Outbox {
    /// Newest first.
    mails: Vec<OutboxMail>,
    texts: Vec<OutboxText>,
    /// What the demo's till has paid out.
    till: Vec<Paid>,
}

#[derive(Debug, Serialize)]
struct OutboxMail {
    id: String,
    to: String,
    locale: String,
    subject: String,
    text: String,
    at: i64,
    sent: bool,
}

#[derive(Debug, Serialize)]
struct OutboxText {
    id: String,
    to: String,
    body: String,
    at: i64,
    sent: bool,
}

async fn stored(app: &App) -> Result<(Vec<StoredMail>, Vec<StoredText>, Vec<Paid>), Error> {
    if app.demo_url.is_none() {
        return Err(Error::NotFound);
    }
    let site = app.sites.by_key(DEMO_KEY).await?;
    Ok((
        store::latest_mails(&app.db, &site.id, SHOWN).await?,
        store::latest_texts(&app.db, &site.id, SHOWN).await?,
        till::roll(&app.db, &site.id, SHOWN).await?,
    ))
}

pub async fn json(State(app): State<App>) -> Result<Json<Outbox>, Error> {
    let (mails, texts, till) = stored(&app).await?;
    let mail = |m: StoredMail| OutboxMail {
        id: m.mail_id,
        to: m.recipient,
        locale: m.locale,
        subject: m.subject,
        text: m.plain,
        at: m.created_at,
        sent: m.sent_at.is_some(),
    };
    let text = |t: StoredText| OutboxText {
        id: t.text_id,
        to: t.recipient,
        body: t.body,
        at: t.created_at,
        sent: t.sent_at.is_some(),
    };
    Ok(Json(Outbox {
        mails: mails.into_iter().map(mail).collect(),
        texts: texts.into_iter().map(text).collect(),
        till,
    }))
}

/// Mails carry their styles inline, as mail programs want them; nothing else may run or load.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn page(State(app): State<App>) -> Result<impl IntoResponse, Error> {
    let (mails, texts, till) = stored(&app).await?;
    let mut rows = String::new();
    for paid in &till {
        rows += &format!(
            "<li><b>{}</b><span>{} · {} · {}</span></li>",
            escape(&paid.says()),
            escape(&paid.number),
            escape(&paid.receipt),
            said_at(paid.at)
        );
    }
    for mail in &mails {
        rows += &format!(
            "<li><a href=\"/demo/outbox/{}\"><b lang=\"{}\">{}</b><span>{} · {}</span></a></li>",
            escape(&mail.mail_id),
            escape(&mail.locale),
            escape(&mail.subject),
            escape(&mail.recipient),
            said_at(mail.created_at),
        );
    }
    for text in &texts {
        rows += &format!(
            "<li><b>{}</b><span>{} · {}</span></li>",
            escape(&text.body),
            escape(&text.recipient),
            said_at(text.created_at)
        );
    }
    if rows.is_empty() {
        rows = "<li>Nothing yet: ask for a code, or for news of a parcel. · 还没有邮件或短信。</li>".into();
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta http-equiv=\"refresh\" content=\"5\">\
         <title>Outbox · 发件箱</title><link rel=\"icon\" href=\"/icons/favicon.svg\" type=\"image/svg+xml\"><style>\
         :root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;max-width:640px;\
         margin:40px auto;padding:0 16px}}ul{{list-style:none;padding:0}}li{{padding:12px 0;border-bottom:1px solid #8884}}\
         b,span{{display:block}}a{{color:inherit;text-decoration:none;display:block}}a:hover b{{text-decoration:underline}}\
         span{{opacity:.7;font-size:14px}}</style></head><body>\
         <h1>Outbox · 发件箱</h1><p>The demo sends nothing: what shoppers would receive is shown here, and what the demo's \
         till paid out.</p>\
         <ul>{rows}</ul></body></html>"
    );
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)))
}

pub async fn mail(State(app): State<App>, Path(id): Path<String>) -> Result<impl IntoResponse, Error> {
    if app.demo_url.is_none() {
        return Err(Error::NotFound);
    }
    let site = app.sites.by_key(DEMO_KEY).await?;
    let mail = store::mail(&app.db, &site.id, &id).await?.ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(mail.html)))
}

fn said_at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
}
