//! `cargo xtask fuzz`: the whole API asked with what its own description allows and forbids, made up by schemathesis. No
//! answer may be a 5xx, and each must be as the description says. It takes about seven minutes and is no part of the gate.
//!
//! How the server for it is started is in `server`. What is asked follows from the description and the seed alone.

mod server;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use server::Server;

/// Where schemathesis is installed, from the root.
const HOME: &str = "target/api-fuzz";

/// The commands that install it there, run in the root.
const INSTALL: [&[&str]; 2] = [
    &["python3", "-m", "venv", "--clear", HOME],
    &["target/api-fuzz/bin/pip", "install", "-q", "--no-deps", "-r", "xtask/src/fuzz/requirements.txt"],
];

/// Succeeds in the root when it is there, in this version.
const PROBE: [&str; 3] =
    ["sh", "-c", "target/api-fuzz/bin/schemathesis --version 2>&1 | grep -q 'version 4.32.5'"];

/// The seed, unless another one is given: the same cases each time.
const SEED: u64 = 20_260_101;

/// Cases that are run at least.
const CASES_MIN: u64 = 10_000;

/// Cases of an operation, whatever the number of operations.
const PER_OPERATION: std::ops::RangeInclusive<u64> = 60..=400;

/// What every answer is held to.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Builds the server as the tests do, runs it on an empty directory, and asks. `false` if an answer was wrong, or if too few
/// cases were run.
pub(crate) fn run(root: &Path, seed: Option<u64>) -> Result<bool> {
    let seed = seed.unwrap_or(SEED);
    install(root)?;
    build(root)?;
    let server = Server::start()?;
    let operations = server.operations()?;
    // The description's edges make up for what the average leaves out.
    let each = (CASES_MIN / operations.max(1) + 1).clamp(*PER_OPERATION.start(), *PER_OPERATION.end());
    println!(
        "{operations} operations, up to {each} random cases each besides the edges of each, seed {seed}"
    );
    // One worker: Python runs one thread at a time anyway, and some versions of it parse badly in two.
    let mut asking = Command::new(root.join(HOME).join("bin/schemathesis"))
        .current_dir(server.directory())
        .args(["--config-file", server::SETTINGS, "run"])
        .args([server.url("/api/v1/openapi.json"), "--url".into(), server.url("")])
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", &each.to_string(), "--seed", &seed.to_string()])
        .args(["--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all"])
        .args(["--request-timeout", "20"])
        .env("HYPOTHESIS_STORAGE_DIRECTORY", server.directory().join("examples"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("schemathesis does not start; it should be in {HOME}"))?;
    let output = asking.stdout.take().context("schemathesis has no output")?;
    let mut cases = 0;
    for line in BufReader::new(output).lines() {
        let line = line.context("the output of schemathesis breaks off")?;
        cases = cases.max(generated(&line).unwrap_or_default());
        println!("  {line}");
    }
    let good = asking.wait().context("schemathesis cannot be waited for")?.success();
    println!("API fuzz: {cases} cases, seed {seed}; again with `cargo xtask fuzz --seed {seed}`");
    if !good {
        println!("{}", server.last_words());
    } else if cases < CASES_MIN {
        println!("fewer than {CASES_MIN} cases: raise PER_OPERATION in xtask/src/fuzz.rs");
    }
    Ok(good && cases >= CASES_MIN)
}

/// Installs schemathesis, unless it is there.
fn install(root: &Path) -> Result<()> {
    let succeeds = |words: &[&str]| -> Result<bool> {
        let (program, arguments) = words.split_first().context("a command has a name")?;
        let status = Command::new(program).current_dir(root).args(arguments).stdin(Stdio::null()).status();
        Ok(status
            .with_context(|| format!("`{program}` does not start; install Python 3 with venv"))?
            .success())
    };
    if succeeds(&PROBE)? {
        return Ok(());
    }
    for words in INSTALL {
        println!("$ {}", words.join(" "));
        ensure!(succeeds(words)?, "schemathesis cannot be installed into {HOME}");
    }
    Ok(())
}

/// Builds what the tests build: nothing more if they have just run.
fn build(root: &Path) -> Result<()> {
    let features = format!("--features={}", crate::ci::FEATURES.join(","));
    let status = Command::new("cargo")
        .current_dir(root)
        .args(["build", "--locked", "--quiet", "--workspace", "--all-targets", &features])
        .stdin(Stdio::null())
        .status()
        .context("cargo does not start")?;
    ensure!(status.success(), "the server cannot be built");
    Ok(())
}

/// The number of cases in the closing line `N generated, …`.
fn generated(line: &str) -> Option<u64> {
    let (number, rest) = line.trim().split_once(' ')?;
    rest.starts_with("generated").then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_cases_is_read_from_the_closing_lines() {
        assert_eq!(generated("  10432 generated, 10430 passed"), Some(10_432));
        assert_eq!(generated("  7 generated"), Some(7));
        assert_eq!(generated("  No test cases were generated"), None);
        assert_eq!(generated(""), None);
    }

    #[test]
    fn what_is_probed_is_what_is_installed() {
        let listed = include_str!("fuzz/requirements.txt");
        let version = listed.lines().find_map(|line| line.strip_prefix("schemathesis==")).expect("is listed");
        assert!(PROBE[2].contains(&format!("version {version}")));
        assert!(listed.lines().skip(1).all(|line| line.contains("==")));
    }
}
