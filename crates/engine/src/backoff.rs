//! Who guesses passwords has to wait: by the address they come from, and by name and address. What others get wrong
//! elsewhere never counts against somebody, and a browser that logged in before counts for itself alone.
//! In memory, for this node; it knows the latest few ten thousand.

use model::login::{wait_ms, wait_of_name_ms};
use model::time::Timestamp;
use quick_cache::sync::Cache;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Failures of one address that cost nothing: many people may share it.
const FREE_OF_SOURCE: u32 = 50;
/// Failures older than this are forgotten.
const FORGET_MS: i64 = 60 * 60 * 1_000;
/// Failures that are remembered at most, those of addresses and those of names each.
const REMEMBERED: usize = 50_000;

/// Failures in a row.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Where somebody who tries comes from.
#[derive(Debug, Clone, Hash, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An address, of which others may try too.
    Address(String),
    /// A browser that logged in to this log-in before.
    Device(String),
}

impl Origin {
    /// The address as failures are counted: of IPv6 the first half, since a single house has all of the second.
    pub(crate) fn of_address(text: &str) -> Origin {
        let address = text.parse::<IpAddr>().map(|address| address.to_canonical());
        Origin::Address(match address {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
            Ok(address) => address.to_string(),
            Err(_) => text.to_owned(),
        })
    }
}

/// One try: a name of a domain, folded, and where it comes from.
#[derive(Debug, Clone, Hash, PartialEq, Eq)]
pub(crate) struct Try {
    pub(crate) domain: i64,
    pub(crate) name: String,
    pub(crate) origin: Origin,
}

/// Remembers who failed.
#[derive(Debug)]
pub(crate) struct Backoff {
    names: Cache<Try, Failures>,
    sources: Cache<String, Failures>,
    one_at_a_time: Mutex<()>,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            names: Cache::new(REMEMBERED),
            sources: Cache::new(REMEMBERED),
            one_at_a_time: Mutex::new(()),
        }
    }
}

/// How long is left to wait, in milliseconds.
fn left(failures: Option<Failures>, now: Timestamp, wait: impl FnOnce(u32) -> i64) -> i64 {
    let Some(failures) = failures.filter(|failures| failures.last.plus_ms(FORGET_MS) > now) else { return 0 };
    let wait = wait(failures.count);
    // Never longer than that, though the clock stepped back.
    (failures.last.0 + wait - now.0).clamp(0, wait)
}

fn more(failures: Option<Failures>, now: Timestamp) -> Failures {
    let before = failures.filter(|failures| failures.last.plus_ms(FORGET_MS) > now);
    Failures { count: before.map_or(0, |failures| failures.count).saturating_add(1), last: now }
}

impl Backoff {
    /// Lets somebody try, counting it as a failure until [`Backoff::succeeded`]: many tries at once do not pass together.
    /// Otherwise answers how long they have to wait: milliseconds.
    pub(crate) fn begin(&self, tried: &Try, now: Timestamp) -> Result<(), i64> {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = self.wait_ms(tried, now);
        if wait > 0 {
            return Err(wait);
        }
        self.names.insert(tried.clone(), more(self.names.get(tried), now));
        if let Origin::Address(address) = &tried.origin {
            self.sources.insert(address.clone(), more(self.sources.get(address), now));
        }
        Ok(())
    }

    fn wait_ms(&self, tried: &Try, now: Timestamp) -> i64 {
        let by_name = left(self.names.get(tried), now, wait_of_name_ms);
        match &tried.origin {
            Origin::Address(address) => {
                let of_source = |count| wait_ms(count, FREE_OF_SOURCE);
                by_name.max(left(self.sources.get(address), now, of_source))
            }
            Origin::Device(_) => by_name,
        }
    }

    /// The password was right: nothing is held against this name from there any more.
    pub(crate) fn succeeded(&self, tried: &Try) {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        self.names.remove(tried);
        self.less_of_source(tried);
    }

    /// The password was not looked at after all: the try does not count.
    pub(crate) fn undone(&self, tried: &Try) {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failures) = self.names.get(tried) {
            self.names.insert(tried.clone(), less(failures));
        }
        self.less_of_source(tried);
    }

    fn less_of_source(&self, tried: &Try) {
        if let Origin::Address(address) = &tried.origin
            && let Some(failures) = self.sources.get(address)
        {
            self.sources.insert(address.clone(), less(failures));
        }
    }
}

fn less(failures: Failures) -> Failures {
    Failures { count: failures.count.saturating_sub(1), ..failures }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str, origin: Origin) -> Try {
        Try { domain: 1, name: name.into(), origin }
    }

    fn from(address: &str) -> Origin {
        Origin::Address(address.into())
    }

    /// Fails, waiting as long as it must each time; answers when it may try again.
    fn fail(backoff: &Backoff, tried: &Try, times: usize) -> i64 {
        let mut now = 1_000;
        for _ in 0..times {
            while let Err(wait) = backoff.begin(tried, Timestamp(now)) {
                now += wait;
            }
        }
        now
    }

    #[test]
    fn who_guesses_waits_and_longer_each_time() {
        let backoff = Backoff::default();
        let tried = by("ana", from("192.0.2.1"));
        assert_eq!(fail(&backoff, &tried, 5), 1_000);
        assert_eq!(backoff.begin(&tried, Timestamp(1_000)), Err(2_000));
        assert_eq!(backoff.begin(&tried, Timestamp(2_500)), Err(500));
        assert_eq!(backoff.begin(&tried, Timestamp(3_000)), Ok(()));
        assert_eq!(backoff.begin(&tried, Timestamp(3_000)), Err(4_000));
        backoff.succeeded(&tried);
        assert_eq!(backoff.begin(&tried, Timestamp(3_000)), Ok(()));
    }

    #[test]
    fn a_try_that_was_not_looked_at_does_not_count() {
        let backoff = Backoff::default();
        let tried = by("ana", from("192.0.2.1"));
        for _ in 0..200 {
            assert_eq!(backoff.begin(&tried, Timestamp(1_000)), Ok(()));
            backoff.undone(&tried);
        }
    }

    #[test]
    fn failures_elsewhere_lock_nobody_out() {
        let backoff = Backoff::default();
        fail(&backoff, &by("ana", from("192.0.2.1")), 12);
        let others = [
            by("ana", from("192.0.2.2")),
            by("bob", from("192.0.2.1")),
            by("ana", Origin::Device("d".into())),
            Try { domain: 2, ..by("ana", from("192.0.2.1")) },
        ];
        for other in others {
            assert_eq!(backoff.begin(&other, Timestamp(1_000)), Ok(()), "{other:?}");
        }
    }

    #[test]
    fn an_address_that_tries_many_names_waits_but_a_known_browser_there_does_not() {
        let backoff = Backoff::default();
        for name in 0..50 {
            assert_eq!(fail(&backoff, &by(&name.to_string(), from("192.0.2.1")), 1), 1_000);
        }
        assert_eq!(backoff.begin(&by("ana", from("192.0.2.1")), Timestamp(1_000)), Err(2_000));
        let known = by("ana", Origin::Device("d".into()));
        assert_eq!(fail(&backoff, &known, 5), 1_000);
        assert_eq!(backoff.begin(&known, Timestamp(1_000)), Err(2_000), "its own failures count");
    }

    #[test]
    fn addresses_of_one_house_are_one() {
        let of = Origin::of_address;
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of(""), Origin::Address(String::new()));
    }

    #[test]
    fn old_failures_are_forgotten() {
        let backoff = Backoff::default();
        let tried = by("ana", from("192.0.2.1"));
        let now = fail(&backoff, &tried, 12);
        assert_eq!(backoff.begin(&tried, Timestamp(now + 2 * FORGET_MS)), Ok(()));
        assert_eq!(backoff.begin(&tried, Timestamp(now + 2 * FORGET_MS)), Ok(()));
    }
}
