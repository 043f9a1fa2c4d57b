//! Service level agreements: which rule counts for a ticket, and the dates that follow. Time is calendar time, day and
//! night; it stands while the ticket's base status is `Stopped`. Pure.

use crate::classification::{Classification, EditFault, Noun, Renaming, TicketTypes};
use crate::ids::{CategoryId, ServiceId, SlaAgreementId, UrgencyId};
use crate::reading::{Members, Reading};
use crate::text;
use crate::text::same;
use crate::ticket::{Ticket, limits::NAME};
use crate::time::Timestamp;
use crate::wording::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Agreements of a domain.
const AGREEMENTS: usize = 100;
/// Rules of an agreement.
const RULES: usize = 100;
/// Values of one condition of a rule.
const VALUES: usize = 500;
/// Ten years.
const MINUTES: i64 = 5_256_000;

/// A rule of an agreement: when it counts, and what it allows. A condition without values holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaRule {
    /// Name on screen, and `slaAgreementRule` of the ticket.
    pub name: String,
    /// The ticket's service is one of these or stands below one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceId>,
    /// One of the ticket's clients has one of these reference codes, or belongs to an organization that has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    /// The ticket's urgency is one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgencies: Vec<UrgencyId>,
    /// The ticket's category is one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryId>,
    /// Which tickets it is for.
    pub ticket_types: TicketTypes,
    /// Minutes until the first public action of an agent; 0 for no limit.
    pub response_minutes: i64,
    /// Minutes until the ticket is solved; 0 for no limit.
    pub solution_minutes: i64,
}

/// A service level agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaAgreement {
    /// Its identity.
    pub id: SlaAgreementId,
    /// Name on screen, and `slaAgreement` of the ticket.
    pub name: String,
    /// Whether it is asked after all others; at most one is.
    pub is_default: bool,
    /// Whether it is asked at all.
    pub is_active: bool,
    /// The first that counts is taken.
    pub rules: Vec<SlaRule>,
}

/// What a ticket knows of its agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketSla {
    /// Name of the agreement, or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agreement: String,
    /// Name of its rule, or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Minutes until the first public action of an agent; 0 for no limit.
    #[serde(skip_serializing_if = "is_zero")]
    pub response_minutes: i64,
    /// When that has to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_at: Option<Timestamp>,
    /// When it was: the first public action of an agent after the ticket was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responded_at: Option<Timestamp>,
    /// Somebody gave the ticket its solution date: it is not computed any more and does not pause.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub changed_by_user: bool,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<crate::person::PersonRef>,
}

impl TicketSla {
    /// Whether there is nothing in it.
    pub fn is_nothing(&self) -> bool {
        *self == TicketSla::default()
    }
}

/// How long a ticket stood in the base status `Stopped`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stopped {
    /// Since when it does so now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Milliseconds of the times that have ended.
    #[serde(skip_serializing_if = "is_zero")]
    pub ms: i64,
}

impl Stopped {
    /// Whether it never did.
    pub fn is_nothing(&self) -> bool {
        *self == Stopped::default()
    }

    /// Begins or ends such a time.
    pub fn turn(&mut self, is_stopped: bool, at: Timestamp) {
        match (self.since, is_stopped) {
            (None, true) => self.since = Some(at),
            (Some(since), false) => {
                self.ms = self.ms.saturating_add((at.0 - since.0).max(0));
                self.since = None;
            }
            _ => {}
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
pub(crate) fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Ticket {
    /// Whether the time for its solution stands still.
    pub fn is_sla_paused(&self) -> bool {
        self.stopped.since.is_some() && self.sla_solution_at.is_some() && !self.sla.changed_by_user
    }

    /// Gives it a solution date, or takes the given one away. A date that is the present one to the second is an answer
    /// that was sent back, and changes nothing.
    pub fn set_solution_date(&mut self, wanted: Option<Timestamp>, by: Option<&crate::person::PersonRef>) {
        match wanted {
            Some(at) if self.sla_solution_at.is_some_and(|now| now.0 / 1_000 == at.0 / 1_000) => {}
            Some(at) => {
                self.sla_solution_at = Some(at);
                (self.sla.changed_by_user, self.sla.changed_by) = (true, by.cloned());
            }
            None => {
                self.sla_solution_at = None;
                (self.sla.changed_by_user, self.sla.changed_by) = (false, None);
            }
        }
    }
}

/// The rule that counts for a ticket: the first that fits of the first agreement that has one, the default agreement last.
/// `organizations` are the reference codes of those that its clients belong to.
pub fn rule_for<'w>(
    ticket: &Ticket,
    words: &'w Classification,
    organizations: &[String],
) -> Option<(&'w SlaAgreement, &'w SlaRule)> {
    let active = || words.sla_agreements.iter().filter(|agreement| agreement.is_active);
    let in_order = active()
        .filter(|agreement| !agreement.is_default)
        .chain(active().filter(|agreement| agreement.is_default));
    in_order
        .flat_map(|agreement| agreement.rules.iter().map(move |rule| (agreement, rule)))
        .find(|(_, rule)| rule.fits(ticket, words, organizations))
}

impl SlaRule {
    fn fits(&self, ticket: &Ticket, words: &Classification, organizations: &[String]) -> bool {
        let below = |id: &ServiceId| {
            words.service_by_id(*id).is_some_and(|service| ticket.service.starts_with(&service.path))
        };
        let urgency = || words.urgency(&ticket.urgency).is_some_and(|it| self.urgencies.contains(&it.id));
        let category = || words.category(&ticket.category).is_some_and(|it| self.categories.contains(&it.id));
        let mut clients = ticket.clients.iter().map(|client| &client.id).chain(organizations);
        self.ticket_types.has(ticket.visibility)
            && (self.services.is_empty() || self.services.iter().any(below))
            && (self.clients.is_empty() || clients.any(|id| self.clients.contains(id)))
            && (self.urgencies.is_empty() || urgency())
            && (self.categories.is_empty() || category())
    }
}

/// The clients whose organizations decide about a save's agreement; none when no rule asks for them.
pub fn asks_organizations_of(before: Option<&Ticket>, after: &Ticket, words: &Classification) -> Vec<String> {
    let active = words.sla_agreements.iter().filter(|agreement| agreement.is_active);
    let asks = active.flat_map(|agreement| &agreement.rules).any(|rule| !rule.clients.is_empty());
    if !asks || before.is_some_and(|before| !reads_differ(before, after)) {
        return Vec::new();
    }
    after.clients.iter().map(|client| client.id.clone()).collect()
}

/// Brings a ticket's agreement and dates in line with what was changed. `before` is none for a new ticket; `organizations`
/// are those of [`asks_organizations_of`]. Agreements that somebody edits meanwhile leave a ticket alone until a field that
/// rules read is changed.
pub fn settle(before: Option<&Ticket>, after: &mut Ticket, words: &Classification, organizations: &[String]) {
    let has_sla = !words.sla_agreements.is_empty() || !after.sla.agreement.is_empty();
    if has_sla && before.is_none_or(|before| reads_differ(before, after)) {
        choose(after, words, organizations);
    }
    if after.sla.agreement.is_empty() {
        return;
    }
    let by = |minutes: i64, paused_ms: i64| {
        (minutes > 0).then(|| after.created_at.plus_ms(minutes * 60_000 + paused_ms))
    };
    after.sla.response_at = by(after.sla.response_minutes, paused_until_response(before, after));
    if !after.sla.changed_by_user {
        after.sla_solution_at = by(after.sla_solution_minutes, after.stopped.ms);
    }
}

/// Milliseconds that a ticket stood still before it was answered; all that it did until now when it was not.
fn paused_until_response(before: Option<&Ticket>, after: &Ticket) -> i64 {
    let Some(responded_at) = after.sla.responded_at else { return after.stopped.ms };
    match before.filter(|before| before.sla.responded_at.is_some()) {
        // It was answered earlier: its date says how long it had stood still.
        Some(before) => before.sla.response_at.map_or(after.stopped.ms, |at| {
            (at.0 - before.created_at.0 - before.sla.response_minutes * 60_000).max(0)
        }),
        // The answer comes with this save, perhaps while it stands still.
        None => {
            let running = after.stopped.since.map_or(0, |since| responded_at.0 - since.0);
            after.stopped.ms + running.max(0)
        }
    }
}

/// Whether a field that rules read differs.
fn reads_differ(before: &Ticket, after: &Ticket) -> bool {
    fn clients(ticket: &Ticket) -> impl Iterator<Item = &str> {
        ticket.clients.iter().map(|client| client.id.as_str())
    }
    before.visibility != after.visibility
        || before.urgency != after.urgency
        || before.category != after.category
        || before.service != after.service
        || clients(before).ne(clients(after))
}

fn choose(ticket: &mut Ticket, words: &Classification, organizations: &[String]) {
    let had_one = !ticket.sla.agreement.is_empty();
    match rule_for(ticket, words, organizations) {
        Some((agreement, rule)) => {
            ticket.sla.agreement.clone_from(&agreement.name);
            ticket.sla.rule.clone_from(&rule.name);
            ticket.sla.response_minutes = rule.response_minutes;
            ticket.sla_solution_minutes = rule.solution_minutes;
        }
        None if had_one => {
            (ticket.sla.agreement, ticket.sla.rule) = (String::new(), String::new());
            (ticket.sla.response_minutes, ticket.sla.response_at, ticket.sla_solution_minutes) = (0, None, 0);
            if !ticket.sla.changed_by_user {
                ticket.sla_solution_at = None;
            }
        }
        None => {}
    }
}

/// Members of an agreement that a caller may write.
pub(crate) const MEMBERS: [&str; 4] = ["name", "is_default", "is_active", "rules"];
const RULE: [&str; 8] = [
    "name",
    "services",
    "clients",
    "urgencies",
    "categories",
    "ticket_types",
    "response_minutes",
    "solution_minutes",
];

impl Classification {
    pub(crate) fn put_sla_agreement(
        &mut self,
        mut reading: Reading,
        members: &Members,
        id: i64,
        is_new: bool,
    ) -> Result<Vec<Renaming>, EditFault> {
        let id = SlaAgreementId(id);
        if is_new && self.sla_agreements.len() >= AGREEMENTS {
            let noun = Noun::SlaAgreement.text();
            reading.fault(
                "",
                text!("the domain has {max} of the kind {noun}, the limit", max = AGREEMENTS, noun),
            );
        }
        let name = reading.name("name", members.get("name"), NAME);
        if self.sla_agreements.iter().any(|other| other.id != id && same(&other.name, &name)) {
            reading.fault("name", text!("`{name}` exists already", name));
        }
        let is_default = reading.flag("is_default", members.get("is_default"), false);
        let is_active = reading.flag("is_active", members.get("is_active"), true);
        let rules = reading.list("rules", members.get("rules"), RULES).into_iter().enumerate();
        let rules: Vec<_> = rules.collect();
        let rules = rules.into_iter().map(|(at, rule)| self.sla_rule(&mut reading, at, rule)).collect();
        if !reading.faults.is_empty() {
            return Err(EditFault::Invalid(reading.faults));
        }
        if is_default {
            self.sla_agreements.iter_mut().for_each(|other| other.is_default = false);
        }
        let agreement = SlaAgreement { id, name, is_default, is_active, rules };
        match self.sla_agreements.iter().position(|other| other.id == id) {
            Some(at) => self.sla_agreements[at] = agreement,
            None => self.sla_agreements.push(agreement),
        }
        Ok(Vec::new())
    }

    fn sla_rule(&self, reading: &mut Reading, at: usize, value: &Value) -> SlaRule {
        let path = |name: &str| format!("rules[{at}].{name}");
        let members = reading.object(&format!("rules[{at}]"), value, &RULE);
        let get = |name: &str| members.get(name);
        let minutes = |reading: &mut Reading, name: &str| {
            reading.integer(&path(name), get(name), 0..=MINUTES).unwrap_or(0)
        };
        let rule = SlaRule {
            name: reading.name(&path("name"), get("name"), NAME),
            services: reading.ids(&path("services"), get("services"), VALUES),
            clients: reading.names(&path("clients"), get("clients"), VALUES, 64),
            urgencies: reading.ids(&path("urgencies"), get("urgencies"), VALUES),
            categories: reading.ids(&path("categories"), get("categories"), VALUES),
            ticket_types: reading
                .word(&path("ticket_types"), get("ticket_types"), &TicketTypes::ALL)
                .unwrap_or_default(),
            response_minutes: minutes(reading, "response_minutes"),
            solution_minutes: minutes(reading, "solution_minutes"),
        };
        let mut lost = |list: &str, at: usize, what: Text| {
            reading.fault(path(&format!("{list}[{at}]")), what);
        };
        for (at, id) in rule.services.iter().enumerate().filter(|(_, id)| self.service_by_id(**id).is_none())
        {
            lost("services", at, text!("there is no service {id} in this domain", id));
        }
        for (at, id) in rule.urgencies.iter().enumerate() {
            if !self.urgencies.iter().any(|urgency| urgency.id == *id) {
                lost("urgencies", at, text!("there is no urgency {id} in this domain", id));
            }
        }
        for (at, id) in rule.categories.iter().enumerate() {
            if !self.categories.iter().any(|category| category.id == *id) {
                lost("categories", at, text!("there is no category {id} in this domain", id));
            }
        }
        rule
    }
}

#[cfg(test)]
#[path = "sla_tests.rs"]
mod tests;
