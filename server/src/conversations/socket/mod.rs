//! `GET /api/v1/socket`: a conversation over one connection. Says who comes in; [`session`] is what happens then.

mod errand;
mod pace;
mod session;

use super::access::{self, ConversationRef, Visitor};
use crate::{
    app::App,
    error::Error,
    http::{PageOrigin, Source},
    realtime::line::{Line, Turn},
};
use aftercart_shared::{
    api::conversations::QueueView,
    error::WireError,
    events::{FRAME_MAX, Up, close},
    ids::{ConversationId, SiteId},
};
use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::HeaderMap,
    response::Response,
};
use session::Session;
use tokio::time::timeout;

/// Bytes read at once. The library's own 128 KiB a socket would be a gigabyte for eight thousand who are silent.
const READ_BUFFER: usize = 4_096;

/// Follow and continue a conversation over a WebSocket
///
/// Frames are JSON texts of at most 64 KiB, `Up` and `Down` of the shared types. The first is `hello`, within five seconds; no
/// token ever stands in the address. Whoever cannot open a socket gets the same from `…/events`.
#[utoipa::path(
    get, path = "/api/v1/socket", tag = "shoppers",
    responses(
        (status = 101, description = "From now on frames are exchanged. Closed with 1008 for a frame that is none of ours, 1012 \
            when the server restarts, 3000 without a good `hello`, 3008 for a client that does not read"),
        (status = 403, body = WireError, description = "`origin_not_allowed`: no site lists this page's origin"),
        (status = 426, body = WireError, description = "Not asked for as a WebSocket"),
        (status = 429, body = WireError, description = "Too many sockets of this address"),
    )
)]
pub async fn connect(
    State(app): State<App>,
    source: Source,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    let origin = PageOrigin::of(&app, &headers);
    origin.check_any(&app).await?;
    let upgrade = upgrade.map_err(|_| Error::NoUpgrade)?;
    let place = app.sockets.enter(source)?;
    let present = app.hub.enter();
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(READ_BUFFER);
    let upgrade = upgrade.max_frame_size(FRAME_MAX).max_message_size(FRAME_MAX);
    Ok(upgrade.on_upgrade(move |socket| async move {
        serve(app, socket, origin, source).await;
        drop((present, place));
    }))
}

/// From the first frame to the last.
async fn serve(app: App, socket: WebSocket, origin: PageOrigin, source: Source) {
    let patience = app.config.sockets;
    let mut line = Line::new(socket, patience.queue);
    // Each step in a box of its own, gone when it is over: many sockets are silent, and what they keep is what they cost.
    let greeted = tokio::select! {
        greeted = timeout(patience.hello, Box::pin(greet(&app, &mut line, &origin, source))) => greeted,
        () = app.hub.closing() => Ok(Err(End::Close(close::RESTART))),
    };
    let ended = match greeted {
        Ok(Ok(session)) => Box::pin(session.run(&mut line)).await,
        Ok(Err(end)) => end,
        Err(_) => End::Close(close::DENIED),
    };
    if let End::Close(code) = ended {
        metrics::counter!("aftercart_sockets_closed", "code" => code.to_string()).increment(1);
        Box::pin(line.close(code, code == close::SLOW, patience.goodbye)).await;
    }
}

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The other end has gone.
    Gone,
    Close(u16),
}

impl End {
    /// Of an error that concerns the whole socket: what may pass is no denial.
    fn of(error: &Error) -> End {
        let (status, _) = error.wire();
        End::Close(if status.is_server_error() { close::RESTART } else { close::DENIED })
    }
}

/// The first frame says who it is. Whatever is wrong with it, nobody learns what.
async fn greet(app: &App, line: &mut Line, origin: &PageOrigin, source: Source) -> Result<Session, End> {
    let text = loop {
        match line.turn(true).await {
            Turn::Text(text) => break text,
            Turn::Alive | Turn::Room => {}
            Turn::Malformed => return Err(End::Close(close::MALFORMED)),
            Turn::Gone => return Err(End::Gone),
        }
    };
    let hello: Up = serde_json::from_str(&text).map_err(|_| End::Close(close::MALFORMED))?;
    let Up::Hello { site, token, conversation, cursor } = hello else { return Err(End::Close(close::DENIED)) };
    let admitted = async {
        let site = app.sites.by_key(&site).await?;
        origin.check(app, &site)?;
        let ticket = Ticket { app: app.clone(), site: site.id.clone(), token, id: conversation };
        ticket.admit().await?;
        Ok(Session::new(ticket, cursor, source))
    };
    admitted.await.map_err(|error: Error| End::of(&error))
}

/// By what she came in.
struct Ticket {
    app: App,
    site: SiteId,
    token: String,
    id: ConversationId,
}

impl Ticket {
    /// # Errors
    /// When it does not hold, or holds no more.
    async fn admit(&self) -> Result<ConversationRef<Visitor>, Error> {
        access::visitor(&self.app, &self.site, &self.token, &self.id).await
    }

    /// Where she stood in the queue when all of it was last looked at. `None`: nowhere, or it was not.
    fn place(&self) -> Option<QueueView> {
        self.app.lines.view(&self.site, &self.id, self.app.clock.now())
    }
}
