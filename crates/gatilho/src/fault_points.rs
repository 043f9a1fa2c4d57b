//! Named places where a test stops the process as hard as a power cut would: SIGKILL to itself. Compiled in only with
//! the feature `failpoints`; otherwise this does nothing.

/// The variable that names a place.
#[cfg(feature = "failpoints")]
pub(crate) const KILL_VARIABLE: &str = "GATILHO_KILL_AT";

/// The variable that tells the store not to sync, so that the proof of durability can fail.
#[cfg(feature = "failpoints")]
pub(crate) const SYNCHRONOUS_VARIABLE: &str = "GATILHO_SYNCHRONOUS";

/// `GATILHO_KILL_AT=place:nth` kills the process the nth time it comes to the place.
#[cfg(feature = "failpoints")]
pub(crate) fn arm() -> anyhow::Result<()> {
    use anyhow::Context;
    use std::sync::atomic::{AtomicU64, Ordering};

    let Some((_, value)) =
        crate::config::environment().find(|(name, value)| name == KILL_VARIABLE && !value.is_empty())
    else {
        return Ok(());
    };
    let (place, nth) = value.rsplit_once(':').context("GATILHO_KILL_AT is place:nth")?;
    let nth: u64 = nth.parse().context("GATILHO_KILL_AT is place:nth")?;
    let seen = AtomicU64::new(0);
    let kill = move || {
        if seen.fetch_add(1, Ordering::Relaxed) + 1 == nth {
            // Nothing runs after this; whether it could be sent does not matter.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    };
    fail::cfg_callback(place, kill).map_err(anyhow::Error::msg)
}

/// Without the feature there are no such places.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn arm() -> anyhow::Result<()> {
    Ok(())
}

/// `GATILHO_SYNCHRONOUS=off` lets commits be answered before the disk has them.
#[cfg(feature = "failpoints")]
pub(crate) fn unsafe_store(settings: store::db::Settings) -> store::db::Settings {
    let off =
        crate::config::environment().any(|(name, value)| name == SYNCHRONOUS_VARIABLE && value == "off");
    let synchronous = if off { store::db::Synchronous::Off } else { settings.synchronous };
    store::db::Settings { synchronous, ..settings }
}

/// Without the feature every commit is on the disk before it is answered.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn unsafe_store(settings: store::db::Settings) -> store::db::Settings {
    settings
}
