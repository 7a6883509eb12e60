//! Pictures in a conversation. Whoever sends one owns it; whoever may read the conversation may see it.

use super::access::{ConversationRef, Party};
use crate::{app::App, attachments, error::Error};
use aftercart_shared::{
    error::ErrorCode,
    ids::{ConversationId, SiteId},
};
use axum::response::Response;

/// Of what a picture becomes a part.
pub(super) fn bound_to(id: &ConversationId) -> String {
    format!("conversation:{id}")
}

pub(super) fn not_hers() -> Error {
    let message = "it is no picture that she attached as a verified shopper, or it is part of something else";
    Error::ruled(ErrorCode::Invalid, "said.attachment_id", message)
}

/// Width and height, in pixels, of a picture of this shopper's.
///
/// # Errors
/// One and the same for a picture that is not there and for one that is not hers.
pub(super) async fn size(app: &App, site: &SiteId, shopper_id: &str, id: &str) -> Result<(u32, u32), Error> {
    if !super::access::is_id(id) {
        return Err(not_hers());
    }
    let found = attachments::of_shopper(&app.db, site, shopper_id, &[id.to_owned()]).await?;
    let picture = found.into_iter().next().ok_or_else(not_hers)?;
    let pixels = |n: i64| u32::try_from(n).unwrap_or_default();
    Ok((pixels(picture.width), pixels(picture.height)))
}

/// A picture of this conversation.
///
/// # Errors
/// [`Error::NotFound`] when it is no part of it.
pub async fn show<K: Party>(app: &App, who: &ConversationRef<K>, attachment_id: &str) -> Result<Response, Error> {
    let parts = attachments::part_of(&app.db, who.site(), &bound_to(who.id())).await?;
    let picture = parts.into_iter().find(|one| one.attachment_id == attachment_id).ok_or(Error::NotFound)?;
    let jpeg = app.desk.files.get(&picture.object_key).await?;
    Ok(attachments::routes::file(&picture, jpeg))
}
