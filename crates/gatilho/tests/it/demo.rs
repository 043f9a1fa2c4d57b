//! The demo: what a person sees of it in either way to run it, in their language, and that nothing stays behind.

use crate::support::{gatilho, wait_until};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const EN: &str = include_str!("../../locales/en.ftl");
const PT_BR: &str = include_str!("../../locales/pt-BR.ftl");

/// The last line of a demo that goes on serving.
const CLOSING: &str = "Ctrl-C stops the demo and removes what it made.";

/// The numbered headings of a language, each up to its first argument.
fn headings(words: &str) -> Vec<&str> {
    let texts = words.lines().filter_map(|line| line.split_once(" = "));
    let texts = texts.filter_map(|(_, text)| text.split(" {").next());
    texts.filter(|text| text.starts_with(|first: char| first.is_ascii_digit())).collect()
}

/// Each part stands behind the one before it.
#[track_caller]
fn stand_in_order(told: &str, parts: &[&str]) {
    let mut rest = told;
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("`{part}` is not where it belongs\n{told}")
        };
        rest = behind;
    }
}

fn names(directory: &Path) -> Vec<OsString> {
    let entries = std::fs::read_dir(directory).expect("listed").flatten();
    entries.map(|entry| entry.file_name()).collect()
}

#[test]
fn the_whole_story_is_told_once() {
    let told = gatilho(&["demo", "--once"], &[("LANG", "C")]).ok();
    let headings = headings(EN);
    assert_eq!(headings.len(), 7, "{headings:?}");
    stand_in_order(&told, &headings);
    stand_in_order(
        &told,
        &[
            "5. Its row in the execution log",
            " · delivered · 1 · ",
            "five attempts (30 s shown as 1 s)",
            "■□□□□ attempt 1 of 5 at 0 s: answered 503",
            "■■□□□ attempt 2 of 5 at ",
            "■■■□□ attempt 3 of 5 at ",
            "■■■■□ attempt 4 of 5 at ",
            "■■■■■ attempt 5 of 5 at ",
            " · failed · 5 · ",
            "7. The notice under the bell",
            "/down: answered 503 (5 failed attempts, 1 given up)",
            "Now you",
            "Change a ticket:",
            "do curl -X PATCH 'http://127.0.0.1:",
            "See the log:",
            "curl -H 'authorization: Bearer ",
            "/api/v1/deliveries",
            "Use your own receiver:",
            "curl -H 'authorization: Bearer ",
            "/api/v1/triggers -d '",
        ],
    );
    assert!(!told.contains("Ctrl-C"), "nothing is left to stop\n{told}");
}

#[test]
fn an_empty_variable_does_not_hide_the_language() {
    let told = gatilho(&["demo", "--once"], &[("LC_ALL", ""), ("LANG", "pt_BR.UTF-8")]).ok();
    stand_in_order(&told, &headings(PT_BR));
    stand_in_order(&told, &["1. O gatilho", "status “Novo” → “Resolvido”, com uma resposta", "Agora você"]);
}

#[test]
fn ctrl_c_ends_it_and_nothing_stays_behind() {
    let temporary = tempfile::tempdir().expect("a directory");
    let mut demo = Command::new(env!("CARGO_BIN_EXE_gatilho"))
        .arg("demo")
        .env_clear()
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let output = BufReader::new(demo.stdout.take().expect("it is piped"));
    let mut lines = output.lines().map_while(Result::ok);
    let is_told = lines.any(|line| line == CLOSING);
    let made = names(temporary.path());
    let pid = i32::try_from(demo.id()).ok().and_then(Pid::from_raw).expect("a process");
    // One that did not tell everything has ended by itself.
    let _ = kill_process(pid, Signal::INT);
    let ended = wait_until("the demo ends", || demo.try_wait().expect("its end can be asked for"));
    assert!(is_told && ended.success(), "{ended}");
    assert_eq!(made.len(), 1, "it works where it was told to: {made:?}");
    let left = names(temporary.path());
    assert!(left.is_empty(), "{left:?}");
}
