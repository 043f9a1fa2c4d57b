//! Lists of tickets: the options become a search along an index (`bounds`, `plan`); what the search does not decide is
//! asked of each ticket as it would be answered; what is left is cut to the members that are selected.

mod bounds;
#[cfg(test)]
mod hostile;
mod plan;
#[cfg(test)]
mod tests;

use super::form::TicketForm;
use crate::Shared;
use crate::error::Failure;
use crate::public::odata::expression::{Expression, Lambda};
use crate::public::odata::{Options, Shape, holds, project, sort};
use crate::public::query::PublicQuery;
use bounds::Bounds;
use engine::Caller;
use http::StatusCode;
use model::person::PersonRef;
use model::text;
use model::ticket::Ticket;
use model::ticket_action::TicketAction;
use plan::{Frame, Plan, plan};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use store::db::ReadError;
use store::ticket_search::{Part, Place, Span};

/// Tickets of a page at most; a larger `$top` counts as this.
const TOP_MAX: i64 = 1_000;
/// Tickets that may be passed over; each one costs time.
const SKIP_MAX: i64 = 100_000;
/// Tickets that are read at once when each must be asked.
const SLICE: i64 = 500;
/// Tickets that are read for one page at most.
const ROWS_MAX: usize = 50_000;
/// Tickets that are sorted by something that no index knows, at most.
const SORT_MAX: usize = 10_000;

/// What a ticket's answer is made of.
static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::of_schema("Ticket", "PublicTicket"));

/// The tickets of a list.
pub(super) async fn tickets(
    app: &Shared,
    caller: &Caller,
    query: &PublicQuery,
    updated: Span,
) -> Result<Vec<Value>, Failure> {
    let (skip, top) = query.rows(TOP_MAX, SKIP_MAX)?;
    let options = Options::read(&query.options, &SHAPE)?;
    if options.selection.names.is_none() {
        let detail = text!(
            "a list needs `$select`, such as `$select=id,subject,status`; or ask for one ticket with `id`"
        );
        return Err(Failure::new(StatusCode::BAD_REQUEST, detail));
    }
    let filter = options.filter.as_ref();
    let bounds = filter.map_or_else(|| Bounds::all(true), Bounds::of);
    let reader = app.engine.reader();
    let known = match bounds.status {
        Some(_) => store::ticket_search::statuses(&reader, caller.domain).await.map_err(told)?,
        None => Vec::new(),
    };
    // Whoever filters on it knows what is deleted.
    let with_deleted = query.include_deleted || filter.is_some_and(|filter| names(filter, "isDeleted"));
    let frame = Frame { updated, with_deleted };
    let Some(plan) = plan(bounds, &options.order, frame, &known, caller) else { return Ok(Vec::new()) };
    let list = List { app, caller, query, options: &options, plan: &plan };
    let answers = if plan.exact { list.page(skip, top).await? } else { list.scan(skip, top).await? };
    Ok(answers.into_iter().map(|answer| project(answer, &options.selection)).collect())
}

struct List<'l> {
    app: &'l Shared,
    caller: &'l Caller,
    query: &'l PublicQuery,
    options: &'l Options,
    plan: &'l Plan,
}

impl List<'_> {
    async fn rows(&self, part: Part) -> Result<Vec<(Place, Ticket)>, Failure> {
        let (reader, domain) = (self.app.engine.reader(), self.caller.domain);
        let Plan { search, order, .. } = self.plan;
        store::ticket_search::page(&reader, domain, search, *order, part).await.map_err(told)
    }

    /// The page as the database gives it.
    async fn page(&self, skip: i64, top: i64) -> Result<Vec<Value>, Failure> {
        let rows = self.rows(Part { after: None, skip, limit: top }).await?;
        let tickets: Vec<&Ticket> = rows.iter().map(|(_, ticket)| ticket).collect();
        self.answers(&tickets, self.shows_actions()).await
    }

    /// The page from rows that are asked one by one, slice by slice.
    async fn scan(&self, skip: i64, top: i64) -> Result<Vec<Value>, Failure> {
        let (skip, top) = (usize::try_from(skip).unwrap_or(0), usize::try_from(top).unwrap_or(0));
        let enough = if self.plan.sorts { usize::MAX } else { skip + top };
        let filter = self.options.filter.as_ref();
        let orders = self.options.order.iter().any(|by| names(&by.by, "actions"));
        let with_actions =
            self.shows_actions() || orders || filter.is_some_and(|filter| names(filter, "actions"));
        let (mut found, mut after, mut read) = (Vec::new(), None, 0);
        while found.len() < enough {
            let rows = self.rows(Part { after, skip: 0, limit: SLICE }).await?;
            read += rows.len();
            after = rows.last().map(|(place, _)| *place);
            let seen = rows.iter().map(|(_, ticket)| ticket).filter(|ticket| self.caller.may_see(ticket));
            let answers = self.answers(&seen.collect::<Vec<_>>(), with_actions).await?;
            found.extend(
                answers.into_iter().filter(|answer| filter.is_none_or(|filter| holds(filter, answer))),
            );
            if rows.len() < usize::try_from(SLICE).unwrap_or(usize::MAX) {
                break;
            }
            if read >= ROWS_MAX && found.len() < enough {
                return Err(too_many(&format!("more than {ROWS_MAX} tickets would have to be read")));
            }
            if self.plan.sorts && found.len() > SORT_MAX {
                return Err(too_many(&format!("more than {SORT_MAX} tickets would have to be sorted")));
            }
        }
        if self.plan.sorts {
            sort(&mut found, &self.options.order);
        }
        Ok(found.into_iter().skip(skip).take(top).collect())
    }

    fn shows_actions(&self) -> bool {
        self.shows("actions")
    }

    fn shows_histories(&self) -> bool {
        const NAMES: [&str; 2] = ["statusHistories", "ownerHistories"];
        let asked = |name: &&str| self.options.filter.as_ref().is_some_and(|filter| names(filter, name));
        NAMES.iter().any(|name| self.shows(name) || asked(name))
    }

    fn shows(&self, member: &str) -> bool {
        self.options.selection.shows(member)
    }

    /// Whether the list shows or asks for the organizations of clients.
    fn knows_organizations(&self) -> bool {
        const NAME: &str = "organization";
        let filter = self.options.filter.as_ref().is_some_and(|filter| mentions(filter, NAME));
        let selection = &self.options.selection;
        let shows = match selection.of("clients") {
            Some(inner) => inner.shows(NAME),
            None => selection.shows("clients"),
        };
        filter || shows || self.options.order.iter().any(|by| mentions(&by.by, NAME))
    }

    /// The organizations of the tickets' clients, by the clients' reference codes; none unless they are shown or asked for.
    async fn organizations(&self, tickets: &[&Ticket]) -> Result<HashMap<String, PersonRef>, Failure> {
        if !self.knows_organizations() {
            return Ok(HashMap::new());
        }
        let clients = tickets.iter().flat_map(|ticket| &ticket.clients).map(|client| client.id.clone());
        let clients: BTreeSet<String> = clients.collect();
        let (reader, domain) = (self.app.engine.reader(), self.caller.domain);
        let clients: Vec<String> = clients.into_iter().collect();
        store::person_links::organizations(&reader, domain, &clients).await.map_err(told)
    }

    /// The tickets as they are answered, whole; without their threads unless these are asked for.
    async fn answers(&self, tickets: &[&Ticket], with_actions: bool) -> Result<Vec<Value>, Failure> {
        let threads = match with_actions {
            true => {
                let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.number).collect();
                let (reader, domain) = (self.app.engine.reader(), self.caller.domain);
                store::tickets::threads(&reader, domain, &numbers).await.map_err(told)?
            }
            false => Vec::new(),
        };
        let histories = match self.shows_histories() {
            true => {
                let versions: Vec<_> = tickets.iter().map(|ticket| (ticket.number, ticket.version)).collect();
                let (reader, domain) = (self.app.engine.reader(), self.caller.domain);
                store::histories::of_tickets(&reader, domain, &versions).await.map_err(told)?
            }
            false => Vec::new(),
        };
        let organizations = self.organizations(tickets).await?;
        let none: &[TicketAction] = &[];
        let answer = |(at, ticket): (usize, &&Ticket)| {
            let thread = threads.get(at).map_or(none, Vec::as_slice).iter();
            let seen = thread.filter(|action| {
                (self.query.include_deleted || !action.is_deleted) && self.caller.may_see_action(action)
            });
            let entries = histories.get(at).map_or(&[][..], Vec::as_slice);
            let form = TicketForm::new(ticket, seen).with_history(entries).without_html();
            let form = form.with_organizations(&organizations);
            serde_json::to_value(form).map_err(|error| Failure::internal(error.to_string()))
        };
        tickets.iter().enumerate().map(answer).collect()
    }
}

fn told(error: ReadError) -> Failure {
    match error {
        ReadError::TooSlow => too_many("it took too long to find them"),
        other => other.into(),
    }
}

fn too_many(what: &str) -> Failure {
    let detail = text!(
        "{what}: add a condition that narrows the list, on `createdDate`, `lastUpdate`, `id`, `status`, `owner/id`, \
         `clients`, `tags` or `customFieldValues`",
        what
    );
    Failure::fault("$filter", detail)
}

/// Whether an expression names this member of the ticket.
fn names(expression: &Expression, member: &str) -> bool {
    any_path(expression, &|path| {
        let own = match path {
            [it, rest @ ..] if it == "$it" => rest,
            all => all,
        };
        own.first().is_some_and(|first| first.eq_ignore_ascii_case(member))
    })
}

/// Whether an expression names this member of anything.
fn mentions(expression: &Expression, member: &str) -> bool {
    any_path(expression, &|path| path.iter().any(|name| name.eq_ignore_ascii_case(member)))
}

/// Whether a path of an expression is such a one.
fn any_path(expression: &Expression, is: &dyn Fn(&[String]) -> bool) -> bool {
    let any = |parts: &[Expression]| parts.iter().any(|part| any_path(part, is));
    match expression {
        Expression::And(parts) | Expression::Or(parts) | Expression::Call(_, parts) => any(parts),
        Expression::Not(inner) => any_path(inner, is),
        Expression::Compare(_, left, right) => any_path(left, is) || any_path(right, is),
        Expression::In(left, values) => any_path(left, is) || any(values),
        Expression::Lambda(lambda) => {
            let Lambda { path, test, .. } = &**lambda;
            is(path) || test.as_ref().is_some_and(|test| any_path(test, is))
        }
        Expression::Path(path) => is(path),
        Expression::Literal(_) => false,
    }
}
