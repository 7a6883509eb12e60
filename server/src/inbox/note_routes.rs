//! `/api/v1/desk/conversations/{id}/notes`

use super::notes;
use crate::{
    app::App,
    conversations::access,
    error::Error,
    http::{
        Acting, Json, Staff,
        staff::{Answer, ReadConversations},
    },
};
use aftercart_shared::{
    api::desk::{NewNote, Note, Notes},
    error::WireError,
    ids::ConversationId,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

crate::act_bodies!(; without agent: NewNote);

/// Read the notes of a conversation
///
/// What colleagues have told one another, oldest first, at most the newest 500. No shopper ever sees them.
#[utoipa::path(
    get, path = "/api/v1/desk/conversations/{id}/notes", tag = "desk", security(("desk_session" = []), ("secret_key" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    responses(
        (status = 200, body = Notes, example = json!({"notes": [{
            "id": "5b0e7c1d2f3a4b5c6d7e8f9012345678", "after_seq": 2, "at": 1_795_255_260_000_i64, "agent": "Ming",
            "text": "Her parcel is at the depot; I have called them."
        }]})),
        (status = 401, body = WireError, description = "`session_expired`: log in; `key_invalid`"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
    )
)]
pub async fn list(
    State(app): State<App>,
    staff: Staff<ReadConversations>,
    Path(id): Path<String>,
) -> Result<Json<Notes>, Error> {
    let who = access::desk(&app, &staff.site.id, &ConversationId(id)).await?;
    notes::list(&app, &who).await.map(Json)
}

/// Write a note
///
/// For colleagues. The same `client_id` again is the same note.
#[utoipa::path(
    post, path = "/api/v1/desk/conversations/{id}/notes", tag = "desk", security(("desk_session" = [])),
    params(("id" = String, Path, description = "`ConversationView::id`")),
    request_body(content = NewNote, example = json!({"client_id": "5b0e…", "text": "Her parcel is at the depot."})),
    responses(
        (status = 201, body = Note),
        (status = 401, body = WireError, description = "`session_expired`: log in"),
        (status = 403, body = WireError, description = "`agent_not_allowed`: her role does not allow it"),
        (status = 404, body = WireError, description = "`conversation_not_found`"),
        (status = 409, body = WireError, description = "`key_reused`: this `client_id` came with another text"),
        (status = 422, body = WireError, description = "`field` says what cannot be"),
    )
)]
pub async fn write(
    State(app): State<App>,
    Path(id): Path<String>,
    acting: Acting<Answer, NewNote>,
) -> Result<(StatusCode, Json<Note>), Error> {
    let who = access::desk(&app, &acting.site.id, &ConversationId(id)).await?;
    let note = notes::write(&app, who, &acting.account, acting.body).await?;
    Ok((StatusCode::CREATED, Json(note)))
}
