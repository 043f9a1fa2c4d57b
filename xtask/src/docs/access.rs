//! Turns the table of routes and the parameters of access profiles into the document of who may do what.
//!
//! The form it reads: in `routes!`, a URL in quotes with methods in braces, each `method path => need,`; in `fn text` of
//! `Grant`, `Grant::X => text!("Name"),`. A need that has no name is refused.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

const NOTE: &str = "<!-- Made by `cargo xtask docs` from crates/web/src/routes.rs and crates/model/src/access_profile.rs. \
Change it there. -->

# Who may do what

Everybody who asks is a person with an access profile, which has parameters on or off (*Settings > People > Access
profiles*). A request whose person lacks the parameter that it needs is answered 403, naming the parameter, and changes
nothing. A change of a profile is in force for the next request; on other nodes, within a second.

A new domain has three profiles: *administrators* have every parameter; *agents* read all tickets and people, and write
tickets; *customers* have none. Customers' profiles may have the parameters on tickets only. One active person always
keeps *Allow managing access profiles*: what would take it from the last one is refused. Whoever lacks that parameter may
give others only profiles within their own, and change only people whose profiles are.

Everybody may read their own person, and sees the tickets that they own, opened or are a client of.
";

/// A row of the document.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    method: String,
    path: String,
    needs: String,
}

/// The document of these two sources.
pub(super) fn from_sources(routes: &str, profiles: &str) -> Result<String> {
    let names = names(profiles);
    ensure!(!names.is_empty(), "no parameter was found");
    let rows = rows(routes, &names)?;
    ensure!(!rows.is_empty(), "no route was found");
    let mut document = NOTE.to_owned();
    for (title, prefix) in [("Native API", "/api/"), ("Public API", "/public/"), ("Everything else", "/")] {
        let own = |row: &&Row| match prefix {
            "/" => !row.path.starts_with("/api/") && !row.path.starts_with("/public/"),
            _ => row.path.starts_with(prefix),
        };
        let mut own = rows.iter().filter(own).peekable();
        if own.peek().is_none() {
            continue;
        }
        document.push_str(&format!("\n## {title}\n\n| request | needs |\n|---|---|\n"));
        for row in own {
            document.push_str(&format!("| `{} {}` | {} |\n", row.method, row.path, row.needs));
        }
    }
    Ok(document)
}

/// The parameters' names by their names in code.
fn names(source: &str) -> BTreeMap<String, String> {
    let arm = |line: &str| {
        let (grant, name) = line.trim().strip_prefix("Grant::")?.split_once(" => text!(\"")?;
        Some((grant.to_owned(), name.strip_suffix("\"),")?.to_owned()))
    };
    source.lines().filter_map(arm).collect()
}

fn rows(source: &str, names: &BTreeMap<String, String>) -> Result<Vec<Row>> {
    let table = source.split_once("\nroutes! {").map_or("", |(_, table)| table);
    let (mut rows, mut path) = (Vec::new(), String::new());
    for line in table.lines().map(str::trim) {
        let mut rest = line;
        if let Some((url, methods)) = line.strip_prefix('"').and_then(|line| line.split_once('"')) {
            url.clone_into(&mut path);
            rest = methods.trim().trim_start_matches('{').trim_end_matches('}');
        }
        for route in rest.split(',').filter(|route| route.contains(" => ")) {
            let (handler, need) = route.split_once(" => ").unwrap_or_default();
            let method = handler.split_whitespace().next().context("a route without a method")?;
            let needs = match need.trim() {
                "nothing" => "nothing".to_owned(),
                "somebody" => "somebody; what they see depends on who they are".to_owned(),
                grant => format!("*{}*", names.get(grant).with_context(|| format!("{grant} has no name"))?),
            };
            rows.push(Row { method: method.to_uppercase(), path: path.clone(), needs });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILES: &str = "match self {\n    Grant::AllowX => text!(\"Allow x\"),\n    Grant::AllowX\n    | Grant::AllowY => a,\n}";
    const ROUTES: &str = "macro_rules! routes { }\n\nroutes! {\n    \"/public/v1/a\" {\n        get a::show => somebody,\n\
        post a::create => AllowX,\n    }\n    \"/api/v1/a/{id}\" { put a::put => AllowX, }\n    \"/healthz\" { get p::h => nothing, }\n}";

    #[test]
    fn every_route_is_a_row_under_its_api() {
        let document = from_sources(ROUTES, PROFILES).unwrap();
        let rows: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(
            rows,
            [
                "| `PUT /api/v1/a/{id}` | *Allow x* |",
                "| `GET /public/v1/a` | somebody; what they see depends on who they are |",
                "| `POST /public/v1/a` | *Allow x* |",
                "| `GET /healthz` | nothing |",
            ]
        );
    }

    #[test]
    fn a_need_without_a_name_is_refused() {
        let error = from_sources(&ROUTES.replace("AllowX", "AllowZ"), PROFILES).unwrap_err();
        assert!(error.to_string().contains("AllowZ has no name"), "{error}");
        assert!(from_sources("", PROFILES).is_err() && from_sources(ROUTES, "").is_err());
    }
}
