//! Waiting for what another process does. There is no signal to wait on, so it is looked at again and again.

use std::fmt::Display;
use std::time::Duration;
use tokio::time::Instant;

/// Nothing in a story takes longer on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(20);

/// Looks until there is something; panics with `what` when it does not come.
#[track_caller]
pub(crate) fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: not within {} s", PATIENCE.as_secs());
        std::thread::park_timeout(PAUSE);
    }
}

/// Tries until it works; panics with `what` and the last thing that stood in the way when it never does.
#[track_caller]
pub(crate) fn wait_ok<T, E: Display>(what: &str, mut attempt: impl FnMut() -> Result<T, E>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Ok(done) => return done,
            Err(error) if Instant::now() >= end => {
                panic!("{what}: not within {} s: {error}", PATIENCE.as_secs())
            }
            Err(_) => std::thread::park_timeout(PAUSE),
        }
    }
}
