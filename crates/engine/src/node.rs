//! This node among others on one database: it takes a number, shows that it lives by beats, ends lives that show nothing
//! any more, and begins anew when others ended its own. On an embedded database there are no others.
//! Does not live here: what a life may do (`dispatch/life`), the statements (store).

use crate::core::Core;
use crate::dispatch::Life;
use crate::error::Error;
use crate::start::take_orphans_back;
use fail::fail_point;
use model::ids::{IdMaker, IncarnationId};
use model::text;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::db::{CommitError, Write};
use store::nodes::Node;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How nodes judge one another.
#[derive(Debug, Clone, Copy)]
pub struct NodeTimes {
    /// Between two beats.
    pub beat_every: Duration,
    /// Without a committed beat for so long, a node begins nothing and cuts its calls.
    pub silent_max: Duration,
    /// A node whose beats stand still for so long is ended,
    pub dead_after: Duration,
    /// by one whose own beats ran without a gap for so long.
    pub steady_for: Duration,
    /// How far a node's clock and that of the database's machine may be apart: retries would be early or late by as
    /// much, and numbers would not follow time.
    pub skew_max: Duration,
}

impl Default for NodeTimes {
    fn default() -> Self {
        NodeTimes {
            beat_every: Duration::from_secs(3),
            silent_max: Duration::from_secs(9),
            dead_after: Duration::from_secs(12),
            steady_for: Duration::from_secs(15),
            skew_max: Duration::from_secs(5),
        }
    }
}

/// How often a number is tried for when others take it first.
const JOIN_MAX: u32 = 50;
/// Between two looks whether a life has been silent for too long.
const GUARD_EVERY: Duration = Duration::from_millis(250);
/// Looks at the others during one beat.
const LOOKS: u32 = 3;
/// Between two answers to calls of other nodes.
const CALM: Duration = Duration::from_millis(200);

/// Begins a life on a shared database: a number, and a row that shows it.
///
/// # Errors
/// When 255 nodes live, or the database cannot be read or written.
pub(crate) async fn join(core: &Core) -> Result<Life, Error> {
    let times = core.settings.node;
    for tries in 1..=JOIN_MAX {
        let Some(free) = store::nodes::free_number(&core.reader).await? else {
            return Err(Error::Conflict(text!("255 nodes work on this database; stop one first")));
        };
        let (now, shown) = (core.clock.now(), Instant::now());
        let number = u8::try_from(free.number).map_err(|error| Error::Internal(error.to_string()))?;
        let incarnation = IncarnationId(IdMaker::new(number).next(now.0));
        let step = store::nodes::join(free, incarnation, &core.settings.node_name, now);
        match core.committer.commit(Write::new().step(step)).await {
            Ok(_) => {
                core.ids.set_node(number);
                tracing::info!(node.number = number, node.incarnation = %incarnation, "this node has joined");
                return Ok(Life::watched(incarnation, core.dispatcher.stopping(), shown, times.silent_max));
            }
            Err(CommitError::Conflict(_) | CommitError::Stale) => core.committer.pause(tries).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Unavailable(text!("other nodes took every number first; try again")))
}

/// Ends this node's life: every lease goes back at once, and the others hear of it.
pub(crate) async fn leave(core: &Core) -> Result<(), Error> {
    let now = core.clock.now();
    let incarnation = core.dispatcher.life().incarnation;
    let write: Write = store::nodes::leave(incarnation, core.ids.next(now.0), &core.settings.retry, now)
        .into_iter()
        .collect();
    core.committer.commit(write).await?;
    core.db.notify_last().await;
    Ok(())
}

/// Beats, and judges the others by theirs, until told to stop.
pub(crate) async fn live(core: Arc<Core>, stop: CancellationToken) {
    let times = core.settings.node;
    let mut ticks = interval(times.beat_every / LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut own = OwnBeats { last: Instant::now(), steady_since: Instant::now() };
    let mut others = Others::default();
    let mut swept = Instant::now();
    for tick in 0_u32.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if tick % LOOKS == 0 {
            beat(&core, &mut own).await;
        }
        if let Err(error) = judge(&core, &mut others, own.steady_since).await {
            tracing::warn!(%error, "the other nodes cannot be looked at; trying again");
        }
        if swept.elapsed() >= core.settings.monitor_every {
            swept = Instant::now();
            report(take_orphans_back(&core).await);
        }
    }
}

/// This node's beats as they were committed.
struct OwnBeats {
    last: Instant,
    /// Since when there was no gap between them.
    steady_since: Instant,
}

async fn beat(core: &Arc<Core>, own: &mut OwnBeats) {
    fail_point!("node::beat", |_| ());
    let (life, begun) = (core.dispatcher.life(), Instant::now());
    let gap = core.settings.node.beat_every * 2;
    match core.db.commit(Write::new().step(store::nodes::beat(life.incarnation))).await {
        Ok(_) => {
            if begun.duration_since(own.last) > gap {
                own.steady_since = begun;
            }
            own.last = begun;
            if life.cut.is_cancelled() && !core.dispatcher.stopping().is_cancelled() {
                tracing::warn!("the database is back; this node goes on");
                core.dispatcher.go_on(begun, core.settings.node.silent_max);
                core.dispatcher.look().await;
            } else {
                life.has_shown_itself(begun);
            }
        }
        Err(CommitError::Stale) => {
            tracing::warn!(node.incarnation = %life.incarnation, "other nodes ended this node's life; it begins anew");
            life.end();
            own.steady_since = Instant::now();
            begin_anew(core).await;
        }
        Err(error) => {
            own.steady_since = Instant::now();
            tracing::warn!(%error, "this node cannot show that it lives");
        }
    }
}

async fn begin_anew(core: &Arc<Core>) {
    match join(core).await {
        Ok(life) => {
            core.dispatcher.begin_life(life);
            // Leases that the old life took while it was being ended.
            report(take_orphans_back(core).await);
            core.dispatcher.look().await;
        }
        // The next beat misses again, and tries again.
        Err(error) => tracing::warn!(%error, "this node cannot begin anew yet"),
    }
}

/// What this node has seen of the others, on its own clock.
#[derive(Default)]
struct Others(HashMap<IncarnationId, (i64, Instant)>);

impl Others {
    /// Those whose beats have stood still for so long, while this node's own ran without a gap since `steady_since`:
    /// whoever was out of reach itself does not know how the others fared meanwhile.
    fn silent(
        &mut self,
        living: Vec<Node>,
        now: Instant,
        steady_since: Instant,
        dead_after: Duration,
    ) -> Vec<Node> {
        let before = std::mem::take(&mut self.0);
        let mut silent = Vec::new();
        for node in living {
            let known = before.get(&node.incarnation).filter(|(beat, _)| *beat == node.beat);
            let since = known.map_or(now, |(_, since)| (*since).max(steady_since));
            self.0.insert(node.incarnation, (node.beat, since));
            if now.duration_since(since) >= dead_after {
                silent.push(node);
            }
        }
        silent
    }
}

async fn judge(core: &Arc<Core>, others: &mut Others, steady_since: Instant) -> Result<(), Error> {
    let (own, times) = (core.dispatcher.life().incarnation, core.settings.node);
    let mut living = store::nodes::living(&core.reader).await?;
    living.retain(|node| node.incarnation != own);
    core.tickets.set_alone(living.is_empty());
    let silent = others.silent(living, Instant::now(), steady_since, times.dead_after);
    if steady_since.elapsed() < times.steady_for {
        return Ok(());
    }
    for node in silent {
        let now = core.clock.now();
        let write: Write =
            store::nodes::fence(&node, core.ids.next(now.0), &core.settings.retry, now).into_iter().collect();
        match core.committer.commit(write).await {
            Ok(_) => {
                tracing::warn!(
                    node.number = node.number,
                    node.name,
                    "a node shows nothing any more; its deliveries go on here and elsewhere"
                );
                core.db.notify();
                core.dispatcher.look().await;
            }
            // It has shown itself, or another node was quicker.
            Err(CommitError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn report(outcome: Result<(), Error>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "leases of a life that is over cannot be taken back yet");
    }
}

/// Cuts the calls of a life that has been silent for too long, as long as it is.
pub(crate) async fn guard(core: Arc<Core>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(GUARD_EVERY) => {}
        }
        let life = core.dispatcher.life();
        if life.is_silent() && !life.cut.is_cancelled() {
            tracing::error!("the database is out of reach: this node begins nothing and cuts its open calls");
            life.cut.cancel();
        }
    }
}

/// Looks at the queue whenever another node says that it left something due.
pub(crate) async fn listen(core: Arc<Core>, stop: CancellationToken) {
    let mut wakes = core.db.listen();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = wakes.next() => core.dispatcher.look_for_due().await,
        }
        sleep(CALM).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_beats_that_stand_still_on_our_own_clock_are_silence() {
        let node =
            |number, beat| Node { incarnation: IncarnationId(number), number, beat, name: String::new() };
        let (mut others, dead) = (Others::default(), Duration::from_secs(12));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(others.silent(vec![node(1, 5), node(2, 5)], at(0), start, dead).is_empty());
        assert!(others.silent(vec![node(1, 5), node(2, 6)], at(11), start, dead).is_empty());
        let silent = others.silent(vec![node(1, 5), node(2, 6), node(3, 0)], at(12), start, dead);
        assert_eq!(silent, [node(1, 5)]);
        let silent = others.silent(vec![node(1, 5)], at(30), at(25), dead);
        assert!(silent.is_empty(), "there was a gap at 25 s: what was seen before it does not count");
        assert_eq!(others.silent(vec![node(1, 5)], at(37), at(25), dead), [node(1, 5)]);
    }
}
