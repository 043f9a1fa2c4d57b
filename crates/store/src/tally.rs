//! Counts over the execution log, by status and by hour, for people who look at it. Each goes along an index, that of a
//! ticket along its changes, and looks at no more than a fixed number of deliveries: past it a count says that there may be
//! more. Not here: the rows (`log`).

use crate::changes::ids_of_ticket;
use crate::db::{Query, ReadError, Reader, Row, Value};
use crate::log::Filter;
use model::delivery::{Shown, State};
use model::ids::DomainId;
use model::time::Timestamp;

/// Rows that a count by status looks at, at most: the newest.
pub const TALLY_MAX: i64 = 10_000;
/// Rows of an hour that are counted, at most.
pub const HOUR_MAX: i64 = 1_000;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 3_600_000;

/// How many rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that were seen.
    pub rows: i64,
    /// Not all were looked at: there may be more.
    pub more: bool,
}

impl Count {
    fn add(&mut self, rows: i64, more: bool) {
        self.rows += rows;
        self.more |= more;
    }
}

/// How many deliveries stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally([Count; Shown::ALL.len()]);

impl Tally {
    /// Those that the log shows so.
    pub fn of(&self, shown: Shown) -> Count {
        let count =
            Shown::ALL.iter().position(|known| *known == shown).map_or(Count::default(), |at| self.0[at]);
        Count { rows: count.rows.min(TALLY_MAX), more: count.more }
    }

    fn add(&mut self, shown: Shown, rows: i64, more: bool) {
        if let Some(at) = Shown::ALL.iter().position(|known| *known == shown) {
            self.0[at].add(rows, more);
        }
    }
}

/// An hour of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// Its beginning.
    pub from: Timestamp,
    /// Deliveries whose last update fell into it, those under way left out.
    pub all: Count,
    /// Those of them that were given up.
    pub failed: Count,
}

/// By state, among the newest rows that an index gives; the filter's other tests are asked of these.
macro_rules! newest {
    ($($driver:tt)+) => {
        concat!(
            "select found.state, e.paused, count(*), sum(case when
                (cast($2 as bigint) is null or found.trigger_id = $2)
                and (cast($3 as bigint) is null or found.endpoint_id = $3)
                and (cast($4 as bigint) is null or found.ticket_number = $4) then 1 else 0 end)
            from (select n.state, n.endpoint_id, n.trigger_id, n.ticket_number from deliveries n
                where n.domain_id = $1 and ",
            $($driver)+,
            " and n.updated_at_ms >= $5 and n.updated_at_ms < $6
                order by n.updated_at_ms desc, n.delivery_id desc limit 10001) as found
            join endpoints e on e.domain_id = $1 and e.endpoint_id = found.endpoint_id
            group by found.state, e.paused"
        )
    };
}

const BY_TRIGGER: &str = newest!("n.state <> 'sending' and n.trigger_id = $2");
const BY_ENDPOINT: &str = newest!("n.state <> 'sending' and n.endpoint_id = $3");
const BY_TICKET: &str = newest!(concat!("n.change_id in (", ids_of_ticket!("$4"), ")"));
/// What is under way is in no other index but the ticket's; it is never more than there are open calls.
const UNDER_WAY: &str = newest!(
    "n.delivery_id in (select l.delivery_id from deliveries l where l.lease_owner is not null and l.state = 'sending')"
);

fn params(domain: DomainId, filter: &Filter) -> Vec<Value> {
    vec![
        domain.0.into(),
        filter.trigger.map(|id| id.0).into(),
        filter.endpoint.map(|id| id.0).into(),
        filter.ticket.into(),
        filter.since.map_or(i64::MIN, |at| at.0).into(),
        filter.until.map_or(i64::MAX, |at| at.0).into(),
    ]
}

/// How many deliveries of a filter stand where; its status is passed over.
///
/// # Errors
/// As the reader says.
pub async fn by_status(reader: &Reader, domain: DomainId, filter: &Filter) -> Result<Tally, ReadError> {
    let led = |sql| Query::new(sql, params(domain, filter));
    let queries = match filter {
        Filter { ticket: Some(_), .. } => vec![led(BY_TICKET)],
        Filter { trigger: Some(_), .. } => vec![led(BY_TRIGGER), led(UNDER_WAY)],
        Filter { endpoint: Some(_), .. } => vec![led(BY_ENDPOINT), led(UNDER_WAY)],
        _ => return by_each_status(reader, domain, filter).await,
    };
    let mut tally = Tally::default();
    for rows in reader.snapshot(queries).await? {
        add_newest(&mut tally, &rows, None)?;
    }
    Ok(tally)
}

/// Counts rows of [`newest`]: those of one state, or all.
fn add_newest(tally: &mut Tally, rows: &[Row], only: Option<State>) -> Result<(), ReadError> {
    let mut looked_at = 0;
    for row in rows {
        let state =
            State::parse(row.text(0)?).ok_or_else(|| row.corrupt("deliveries", "state", "of a count"))?;
        looked_at += row.integer(2)?;
        if only.is_none_or(|wanted| wanted == state) {
            tally.add(state.shown(row.boolean(1)?), row.integer(3)?, false);
        }
    }
    let meant = |shown: &Shown| only.is_none_or(|wanted| wanted.shown(false) == *shown);
    for shown in Shown::ALL.into_iter().filter(meant) {
        tally.add(shown, 0, looked_at > TALLY_MAX);
    }
    Ok(())
}

/// All of a domain along two indexes, without a look at the rows: what is usual is what is left of the newest when the other
/// states are taken away.
async fn by_each_status(reader: &Reader, domain: DomainId, filter: &Filter) -> Result<Tally, ReadError> {
    const WAITING: &str =
        "select e.paused, count(*) from (select endpoint_id from deliveries where domain_id = $1
            and state <> 'sending' and state <> 'delivered' and state = $2
            and updated_at_ms >= $3 and updated_at_ms < $4
            order by updated_at_ms desc, delivery_id desc limit 10001) as found
        join endpoints e on e.domain_id = $1 and e.endpoint_id = found.endpoint_id group by e.paused";
    const CLOSED: &str = "select false, count(*) from (select 1 from deliveries where domain_id = $1
            and state <> 'sending' and state <> 'delivered' and state = $2
            and updated_at_ms >= $3 and updated_at_ms < $4 limit 10001) as found";
    const NEWEST: &str = "select count(*), (select count(*) from deliveries o where o.domain_id = $1
            and o.state <> 'sending' and o.state <> 'delivered'
            and o.state in ('queued', 'retrying', 'failed', 'cancelled')
            and o.updated_at_ms >= coalesce((select e.updated_at_ms from deliveries e where e.domain_id = $1
                and e.state <> 'sending' and e.updated_at_ms >= $2 and e.updated_at_ms < $3
                order by e.updated_at_ms desc, e.delivery_id desc limit 1 offset 10000), $2)
            and o.updated_at_ms < $3)
        from (select 1 from deliveries n where n.domain_id = $1 and n.state <> 'sending'
            and n.updated_at_ms >= $2 and n.updated_at_ms < $3 limit 10001) as found";
    let states = [State::Queued, State::Retrying, State::Failed, State::Cancelled];
    let all = params(domain, filter);
    let (since, until) = (all[4].clone(), all[5].clone());
    let of = |state: State| {
        let sql = if state.is_closed() { CLOSED } else { WAITING };
        Query::new(sql, vec![domain.0.into(), state.as_str().into(), since.clone(), until.clone()])
    };
    let mut queries: Vec<Query> = states.into_iter().map(of).collect();
    queries.push(Query::new(NEWEST, vec![domain.0.into(), since.clone(), until.clone()]));
    queries.push(Query::new(UNDER_WAY, all));
    let answers = reader.snapshot(queries).await?;
    let mut tally = Tally::default();
    for (state, rows) in states.into_iter().zip(&answers) {
        let mut seen = 0;
        for row in rows {
            seen += row.integer(1)?;
            tally.add(state.shown(row.boolean(0)?), row.integer(1)?, false);
        }
        if seen > TALLY_MAX {
            tally.add(state.shown(false), 0, true);
            if !state.is_closed() {
                tally.add(Shown::Held, 0, true);
            }
        }
    }
    let [.., newest, under_way] = answers.as_slice() else { return Ok(tally) };
    for row in newest {
        let (rows, others) = (row.integer(0)?, row.integer(1)?);
        tally.add(Shown::Delivered, (rows - others).max(0), rows > TALLY_MAX);
    }
    add_newest(&mut tally, under_way, Some(State::Sending))?;
    Ok(tally)
}

/// The last `hours` hours of a domain's log, oldest first; the newest is the one that `now` falls into.
///
/// # Errors
/// As the reader says.
pub async fn by_hour(
    reader: &Reader,
    domain: DomainId,
    now: Timestamp,
    hours: i64,
) -> Result<Vec<Hour>, ReadError> {
    const ALL: &str =
        "select count(*) from (select 1 from deliveries where domain_id = $1 and state <> 'sending'
        and updated_at_ms >= $2 and updated_at_ms < $3 limit 1001) as found";
    const FAILED: &str = "select count(*) from (select 1 from deliveries where domain_id = $1
        and state <> 'sending' and state <> 'delivered' and state = 'failed'
        and updated_at_ms >= $2 and updated_at_ms < $3 limit 1001) as found";
    let newest = now.0 - now.0.rem_euclid(HOUR_MS);
    let starts: Vec<i64> = (0..hours).rev().map(|back| newest - back * HOUR_MS).collect();
    let query = |from: i64| {
        let params: Vec<Value> = vec![domain.0.into(), from.into(), (from + HOUR_MS).into()];
        [Query::new(ALL, params.clone()), Query::new(FAILED, params)]
    };
    let answers = reader.snapshot(starts.iter().flat_map(|from| query(*from)).collect()).await?;
    let count = |rows: &[Row]| -> Result<Count, ReadError> {
        let rows = rows.first().map_or(Ok(0), |row| row.integer(0))?;
        Ok(Count { rows: rows.min(HOUR_MAX), more: rows > HOUR_MAX })
    };
    let (pairs, _) = answers.as_chunks::<2>();
    let hour = |(from, [all, failed]): (&i64, &[Vec<Row>; 2])| {
        Ok(Hour { from: Timestamp(*from), all: count(all)?, failed: count(failed)? })
    };
    starts.iter().zip(pairs).map(hour).collect()
}
