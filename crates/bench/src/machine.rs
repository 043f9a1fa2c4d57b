//! The machine the figures are from: without it they say nothing.

use std::fs::{File, read_to_string};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::clock::{SECOND, now_ns};
use crate::latency::{Latencies, Percentiles};
use crate::usage::field_kib;

/// How a memory file system shows itself.
const TMPFS_MAGIC: i64 = 0x0102_1994;

const BLOCK: u64 = 4096;
const BLOCKS: u64 = 256;

/// What the machine is and what its disk costs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) cpu: String,
    pub(crate) memory_bytes: u64,
    pub(crate) kernel: String,
    /// The one-minute load before the run.
    pub(crate) load: f64,
    /// 4 KiB written and synced, in place, one after the other, for a second.
    pub(crate) syncs_per_second: u64,
    pub(crate) sync_ms: Percentiles,
    /// Syncs cost nothing there, so nothing durable is measured.
    pub(crate) data_in_memory: bool,
}

impl Machine {
    /// Looks at the machine and measures the disk under `data`.
    pub(crate) fn look(data: &Path) -> Result<Self> {
        let cpuinfo = read_to_string("/proc/cpuinfo").unwrap_or_default();
        let meminfo = read_to_string("/proc/meminfo").unwrap_or_default();
        let loadavg = read_to_string("/proc/loadavg").unwrap_or_default();
        let sync = sync_cost(data).context("measuring the disk")?;
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            cpu: cpu_model(&cpuinfo).unwrap_or("unknown processor").to_owned(),
            memory_bytes: field_kib(&meminfo, "MemTotal:").unwrap_or(0),
            kernel: read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            load: loadavg.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0),
            syncs_per_second: sync.count,
            sync_ms: sync,
            data_in_memory: rustix::fs::statfs(data)?.f_type == TMPFS_MAGIC,
        })
    }
}

fn cpu_model(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

/// Writes and syncs blocks of a file that has its full length already, for a second.
fn sync_cost(directory: &Path) -> Result<Percentiles> {
    let file: File = tempfile::tempfile_in(directory)?;
    let block = [7; BLOCK as usize];
    for index in 0..BLOCKS {
        file.write_all_at(&block, index * BLOCK)?;
    }
    file.sync_all()?;
    let mut latencies = Latencies::new()?;
    let start = now_ns();
    let mut before = start;
    for index in (0..BLOCKS).cycle() {
        file.write_all_at(&block, index * BLOCK)?;
        file.sync_data()?;
        let now = now_ns();
        latencies.record_ns(now - before);
        before = now;
        if now - start >= SECOND {
            break;
        }
    }
    Ok(latencies.percentiles())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_the_first_cores() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nprocessor\t: 1\nmodel name\t: Other\n";
        assert_eq!(cpu_model(text), Some("Some CPU @ 2 GHz"));
        assert_eq!(cpu_model(""), None);
    }
}
