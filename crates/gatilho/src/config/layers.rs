//! The layers: defaults, file, environment, flags, laid over each other into one set of written values.
//!
//! Here names are checked (an unknown one is refused, with a guess at what was meant); what a value may be is checked
//! in `read`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fault::{Fault, Source};
use super::values::{Raw, Sourced, Values};
use super::{DEFAULT, names, toml_file};
use crate::client::{KEY_VARIABLE, SERVER_VARIABLE};

/// Names the file when no flag does.
const FILE_VARIABLE: &str = "GATILHO_CONFIG";

/// Variables with our prefix that are no settings of a server.
const OTHER_VARIABLES: &[&str] = &[
    FILE_VARIABLE,
    SERVER_VARIABLE,
    KEY_VARIABLE,
    #[cfg(feature = "failpoints")]
    crate::fault_points::KILL_VARIABLE,
    #[cfg(feature = "failpoints")]
    crate::fault_points::SYNCHRONOUS_VARIABLE,
];

/// Variables that name the database of our tests, which a developer may hand to a server under another name.
const TEST_PREFIX: &str = "GATILHO_TEST_";

/// Variables of `gatilho receive`, which a machine may have beside those of a server.
const RECEIVE_PREFIX: &str = "GATILHO_RECEIVE__";

/// What flags say, the top layer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides(Vec<Override>);

#[derive(Clone)]
struct Override {
    flag: String,
    key: String,
    value: Option<String>,
}

impl std::fmt::Debug for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A value may hold a password.
        write!(f, "{} {}", self.flag, self.key)
    }
}

impl Overrides {
    /// Lets `flag` (`--listen`) set `key` (`server.listen`); `None` means the flag was not given.
    pub(crate) fn set(&mut self, flag: &str, key: &str, value: Option<impl ToString>) -> &mut Overrides {
        if let Some(value) = value {
            let value = Some(value.to_string());
            self.0.push(Override { flag: flag.to_owned(), key: key.to_owned(), value });
        }
        self
    }

    /// Lets a general flag set any key: `pair` is `section.key=value`.
    pub(crate) fn set_pair(&mut self, flag: &str, pair: &str) -> &mut Overrides {
        let (key, value) = match pair.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.to_owned())),
            None => (pair.trim(), None),
        };
        self.0.push(Override { flag: flag.to_owned(), key: key.to_owned(), value });
        self
    }
}

/// All layers merged; names nobody knows are already among the faults.
pub(super) fn stack(
    flags: Overrides,
    file: Option<&Path>,
    env: impl Iterator<Item = (String, String)>,
) -> Values {
    let env: BTreeMap<String, String> =
        env.filter(|(name, value)| name.starts_with(names::PREFIX) && !value.is_empty()).collect();
    let named = file.map(Path::to_path_buf).or_else(|| env.get(FILE_VARIABLE).map(PathBuf::from));

    let mut values = defaults();
    if let Some(path) = named {
        lay_file(&mut values, &path);
    }
    lay_environment(&mut values, env);
    lay_flags(&mut values, flags);
    values
}

/// The built-in layer. Its keys are the known keys.
fn defaults() -> Values {
    let mut values = Values::default();
    let document = toml_file::read(DEFAULT);
    for entry in document.entries {
        values.entries.insert(entry.key(), Sourced { raw: entry.raw, source: Source::Default });
    }
    for error in document.errors {
        let what = format!("the built-in defaults are broken: {}", error.what);
        values.faults.push(Fault { key: String::new(), source: Source::Default, what });
    }
    values
}

fn lay_file(values: &mut Values, path: &Path) {
    let source = |line| Source::File { path: path.to_path_buf(), line };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("cannot be read: {error}");
            return values.faults.push(Fault { key: String::new(), source: source(0), what });
        }
    };
    let document = toml_file::read(&text);
    for error in document.errors {
        values.faults.push(Fault { key: error.key, source: source(error.line), what: error.what });
    }
    for entry in document.entries {
        let (key, source) = (entry.key(), source(entry.line));
        if names::is_section(values.entries.keys(), &entry.section) {
            lay(values, key, entry.raw, source);
        } else {
            let what = names::unknown_section(values.entries.keys(), &entry.section);
            let fault = Fault { key: format!("[{}]", entry.section), source, what };
            if !values.faults.iter().any(|known| known.key == fault.key) {
                values.faults.push(fault);
            }
        }
    }
}

fn lay_environment(values: &mut Values, env: BTreeMap<String, String>) {
    for (name, value) in env {
        let key = names::key_of_variable(&name);
        if values.entries.contains_key(&key) && names::variable(&key) == name {
            let raw = Raw::Text(value);
            values.entries.insert(key, Sourced { raw, source: Source::Environment(name) });
        } else if !is_others(&name, &value) {
            let hint = match names::nearest(values.entries.keys(), &key) {
                Some(near) => format!("did you mean {}?", names::variable(near)),
                None => "variables are named GATILHO_SECTION__KEY".to_owned(),
            };
            let what = format!("no such setting; {hint}");
            values.faults.push(Fault { key: String::new(), source: Source::Environment(name), what });
        }
    }
}

/// Whether a variable with our prefix is no setting.
fn is_others(name: &str, value: &str) -> bool {
    OTHER_VARIABLES.contains(&name)
        || [TEST_PREFIX, RECEIVE_PREFIX].iter().any(|prefix| name.starts_with(prefix))
        || names::is_service_link(name, value)
}

fn lay_flags(values: &mut Values, flags: Overrides) {
    for Override { flag, key, value } in flags.0 {
        let source = Source::Flag(flag.clone());
        match value {
            Some(value) => lay(values, key, Raw::Text(value), source),
            None => {
                let what = format!("has no value; write {flag} section.key=value");
                values.faults.push(Fault { key, source, what });
            }
        }
    }
}

/// Puts one value over what the layers below said, if the key is known.
fn lay(values: &mut Values, key: String, raw: Raw, source: Source) {
    if let Some(entry) = values.entries.get_mut(&key) {
        *entry = Sourced { raw, source };
        return;
    }
    let hint = match names::nearest(values.entries.keys(), &key) {
        Some(near) => format!("; did you mean {near}?"),
        None => String::new(),
    };
    values.faults.push(Fault { key, source, what: format!("no such setting{hint}") });
}
