//! Lives here: that both databases have the same tables, columns, keys and indexes.
//! Not here: how each of them keeps those (its migrations).

use std::collections::BTreeSet;

use store::testing::TestDatabase;
use store::transfer::{self, Kind, LEFT_OUT};

use crate::support::rows;

/// Tables and columns with the family of their type and whether they may be null, as `table.column family null`.
async fn sqlite_columns(database: &TestDatabase) -> BTreeSet<String> {
    const SQL: &str =
        "select t.name, c.name, c.type, c.\"notnull\", c.pk from sqlite_schema t, pragma_table_info(t.name) c
        where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'refinery_%'";
    let found = rows(&database.reader(), SQL, vec![]).await;
    let told = found.iter().map(|row| {
        let family = row.text(2).expect("a type").to_lowercase().replace("integer", "bigint");
        let null = if row.integer(3) == Ok(1) { "not null" } else { "null" };
        let key = row.integer(4).expect("a place in the key");
        format!(
            "{}.{} {family} {null} key {key}",
            row.text(0).expect("a table"),
            row.text(1).expect("a column")
        )
    });
    told.collect()
}

async fn postgres_columns(database: &TestDatabase) -> BTreeSet<String> {
    let sql =
        "select c.table_name, c.column_name, c.data_type, c.is_nullable, coalesce(k.ordinal_position, 0)
        from information_schema.columns c
        left join information_schema.table_constraints t on t.table_schema = c.table_schema
            and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
        left join information_schema.key_column_usage k on k.constraint_name = t.constraint_name
            and k.table_name = c.table_name and k.column_name = c.column_name
        where c.table_schema = 'public' and c.table_name not like 'refinery_%'";
    let told = database.ask(sql).await.into_iter().map(|row| {
        let null = if row[3] == "NO" { "not null" } else { "null" };
        format!("{}.{} {} {null} key {}", row[0], row[1], row[2], row[4])
    });
    told.collect()
}

#[tokio::test]
async fn both_databases_have_the_same_columns_and_keys() {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    let (one, other) = (sqlite_columns(&sqlite).await, postgres_columns(&postgres).await);
    assert!(one.len() > 100, "{one:#?}");
    let differing: Vec<_> = one.symmetric_difference(&other).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

/// The indexes that were made by name, as `table.name columns`; a partial one says that it is one.
#[tokio::test]
async fn both_databases_have_the_same_indexes() {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    const SQL: &str =
        "select t.name, i.name, (select group_concat(name) from (select name from pragma_index_info(i.name)
            order by seqno)), i.\"unique\", i.partial
        from sqlite_schema t, pragma_index_list(t.name) i
        where t.type = 'table' and i.origin = 'c' order by 1, 2";
    let found = rows(&sqlite.reader(), SQL, vec![]).await;
    let text = |row: &store::db::Row, at| row.text(at).expect("a text").to_owned();
    let number = |row: &store::db::Row, at| row.integer(at).expect("a number").to_string();
    let one: BTreeSet<Vec<String>> = found
        .iter()
        .map(|row| vec![text(row, 0), text(row, 1), text(row, 2), number(row, 3), number(row, 4)])
        .collect();
    let sql = "select t.relname, i.relname, (select string_agg(a.attname, ',' order by k.place)
            from unnest(x.indkey) with ordinality k (number, place)
            join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number),
            x.indisunique::int, (x.indpred is not null)::int
        from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
        where t.relnamespace = 'public'::regnamespace
            and not exists (select 1 from pg_constraint c where c.conindid = i.oid)";
    let other: BTreeSet<Vec<String>> = postgres.ask(sql).await.into_iter().collect();
    assert!(one.len() > 8, "{one:#?}");
    let differing: Vec<_> = one.symmetric_difference(&other).collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[tokio::test]
async fn the_list_of_what_is_carried_over_is_whole() {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    let listed: BTreeSet<String> = transfer::tables()
        .iter()
        .flat_map(|table| {
            table.columns.iter().enumerate().map(|(at, column)| {
                let kind = match column.kind {
                    Kind::Integer => "bigint",
                    Kind::Text => "text",
                    Kind::Boolean => "boolean",
                };
                let key = table.key.iter().position(|place| *place == at).map_or(0, |place| place + 1);
                format!("{}.{} {kind} key {key}", table.name, column.name)
            })
        })
        .collect();
    for found in [sqlite_columns(&sqlite).await, postgres_columns(&postgres).await] {
        let is_carried =
            |line: &&String| !LEFT_OUT.iter().any(|table| line.starts_with(&format!("{table}.")));
        let found: BTreeSet<String> = found
            .iter()
            .filter(is_carried)
            .map(|line| line.replace(" not null", "").replace(" null", ""))
            .collect();
        let differing: Vec<_> = listed.symmetric_difference(&found).collect();
        assert!(differing.is_empty(), "{differing:#?}");
    }
}
