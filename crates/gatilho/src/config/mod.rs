//! The configuration: what an operator may set, read once at start and handed on by value.
//!
//! Layers in rising order: `config.default.toml` (built in; default and manual in one), a file, the environment
//! (`GATILHO_SECTION__KEY`), flags. All faults are found before any is reported. This is the only place that reads
//! the process environment. What the settings *do* is not here: each is passed to the part that needs it.

mod database;
mod fault;
mod files;
mod layers;
mod names;
mod read;
pub(crate) mod secret;
pub(crate) mod sections;
#[cfg(test)]
mod tests;
mod texts;
mod toml_file;
mod units;
mod values;

use std::path::Path;

pub(crate) use fault::Faults;
pub(crate) use layers::Overrides;
pub(crate) use sections::Config;

/// The built-in defaults, commented: also the manual, from which `docs/configuration.md` is made.
pub(crate) const DEFAULT: &str = include_str!("../config.default.toml");

impl Config {
    /// Lays the layers over each other, checks everything, and answers the settings or every fault found.
    ///
    /// `file` is what `--config` named; without it the variable `GATILHO_CONFIG` may name one. `env` is usually
    /// [`environment`]; tests hand in their own. An empty variable counts as not set.
    pub(crate) fn load(
        flags: Overrides,
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Config, Faults> {
        let mut values = layers::stack(flags, file, env);
        let config = read::config(&mut values);
        values.into_result(config)
    }
}

/// The environment of this process. A name that is not UTF-8 cannot be ours; a broken value is kept, so that it is
/// refused by name instead of being overlooked.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.to_string_lossy().into_owned()))
    })
}
