//! The manual says what the code does: every key is read, documented and has its true bounds.

use super::super::{DEFAULT, names, toml_file};
use super::*;

/// Every key of the built-in defaults with the comment above it.
fn documented() -> Vec<(String, String)> {
    let (mut section, mut comment, mut found) = (String::new(), String::new(), Vec::new());
    for line in DEFAULT.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push_str(text);
        } else if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
            comment.clear();
        } else if let Some((name, _)) = line.split_once(" = ") {
            found.push((format!("{section}.{name}"), std::mem::take(&mut comment)));
        } else {
            comment.clear();
        }
    }
    found
}

#[test]
fn every_key_has_a_comment() {
    let documented = documented();
    let keys: Vec<String> = toml_file::read(DEFAULT).entries.iter().map(toml_file::Entry::key).collect();
    assert_eq!(documented.len(), keys.len());
    for (key, comment) in documented {
        assert!(keys.contains(&key), "{key}");
        assert!(comment.len() > 20, "{key} has no comment");
    }
}

#[test]
fn every_key_is_read() {
    for (key, _) in documented() {
        // `not \0 a value` is wrong for all kinds but free texts, and those refuse the empty one.
        let refused = with_flag(&key, "\0").is_err() || with_flag(&key, "").is_err();
        assert!(refused, "{key} stands in the defaults, but nobody reads it");
    }
}

#[test]
fn every_bound_in_a_fault_stands_in_the_manual() {
    let mut bounded = 0;
    for (key, comment) in documented() {
        for value in ["99999d", "999999999", "9999999 MiB"] {
            let Err(faults) = with_flag(&key, value) else { continue };
            let text = faults.to_string();
            let Some((_, rest)) = text.split_once("must be ") else { continue };
            let Some((bounds, _)) = rest.split_once(':') else { continue };
            if bounds.contains(" to ") {
                bounded += 1;
                assert!(
                    comment.replace("  ", " ").contains(bounds),
                    "{key} is {bounds}, its manual says:{comment}"
                );
            }
        }
    }
    assert!(bounded >= 18, "only {bounded} bounds were seen");
}

#[test]
fn the_configuration_document_lists_every_key() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let document = std::fs::read_to_string(path).unwrap();
    for (key, _) in documented() {
        assert!(document.contains(&format!("`{key}`")), "{key} is missing: run `cargo xtask docs`");
        let variable = names::variable(&key);
        assert!(document.contains(&variable), "{variable} is missing: run `cargo xtask docs`");
    }
}
