//! Lives here: what is known of every statement, learnt once for all connections.
//! Not here: the prepared statements, which belong to a connection (`link`).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::shape::{self, Merge, Shape};
use crate::db::fragments;

/// In which form a statement is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// As it is, for one row.
    Plain,
    /// For one row, failing unless it does exactly one.
    Guarded,
    /// For many rows.
    Merged,
    /// For many rows, failing unless each does exactly one.
    MergedGuarded,
}

impl Form {
    pub(super) fn is_guarded(self) -> bool {
        matches!(self, Self::Guarded | Self::MergedGuarded)
    }
}

/// A statement in one of its forms. Statements are `&'static str`, so their address is their name.
pub(super) type Key = (usize, usize, Form);

/// The statements that were run so far. There are no more than the program holds.
#[derive(Debug, Default)]
pub(super) struct Catalog(Mutex<HashMap<(usize, usize), Arc<Entry>>>);

impl Catalog {
    pub(super) fn entry(&self, sql: &'static str) -> Arc<Entry> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry((sql.as_ptr().addr(), sql.len())).or_insert_with(|| Arc::new(Entry::of(sql))))
    }
}

/// One statement.
#[derive(Debug)]
pub(super) struct Entry {
    sql: &'static str,
    text: String,
    shape: Shape,
    /// The server did not take the merged form.
    refused: AtomicBool,
}

impl Entry {
    fn of(sql: &'static str) -> Self {
        let text = fragments::for_postgres(sql).into_owned();
        Self { sql, shape: Shape::of(&text), text, refused: AtomicBool::new(false) }
    }

    pub(super) fn key(&self, form: Form) -> Key {
        (self.sql.as_ptr().addr(), self.sql.len(), form)
    }

    /// Whether it is the same statement. A constant may lie in several places.
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.sql, other.sql) || self.sql == other.sql
    }

    /// Whether it answers with rows.
    pub(super) fn has_rows(&self) -> bool {
        self.shape.has_rows
    }

    /// How it is merged, if it can be.
    pub(super) fn merge(&self) -> Option<&Merge> {
        self.shape.merge.as_ref().filter(|_| !self.refused.load(Ordering::Relaxed))
    }

    /// From now on it is run row by row.
    pub(super) fn refuse_merging(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    pub(super) fn plain(&self) -> String {
        self.text.clone()
    }

    pub(super) fn guarded(&self) -> String {
        shape::guarded(&self.text, self.shape.has_rows)
    }

    pub(super) fn merged(&self, types: &[&str], guarded: bool) -> String {
        self.shape.merge.as_ref().map_or_else(String::new, |merge| merge.sql(&self.text, types, guarded))
    }
}
