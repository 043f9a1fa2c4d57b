//! `cargo xtask docs`: documents made from the code, and links between documents that lead somewhere.
//!
//! Two documents are made: `docs/configuration.md`, from the commented defaults built into the binary, and
//! `docs/access.md`, from the table of routes.

mod access;
mod links;
mod manual;

use std::path::Path;

use anyhow::{Context, Result};

use crate::tree::{Fault, Tree};

/// What the configuration document is made from.
const DEFAULTS: &str = "crates/gatilho/src/config.default.toml";

const CONFIGURATION: &str = "docs/configuration.md";

/// What the document of who may do what is made from.
const ROUTES: &str = "crates/web/src/routes.rs";
const PROFILES: &str = "crates/model/src/access_profile.rs";

const ACCESS: &str = "docs/access.md";

/// Writes every made document.
pub(crate) fn write(root: &Path) -> Result<()> {
    for (path, text) in made(&Tree::read(root)?)? {
        std::fs::write(root.join(path), text).with_context(|| format!("cannot write {path}"))?;
        println!("docs: wrote {path}");
    }
    Ok(())
}

/// Compares every made document with what it would be now, and follows the links of all documents.
pub(crate) fn check(root: &Path) -> Result<Vec<Fault>> {
    let tree = Tree::read(root)?;
    let mut faults = Vec::new();
    for (path, text) in made(&tree)? {
        compare(&tree, path, &text, &mut faults);
    }
    links::check(&tree, &mut faults);
    Ok(faults)
}

fn compare(tree: &Tree, path: &str, wanted: &str, faults: &mut Vec<Fault>) {
    let found = tree.get(path).map_or("", |file| file.text.as_str());
    if found != wanted {
        let same = found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
        faults.push(Fault::new(path, same + 1, "is out of date; run `cargo xtask docs`"));
    }
}

/// Every made document with its path.
fn made(tree: &Tree) -> Result<Vec<(&'static str, String)>> {
    let defaults = tree.get(DEFAULTS).with_context(|| format!("{DEFAULTS} is gone"))?;
    let manual = manual::from_defaults(&defaults.text).with_context(|| DEFAULTS.to_owned())?;
    let text =
        |path| tree.get(path).map(|file| file.text.as_str()).with_context(|| format!("{path} is gone"));
    let access = access::from_sources(text(ROUTES)?, text(PROFILES)?).with_context(|| ROUTES.to_owned())?;
    Ok(vec![(CONFIGURATION, manual), (ACCESS, access)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_differs_is_a_fault_at_the_first_line_that_does() {
        let tree = Tree::of(&[("docs/a.md", "one\ntwo\n")]);
        let mut faults = Vec::new();
        compare(&tree, "docs/a.md", "one\ntwo\n", &mut faults);
        assert!(faults.is_empty());
        compare(&tree, "docs/a.md", "one\n2\n", &mut faults);
        compare(&tree, "docs/gone.md", "one\n", &mut faults);
        let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 1]);
    }
}
