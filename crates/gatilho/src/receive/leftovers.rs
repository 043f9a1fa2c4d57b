//! What a receiver that was killed has left running. It is ended before its requests are run again: two runs of one
//! request must not overlap.

use super::program::RUN_VARIABLE;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;

/// How long processes that were killed may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(20);

/// Ends every process of these runs, and waits until they are gone.
pub(super) async fn end(marks: Vec<String>) {
    let marks: HashSet<Vec<u8>> =
        marks.iter().map(|mark| format!("{RUN_VARIABLE}={mark}").into_bytes()).collect();
    let until = Instant::now() + GONE_WITHIN;
    loop {
        let left = processes(&marks);
        for process in &left {
            tracing::warn!(pid = process.as_raw_nonzero(), "ending a run that a killed receiver left behind");
            // It may have ended just now.
            let _ = kill_process(*process, Signal::KILL);
        }
        if left.is_empty() {
            return;
        }
        if Instant::now() > until {
            return tracing::error!(left = left.len(), "runs that were left behind cannot be ended");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Processes whose environment names one of the runs. Others' environments cannot be read, nor are they ours.
fn processes(marks: &HashSet<Vec<u8>>) -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    ids.filter(|id| {
        let environment = std::fs::read(format!("/proc/{}/environ", id.as_raw_nonzero())).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| marks.contains(variable))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    fn sleeper(mark: &str) -> std::process::Child {
        std::process::Command::new("sleep").arg("1000").env(RUN_VARIABLE, mark).spawn().unwrap()
    }

    #[tokio::test]
    async fn only_the_runs_that_are_named_are_ended() {
        let (mut left, mut other) = (sleeper("1.1@leftovers"), sleeper("1.2@leftovers"));
        end(vec!["1.1@leftovers".into(), "2.1@leftovers".into()]).await;
        // Gone before anybody waited for it: a dead process has no environment.
        assert_eq!(left.wait().unwrap().signal(), Some(9));
        assert!(other.try_wait().unwrap().is_none());
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
