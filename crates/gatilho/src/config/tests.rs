//! The configuration from outside: layers in, settings or faults out.

mod faults;
mod files;
mod layering;
mod manual;

use std::path::{Path, PathBuf};

use super::{Config, Faults, Overrides};

/// Loads with an environment and nothing else.
fn with_env(env: &[(&str, &str)]) -> Result<Config, Faults> {
    Config::load(Overrides::default(), None, pairs(env))
}

/// Loads with a file and nothing else.
fn with_file(text: &str) -> Result<Config, Faults> {
    let file = File::new(text);
    Config::load(Overrides::default(), Some(file.path()), std::iter::empty())
}

/// Loads with one flag that sets one key.
fn with_flag(key: &str, value: &str) -> Result<Config, Faults> {
    let mut flags = Overrides::default();
    flags.set("--flag", key, Some(value));
    Config::load(flags, None, std::iter::empty())
}

/// The lines of the faults.
fn lines(result: Result<Config, Faults>) -> Vec<String> {
    result.unwrap_err().to_string().lines().map(str::to_owned).collect()
}

fn pairs(env: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into_iter()
}

/// A configuration file that goes when it is dropped.
struct File {
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new(text: &str) -> File {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gatilho.toml");
        std::fs::write(&path, text).unwrap();
        File { _directory: directory, path }
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
