//! Lists of tickets. Each source goes along an index of its own; the other tests are asked of the rows it gives, most of
//! them without a look beyond the index. Several sources are one list: merged, each ticket once.
//! Not here: which source suits a question (`web`), the row itself (`tickets`).

use crate::db::{Query, ReadError, Reader, Row, Value};
use crate::json;
use crate::tickets::HOUR_MS;
use model::ids::DomainId;
use model::ticket::Ticket;
use std::collections::HashSet;

mod by_month;

/// Statuses that a source other than the status itself can be asked for.
pub const STATUSES_MAX: usize = 8;

/// From where to where, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The least value.
    pub min: i64,
    /// The greatest value.
    pub max: i64,
}

impl Span {
    /// Whatever there may be.
    pub const ALL: Span = Span { min: 0, max: i64::MAX };
}

/// A status with what it means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusPair {
    /// The public API's word.
    pub base: String,
    /// The display name.
    pub status: String,
}

/// What leads to the rows. Reference codes, teams, tags and values are in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// All tickets, by number.
    All,
    /// Those opened within [`Search::created`].
    Created,
    /// Those last changed within [`Search::updated`].
    Updated,
    /// Those of a status that were opened within [`Search::created`].
    Status(StatusPair),
    /// Those of an agent.
    Owner(String),
    /// Those of a team.
    Team(String),
    /// Those that a person opened.
    Creator(String),
    /// Those of a client.
    Client(String),
    /// Those with a tag.
    Tag(String),
    /// Those where a custom field has a value; see [`crate::ticket_members::value_key`].
    Custom(i64, String),
}

/// Which tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What leads to them; a ticket that several lead to comes once.
    pub sources: Vec<Source>,
    /// Their numbers.
    pub numbers: Span,
    /// When they were opened, in milliseconds.
    pub created: Span,
    /// When they were last changed, in milliseconds.
    pub updated: Span,
    /// Their status is one of these, at most [`STATUSES_MAX`]; empty for any.
    pub statuses: Vec<String>,
    /// Deleted ones too.
    pub with_deleted: bool,
    /// Public ones only.
    pub only_public: bool,
}

/// What the rows are sorted by; equal ones by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The number.
    Number,
    /// When they were opened.
    Created,
    /// When they were last changed.
    Updated,
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: By,
    /// The greatest first.
    pub descending: bool,
}

/// A place in a list: that of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its number.
    pub number: i64,
    /// When it was opened, in milliseconds.
    pub created: i64,
    /// When it was last changed, in milliseconds.
    pub updated: i64,
}

impl Place {
    fn key(&self, by: By) -> (i64, i64) {
        match by {
            By::Number => (0, self.number),
            By::Created => (self.created, self.number),
            By::Updated => (self.updated, self.number),
        }
    }
}

/// Which rows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Those behind this place; none for all.
    pub after: Option<Place>,
    /// How many of them are passed over.
    pub skip: i64,
    /// How many are wanted at most.
    pub limit: i64,
}

impl Part {
    /// The first rows.
    #[must_use]
    pub fn first(limit: i64) -> Self {
        Part { after: None, skip: 0, limit }
    }
}

/// What every statement asks of a row. Unbounded ends are asked nothing, so that the index alone can answer. The plus keeps
/// PostgreSQL from making two scans of what is one. The moment of the last change is in no index: rows of the first and the
/// last hour are looked up for it, so that the others need not be.
macro_rules! tests {
    () => {
        " and (cast($2 as bigint) = 0 or t.number >= $2) and (cast($3 as bigint) > 9000000000000000 or t.number <= $3)
        and (cast($4 as bigint) = 0 or t.created_at_ms >= $4) and (cast($5 as bigint) > 9000000000000000 or t.created_at_ms <= $5)
        and (+t.updated_hour > $8 or (+t.updated_hour = $8 and $6 <= (select u.updated_at_ms from tickets u
            where u.domain_id = $1 and u.number = t.number)))
        and (+t.updated_hour < $9 or (+t.updated_hour = $9 and $7 >= (select u.updated_at_ms from tickets u
            where u.domain_id = $1 and u.number = t.number)))
        and (cast($10 as text) is null or t.status = $10 or t.status = $11 or t.status = $12 or t.status = $13
            or t.status = $14 or t.status = $15 or t.status = $16 or t.status = $17)
        and (cast($18 as bigint) = 1 or not t.is_deleted) and (cast($19 as bigint) = 0 or t.visibility = 2) and "
    };
}
use tests;

macro_rules! statement {
    ($from:literal, $driver:literal, $tie:literal, $($order:literal),+) => {
        concat!(
            "select t.number, t.created_at_ms, t.updated_at_ms, t.data
            from (select t.number from ",
            $from,
            " where t.domain_id = $1 and ",
            $driver,
            tests!(),
            $tie,
            " order by ",
            $($order,)+
            " limit $20 offset $21) p join tickets t on t.domain_id = $1 and t.number = p.number"
        )
    };
}

/// The statements of one source: by number, by creation, by update; each ascending and descending.
type Statements = [&'static str; 6];

macro_rules! led_by {
    ($from:literal, $driver:literal, $number:literal) => {
        [
            // The place behind which rows are wanted is within the numbers' span already.
            statement!($from, $driver, "cast($22 as bigint) > -2", $number),
            statement!($from, $driver, "cast($22 as bigint) > -2", $number, " desc"),
            statement!(
                $from,
                $driver,
                "(t.created_at_ms > $4 or t.number > $22)",
                "t.created_at_ms, t.number"
            ),
            statement!(
                $from,
                $driver,
                "(t.created_at_ms < $5 or t.number < $22)",
                "t.created_at_ms desc, t.number desc"
            ),
            statement!(
                $from,
                $driver,
                "(t.updated_at_ms > $6 or t.number > $22)",
                "t.updated_hour, t.updated_at_ms, t.number"
            ),
            statement!(
                $from,
                $driver,
                "(t.updated_at_ms < $7 or t.number < $22)",
                "t.updated_hour desc, t.updated_at_ms desc, t.number desc"
            ),
        ]
    };
}

const ALL: Statements = led_by!("tickets t", "t.number >= $2 and t.number <= $3", "t.number");
const CREATED: Statements =
    led_by!("tickets t", "t.created_at_ms >= $4 and t.created_at_ms <= $5", "t.number");
const UPDATED: Statements = led_by!("tickets t", "t.updated_hour >= $8 and t.updated_hour <= $9", "t.number");
const STATUS: Statements = led_by!(
    "tickets t",
    "t.base_status = $23 and t.status = $24 and t.created_at_ms >= $4 and t.created_at_ms <= $5
            and t.updated_hour >= $8 and t.updated_hour <= $9",
    "t.number"
);
const OWNER: Statements = led_by!("tickets t", "t.owner_id = $23", "t.number");
const TEAM: Statements = led_by!("tickets t", "t.owner_team = $23", "t.number");
const CREATOR: Statements = led_by!("tickets t", "t.created_by_id = $23", "t.number");
const CLIENT: Statements = led_by!(
    "ticket_clients c join tickets t on t.domain_id = c.domain_id and t.number = c.ticket_number",
    "c.domain_id = $1 and c.person_id = $23",
    "c.ticket_number"
);
const TAG: Statements = led_by!(
    "ticket_tags c join tickets t on t.domain_id = c.domain_id and t.number = c.ticket_number",
    "c.domain_id = $1 and c.tag = $23",
    "c.ticket_number"
);
const CUSTOM: Statements = led_by!(
    "ticket_custom_values c join tickets t on t.domain_id = c.domain_id and t.number = c.ticket_number",
    "c.domain_id = $1 and c.custom_field_id = $23 and c.value = $24",
    "c.ticket_number"
);

impl Source {
    /// The statements along its index, and what they ask for.
    fn led(&self) -> (Statements, Vec<Value>) {
        let text = |text: &String| vec![text.as_str().into()];
        match self {
            Source::All => (ALL, Vec::new()),
            Source::Created => (CREATED, Vec::new()),
            Source::Updated => (UPDATED, Vec::new()),
            Source::Status(pair) => (STATUS, vec![pair.base.as_str().into(), pair.status.as_str().into()]),
            Source::Owner(id) => (OWNER, text(id)),
            Source::Team(name) => (TEAM, text(name)),
            Source::Creator(id) => (CREATOR, text(id)),
            Source::Client(id) => (CLIENT, text(id)),
            Source::Tag(tag) => (TAG, text(tag)),
            Source::Custom(field, value) => (CUSTOM, vec![(*field).into(), value.as_str().into()]),
        }
    }

    fn query(&self, domain: DomainId, search: &Search, order: Order, part: Part) -> Query {
        let (statements, own) = self.led();
        let mut params = params(domain, search, order, part);
        params.extend(own);
        let at = match order.by {
            By::Number => 0,
            By::Created => 2,
            By::Updated => 4,
        };
        Query::new(statements[at + usize::from(order.descending)], params)
    }
}

/// What every statement is asked with: `$1` to `$22`.
fn params(domain: DomainId, search: &Search, order: Order, Part { after, skip, limit }: Part) -> Vec<Value> {
    let Search { mut numbers, mut created, mut updated, statuses, .. } = search.clone();
    let mut tie = if order.descending { i64::MAX } else { -1 };
    if let Some(place) = after {
        tie = place.number;
        match (order.by, order.descending) {
            (By::Number, false) => numbers.min = numbers.min.max(place.number.saturating_add(1)),
            (By::Number, true) => numbers.max = numbers.max.min(place.number.saturating_sub(1)),
            (By::Created, false) => created.min = place.created,
            (By::Created, true) => created.max = place.created,
            (By::Updated, false) => updated.min = place.updated,
            (By::Updated, true) => updated.max = place.updated,
        }
    }
    let hour = |ms: i64| ms.div_euclid(HOUR_MS);
    let mut params: Vec<Value> =
        [domain.0, numbers.min, numbers.max, created.min, created.max, updated.min, updated.max]
            .map(Value::from)
            .into();
    params.extend([hour(updated.min).into(), hour(updated.max).into()]);
    params.extend((0..STATUSES_MAX).map(|at| statuses.get(at).map(String::as_str).into()));
    params.extend([i64::from(search.with_deleted).into(), i64::from(search.only_public).into()]);
    params.extend([limit.into(), skip.into(), tie.into()]);
    params
}

fn decode(row: &Row) -> Result<(Place, Ticket), ReadError> {
    let place = Place { number: row.integer(0)?, created: row.integer(1)?, updated: row.integer(2)? };
    Ok((place, json::decode(row.text(3)?, "tickets", "data", place.number)?))
}

/// The tickets of a search in this order.
///
/// # Errors
/// As the reader says.
pub async fn page(
    reader: &Reader,
    domain: DomainId,
    search: &Search,
    order: Order,
    part: Part,
) -> Result<Vec<(Place, Ticket)>, ReadError> {
    if order.by == By::Number
        && let Some(months) = by_month::months(reader, domain, search).await?
    {
        return by_month::page(reader, domain, search, order, part, months).await;
    }
    let Part { after, skip, limit } = part;
    // Of each of several sources all the first rows are needed: nobody knows which of them come first together.
    let of_each = match search.sources.len() {
        1 => part,
        _ => Part { after, skip: 0, limit: skip.saturating_add(limit) },
    };
    let query = |source: &Source| source.query(domain, search, order, of_each);
    let answers = reader.snapshot(search.sources.iter().map(query).collect()).await?;
    let mut found = answers.iter().flatten().map(decode).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|(place, _)| place.key(order.by));
    if order.descending {
        found.reverse();
    }
    if search.sources.len() == 1 {
        return Ok(found);
    }
    let mut seen = HashSet::new();
    found.retain(|(place, _)| seen.insert(place.number));
    Ok(found.into_iter().skip(at_least_none(skip)).take(at_least_none(limit)).collect())
}

fn at_least_none(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// Every status that a ticket of the domain is in, at most 200 of each kind. A few steps in an index for each.
///
/// # Errors
/// As the reader says.
pub async fn statuses(reader: &Reader, domain: DomainId) -> Result<Vec<StatusPair>, ReadError> {
    const SQL: &str = "with recursive known (base, status, place) as (
            select b.base, (select min(t.status) from tickets t where t.domain_id = $1 and t.base_status = b.base), 1
            from (select cast($2 as text) as base) b
            union all
            select k.base, (select min(t.status) from tickets t
                where t.domain_id = $1 and t.base_status = k.base and t.status > k.status), k.place + 1
            from known k where k.status is not null and k.place < 200)
        select base, status from known where status is not null";
    let bases = model::classification::BaseStatus::ALL;
    let query = |base: &model::classification::BaseStatus| {
        Query::new(SQL, vec![domain.0.into(), base.as_str().into()])
    };
    let answers = reader.snapshot(bases.iter().map(query).collect()).await?;
    let pair = |row: &Row| Ok(StatusPair { base: row.text(0)?.to_owned(), status: row.text(1)?.to_owned() });
    answers.iter().flatten().map(pair).collect()
}
