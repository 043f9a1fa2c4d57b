//! A save on its way in: read → apply → match → enqueue as one write → hand over. Deciding is the model's; here is the
//! order of things, the retry when a guard missed, and the promise that a commit is always followed by its hand-over.

use crate::apply::applied;
use crate::caller::Caller;
use crate::commit::STALE_MAX;
use crate::core::{Core, to_the_end};
use crate::enqueue::Enqueued;
use crate::error::Error;
use fail::fail_point;
use model::cause::Cause;
use model::change::{Change, Saved};
use model::history;
use model::ids::ChangeId;
use model::matching::{Save, run};
use model::text;
use model::ticket::Ticket;
use model::ticket_action::{Attachment, TicketAction};
use model::ticket_command::{Applied, NewAction, TicketCommand, TicketFields};
use model::ticket_delta::TicketDelta;
use model::time::Timestamp;
use std::borrow::Cow;
use std::sync::Arc;
use store::db::{CommitError, Step, Write};
use store::files::FileRow;
use store::tickets::Standing;

/// What somebody asks for, resolved but for what must be read under the ticket's lock.
#[derive(Debug, Clone)]
pub enum Plan {
    /// A new ticket: number, values, entries and so on; and stored files of its first entry.
    Create(Box<TicketCommand>, Vec<FileRow>),
    /// New values and entries.
    Update {
        /// The values.
        fields: Box<TicketFields>,
        /// New entries.
        new_actions: Vec<NewAction>,
        /// Changed entries by their id.
        edits: Vec<PlannedEdit>,
        /// Origin of the new entries.
        origin: i64,
        /// Stored files that belong to the ticket from now on; those that name no entry, to the first new one.
        files: Vec<FileRow>,
    },
    /// Takes the ticket away.
    Delete,
}

/// A changed entry before its present state is read.
#[derive(Debug, Clone)]
pub struct PlannedEdit {
    /// Where the caller wrote it, for faults.
    pub field: String,
    /// Which entry.
    pub id: i64,
    /// New plain text and HTML.
    pub description: Option<(String, String)>,
    /// New visibility.
    pub visibility: Option<model::ticket_action::Visibility>,
    /// New tags.
    pub tags: Option<Vec<String>>,
    /// Files to add.
    pub attachments: Vec<Attachment>,
}

/// What else is written with a change, once it is known what the change did; its guards stand beside the change's own.
pub(crate) type Beside = Arc<dyn Fn(&Applied) -> Vec<Step> + Send + Sync>;

/// Saves a change and all that follows from it. Runs on its own task: a caller that goes away cancels nothing.
pub(crate) async fn save(core: &Arc<Core>, caller: Caller, number: i64, plan: Plan) -> Result<(), Error> {
    save_beside(core, caller, number, plan, Arc::new(|_| Vec::new())).await
}

/// The same with something else in the same write, which is made also when nothing of the ticket changed.
pub(crate) async fn save_beside(
    core: &Arc<Core>,
    caller: Caller,
    number: i64,
    plan: Plan,
    beside: Beside,
) -> Result<(), Error> {
    let shared = Arc::clone(core);
    to_the_end(core, async move { save_with_retries(&shared, &caller, number, plan, &beside).await }).await
}

async fn save_with_retries(
    core: &Arc<Core>,
    caller: &Caller,
    number: i64,
    plan: Plan,
    beside: &Beside,
) -> Result<(), Error> {
    let _lock = core.locks.lock(caller.domain, number).await;
    for stale in 0..STALE_MAX {
        if stale > 0 {
            core.committer.pause(stale).await;
        }
        match save_once(core, caller, number, &plan, beside).await {
            Err(SaveError::Stale) => {}
            Err(SaveError::Ended(error)) => return Err(error),
            Ok(()) => return Ok(()),
        }
    }
    Err(Error::Unavailable(text!("others change this ticket all the time; try again")))
}

enum SaveError {
    Stale,
    Ended(Error),
}

impl<E: Into<Error>> From<E> for SaveError {
    fn from(error: E) -> Self {
        SaveError::Ended(error.into())
    }
}

async fn save_once(
    core: &Arc<Core>,
    caller: &Caller,
    number: i64,
    plan: &Plan,
    beside: &Beside,
) -> Result<(), SaveError> {
    let config = core.config.domain(caller.domain)?;
    let standing = match plan {
        Plan::Create(..) => None,
        Plan::Update { .. } | Plan::Delete => {
            let found = core.tickets.find(&core.reader, caller.domain, number).await?;
            let seen = found.filter(|standing| caller.may_see(&standing.ticket));
            Some(seen.ok_or_else(|| Error::NotFound(format!("ticket {number}")))?)
        }
    };
    let before = standing.as_ref().map(|standing| &standing.ticket);
    // Names that were changed since the ticket was written count as no change.
    let refreshed = before.and_then(|before| config.classification.refreshed(before));
    let before = refreshed.as_ref().or(before);
    let now = core.clock.now();
    let applied = applied(core, caller, &config.classification, before, plan, now).await?;
    let delta = before.map(|before| TicketDelta::between(before, &applied.after));
    if applied.happenings.is_empty() && delta.as_ref().is_some_and(TicketDelta::is_idle) {
        return commit_alone(core, beside(&applied)).await;
    }
    let previous = standing.as_ref().map(|standing| standing.last_change);
    // A ticket's changes lead from one to the one before it, so their numbers rise whichever node they come from.
    let id = ChangeId(core.ids.next_above(previous.map_or(0, |change| change.0), now.0));
    let cause = cause_of(caller, id);
    let save = Save { before, after: &applied.after, happenings: &applied.happenings, cause, at: now };
    let run = run(&config.triggers, save, &config.classification);
    let latest = latest_action(&applied, standing.as_deref());
    let actions = actions_for_body(&applied, latest.as_deref());
    let change = Change {
        id,
        ticket_number: number,
        ticket_version: run.after.version,
        at: now,
        actor: caller.actor.clone(),
        cause,
        config_revision: config.revision,
        saved: match (before, delta) {
            (Some(before), Some(delta)) => {
                Saved::Updated { before: Box::new(before.clone()), delta: Box::new(delta) }
            }
            _ => Saved::Created(Box::new(applied.after.clone())),
        },
        happenings: applied.happenings.clone(),
        effects: run.effects,
        firings: run.firings,
        ended: run.ended,
    };
    core.dispatcher.make_room(change.firings.iter().flat_map(|firing| firing.endpoints()), now).await;
    let enqueued = core.enqueue(caller.domain, &change, &run.after, &actions);
    let (guards, rest) = beside(&applied).into_iter().partition(Step::is_guard);
    let rows = Rows { change: &change, previous, after: &run.after, applied: &applied, enqueued: &enqueued };
    let mut write = write(core, rows, guards);
    let files = files(plan, number, &applied);
    let files = (!files.is_empty()).then(|| store::files::insert(caller.domain, &files));
    let rest: Vec<Step> = rest;
    for step in files.into_iter().chain(rest) {
        write.push(step);
    }
    let committed = commit(core, write, enqueued, &change, now).await;
    match committed {
        Ok(()) => {
            core.firings.count(caller.domain, &change.firings, now);
            core.tickets.keep(caller.domain, Standing { ticket: run.after, latest, last_change: id });
        }
        Err(_) => core.tickets.forget(caller.domain, number),
    }
    committed
}

/// The files of a plan, each with the entry that has it.
fn files(plan: &Plan, number: i64, applied: &Applied) -> Vec<FileRow> {
    let (Plan::Create(_, files) | Plan::Update { files, .. }) = plan else { return Vec::new() };
    let first = applied.added.first().map_or(0, |action| action.id);
    let place = |file: &FileRow| match file.action {
        0 => FileRow { ticket: number, action: first, ..file.clone() },
        _ => file.clone(),
    };
    files.iter().map(place).collect()
}

/// What a change follows from.
fn cause_of(caller: &Caller, id: ChangeId) -> Cause {
    let cause = caller.cause.unwrap_or_else(|| Cause::root(id));
    Cause { integration: caller.integration.or(cause.integration), ..cause }
}

/// What was to be written beside a change that turned out to be none.
async fn commit_alone(core: &Core, steps: Vec<Step>) -> Result<(), SaveError> {
    if !steps.is_empty() {
        core.committer.commit(steps.into_iter().collect()).await?;
    }
    Ok(())
}

/// The ticket's newest action after the change.
fn latest_action(applied: &Applied, standing: Option<&Standing>) -> Option<Arc<TicketAction>> {
    let edited = || applied.edited.iter().find(|action| action.id == applied.after.last_action_id);
    match applied.added.last().or_else(edited) {
        Some(changed) => Some(Arc::new(changed.clone())),
        None => standing.and_then(|standing| standing.latest.clone()),
    }
}

/// The body's actions: those of the change, oldest first; when it had none, the ticket's latest one.
fn actions_for_body<'a>(applied: &Applied, latest: Option<&'a TicketAction>) -> Cow<'a, [TicketAction]> {
    let mut actions: Vec<_> = applied.edited.iter().chain(&applied.added).cloned().collect();
    if actions.is_empty() {
        return Cow::Borrowed(latest.map(std::slice::from_ref).unwrap_or_default());
    }
    actions.sort_by_key(|action| action.id);
    Cow::Owned(actions)
}

/// What a change's write is made of.
struct Rows<'r> {
    change: &'r Change,
    /// The ticket's change before it.
    previous: Option<ChangeId>,
    after: &'r Ticket,
    applied: &'r Applied,
    enqueued: &'r Enqueued,
}

fn write(core: &Core, rows: Rows<'_>, guards: Vec<Step>) -> Write {
    let Rows { change, previous, after, applied, enqueued } = rows;
    let domain = enqueued.domain;
    let (guard, before) = match &change.saved {
        Saved::Created(_) => (store::tickets::insert(domain, after, change.id), None),
        Saved::Updated { before, .. } => {
            (store::tickets::replace(domain, before, after, change.id), Some(before.as_ref()))
        }
    };
    let mut write = Write::new().step(guard).proved_by(store::changes::proof(domain, change.id));
    guards.into_iter().for_each(|guard| write.push(guard));
    let actions: Vec<_> = applied.added.iter().chain(&applied.edited).cloned().collect();
    if !actions.is_empty() {
        write.push(store::tickets::save_actions(domain, after.number, &actions));
    }
    let entries = history::entries(change);
    if !entries.is_empty() {
        write.push(store::histories::add(domain, after.number, &entries));
    }
    for step in store::ticket_members::moves(domain, before, after) {
        write.push(step);
    }
    write.push(store::changes::insert(domain, change, previous));
    enqueued.add_steps(domain, change, &mut write);
    for notice in core.notices_of(change, enqueued.hit_backlog_limit()) {
        write.push(store::notices::notice(domain, &notice));
    }
    write
}

async fn commit(
    core: &Arc<Core>,
    write: Write,
    mut enqueued: Enqueued,
    change: &Change,
    now: Timestamp,
) -> Result<(), SaveError> {
    fail_point!("intake::before_commit");
    match core.committer.commit(write).await {
        Ok(_) => {
            enqueued.is_committed();
            fail_point!("intake::after_commit");
            core.metrics.changes.inc();
            core.metrics.firings.inc_by(change.firings.len() as u64);
            enqueued.hand_over(core, now);
            Ok(())
        }
        Err(CommitError::Stale) => Err(SaveError::Stale),
        Err(other) => Err(SaveError::Ended(other.into())),
    }
}
