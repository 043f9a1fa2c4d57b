//! The one clock of a benchmark: monotonic nanoseconds, the same in every process of the machine.
//! So a time taken by the load generator can be compared with one taken by the receiver.

use std::time::Duration;

use rustix::time::{ClockId, Timespec};

/// Nanoseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000_000;

/// Nanoseconds in a millisecond.
pub(crate) const MILLISECOND: u64 = 1_000_000;

/// Now, on the clock all processes share.
pub(crate) fn now_ns() -> u64 {
    let now = rustix::time::clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * SECOND + now.tv_nsec.unsigned_abs()
}

/// Blocks this thread until `at_ns`. The runtime's timer counts whole milliseconds, which is as much
/// as what is to be measured; so a thread of its own paces an open loop.
pub(crate) fn block_until(at_ns: u64) {
    while now_ns() < at_ns {
        let at = Timespec {
            tv_sec: (at_ns / SECOND).try_into().unwrap_or(i64::MAX),
            tv_nsec: (at_ns % SECOND).try_into().unwrap_or(0),
        };
        // An interrupted sleep goes round again.
        let _ = rustix::thread::clock_nanosleep_absolute(ClockId::Monotonic, &at);
    }
}

/// Waits in the runtime until `at_ns`, to the millisecond.
pub(crate) async fn wait_until(at_ns: u64) {
    tokio::time::sleep(Duration::from_nanos(at_ns.saturating_sub(now_ns()))).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_until_the_time_and_not_much_longer() {
        let at = now_ns() + 3 * MILLISECOND;
        block_until(at);
        let late = now_ns() - at;
        assert!(late < SECOND, "{late} ns late");
    }

    #[test]
    fn a_time_gone_by_does_not_block() {
        block_until(0);
    }
}
