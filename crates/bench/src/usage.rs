//! What processes use: CPU time and memory, as the kernel counts them.

use std::fs::read_to_string;

use anyhow::{Context as _, Result};

use crate::clock::now_ns;

/// CPU time spent, in clock ticks, at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Ticks {
    /// All servers together.
    server: Option<u64>,
    receiver: u64,
    generator: u64,
    machine: u64,
    at_ns: u64,
}

/// CPU time between two moments, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// The server under test, if there is one.
    pub(crate) server_us: Option<u64>,
    /// The receiver.
    pub(crate) receiver_us: u64,
    /// This process: the load.
    pub(crate) generator_us: u64,
    /// What other programs took of the whole machine's time, from 0 to 1.
    pub(crate) others: f64,
}

impl Ticks {
    /// Reads the counters now.
    pub(crate) fn now(servers: &[u32], receiver: Option<u32>) -> Result<Self> {
        Ok(Self {
            server: if servers.is_empty() {
                None
            } else {
                Some(servers.iter().map(|pid| of_process(*pid)).sum::<Result<u64>>()?)
            },
            receiver: receiver.map(of_process).transpose()?.unwrap_or(0),
            generator: of_process(std::process::id())?,
            machine: of_machine(&read_to_string("/proc/stat")?).context("reading /proc/stat")?,
            at_ns: now_ns(),
        })
    }

    /// What was spent since then.
    pub(crate) fn spent_until(&self, later: &Self, cores: usize) -> Spent {
        let tick_us = tick_us();
        let between = |from: u64, to: u64| to.saturating_sub(from) * tick_us;
        let server_us = self.server.zip(later.server).map(|(from, to)| between(from, to));
        let receiver_us = between(self.receiver, later.receiver);
        let generator_us = between(self.generator, later.generator);
        let ours = server_us.unwrap_or(0) + receiver_us + generator_us;
        let others = between(self.machine, later.machine).saturating_sub(ours);
        let whole = (later.at_ns - self.at_ns) / 1000 * cores as u64;
        Spent { server_us, receiver_us, generator_us, others: others as f64 / whole.max(1) as f64 }
    }
}

/// The most memory a process has held at once, in bytes.
pub(crate) fn peak_memory(pid: u32) -> Result<u64> {
    let status = read_to_string(format!("/proc/{pid}/status"))?;
    field_kib(&status, "VmHWM:").context("the kernel tells no peak memory")
}

/// A field of a `/proc` file that is given in KiB, in bytes.
pub(crate) fn field_kib(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// How long a clock tick is, in microseconds.
pub(crate) fn tick_us() -> u64 {
    1_000_000 / rustix::param::clock_ticks_per_second().max(1)
}

/// The ticks of a process and of all its children that have ended.
pub(crate) fn with_children(pid: u32) -> Result<u64> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).context("the process has ended")?;
    let fields =
        stat.rsplit_once(')').context("the kernel's line about a process")?.1.split_ascii_whitespace();
    Ok(fields.skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum())
}

/// The parent of a process.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The ticks of a process.
pub(crate) fn of_process(pid: u32) -> Result<u64> {
    let stat = read_to_string(format!("/proc/{pid}/stat")).context("the process has ended")?;
    user_and_system(&stat).context("reading a process's CPU time")
}

/// User and system time; the program's name before them may contain anything, parentheses too.
fn user_and_system(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// All time the machine's cores did something: all but idle and waiting, guests counted once.
fn of_machine(stat: &str) -> Option<u64> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_ascii_whitespace();
    let times: Vec<u64> = fields.take(8).map(str::parse).collect::<Result<_, _>>().ok()?;
    times.iter().sum::<u64>().checked_sub(times.get(3)? + times.get(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_is_no_trap() {
        let stat = "12 (a) b (c)) S 1 12 12 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 1 2 3";
        assert_eq!(user_and_system(stat), Some(300));
        assert_eq!(user_and_system("12 (a"), None);
    }

    #[test]
    fn idle_time_is_not_work() {
        assert_eq!(of_machine("cpu  10 1 5 1000 30 2 3 4 0 0\ncpu0 1 2"), Some(25));
        assert_eq!(of_machine("intr 5"), None);
    }

    #[test]
    fn kibibytes_become_bytes() {
        assert_eq!(field_kib("Name:\tx\nVmHWM:\t  2048 kB\n", "VmHWM:"), Some(2_097_152));
        assert_eq!(field_kib("Name:\tx\n", "VmHWM:"), None);
    }

    #[test]
    fn our_own_work_is_not_the_others() -> Result<()> {
        let from = Ticks { server: Some(0), receiver: 0, generator: 0, machine: 0, at_ns: 0 };
        let tick = rustix::param::clock_ticks_per_second();
        let to = Ticks {
            server: Some(tick),
            receiver: tick / 2,
            generator: tick / 4,
            machine: tick * 2,
            at_ns: 2_000_000_000,
        };
        let spent = from.spent_until(&to, 2);
        assert_eq!((spent.server_us, spent.receiver_us), (Some(1_000_000), 500_000));
        assert!((spent.others - 0.0625).abs() < 0.01, "{}", spent.others);
        Ok(())
    }

    #[test]
    fn this_process_can_be_read() -> Result<()> {
        assert!(peak_memory(std::process::id())? > 0);
        Ticks::now(&[], None).map(drop)
    }
}
