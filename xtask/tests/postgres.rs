//! The private PostgreSQL of the tests: there while a command runs, gone afterwards, however it ends.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// Shows where the server lies, and under which address it is reached.
const ASK: &str = "\"$GATILHO_TEST_POSTGRES_BIN/psql\" -X -A -t -c 'show data_directory' && echo \"$GATILHO_TEST_POSTGRES\" && \
                   test -x \"$GATILHO_TEST_POSTGRES_BIN/pg_basebackup\"";

fn beside(script: &str) -> Command {
    let mut command = Command::new(XTASK);
    command.args(["postgres", "--", "sh", "-c", script]).stdin(Stdio::null());
    command
}

#[test]
fn a_command_runs_beside_it_and_nothing_is_left() {
    let done = beside(ASK).output().expect("it starts");
    let (said, trouble) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{said}\n{trouble}");
    let lines: Vec<&str> = said.lines().collect();
    let data = lines.iter().find(|line| line.ends_with("/data")).expect("the directory");
    assert!(lines.iter().any(|line| line.starts_with("postgres://postgres@127.0.0.1:")), "{said}");
    assert!(!Path::new(data).parent().expect("ours").exists(), "{data}");
}

#[test]
fn a_command_that_fails_fails_it() {
    assert_eq!(beside("exit 3").output().expect("it starts").status.code(), Some(1));
    let none = Command::new(XTASK).args(["postgres", "--", "no-such-program"]).output().expect("it starts");
    assert!(String::from_utf8_lossy(&none.stderr).contains("`no-such-program` does not start"));
}

#[test]
fn a_kill_leaves_nothing_either() {
    let mut killed = Command::new(XTASK)
        .arg("postgres")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(killed.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let first = lines.take_while(|line| !line.contains("export")).next().expect("it says where it is");
    let directory = first.split(", ").find_map(|part| part.strip_prefix("in ")).expect("a directory");
    assert!(Path::new(directory).exists(), "{first}");
    killed.kill().expect("killed");
    killed.wait().expect("gone");
    // Whoever cleans up shares this pipe: it ends when that is done.
    let mut trouble = String::new();
    killed.stderr.take().expect("piped").read_to_string(&mut trouble).expect("read");
    assert!(!Path::new(directory).exists(), "{directory}\n{trouble}");
}
