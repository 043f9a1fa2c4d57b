//! Lives here: nodes waking each other: one connection that listens and one that notifies, both opened anew when they
//! are lost.
//! Not here: what is done when woken, and how often others are (the engine).
//!
//! A NOTIFY inside a write would make all commits wait for each other, so it has a connection of its own.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use tokio_postgres::{AsyncMessage, Client};

use super::Place;
use super::errors::Fault;
use super::link::{Link, Purpose, Wire};

/// All nodes of a database use the same.
const CHANNEL: &str = "gatilho_due";
const PAUSE: Duration = Duration::from_millis(500);
/// Between two calls: what is left in the meantime is told by one.
const CALM: Duration = Duration::from_millis(50);

/// The task that notifies, and what makes it do so.
#[derive(Debug, Default)]
pub(super) struct Notifier {
    wanted: Notify,
    /// The server's number of the notifying connection, by which a node knows its own voice.
    own: AtomicI32,
}

impl Notifier {
    /// Wakes the other nodes soon. Several calls in a row may become one.
    pub(super) fn notify(&self) {
        self.wanted.notify_one();
    }

    /// Works for ever.
    pub(super) async fn run(self: Arc<Self>, place: Arc<Place>) {
        let mut link = None;
        loop {
            self.wanted.notified().await;
            // A lost one does little harm, since every node looks by itself now and then; so there is one more try.
            for _ in 0..2 {
                match self.once(&mut link, &place).await {
                    Ok(()) => {
                        sleep(CALM).await;
                        break;
                    }
                    Err(fault) => {
                        tracing::debug!(?fault, "the other nodes could not be woken");
                        link = None;
                        sleep(PAUSE).await;
                    }
                }
            }
        }
    }

    /// Wakes the other nodes over a connection made for it, before this node ends.
    pub(super) async fn last(&self, place: &Place) -> Result<(), Fault> {
        self.once(&mut None, place).await
    }

    async fn once(&self, link: &mut Option<Link>, place: &Place) -> Result<(), Fault> {
        let mut ready = match Link::usable(link).await {
            Some(old) => old,
            None => {
                let mut fresh = Link::open(&place.target, Purpose::Other).await?;
                let own = fresh.ask("select pg_backend_pid()").await?;
                let own = own.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
                self.own.store(own.unwrap_or(0), Ordering::Relaxed);
                fresh
            }
        };
        ready.command(&format!("notify {CHANNEL}")).await?;
        *link = Some(ready);
        Ok(())
    }
}

/// Begins to listen; the task ends when the receiver is gone.
pub(super) fn listen(place: &Arc<Place>, notifier: &Arc<Notifier>) -> watch::Receiver<u64> {
    let (woken, wakes) = watch::channel(0);
    let (place, notifier) = (Arc::clone(place), Arc::clone(notifier));
    tokio::spawn(async move {
        let mut first = true;
        loop {
            let heard = tokio::select! {
                heard = hear(&place, &notifier, &woken, first) => heard,
                () = woken.closed() => return,
            };
            first = false;
            tracing::warn!(fault = ?heard, "other nodes are not heard; listening anew");
            sleep(PAUSE).await;
        }
    });
    wakes
}

/// Reports what other nodes notify of until the connection is lost, and one wake when it was made anew: something may
/// have been missed.
async fn hear(place: &Place, notifier: &Notifier, woken: &watch::Sender<u64>, first: bool) -> Fault {
    let (client, wire) = match open(place).await {
        Ok(parts) => parts,
        Err(fault) => return fault,
    };
    if !first {
        woken.send_modify(|count| *count += 1);
    }
    let fault = messages(wire, notifier, woken).await;
    drop(client);
    fault
}

async fn open(place: &Place) -> Result<(Client, Option<Pin<Box<Wire>>>), Fault> {
    let mut link = Link::open(&place.target, Purpose::Other).await?;
    link.command(&format!("listen {CHANNEL}")).await?;
    Ok(link.into_parts())
}

async fn messages(wire: Option<Pin<Box<Wire>>>, notifier: &Notifier, woken: &watch::Sender<u64>) -> Fault {
    let Some(mut wire) = wire else { return Fault::Lost("the connection was closed".into()) };
    loop {
        let message = std::future::poll_fn(|context| match wire.as_mut().get_mut().poll_message(context) {
            Poll::Ready(message) => Poll::Ready(message),
            Poll::Pending => Poll::Pending,
        });
        match message.await {
            Some(Ok(AsyncMessage::Notification(heard))) => {
                if heard.process_id() != notifier.own.load(Ordering::Relaxed) {
                    woken.send_modify(|count| *count += 1);
                }
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Fault::of(&error, false),
            None => return Fault::Lost("the connection was closed".into()),
        }
    }
}
