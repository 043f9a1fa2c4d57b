//! Tables `tickets` and `ticket_actions`.

use crate::db::{Query, ReadError, Reader, Step, Value};
use crate::json;
use model::ids::DomainId;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;

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

/// One ticket and its newest action, both of one moment.
///
/// # Errors
/// As the reader says.
pub async fn find_with_latest(
    reader: &Reader,
    domain: DomainId,
    number: i64,
) -> Result<Option<(Ticket, Option<TicketAction>)>, ReadError> {
    // One statement, so that it needs no transaction: many changes begin with it.
    const SQL: &str = "select data, (select a.data from ticket_actions a
            where a.domain_id = $1 and a.ticket_number = $2 order by a.action_id desc limit 1)
        from tickets where domain_id = $1 and number = $2";
    let Some(row) = reader.first(Query::new(SQL, vec![domain.0.into(), number.into()])).await? else {
        return Ok(None);
    };
    let ticket = json::decode(row.text(0)?, "tickets", "data", number)?;
    let latest = row.optional_text(1)?.map(|text| json::decode(text, "ticket_actions", "data", number));
    Ok(Some((ticket, latest.transpose()?)))
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

fn columns(domain: DomainId, ticket: &Ticket) -> Vec<Value> {
    vec![
        domain.0.into(),
        ticket.number.into(),
        ticket.version.into(),
        ticket.status.as_str().into(),
        ticket.base_status.as_str().into(),
        ticket.urgency.as_str().into(),
        ticket.owner.as_ref().map(|owner| owner.id.as_str()).into(),
        ticket.owner_team.as_str().into(),
        ticket.is_deleted.into(),
        ticket.updated_at.0.into(),
        json::encode(ticket),
    ]
}

/// Makes a ticket; a number that exists makes the write Stale.
pub fn insert(domain: DomainId, ticket: &Ticket) -> Step {
    const SQL: &str = "insert into tickets (domain_id, number, version, status, base_status, urgency, owner_id,
        owner_team, is_deleted, updated_at_ms, data, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (domain_id, number) do nothing";
    let mut params = columns(domain, ticket);
    params.push(ticket.created_at.0.into());
    Step::guarded(SQL, params)
}

/// Replaces a ticket that still has the version before; otherwise the write is Stale.
pub fn update(domain: DomainId, ticket: &Ticket) -> Step {
    const SQL: &str =
        "update tickets set version = $3, status = $4, base_status = $5, urgency = $6, owner_id = $7,
        owner_team = $8, is_deleted = $9, updated_at_ms = $10, data = $11
        where domain_id = $1 and number = $2 and version = $3 - 1";
    Step::guarded(SQL, columns(domain, ticket))
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
