//! A socket that was let in: what its client says goes into the log, what stands in the log goes to the client.
//!
//! One task does three things side by side: it exchanges frames, stores one thing at a time in the order in which they came,
//! and reads the log from the cursor. Nothing is told that was not read there; nothing is acknowledged that is not on disk.

use super::{
    End, Ticket,
    errand::{Done, Errand},
    pace::Pace,
};
use crate::{
    conversations::{access::Looking, answers, queue, read},
    error::Error,
    http::Source,
    realtime::{
        Following, News, Side,
        line::{Line, Turn},
    },
};
use aftercart_shared::{
    api::conversations::{ConversationState, Events, QueueView},
    error::ErrorCode,
    events::{Cursor, Down, ReadMarks, Up, close},
};
use futures_util::future::BoxFuture;
use std::{collections::VecDeque, convert::Infallible, future::pending, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

/// What waits to be stored while its client is not listened to: a megabyte of the largest frames.
const ERRANDS: usize = 16;
/// Frames of any kind at once, and how often one more: past that a client is listened to more slowly.
const FRAMES: u32 = 200;
const FRAME_EVERY: Duration = Duration::from_millis(20);
/// Seconds after which something that failed on our side may be tried again.
const LATER: u32 = 2;
/// What is being stored when the server stops may take so long.
const LAST_ERRAND: Duration = Duration::from_secs(5);

pub(super) struct Session {
    ticket: Arc<Ticket>,
    source: Source,
    following: Following,
    /// `None` until the client was welcomed: then it is what it has.
    cursor: Option<Cursor>,
    welcomed: bool,
    read: ReadMarks,
    /// What it was told of the queue.
    queue: Option<QueueView>,
    /// What stood in the log when the client last had everything it was told: up to there the log waits for a slow network,
    /// whatever is newer must not have to.
    backlog: u64,
    /// Where the line stood in the last round, if it had no room for the backlog.
    waited_at: Option<u64>,
    /// As whom she reads, since she was let in.
    looking: Option<Looking>,
    /// There may be something new.
    stale: bool,
    /// It could not be read; the next round tries again.
    missed: bool,
    /// It is to be seen whether she is still let in.
    due: bool,
    pulling: Option<BoxFuture<'static, Result<Pulled, Error>>>,
    errands: VecDeque<Errand>,
    running: Option<BoxFuture<'static, Done>>,
    frames: Pace,
    deaf_until: Option<Instant>,
    sends: Pace,
    mute_until: Option<Instant>,
    heard_at: Instant,
}

/// What stands in the log after the cursor.
struct Pulled {
    looking: Looking,
    /// `None`: she was looked at, and the log was not.
    events: Option<Events>,
    /// The cursor was none of this log's: this is its beginning.
    resync: bool,
}

impl Session {
    pub(super) fn new(ticket: Ticket, cursor: Option<Cursor>, source: Source) -> Session {
        let (now, patience) = (Instant::now(), &ticket.app.config.sockets);
        Session {
            // Before the first read, so that nothing falls in between.
            following: ticket.app.hub.follow(&ticket.site, &ticket.id),
            source,
            cursor,
            welcomed: false,
            read: ReadMarks::default(),
            queue: None,
            backlog: 0,
            waited_at: None,
            looking: None,
            stale: true,
            missed: false,
            due: true,
            pulling: None,
            errands: VecDeque::new(),
            running: None,
            frames: Pace::new(FRAMES, FRAME_EVERY, now),
            deaf_until: None,
            sends: Pace::new(patience.sends, patience.send_every, now),
            mute_until: None,
            heard_at: now,
            ticket: Arc::new(ticket),
        }
    }

    /// Until one side ends it.
    pub(super) async fn run(mut self, line: &mut Line) -> End {
        match self.exchange(line).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn exchange(&mut self, line: &mut Line) -> Result<Infallible, End> {
        let hub = self.ticket.app.hub.clone();
        let mut closing = pin!(hub.closing());
        let round = self.ticket.app.config.sockets.round;
        let mut rounds = interval_at(Instant::now() + round, round);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.begin(line);
            let listen = self.errands.len() < ERRANDS && self.deaf_until.is_none();
            tokio::select! {
                turn = line.turn(listen) => self.hear(turn, line)?,
                done = finished(&mut self.running) => self.done(done, line)?,
                pulled = finished(&mut self.pulling) => self.pulled(pulled, line)?,
                news = self.following.news() => self.note(news, line)?,
                now = rounds.tick() => self.round(now, line).await?,
                () = until(self.deaf_until) => self.deaf_until = None,
                () = &mut closing => return Err(self.last_errand(line).await),
            }
        }
    }

    /// Starts what is to be done next, if nothing of its kind is under way.
    fn begin(&mut self, line: &mut Line) {
        if self.running.is_none()
            && let Some(errand) = self.errands.pop_front()
        {
            self.running = Some(errand.run(self.ticket.clone()));
        }
        if self.pulling.is_some() {
            return;
        }
        if !self.stale {
            self.pulling = std::mem::take(&mut self.due).then(|| self.look_after());
            return;
        }
        if self.cursor.is_some_and(|cursor| cursor.seq < self.backlog) && !line.has_room() {
            line.await_room();
            return;
        }
        self.stale = false;
        self.pulling = Some(self.pull());
    }

    /// Reads the log from the cursor. After that she is looked at again: whose token has ended learns nothing more, also of what
    /// was said just then.
    fn pull(&self) -> BoxFuture<'static, Result<Pulled, Error>> {
        let (ticket, cursor, looking) = (self.ticket.clone(), self.cursor, self.looking.clone());
        Box::pin(async move {
            let mut looking = match looking {
                Some(looking) => looking,
                None => Looking::from(&ticket.admit().await?),
            };
            loop {
                let (mut events, resync) = match read::log(&ticket.app, &looking, cursor).await {
                    Err(Error::Resync) => (read::log(&ticket.app, &looking, None).await?, true),
                    read => (read?, false),
                };
                if events.state == ConversationState::Queued && ticket.place().is_none() {
                    events.queue = queue::stands(&ticket.app, &ticket.site, &ticket.id).await?;
                }
                let who = Looking::from(&ticket.admit().await?);
                if who == looking {
                    return Ok(Pulled { looking, events: Some(events), resync });
                }
                // She is somebody else by now, and other words are her own.
                looking = who;
            }
        })
    }

    /// Looks at her, and not at the log: of that hints and the [watch](crate::conversations::watch) tell.
    fn look_after(&self) -> BoxFuture<'static, Result<Pulled, Error>> {
        let ticket = self.ticket.clone();
        Box::pin(async move {
            let looking = Looking::from(&ticket.admit().await?);
            answers::here(&ticket.app, &ticket.site, &ticket.id).await?;
            Ok(Pulled { looking, events: None, resync: false })
        })
    }

    fn pulled(&mut self, pulled: Result<Pulled, Error>, line: &mut Line) -> Result<(), End> {
        let Pulled { looking, events, resync } = match pulled {
            Ok(pulled) => pulled,
            // The next round, or the next hint, tries again.
            Err(error) if error.wire().0.is_server_error() => {
                tracing::warn!(%error, "a conversation could not be read");
                self.missed = true;
                return Ok(());
            }
            Err(error) => return Err(End::of(&error)),
        };
        // What is hers in the log is told as hers: to somebody else it is told anew.
        self.stale |= self.looking.replace(looking.clone()).is_some_and(|before| before != looking);
        let Some(Events { epoch, last_seq, state, read, queue, events, .. }) = events else { return Ok(()) };
        self.following.waits(state == ConversationState::Queued);
        // From here on she hears of every other place, so what is known of it now is looked at after that.
        let queue = match state {
            ConversationState::Queued => self.ticket.place().or(queue),
            _ => None,
        };
        if !std::mem::replace(&mut self.welcomed, true) {
            self.read = read;
            self.backlog = last_seq;
            tell(line, &Down::Welcome { epoch, last_seq, read })?;
        }
        if resync {
            tell(line, &Down::Resync { epoch, last_seq })?;
            self.cursor = None;
        }
        // A client that has taken everything so far is not slow, however much comes at once.
        if resync || line.is_empty() {
            self.backlog = last_seq;
        }
        let mut cursor = self.cursor.unwrap_or(Cursor { epoch, seq: 0 });
        for event in events {
            let seq = event.seq;
            if seq <= cursor.seq {
                continue;
            }
            if seq != cursor.seq + 1 {
                tracing::error!(conversation = %self.ticket.id, after = cursor.seq, seq, "the log has a gap");
                return Err(End::Close(close::RESTART));
            }
            match tell(line, &Down::Event { event }) {
                Ok(()) => cursor.seq = seq,
                // It is read again when there is room.
                Err(_) if seq <= self.backlog => break,
                Err(end) => return Err(end),
            }
        }
        self.cursor = Some(cursor);
        self.stale |= cursor.seq < last_seq;
        self.marks(read, line)?;
        self.stands(queue, line)
    }

    fn stands(&mut self, queue: Option<QueueView>, line: &mut Line) -> Result<(), End> {
        if std::mem::replace(&mut self.queue, queue) == queue {
            return Ok(());
        }
        tell(line, &Down::Queue { queue })
    }

    fn marks(&mut self, read: ReadMarks, line: &mut Line) -> Result<(), End> {
        if std::mem::replace(&mut self.read, read) == read {
            return Ok(());
        }
        tell(line, &Down::Read { read })
    }

    fn note(&mut self, news: News, line: &mut Line) -> Result<(), End> {
        self.stale |= news.changed;
        if news.moved {
            self.moved(line)?;
        }
        // Worth nothing later: whoever does not read misses it.
        if news.typed(Side::Agent) && line.has_room() { tell(line, &Down::Typing {}) } else { Ok(()) }
    }

    /// What was looked up for all who wait; whoever waits no more is told by what the log says.
    fn moved(&mut self, line: &mut Line) -> Result<(), End> {
        match self.ticket.place() {
            place @ Some(_) if self.queue.is_some() && line.has_room() => self.stands(place, line),
            _ => Ok(()),
        }
    }

    async fn round(&mut self, now: Instant, line: &mut Line) -> Result<(), End> {
        self.due = true;
        self.stale |= std::mem::take(&mut self.missed);
        self.moved(line)?;
        // A long story waits for a slow network, not for one who reads nothing of it.
        let before = std::mem::replace(&mut self.waited_at, line.waits_at());
        if before.is_some() && before == self.waited_at {
            return Err(End::Close(close::SLOW));
        }
        let (silent, patience) = (now.duration_since(self.heard_at), &self.ticket.app.config.sockets);
        if silent >= patience.silence {
            return Err(End::Gone);
        }
        if silent >= patience.ping_after {
            line.ping().await.map_err(|_| End::Gone)?;
        }
        Ok(())
    }

    fn hear(&mut self, turn: Turn, line: &mut Line) -> Result<(), End> {
        let text = match turn {
            Turn::Room => return Ok(()),
            Turn::Gone => return Err(End::Gone),
            Turn::Malformed => return Err(End::Close(close::MALFORMED)),
            Turn::Alive => None,
            Turn::Text(text) => Some(text),
        };
        let now = Instant::now();
        self.heard_at = now;
        if let Err(wait) = self.frames.take(now) {
            self.deaf_until = Some(now + wait);
        }
        let Some(text) = text else { return Ok(()) };
        match serde_json::from_str(&text).map_err(|_| End::Close(close::MALFORMED))? {
            Up::Send { client_id, said } => match self.may_send(now) {
                Ok(()) => self.errands.push_back(Errand::Say { client_id, said }),
                Err(wait) => refuse(line, client_id, ErrorCode::RateLimited, Some(wait))?,
            },
            Up::Read { seq } => match self.errands.back_mut() {
                Some(Errand::Mark { seq: before }) => *before = seq.max(*before),
                _ => self.errands.push_back(Errand::Mark { seq }),
            },
            Up::Typing {} if self.errands.iter().any(|errand| matches!(errand, Errand::Typing)) => {}
            Up::Typing {} => self.errands.push_back(Errand::Typing),
            Up::Ping {} => tell(line, &Down::Pong {})?,
            // Twice.
            Up::Hello { .. } => return Err(End::Close(close::MALFORMED)),
        }
        Ok(())
    }

    /// What was refused for now is to be said before whatever came after it: that is refused, too.
    fn hold(&mut self, code: ErrorCode, seconds: u32, line: &mut Line) -> Result<(), End> {
        self.mute_until = Some(Instant::now() + Duration::from_secs(seconds.into()));
        for errand in std::mem::take(&mut self.errands) {
            match errand {
                Errand::Say { client_id, .. } => refuse(line, client_id, code, Some(seconds))?,
                other => self.errands.push_back(other),
            }
        }
        Ok(())
    }

    /// Over the limit of this socket or of her address, nothing more is taken for a moment.
    ///
    /// # Errors
    /// Seconds to wait.
    fn may_send(&mut self, now: Instant) -> Result<(), u32> {
        let wait = match self.mute_until {
            Some(until) if now < until => until - now,
            _ => match (self.sends.take(now), self.ticket.app.requests.check(self.source)) {
                (Ok(()), Ok(())) => return Ok(()),
                (Err(wait), _) => wait.max(Duration::from_secs(1)),
                (_, Err(error)) => Duration::from_secs(error.wire().1.retry_after.unwrap_or(LATER).into()),
            },
        };
        self.mute_until = Some(now + wait);
        Err(wait.as_secs_f64().ceil() as u32)
    }

    fn done(&mut self, done: Done, line: &mut Line) -> Result<(), End> {
        match done {
            Done::Said { client_id, answer: Ok(ack) } => {
                self.stale |= self.cursor.is_none_or(|cursor| cursor.seq < ack.seq);
                tell(line, &Down::Ack { client_id, ack })
            }
            Done::Said { answer: Err(error @ (Error::SessionExpired | Error::ConversationNotFound)), .. } => {
                Err(End::of(&error))
            }
            Done::Said { client_id, answer: Err(error) } => {
                let (status, wire) = error.wire();
                let retry_after = wire.retry_after.or(status.is_server_error().then_some(LATER));
                refuse(line, client_id, wire.code, retry_after)?;
                match retry_after {
                    Some(seconds) => self.hold(wire.code, seconds, line),
                    None => Ok(()),
                }
            }
            Done::Marked(Some(read)) => self.marks(read, line),
            Done::Marked(None) | Done::Typed => Ok(()),
        }
    }

    /// The server stops. What is being stored is finished and acknowledged; the rest its client says again elsewhere.
    async fn last_errand(&mut self, line: &mut Line) -> End {
        self.errands.clear();
        let done = match self.running.is_some() {
            true => timeout(LAST_ERRAND, finished(&mut self.running)).await.ok(),
            false => None,
        };
        match done.map(|done| self.done(done, line)) {
            Some(Err(end)) => end,
            _ => End::Close(close::RESTART),
        }
    }
}

fn refuse(line: &mut Line, client_id: String, code: ErrorCode, retry_after: Option<u32>) -> Result<(), End> {
    tell(line, &Down::Refused { client_id, code, retry_after })
}

/// # Errors
/// When its client does not read: 3008.
fn tell(line: &mut Line, frame: &Down) -> Result<(), End> {
    let text = serde_json::to_string(frame).map_err(|fault| {
        tracing::error!(%fault, "a frame could not be written");
        End::Close(close::RESTART)
    })?;
    line.say(text).map_err(|_| End::Close(close::SLOW))
}

/// Returns what it comes to; never, where nothing is under way. Dropping a call loses nothing.
async fn finished<T>(work: &mut Option<BoxFuture<'static, T>>) -> T {
    let Some(running) = work else { return pending().await };
    let result = running.await;
    *work = None;
    result
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}
