//! How patient we are with one socket.

use std::time::Duration;

/// Not settings: they are promises of the protocol, and shorter in tests.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the first frame, and to see who it is.
    pub hello: Duration,
    /// Hints may be lost, and other nodes' never come: so often a node looks in the database whether there is more than was
    /// told, for sockets and for requests that wait.
    pub poll: Duration,
    /// So often each socket is looked after by itself: whether she is still let in, whether anybody is still there.
    pub round: Duration,
    /// Silent for so long it is asked for a sign of life. Browsers answer even for a page in the background, whose own timers
    /// hardly run.
    pub ping_after: Duration,
    /// Whoever says nothing for so long is gone, whatever the network says: twice what clients and we take for a ping.
    pub silence: Duration,
    /// The other end may take so long to take our goodbye.
    pub goodbye: Duration,
    /// Bytes that may wait for a client that does not read.
    pub queue: usize,
    /// Sends at once: an outbox that comes back after a tunnel.
    pub sends: u32,
    /// Then one so often: nobody types faster.
    pub send_every: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            hello: Duration::from_secs(5),
            poll: Duration::from_secs(2),
            round: Duration::from_secs(15),
            ping_after: Duration::from_secs(30),
            silence: Duration::from_secs(60),
            goodbye: Duration::from_secs(2),
            queue: 1 << 20,
            sends: 40,
            send_every: Duration::from_millis(100),
        }
    }
}
