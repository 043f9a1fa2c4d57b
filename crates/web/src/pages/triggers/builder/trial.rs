//! Trying a draft before it is saved: the body of a ticket, the last changes asked, a test to the receiver. Nothing is
//! stored.

use super::draft::Draft;
use super::example::example;
use super::faults::Faults;
use super::json;
use super::sentence::Teller;
use super::tried::{AskedView, Tried, pretty, reason, talked};
use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use crate::view::time::Instant;
use engine::{Error, TESTS_A_MINUTE, Test};
use model::change::{Change, Saved};
use model::codes;
use model::condition::Conditions;
use model::explain::{Verdict, dry_run};
use model::ids::ChangeId;
use model::payload::{self, Payload};
use model::ticket::Ticket;
use store::tickets::Standing;

/// Changes that are asked.
const CHANGES: i64 = 20;

/// Who tries what.
#[derive(Clone, Copy)]
pub(crate) struct Trial<'a> {
    /// The server.
    pub(crate) app: &'a Shared,
    /// Who tries it.
    pub(crate) viewer: &'a Viewer,
    /// How it is told.
    pub(crate) teller: Teller<'a>,
    /// The trigger's place in the order.
    pub(crate) position: i64,
}

impl Trial<'_> {
    /// The body that the draft would send for its ticket.
    pub(crate) async fn body(&self, draft: &Draft) -> Result<Tried, Failure> {
        let t = self.teller.t;
        let Some((ticket, payload)) = self.payload(draft).await? else { return Ok(self.no_ticket(draft)) };
        let status = match ticket.number {
            0 => t.say("body-of-example"),
            number => t.one("body-of-ticket", "number", number.to_string()),
        };
        Ok(Tried { status, body: Some(pretty(&payload.body)), ..Tried::default() })
    }

    /// Sends that body to the webhook at this place among the actions.
    pub(crate) async fn send(&self, draft: &Draft, at: usize) -> Result<Tried, Failure> {
        let t = self.teller.t;
        let url = draft.actions.get(at).map(|doing| doing.member("url").to_owned()).unwrap_or_default();
        let Some((ticket, payload)) = self.payload(draft).await? else { return Ok(self.no_ticket(draft)) };
        let test = Test { url, payload, ticket_version: ticket.version };
        let bad = |status: String| Tried { status, bad: true, ..Tried::default() };
        match self.app.engine.send_test(&self.viewer.caller, test).await {
            Ok(talk) => Ok(talked(t, talk)),
            Err(Error::Invalid(faults)) => {
                let told = Faults::new(t, &faults).summary().into_iter().map(|line| line.text);
                Ok(bad(told.collect::<Vec<_>>().join(" ")))
            }
            Err(Error::Conflict(_)) => Ok(bad(t.one("test-too-many", "count", TESTS_A_MINUTE))),
            Err(error) => Err(error.into()),
        }
    }

    /// Asks the domain's last changes whether the draft would have fired for them.
    ///
    /// The inner error says what is wrong with the conditions.
    pub(crate) async fn changes(&self, draft: &Draft) -> Result<Result<Tried, Faults>, Failure> {
        let t = self.teller.t;
        let json = json::conditions_alone(draft);
        let conditions = match self.app.engine.check_trigger(&self.viewer.caller, &json).await {
            Ok(checked) => checked.conditions,
            Err(Error::Invalid(faults)) => return Ok(Err(Faults::new(t, &faults))),
            Err(error) => return Err(error.into()),
        };
        let (reader, domain) = (self.app.engine.reader(), self.viewer.caller.domain);
        let newest = store::changes::newest(&reader, domain, ChangeId(i64::MAX), CHANGES).await?;
        let asked: Vec<AskedView> = newest.iter().map(|change| self.ask(change, &conditions)).collect();
        let fired = asked.iter().filter(|asked| asked.fired).count();
        let status = match asked.len() {
            0 => t.say("no-changes-yet"),
            all => t.two("changes-fired", "fired", fired, "all", all),
        };
        Ok(Ok(Tried { status, changes: Some(asked), ..Tried::default() }))
    }

    fn ask(&self, change: &Change, conditions: &Conditions) -> AskedView {
        let found = dry_run(change, self.position, conditions);
        let reasons = found.evaluations.iter().flat_map(|evaluation| &evaluation.reasons);
        let last = found.evaluations.len().saturating_sub(1);
        let first_of_last = found.evaluations.iter().take(last).map(|one| one.reasons.len()).sum();
        AskedView {
            ticket: change.ticket_number,
            at: Instant::new(&self.viewer.look, change.at),
            what: self.what(change),
            fired: found.verdict == Verdict::Fired,
            // Where later passes asked again, what the first saw decides unless a later one fired.
            reasons: match found.verdict {
                Verdict::Fired => reasons.skip(first_of_last).map(|one| reason(&self.teller, one)).collect(),
                _ => {
                    let first = found.evaluations.first();
                    first.iter().flat_map(|one| &one.reasons).map(|one| reason(&self.teller, one)).collect()
                }
            },
        }
    }

    /// What a change did, in a few words.
    fn what(&self, change: &Change) -> String {
        let t = self.teller.t;
        let happened = &change.happenings;
        if happened.created {
            return t.say("change-opened");
        }
        if happened.deleted {
            return t.say("change-deleted");
        }
        let names = match &change.saved {
            Saved::Created(_) => Vec::new(),
            Saved::Updated { delta, .. } => delta.names(),
        };
        let label = |name: &&str| {
            let known = self.teller.definitions.fields.iter().find(|field| field.name == *name)?;
            Some(known.label.text(t.locale()).to_owned())
        };
        let labels: Vec<String> = names.iter().filter_map(label).collect();
        match (labels.is_empty(), happened.actions_added.is_empty()) {
            (false, _) => t.one("change-fields", "fields", labels.join(", ")),
            (true, false) => t.say("change-action"),
            (true, true) => t.say("change-other"),
        }
    }

    /// The ticket and the body of it: the chosen ticket, else the one that changed last, else an example. None when the
    /// chosen one does not exist.
    async fn payload(&self, draft: &Draft) -> Result<Option<(Ticket, Payload)>, Failure> {
        let (reader, domain) = (self.app.engine.reader(), self.viewer.caller.domain);
        let number = match draft.ticket.is_empty() {
            false => match draft.ticket.parse() {
                Ok(number) => Some(number),
                Err(_) => return Ok(None),
            },
            true => {
                let newest = store::changes::newest(&reader, domain, ChangeId(i64::MAX), 1).await?;
                newest.first().map(|change| change.ticket_number)
            }
        };
        let events = events(draft);
        let Some(number) = number else {
            let ticket = example(&self.app.engine.classification(domain), self.app.engine.now());
            let payload = payload::write(&ticket, &[], &events);
            return Ok(Some((ticket, payload)));
        };
        let found = store::tickets::find_standing(&reader, domain, number).await?;
        Ok(found.map(|Standing { ticket, latest, .. }| {
            let actions = latest.as_deref().map(std::slice::from_ref).unwrap_or_default();
            let payload = payload::write(&ticket, actions, &events);
            (ticket, payload)
        }))
    }

    fn no_ticket(&self, draft: &Draft) -> Tried {
        let status = self.teller.t.one("no-such-ticket", "number", draft.ticket.as_str());
        Tried { status, bad: true, ..Tried::default() }
    }
}

/// The codes of the draft's conditions on the change, as if each had held.
fn events(draft: &Draft) -> Vec<(i64, i64)> {
    let conditions: Conditions = serde_json::from_value(json::conditions(draft)).unwrap_or_default();
    let leaves = conditions.leaves().into_iter();
    leaves
        .filter_map(|(_, leaf)| Some((codes::criteria(leaf.field), codes::operation(leaf.operator)?)))
        .collect()
}
