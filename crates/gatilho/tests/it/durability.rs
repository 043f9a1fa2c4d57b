//! A 2xx means that the disk has it. SIGKILL cannot prove that, so the system calls are looked at: every answer to a
//! change comes after a completed sync of the log that follows the change's last write to it.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

use crate::support::Start;
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;

/// What a trace of system calls tells.
#[derive(Debug, Default, PartialEq, Eq)]
struct Verdict {
    /// Answers with status 200 that were sent.
    answers: usize,
    /// Those that were sent while something written to the log was not yet synced.
    too_early: usize,
    /// Syncs of the log that also wrote its times of change.
    with_times: usize,
}

fn judge(trace: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let mut dirty = false;
    // Calls that have begun, by thread: whether they sync the log.
    let mut begun: HashMap<&str, bool> = HashMap::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.trim_start().split_once(' ') else { continue };
        let call = call.trim_start();
        let on_log = call.contains(".db-wal>");
        let syncs = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        verdict.with_times += usize::from(on_log && call.starts_with("fsync("));
        if call.starts_with("pwrite64(") && on_log {
            dirty = true;
        } else if syncs && on_log && call.ends_with("<unfinished ...>") {
            begun.insert(thread, true);
        } else if (syncs && on_log)
            || (call.contains("sync resumed>") && begun.remove(thread).unwrap_or(false))
        {
            dirty &= !call.ends_with("= 0");
        } else if call.contains("\"HTTP/1.1 200") {
            verdict.answers += 1;
            verdict.too_early += usize::from(dirty);
        }
    }
    verdict
}

/// Changes a ticket 30 times, one after the other, under a trace.
fn trace(synchronous: &str) -> Verdict {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("trace");
    let calls = "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg";
    let under = ["strace", "-f", "-y", "-qq", "-s", "32", "-e", calls, "-e", "signal=none", "-o"];
    let mut under = under.to_vec();
    let path = file.to_str().unwrap();
    under.push(path);
    let mut server = Start::new().under(&under).env(&[("GATILHO_SYNCHRONOUS", synchronous)]).go();
    let ticket = server.ticket();
    for number in 0..30 {
        server.change(ticket, json!({ "subject": format!("number {number}") }));
    }
    server.terminate();
    judge(&read(&file))
}

fn read(file: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned()
}

#[test]
fn every_2xx_follows_a_sync_of_the_log() {
    let verdict = trace("full");
    assert!(verdict.answers >= 31, "{verdict:?}");
    assert_eq!((verdict.too_early, verdict.with_times), (0, 0), "{verdict:?}");
}

#[test]
fn without_syncs_the_proof_fails() {
    let verdict = trace("off");
    assert!(verdict.answers >= 31 && verdict.too_early >= 30, "{verdict:?}");
}

#[test]
fn the_judge_tells_early_answers_from_good_ones() {
    let good = "7 pwrite64(13</d/gatilho.db-wal>, \"x\", 1, 0) = 1\n7 fsync(13</d/gatilho.db-wal> <unfinished ...>\n\
                8 write(5<socket:[1]>, \"x\", 1) = 1\n7 <... fsync resumed>) = 0\n8 writev(5<socket:[1]>, [{\"HTTP/1.1 200 OK\"}], 1) = 9";
    assert_eq!(judge(good), Verdict { answers: 1, too_early: 0, with_times: 1 });
    let early = good.replace("7 <... fsync resumed>) = 0\n", "");
    assert_eq!(judge(&early), Verdict { answers: 1, too_early: 1, with_times: 1 });
}
