//! Tables `ticket_clients`, `ticket_tags` and `ticket_custom_values`: by which lists one finds a ticket. Texts stand in
//! small letters, since searches compare without case.

use crate::db::{Step, Value};
use model::ids::DomainId;
use model::ticket::{CustomFieldValue, Ticket};
use std::collections::BTreeSet;

/// Characters of a custom value that are kept here; a search compares as many.
pub const VALUE_MAX: usize = 200;

/// A custom value as searches compare it.
#[must_use]
pub fn value_key(value: &str) -> String {
    value.to_lowercase().chars().take(VALUE_MAX).collect()
}

/// What must be written so that a ticket is found by what it holds: nothing for most changes. `before` is none for a new
/// ticket.
pub fn moves(domain: DomainId, before: Option<&Ticket>, after: &Ticket) -> Vec<Step> {
    const CLIENT: &str = "insert into ticket_clients (domain_id, person_id, ticket_number) values ($1, $2, $3) on conflict do nothing";
    const NO_CLIENT: &str =
        "delete from ticket_clients where domain_id = $1 and person_id = $2 and ticket_number = $3";
    const TAG: &str =
        "insert into ticket_tags (domain_id, tag, ticket_number) values ($1, $2, $3) on conflict do nothing";
    const NO_TAG: &str = "delete from ticket_tags where domain_id = $1 and tag = $2 and ticket_number = $3";
    const VALUE: &str = "insert into ticket_custom_values (domain_id, custom_field_id, value, ticket_number)
        values ($1, $2, $3, $4) on conflict do nothing";
    const NO_VALUE: &str = "delete from ticket_custom_values
        where domain_id = $1 and custom_field_id = $2 and value = $3 and ticket_number = $4";
    let mut steps = Vec::new();
    if before.is_none_or(|before| before.clients != after.clients) {
        differ(&mut steps, (CLIENT, NO_CLIENT), domain, after.number, before.map(clients), clients(after));
    }
    if before.is_none_or(|before| before.tags != after.tags) {
        differ(&mut steps, (TAG, NO_TAG), domain, after.number, before.map(tags), tags(after));
    }
    if before.is_none_or(|before| before.custom_fields != after.custom_fields) {
        differ(&mut steps, (VALUE, NO_VALUE), domain, after.number, before.map(values), values(after));
    }
    steps
}

/// A key of a row, between the domain and the ticket's number.
trait Key: Ord {
    fn push(&self, row: &mut Vec<Value>);
}

impl Key for String {
    fn push(&self, row: &mut Vec<Value>) {
        row.push(self.as_str().into());
    }
}

impl Key for (i64, String) {
    fn push(&self, row: &mut Vec<Value>) {
        row.extend([self.0.into(), self.1.as_str().into()]);
    }
}

fn differ<K: Key>(
    steps: &mut Vec<Step>,
    (insert, delete): (&'static str, &'static str),
    domain: DomainId,
    number: i64,
    before: Option<BTreeSet<K>>,
    after: BTreeSet<K>,
) {
    let before = before.unwrap_or_default();
    let row = |key: &K| {
        let mut row = vec![domain.0.into()];
        key.push(&mut row);
        row.push(number.into());
        row
    };
    for (sql, keys) in [(delete, before.difference(&after)), (insert, after.difference(&before))] {
        let rows: Vec<_> = keys.map(row).collect();
        if !rows.is_empty() {
            steps.push(Step::many(sql, rows));
        }
    }
}

fn clients(ticket: &Ticket) -> BTreeSet<String> {
    ticket.clients.iter().map(|client| client.id.to_lowercase()).collect()
}

fn tags(ticket: &Ticket) -> BTreeSet<String> {
    ticket.tags.iter().map(|tag| tag.to_lowercase()).collect()
}

fn values(ticket: &Ticket) -> BTreeSet<(i64, String)> {
    let of = |field: &CustomFieldValue| {
        let items = field.items.iter().map(|item| item.custom_field_item.as_str());
        let texts = field.value.as_deref().into_iter().chain(items).filter(|text| !text.is_empty());
        texts.map(|text| (field.custom_field_id, value_key(text))).collect::<Vec<_>>()
    };
    ticket.custom_fields.iter().flat_map(of).collect()
}
