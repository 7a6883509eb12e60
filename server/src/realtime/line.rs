//! One WebSocket: what goes out waits in a queue of bounded size, and it ends in an orderly way. Knows no frame's meaning.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::timeout;

/// A socket and what it still has to say.
#[derive(Debug)]
pub struct Line {
    socket: WebSocket,
    queue: VecDeque<Utf8Bytes>,
    /// Bytes in `queue`.
    waiting: usize,
    /// At most so many of them.
    max: usize,
    flushed: bool,
    awaits_room: bool,
    /// Frames that have left the queue.
    passed_on: u64,
}

/// What [`Line::turn`] comes back with.
#[derive(Debug)]
pub enum Turn {
    Text(Utf8Bytes),
    /// It is alive and says nothing.
    Alive,
    /// What was asked for by [`Line::await_room`].
    Room,
    /// Binary, too large, or no WebSocket at all.
    Malformed,
    /// It said goodbye, or its connection has broken.
    Gone,
}

/// The queue has no room for it; nothing was queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Line {
    /// `max`: bytes that may wait until the other end reads.
    pub fn new(socket: WebSocket, max: usize) -> Line {
        Line { socket, queue: VecDeque::new(), waiting: 0, max, flushed: true, awaits_room: false, passed_on: 0 }
    }

    /// # Errors
    /// [`Full`]
    pub fn say(&mut self, text: String) -> Result<(), Full> {
        if self.waiting + text.len() > self.max {
            return Err(Full);
        }
        self.waiting += text.len();
        self.queue.push_back(text.into());
        Ok(())
    }

    /// Everything that was said has left for the network.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Less than a quarter waits.
    pub fn has_room(&self) -> bool {
        self.waiting <= self.max / 4
    }

    /// [`Line::turn`] is to tell when there is room again.
    pub fn await_room(&mut self) {
        self.awaits_room = true;
    }

    /// How many frames have left the queue, while there is no room and somebody waits for it: the same twice, and the other
    /// end does not read.
    pub fn waits_at(&self) -> Option<u64> {
        self.awaits_room.then_some(self.passed_on)
    }

    /// Asks the other end for a sign of life.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn ping(&mut self) -> Result<(), axum::Error> {
        // Waits for nobody: a socket that takes nothing is heard of by its silence.
        let send = self.socket.feed(Message::Ping(Default::default()));
        match futures_util::FutureExt::now_or_never(send) {
            Some(Err(error)) => Err(error),
            _ => {
                self.flushed = false;
                Ok(())
            }
        }
    }

    /// Sends what waits, and returns with what happens; `listen`: with what the other end says, too. Dropping a call loses
    /// nothing.
    pub async fn turn(&mut self, listen: bool) -> Turn {
        poll_fn(|context| {
            if let Poll::Ready(Err(_)) = self.poll_write(context) {
                return Poll::Ready(Turn::Gone);
            }
            if self.awaits_room && self.has_room() {
                self.awaits_room = false;
                return Poll::Ready(Turn::Room);
            }
            if !listen {
                return Poll::Pending;
            }
            Poll::Ready(match ready!(Pin::new(&mut self.socket).poll_next(context)) {
                Some(Ok(Message::Text(text))) => Turn::Text(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Turn::Alive,
                Some(Ok(Message::Binary(_))) | Some(Err(_)) => Turn::Malformed,
                Some(Ok(Message::Close(_))) | None => Turn::Gone,
            })
        })
        .await
    }

    /// Ready when nothing waits any more.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        while !self.queue.is_empty() {
            ready!(Pin::new(&mut self.socket).poll_ready(context))?;
            if let Some(text) = self.queue.pop_front() {
                self.waiting -= text.len();
                self.passed_on += 1;
                self.flushed = false;
                Pin::new(&mut self.socket).start_send(Message::Text(text))?;
            }
        }
        if !self.flushed {
            ready!(Pin::new(&mut self.socket).poll_flush(context))?;
            self.flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    /// Says why, and ends it. `forget`: without what still waits, of which the other end did not read enough.
    pub async fn close(mut self, code: u16, forget: bool, patience: Duration) {
        if forget {
            self.queue.clear();
        }
        let goodbye = async {
            poll_fn(|context| self.poll_write(context)).await?;
            let frame = CloseFrame { code, reason: Utf8Bytes::default() };
            self.socket.send(Message::Close(Some(frame))).await?;
            // Its own goodbye: to hang up before would take ours from it.
            while let Some(Ok(_)) = self.socket.next().await {}
            Ok::<(), axum::Error>(())
        };
        // Whoever is gone hears nothing.
        let _ = timeout(patience, goodbye).await;
    }
}
