//! What happens before the loops run: orphans are taken back, memory is filled from the database.

use crate::core::Core;
use crate::dispatch::{Lane, Secrets};
use crate::error::Error;
use crate::signing::Secret;
use std::collections::HashSet;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError};
use store::db::Write;
use store::endpoints::EndpointRow;

/// Orphans of one write.
const SLICE: i64 = 500;

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

/// Fills the memory: configuration, numbers, endpoints, counts.
pub(crate) async fn load(core: &Core) -> Result<(), Error> {
    core.config.load(&core.reader).await?;
    let highest = store::tickets::highest_numbers(&core.reader).await?;
    let numbers = highest.into_iter().map(|(domain, number)| (domain, AtomicI64::new(number)));
    core.numbers.write().unwrap_or_else(PoisonError::into_inner).extend(numbers);
    for (domain, open) in store::deliveries::open_counts(&core.reader).await? {
        core.dispatcher.count_open(domain, open);
    }
    let failing: HashSet<_> = store::notices::failing_endpoints(&core.reader).await?.into_iter().collect();
    for row in store::endpoints::all(&core.reader).await? {
        let is_failing = failing.contains(&row.id);
        core.dispatcher.lanes().add(lane(core, &row, is_failing)?);
    }
    Ok(())
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
