//! A client of `GET /api/v1/socket`, and conversations to hold over it.

use super::{KEY, ORIGIN, TestApp, read, talk::Talk};
use aftercart_shared::{
    api::conversations::{Events, QueueView},
    events::{Ack, Cursor, Down, Event, Said, Up},
};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::StatusCode},
};

/// Nothing takes so long; whatever does is missing.
const PATIENCE: Duration = Duration::from_secs(20);

impl Talk {
    pub fn hello(&self, cursor: Option<(u64, u64)>) -> Up {
        self.hello_at(KEY, cursor)
    }

    pub fn hello_at(&self, site: &str, cursor: Option<(u64, u64)>) -> Up {
        Up::Hello {
            site: site.into(),
            token: self.token.clone(),
            conversation: self.id.as_str().into(),
            cursor: cursor.map(|(epoch, seq)| Cursor { epoch, seq }),
        }
    }
}

pub fn says(client_id: &str, text: &str) -> Up {
    Up::Send { client_id: client_id.into(), said: Said::Message { text: text.into() } }
}

impl TestApp {
    /// A new browser at another shop.
    pub async fn begin_at(&self, key: &str) -> Talk {
        let url = format!("{}/api/v1/conversations", self.url);
        let request = reqwest::Client::new().post(url).header("aftercart-site", key).json(&json!({ "locale": "en" }));
        let (status, opened) = read(request).await;
        assert_eq!(status, 200, "{opened}");
        Talk::of(&opened)
    }

    /// What stands in the log after `seq`, waited for.
    pub async fn poll(&self, talk: &Talk, seq: u64, wait: u32) -> Events {
        let events = self.get_talk(talk, &format!("events?epoch=1&after={seq}&wait={wait}"));
        let (status, body) = read(events).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub async fn whole_log(&self, talk: &Talk) -> Vec<Event> {
        let mut log: Vec<Event> = Vec::new();
        loop {
            let page = self.poll(talk, log.len() as u64, 0).await;
            log.extend(page.events);
            if log.len() as u64 >= page.last_seq {
                return log;
            }
        }
    }
}

/// An open socket.
pub struct Socket(WebSocketStream<TcpStream>);

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Code(u16),
    /// Without a goodbye.
    Broken,
}

impl Socket {
    /// # Errors
    /// The status that came instead.
    pub async fn open_as(url: &str, origin: Option<&str>, receive_buffer: Option<u32>) -> Result<Socket, StatusCode> {
        let address = url.trim_start_matches("http://");
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}/api/v1/socket").into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(answer)) => Err(answer.status()),
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn open(url: &str) -> Socket {
        Socket::open_as(url, Some(ORIGIN), None).await.unwrap()
    }

    /// Opened, greeted and welcomed.
    pub async fn at(app: &TestApp, talk: &Talk, cursor: Option<(u64, u64)>) -> Socket {
        let mut socket = Socket::open(&app.url).await;
        socket.say(&talk.hello(cursor)).await;
        match socket.next().await {
            Down::Welcome { .. } => socket,
            other => panic!("{other:?}"),
        }
    }

    pub async fn say(&mut self, frame: &Up) {
        self.say_text(serde_json::to_string(frame).unwrap()).await;
    }

    pub async fn say_text(&mut self, text: impl Into<String>) {
        self.0.send(Message::Text(text.into().into())).await.unwrap();
    }

    /// Whatever it is, and whether it arrives or not.
    pub async fn throw(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    async fn read(&mut self) -> Result<Down, Ended> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("nothing came") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(Ended::Code(frame.code.into())),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(Ended::Broken),
                Some(Ok(_)) => {}
            }
        }
    }

    /// What is said of the queue has stories of its own.
    pub async fn next(&mut self) -> Down {
        loop {
            match self.any().await {
                Down::Queue { .. } => {}
                other => return other,
            }
        }
    }

    pub async fn any(&mut self) -> Down {
        self.read().await.unwrap_or_else(|ended| panic!("{ended:?}"))
    }

    /// The next that is said of the queue.
    pub async fn queue(&mut self) -> Option<QueueView> {
        loop {
            if let Down::Queue { queue } = self.any().await {
                return queue;
            }
        }
    }

    pub async fn event(&mut self) -> Event {
        loop {
            match self.next().await {
                Down::Event { event } => return event,
                Down::Read { .. } | Down::Ack { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub async fn events(&mut self, count: usize) -> Vec<Event> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.event().await);
        }
        events
    }

    /// The answers to `count` sends, in the order in which they come, and the events that came in between.
    pub async fn acks(&mut self, count: usize) -> (Vec<(String, Ack)>, Vec<Event>) {
        let (mut acks, mut events) = (Vec::new(), Vec::new());
        while acks.len() < count {
            match self.next().await {
                Down::Ack { client_id, ack } => acks.push((client_id, ack)),
                Down::Event { event } => events.push(event),
                other => panic!("{other:?}"),
            }
        }
        (acks, events)
    }

    /// How it ends, and what came before, but for what was said of the queue.
    pub async fn ended(&mut self) -> (Ended, Vec<Down>) {
        let mut before = Vec::new();
        loop {
            match self.read().await {
                Ok(Down::Queue { .. }) => {}
                Ok(frame) => before.push(frame),
                Err(ended) => return (ended, before),
            }
        }
    }
}
