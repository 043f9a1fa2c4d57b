//! Which rows a list reads, and in which order: the index that leads to the fewest, and whether the rows must be asked
//! again.

use super::bounds::Bounds;
use crate::public::odata::{OrderBy, holds_of};
use engine::{Caller, Sight};
use std::collections::BTreeSet;
use store::ticket_search::{By, Order, STATUSES_MAX, Search, Source, Span, StatusPair};

/// Sources that are merged at most.
const SOURCES_MAX: usize = 100;
/// Numbers that are so near to each other that nothing leads to fewer tickets.
const NUMBERS_MAX: i64 = 1_000;
/// Statuses in which tickets gather over the years.
const OVER: [&str; 3] = ["Closed", "Canceled", "Resolved"];

/// How a list is read.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) search: Search,
    pub(super) order: Order,
    /// Every row is one of the list, in its order.
    pub(super) exact: bool,
    /// The rows must be sorted when all are there.
    pub(super) sorts: bool,
}

/// What a list is made of besides its filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// When the tickets of this list were last changed.
    pub(super) updated: Span,
    /// Deleted ones too.
    pub(super) with_deleted: bool,
}

/// Plans a list; none if it is empty for sure. `known` are the statuses in use, if the filter asks for them.
pub(super) fn plan(
    bounds: Bounds,
    order: &[OrderBy],
    frame: Frame,
    known: &[StatusPair],
    caller: &Caller,
) -> Option<Plan> {
    let Bounds { numbers, created, updated, status, leads, mut exact } = bounds;
    let updated = Span { min: updated.min.max(frame.updated.min), max: updated.max.min(frame.updated.max) };
    if [numbers, created, updated].iter().any(|span| span.min > span.max) {
        return None;
    }
    let pairs = match &status {
        Some(asked) => {
            chosen(known, |pair| holds_of(asked, &[("status", &pair.status), ("baseStatus", &pair.base)]))
        }
        None => None,
    };
    let mut statuses = Vec::new();
    if let Some((pairs, is_clear)) = &pairs {
        if pairs.is_empty() {
            return None;
        }
        let names: BTreeSet<&str> = pairs.iter().map(|pair| pair.status.as_str()).collect();
        if names.len() <= STATUSES_MAX {
            statuses = names.into_iter().map(str::to_owned).collect();
            exact &= *is_clear;
        } else {
            exact = false;
        }
    }
    let wanted = natural(order);
    let sources = match caller.sight() {
        Sight::Some { person, teams } => {
            exact = false;
            own(person, teams)
        }
        Sight::All if numbers.max.saturating_sub(numbers.min) <= NUMBERS_MAX => {
            exact &= leads.is_none();
            vec![Source::All]
        }
        Sight::All => match leads.filter(|leads| leads.len() <= SOURCES_MAX) {
            Some(leads) => leads,
            None => broad(pairs.map(|(pairs, _)| pairs), created, updated, wanted),
        },
    };
    if sources.is_empty() {
        return None;
    }
    let by_creation = sources.iter().all(|source| matches!(source, Source::Created | Source::Status(_)));
    let own_order = if by_creation { By::Created } else { By::Number };
    let natural = wanted.unwrap_or(Order { by: own_order, descending: false });
    let search = Search {
        sources,
        numbers,
        created,
        updated,
        statuses,
        with_deleted: frame.with_deleted,
        only_public: caller.is_only_client(),
    };
    let sorts = !order.is_empty() && wanted.is_none();
    Some(Plan { search, order: natural, exact: exact && !sorts, sorts })
}

/// The statuses in use that are asked for, and whether none of them has the name of one that is not; none for all.
fn chosen(known: &[StatusPair], is: impl Fn(&StatusPair) -> bool) -> Option<(Vec<StatusPair>, bool)> {
    let (chosen, others): (Vec<StatusPair>, Vec<StatusPair>) = known.iter().cloned().partition(is);
    let is_clear = chosen.iter().all(|pair| others.iter().all(|other| other.status != pair.status));
    (!others.is_empty() || known.is_empty()).then_some((chosen, is_clear))
}

/// The order of an index, if that is what is wanted.
fn natural(order: &[OrderBy]) -> Option<Order> {
    let first = order.first()?;
    let is = |by: &OrderBy, name: &str| by.member().is_some_and(|known| known.eq_ignore_ascii_case(name));
    let by = match () {
        () if is(first, "id") => By::Number,
        () if is(first, "createdDate") => By::Created,
        () if is(first, "lastUpdate") => By::Updated,
        () => return None,
    };
    let rest_follows = match order.get(1) {
        None => true,
        Some(second) => by == By::Number || (is(second, "id") && second.descending == first.descending),
    };
    rest_follows.then_some(Order { by, descending: first.descending })
}

/// What leads to the tickets that somebody takes part in.
fn own(person: &str, teams: &[String]) -> Vec<Source> {
    let mut sources: Vec<Source> = teams.iter().map(|team| Source::Team(team.to_lowercase())).collect();
    if !person.is_empty() {
        let person = person.to_lowercase();
        sources.extend([
            Source::Owner(person.clone()),
            Source::Creator(person.clone()),
            Source::Client(person),
        ]);
    }
    sources
}

/// What leads to the fewest tickets when nothing leads to a few.
fn broad(pairs: Option<Vec<StatusPair>>, created: Span, updated: Span, wanted: Option<Order>) -> Vec<Source> {
    let by_update = wanted.is_some_and(|order| order.by == By::Updated);
    let by_number = wanted.is_some_and(|order| order.by == By::Number);
    let pairs = pairs.filter(|pairs| pairs.len() <= SOURCES_MAX);
    let of_status = |pairs: Vec<StatusPair>| pairs.into_iter().map(Source::Status).collect();
    match pairs {
        // What is not over is little.
        Some(pairs) if pairs.iter().all(|pair| !OVER.contains(&pair.base.as_str())) => of_status(pairs),
        Some(pairs) if !by_update && !by_number && created.min >= updated.min => of_status(pairs),
        _ if by_update => vec![Source::Updated],
        _ if created.min > 0 && created.min >= updated.min => vec![Source::Created],
        _ if updated.min > 0 => vec![Source::Updated],
        Some(pairs) if !by_number => of_status(pairs),
        _ => vec![Source::All],
    }
}
