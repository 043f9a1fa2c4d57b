//! Lives here: what a statement's text says about itself: whether it answers with rows, and how it can be run once for
//! the parameter rows of many writes.
//! Not here: the words it is made of (`words`), running it (`link`, `group`).
//!
//! A merged statement takes one array for each parameter and reads them side by side with `unnest`. What it does must
//! not depend on the order of its rows, so rows with equal keys never share one: those would touch the same row of the
//! table.

use std::ops::Range;

use super::words::{Word, is_column, words};

/// What is known of a statement from its text.
#[derive(Debug)]
pub(super) struct Shape {
    /// Whether it answers with rows.
    pub(super) has_rows: bool,
    /// How it is merged; none when it must be run row by row.
    pub(super) merge: Option<Merge>,
}

/// How one statement is made for many parameter rows.
#[derive(Debug)]
pub(super) struct Merge {
    kind: Kind,
    /// The positions of the parameters that say which row of the table is meant. Never empty, but for an insert that
    /// takes whatever comes.
    pub(super) keys: Vec<usize>,
    /// Everything before the place where the rows are read.
    head: Range<usize>,
    /// Everything after it.
    tail: Range<usize>,
    /// The values of an insert, which become its `select`.
    values: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Insert,
    Update,
    Delete,
}

impl Shape {
    pub(super) fn of(sql: &str) -> Self {
        let words = words(sql);
        let first = words.first().map_or("", |word| word.text);
        let returns = words.iter().any(|word| word.text == "returning");
        let has_rows = returns || matches!(first, "select" | "with" | "values" | "show" | "explain");
        let merge = match first {
            _ if has_rows || words.iter().any(|word| word.text == "select") => None,
            "insert" => insert(sql, &words),
            "update" => changed(sql, &words, Kind::Update),
            "delete" => changed(sql, &words, Kind::Delete),
            _ => None,
        };
        Self { has_rows, merge }
    }
}

impl Merge {
    /// The statement for many rows, whose parameters have these types. A guard fails unless each row did exactly one.
    pub(super) fn sql(&self, sql: &str, types: &[&str], guarded: bool) -> String {
        let (arrays, names): (Vec<String>, Vec<String>) = types
            .iter()
            .enumerate()
            .map(|(at, name)| (format!("${}::{name}[]", at + 1), format!("p{}", at + 1)))
            .unzip();
        let (arrays, names) = (arrays.join(", "), names.join(", "));
        let source = format!("unnest({arrays}) with ordinality as v({names}, o)");
        let [head, tail, values] =
            [&self.head, &self.tail, &self.values].map(|part| named(&sql[part.clone()]));
        let merged = match self.kind {
            Kind::Insert => format!("{head} select {values} from {source} {tail}"),
            Kind::Update => format!("{head} from {source} {tail}"),
            Kind::Delete => format!("{head} using {source} {tail}"),
        };
        let Some(first) = types.first().filter(|_| guarded) else { return merged };
        // An insert makes at most one row for each of its own; an update could do two for one and none for another.
        let (seen, each) = match self.kind {
            Kind::Insert => ("1 as o", "g.n"),
            Kind::Update | Kind::Delete => ("v.o as o", "g.m"),
        };
        format!(
            "with s as ({merged} returning {seen}), g as (select count(*) as n, count(distinct o) as m from s) \
             select 1 / (case when g.n = cardinality($1::{first}[]) and {each} = g.n then 1 else 0 end) from g"
        )
    }
}

/// A statement for one row that fails unless it does or answers with exactly one. Its rows follow the first column.
pub(super) fn guarded(sql: &str, has_rows: bool) -> String {
    if has_rows {
        format!(
            "with s as ({sql}), g as (select count(*) as n from s) \
             select 1 / (case when g.n = 1 then 1 else 0 end), s.* from g left join s on true"
        )
    } else {
        format!(
            "with s as ({sql} returning 1), g as (select count(*) as n from s) \
             select 1 / (case when g.n = 1 then 1 else 0 end) from g"
        )
    }
}

/// A part of a statement with the columns of `v` for its parameters.
fn named(part: &str) -> String {
    let mut text = String::with_capacity(part.len() + 32);
    let mut end = 0;
    for word in words(part) {
        if let Some(position) = word.parameter() {
            text.push_str(&part[end..word.start]);
            text.push_str(&format!("v.p{}", position + 1));
            end = word.end();
        }
    }
    text.push_str(&part[end..]);
    text
}

/// `insert into t (columns) values (…)`, with or without `on conflict`.
fn insert(sql: &str, words: &[Word<'_>]) -> Option<Merge> {
    let values = words.iter().position(|word| word.depth == 0 && word.text == "values")?;
    let (open, close) = (words.get(values + 1)?, closing(words, values + 1)?);
    let after = &words[close + 1..];
    if open.text != "(" || after.iter().any(|word| word.parameter().is_some() || word.text == ",") {
        // A parameter there would have to come from a row, and a comma there may be a second row.
        let listed = after.first().is_some_and(|word| word.text == "on");
        if !listed || after.iter().any(|word| word.parameter().is_some()) {
            return None;
        }
    }
    let columns_open = words[..values].iter().position(|word| word.text == "(")?;
    let columns: Vec<&str> = words[columns_open + 1..values]
        .iter()
        .filter(|word| word.depth == 1 && is_column(word.text))
        .map(|word| word.text)
        .collect();
    let given = arguments(&words[values + 2..close]);
    let keys = match after {
        [] => Vec::new(),
        [on, conflict, open, ..] if on.text == "on" && conflict.text == "conflict" && open.text == "(" => {
            let target = after[3..].iter().take_while(|word| word.text != ")");
            let key = |column: &str| {
                let at = columns.iter().position(|known| *known == column)?;
                match given.get(at)?.as_slice() {
                    [word] => word.parameter(),
                    _ => None,
                }
            };
            target.filter(|word| word.text != ",").map(|word| key(word.text)).collect::<Option<Vec<_>>>()?
        }
        _ => return None,
    };
    Some(Merge {
        kind: Kind::Insert,
        keys,
        head: 0..words[values].start,
        tail: words[close].end()..sql.len(),
        values: open.end()..words[close].start,
    })
}

/// `update t set … where …` or `delete from t where …`, of one table, whose rows are told by columns that stay.
fn changed(sql: &str, words: &[Word<'_>], kind: Kind) -> Option<Merge> {
    let plain = match kind {
        Kind::Update => words.get(2)?.text == "set",
        _ => words.get(1)?.text == "from" && words.get(3)?.text == "where",
    };
    let top = |name: &str| words.iter().position(|word| word.depth == 0 && word.text == name);
    let condition = top("where")?;
    let read = words.iter().any(|word| matches!(word.text, "from" | "using" | "between"));
    if !plain || top("or").is_some() || (read && kind == Kind::Update) {
        return None;
    }
    let mut set = Vec::new();
    for pair in words[..condition].windows(3) {
        if pair[0].depth == 0 && matches!(pair[0].text, "set" | ",") && pair[2].text == "=" {
            set.push(pair[1].text);
        }
    }
    let mut keys = Vec::new();
    for test in words[condition + 1..].split(|word| word.depth == 0 && word.text == "and") {
        if let [column, equals, value] = test
            && equals.text == "="
            && is_column(column.text)
            && !set.contains(&column.text)
            && let Some(position) = value.parameter()
        {
            keys.push(position);
        }
    }
    let start = words[condition].start;
    let place = Merge { kind, keys, head: 0..start, tail: start..sql.len(), values: 0..0 };
    (!place.keys.is_empty()).then_some(place)
}

/// Where the bracket at `open` is closed.
fn closing(words: &[Word<'_>], open: usize) -> Option<usize> {
    let depth = words.get(open)?.depth;
    let after = words.iter().enumerate().skip(open + 1);
    after.filter(|(_, word)| word.depth == depth && word.text == ")").map(|(at, _)| at).next()
}

/// What stands between the commas of a list at depth 1.
fn arguments<'w, 's>(words: &'w [Word<'s>]) -> Vec<Vec<&'w Word<'s>>> {
    words.split(|word| word.depth == 1 && word.text == ",").map(|part| part.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(sql: &str, types: &[&str], guarded: bool) -> Option<(String, Vec<usize>)> {
        let merge = Shape::of(sql).merge?;
        Some((merge.sql(sql, types, guarded), merge.keys))
    }

    #[test]
    fn an_insert_reads_its_rows_side_by_side() {
        let sql = "insert into t (a, b, c) values ($2, 'x, y', $1)";
        let (merged, keys) = merged(sql, &["int8", "text"], false).expect("it can be merged");
        assert_eq!(
            merged,
            "insert into t (a, b, c)  select v.p2, 'x, y', v.p1 from \
             unnest($1::int8[], $2::text[]) with ordinality as v(p1, p2, o) "
        );
        assert_eq!(keys, [0; 0]);
    }

    #[test]
    fn an_upsert_is_keyed_by_what_it_conflicts_on() {
        let sql =
            "insert into t (a, b, c) values ($3, $1, lower($2)) on conflict (a, b) where c is null do update
            set c = excluded.c, b = t.b";
        assert_eq!(merged(sql, &["int8"; 3], false).expect("it can be merged").1, [2, 0]);
        let computed = "insert into t (a) values (lower($1)) on conflict (a) do nothing";
        assert_eq!(merged(computed, &["text"], false), None, "its key is not known beforehand");
        let two = "insert into t (a) values ($1), ($2)";
        assert_eq!(merged(two, &["text"; 2], false), None);
    }

    #[test]
    fn an_update_is_keyed_by_columns_that_it_leaves_alone() {
        let sql = "update t set version = $3, data = 'where' where number = $2 and domain_id = $1 and version = $3 - 1";
        let (merged, keys) = merged(sql, &["int8"; 3], true).expect("it can be merged");
        assert_eq!(keys, [1, 0]);
        assert_eq!(
            merged,
            "with s as (update t set version = v.p3, data = 'where'  from unnest($1::int8[], $2::int8[], $3::int8[]) \
             with ordinality as v(p1, p2, p3, o) where number = v.p2 and domain_id = v.p1 and version = v.p3 - 1 \
             returning v.o as o), g as (select count(*) as n, count(distinct o) as m from s) \
             select 1 / (case when g.n = cardinality($1::int8[]) and g.m = g.n then 1 else 0 end) from g"
        );
        let moves = "update t set version = version + 1 where id = $1 and version = $2";
        assert_eq!(Shape::of(moves).merge.expect("it can be merged").keys, [0]);
    }

    #[test]
    fn a_delete_is_keyed_like_an_update() {
        let (merged, keys) =
            merged("delete from t where a = $1 and b < $2", &["int8", "int8"], false).expect("merged");
        assert_eq!(keys, [0]);
        assert!(merged.starts_with("delete from t  using unnest("), "{merged}");
    }

    #[test]
    fn what_could_touch_one_row_twice_or_reads_others_is_run_row_by_row() {
        for sql in [
            "update t set a = $1",
            "update t set a = 1 where a = $1",
            "update t set a = 1 where b = $1 or c = $2",
            "update t set a = 1 where b in (select b from u where c = $1)",
            "update t set a = $2 where b = $1 returning a",
            "delete from t where a < $1",
            "insert into t (a) select b from u where c = $1",
            "insert into t (a) values ($1) returning a",
            "create table t (a bigint)",
        ] {
            assert!(Shape::of(sql).merge.is_none(), "{sql}");
        }
    }

    #[test]
    fn a_guard_keeps_the_rows_of_its_statement() {
        assert!(Shape::of("select 1").has_rows && Shape::of("delete from t returning a").has_rows);
        assert!(!Shape::of("update t set a = 'returning'").has_rows);
        assert!(guarded("select a from t", true).contains("s.* from g left join s"));
        assert!(guarded("update t set a = 1", false).contains("update t set a = 1 returning 1)"));
    }
}
