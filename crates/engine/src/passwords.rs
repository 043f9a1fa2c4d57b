//! Hashing passwords: Argon2id, on threads that may block, a few at once, since each takes 19 MiB and a core.
//! Does not live here: who may try (`backoff`), what a password must be (model `login`).

use crate::clock::Random;
use crate::error::Error;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use prometheus_client::metrics::counter::Counter;
use rand::Rng;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// What one hash costs: 19 MiB, two passes, one lane, as OWASP advises.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes at once: 38 MiB and two cores.
const AT_ONCE: usize = 2;
/// Log-ins that may wait for a place; who comes after them is sent away.
const WAITING_MAX: usize = 32;
/// When they may come back.
const COME_BACK_S: i64 = 2;

const SALT_BYTES: usize = 16;

/// No password has this hash: it is compared with where there is no log-in, at the cost of a real one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and compares, as often as memory and cores allow.
#[derive(Debug)]
pub(crate) struct Passwords {
    places: Semaphore,
    waiting: AtomicUsize,
    /// Hashes made.
    made: Counter,
}

fn argon() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| internal(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("a password cannot be hashed: {error}"))
}

/// Hashes a password with this salt.
fn hash(password: &str, salt: &[u8]) -> Result<String, Error> {
    let hash: PasswordHash =
        argon()?.hash_password_with_salt(password.as_bytes(), salt).map_err(|error| internal(&error))?;
    Ok(hash.to_string())
}

/// Hashes a new password, here and now: for the first start and for commands without a server.
///
/// # Errors
/// `Internal` when memory is short.
pub fn hash_now(password: &str, random: &Random) -> Result<String, Error> {
    hash(password, &salt(random))
}

fn salt(random: &Random) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    random.with(|generator| generator.fill_bytes(&mut salt));
    salt
}

/// A password that nobody has thought of: 20 letters and digits in groups, without those that look alike.
pub fn new_password(random: &Random) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 20];
    random.with(|generator| generator.fill_bytes(&mut bytes));
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Whether the password is the one that was hashed; without a hash it is compared with nobody's.
fn is_right(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    let stored = PasswordHash::new(hash.unwrap_or(NOBODY)).map_err(|error| internal(&error))?;
    match argon()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(hash.is_some()),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(internal(&error)),
    }
}

impl Passwords {
    /// Nothing is hashed yet; `made` counts.
    pub(crate) fn new(made: Counter) -> Self {
        Passwords { places: Semaphore::new(AT_ONCE), waiting: AtomicUsize::new(0), made }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// `TooMany` when many wait already.
    pub(crate) async fn hash(&self, password: Zeroizing<String>, random: &Random) -> Result<String, Error> {
        let salt = salt(random);
        self.run(move || hash(&password, &salt)).await
    }

    /// Compares a password with what is stored, or, where nothing is, with what fits no password. Both cost the same.
    ///
    /// # Errors
    /// `TooMany` when many wait already.
    pub(crate) async fn is_right(
        &self,
        password: Zeroizing<String>,
        stored: Option<String>,
    ) -> Result<bool, Error> {
        self.run(move || is_right(&password, stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let waits = Waits::begin(&self.waiting)?;
        let place = self.places.acquire().await;
        drop(waits);
        let Ok(_place) = place else { return Err(Error::Internal("no place to hash".into())) };
        self.made.inc();
        let work = tokio::task::spawn_blocking(work);
        work.await.unwrap_or_else(|error| Err(Error::Internal(format!("a hash ended early: {error}"))))
    }
}

/// Somebody who waits for a place to hash, until dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Result<Self, Error> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let waits = Waits(waiting);
        if before >= WAITING_MAX {
            return Err(Error::TooMany {
                why: "many people log in at this moment; try again soon".into(),
                retry_after_s: COME_BACK_S,
            });
        }
        Ok(waits)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_right_against_its_own_hash_only() {
        let random = Random::from_seed(1);
        let stored = hash_now("correct horse", &random).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(is_right("correct horse", Some(&stored)).unwrap());
        assert!(!is_right("Correct horse", Some(&stored)).unwrap());
        assert!(!is_right("correct horse", None).unwrap());
        assert!(is_right("correct horse", Some("rubbish")).is_err());
        assert_ne!(stored, hash_now("correct horse", &random).unwrap(), "each has a salt of its own");
    }

    #[test]
    fn nobodys_hash_costs_what_a_new_one_costs() {
        let cost = |hash: &str| hash.rsplit_once('$').unwrap().0.rsplit_once('$').unwrap().0.to_owned();
        assert_eq!(cost(NOBODY), cost(&hash("x", &[0; SALT_BYTES]).unwrap()));
    }

    #[test]
    fn passwords_that_are_made_differ_and_are_long_enough() {
        let random = Random::from_seed(1);
        let (one, other) = (new_password(&random), new_password(&random));
        assert_ne!(one, other);
        assert_eq!((one.len(), one.split('-').count()), (23, 4));
    }

    #[tokio::test]
    async fn who_comes_after_many_is_sent_away() {
        let made = Counter::default();
        let passwords = Passwords::new(made.clone());
        let held = passwords.places.acquire_many(u32::try_from(AT_ONCE).unwrap()).await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING_MAX)
            .map(|_| Box::pin(passwords.is_right(Zeroizing::new("x".into()), None)))
            .collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        let late = passwords.is_right(Zeroizing::new("x".into()), None).await;
        assert!(matches!(late, Err(Error::TooMany { retry_after_s: COME_BACK_S, .. })), "{late:?}");
        waiting.truncate(1);
        drop(held);
        assert_eq!(waiting.remove(0).await, Ok(false));
        assert_eq!((made.get(), passwords.waiting.load(Ordering::Relaxed)), (1, 0));
    }
}
