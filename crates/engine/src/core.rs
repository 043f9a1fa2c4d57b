//! What every command and every loop of the engine shares.

use crate::backoff::Backoff;
use crate::clock::Random;
use crate::commands::first_run::FirstRunGate;
use crate::commands::trial::TestLimit;
use crate::commit::Committer;
use crate::config::Config;
use crate::dispatch::Dispatcher;
use crate::error::Error;
use crate::files::Files;
use crate::firings::Firings;
use crate::locks::TicketLocks;
use crate::loops::LoopWatch;
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::passwords::Passwords;
use crate::settings::Settings;
use crate::test_receiver::TestReceiver;
use crate::tickets::Tickets;
use crate::vault::Vault;
use model::cause::ChainEnd;
use model::change::Change;
use model::ids::{DomainId, IdMaker, NoticeId, TriggerId};
use model::notice::NoticeKind;
use model::text;
use model::time::Clock;
use model::wording::Text;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use store::db::{Db, Reader};
use store::notices::Event;
use tokio_util::task::TaskTracker;

/// Ticket numbers that a node takes at once.
const NUMBERS: i64 = 20;

/// The engine's inside. Only the engine holds `Db`.
pub(crate) struct Core {
    pub(crate) db: Db,
    pub(crate) reader: Reader,
    pub(crate) committer: Committer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<Random>,
    pub(crate) ids: Arc<IdMaker>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) config: Config,
    pub(crate) files: Files,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) passwords: Passwords,
    pub(crate) backoff: Backoff,
    pub(crate) locks: TicketLocks,
    /// One message at a time of each counterpart.
    pub(crate) pairs: TicketLocks,
    pub(crate) tickets: Tickets,
    pub(crate) loops: LoopWatch,
    /// How often triggers fired, until it is written.
    pub(crate) firings: Firings,
    /// Bounds the tests that people send.
    pub(crate) tests: TestLimit,
    /// The last ticket number of each domain, where no other node makes tickets.
    pub(crate) numbers: RwLock<HashMap<DomainId, AtomicI64>>,
    /// Ticket numbers that this node may still give out, where others make tickets too.
    pub(crate) blocks: tokio::sync::Mutex<HashMap<DomainId, Range<i64>>>,
    /// Asked for its objections when a trigger is saved.
    pub(crate) outbound: Arc<dyn Outbound>,
    /// What stands before the way out.
    pub(crate) receiver: Arc<TestReceiver>,
    /// Open while no administrator can log in.
    pub(crate) first_run: FirstRunGate,
    /// Held over an administrative write and what memory learns of it: each sees all of the one before.
    pub(crate) admin: tokio::sync::Mutex<()>,
    /// Writes under way together with what follows from them; stopping waits for them.
    pub(crate) work: TaskTracker,
}

/// Does a piece of work to its end on a task of its own, which begins at once: a caller that goes away cancels nothing.
/// An `async fn` would hold the work in its caller's future too, which is moved about with every request.
pub(crate) fn to_the_end<T: Send + 'static, W: Future<Output = Result<T, Error>> + Send + 'static>(
    core: &Core,
    work: W,
) -> impl Future<Output = Result<T, Error>> + Send + use<T, W> {
    let task = core.work.spawn(work);
    async move {
        task.await
            .unwrap_or_else(|error| Err(Error::Internal(format!("a piece of work ended early: {error}"))))
    }
}

impl Core {
    /// The next ticket number of a domain. Numbers rise on each node; a save that fails leaves a gap.
    ///
    /// # Errors
    /// As the database says, when a new block of numbers is needed.
    pub(crate) async fn next_number(&self, domain: DomainId) -> Result<i64, Error> {
        if !self.db.is_shared() {
            return Ok(self.own_number(domain));
        }
        let mut blocks = self.blocks.lock().await;
        let block = blocks.entry(domain).or_default();
        if block.is_empty() {
            let rows = self.committer.once(store::tickets::take_numbers(domain, NUMBERS)).await?;
            let last = rows.first().map(|row| row.integer(0)).transpose()?;
            // Its answer was lost: the block stays a gap.
            let last =
                last.ok_or_else(|| Error::Unavailable(text!("no ticket number was given; try again")))?;
            *block = last - NUMBERS + 1..last + 1;
        }
        block.next().ok_or_else(|| Error::Internal("a block of ticket numbers is empty".into()))
    }

    fn own_number(&self, domain: DomainId) -> i64 {
        let numbers = self.numbers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = numbers.get(&domain) {
            return last.fetch_add(1, Ordering::Relaxed) + 1;
        }
        drop(numbers);
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        numbers.entry(domain).or_default().fetch_add(1, Ordering::Relaxed) + 1
    }

    /// What people must be told of a change: undone effects, chains that a guard ended, possible loops, a full backlog.
    pub(crate) fn notices_of(&self, change: &Change, backlog_full: bool) -> Vec<Event> {
        let mut events = Vec::new();
        let mut tell = |kind: NoticeKind, trigger: Option<TriggerId>, subject: String, text: Text| {
            events.push(Event {
                id: NoticeId(self.ids.next(change.at.0)),
                kind,
                subject,
                endpoint: None,
                trigger,
                ticket_number: Some(change.ticket_number),
                text: text.to_string(),
                gave_up: 0,
                at: change.at,
            });
        };
        for firing in &change.firings {
            if let Some(fault) = &firing.fault {
                let text = text!("{name}: its actions were undone: {why}", name = firing.name, why = fault);
                tell(NoticeKind::TriggerFault, Some(firing.trigger), firing.trigger.to_string(), text);
            }
            if self.loops.fires_often(firing.trigger, change.ticket_number, change.at) {
                let (name, number) = (&firing.name, change.ticket_number);
                let text = text!("{name} fires very often on ticket {number}", name, number);
                let subject = format!("{}/{}", firing.trigger, change.ticket_number);
                tell(NoticeKind::PossibleLoop, Some(firing.trigger), subject, text);
            }
        }
        if let Some(end) = change.ended {
            let trigger = match end {
                ChainEnd::Repeat { trigger } => Some(trigger),
                ChainEnd::Depth { .. } | ChainEnd::Passes => None,
            };
            tell(NoticeKind::ChainEnded, trigger, change.cause.root.to_string(), end.in_words());
        }
        if backlog_full {
            tell(NoticeKind::BacklogFull, None, String::new(), crate::enqueue::backlog_full());
        }
        events
    }
}
