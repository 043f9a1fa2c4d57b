//! Rules about `docs/decisions`: numbered without gaps, and each file with the four parts that make it useful later.

use crate::tree::{Fault, File, Tree};

const FOLDER: &str = "docs/decisions/";

/// What a decision says, in this order.
const PARTS: [&str; 4] = ["## Context", "## Decision", "## Consequences", "## Enforced by"];

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    let files = tree.files.iter().filter(|file| file.path.starts_with(FOLDER));
    for (index, file) in files.enumerate() {
        check_name(file, index + 1, faults);
        check_parts(file, faults);
    }
}

fn check_name(file: &File, expected: usize, faults: &mut Vec<Fault>) {
    let slug = file.name().strip_prefix(&format!("{expected:04}-")).and_then(|rest| rest.strip_suffix(".md"));
    let good = |slug: &str| {
        !slug.is_empty() && slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !slug.is_some_and(good) {
        let what = format!("is out of line; name it {expected:04}-words-with-hyphens.md");
        faults.push(Fault::new(&file.path, 1, what));
    }
    if !file.text.starts_with("# ") {
        faults.push(Fault::new(
            &file.path,
            1,
            "has no title; open it with `# ` and the decision in one line",
        ));
    }
}

fn check_parts(file: &File, faults: &mut Vec<Fault>) {
    let lines: Vec<&str> = file.text.lines().map(str::trim_end).collect();
    let mut from = 0;
    for part in PARTS {
        let Some(at) = lines[from..].iter().position(|line| *line == part).map(|found| from + found) else {
            faults.push(Fault::new(&file.path, 1, format!("has no `{part}` in its place; add it")));
            continue;
        };
        let body = lines[at + 1..].iter().take_while(|line| !line.starts_with("## "));
        if body.into_iter().all(|line| line.is_empty()) {
            faults.push(Fault::new(
                &file.path,
                at + 1,
                format!("says nothing under `{part}`; write it, if only a sentence"),
            ));
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "# One\n\n## Context\n\na\n\n## Decision\n\nb\n\n## Consequences\n\nc\n\n## Enforced by\n\nd\n";

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let mut faults = Vec::new();
        check(&Tree::of(files), &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_decision_has_its_four_parts_in_order() {
        assert!(faults(&[("docs/decisions/0001-one.md", GOOD)]).is_empty());
        let missing = GOOD.replace("## Enforced by", "## Held by");
        assert!(faults(&[("docs/decisions/0001-one.md", &missing)])[0].contains("has no `## Enforced by`"));
        let empty = GOOD.replace("\nc\n", "\n");
        assert!(
            faults(&[("docs/decisions/0001-one.md", &empty)])[0]
                .contains(":11: says nothing under `## Consequences`")
        );
        let untitled = GOOD.replace("# One\n", "");
        assert!(faults(&[("docs/decisions/0001-one.md", &untitled)])[0].contains("has no title"));
    }

    #[test]
    fn decisions_are_numbered_without_gaps() {
        let files = [("docs/decisions/0001-one.md", GOOD), ("docs/decisions/0003-three.md", GOOD)];
        assert!(faults(&files)[0].contains("0003-three.md:1: is out of line; name it 0002-"));
        assert_eq!(faults(&[("docs/decisions/0001-One Thing.md", GOOD)]).len(), 1);
    }
}
