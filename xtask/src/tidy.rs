//! `cargo xtask tidy`: the house rules that neither the compiler nor clippy knows.
//!
//! Each file below holds one kind of rule and its reason; here they are only gathered. A rule says in its fault what to
//! do instead. No rule has a list of exceptions: what cannot be kept is changed or dropped.

mod arrows;
mod decisions;
mod features;
mod floors;
mod shape;
mod snapshots;
mod words;

use std::path::Path;

use anyhow::Result;

use crate::tree::{Fault, Tree};

/// Every fault of the repository, in the order of the paths.
pub(crate) fn check(root: &Path) -> Result<Vec<Fault>> {
    Ok(faults(&Tree::read(root)?))
}

fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    arrows::check(tree, &mut faults);
    features::check(tree, &mut faults);
    shape::check(tree, &mut faults);
    words::check(tree, &mut faults);
    floors::check(tree, &mut faults);
    decisions::check(tree, &mut faults);
    snapshots::check(tree, &mut faults);
    faults.sort();
    faults.dedup();
    faults
}
