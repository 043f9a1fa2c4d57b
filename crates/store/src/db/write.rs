//! Lives here: a write and a query as values, and what a write answers.
//! Not here: running them (`sqlite`), composing the product's own writes (the table files).

use std::sync::Arc;

use super::{Row, Value};

/// What each parameter row of a step must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Change or return any number of rows, none included.
    Any,
    /// Change or return exactly one row. Otherwise the whole write is Stale and changes nothing.
    One,
}

/// One statement of a write, run once for each of its parameter rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The statement, with `$1`, `$2`, … for the values of a row.
    pub sql: &'static str,
    /// The parameter rows; every one has as many values as the statement has numbers.
    pub rows: Vec<Vec<Value>>,
    /// What each row must do.
    pub expect: Expect,
}

impl Step {
    /// A statement that may change any number of rows.
    #[must_use]
    pub fn new(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, rows: vec![params], expect: Expect::Any }
    }

    /// A statement that must change or return exactly one row.
    #[must_use]
    pub fn guarded(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, rows: vec![params], expect: Expect::One }
    }

    /// A statement for many parameter rows. Bulk work comes in slices of 500.
    #[must_use]
    pub fn many(sql: &'static str, rows: Vec<Vec<Value>>) -> Self {
        Self { sql, rows, expect: Expect::Any }
    }

    /// Whether the whole write depends on it.
    #[must_use]
    pub fn is_guard(&self) -> bool {
        self.expect == Expect::One
    }

    fn bytes(&self) -> usize {
        self.rows.iter().flatten().map(Value::bytes).sum()
    }
}

/// All the steps of one decision: they happen together or not at all. Guards stand first. Clones share the steps, so
/// that whoever may have to repeat a write keeps it at no cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    steps: Arc<Vec<Step>>,
    bytes: usize,
    proof: Option<Query>,
}

impl Write {
    /// A write without steps.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This write with one more step.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.push(step);
        self
    }

    /// Adds a step.
    pub fn push(&mut self, step: Step) {
        debug_assert!(
            step.expect == Expect::Any || self.steps.last().is_none_or(|last| last.expect == Expect::One),
            "guards stand first, so that a miss has changed nothing: {}",
            step.sql
        );
        self.bytes += step.bytes();
        Arc::make_mut(&mut self.steps).push(step);
    }

    /// This write with a question that has a row as soon as the write is stored, and not before: whoever repeats a write
    /// whose end is unknown learns from it whether a guard missed because of the write itself.
    #[must_use]
    pub fn proved_by(mut self, proof: Query) -> Self {
        self.proof = Some(proof);
        self
    }

    /// What tells whether the write is stored.
    #[must_use]
    pub fn proof(&self) -> Option<&Query> {
        self.proof.as_ref()
    }

    /// Roughly what the write's parameters weigh; what a group of writes is limited by.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps, in their order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl FromIterator<Step> for Write {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        steps.into_iter().fold(Self::new(), Self::step)
    }
}

/// What a committed write answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// One entry for each step: the rows its `returning` gave, in the order of its parameter rows.
    pub returned: Vec<Vec<Row>>,
}

/// One question to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The statement, with `$1`, `$2`, … for the values.
    pub sql: &'static str,
    /// The values.
    pub params: Vec<Value>,
}

impl Query {
    /// A question with its values.
    #[must_use]
    pub fn new(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, params }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_knows_its_weight() {
        let light = Write::new().step(Step::new("a", vec![1.into()]));
        let heavy = light.clone().step(Step::many("b", vec![vec!["x".repeat(1000).into()]; 3]));
        assert!(Write::new().is_empty() && Write::new().bytes() == 0);
        assert!(heavy.bytes() >= light.bytes() + 3000, "{} {}", light.bytes(), heavy.bytes());
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "guards stand first")]
    fn a_guard_after_a_plain_step_is_a_bug() {
        let _ = Write::new().step(Step::new("a", vec![])).step(Step::guarded("b", vec![]));
    }
}
