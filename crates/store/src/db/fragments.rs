//! Lives here: the places where the databases need different words, each a comment in a statement's text that one of
//! them reads as words and the other passes over.
//! Not here: statements (the table files), what is done with the words (`postgres/link.rs`).
//!
//! | in the text           | SQLite   | PostgreSQL               | reason                                              |
//! |-----------------------|----------|--------------------------|-----------------------------------------------------|
//! | `/* skip locked */`   | nothing  | `for update skip locked` | several nodes take from one queue at the same time: |
//! |                       |          |                          | a claim passes over rows that another one is taking,|
//! |                       |          |                          | instead of waiting for it to find them taken. SQLite|
//! |                       |          |                          | has one writer                                      |
//!
//! Pruning has no such words, though several nodes may do it at once: its statements name the same rows twice (first
//! the attempts, then their deliveries), and rows passed over would make the two differ.

use std::borrow::Cow;

/// What stands in a statement that takes rows from a queue, at the end of the query that chooses them.
const SKIP_LOCKED: &str = "/* skip locked */";

/// A statement in the words of PostgreSQL.
pub(super) fn for_postgres(sql: &'static str) -> Cow<'static, str> {
    if sql.contains(SKIP_LOCKED) {
        Cow::Owned(sql.replace(SKIP_LOCKED, "for update skip locked"))
    } else {
        Cow::Borrowed(sql)
    }
}
