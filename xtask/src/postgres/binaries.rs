//! Which PostgreSQL of this machine the tests run on: the one in PATH, or the newest that a distribution keeps aside.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::machine::command;

/// The oldest version that the product supports.
const MAJOR_LEAST: u32 = 15;

/// Everything that we and the tests start.
const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];

/// Where distributions keep each version in a directory of its own, which is not in PATH: the part before the version
/// and the part after it.
const KEPT: [(&str, &str, &str); 2] = [("/usr/lib/postgresql", "", "bin"), ("/usr", "pgsql-", "bin")];

/// A PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The directory of its programs.
    pub(super) directory: PathBuf,
    major: u32,
}

impl Binaries {
    /// The one to take.
    ///
    /// # Errors
    /// What there is instead, and what to do.
    pub(super) fn find() -> Result<Binaries> {
        let (in_path, kept) = (in_path(), kept());
        let Some(found) = choose(in_path.as_ref(), &kept) else {
            let others: Vec<u32> = in_path.iter().chain(&kept).map(|found| found.major).collect();
            bail!("{}", advice(&others));
        };
        Ok(found.clone())
    }

    /// One of its programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The version as people say it.
    pub(super) fn version(&self) -> String {
        format!("PostgreSQL {}", self.major)
    }
}

/// Whether there is one that the tests can run on.
pub(crate) fn is_there() -> bool {
    Binaries::find().is_ok()
}

fn advice(others: &[u32]) -> String {
    let what = "the tests need the server of PostgreSQL";
    let link = "https://www.postgresql.org/download";
    match others.iter().max() {
        None => format!(
            "{what} {MAJOR_LEAST} or newer, and found none: on Debian it is the package `postgresql`; else see {link}"
        ),
        Some(newest) => {
            format!("{what} {MAJOR_LEAST} or newer, and found only {newest}: install a newer one from {link}")
        }
    }
}

/// The one in PATH if it is new enough, else the newest of the others.
fn choose<'a>(in_path: Option<&'a Binaries>, kept: &'a [Binaries]) -> Option<&'a Binaries> {
    let good = |found: &&Binaries| found.major >= MAJOR_LEAST;
    in_path.filter(good).or_else(|| kept.iter().filter(good).max_by_key(|found| found.major))
}

fn in_path() -> Option<Binaries> {
    let path = std::env::var_os("PATH")?;
    // A link leads to the directory where its siblings are.
    let real = |directory: PathBuf| directory.join("initdb").canonicalize().ok();
    std::env::split_paths(&path).filter_map(real).find_map(|initdb| look(initdb.parent()?))
}

fn kept() -> Vec<Binaries> {
    let directories = KEPT.iter().flat_map(|(above, before, below)| {
        let entries = std::fs::read_dir(above).into_iter().flatten().flatten();
        let fits = entries.filter(|entry| is_version(&entry.file_name().to_string_lossy(), before));
        fits.map(|entry| entry.path().join(below)).collect::<Vec<_>>()
    });
    directories.filter_map(|directory| look(&directory)).collect()
}

/// Whether a name is a version behind these letters.
fn is_version(name: &str, before: &str) -> bool {
    name.strip_prefix(before).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// What is in a directory, if everything is.
fn look(directory: &Path) -> Option<Binaries> {
    if !PROGRAMS.iter().all(|name| directory.join(name).is_file()) {
        return None;
    }
    let postgres = directory.join("postgres");
    let said = command(&[postgres.to_str()?, "--version"]).output().ok()?;
    let major = major(&String::from_utf8_lossy(&said.stdout))?;
    Some(Binaries { directory: directory.to_path_buf(), major })
}

/// The major version in what `postgres --version` says: `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(said: &str) -> Option<u32> {
    let (_, rest) = said.split_once("(PostgreSQL) ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binaries(directory: &str, major: u32) -> Binaries {
        Binaries { directory: directory.into(), major }
    }

    #[test]
    fn the_major_version_is_read_from_every_form() {
        for (said, version) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres (PostgreSQL) 9.6.24\n", Some(9)),
            ("postgres (PostgreSQL) 17\n", Some(17)),
            ("postgres (PostgreSQL) devel\n", None),
            ("something else 15.1\n", None),
        ] {
            assert_eq!(major(said), version, "{said}");
        }
    }

    #[test]
    fn the_path_is_preferred_and_the_newest_is_taken_of_the_others() {
        let kept = [binaries("/14", 14), binaries("/16", 16), binaries("/15", 15)];
        let taken = |in_path: Option<Binaries>, kept: &[Binaries]| {
            choose(in_path.as_ref(), kept).map(|found| found.directory.display().to_string())
        };
        assert_eq!(taken(Some(binaries("/path", 15)), &kept).as_deref(), Some("/path"));
        assert_eq!(taken(Some(binaries("/path", 13)), &kept).as_deref(), Some("/16"));
        assert_eq!(taken(None, &kept).as_deref(), Some("/16"));
        assert_eq!(taken(Some(binaries("/path", 13)), &kept[..1]), None);
    }

    #[test]
    fn directories_of_versions_are_told_from_others() {
        assert!(is_version("15", "") && is_version("pgsql-16", "pgsql-"));
        assert!(!is_version("common", "") && !is_version("lib", "pgsql-") && !is_version("pgsql-", "pgsql-"));
    }

    #[test]
    fn the_advice_says_what_was_found() {
        assert!(advice(&[]).contains("found none") && advice(&[]).contains("`postgresql`"));
        assert!(advice(&[13, 14]).contains("found only 14: install a newer one"));
    }

    #[test]
    fn a_directory_without_every_program_has_none() {
        assert_eq!(look(Path::new("/no/such/directory")), None);
    }
}
