//! The one list of tables, columns, types and keys that are carried over, and the statements that follow from it. A test
//! compares the list with what both databases really have.
//! Not here: the carrying (`transfer`).

use std::sync::LazyLock;

/// Tables that are not carried over: `nodes` tells who works on a database now, and `ticket_numbers` begins after the
/// highest ticket when it is first used.
pub const LEFT_OUT: [&str; 2] = ["nodes", "ticket_numbers"];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A `bigint`.
    Integer,
    /// A `text`.
    Text,
    /// A `boolean`.
    Boolean,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
}

/// A table and the statements that carry it over.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// All columns.
    pub columns: Vec<Column>,
    /// The columns of its primary key, as places among all.
    pub key: Vec<usize>,
    /// How many rows are read at once: fewer where one may be large.
    pub(super) slice: i64,
    /// How many rows there are.
    pub(super) count: &'static str,
    /// The first rows by key; `$1` is how many.
    pub(super) first: &'static str,
    /// The rows behind a key; the last number is how many.
    pub(super) next: &'static str,
    /// Makes a row, unless it is there.
    pub(super) insert: &'static str,
}

/// Rows read at once.
const SLICE: i64 = 500;
/// The same of tables whose rows hold bodies.
const SLICE_LARGE: i64 = 50;

/// Name, rows at once, key, columns with their types. In an order in which no row comes before one that it refers to.
const TABLES: [(&str, i64, &str, &str); 31] = [
    (
        "domains",
        SLICE,
        "domain_id",
        "domain_id bigint, name text, locale text, config_revision bigint, classification text, host_names text, \
         suspended boolean, created_at_ms bigint",
    ),
    ("instance", SLICE, "id", "id bigint, key_mark text"),
    (
        "access_profiles",
        SLICE,
        "domain_id, profile_id",
        "domain_id bigint, profile_id bigint, name text, name_folded text, user_type text, is_default boolean, \
         grants text",
    ),
    (
        "teams",
        SLICE,
        "domain_id, team_id",
        "domain_id bigint, team_id bigint, name text, name_folded text, is_active boolean, former_names text",
    ),
    (
        "persons",
        SLICE,
        "domain_id, person_id",
        "domain_id bigint, person_id text, version bigint, name_folded text, email_folded text, \
         user_name_folded text, person_type bigint, profile_type bigint, profile_id bigint, is_active boolean, \
         data text, created_at_ms bigint, changed_at_ms bigint",
    ),
    (
        "person_links",
        SLICE,
        "domain_id, person_id, organization_id",
        "domain_id bigint, person_id text, organization_id text, position bigint",
    ),
    (
        "team_members",
        SLICE,
        "domain_id, team_id, person_id",
        "domain_id bigint, team_id bigint, person_id text",
    ),
    (
        "api_keys",
        SLICE,
        "domain_id, key_id",
        "domain_id bigint, key_id bigint, hash text, name text, person_id text, profile_id bigint, \
         rotated_from bigint, created_at_ms bigint, last_used_at_ms bigint, expires_at_ms bigint",
    ),
    (
        "logins",
        SLICE,
        "domain_id, person_id",
        "domain_id bigint, person_id text, password_hash text, must_change boolean, changed_at_ms bigint",
    ),
    ("login_names", SLICE, "domain_id, name", "domain_id bigint, name text, person_id text"),
    (
        "sessions",
        SLICE,
        "domain_id, session_id",
        "domain_id bigint, session_id bigint, hash text, person_id text, created_at_ms bigint, seen_at_ms bigint, \
         ends_at_ms bigint, user_agent text, source text",
    ),
    (
        "triggers",
        SLICE,
        "domain_id, trigger_id",
        "domain_id bigint, trigger_id bigint, revision bigint, position bigint, name text, enabled boolean, \
         draft text, integration_id bigint, created_at_ms bigint, updated_at_ms bigint",
    ),
    (
        "trigger_revisions",
        SLICE,
        "domain_id, trigger_id, revision",
        "domain_id bigint, trigger_id bigint, revision bigint, config_revision bigint, position bigint, \
         deleted boolean, draft text, saved_by text, saved_at_ms bigint",
    ),
    (
        "trigger_firings",
        SLICE,
        "domain_id, trigger_id",
        "domain_id bigint, trigger_id bigint, fired bigint, last_fired_at_ms bigint",
    ),
    (
        "endpoints",
        SLICE,
        "domain_id, endpoint_id",
        "domain_id bigint, endpoint_id bigint, url text, secret text, previous_secret text, previous_until_ms bigint, \
         paused boolean, pause_reason text, last_delivered_at_ms bigint, created_at_ms bigint",
    ),
    (
        "integrations",
        SLICE,
        "domain_id, integration_id",
        "domain_id bigint, integration_id bigint, name text, enabled boolean, settings text, secret text, \
         peer_secret text, api_key text, created_at_ms bigint",
    ),
    (
        "integration_tickets",
        SLICE,
        "domain_id, integration_id, ticket_number",
        "domain_id bigint, integration_id bigint, ticket_number bigint, remote_number bigint, seen_version bigint, \
         linked_version bigint",
    ),
    (
        "integration_actions",
        SLICE,
        "domain_id, integration_id, ticket_number, remote_number, remote_action",
        "domain_id bigint, integration_id bigint, ticket_number bigint, remote_number bigint, remote_action bigint, \
         action_id bigint, files text",
    ),
    (
        "tickets",
        SLICE,
        "domain_id, number",
        "domain_id bigint, number bigint, version bigint, last_change_id bigint, status text, base_status text, \
         urgency text, owner_id text, owner_team text, created_by_id text, visibility bigint, is_deleted boolean, \
         created_at_ms bigint, updated_at_ms bigint, updated_hour bigint, data text",
    ),
    (
        "ticket_clients",
        SLICE,
        "domain_id, person_id, ticket_number",
        "domain_id bigint, person_id text, ticket_number bigint",
    ),
    (
        "ticket_tags",
        SLICE,
        "domain_id, tag, ticket_number",
        "domain_id bigint, tag text, ticket_number bigint",
    ),
    (
        "ticket_custom_values",
        SLICE,
        "domain_id, custom_field_id, value, ticket_number",
        "domain_id bigint, custom_field_id bigint, value text, ticket_number bigint",
    ),
    (
        "ticket_actions",
        SLICE,
        "domain_id, ticket_number, action_id",
        "domain_id bigint, ticket_number bigint, action_id bigint, created_at_ms bigint, data text",
    ),
    (
        "files",
        SLICE,
        "domain_id, file_key",
        "domain_id bigint, file_key text, ticket_number bigint, action_id bigint, name text, size_bytes bigint, \
         sha256 text, content_type text, created_by text, created_at_ms bigint",
    ),
    (
        "ticket_histories",
        SLICE,
        "domain_id, ticket_number, ticket_version, position",
        "domain_id bigint, ticket_number bigint, ticket_version bigint, position bigint, at_ms bigint, data text",
    ),
    (
        "changes",
        SLICE,
        "change_id",
        "change_id bigint, domain_id bigint, previous_change_id bigint, ticket_number bigint, ticket_version bigint, \
         at_ms bigint, data text",
    ),
    (
        "payloads",
        SLICE_LARGE,
        "payload_id",
        "payload_id bigint, domain_id bigint, truncated boolean, body text",
    ),
    (
        "deliveries",
        SLICE,
        "delivery_id",
        "delivery_id bigint, domain_id bigint, endpoint_id bigint, payload_id bigint, change_id bigint, \
         trigger_id bigint, trigger_revision bigint, trigger_name text, ticket_number bigint, ticket_version bigint, \
         cause_root bigint, cause_depth bigint, cause_integration bigint, state text, round bigint, attempts bigint, interrupted bigint, \
         due_at_ms bigint, lease_owner bigint, failed_at_ms bigint, error text, status_code bigint, \
         created_at_ms bigint, updated_at_ms bigint",
    ),
    (
        "attempts",
        SLICE,
        "domain_id, delivery_id, attempt_id",
        "domain_id bigint, delivery_id bigint, attempt_id bigint, round bigint, number bigint, started_at_ms bigint, \
         verdict_at_ms bigint, ended_at_ms bigint, outcome text, status_code bigint, error text, response_head text, \
         response_body text, response_truncated boolean",
    ),
    (
        "notices",
        SLICE,
        "domain_id, notice_id",
        "domain_id bigint, notice_id bigint, kind text, subject text, endpoint_id bigint, trigger_id bigint, \
         ticket_number bigint, text text, count bigint, gave_up bigint, revision bigint, opened_at_ms bigint, \
         updated_at_ms bigint, recovered_at_ms bigint",
    ),
    (
        "notice_reads",
        SLICE,
        "domain_id, notice_id, person_id",
        "domain_id bigint, notice_id bigint, person_id text, revision bigint",
    ),
];

/// The tables that are carried over, in their order.
pub fn all() -> &'static [Table] {
    static ALL: LazyLock<Vec<Table>> = LazyLock::new(|| TABLES.iter().map(Table::of).collect());
    &ALL
}

impl Table {
    fn of(&(name, slice, key, columns): &(&'static str, i64, &'static str, &'static str)) -> Self {
        let columns: Vec<Column> = columns.split(',').filter_map(Column::of).collect();
        let key_names: Vec<&str> = key.split(", ").collect();
        let place = |name: &&str| columns.iter().position(|column| column.name == *name);
        let places: Vec<usize> = key_names.iter().filter_map(place).collect();
        let listed = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
        let numbers = |count: usize| (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let (behind, limit) = (numbers(places.len()), places.len() + 1);
        // Made once from the list, and kept as long as the process: the seam knows statements by their address.
        Self {
            name,
            slice,
            count: format!("select count(*) from {name}").leak(),
            first: format!("select {listed} from {name} order by {key} limit $1").leak(),
            next: format!(
                "select {listed} from {name} where ({key}) > ({behind}) order by {key} limit ${limit}"
            )
            .leak(),
            insert: format!(
                "insert into {name} ({listed}) values ({}) on conflict do nothing",
                numbers(columns.len())
            )
            .leak(),
            key: places,
            columns,
        }
    }
}

impl Column {
    /// A name and a type.
    fn of(text: &'static str) -> Option<Self> {
        let (name, kind) = text.trim().split_once(' ')?;
        let kind = match kind {
            "bigint" => Kind::Integer,
            "text" => Kind::Text,
            _ => Kind::Boolean,
        };
        Some(Self { name, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_follow_from_the_list() {
        let table = all().iter().find(|table| table.name == "team_members").expect("it is listed");
        assert_eq!(
            table.first,
            "select domain_id, team_id, person_id from team_members order by domain_id, team_id, person_id limit $1"
        );
        assert_eq!(
            table.next,
            "select domain_id, team_id, person_id from team_members where (domain_id, team_id, person_id) > \
             ($1, $2, $3) order by domain_id, team_id, person_id limit $4"
        );
        assert_eq!(
            table.insert,
            "insert into team_members (domain_id, team_id, person_id) values ($1, $2, $3) on conflict do nothing"
        );
        assert_eq!(table.key, [0, 1, 2]);
    }
}
