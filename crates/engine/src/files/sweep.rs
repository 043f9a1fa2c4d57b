//! Objects that nothing refers to: uploads that broke off between the object and its row. Once a day they go, when they
//! are older than a day: a younger one may be about to get its row.

use super::{Files, explain, shelf};
use crate::core::Core;
use crate::error::Error;
use crate::sweep::is_ours;
use futures_util::TryStreamExt;
use model::file::FileKey;
use model::ids::DomainId;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// Between two sweeps, and the age from which an object without a row goes.
const DAY: Duration = Duration::from_hours(24);

/// Rows read at once.
const PAGE: i64 = 1_000;

/// Sweeps from the first start on until told to stop.
pub(crate) async fn sweep_files(core: Arc<Core>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(DAY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !is_ours(&core).await {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            swept = sweep_once(&core) => match swept {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "files that no ticket refers to were removed"),
                Err(error) => tracing::warn!(%error, "the file store was not swept; trying again tomorrow"),
            }
        }
    }
}

/// Looks through every shelf of every domain; answers how many objects went.
pub(crate) async fn sweep_once(core: &Core) -> Result<u64, Error> {
    let before = core.clock.now().plus_ms(-i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX));
    let before_ms = before.0;
    let mut gone = 0;
    for domain in store::domains::all(&core.reader).await? {
        for first in 0..=u8::MAX {
            let old = core.files.old_objects(domain.id, first, before_ms).await?;
            if old.is_empty() {
                continue;
            }
            let known = known(core, domain.id, first).await?;
            for key in old.difference(&known) {
                core.files.remove(domain.id, *key).await?;
                gone += 1;
            }
        }
    }
    Ok(gone)
}

/// The keys with this first byte that have a row.
async fn known(core: &Core, domain: DomainId, first: u8) -> Result<BTreeSet<FileKey>, Error> {
    let rest = u128::MAX >> 8;
    let mut after = FileKey(u128::from(first) << 120);
    let last = FileKey(after.0 | rest);
    let mut known = BTreeSet::new();
    // The page's beginning is excluded: of 2^128 keys the one that a shelf begins with is as good as never drawn.
    loop {
        let page = store::files::keys_between(&core.reader, domain, after, last, PAGE).await?;
        let Some(newest) = page.last() else { return Ok(known) };
        after = *newest;
        known.extend(page);
    }
}

impl Files {
    /// Objects of a shelf that were stored before this instant. What a crash left half written goes at once.
    pub(super) async fn old_objects(
        &self,
        domain: DomainId,
        first: u8,
        before_ms: i64,
    ) -> Result<BTreeSet<FileKey>, Error> {
        let shelf = shelf(domain, first);
        if let Some(directory) = &self.directory {
            let shelf = directory.join(shelf.as_ref());
            // Whether it could be swept shows at the next sweep.
            let _ = tokio::task::spawn_blocking(move || remove_unfinished(shelf, before_ms)).await;
        }
        let listed = self.objects.list(Some(&shelf)).map_err(explain);
        listed
            .try_filter_map(async |object| {
                let is_old = object.last_modified.timestamp_millis() < before_ms;
                let key = object.location.filename().and_then(|name| name.parse::<FileKey>().ok());
                Ok(key.filter(|_| is_old))
            })
            .try_collect()
            .await
    }
}

/// Takes away what is written beside its place and older: `KEY#1`.
fn remove_unfinished(shelf: PathBuf, before_ms: i64) {
    let Ok(entries) = std::fs::read_dir(shelf) else { return };
    for entry in entries.flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().contains('#');
        let written = entry.metadata().and_then(|found| found.modified());
        let written = written.ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let is_old = written.is_some_and(|at| i128::from(before_ms) > at.as_millis() as i128);
        if is_unfinished && is_old {
            // Somebody else may have been quicker.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
