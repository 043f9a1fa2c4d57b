//! `cargo xtask`: the chores of this repository, without shell scripts.
//!
//! Here is only which command runs what. The gate is `ci`, the house rules are `tidy`, written documents are `docs`, the
//! database of the tests is `postgres`, made-up requests are `fuzz`, the documents' pictures are `pictures`, the fastest
//! build is `pgo`. Nothing of the product is here, and the product depends on nothing here.

mod ci;
mod docs;
mod fuzz;
mod lexer;
mod machine;
mod pgo;
mod pictures;
mod postgres;
mod tidy;
mod tree;

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

const HELP: &str = "\
cargo xtask <command>

  ci [--yes]        every check, as the README's test command: format, tidy, clippy, tests,
                    documents.
                    Lists what it needs first; installs it when run as root or with --yes
  tidy              the house rules that no other tool knows
  fuzz [--seed N]   asks the whole API what its description allows and forbids; needs Python 3
  docs [--check]    writes the documents made from the code, or only compares them
  pictures          takes the pictures of docs/pictures anew, and one of every page in each theme into
                    target/pictures; needs what `ci` installs
  pgo               builds the server, measures where its time goes under load, and builds it again by
                    that: target/pgo/gatilho. Needs `rustup component add llvm-tools`
  dev [ARGS]        runs the demo; ARGS are handed to `gatilho demo`
  postgres [-- COMMAND…]
                    runs COMMAND beside a private PostgreSQL, as the tests have it: GATILHO_TEST_POSTGRES is its
                    address. Without COMMAND it prints the address and waits until Ctrl-C
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; `false` means it found faults and has said so.
fn run(words: &[&str]) -> Result<bool> {
    let root = tree::root()?;
    match words {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(true)
        }
        ["ci"] => ci::run(&root, false),
        ["ci", "--yes"] => ci::run(&root, true),
        ["tidy"] => report(tidy::check(&root)?, "tidy"),
        ["docs"] => docs::write(&root).map(|()| true),
        ["fuzz"] => fuzz::run(&root, None),
        ["fuzz", "--seed", seed] => fuzz::run(&root, Some(seed.parse().context("the seed is a number")?)),
        ["docs", "--check"] => report(docs::check(&root)?, "docs"),
        ["pictures"] => pictures::take(&root),
        ["pgo"] => pgo::build(&root),
        ["dev", rest @ ..] => dev(rest),
        ["postgres"] => postgres::run(&[]),
        ["postgres", "--", rest @ ..] => postgres::run(rest),
        [postgres::GUARD, rest @ ..] => postgres::guard(rest),
        _ => bail!("unknown command `{}`\n\n{HELP}", words.join(" ")),
    }
}

/// Prints faults, one a line, and a closing count.
fn report(faults: Vec<tree::Fault>, name: &str) -> Result<bool> {
    for fault in &faults {
        println!("{fault}");
    }
    match faults.len() {
        0 => println!("{name}: clean"),
        1 => println!("{name}: 1 fault"),
        count => println!("{name}: {count} faults"),
    }
    Ok(faults.is_empty())
}

/// Runs the product with its demo data, in the foreground.
fn dev(rest: &[&str]) -> Result<bool> {
    let status = Command::new("cargo")
        .args(["run", "--package", "gatilho", "--", "demo"])
        .args(rest)
        .stdin(Stdio::null())
        .status()
        .context("cargo does not start")?;
    Ok(status.success())
}
