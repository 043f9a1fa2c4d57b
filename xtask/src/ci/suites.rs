//! The suites of the gate, cheap ones first, and how one is run and reported.
//!
//! A suite takes one line: name, result, seconds. Its output is shown whole when it fails. Only the tests speak while
//! they run, since they take long: their runner tells what fails, what is slow, and its own closing count.

use std::io::{IsTerminal, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::{FEATURES, seconds};
use crate::tree::Fault;
use crate::{docs, fuzz, tidy};

/// One suite.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) work: Work,
}

/// What a suite does.
pub(super) enum Work {
    /// Runs cargo and keeps its output for a failure. The bool says whether it takes [`FEATURES`].
    Cargo(&'static [&'static str]),
    /// Runs cargo, which speaks for itself.
    Loud(&'static [&'static str]),
    /// The same on PostgreSQL: the stories choose their database by a variable.
    LoudOnPostgres(&'static [&'static str]),
    /// Looks at the repository in this process.
    Here(fn(&Path) -> Result<Vec<Fault>>),
    /// Asks the API what its description allows and forbids.
    Fuzz,
}

/// Variables that tell the tests of the database beside which they run.
pub(super) type Variables = [(&'static str, String)];

/// How a suite ended.
pub(super) struct Done {
    pub(super) good: bool,
    /// What the suite's line says besides.
    note: String,
    output: String,
}

impl Done {
    fn new(good: bool, output: String) -> Done {
        Done { good, note: String::new(), output }
    }
}

/// What the tests were run from, the server among it: nothing is built anew when they have just run.
const BUILD: &[&str] = &["test", "--no-run", "--locked", "--quiet", "--workspace", WITH_FEATURES];

/// Stands for the list of features in the arguments of a suite.
const WITH_FEATURES: &str = "{features}";

/// Stands for one test at a time more than there are cores: many wait for servers, clocks and receivers.
const WITH_THREADS: &str = "{threads}";

/// The stories of the upper floors, which the suite before has told on SQLite; the store's tests run on both anyway. Left
/// out is what is about SQLite's files, about PostgreSQL in any case, or about no database at all.
const STORIES: &str = "kind(test) & (package(engine) + package(web) + package(gatilho)) \
    - (package(gatilho) & test(/^(backup|browser|check|demo|durability|embedded|full_disk|help|never_lose|nodes)::/)) \
    - (package(gatilho) & test(/^inbox::(kills::|memory::|[a-z_]+$)/)) \
    - (package(web) & test(/a_body_that_does_not_arrive_is_given_up/))";

/// Stories in a browser have a suite of their own, which shows what they take.
const NOT_IN_A_BROWSER: &str = "not (package(gatilho) & test(/^browser::/))";

/// Told in a real Chromium.
const IN_A_BROWSER: &str = "package(gatilho) & test(/^browser::/)";

/// The variable that says of which tests nextest tells: of those that fail or are slow, unless somebody wants more.
const STATUS_LEVEL: &str = "NEXTEST_STATUS_LEVEL";

/// The variable that chooses the database of the stories.
const CHOICE: (&str, &str) = ("GATILHO_TEST_DATABASE", "postgres");

/// Everything that is checked, in this order. Clippy and the tests see the same targets with the same features.
pub(super) const SUITES: [Suite; 8] = [
    Suite { name: "format", work: Work::Cargo(&["fmt", "--all", "--", "--check"]) },
    Suite { name: "tidy", work: Work::Here(tidy::check) },
    Suite {
        name: "clippy",
        work: Work::Cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            WITH_FEATURES,
            "--",
            "-D",
            "warnings",
        ]),
    },
    Suite {
        name: "tests",
        work: Work::Loud(&[
            "nextest",
            "run",
            "--locked",
            "--workspace",
            WITH_FEATURES,
            WITH_THREADS,
            "--filterset",
            NOT_IN_A_BROWSER,
        ]),
    },
    Suite {
        name: "stories in a browser",
        work: Work::Loud(&[
            "nextest",
            "run",
            "--locked",
            "--workspace",
            WITH_FEATURES,
            "--retries",
            "0",
            "--filterset",
            IN_A_BROWSER,
        ]),
    },
    Suite {
        name: "stories on PostgreSQL",
        work: Work::LoudOnPostgres(&[
            "nextest",
            "run",
            "--locked",
            "--workspace",
            WITH_FEATURES,
            WITH_THREADS,
            "--filterset",
            STORIES,
        ]),
    },
    Suite { name: "API fuzz", work: Work::Fuzz },
    Suite { name: "documents", work: Work::Here(docs::check) },
];

/// Opens the line of a suite.
pub(super) fn announce(suite: &Suite) {
    match suite.work {
        Work::Loud(_) | Work::LoudOnPostgres(_) => println!("{:<21} runs", suite.name),
        Work::Cargo(_) | Work::Here(_) | Work::Fuzz => print!("{:<21} ", suite.name),
    }
    // A line that cannot be flushed is shown later; nothing depends on it.
    let _ = std::io::stdout().flush();
}

/// Closes the line of a suite, with its output if it failed.
pub(super) fn conclude(suite: &Suite, done: &Done, took: Duration) {
    let result = if done.good { "ok" } else { "FAILED" };
    let head = match suite.work {
        Work::Loud(_) | Work::LoudOnPostgres(_) => format!("{:<21} ", suite.name),
        Work::Cargo(_) | Work::Here(_) | Work::Fuzz => String::new(),
    };
    let note = if done.note.is_empty() { String::new() } else { format!("  {}", done.note) };
    println!("{head}{result:<8} {:>8}{note}", seconds(took));
    if !done.good && !done.output.is_empty() {
        println!("\n{}\n", done.output.trim_end());
    }
}

/// Runs one suite to its end.
pub(super) fn run(root: &Path, suite: &Suite, variables: &Variables) -> Result<Done> {
    match suite.work {
        Work::Here(check) => {
            let faults = check(root)?;
            let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Ok(Done::new(faults.is_empty(), lines.join("\n")))
        }
        Work::Cargo(arguments) => {
            let done = cargo(root, arguments, variables).output().context("cargo does not start")?;
            let output = [done.stdout, done.stderr].concat();
            Ok(Done::new(done.status.success(), String::from_utf8_lossy(&output).into_owned()))
        }
        Work::Loud(arguments) => aloud(&mut cargo(root, arguments, variables)),
        Work::LoudOnPostgres(arguments) => aloud(cargo(root, arguments, variables).env(CHOICE.0, CHOICE.1)),
        Work::Fuzz => {
            let built = cargo(root, BUILD, variables).output().context("cargo does not start")?;
            if !built.status.success() {
                return Ok(Done::new(false, String::from_utf8_lossy(&built.stderr).into_owned()));
            }
            let asked = fuzz::ask(root, None)?;
            Ok(Done { note: asked.summary, ..Done::new(asked.good, asked.output) })
        }
    }
}

fn aloud(command: &mut Command) -> Result<Done> {
    let status = command.status().context("cargo does not start")?;
    Ok(Done::new(status.success(), String::new()))
}

/// A cargo command in the surroundings every suite has.
fn cargo(root: &Path, arguments: &[&str], variables: &Variables) -> Command {
    let in_ci = is_set("CI");
    let is_watched = !in_ci && std::io::stdout().is_terminal();
    let (colour, progress) = if is_watched { ("always", "auto") } else { ("never", "never") };
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args(expand(arguments))
        .stdin(Stdio::null())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .env("CARGO_TERM_COLOR", colour)
        .env("CARGO_TERM_PROGRESS_WHEN", progress)
        .env("INSTA_UPDATE", "no");
    if std::env::var_os(STATUS_LEVEL).is_none() {
        command.env(STATUS_LEVEL, "slow");
    }
    if in_ci {
        // Every build there is a first one: increments only cost time and disk.
        command.env("CARGO_INCREMENTAL", "0").env("NEXTEST_PROFILE", "ci");
    }
    command
}

fn expand(arguments: &[&str]) -> Vec<String> {
    let expanded = arguments.iter().map(|argument| match *argument {
        WITH_FEATURES => format!("--features={}", FEATURES.join(",")),
        WITH_THREADS => format!("--test-threads={}", cores() + 1),
        other => other.to_owned(),
    });
    expanded.collect()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Whether a variable says yes.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !matches!(value.to_str(), Some("" | "0" | "false")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clippy_and_the_tests_see_the_same_features() {
        let list = format!("--features={}", FEATURES.join(","));
        for suite in &SUITES {
            if let Work::Cargo(arguments) | Work::Loud(arguments) | Work::LoudOnPostgres(arguments) =
                suite.work
            {
                let builds = arguments.contains(&"--workspace");
                assert_eq!(expand(arguments).contains(&list), builds, "{}", suite.name);
            }
        }
    }

    #[test]
    fn faults_found_here_fail_their_suite_with_all_lines() {
        let two = |_: &Path| Ok(vec![Fault::new("a", 1, "x"), Fault::new("b", 2, "y")]);
        let done = run(Path::new("."), &Suite { name: "x", work: Work::Here(two) }, &[]).unwrap();
        assert!(!done.good);
        assert_eq!(done.output, "a:1: x\nb:2: y");
        let none =
            run(Path::new("."), &Suite { name: "x", work: Work::Here(|_| Ok(Vec::new())) }, &[]).unwrap();
        assert!(none.good && none.output.is_empty());
    }

    #[test]
    fn a_command_that_fails_fails_its_suite_with_its_output() {
        let done =
            run(Path::new("."), &Suite { name: "x", work: Work::Cargo(&["no-such-command"]) }, &[]).unwrap();
        assert!(!done.good && done.output.contains("no-such-command"));
    }
}
