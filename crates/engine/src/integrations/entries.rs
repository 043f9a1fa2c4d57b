//! Entries of the thread that come in with their files, and what is written with the change that they make.
//! Does not live here: fetching the files (`take`).

use crate::caller::Caller;
use crate::intake::{Beside, PlannedEdit};
use model::integration::{ActionNews, News};
use model::ticket_action::Attachment;
use model::ticket_command::{Applied, NewAction};
use std::sync::Arc;
use store::db::Step;
use store::files::FileRow;
use store::integration_actions::Arrived;
use store::integration_tickets::{self, Pair};
use store::integrations::Half;

/// Entries that come in, and their files.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries {
    pub(super) new: Vec<NewAction>,
    pub(super) edits: Vec<PlannedEdit>,
    /// Of the new ones, in their order; the entry here is known when it is saved.
    arrived: Vec<Arrived>,
    /// The files of each new one.
    files: Vec<Vec<FileRow>>,
    /// Entries that are here and got files.
    grown: Vec<Arrived>,
    grown_files: Vec<FileRow>,
}

/// Which ticket is saved.
#[derive(Debug, Clone, Copy)]
pub(super) enum Saved {
    /// One that is opened as a counterpart.
    New,
    /// One that follows its counterpart, as long as it is.
    Known,
}

impl Entries {
    /// Without files for entries that are here.
    pub(super) fn without_edits(&self) -> Entries {
        Entries { edits: Vec::new(), grown: Vec::new(), grown_files: Vec::new(), ..self.clone() }
    }

    /// Adds an entry that is told, with its files that are new here.
    pub(super) fn add(
        &mut self,
        caller: &Caller,
        told: &ActionNews,
        known: Option<Arrived>,
        files: Vec<FileRow>,
        arrived: Arrived,
    ) {
        let attachment = |file: &FileRow| Attachment {
            file_name: file.name.clone(),
            path: file.key.to_string(),
            created_by: caller.actor.person.clone(),
            created_at: Some(file.created_at),
        };
        let attachments: Vec<Attachment> = files.iter().map(attachment).collect();
        let Some(known) = known else {
            self.new.push(NewAction {
                visibility: Some(told.visibility),
                description: told.description.clone(),
                html_description: told.html_description.clone(),
                created_by: caller.actor.person.clone(),
                created_at: None,
                attachments,
                tags: Vec::new(),
            });
            self.arrived.push(arrived);
            self.files.push(files);
            return;
        };
        if attachments.is_empty() {
            return;
        }
        self.edits.push(PlannedEdit {
            field: "actions".into(),
            id: known.action,
            description: None,
            visibility: None,
            tags: None,
            attachments,
        });
        self.grown_files.extend(files.into_iter().map(|file| FileRow { action: known.action, ..file }));
        self.grown.push(Arrived { action: known.action, ..arrived });
    }
}

/// What is written with the change: the version that is here now, the entries and the files.
pub(super) fn beside(half: &Half, news: &News, saved: Saved, entries: &Entries) -> Beside {
    let Entries { arrived, files, grown, grown_files, .. } = entries.clone();
    let (domain, id, remote, seen) = (half.domain, half.id, news.number, news.version);
    Arc::new(move |applied: &Applied| {
        let (number, linked) = (applied.after.number, applied.after.version);
        let pair = Pair { number, remote, seen, linked };
        let mut steps: Vec<Step> = vec![match saved {
            Saved::New => integration_tickets::link(domain, id, None, pair),
            Saved::Known => integration_tickets::keep(domain, id, pair),
        }];
        let added = applied.happenings.actions_added.iter().copied();
        let new: Vec<Arrived> = arrived
            .iter()
            .cloned()
            .zip(added.clone())
            .map(|(entry, action)| Arrived { action, ..entry })
            .collect();
        if !new.is_empty() {
            steps.push(store::integration_actions::insert(domain, id, &new));
        }
        steps.extend(grown.iter().map(|entry| store::integration_actions::set_files(domain, id, entry)));
        let of_new = files
            .iter()
            .zip(added)
            .flat_map(|(files, action)| files.iter().cloned().map(move |file| FileRow { action, ..file }));
        let rows: Vec<FileRow> = of_new
            .chain(grown_files.iter().cloned())
            .map(|file| FileRow { ticket: number, ..file })
            .collect();
        if !rows.is_empty() {
            steps.push(store::files::insert(domain, &rows));
        }
        steps
    })
}
