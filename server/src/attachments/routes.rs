//! `/api/v1/me/attachments…`

use super::{desk::Place, files, picture::Picture, store};
use crate::{
    app::App,
    db,
    error::Error,
    http::{CurrentSite, Json, Verified},
};
use aftercart_shared::{
    api::attachments::{AttachmentView, BYTES_MAX},
    error::WireError,
    ids::SiteId,
    time::Timestamp,
};
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;

/// Pictures that a shopper may have attached and not used: more than any return takes.
const LOOSE_MAX: i64 = 20;
/// What is a part of nothing is kept for this long.
pub(super) const LOOSE_MS: i64 = Timestamp::DAY_MS;
const MEDIA_TYPE: &str = "image/jpeg";
/// What is sent beyond the limit is read and thrown away up to here: a browser that is still sending would otherwise
/// see a broken connection instead of the answer.
const DISCARDED_MAX: usize = 4 * BYTES_MAX;

/// Attach a picture
///
/// The picture itself is the body. Its kind is found out from its bytes. What is stored is drawn anew from its pixels:
/// upright, at most 2560 pixels a side, and without anything else that was in the file. Name it in a return within a
/// day, or it is thrown away.
#[utoipa::path(
    post, path = "/api/v1/me/attachments", tag = "shoppers", security(("site_key" = [], "session" = [])),
    request_body(
        content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/octet-stream")),
        description = "JPEG, PNG or WebP; at most 10 MiB and 64 million pixels"
    ),
    responses(
        (status = 201, body = AttachmentView, example = json!({
            "id": "0f3a5c7d9b1e4f60a1b2c3d4e5f60718", "width": 1920, "height": 2560, "bytes": 812_345
        })),
        (status = 401, body = WireError, description = "`session_expired`: nobody has proved who she is"),
        (status = 413, body = WireError, description = "`too_large`: more than 10 MiB"),
        (status = 415, body = WireError, description = "`unsupported_media_type`: sent as something else than a picture"),
        (status = 422, body = WireError, description = "`required`: no bytes · `picture_invalid`: no JPEG, PNG or WebP, or a broken one · `picture_too_large`: too many pixels"),
        (status = 429, body = WireError, description = "Too many, or too many that became part of nothing; `retry_after` seconds"),
        (status = 507, body = WireError, description = "`storage_full`"),
    )
)]
pub async fn attach(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let place = match admit(&app, &site.id, &session.shopper_id, &headers).await {
        Ok(place) => place,
        Err(refused) => {
            // Read to its end, or the answer would not be.
            receive(body, 0, 0).await?;
            return Err(refused);
        }
    };
    let body = receive(body, length(&headers), BYTES_MAX).await?.ok_or(Error::TooLarge { limit: BYTES_MAX })?;
    let picture = app.desk.redraw(body, place).await?;
    let view = keep(&app, &site.id, session.shopper_id, picture).await?;
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// A picture that came by mail: taken as [`attach`] takes one.
///
/// # Errors
/// [`Error::Invalid`] for what is no picture, or too large a one; [`Error::RateLimited`].
pub async fn take(app: &App, site: &SiteId, shopper_id: &str, body: Vec<u8>) -> Result<AttachmentView, Error> {
    if body.len() > BYTES_MAX {
        return Err(Error::Invalid {
            code: aftercart_shared::error::ErrorCode::PictureTooLarge,
            field: "picture",
            message: format!("more than {BYTES_MAX} bytes"),
        });
    }
    app.desk.count(site, shopper_id)?;
    let loose = store::loose(&app.db, site, shopper_id).await?;
    if loose.pictures >= LOOSE_MAX {
        return Err(too_many(loose.oldest_at, app.clock.now()));
    }
    let place = app.desk.place().await?;
    let picture = app.desk.redraw(body, place).await?;
    keep(app, site, shopper_id.to_owned(), picture).await
}

/// What can be wrong before the body is read; otherwise a place for it.
async fn admit(app: &App, site: &SiteId, shopper_id: &str, headers: &HeaderMap) -> Result<Place, Error> {
    check_kind(headers)?;
    app.desk.count(site, shopper_id)?;
    let loose = store::loose(&app.db, site, shopper_id).await?;
    if loose.pictures >= LOOSE_MAX {
        return Err(too_many(loose.oldest_at, app.clock.now()));
    }
    app.desk.place().await
}

async fn keep(app: &App, site: &SiteId, shopper_id: String, picture: Picture) -> Result<AttachmentView, Error> {
    let (id, now) = (app.random.id(), app.clock.now());
    let view = AttachmentView {
        id: id.clone(),
        width: picture.width,
        height: picture.height,
        bytes: u32::try_from(picture.jpeg.len()).unwrap_or(u32::MAX),
    };
    let new = store::Attachment {
        object_key: files::key(site, &id, now),
        attachment_id: id,
        shopper_id,
        media_type: MEDIA_TYPE.into(),
        width: view.width.into(),
        height: view.height.into(),
        bytes: view.bytes.into(),
        bound_to: None,
        created_at: now.0,
    };
    // The file first: a row never names what is not there. A file that nobody names is swept.
    app.desk.files.put(&new.object_key, picture.jpeg).await?;
    let (site, stored) = (site.clone(), new.clone());
    let insert = app.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move { store::insert(tx, &site, &stored, LOOSE_MAX, now).await })
    });
    let inserted = insert.await;
    if let Ok(true) = inserted {
        return Ok(view);
    }
    if let Err(error) = app.desk.files.delete(&new.object_key).await {
        tracing::warn!(%error, "a picture without a row stays until it is swept");
    }
    inserted?;
    // Others of hers took the last places while this one was drawn, just now.
    Err(too_many(now.0, now))
}

/// See an attached picture
///
/// As it was stored, always a JPEG, for whoever attached it.
#[utoipa::path(
    get, path = "/api/v1/me/attachments/{id}", tag = "shoppers", security(("site_key" = [], "session" = [])),
    params(("id" = String, Path, description = "`AttachmentView::id`")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/jpeg"),
        (status = 401, body = WireError, description = "`session_expired`"),
        (status = 404, body = WireError, description = "`not_found`: none of hers"),
    )
)]
pub async fn show(
    State(app): State<App>,
    site: CurrentSite,
    Verified(session): Verified,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let found = store::of_shopper(&app.db, &site.id, &session.shopper_id, &[id]).await?;
    let attachment = found.into_iter().next().ok_or(Error::NotFound)?;
    let jpeg = app.desk.files.get(&attachment.object_key).await?;
    Ok(file(&attachment, jpeg))
}

/// The picture, and nothing that a browser could take it for.
pub fn file(attachment: &store::Attachment, jpeg: Vec<u8>) -> Response {
    // The id is of our making: hexadecimal digits.
    let name = format!("inline; filename=\"picture-{}.jpg\"", attachment.attachment_id.get(..8).unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, MEDIA_TYPE.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        // At a shared device the next person has the same browser.
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox".to_owned()),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    (headers, jpeg).into_response()
}

fn check_kind(headers: &HeaderMap) -> Result<(), Error> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // "image/jpg" is nothing that exists, and what some telephones say.
    let known = ["image/jpeg", "image/jpg", "image/png", "image/webp", "application/octet-stream"];
    // Telephones say what HEIC is, and deserve to hear what to send instead.
    let told_later = ["image/heic", "image/heif", "image/avif"];
    if known.contains(&kind.as_str()) || told_later.contains(&kind.as_str()) {
        Ok(())
    } else {
        Err(Error::NoPictureType)
    }
}

/// As the request says it; nobody has to.
fn length(headers: &HeaderMap) -> usize {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    said.and_then(|said| said.parse().ok()).unwrap_or(0)
}

/// The body; `None` when it has more than `most` bytes. What is over is thrown away as it comes.
async fn receive(body: Body, declared: usize, most: usize) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::with_capacity(declared.min(most));
    let mut received = 0_usize;
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Error::BadRequest { message: "the body broke off".into() })?;
        received = received.saturating_add(part.len());
        if received <= most {
            bytes.extend_from_slice(&part);
        } else {
            bytes = Vec::new();
            if received > DISCARDED_MAX {
                break;
            }
        }
    }
    Ok(Some(bytes).filter(|_| received <= most))
}

/// Until the oldest of them is thrown away.
fn too_many(oldest_at: i64, now: Timestamp) -> Error {
    let seconds = (oldest_at + LOOSE_MS - now.0) / 1000 + 1;
    Error::RateLimited { retry_after: u32::try_from(seconds.max(1)).unwrap_or(u32::MAX) }
}
