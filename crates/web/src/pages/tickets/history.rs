//! What happened to a ticket, change by change: who did what, and what each trigger did then, by name. For agents alone.

use crate::Shared;
use crate::error::Failure;
use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::words::Argument;
use crate::view::{Look, Viewer, Words};
use model::access_profile::Grant;
use model::cause::Via;
use model::change::{Change, Saved};
use model::classification::service_path;
use model::ids::{ChangeId, TriggerId};
use model::matching::Firing;
use model::person::PersonRef;
use model::ticket::{Ticket, TicketLink};
use model::ticket_action::Visibility;
use model::time::Timestamp;

/// Changes of a page.
const CHANGES: usize = 20;
/// Characters of a value that are shown.
const VALUE: usize = 200;

/// A part of the history, newest first.
#[derive(Debug)]
pub(super) struct History {
    pub(super) changes: Vec<ChangeView>,
    /// There are older ones: those before this change.
    pub(super) earlier: Option<String>,
    /// The part is not the newest one.
    pub(super) is_old: bool,
}

/// A change.
#[derive(Debug)]
pub(super) struct ChangeView {
    pub(super) id: String,
    /// Who, and in which way.
    pub(super) who: String,
    pub(super) at: Instant,
    /// What the save did.
    pub(super) lines: Vec<String>,
    /// What the triggers did.
    pub(super) firings: Vec<FiringView>,
    /// Why a guard ended the run, in the reader's language; empty when none did.
    pub(super) ended: String,
}

/// A trigger that fired.
#[derive(Debug)]
pub(super) struct FiringView {
    /// Its page.
    pub(super) href: String,
    /// Its name then.
    pub(super) name: String,
    /// What it did to the ticket; empty for one that only told others.
    pub(super) lines: Vec<String>,
    /// Why its actions were undone, in the reader's language; empty when they were not.
    pub(super) fault: Stored,
}

impl History {
    /// Reads the part before this change; none for whom it is not shown.
    pub(super) async fn read(
        app: &Shared,
        viewer: &Viewer,
        number: i64,
        before: Option<ChangeId>,
    ) -> Result<Option<History>, Failure> {
        if viewer.caller.is_only_client() {
            return Ok(None);
        }
        let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
        let from = before.unwrap_or(ChangeId(i64::MAX));
        let mut found = store::changes::of_ticket(&reader, domain, number, from, CHANGES as i64 + 1).await?;
        let more = found.len() > CHANGES;
        found.truncate(CHANGES);
        let earlier = found.last().filter(|_| more).map(|change| change.id.to_string());
        let changes = found.iter().map(|change| ChangeView::new(&viewer.look, change)).collect();
        Ok(Some(History { changes, earlier, is_old: before.is_some() }))
    }
}

/// Whether this reader may open triggers and ask them.
pub(super) fn may_ask(viewer: &Viewer) -> bool {
    viewer.require(Grant::AllowCreatingTriggers).is_ok()
}

impl ChangeView {
    /// The change as this reader reads it.
    pub(super) fn new(look: &Look, change: &Change) -> ChangeView {
        ChangeView {
            id: change.id.to_string(),
            who: who(look.words, change),
            at: Instant::new(look, change.at),
            lines: save_lines(look, change),
            firings: change.firings.iter().map(|firing| FiringView::new(look, change, firing)).collect(),
            ended: change.ended.map(|end| look.words.text(&end.in_words())).unwrap_or_default(),
        }
    }
}

impl FiringView {
    fn new(look: &Look, change: &Change, firing: &Firing) -> FiringView {
        let (pass, position, trigger) = (firing.pass, firing.position, firing.trigger);
        let effects = change.effects.iter().filter(|effect| effect.trigger == trigger && effect.pass == pass);
        let lines = effects.flat_map(|effect| {
            let before = change.state_at(pass, position, trigger);
            let mut after = before.clone();
            effect.delta.apply(&mut after);
            let added = after.last_action_id > before.last_action_id;
            let told = added.then(|| look.words.say("history-entry-added"));
            told.into_iter().chain(lines(look, &before, &after)).collect::<Vec<_>>()
        });
        FiringView {
            href: trigger_address(trigger),
            name: firing.name.clone(),
            lines: lines.collect(),
            fault: Stored::new(look.words, firing.fault.as_deref().unwrap_or_default()),
        }
    }
}

fn trigger_address(trigger: TriggerId) -> String {
    format!("/settings/automation/triggers/{trigger}")
}

fn who(t: Words, change: &Change) -> String {
    let name = change.actor.person.as_ref().map(|person| person.business_name.as_str());
    match (change.actor.via, name) {
        (Via::Page, Some(name)) => name.to_owned(),
        (Via::ApiKey, Some(name)) => t.one("history-by-key", "who", name),
        (Via::Integration, Some(name)) => t.one("history-by-integration", "who", name),
        (Via::Integration, None) => t.say("history-integration"),
        (Via::System, _) | (_, None) => t.say("history-system"),
    }
}

fn save_lines(look: &Look, change: &Change) -> Vec<String> {
    let (t, happened) = (look.words, &change.happenings);
    let mut told = Vec::new();
    if happened.created {
        told.push(t.say("history-opened"));
    }
    if happened.deleted {
        told.push(t.say("history-deleted"));
    }
    told.extend(
        happened.actions_added.iter().filter(|_| !happened.created).map(|_| t.say("history-entry-added")),
    );
    told.extend(happened.actions_edited.iter().map(|_| t.say("history-entry-edited")));
    if let Saved::Updated { before, .. } = &change.saved {
        told.extend(lines(look, before, &change.after_save()));
    }
    if told.is_empty() {
        told.push(t.say("change-other"));
    }
    told
}

/// A label and what a ticket shows under it.
type Shown<'s> = (&'s str, &'s dyn Fn(&Ticket) -> String);

/// What differs between two states that people know by name.
fn lines(look: &Look, before: &Ticket, after: &Ticket) -> Vec<String> {
    let t = look.words;
    let name = |person: Option<&PersonRef>| person.map(|it| it.business_name.clone()).unwrap_or_default();
    let names = |people: &[PersonRef]| {
        people.iter().map(|it| it.business_name.clone()).collect::<Vec<_>>().join(", ")
    };
    let kind = |ticket: &Ticket| match ticket.visibility {
        Visibility::Internal => t.say("ticket-internal"),
        Visibility::Public => t.say("ticket-public"),
    };
    let due = |at: Option<Timestamp>| at.map(|at| crate::view::time::plain(look, at)).unwrap_or_default();
    let of: [Shown<'_>; 14] = [
        ("ticket-status", &|it| it.status.clone()),
        ("ticket-justification", &|it| it.justification.clone()),
        ("ticket-owner", &|it| name(it.owner.as_ref())),
        ("ticket-team", &|it| it.owner_team.clone()),
        ("ticket-urgency", &|it| it.urgency.clone()),
        ("ticket-category", &|it| it.category.clone()),
        ("ticket-service", &|it| service_path(&it.service)),
        ("ticket-subject", &|it| it.subject.clone()),
        ("ticket-tags", &|it| it.tags.join(", ")),
        ("ticket-clients", &|it| names(&it.clients)),
        ("ticket-kind", &kind),
        ("ticket-cc", &|it| it.cc.clone()),
        ("ticket-due", &|it| due(it.sla_solution_at)),
        ("counterpart", &|it| counterparts(t, it)),
    ];
    let differs = |(label, value): Shown<'_>| {
        let (was, is) = (value(before), value(after));
        (was != is).then(|| line(t, label, &was, &is))
    };
    let mut told: Vec<String> = of.into_iter().filter_map(differs).collect();
    if before.custom_fields != after.custom_fields {
        told.push(t.say("history-custom-fields"));
    }
    told
}

/// The counterparts in other domains: number, status, what was not taken over, in the reader's language.
fn counterparts(t: Words, ticket: &Ticket) -> String {
    let told = |link: &TicketLink| match link.note.is_empty() {
        true => format!("{} · {}", link.number, link.status),
        false => format!("{} · {} ({})", link.number, link.status, Stored::new(t, &link.note).words),
    };
    ticket.links.iter().map(told).collect::<Vec<_>>().join(", ")
}

fn line(t: Words, label: &str, was: &str, is: &str) -> String {
    let shown = |value: &str| match value.is_empty() {
        true => t.say("why-empty"),
        false => short(value),
    };
    let args =
        [("field", t.say(label).value()), ("before", shown(was).value()), ("after", shown(is).value())];
    t.tell("history-line", &args)
}

fn short(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::triggers::builder::example::example;
    use http::HeaderMap;
    use model::classification::{Classification, Locale};
    use model::ids::IntegrationId;

    #[test]
    fn only_what_people_know_by_name_is_told() {
        let look = Look::of(&HeaderMap::new());
        let before = example(&Classification::starting(Locale::En), Timestamp(0));
        let after = Ticket {
            version: before.version + 1,
            updated_at: Timestamp(9),
            status: "Solved".into(),
            owner: None,
            tags: vec!["x".repeat(300)],
            ..before.clone()
        };
        let told = lines(&look, &before, &after).join("\n");
        assert!(told.contains("Solved") && told.contains("empty") && told.contains('…'), "{told}");
        assert!(!told.contains("ticket-") && !told.contains("version"), "{told}");
        assert_eq!(lines(&look, &before, &before), Vec::<String>::new());
    }

    #[test]
    fn what_a_counterpart_did_not_take_over_is_told_in_the_readers_language() {
        let look = Look { words: Words::new(Locale::Es), ..Look::of(&HeaderMap::new()) };
        let before = example(&Classification::starting(Locale::En), Timestamp(0));
        let link = TicketLink {
            integration: IntegrationId(1),
            number: 7,
            status: "New".into(),
            note: "not taken over: status: there is no status `a` in this domain; urgency: is empty".into(),
        };
        let after = Ticket { links: vec![link], ..before.clone() };
        let told = lines(&look, &before, &after).join("\n");
        let note = "(no se aplicó: status: no existe el estado `a` en este dominio; urgency: está vacío)";
        assert!(told.contains(&format!("7 · New {note}")), "{told}");
    }
}
