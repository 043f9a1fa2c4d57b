//! Rules about manifests: which crate may name which.
//!
//! The table of arrows is compared exactly, so that a new arrow, and one that is no longer needed, is a decision
//! somebody makes here. What the code of a crate may say is not here, but in `floors`.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::tree::{Fault, File, Tree};

/// Every workspace member and the members it depends on.
const ARROWS: [(&str, &[&str]); 7] = [
    ("gatilho", &["web", "engine", "store", "model"]),
    ("web", &["engine", "store", "model"]),
    ("engine", &["store", "model"]),
    ("store", &["model"]),
    ("model", &[]),
    ("bench", &[]),
    ("xtask", &[]),
];

/// Crates that speak to a database, and the one member that may name them.
const DRIVERS: [&str; 7] =
    ["rusqlite", "tokio-postgres", "deadpool-postgres", "refinery", "libsqlite3-sys", "sqlx", "diesel"];

/// HTTP clients that bring their own connector, around the address guard. The command line alone may have one, to talk
/// to the server that its user names.
const CLIENTS: [&str; 6] = ["reqwest", "ureq", "isahc", "curl", "attohttpc", "surf"];

/// The member with the command line, and its client.
const COMMAND_LINE: (&str, &str) = ("gatilho", "ureq");

/// What would let `model` wait, store or talk.
const NOT_IN_MODEL: [&str; 8] =
    ["tokio", "tokio-util", "rusqlite", "tokio-postgres", "hyper", "hyper-util", "axum", "futures-util"];

/// One dependency as a manifest names it.
struct Dependency {
    /// The name of the crate, whatever it is called locally.
    name: String,
    is_dev: bool,
    line: usize,
}

pub(super) fn check(tree: &Tree, faults: &mut Vec<Fault>) {
    let root = tree.get("Cargo.toml").and_then(|file| file.text.parse::<Table>().ok()).unwrap_or_default();
    let shared = table(&root, &["workspace", "dependencies"]);
    let mut seen = BTreeSet::new();
    for file in tree.ours("/Cargo.toml") {
        let Ok(manifest) = file.text.parse::<Table>() else {
            faults.push(Fault::new(&file.path, 1, "is not TOML; repair it"));
            continue;
        };
        let Some(name) =
            table(&manifest, &["package"]).get("name").and_then(Value::as_str).map(str::to_owned)
        else {
            continue;
        };
        let dependencies = dependencies(&manifest, file, &shared);
        check_arrows(file, &name, &dependencies, faults);
        check_crates(file, &name, &dependencies, faults);
        seen.insert(name);
    }
    for (name, _) in ARROWS.iter().filter(|(name, _)| !seen.contains(*name)) {
        let what =
            format!("crate `{name}` is gone; take it out of the table of arrows in xtask/src/tidy/arrows.rs");
        faults.push(Fault::new("Cargo.toml", 1, what));
    }
}

fn check_arrows(file: &File, name: &str, dependencies: &[Dependency], faults: &mut Vec<Fault>) {
    let Some((_, allowed)) = ARROWS.iter().find(|(member, _)| *member == name) else {
        let what = format!(
            "crate `{name}` has no floor; give it one in the table of arrows in xtask/src/tidy/arrows.rs"
        );
        return faults.push(Fault::new(&file.path, 1, what));
    };
    let is_member = |name: &str| ARROWS.iter().any(|(member, _)| *member == name);
    for dependency in dependencies.iter().filter(|dependency| is_member(&dependency.name)) {
        let to_itself = dependency.is_dev && dependency.name == name;
        if !to_itself && !allowed.contains(&dependency.name.as_str()) {
            let what = format!(
                "`{name}` may not name `{}`: arrows go down only; move the code instead",
                dependency.name
            );
            faults.push(Fault::new(&file.path, dependency.line, what));
        }
    }
    for floor in *allowed {
        if !dependencies.iter().any(|dependency| !dependency.is_dev && dependency.name == *floor) {
            let what = format!(
                "the arrow `{name}` -> `{floor}` is gone; take it out of xtask/src/tidy/arrows.rs as well"
            );
            faults.push(Fault::new(&file.path, 1, what));
        }
    }
}

fn check_crates(file: &File, name: &str, dependencies: &[Dependency], faults: &mut Vec<Fault>) {
    for dependency in dependencies {
        let crate_name = dependency.name.as_str();
        let what = if DRIVERS.contains(&crate_name) && name != "store" {
            format!("only `store` may name the driver `{crate_name}`; call a function of store")
        } else if CLIENTS.contains(&crate_name) && (name, crate_name) != COMMAND_LINE {
            format!("`{crate_name}` goes around the address guard; use engine's outbound client")
        } else if NOT_IN_MODEL.contains(&crate_name) && name == "model" {
            format!("`model` does no I/O and does not wait; use `{crate_name}` on a floor above")
        } else {
            continue;
        };
        faults.push(Fault::new(&file.path, dependency.line, what));
    }
}

/// Every dependency of a manifest, of whatever kind and platform.
fn dependencies(manifest: &Table, file: &File, shared: &Table) -> Vec<Dependency> {
    let platforms = table(manifest, &["target"]);
    let groups = std::iter::once(manifest).chain(platforms.values().filter_map(Value::as_table));
    let mut found = Vec::new();
    for group in groups {
        for (kind, is_dev) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            for (local, value) in table(group, &[kind]) {
                let line = line_of(&file.text, kind, &local);
                found.push(Dependency { name: crate_name(&local, &value, shared), is_dev, line });
            }
        }
    }
    found
}

/// The crate behind a local name: `package` in the manifest or in the shared table may rename it.
fn crate_name(local: &str, value: &Value, shared: &Table) -> String {
    let renamed = |value: &Value| value.get("package").and_then(Value::as_str).map(str::to_owned);
    let is_shared = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let by_share = || shared.get(local).filter(|_| is_shared).and_then(renamed);
    renamed(value).or_else(by_share).unwrap_or_else(|| local.to_owned())
}

/// The table under a path of keys; an empty one if there is none.
fn table(from: &Table, path: &[&str]) -> Table {
    let mut current = from;
    for key in path {
        match current.get(*key).and_then(Value::as_table) {
            Some(next) => current = next,
            None => return Table::new(),
        }
    }
    current.clone()
}

/// The line that names a dependency, in the section of its kind if the name occurs there.
fn line_of(text: &str, kind: &str, name: &str) -> usize {
    let is_name = |line: &str| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
            || (line.starts_with('[') && line.trim_end().ends_with(&format!("{kind}.{name}]")))
    };
    let section = text.lines().position(|line| line.contains(&format!("{kind}]"))).unwrap_or(0);
    let after = text.lines().skip(section).position(is_name).map(|found| section + found);
    after.or_else(|| text.lines().position(is_name)).map_or(1, |found| found + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[workspace.dependencies]\nmodel = { path = \"crates/model\" }\n\
                        db = { package = \"rusqlite\", version = \"1\" }\n";

    /// The faults of one member; the rest of the table is not of interest.
    fn faults(name: &str, dependencies: &str) -> Vec<String> {
        let path = format!("crates/{name}/Cargo.toml");
        let manifest = format!("[package]\nname = \"{name}\"\n{dependencies}");
        let tree = Tree::of(&[("Cargo.toml", ROOT), (&path, &manifest)]);
        let mut faults = Vec::new();
        check(&tree, &mut faults);
        faults.iter().filter(|fault| fault.path == path).map(ToString::to_string).collect()
    }

    #[test]
    fn the_table_is_met_exactly() {
        assert!(faults("store", "[dependencies]\nmodel.workspace = true\n").is_empty());
        assert!(faults("store", "[dependencies]\n")[0].contains("the arrow `store` -> `model` is gone"));
        assert!(faults("store", "[dev-dependencies]\nmodel.workspace = true\n")[0].contains("is gone"));
    }

    #[test]
    fn an_arrow_up_or_sideways_is_a_fault_at_its_line() {
        let up = faults("store", "[dependencies]\nmodel.workspace = true\nweb = { path = \"../web\" }\n");
        assert_eq!(up.len(), 1);
        assert!(up[0].starts_with("crates/store/Cargo.toml:5: `store` may not name `web`"), "{up:?}");
        for kind in ["dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            assert_eq!(faults("model", &format!("[{kind}]\nstore.workspace = true\n")).len(), 1, "{kind}");
        }
        let renamed =
            faults("model", "[dependencies]\nplain = { package = \"engine\", path = \"../engine\" }\n");
        assert!(renamed[0].contains("`model` may not name `engine`"));
    }

    #[test]
    fn tests_may_name_their_own_crate_and_floors_below() {
        let own = "[dependencies]\nmodel.workspace = true\n[dev-dependencies]\nstore = { path = \".\" }\n";
        assert!(faults("store", own).is_empty());
    }

    #[test]
    fn a_crate_without_a_floor_is_a_fault_and_so_is_one_that_is_gone() {
        assert!(faults("attic", "")[0].contains("crate `attic` has no floor"));
        let mut gone = Vec::new();
        check(&Tree::of(&[("Cargo.toml", ROOT)]), &mut gone);
        assert_eq!(gone.len(), ARROWS.len());
    }

    #[test]
    fn drivers_belong_to_the_store_and_clients_to_nobody() {
        let rest = "[dependencies]\nmodel.workspace = true\n";
        assert!(faults("store", &format!("{rest}rusqlite = \"1\"\n")).is_empty());
        assert!(
            faults("bench", "[dependencies]\nrusqlite = \"1\"\n")[0]
                .contains("only `store` may name the driver")
        );
        assert!(faults("bench", "[dependencies]\ndb.workspace = true\n")[0].contains("`rusqlite`"));
        assert!(
            faults("bench", "[dependencies]\nreqwest = \"1\"\n")[0].contains("goes around the address guard")
        );
    }

    #[test]
    fn the_model_does_not_wait() {
        let found = faults("model", "[dependencies]\nserde = \"1\"\n[dev-dependencies]\ntokio = \"1\"\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains(":6: `model` does no I/O"), "{found:?}");
    }
}
