//! Tables `tickets` and `ticket_actions`.

use crate::db::{Query, ReadError, Reader, Step, Value};
use crate::json;
use model::ids::{ChangeId, DomainId};
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use std::sync::Arc;

/// One ticket without its thread.
///
/// # Errors
/// As the reader says.
pub async fn find(reader: &Reader, domain: DomainId, number: i64) -> Result<Option<Ticket>, ReadError> {
    const SQL: &str = "select data from tickets where domain_id = $1 and number = $2";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), number.into()])).await?;
    row.map(|row| json::decode(row.text(0)?, "tickets", "data", number)).transpose()
}

/// One ticket with its whole thread, oldest action first, both of one moment.
///
/// # Errors
/// As the reader says.
pub async fn find_whole(
    reader: &Reader,
    domain: DomainId,
    number: i64,
) -> Result<Option<(Ticket, Vec<TicketAction>)>, ReadError> {
    const TICKET: &str = "select data from tickets where domain_id = $1 and number = $2";
    const ACTIONS: &str =
        "select data from ticket_actions where domain_id = $1 and ticket_number = $2 order by action_id";
    let params: Vec<Value> = vec![domain.0.into(), number.into()];
    let answers =
        reader.snapshot(vec![Query::new(TICKET, params.clone()), Query::new(ACTIONS, params)]).await?;
    let [tickets, actions] = answers.as_slice() else { return Ok(None) };
    let Some(row) = tickets.first() else { return Ok(None) };
    let ticket = json::decode(row.text(0)?, "tickets", "data", number)?;
    let decode = |row: &crate::db::Row| json::decode(row.text(0)?, "ticket_actions", "data", number);
    Ok(Some((ticket, actions.iter().map(decode).collect::<Result<_, _>>()?)))
}

/// A ticket as the next change finds it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The ticket.
    pub ticket: Ticket,
    /// Its newest action; shared, since most changes leave it alone.
    pub latest: Option<Arc<TicketAction>>,
    /// Its newest change.
    pub last_change: ChangeId,
}

/// One ticket as it stands, all of one moment.
///
/// # Errors
/// As the reader says.
pub async fn find_standing(
    reader: &Reader,
    domain: DomainId,
    number: i64,
) -> Result<Option<Standing>, ReadError> {
    // One statement, so that it needs no transaction: many changes begin with it.
    const SQL: &str = "select data, last_change_id, (select a.data from ticket_actions a
            where a.domain_id = $1 and a.ticket_number = $2 order by a.action_id desc limit 1)
        from tickets where domain_id = $1 and number = $2";
    let Some(row) = reader.first(Query::new(SQL, vec![domain.0.into(), number.into()])).await? else {
        return Ok(None);
    };
    let ticket = json::decode(row.text(0)?, "tickets", "data", number)?;
    let latest = row.optional_text(2)?.map(|text| json::decode(text, "ticket_actions", "data", number));
    let latest = latest.transpose()?.map(Arc::new);
    Ok(Some(Standing { ticket, latest, last_change: ChangeId(row.integer(1)?) }))
}

/// One action.
///
/// # Errors
/// As the reader says.
pub async fn find_action(
    reader: &Reader,
    domain: DomainId,
    number: i64,
    action_id: i64,
) -> Result<Option<TicketAction>, ReadError> {
    const SQL: &str =
        "select data from ticket_actions where domain_id = $1 and ticket_number = $2 and action_id = $3";
    let row = reader.first(Query::new(SQL, vec![domain.0.into(), number.into(), action_id.into()])).await?;
    row.map(|row| json::decode(row.text(0)?, "ticket_actions", "data", number)).transpose()
}

/// The newest actions of a ticket before `before`, newest first.
///
/// # Errors
/// As the reader says.
pub async fn actions_before(
    reader: &Reader,
    domain: DomainId,
    number: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<TicketAction>, ReadError> {
    const SQL: &str = "select data from ticket_actions
        where domain_id = $1 and ticket_number = $2 and action_id < $3 order by action_id desc limit $4";
    let params = vec![domain.0.into(), number.into(), before.into(), limit.into()];
    let rows = reader.rows(Query::new(SQL, params)).await?;
    rows.iter().map(|row| json::decode(row.text(0)?, "ticket_actions", "data", number)).collect()
}

/// Tickets in the order of their numbers, after `after`.
///
/// # Errors
/// As the reader says.
pub async fn by_number(
    reader: &Reader,
    domain: DomainId,
    after: i64,
    limit: i64,
) -> Result<Vec<Ticket>, ReadError> {
    const SQL: &str =
        "select data, number from tickets where domain_id = $1 and number > $2 order by number limit $3";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into(), after.into(), limit.into()])).await?;
    rows.iter().map(|row| json::decode(row.text(0)?, "tickets", "data", row.integer(1)?)).collect()
}

/// The highest ticket number of each domain.
///
/// # Errors
/// As the reader says.
pub async fn highest_numbers(reader: &Reader) -> Result<Vec<(DomainId, i64)>, ReadError> {
    const SQL: &str = "select domain_id, coalesce((select max(number) from tickets
        where tickets.domain_id = domains.domain_id), 0) from domains";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter().map(|row| Ok((DomainId(row.integer(0)?), row.integer(1)?))).collect()
}

/// Takes the next `size` numbers of a domain for this node; returns the last of them.
pub fn take_numbers(domain: DomainId, size: i64) -> Step {
    const SQL: &str = "insert into ticket_numbers (domain_id, last)
        values ($1, coalesce((select max(number) from tickets where domain_id = $1), 0) + $2)
        on conflict (domain_id) do update set last = ticket_numbers.last + $2
        returning last";
    Step::new(SQL, vec![domain.0.into(), size.into()])
}

/// Milliseconds of an hour: `updated_hour` counts them.
pub(crate) const HOUR_MS: i64 = 3_600_000;

fn columns(domain: DomainId, ticket: &Ticket, change: ChangeId) -> Vec<Value> {
    let Searched { status, base_status, urgency, owner, team, visibility, is_deleted, hour } =
        Searched::of(ticket);
    vec![
        domain.0.into(),
        ticket.number.into(),
        ticket.version.into(),
        ticket.updated_at.0.into(),
        json::encode(ticket),
        status.into(),
        base_status.into(),
        urgency.into(),
        owner.map(str::to_lowercase).into(),
        team.to_lowercase().into(),
        visibility.into(),
        is_deleted.into(),
        hour.into(),
        change.0.into(),
    ]
}

/// What the columns that searches read hold of a ticket, beside what never changes.
#[derive(PartialEq)]
struct Searched<'t> {
    status: &'t str,
    base_status: &'static str,
    urgency: &'t str,
    owner: Option<&'t str>,
    team: &'t str,
    visibility: i64,
    is_deleted: bool,
    hour: i64,
}

impl<'t> Searched<'t> {
    fn of(ticket: &'t Ticket) -> Self {
        Searched {
            status: &ticket.status,
            base_status: ticket.base_status.as_str(),
            urgency: &ticket.urgency,
            owner: ticket.owner.as_ref().map(|owner| owner.id.as_str()),
            team: &ticket.owner_team,
            visibility: ticket.visibility.into(),
            is_deleted: ticket.is_deleted,
            hour: ticket.updated_at.0.div_euclid(HOUR_MS),
        }
    }
}

/// Makes a ticket by its first change; a number that exists makes the write Stale.
pub fn insert(domain: DomainId, ticket: &Ticket, change: ChangeId) -> Step {
    const SQL: &str =
        "insert into tickets (domain_id, number, version, updated_at_ms, data, status, base_status,
        urgency, owner_id, owner_team, visibility, is_deleted, updated_hour, last_change_id, created_at_ms,
        created_by_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (domain_id, number) do nothing";
    let mut params = columns(domain, ticket, change);
    params.push(ticket.created_at.0.into());
    params.push(ticket.created_by.as_ref().map(|creator| creator.id.to_lowercase()).into());
    Step::guarded(SQL, params)
}

/// Replaces a ticket that still has the version before; otherwise the write is Stale. Most changes leave alone what
/// searches look at: then no index is touched.
pub fn replace(domain: DomainId, before: &Ticket, after: &Ticket, change: ChangeId) -> Step {
    if Searched::of(before) == Searched::of(after) {
        update_data(domain, after, change)
    } else {
        update(domain, after, change)
    }
}

/// Replaces a ticket that still has the version before, with all its columns.
pub fn update(domain: DomainId, ticket: &Ticket, change: ChangeId) -> Step {
    const SQL: &str = "update tickets set version = $3, updated_at_ms = $4, data = $5, status = $6,
        base_status = $7, urgency = $8, owner_id = $9, owner_team = $10, visibility = $11, is_deleted = $12,
        updated_hour = $13, last_change_id = $14
        where domain_id = $1 and number = $2 and version = $3 - 1";
    Step::guarded(SQL, columns(domain, ticket, change))
}

/// Replaces a ticket that still has the version before and differs in nothing that searches look at.
fn update_data(domain: DomainId, ticket: &Ticket, change: ChangeId) -> Step {
    const SQL: &str = "update tickets set version = $3, updated_at_ms = $4, data = $5, last_change_id = $6
        where domain_id = $1 and number = $2 and version = $3 - 1";
    Step::guarded(
        SQL,
        vec![
            domain.0.into(),
            ticket.number.into(),
            ticket.version.into(),
            ticket.updated_at.0.into(),
            json::encode(ticket),
            change.0.into(),
        ],
    )
}

/// Writes actions: new or edited.
pub fn save_actions(domain: DomainId, number: i64, actions: &[TicketAction]) -> Step {
    const SQL: &str = "insert into ticket_actions (domain_id, ticket_number, action_id, created_at_ms, data)
        values ($1, $2, $3, $4, $5) on conflict (domain_id, ticket_number, action_id) do update set data = excluded.data";
    let row = |action: &TicketAction| {
        vec![
            domain.0.into(),
            number.into(),
            action.id.into(),
            action.created_at.0.into(),
            json::encode(action),
        ]
    };
    Step::many(SQL, actions.iter().map(row).collect())
}

/// The threads of several tickets, each oldest action first, all of one moment and in the order of the numbers.
///
/// # Errors
/// As the reader says.
pub async fn threads(
    reader: &Reader,
    domain: DomainId,
    numbers: &[i64],
) -> Result<Vec<Vec<TicketAction>>, ReadError> {
    const SQL: &str =
        "select data from ticket_actions where domain_id = $1 and ticket_number = $2 order by action_id";
    let query = |number: &i64| Query::new(SQL, vec![domain.0.into(), (*number).into()]);
    let answers = reader.snapshot(numbers.iter().map(query).collect()).await?;
    let thread = |(rows, number): (&Vec<crate::db::Row>, &i64)| {
        rows.iter().map(|row| json::decode(row.text(0)?, "ticket_actions", "data", number)).collect()
    };
    answers.iter().zip(numbers).map(thread).collect()
}
