//! Rules about features: the gate turns on exactly those that exist, so that no gated code goes unbuilt.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::ci::FEATURES;
use crate::tree::{Fault, Tree};

/// `member/feature` and what it turns on.
type Declared = BTreeMap<String, Vec<String>>;

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    compare(tree, &FEATURES, faults);
}

fn compare(tree: &Tree, listed: &[&str], faults: &mut Vec<Fault>) {
    let declared = declared(tree);
    for feature in listed.iter().filter(|feature| !declared.contains_key(**feature)) {
        let what = format!("the feature `{feature}` is not declared; declare it, or take it out of FEATURES");
        faults.push(Fault::new("xtask/src/ci.rs", 1, what));
    }
    let on = turned_on(&declared, listed);
    for feature in declared.keys().filter(|feature| !on.contains(*feature)) {
        let (member, name) = feature.split_once('/').unwrap_or((feature, ""));
        let what =
            format!("no check builds the feature `{name}`; add `{feature}` to FEATURES in xtask/src/ci.rs");
        faults.push(Fault::new(&manifest(member), 1, what));
    }
}

fn manifest(member: &str) -> String {
    format!("crates/{member}/Cargo.toml")
}

fn declared(tree: &Tree) -> Declared {
    let mut found = Declared::new();
    for file in tree.ours("/Cargo.toml") {
        let manifest = file.text.parse::<Table>().unwrap_or_default();
        let member = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let features = manifest.get("features").and_then(Value::as_table);
        for (name, enables) in features.into_iter().flatten().filter(|(name, _)| *name != "default") {
            let member = member.unwrap_or_default();
            let enables = enables.as_array().into_iter().flatten().filter_map(Value::as_str);
            let enables =
                enables.map(
                    |other| if other.contains('/') { other.to_owned() } else { format!("{member}/{other}") },
                );
            found.insert(format!("{member}/{name}"), enables.collect());
        }
    }
    found
}

fn turned_on(declared: &Declared, listed: &[&str]) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut open: Vec<String> = listed.iter().map(|feature| (*feature).to_owned()).collect();
    while let Some(feature) = open.pop() {
        if on.insert(feature.clone()) {
            open.extend(declared.get(&feature).into_iter().flatten().cloned());
        }
    }
    on
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: &str =
        "[package]\nname = \"top\"\n[features]\ndefault = []\nfail = [\"low/fail\", \"more\"]\nmore = []\n";
    const LOW: &str = "[package]\nname = \"low\"\n[features]\nfail = [\"dep:x\"]\ntesting = []\n";

    fn faults(listed: &[&str]) -> Vec<String> {
        let tree = Tree::of(&[("crates/low/Cargo.toml", LOW), ("crates/top/Cargo.toml", TOP)]);
        let mut faults = Vec::new();
        compare(&tree, listed, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_feature_counts_when_another_turns_it_on() {
        assert!(faults(&["top/fail", "low/testing"]).is_empty());
    }

    #[test]
    fn a_feature_nobody_builds_and_one_that_is_gone_are_faults() {
        assert_eq!(
            faults(&["top/fail"]),
            [
                "crates/low/Cargo.toml:1: no check builds the feature `testing`; add `low/testing` to FEATURES in \
              xtask/src/ci.rs"
            ]
        );
        assert!(
            faults(&["top/fail", "low/testing", "low/old"])[0]
                .contains("the feature `low/old` is not declared")
        );
    }
}
