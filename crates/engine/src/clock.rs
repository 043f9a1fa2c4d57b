//! The real clock and the real chance. Everybody else is handed a `Clock` and a `Random`.

use model::time::{Clock, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::{Mutex, PoisonError};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock is read")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Where secrets, keys and jitter come from: a cryptographic generator that tests may seed.
#[derive(Debug)]
pub struct Random(Mutex<StdRng>);

impl Random {
    /// Seeded by the operating system.
    #[expect(clippy::disallowed_methods, reason = "the one place where chance comes from")]
    pub fn from_system() -> Self {
        Random(Mutex::new(rand::make_rng()))
    }

    /// Seeded by a number: the same chance each time.
    pub fn from_seed(seed: u64) -> Self {
        Random(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Uses the generator.
    pub fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
