//! Lives here: which statements a group of writes becomes: equal ones of different writes are one, and each write's own
//! order is kept.
//! Not here: the text of a merged statement (`shape`), running them (`group`).

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::catalog::{Catalog, Entry, Form};
use crate::db::{Expect, Step, Value, Write};

/// One statement to be sent.
#[derive(Debug)]
pub(super) struct Batch<'w> {
    pub(super) entry: Arc<Entry>,
    pub(super) rows: Vec<&'w [Value]>,
    /// Which write and which of its steps its answer belongs to; of the first row, but only single ones have answers.
    pub(super) owner: (usize, usize),
    expect: Expect,
    /// Hashes of the keys of its rows; equal hashes count as equal keys.
    keys: HashSet<u64>,
}

impl<'w> Batch<'w> {
    /// A statement for one row of a step.
    pub(super) fn one(entry: &Arc<Entry>, step: &Step, row: &'w [Value], owner: (usize, usize)) -> Self {
        Self { entry: Arc::clone(entry), rows: vec![row], owner, expect: step.expect, keys: HashSet::new() }
    }

    pub(super) fn form(&self) -> Form {
        match (self.rows.len(), self.expect) {
            (..2, Expect::Any) => Form::Plain,
            (..2, Expect::One) => Form::Guarded,
            (_, Expect::Any) => Form::Merged,
            (_, Expect::One) => Form::MergedGuarded,
        }
    }

    /// In the order of their keys, which is the same on every node: so two groups do not wait for each other.
    fn sort(&mut self) {
        let Some(merge) = self.entry.merge() else { return };
        self.rows.sort_by(|one, other| {
            let pairs = merge.keys.iter().map(|&key| (one.get(key), other.get(key)));
            pairs
                .map(|(one, other)| compare(one, other))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
    }
}

/// The statements of some writes, given with their places among all of the group's.
pub(super) fn plan<'w>(writes: &[(usize, &'w Write)], catalog: &Catalog) -> Vec<Batch<'w>> {
    let mut batches: Vec<Batch<'w>> = Vec::new();
    for (number, write) in writes {
        // A step may not come before what stands before it.
        let mut from = 0;
        for (at, step) in write.steps().iter().enumerate() {
            let entry = catalog.entry(step.sql);
            let mut last = from;
            for row in &step.rows {
                let place = place(&mut batches, from, &entry, step, row).unwrap_or_else(|| {
                    let mut batch = Batch::one(&entry, step, row, (*number, at));
                    batch.keys.extend(key(&entry, row));
                    batches.push(batch);
                    batches.len() - 1
                });
                last = last.max(place);
            }
            from = last;
        }
    }
    batches.iter_mut().filter(|batch| batch.rows.len() > 1).for_each(Batch::sort);
    batches
}

/// Adds the row to a statement that is there already, and tells which.
fn place<'w>(
    batches: &mut [Batch<'w>],
    from: usize,
    entry: &Arc<Entry>,
    step: &Step,
    row: &'w [Value],
) -> Option<usize> {
    let merge = entry.merge()?;
    // An array is needed to know how many rows there are.
    if row.is_empty() {
        return None;
    }
    let key = key(entry, row);
    for (at, batch) in batches.iter_mut().enumerate().skip(from) {
        let same = batch.entry.is(entry) && batch.expect == step.expect;
        if same && (merge.keys.is_empty() || key.is_some_and(|key| batch.keys.insert(key))) {
            batch.rows.push(row);
            return Some(at);
        }
    }
    None
}

/// The hash of what tells which row of the table is meant.
fn key(entry: &Entry, row: &[Value]) -> Option<u64> {
    let merge = entry.merge()?;
    let mut hasher = DefaultHasher::new();
    for &position in &merge.keys {
        match row.get(position)? {
            Value::Null => hasher.write_u8(0),
            Value::Integer(number) => number.hash(&mut hasher),
            Value::Text(text) => text.hash(&mut hasher),
            Value::Boolean(value) => value.hash(&mut hasher),
        }
    }
    Some(hasher.finish())
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::Integer(one)), Some(Value::Integer(other))) => one.cmp(other),
        (Some(Value::Text(one)), Some(Value::Text(other))) => one.cmp(other),
        (Some(Value::Boolean(one)), Some(Value::Boolean(other))) => one.cmp(other),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUMP: &str = "update t set version = version + 1 where id = $1 and version = $2";
    const NOTE: &str = "insert into n (id, t) values ($1, $2)";
    const TAKE: &str = "update t set a = 1 where id = $1 returning id";

    fn bump(id: i64) -> Step {
        Step::guarded(BUMP, vec![id.into(), 1.into()])
    }

    fn note(id: i64) -> Step {
        Step::new(NOTE, vec![id.into(), id.into()])
    }

    fn told(writes: &[Write]) -> Vec<(&'static str, Vec<i64>)> {
        let writes: Vec<(usize, &Write)> = writes.iter().enumerate().collect();
        let catalog = Catalog::default();
        let name = |batch: &Batch<'_>| {
            [BUMP, NOTE, TAKE].into_iter().find(|sql| batch.entry.is(&catalog.entry(sql)))
        };
        let first = |row: &&[Value]| if let Value::Integer(id) = row[0] { id } else { panic!("no number") };
        let batches = plan(&writes, &catalog);
        batches
            .iter()
            .map(|batch| (name(batch).expect("known"), batch.rows.iter().map(first).collect()))
            .collect()
    }

    #[test]
    fn equal_statements_of_different_writes_are_one_in_the_order_of_their_keys() {
        let writes = [3, 1, 2].map(|id| Write::new().step(bump(id)).step(note(id)));
        assert_eq!(told(&writes), [(BUMP, vec![1, 2, 3]), (NOTE, vec![3, 1, 2])]);
    }

    #[test]
    fn a_row_that_is_meant_twice_is_never_in_one_statement() {
        let writes = [1, 2, 1].map(|id| Write::new().step(bump(id)).step(note(id)));
        assert_eq!(told(&writes), [(BUMP, vec![1, 2]), (NOTE, vec![1, 2]), (BUMP, vec![1]), (NOTE, vec![1])]);
    }

    #[test]
    fn the_steps_of_a_write_stay_in_their_order() {
        let writes = [
            Write::new().step(note(1)),
            Write::new().step(bump(2)).step(note(2)),
            Write::new().step(Step::new(TAKE, vec![3.into()])).step(note(3)),
            Write::new().step(Step::new(TAKE, vec![4.into()])),
        ];
        assert_eq!(
            told(&writes),
            [
                (NOTE, vec![1]),
                (BUMP, vec![2]),
                (NOTE, vec![2]),
                (TAKE, vec![3]),
                (NOTE, vec![3]),
                (TAKE, vec![4])
            ]
        );
    }
}
