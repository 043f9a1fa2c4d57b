//! Rules about insta's snapshots: none waits for a review, and none is left behind by a test that is gone.

use crate::tree::{Fault, File, Tree};

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    for file in tree.files.iter().filter(|file| !file.is_foreign()) {
        if file.path.ends_with(".snap.new") || file.path.ends_with(".pending-snap") {
            let what = "waits for a review; look at it with `cargo insta review`, or repair the code";
            faults.push(Fault::new(&file.path, 1, what));
        } else if file.path.ends_with(".snap") && !is_referenced(tree, file) {
            let what = "belongs to no test; delete it, or bring the test back";
            faults.push(Fault::new(&file.path, 1, what));
        }
    }
}

/// Whether the test file that a snapshot names still has a test, or a text, of the snapshot's name.
fn is_referenced(tree: &Tree, snapshot: &File) -> bool {
    let source = snapshot.text.lines().find_map(|line| line.strip_prefix("source: "));
    let Some(test) = source.and_then(|path| tree.get(path.trim().trim_matches('"'))) else { return false };
    let name = name_of(snapshot);
    // `a__b__name` may be module `a::b` and snapshot `name`, or a name that has the line itself.
    let candidates = name.match_indices("__").map(|(at, _)| &name[at + 2..]).chain([name]);
    let mut forms = candidates.flat_map(|name| [Some(name), without_counter(name)]).flatten();
    forms.any(|form| !form.is_empty() && mentions(&test.text, form))
}

/// The file name without its ending and without `@suffix`.
fn name_of(snapshot: &File) -> &str {
    let stem = snapshot.name().trim_end_matches(".snap");
    stem.split('@').next().unwrap_or(stem)
}

/// The second snapshot of a test is called `name-2`.
fn without_counter(name: &str) -> Option<&str> {
    let (front, counter) = name.rsplit_once('-')?;
    counter.chars().all(|c| c.is_ascii_digit()).then_some(front)
}

/// Whether a text has this name, as a quoted text or as the name of a function (insta drops a leading `test_`).
fn mentions(text: &str, name: &str) -> bool {
    let forms = [format!("\"{name}\""), format!("fn {name}("), format!("fn test_{name}(")];
    forms.iter().any(|form| text.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: (&str, &str) = (
        "crates/model/src/payload/tests.rs",
        "//! x\nfn a_created_ticket() {}\nfn test_old() {}\nlet x = snapshot(\"by-name\", 1);\n",
    );

    fn faults(path: &str, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        check(&Tree::of(&[TEST, (path, text)]), &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_waits_for_a_review() {
        for path in ["crates/a/src/snapshots/x.snap.new", "crates/a/src/.x.rs.pending-snap"] {
            assert!(faults(path, "")[0].contains("waits for a review"), "{path}");
        }
    }

    #[test]
    fn a_snapshot_belongs_to_a_test() {
        let header = format!("---\nsource: {}\nexpression: x\n---\n", TEST.0);
        let path =
            |name: &str| format!("crates/model/src/payload/snapshots/model__payload__tests__{name}.snap");
        for name in
            ["a_created_ticket", "a_created_ticket-2", "a_created_ticket@pt", "old", "by-name", "by-name-3"]
        {
            assert!(faults(&path(name), &header).is_empty(), "{name}");
        }
        for name in ["a_deleted_ticket", "a_deleted_ticket-2", "by"] {
            assert_eq!(faults(&path(name), &header).len(), 1, "{name}");
        }
        assert_eq!(faults(&path("a_created_ticket"), "---\nsource: gone.rs\n---\n").len(), 1);
        assert_eq!(faults(&path("a_created_ticket"), "").len(), 1);
    }
}
