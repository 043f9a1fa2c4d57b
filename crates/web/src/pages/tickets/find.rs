//! Finding tickets, the one last changed first. What an index knows leads to them; what none knows (words of the subject,
//! having no owner, the team) is asked of each row, of a bounded number of rows.

use crate::Shared;
use crate::error::Failure;
use engine::{Caller, Sight};
use model::classification::{Classification, Status};
use model::text::{fold, same};
use model::ticket::Ticket;
use store::ticket_search::{By, Order, Part, Place, STATUSES_MAX, Search, Source, Span, StatusPair, page};

/// Rows that are read at once when each must be asked.
const SLICE: usize = 250;
/// The word for all statuses in which work goes on.
pub(crate) const OPEN: &str = "~open";
const NEWEST: Order = Order { by: By::Updated, descending: true };

/// Whose tickets are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Owner {
    /// Everybody's.
    #[default]
    Any,
    /// The reader's own.
    Me,
    /// Those without an owner.
    Nobody,
}

/// Which tickets are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// A number, or words that the subject has.
    pub(crate) search: String,
    /// The name of a status, or [`OPEN`]; empty for any.
    pub(crate) status: String,
    /// Whose.
    pub(crate) owner: Owner,
    /// The name of a team; empty for any.
    pub(crate) team: String,
}

/// How much is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Behind this place.
    pub(crate) after: Option<Place>,
    /// Tickets that are wanted.
    pub(crate) rows: usize,
    /// Tickets that are looked at when each must be asked.
    pub(crate) look_at: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The tickets.
    pub(crate) tickets: Vec<Ticket>,
    /// Where to go on; none at the end.
    pub(crate) next: Option<Place>,
    /// How many were looked at, when it ended there and not at the end of the list.
    pub(crate) gave_up_after: Option<usize>,
}

/// Reads a ticket's number as people write it: `123` or `#123`.
pub(crate) fn number(text: &str) -> Option<i64> {
    let digits = text.trim().trim_start_matches('#');
    digits.parse().ok().filter(|number: &i64| *number > 0)
}

/// One ticket that this caller sees, with the names that stand now.
pub(crate) async fn seen(app: &Shared, caller: &Caller, number: i64) -> Result<Option<Ticket>, Failure> {
    let found = store::tickets::find(&app.engine.reader(), caller.domain, number).await?;
    let words = app.engine.classification(caller.domain);
    Ok(found.filter(|ticket| caller.may_see(ticket)).map(|ticket| words.refreshed(&ticket).unwrap_or(ticket)))
}

/// The wanted tickets that this caller sees.
pub(crate) async fn find(
    app: &Shared,
    caller: &Caller,
    wanted: &Wanted,
    extent: Extent,
) -> Result<Found, Failure> {
    if let Some(number) = number(&wanted.search) {
        let found = seen(app, caller, number).await?.filter(|ticket| !ticket.is_deleted);
        return Ok(Found { tickets: found.into_iter().collect(), ..Found::default() });
    }
    let words = app.engine.classification(caller.domain);
    let Some(lookup) = Lookup::new(caller, wanted, &words) else { return Ok(Found::default()) };
    lookup.run(app, caller, extent).await
}

/// A list on its way: along what it goes, and what is asked of each row.
struct Lookup<'l> {
    search: Search,
    wanted: &'l Wanted,
    /// The words of the subject, folded.
    needles: Vec<String>,
    words: &'l Classification,
}

impl<'l> Lookup<'l> {
    /// None when nobody can be meant.
    fn new(caller: &Caller, wanted: &'l Wanted, words: &'l Classification) -> Option<Self> {
        let statuses: Vec<&Status> = match wanted.status.as_str() {
            "" => Vec::new(),
            OPEN => words.statuses.iter().filter(|status| !status.base.is_over()).collect(),
            name => vec![words.status(name)?],
        };
        let pairs: Vec<StatusPair> = statuses.iter().flat_map(|status| pairs(status)).collect();
        let is_little = !statuses.is_empty() && statuses.iter().all(|status| !status.base.is_over());
        let me = caller.person_id().to_lowercase();
        let sources = match caller.sight() {
            _ if wanted.owner == Owner::Me && me.is_empty() => return None,
            _ if wanted.owner == Owner::Me => vec![Source::Owner(me)],
            Sight::Some { teams, .. } => own(me, teams),
            Sight::All if is_little => pairs.iter().cloned().map(Source::Status).collect(),
            Sight::All => vec![Source::Updated],
        };
        let names = pairs.into_iter().map(|pair| pair.status).collect::<Vec<_>>();
        let search = Search {
            sources,
            numbers: Span::ALL,
            created: Span::ALL,
            updated: Span::ALL,
            statuses: if names.len() <= STATUSES_MAX { names } else { Vec::new() },
            with_deleted: false,
            only_public: caller.is_only_client(),
        };
        let needles = fold(&wanted.search).split_whitespace().map(str::to_owned).collect();
        Some(Lookup { search, wanted, needles, words }).filter(|lookup| !lookup.search.sources.is_empty())
    }

    async fn run(&self, app: &Shared, caller: &Caller, extent: Extent) -> Result<Found, Failure> {
        let asks = !self.needles.is_empty()
            || self.wanted.owner == Owner::Nobody
            || !self.wanted.team.is_empty()
            || self.search.statuses.is_empty() != self.wanted.status.is_empty();
        let slice = if asks { SLICE } else { extent.rows + 1 };
        let (mut found, mut after, mut looked_at) = (Vec::new(), extent.after, 0);
        loop {
            let part = Part { after, skip: 0, limit: slice as i64 };
            let rows = page(&app.engine.reader(), caller.domain, &self.search, NEWEST, part).await?;
            let is_last = rows.len() < slice;
            for (place, ticket) in rows {
                (after, looked_at) = (Some(place), looked_at + 1);
                let ticket = self.words.refreshed(&ticket).unwrap_or(ticket);
                if caller.may_see(&ticket) && self.wants(&ticket) {
                    found.push((place, ticket));
                }
                if found.len() > extent.rows {
                    break;
                }
            }
            let is_full = found.len() > extent.rows;
            if is_full || is_last || (asks && looked_at >= extent.look_at) {
                let next = match is_full {
                    true => found.get(extent.rows.saturating_sub(1)).map(|(place, _)| *place),
                    false => after.filter(|_| !is_last),
                };
                let gave_up_after = (!is_full && !is_last).then_some(looked_at);
                let tickets = found.into_iter().take(extent.rows).map(|(_, ticket)| ticket).collect();
                return Ok(Found { tickets, next, gave_up_after });
            }
        }
    }

    /// What no index knows.
    fn wants(&self, ticket: &Ticket) -> bool {
        let Wanted { status, owner, team, .. } = self.wanted;
        let has_status = match status.as_str() {
            "" => true,
            OPEN => !ticket.base_status.is_over(),
            name => same(&ticket.status, name),
        };
        let subject = if self.needles.is_empty() { "".into() } else { fold(&ticket.subject) };
        has_status
            && (*owner != Owner::Nobody || ticket.owner.is_none())
            && (team.is_empty() || same(&ticket.owner_team, team))
            && self.needles.iter().all(|needle| subject.contains(needle.as_str()))
    }
}

/// A status under every name that tickets may carry it by.
fn pairs(status: &Status) -> impl Iterator<Item = StatusPair> {
    let names = std::iter::once(&status.name).chain(&status.former_names);
    names.map(|name| StatusPair { base: status.base.as_str().into(), status: name.clone() })
}

/// What leads to the tickets that somebody takes part in; `me` is their reference code in small letters.
fn own(me: String, teams: &[String]) -> Vec<Source> {
    let mut sources: Vec<Source> = teams.iter().map(|team| Source::Team(team.to_lowercase())).collect();
    if !me.is_empty() {
        sources.extend([Source::Owner(me.clone()), Source::Creator(me.clone()), Source::Client(me)]);
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        assert_eq!([number("123"), number(" #123 "), number("0")], [Some(123), Some(123), None]);
        assert_eq!([number("12a"), number("-5"), number(""), number("#")], [None; 4]);
    }
}
