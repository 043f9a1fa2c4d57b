//! Links between the files of the repository lead to a file. Addresses on the network are not followed.

use crate::tree::{Fault, File, Tree};

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    for file in tree.ours(".md") {
        let mut in_code = false;
        for (index, line) in file.text.lines().enumerate() {
            in_code ^= line.trim_start().starts_with("```");
            if in_code {
                continue;
            }
            for target in targets(line).filter(|target| !leads_somewhere(tree, file, target)) {
                let what = format!("the link to `{target}` leads nowhere; repair it");
                faults.push(Fault::new(&file.path, index + 1, what));
            }
        }
    }
}

/// The targets of `[text](target)` in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

fn leads_somewhere(tree: &Tree, file: &File, target: &str) -> bool {
    let path = target.split('#').next().unwrap_or_default();
    path.is_empty() || path.contains(':') || resolve(&file.path, path).is_some_and(|path| tree.has(&path))
}

/// A target as a path from the root; `None` when it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("docs/a.md", text),
            ("docs/b.md", ""),
            ("README.md", ""),
            ("crates/x/src/lib.rs", ""),
        ]);
        let mut faults = Vec::new();
        check(&tree, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_lead_to_a_file_or_a_folder() {
        let text = "[b](b.md) [top](../README.md#x) [here](#y) [x](../crates/x/) [web](https://x.test/a(b)) [m](mailto:a@b)";
        assert!(faults(text).is_empty());
        let found = faults("[b](b.md)\n[gone](gone.md) and [out](../../etc)\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], "docs/a.md:2: the link to `gone.md` leads nowhere; repair it");
    }

    #[test]
    fn code_is_not_followed() {
        assert!(faults("```\n[gone](gone.md)\n```\n[b](b.md)\n").is_empty());
    }
}
