//! Filling the memory from the database: orphans are taken back, configuration and endpoints are read, at the start and
//! whenever somebody wrote them.

use crate::config::Config;
use crate::core::Core;
use crate::dispatch::{Lane, Secrets};
use crate::error::Error;
use crate::signing::Secret;
use model::wording::Text;
use std::collections::HashSet;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::db::Write;
use store::endpoints::EndpointRow;
use tokio_util::sync::CancellationToken;

/// Between two looks at the configuration's revisions.
const WATCH_EVERY: Duration = Duration::from_millis(500);

/// Takes back the leases of every life that is over. On SQLite the data-directory lock says that no other node lives.
pub(crate) async fn take_orphans_back(core: &Core) -> Result<(), Error> {
    let own = core.dispatcher.life().incarnation;
    let owners = store::orphans::owners(&core.reader).await?;
    for owner in owners.into_iter().filter(|owner| *owner != own) {
        let now = core.clock.now();
        let write: Write = store::orphans::take_back(owner, core.ids.next(now.0), &core.settings.retry, now)
            .into_iter()
            .collect();
        core.committer.commit(write).await?;
        tracing::info!(node.incarnation = %owner, "deliveries under way at an earlier stop go on");
    }
    Ok(())
}

/// Clocks of this machine and of the database's that are further apart are told of.
const SKEW_TOLD_MS: u64 = 1_000;

/// Compares this machine's clock with that of the database's machine.
pub(crate) async fn check_clock(core: &Core) -> Result<(), Error> {
    let before = core.clock.now().0;
    let Some(theirs) = core.db.clock_ms().await? else { return Ok(()) };
    let after = core.clock.now().0;
    // Read at some moment in between.
    let skew = if theirs < before { theirs - before } else { (theirs - after).max(0) };
    if u128::from(skew.unsigned_abs()) > core.settings.node.skew_max.as_millis() {
        return Err(Error::Conflict(Text::given(format!(
            "this machine's clock and that of the database's differ by {:.1} s: let both follow one time server (NTP)",
            skew.unsigned_abs() as f64 / 1_000.0
        ))));
    }
    if skew.unsigned_abs() > SKEW_TOLD_MS {
        tracing::warn!(skew_ms = skew, "this machine's clock and that of the database's differ");
    }
    Ok(())
}

/// Sees to it that the master key is the one that the database was made with: with another one, secrets could not be
/// read, and those made now not by other nodes.
pub(crate) async fn check_key(core: &Core) -> Result<(), Error> {
    let own = core.vault.mark();
    if let Some(mark) = store::instance::key_mark(&core.reader).await? {
        return same_key(&mark, &own);
    }
    core.committer.commit(Write::new().step(store::instance::set_key_mark(&own))).await?;
    // Another node may have been quicker.
    let stored = store::instance::key_mark(&core.reader).await?.unwrap_or_default();
    same_key(&stored, &own)
}

fn same_key(stored: &str, own: &str) -> Result<(), Error> {
    if stored == own {
        return Ok(());
    }
    Err(Error::Conflict(Text::given(
        "the master key is not the one that this database was made with: put the old master.key file back, or set \
         security.master_key to it; all nodes of a database need the same",
    )))
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
    if core.db.is_shared() {
        for row in &unknown {
            follow(core, row)?;
        }
    }
    unknown.retain(|row| core.dispatcher.lanes().find(row.id).is_none());
    if !unknown.is_empty() {
        let failing: HashSet<_> =
            store::notices::failing_endpoints(&core.reader).await?.into_iter().collect();
        for row in unknown {
            core.dispatcher.lanes().add(lane(core, &row, failing.contains(&row.id))?);
        }
    }
    for endpoint in snapshot.integration_endpoints() {
        if let Some(lane) = core.dispatcher.lanes().find(endpoint) {
            lane.set_never_gives_up(true);
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

/// What other nodes made of an endpoint that this one knows.
fn follow(core: &Core, row: &EndpointRow) -> Result<(), Error> {
    let Some(lane) = core.dispatcher.lanes().find(row.id) else { return Ok(()) };
    if lane.is_paused() != row.paused {
        core.dispatcher.set_paused(row.id, row.paused);
        if !row.paused {
            core.dispatcher.note_due(&lane, core.clock.now());
        }
    }
    lane.secrets.store(Arc::new(secrets(core, row)?));
    Ok(())
}

fn lane(core: &Core, row: &EndpointRow, is_failing: bool) -> Result<Arc<Lane>, Error> {
    let secrets = secrets(core, row)?;
    Ok(Lane::new(row.id, row.domain, row.url.clone(), secrets, row.paused, is_failing))
}

fn secrets(core: &Core, row: &EndpointRow) -> Result<Secrets, Error> {
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
    Ok(Secrets { current: open(&row.secret)?, previous })
}
