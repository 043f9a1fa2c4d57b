//! Takes away what was done long ago.

use super::Shared;
use std::sync::Arc;
use std::time::Duration;
use store::db::Write;
use store::inbox;
use tokio_util::sync::CancellationToken;

/// What was done or dropped is kept this long: so long is a `webhook-id` remembered.
const KEEP_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Between two slices: others write meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// Sweeps until the receiver stops.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let pause = match slice(&shared).await {
            Ok(0) => SWEEP_EVERY,
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::warn!(%error, "what is old cannot be taken away; trying on");
                SWEEP_EVERY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Takes a slice away; tells how many there were.
async fn slice(shared: &Shared) -> Result<usize, store::db::CommitError> {
    let write: Write = inbox::prune(shared.now().plus_ms(-KEEP_MS)).into_iter().collect();
    let done = shared.db.commit(write).await?;
    Ok(done.returned.iter().map(Vec::len).sum())
}
