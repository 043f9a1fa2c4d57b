//! Retention: what is older than `keep` goes, in slices, with pauses for the writes of others. Never an open delivery.

use crate::core::Core;
use crate::error::Error;
use model::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use store::db::{CommitError, Step, Write};
use tokio_util::sync::CancellationToken;

/// Between two slices.
const PAUSE: Duration = Duration::from_millis(20);

/// Sweeps from the first start on, every `sweep_every`, until told to stop.
pub(crate) async fn sweep(core: Arc<Core>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(core.settings.sweep_every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !is_ours(&core).await {
            continue;
        }
        let keep = i64::try_from(core.settings.keep.as_millis()).unwrap_or(i64::MAX);
        let before = core.clock.now().plus_ms(-keep);
        if let Err(error) = sweep_sessions(&core).await {
            tracing::warn!(%error, "ended sessions were not swept out; trying again at the next sweep");
        }
        if let Err(error) = sweep_once(&core, before, &stop).await {
            tracing::warn!(%error, "old rows were not swept out; trying again at the next sweep");
        }
    }
}

/// Whether this node is the one that sweeps: of several the one with the lowest number, since a slice is chosen twice, and
/// two nodes that choose at the same time would leave attempts without their delivery.
pub(crate) async fn is_ours(core: &Core) -> bool {
    if !core.db.is_shared() {
        return true;
    }
    let own = core.dispatcher.life().incarnation;
    match store::nodes::living(&core.reader).await {
        Ok(living) => living.first().is_some_and(|node| node.incarnation == own),
        Err(error) => {
            tracing::warn!(%error, "who sweeps old rows out cannot be told; trying again at the next sweep");
            false
        }
    }
}

async fn sweep_once(core: &Core, before: Timestamp, stop: &CancellationToken) -> Result<(), CommitError> {
    let tables: [fn(Timestamp, i64) -> Vec<Step>; 4] = [
        store::retention::prune_deliveries,
        |before, after| vec![store::retention::prune_payloads(before, after)],
        |before, after| vec![store::retention::prune_changes(before, after)],
        |before, _| store::retention::prune_notices(before),
    ];
    for slice in tables {
        let mut after = 0;
        while !stop.is_cancelled() {
            let write: Write = slice(before, after).into_iter().collect();
            let done = core.committer.commit(write).await?;
            let gone = done.returned.last().map_or(&[][..], Vec::as_slice);
            if i64::try_from(gone.len()).is_ok_and(|gone| gone < store::retention::SLICE) {
                break;
            }
            after = gone.iter().filter_map(|row| row.integer(0).ok()).fold(after, i64::max);
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Removes sessions that are over.
async fn sweep_sessions(core: &Core) -> Result<(), Error> {
    let now = core.clock.now();
    let seen_before = now.plus_ms(-core.settings.session_life.idle_ms);
    for (domain, _) in store::domains::revisions(&core.reader).await? {
        let write = Write::new().step(store::sessions::prune(domain, now, seen_before));
        core.committer.commit(write).await?;
    }
    Ok(())
}
