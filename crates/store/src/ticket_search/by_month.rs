//! Tickets changed within a long span, in the order of their numbers. The index by hour has them in the order of the hours;
//! whoever wants the lowest numbers of a year would sort all of that year. Here each month has its numbers in order: the
//! first of each are merged, and only the rows that are wanted are read.

use super::{Order, Part, Place, Search, Source, at_least_none, decode, params, tests};
use crate::db::{Query, ReadError, Reader, Value};
use crate::tickets::HOUR_MS;
use model::ids::DomainId;
use model::ticket::Ticket;

/// Hours of what is a month here; `tickets_by_month` divides by it.
const HOURS: i64 = 720;
/// A span of at most so many hours is read whole.
const SHORT: i64 = 7 * 24;

macro_rules! of_month {
    ($order:literal) => {
        concat!(
            "select t.number from tickets t where t.domain_id = $1 and t.updated_hour / 720 = $23
            and t.updated_hour >= $8 and t.updated_hour <= $9",
            tests!(),
            "cast($22 as bigint) > -2 order by t.number",
            $order,
            " limit $20 offset $21"
        )
    };
}

const ASCENDING: &str = of_month!("");
const DESCENDING: &str = of_month!(" desc");
const ROW: &str = "select number, created_at_ms, updated_at_ms, data from tickets
    where domain_id = $1 and number = $2";

/// The months of a search that is better answered month by month; none if it is not.
pub(super) async fn months(
    reader: &Reader,
    domain: DomainId,
    search: &Search,
) -> Result<Option<std::ops::RangeInclusive<i64>>, ReadError> {
    const SQL: &str = "select (select min(updated_hour) from tickets where domain_id = $1),
        (select max(updated_hour) from tickets where domain_id = $1)";
    let hour = |ms: i64| ms.div_euclid(HOUR_MS);
    let (first, last) = (hour(search.updated.min), hour(search.updated.max));
    if search.sources != [Source::Updated] || last - first <= SHORT {
        return Ok(None);
    }
    let row = reader.first(Query::new(SQL, vec![domain.0.into()])).await?;
    let Some(row) = row else { return Ok(None) };
    let (Some(least), Some(greatest)) = (row.optional_integer(0)?, row.optional_integer(1)?) else {
        return Ok(None);
    };
    let (first, last) = (first.max(least), last.min(greatest));
    Ok((last - first > SHORT).then_some(first / HOURS..=last / HOURS))
}

/// The tickets of these months, by number.
pub(super) async fn page(
    reader: &Reader,
    domain: DomainId,
    search: &Search,
    order: Order,
    part: Part,
    months: std::ops::RangeInclusive<i64>,
) -> Result<Vec<(Place, Ticket)>, ReadError> {
    let Part { after, skip, limit } = part;
    let of_each = Part { after, skip: 0, limit: skip.saturating_add(limit) };
    let sql = if order.descending { DESCENDING } else { ASCENDING };
    let query = |month: i64| {
        let mut asked = params(domain, search, order, of_each);
        asked.push(month.into());
        Query::new(sql, asked)
    };
    let answers = reader.snapshot(months.map(query).collect()).await?;
    let mut numbers = answers.iter().flatten().map(|row| row.integer(0)).collect::<Result<Vec<_>, _>>()?;
    numbers.sort_unstable();
    if order.descending {
        numbers.reverse();
    }
    let wanted = numbers.into_iter().skip(at_least_none(skip)).take(at_least_none(limit));
    let row = |number: i64| Query::new(ROW, vec![Value::from(domain.0), number.into()]);
    let answers = reader.snapshot(wanted.map(row).collect()).await?;
    answers.iter().flatten().map(decode).collect()
}
