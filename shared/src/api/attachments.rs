//! Pictures that people attach: `POST /api/v1/me/attachments`, the picture itself as the body → 201 [`AttachmentView`];
//! `GET /api/v1/me/attachments/{id}` → the picture, for whoever attached it.
//!
//! JPEG, PNG or WebP, at most [`BYTES_MAX`] and [`PIXELS_MAX`]. What is stored is our own encoding of the pixels:
//! neither where it was taken nor anything else that was in the file.

use serde::{Deserialize, Serialize};

/// Of an upload.
pub const BYTES_MAX: usize = 10 * 1024 * 1024;
/// Of a picture; today's phones take 50 million.
pub const PIXELS_MAX: u64 = 64_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentView {
    /// For naming it; only its owner's session finds it.
    pub id: String,
    /// Of what was stored, in pixels.
    pub width: u32,
    pub height: u32,
    /// Of what was stored.
    pub bytes: u32,
}
