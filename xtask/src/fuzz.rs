//! `cargo xtask fuzz`: the whole API asked with what its own description allows and forbids, made up by schemathesis. No
//! answer may be a 5xx, and each must be as the description says. It is a suite of the gate.
//!
//! Making up requests is slower than answering them, and Python does it on one core: the operations are dealt to two
//! processes, each with a server of its own, so that what is asked follows from the description and the seed alone. How a
//! server for it is started is in `server`.

mod server;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};

use server::Server;

/// Where schemathesis is installed, from the root.
pub(crate) const HOME: &str = "target/api-fuzz";

/// The commands that install it there, run in the root.
pub(crate) const INSTALL: [&[&str]; 2] = [
    &["python3", "-m", "venv", "--clear", HOME],
    &["target/api-fuzz/bin/pip", "install", "-q", "--no-deps", "-r", "xtask/src/fuzz/requirements.txt"],
];

/// Succeeds in the root when it is there, in this version.
pub(crate) const PROBE: [&str; 3] =
    ["sh", "-c", "target/api-fuzz/bin/schemathesis --version 2>&1 | grep -q 'version 4.32.5'"];

/// Succeeds when there is a Python that can make a place for it.
pub(crate) const PYTHON: [&str; 3] =
    ["python3", "-c", "import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 10))"];

/// The seed, unless another one is given: the same cases each time.
const SEED: u64 = 20_260_101;

/// Cases that are run at least.
const CASES_MIN: u64 = 10_000;

/// Random cases of an operation, besides those that its description leads to.
const PER_OPERATION: u64 = 36;

/// Processes that ask.
const PARTS: usize = 2;

/// What every answer is held to.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// How it went.
pub(crate) struct Asked {
    /// No answer was wrong, and there were enough of them.
    pub(crate) good: bool,
    /// In one line.
    pub(crate) summary: String,
    /// What was wrong, as schemathesis and the server tell it.
    pub(crate) output: String,
}

/// The command: installs what is missing, builds the server, asks, and prints. `false` if an answer was wrong, or if too few
/// cases were run.
pub(crate) fn run(root: &Path, seed: Option<u64>) -> Result<bool> {
    install(root)?;
    let asked = ask(root, seed)?;
    if !asked.good {
        println!("{}", asked.output);
    }
    println!("API fuzz: {}", asked.summary);
    Ok(asked.good)
}

/// Builds the server as the tests do and asks it everything. Schemathesis must be there.
pub(crate) fn ask(root: &Path, seed: Option<u64>) -> Result<Asked> {
    let seed = seed.unwrap_or(SEED);
    build(root)?;
    let asking = |part: usize| move || ask_part(root, seed, part);
    let parts: Vec<Result<Part>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..PARTS).map(|part| scope.spawn(asking(part))).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|part| part.unwrap_or_else(|_| Err(anyhow::anyhow!("a part of the fuzz broke off"))))
            .collect()
    });
    let parts = parts.into_iter().collect::<Result<Vec<Part>>>()?;
    let cases: u64 = parts.iter().map(|part| part.cases).sum();
    let operations: usize = parts.iter().map(|part| part.operations).sum();
    let mut output: Vec<String> =
        parts.iter().filter(|part| !part.good).map(|part| part.output.clone()).collect();
    if cases < CASES_MIN {
        output.push(format!("fewer than {CASES_MIN} cases: raise PER_OPERATION in xtask/src/fuzz.rs"));
    }
    let good = output.is_empty();
    let verdict = if good { "no 5xx, each answer as described" } else { "with wrong answers" };
    let summary = format!(
        "{cases} cases of {operations} operations, {verdict}; again with `cargo xtask fuzz --seed {seed}`"
    );
    Ok(Asked { good, summary, output: output.join("\n") })
}

/// What one process found.
struct Part {
    good: bool,
    cases: u64,
    operations: usize,
    output: String,
}

fn ask_part(root: &Path, seed: u64, part: usize) -> Result<Part> {
    let server = Server::start(part)?;
    let operations: Vec<String> = server.operations()?.into_iter().skip(part).step_by(PARTS).collect();
    let Output { status, stdout, stderr } = Command::new(root.join(HOME).join("bin/schemathesis"))
        .current_dir(server.directory())
        .args(["--config-file", server::SETTINGS, "run"])
        .args([server.url("/api/v1/openapi.json"), "--url".into(), server.url("")])
        .args(["--include-operation-id-regex", &format!("^({})$", operations.join("|"))])
        // One worker: some versions of Python parse badly in two threads.
        .args(["--workers", "1", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing"])
        .args(["--max-examples", &PER_OPERATION.to_string(), "--seed", &seed.to_string()])
        .args(["--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all"])
        .args(["--request-timeout", "20", "--generation-database", "none"])
        .env("HYPOTHESIS_STORAGE_DIRECTORY", server.directory().join("examples"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("schemathesis does not start; it should be in {HOME}"))?;
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let cases = text.lines().filter_map(generated).max().unwrap_or_default();
    let output = format!("{text}\n{}", server.last_words());
    Ok(Part { good: status.success(), cases, operations: operations.len(), output })
}

/// Installs schemathesis, unless it is there.
fn install(root: &Path) -> Result<()> {
    let succeeds = |words: &[&str]| -> Result<bool> {
        let (program, arguments) = words.split_first().context("a command has a name")?;
        let status = Command::new(program).current_dir(root).args(arguments).stdin(Stdio::null()).status();
        Ok(status
            .with_context(|| format!("`{program}` does not start; `cargo xtask ci` says what to install"))?
            .success())
    };
    if succeeds(&PROBE)? {
        return Ok(());
    }
    for words in INSTALL {
        println!("$ {}", words.join(" "));
        ensure!(
            succeeds(words)?,
            "schemathesis cannot be installed into {HOME}; on Debian and Ubuntu it needs the package python3-venv"
        );
    }
    Ok(())
}

/// Builds what the tests are run from, the server among it: nothing more if they have just run.
fn build(root: &Path) -> Result<()> {
    let features = format!("--features={}", crate::ci::FEATURES.join(","));
    let status = Command::new("cargo")
        .current_dir(root)
        .args(["test", "--no-run", "--locked", "--quiet", "--workspace", &features])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
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
