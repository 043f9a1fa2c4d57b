//! The server built for the way it is used (profile-guided optimization): a first build counts what runs under the
//! benchmark's load, a second one is compiled by these counts. Its result is `target/pgo/gatilho`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::machine::command;

/// What the counting build is put to: the path of a delivery, at all paces, and the receiving end.
const SCENARIOS: &str = "saturated,steady,hanging,fanout,inbox";

/// How long each of them takes; more changes the result no more.
const SECONDS: &str = "10";

/// Builds it; `false` if that failed, which has been said.
pub(crate) fn build(root: &Path) -> Result<bool> {
    let host = host(&output(&["rustc", "-vV"])?).context("rustc does not name its host")?.to_owned();
    let merger = merger(&output(&["rustc", "--print", "target-libdir", "--target", &host])?)?;
    let place = root.join("target/pgo");
    let (counts, profile) = (place.join("counts"), place.join("gatilho.profdata"));
    if counts.exists() {
        fs::remove_dir_all(&counts).with_context(|| format!("emptying {}", counts.display()))?;
    }

    println!("1 of 3: a server that counts");
    let counting = format!("-Cprofile-generate={}", shown(&counts)?);
    let Some(server) = compile(root, &place, &host, &counting)? else { return Ok(false) };

    println!("2 of 3: the benchmark, for what it counts; its figures are not to be quoted");
    let load = ["cargo", "run", "--profile", "dist", "--package", "bench", "--", "--scenario", SCENARIOS];
    let load = [&load[..], &["--seconds", SECONDS, "--server", shown(&server)?]].concat();
    if !succeeds(command(&load).current_dir(root))? || !merge(&merger, &counts, &profile)? {
        return Ok(false);
    }

    println!("3 of 3: the server by these counts");
    let by_counts = format!("-Cprofile-use={}", shown(&profile)?);
    let Some(server) = compile(root, &place, &host, &by_counts)? else { return Ok(false) };
    let result = place.join("gatilho");
    fs::copy(&server, &result).with_context(|| format!("copying it to {}", result.display()))?;
    println!("built: {}", result.display());
    Ok(true)
}

/// Builds the server with a flag more; nothing if that failed. A target that is named keeps the flag from programs that
/// only the build runs.
fn compile(root: &Path, place: &Path, host: &str, flag: &str) -> Result<Option<PathBuf>> {
    let words = ["cargo", "build", "--profile", "dist", "--package", "gatilho", "--target", host];
    let mut build = command(&[&words[..], &["--target-dir", shown(place)?]].concat());
    let done = succeeds(build.current_dir(root).env("RUSTFLAGS", flag))?;
    Ok(done.then(|| place.join(host).join("dist/gatilho")))
}

/// Makes one profile of the counts of all processes.
fn merge(merger: &Path, counts: &Path, profile: &Path) -> Result<bool> {
    let files = fs::read_dir(counts).into_iter().flatten().flatten().map(|entry| entry.path());
    let files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|end| end == "profraw")).collect();
    ensure!(!files.is_empty(), "the server left no counts in {}", counts.display());
    succeeds(Command::new(merger).arg("merge").arg("--output").arg(profile).args(files))
}

/// The tool that merges counts, beside the compiler's libraries.
fn merger(libraries: &str) -> Result<PathBuf> {
    let beside = Path::new(libraries.trim()).parent().context("the compiler's libraries lie nowhere")?;
    let merger = beside.join("bin/llvm-profdata");
    if !merger.is_file() {
        bail!("there is no {}: `rustup component add llvm-tools` brings it", merger.display());
    }
    Ok(merger)
}

/// The machine that a compiler says it builds for.
fn host(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::trim)
}

fn output(words: &[&str]) -> Result<String> {
    let name = words.join(" ");
    let done = command(words).output().with_context(|| format!("running `{name}`"))?;
    ensure!(done.status.success(), "`{name}` failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(String::from_utf8(done.stdout)?)
}

fn succeeds(command: &mut Command) -> Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    Ok(command.status().with_context(|| format!("running {name}"))?.success())
}

fn shown(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_the_compiler_says() {
        let said = "rustc 1.95.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(host(said), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host("rustc 1.95.0"), None);
    }

    #[test]
    fn without_its_tool_it_says_how_to_get_it() {
        let fault = merger("/no/such/rustlib/lib\n").unwrap_err().to_string();
        assert!(fault.starts_with("there is no /no/such/rustlib/bin/llvm-profdata: `rustup "), "{fault}");
    }

    #[test]
    fn no_counts_are_a_fault() -> Result<()> {
        let nowhere = Path::new("/no/such/counts");
        let fault = merge(Path::new("false"), nowhere, nowhere).unwrap_err().to_string();
        assert_eq!(fault, "the server left no counts in /no/such/counts");
        Ok(())
    }
}
