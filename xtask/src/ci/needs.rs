//! What the gate needs on the machine beside the toolchain, and how to get it.
//!
//! It is listed before anything happens. It is installed only by root or when somebody said `--yes`; otherwise the
//! commands are printed and the gate stops.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::machine::{command, is_root};
use crate::{fuzz, postgres};

/// A tool.
struct Need {
    name: &'static str,
    /// What would not be checked without it.
    why: &'static str,
    probe: Probe,
    how: How,
}

/// How we know whether a tool is there.
enum Probe {
    /// A command that succeeds when it is.
    Command(&'static [&'static str]),
    /// A look at the machine.
    Here(fn() -> bool),
}

/// How a tool is installed.
enum How {
    /// A component of the toolchain.
    Rustup(&'static str),
    /// A crate, built from its sources.
    Cargo(&'static str),
    /// Packages of Debian or Ubuntu.
    Apt(&'static [&'static str]),
    /// Commands of our own, which write below `target` alone.
    Here(&'static [&'static [&'static str]]),
}

const NEEDS: [Need; 8] = [
    Need {
        name: "rustfmt",
        why: "checks the format",
        probe: Probe::Command(&["cargo", "fmt", "--version"]),
        how: How::Rustup("rustfmt"),
    },
    Need {
        name: "clippy",
        why: "checks the code",
        probe: Probe::Command(&["cargo", "clippy", "--version"]),
        how: How::Rustup("clippy"),
    },
    Need {
        name: "cargo-nextest",
        why: "runs the tests",
        probe: Probe::Command(&["cargo", "nextest", "--version"]),
        how: How::Cargo("cargo-nextest"),
    },
    Need {
        name: "strace",
        why: "shows tests what reaches the disk, and fills it",
        probe: Probe::Command(&["strace", "-V"]),
        how: How::Apt(&["strace"]),
    },
    Need {
        name: "PostgreSQL 15+",
        why: "the tests run one of their own, as a user",
        probe: Probe::Here(postgres::is_there),
        how: How::Apt(&["postgresql"]),
    },
    Need {
        name: "Chromium",
        why: "shows the pages; with its driver, chromedriver",
        probe: Probe::Here(browser_is_there),
        how: How::Apt(&["chromium", "chromium-driver"]),
    },
    Need {
        name: "Python 3.10+",
        why: "with venv: the API fuzz is written in it",
        probe: Probe::Command(&fuzz::PYTHON),
        how: How::Apt(&["python3", "python3-venv"]),
    },
    Need {
        name: "schemathesis",
        why: "makes up the requests of the API fuzz",
        probe: Probe::Command(&fuzz::PROBE),
        how: How::Here(&fuzz::INSTALL),
    },
];

/// Programs that the driver takes for its browser, as it looks for them.
const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

fn browser_is_there() -> bool {
    answers("chromedriver") && BROWSERS.into_iter().any(answers)
}

/// Whether a program tells its version.
fn answers(program: &str) -> bool {
    let quiet = command(&[program, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

impl How {
    /// Where it goes.
    fn place(&self) -> &'static str {
        match self {
            How::Rustup(_) => "the toolchain, under $RUSTUP_HOME",
            How::Cargo(_) => "$CARGO_HOME/bin (by default ~/.cargo/bin)",
            How::Apt(_) => "the system, under /usr",
            How::Here(_) => fuzz::HOME,
        }
    }

    /// The commands that install it, as their words.
    fn commands(&self, is_root: bool) -> Vec<Vec<&'static str>> {
        let as_root = |words: &[&'static str]| {
            let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
            [sudo, words].concat()
        };
        match self {
            How::Rustup(component) => vec![vec!["rustup", "component", "add", component]],
            How::Cargo(name) => vec![vec!["cargo", "install", "--locked", name]],
            How::Apt(packages) => vec![
                as_root(&["apt-get", "update", "-q"]),
                as_root(
                    &[&["apt-get", "install", "-q", "-y", "--no-install-recommends"], *packages].concat(),
                ),
            ],
            How::Here(commands) => commands.iter().map(|words| words.to_vec()).collect(),
        }
    }
}

/// Sees to it that everything is there; `false` if something is missing and nobody allowed to install it.
pub(super) fn meet(root: &Path, yes: bool) -> Result<bool> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !is_there(root, need)).collect();
    list(&missing);
    if missing.is_empty() {
        return Ok(true);
    }
    let is_root = is_root();
    if !yes && !is_root {
        println!("{}", advice(&missing));
        return Ok(false);
    }
    for need in missing {
        install(root, need, is_root)?;
        ensure!(is_there(root, need), "{} was installed and is still not there, or too old", need.name);
    }
    println!();
    Ok(true)
}

/// Says what is there and what will be installed where.
fn list(missing: &[&Need]) {
    println!("needs");
    for need in &NEEDS {
        let state = match missing.iter().any(|other| other.name == need.name) {
            true => format!("MISSING, goes into {}", need.how.place()),
            false => "present".to_owned(),
        };
        println!("  {:<14} {:<48} {state}", need.name, need.why);
    }
    println!();
}

/// What a person without root may do about it.
fn advice(missing: &[&Need]) -> String {
    let commands = missing.iter().flat_map(|need| need.how.commands(false));
    let lines: Vec<String> = commands.map(|words| words.join(" ").replace("sudo -n", "sudo")).collect();
    format!(
        "Run `cargo xtask ci --yes` to have it installed, or install it yourself:\n\n  {}",
        lines.join(" && ")
    )
}

fn install(root: &Path, need: &Need, is_root: bool) -> Result<()> {
    for words in need.how.commands(is_root) {
        println!("$ {}", words.join(" "));
        let status = command(&words)
            .current_dir(root)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .with_context(|| {
                format!("`{}` does not start; install {} by hand", words.join(" "), need.name)
            })?;
        ensure!(status.success(), "`{}` failed; install {} by hand", words.join(" "), need.name);
    }
    Ok(())
}

fn is_there(root: &Path, need: &Need) -> bool {
    match need.probe {
        Probe::Command(words) => {
            let quiet = command(words).current_dir(root).stdout(Stdio::null()).stderr(Stdio::null()).status();
            quiet.is_ok_and(|status| status.success())
        }
        Probe::Here(look) => look(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_the_system_need_root() {
        let how = How::Apt(&["strace"]);
        assert_eq!(how.commands(true)[0], ["apt-get", "update", "-q"]);
        assert!(how.commands(false).iter().all(|words| words.starts_with(&["sudo", "-n", "apt-get"])));
        assert_eq!(How::Cargo("x").commands(false), [["cargo", "install", "--locked", "x"]]);
    }

    #[test]
    fn the_advice_is_one_line_to_run() {
        let missing: Vec<&Need> = NEEDS.iter().skip(2).take(2).collect();
        let advice = advice(&missing);
        assert_eq!(
            advice.lines().last().unwrap().trim(),
            "cargo install --locked cargo-nextest && sudo apt-get update -q && \
             sudo apt-get install -q -y --no-install-recommends strace"
        );
        assert!(advice.contains("cargo xtask ci --yes"));
    }

    #[test]
    fn a_probe_that_does_not_start_means_missing() {
        let here = Path::new(".");
        let need = |probe| Need { name: "x", why: "", probe, how: How::Cargo("x") };
        assert!(!is_there(here, &need(Probe::Command(&["no-such-program-anywhere"]))));
        assert!(is_there(here, &need(Probe::Command(&["cargo", "--version"]))));
        assert!(is_there(here, &need(Probe::Here(|| true))) && !is_there(here, &need(Probe::Here(|| false))));
    }
}
