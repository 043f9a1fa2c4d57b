//! Turns commented TOML into the configuration document: comments become text, settings become headings.
//!
//! The form it reads: a comment at the top, then sections, each opened by its comment and its `[name]`, then settings on
//! one line each below their comments. Anything else is refused, so that nothing is lost on the way.

use anyhow::{Result, bail, ensure};

const NOTE: &str = "<!-- Made by `cargo xtask docs` from crates/gatilho/src/config.default.toml. Change it there. -->\n\n# Configuration\n";

/// The document of a commented TOML text.
pub(super) fn from_defaults(text: &str) -> Result<String> {
    let mut document = NOTE.to_owned();
    let (mut section, mut comment) = (String::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(rest) = line.strip_prefix('#') {
            comment.push(rest.strip_prefix(' ').unwrap_or(rest));
        } else if line.is_empty() {
            // A comment with a gap below it belongs to no setting: it is the text at the top, or a mistake.
            if !comment.is_empty() {
                ensure!(section.is_empty(), "line {number}: the comment above stands alone");
                paragraph(&mut document, &mut comment);
            }
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
            ensure!(!comment.is_empty(), "line {number}: [{section}] has no comment above it");
            document.push_str(&format!("\n## {section}\n"));
            paragraph(&mut document, &mut comment);
        } else if let Some((key, value)) = line.split_once(" = ") {
            ensure!(!section.is_empty(), "line {number}: `{key}` stands outside a section");
            ensure!(!comment.is_empty(), "line {number}: `{key}` has no comment above it");
            document.push_str(&setting(&section, key, value));
            paragraph(&mut document, &mut comment);
        } else {
            bail!("line {number}: write it as a comment, a [section] or `key = value`");
        }
    }
    Ok(document)
}

fn setting(section: &str, key: &str, value: &str) -> String {
    let variable = format!("GATILHO_{}__{}", section.to_uppercase(), key.to_uppercase());
    format!("\n### `{section}.{key}`\n\nDefault `{value}`; environment `{variable}`.\n")
}

fn paragraph(document: &mut String, comment: &mut Vec<&str>) {
    document.push('\n');
    for line in comment.drain(..) {
        document.push_str(line);
        document.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_text_and_settings_become_headings() {
        let text = "# All of it.\n#\n# Twice.\n\n# The server.\n[server]\n\n# Where.\n# It listens.\nlisten = \"a:1\"\n";
        let document = from_defaults(text).unwrap();
        assert_eq!(
            document.strip_prefix(NOTE).unwrap(),
            "\nAll of it.\n\nTwice.\n\n## server\n\nThe server.\n\n### `server.listen`\n\n\
             Default `\"a:1\"`; environment `GATILHO_SERVER__LISTEN`.\n\nWhere.\nIt listens.\n"
        );
    }

    #[test]
    fn what_has_no_comment_or_no_place_is_refused() {
        for (text, part) in [
            ("[server]\n", "[server] has no comment"),
            ("# a\n[server]\nlisten = 1\n", "`listen` has no comment"),
            ("# a\nlisten = 1\n", "outside a section"),
            ("# a\n[server]\n# b\n\nlisten = 1\n", "stands alone"),
            ("# a\n[server]\n# b\nlist = [\n", ""),
            ("# a\n[server]\n  1,\n", "write it as a comment"),
        ] {
            match from_defaults(text) {
                Ok(_) => assert!(part.is_empty(), "{text}"),
                Err(error) => assert!(error.to_string().contains(part), "{error}"),
            }
        }
    }
}
