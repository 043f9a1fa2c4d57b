//! Filling the memory from the database: orphans are taken back, configuration and endpoints are read, at the start and
//! whenever somebody wrote them.

use crate::config::Config;
use crate::core::Core;
use crate::dispatch::{Lane, Secrets};
use crate::error::Error;
use crate::signing::Secret;
use std::collections::HashSet;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::db::Write;
use store::endpoints::EndpointRow;
use tokio_util::sync::CancellationToken;

/// Orphans of one write.
const SLICE: i64 = 500;
/// Between two looks at the configuration's revisions.
const WATCH_EVERY: Duration = Duration::from_millis(500);

/// Takes every lease back: on SQLite the data-directory lock says that no other node lives.
pub(crate) async fn take_orphans_back(core: &Core) -> Result<(), Error> {
    loop {
        let orphans = store::orphans::find(&core.reader, SLICE).await?;
        if orphans.is_empty() {
            return Ok(());
        }
        let now = core.clock.now();
        let ids: Vec<i64> = orphans.iter().map(|_| core.ids.next(now.0)).collect();
        let mut write = Write::new();
        for step in store::orphans::take_back(&orphans, &ids, &core.settings.retry, now) {
            write.push(step);
        }
        core.committer.commit(write).await?;
        tracing::info!(count = orphans.len(), "deliveries under way at the last stop go on");
    }
}

/// Fills the memory: configuration, endpoints, numbers, counts.
pub(crate) async fn load(core: &Core) -> Result<(), Error> {
    load_config(core).await?;
    let highest = store::tickets::highest_numbers(&core.reader).await?;
    let numbers = highest.into_iter().map(|(domain, number)| (domain, AtomicI64::new(number)));
    core.numbers.write().unwrap_or_else(PoisonError::into_inner).extend(numbers);
    for (domain, open) in store::deliveries::open_counts(&core.reader).await? {
        core.dispatcher.count_open(domain, open);
    }
    Ok(())
}

/// Reads the configuration anew and puts it in force, after every endpoint that a trigger in it can name is known.
pub(crate) async fn load_config(core: &Core) -> Result<(), Error> {
    let snapshot = Config::read(&core.reader).await?;
    let mut unknown = store::endpoints::all(&core.reader).await?;
    unknown.retain(|row| core.dispatcher.lanes().find(row.id).is_none());
    if !unknown.is_empty() {
        let failing: HashSet<_> =
            store::notices::failing_endpoints(&core.reader).await?.into_iter().collect();
        for row in unknown {
            core.dispatcher.lanes().add(lane(core, &row, failing.contains(&row.id))?);
        }
    }
    core.config.swap(snapshot);
    Ok(())
}

/// Twice a second: has anybody written configuration that memory does not hold? A reload that failed, or another
/// process.
pub(crate) async fn watch_config(core: Arc<Core>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(WATCH_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let Ok(revisions) = store::domains::revisions(&core.reader).await else { continue };
        if core.config.has(&revisions) {
            continue;
        }
        let _admin = core.admin.lock().await;
        if let Err(error) = load_config(&core).await {
            tracing::warn!(%error, "the configuration cannot be read again; trying again");
        }
    }
}

fn lane(core: &Core, row: &EndpointRow, is_failing: bool) -> Result<Arc<Lane>, Error> {
    let open = |sealed: &str| {
        let text = core.vault.open(sealed, &row.id.to_string());
        text.and_then(|text| Secret::parse(&text).ok()).ok_or_else(|| {
            Error::Internal(format!(
                "the secret of endpoint {} cannot be decrypted: the master key is not the one it was stored with; \
                 put the old master.key file back, or set security.master_key to it",
                row.id
            ))
        })
    };
    let previous = match &row.previous_secret {
        Some((sealed, until)) => Some((open(sealed)?, *until)),
        None => None,
    };
    let secrets = Secrets { current: open(&row.secret)?, previous };
    Ok(Lane::new(row.id, row.domain, row.url.clone(), secrets, row.paused, is_failing))
}
