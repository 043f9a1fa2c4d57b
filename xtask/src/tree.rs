//! The files of the repository, read once, and the faults found in them.
//!
//! Checks work on a `Tree`, so that their tests can hand in one that never was on a disk. What is right or wrong is not
//! known here.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that are not ours: build output, history, data of a local run, other people's code.
const SKIPPED: [&str; 4] = ["target", "node_modules", "gatilho-data", "__pycache__"];

/// Hidden folders that are ours after all.
const HIDDEN: [&str; 4] = [".cargo", ".ci", ".config", ".github"];

/// Files larger than this are data, not text somebody wrote.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Something that is not as it should be, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Fault {
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>) -> Fault {
        Fault { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    /// Empty for what is not text.
    pub(crate) text: String,
}

impl File {
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether others wrote it: our rules do not reach there.
    pub(crate) fn is_foreign(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "vendor" | "vendored" | "generated"))
            || self.text.lines().take(5).any(|line| line.contains(concat!("@", "generated")))
    }

    /// Whether it holds nothing but tests.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.name();
        self.path.split('/').any(|part| matches!(part, "tests" | "benches"))
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
    }
}

/// All files, in the order of their paths.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the files below `root`.
    pub(crate) fn read(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        walk(root, root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { files })
    }

    /// A tree of the given paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(file).collect() }
    }

    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Our own files with this ending.
    pub(crate) fn ours<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.ends_with(ending) && !file.is_foreign())
    }

    /// Whether there is such a file, or a folder with files.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty() || self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }
}

/// The root of the repository: the folder above this crate.
pub(crate) fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in no folder")?;
    Ok(root.to_path_buf())
}

fn walk(root: &Path, folder: &Path, into: &mut Vec<File>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // In a worktree it is a file, which names no folder of ours either.
        if name == ".git" {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
            if !hidden && !SKIPPED.contains(&name.as_str()) {
                walk(root, &entry.path(), into)?;
            }
        } else if kind.is_file() {
            let path = entry.path();
            let small = entry.metadata()?.len() <= TEXT_BYTES_MAX;
            let bytes = if small { std::fs::read(&path).unwrap_or_default() } else { Vec::new() };
            let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            into.push(File { path: relative, text: String::from_utf8(bytes).unwrap_or_default() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_exists_when_it_has_files() {
        let tree = Tree::of(&[("docs/a.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/a.md") && tree.has(""));
        assert!(!tree.has("doc") && !tree.has("docs/a"));
    }

    #[test]
    fn the_real_tree_has_this_file_and_no_build_output() {
        let tree = Tree::read(&root().unwrap()).unwrap();
        assert!(tree.get("xtask/src/tree.rs").is_some());
        assert!(!tree.has("target") && !tree.has(".git"));
    }
}
