//! Files of tickets: who may add and read them. First the bytes are stored, then one change of the ticket refers to them.

use crate::Engine;
use crate::caller::Caller;
use crate::commands::tickets::{ActionInput, TicketInput};
use crate::error::Error;
use crate::files::Opened;
use crate::intake::{Plan, PlannedEdit, save};
use bytes::Bytes;
use futures_util::Stream;
use model::access_profile::Grant;
use model::client_rights;
use model::file::{FileKey, clean_name};
use model::ids::DomainId;
use model::text;
use model::ticket::{Ticket, limits};
use model::ticket_action::{Attachment, TicketAction};
use model::ticket_command::TicketFields;
use model::time::Timestamp;
use rand::Rng;
use std::ops::Range;
use store::files::FileRow;

/// Characters of a content type that are kept.
const TYPE_MAX: usize = 127;

/// How long a link to a file works: 15 minutes.
const LINK_MS: i64 = 15 * 60 * 1_000;

/// A stored file that no ticket has yet.
#[derive(Debug)]
pub struct StoredFile {
    row: FileRow,
}

impl StoredFile {
    /// Its row, which names no ticket yet.
    pub(crate) fn into_row(self) -> FileRow {
        self.row
    }
}

/// The end of a link to a file that works for some time without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLink {
    /// Until when.
    pub until: Timestamp,
    /// That this server made it.
    pub signature: String,
}

impl Engine {
    /// Bytes that one file may have.
    pub fn file_size_max(&self) -> u64 {
        self.core.files.size_max()
    }

    /// Whether everybody who knows a file's key may have it.
    pub fn are_files_public(&self) -> bool {
        self.core.settings.files_public_by_path
    }

    /// An action of a ticket, if the caller sees both.
    ///
    /// # Errors
    /// `NotFound` for either.
    pub async fn find_action(
        &self,
        caller: &Caller,
        ticket: i64,
        action: i64,
    ) -> Result<TicketAction, Error> {
        Ok(self.seen_action(caller, ticket, action).await?.1)
    }

    /// Whether this caller may add files to an action: asked before a byte is read.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for a ticket or an action that the caller does not see; `Denied` for a client and an action that
    /// is not theirs; `Conflict` when no more may be added.
    pub async fn check_upload(&self, caller: &Caller, ticket: i64, action: i64) -> Result<(), Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let (standing, entry) = self.seen_action(caller, ticket, action).await?;
        if caller.only_client().is_some_and(|client| !client_rights::may_add_files(client, &entry)) {
            return Err(Error::Denied(client_rights::own_files()));
        }
        if standing.is_deleted {
            return Err(Error::Conflict(text!("this ticket was deleted and takes no changes")));
        }
        if entry.attachments.len() >= limits::ATTACHMENTS {
            let message =
                text!("action {action} has {max} files, the limit", action, max = limits::ATTACHMENTS);
            return Err(Error::Conflict(message));
        }
        Ok(())
    }

    /// Stores one file for an action. It belongs to nothing until [`Engine::attach_files`].
    ///
    /// # Errors
    /// `TooLarge`, what the stream ends with, or `Unavailable`.
    pub async fn store_file(
        &self,
        caller: &Caller,
        name: &str,
        content_type: &str,
        bytes: impl Stream<Item = Result<Bytes, Error>>,
    ) -> Result<StoredFile, Error> {
        caller.require(Grant::AllowWritingTickets)?;
        let key =
            FileKey(self.core.random.with(|generator| {
                (u128::from(generator.next_u64()) << 64) | u128::from(generator.next_u64())
            }));
        let put = self.core.files.put(caller.domain, key, bytes).await?;
        let visible = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
        let row = FileRow {
            key,
            ticket: 0,
            action: 0,
            name: clean_name(name),
            size: i64::try_from(put.size).unwrap_or(i64::MAX),
            sha256: put.sha256,
            content_type: content_type.chars().filter(visible).take(TYPE_MAX).collect(),
            created_by: caller.person_id().to_owned(),
            created_at: self.core.clock.now(),
        };
        Ok(StoredFile { row })
    }

    /// Gives stored files to an action, in one change of its ticket; answers them as they are kept.
    ///
    /// # Errors
    /// As [`Engine::check_upload`], or `Invalid` when they are too many; then the files are gone again.
    pub async fn attach_files(
        &self,
        caller: &Caller,
        ticket: i64,
        action: i64,
        files: Vec<StoredFile>,
    ) -> Result<Vec<FileRow>, Error> {
        let files: Vec<FileRow> =
            files.into_iter().map(|file| FileRow { ticket, action, ..file.row }).collect();
        let attached = self.attach(caller, ticket, action, &files).await;
        self.kept_or_gone(caller, &files, attached).await?;
        Ok(files)
    }

    /// Opens a ticket with files of its first entry, all in one change; answers its number.
    ///
    /// # Errors
    /// As [`Engine::create_ticket`]; then the files are gone again.
    pub async fn create_ticket_with_files(
        &self,
        caller: &Caller,
        mut input: TicketInput,
        files: Vec<StoredFile>,
    ) -> Result<i64, Error> {
        let files = give(caller, &mut input, files);
        let created = self.create_with(caller, input, &files).await;
        self.kept_or_gone(caller, &files, created).await
    }

    /// Changes a ticket, with files of the first entry that this adds, all in one change.
    ///
    /// # Errors
    /// As [`Engine::update_ticket`]; then the files are gone again.
    pub async fn update_ticket_with_files(
        &self,
        caller: &Caller,
        number: i64,
        mut input: TicketInput,
        files: Vec<StoredFile>,
    ) -> Result<(), Error> {
        let files = give(caller, &mut input, files);
        let updated = self.update_with(caller, number, input, &files).await;
        self.kept_or_gone(caller, &files, updated).await
    }

    /// Takes files away whose change was refused. Where nobody knows what became of it, the sweep looks who has them.
    async fn kept_or_gone<T>(
        &self,
        caller: &Caller,
        files: &[FileRow],
        saved: Result<T, Error>,
    ) -> Result<T, Error> {
        if let Err(
            Error::Invalid(_)
            | Error::NotFound(_)
            | Error::Forbidden(_)
            | Error::Denied(_)
            | Error::Conflict(_),
        ) = saved
        {
            self.core.files.discard(caller.domain, keys(files)).await;
        }
        saved
    }

    async fn attach(
        &self,
        caller: &Caller,
        ticket: i64,
        action: i64,
        files: &[FileRow],
    ) -> Result<(), Error> {
        self.check_upload(caller, ticket, action).await?;
        let edit = PlannedEdit {
            field: "actionId".into(),
            id: action,
            description: None,
            visibility: None,
            tags: None,
            attachments: attachments(caller, files),
        };
        let plan = Plan::Update {
            fields: Box::new(TicketFields::default()),
            new_actions: Vec::new(),
            edits: vec![edit],
            origin: caller.origin(),
            files: files.to_vec(),
        };
        save(&self.core, caller.clone(), ticket, plan).await
    }

    /// Takes stored files away that were never attached.
    pub async fn abandon_files(&self, caller: &Caller, files: Vec<StoredFile>) {
        let keys = files.into_iter().map(|file| file.row.key).collect();
        self.core.files.discard(caller.domain, keys).await;
    }

    /// A file of a ticket that the caller sees.
    ///
    /// # Errors
    /// `NotFound`, also for a file of a ticket that the caller does not see.
    pub async fn find_file(&self, caller: &Caller, key: FileKey) -> Result<FileRow, Error> {
        let missing = || Error::NotFound("such file".into());
        let found = store::files::find(&self.core.reader, caller.domain, key).await?;
        let file = found.ok_or_else(missing)?;
        match self.seen_action(caller, file.ticket, file.action).await {
            Ok(_) => Ok(file),
            Err(Error::NotFound(_)) => Err(missing()),
            Err(error) => Err(error),
        }
    }

    /// A file by its key alone, when a link's signature or the settings let everybody have it that knows the key.
    ///
    /// # Errors
    /// `NotFound`, also when the link has expired or was not made here.
    pub async fn find_public_file(
        &self,
        key: FileKey,
        link: Option<&FileLink>,
    ) -> Result<(DomainId, FileRow), Error> {
        let core = &self.core;
        let is_signed = link.is_some_and(|link| {
            link.until > core.clock.now() && core.vault.is_file_signature(key, link.until, &link.signature)
        });
        let missing = || Error::NotFound("such file".into());
        if !is_signed && !core.settings.files_public_by_path {
            return Err(missing());
        }
        store::files::find_by_key(&core.reader, key).await?.ok_or_else(missing)
    }

    /// A link to a file that works for 15 minutes, for whoever has it.
    pub fn link_to_file(&self, key: FileKey) -> FileLink {
        let until = self.core.clock.now().plus_ms(LINK_MS);
        FileLink { until, signature: self.core.vault.file_signature(key, until) }
    }

    /// The bytes of a file that was found, or a range of them.
    ///
    /// # Errors
    /// `NotFound` when the object is gone from the store, `Unavailable`.
    pub async fn open_file(
        &self,
        domain: DomainId,
        file: &FileRow,
        range: Option<Range<u64>>,
    ) -> Result<Opened, Error> {
        self.core.files.open(domain, file.key, range).await
    }

    /// A ticket and one of its actions, if the caller sees both.
    async fn seen_action(
        &self,
        caller: &Caller,
        ticket: i64,
        action: i64,
    ) -> Result<(Ticket, TicketAction), Error> {
        let core = &self.core;
        let found = store::tickets::find(&core.reader, caller.domain, ticket).await?;
        let missing = || Error::NotFound(format!("ticket {ticket}"));
        let standing = found.ok_or_else(missing)?;
        if !caller.may_see(&standing) {
            return Err(missing());
        }
        let entry = store::tickets::find_action(&core.reader, caller.domain, ticket, action).await?;
        let entry = entry.filter(|entry| caller.may_see_action(entry));
        let entry = entry.ok_or_else(|| Error::NotFound(format!("action {action} in ticket {ticket}")))?;
        Ok((standing, entry))
    }
}

/// The files as an entry has them.
fn attachments(caller: &Caller, files: &[FileRow]) -> Vec<Attachment> {
    let attachment = |file: &FileRow| Attachment {
        file_name: file.name.clone(),
        path: file.key.to_string(),
        created_by: caller.actor.person.clone(),
        created_at: Some(file.created_at),
    };
    files.iter().map(attachment).collect()
}

/// Gives stored files to the first entry of an input; the save finds out which entry of which ticket that becomes.
fn give(caller: &Caller, input: &mut TicketInput, files: Vec<StoredFile>) -> Vec<FileRow> {
    let files: Vec<FileRow> = files.into_iter().map(|file| file.row).collect();
    if !files.is_empty() {
        if input.actions.is_empty() {
            input.actions.push(ActionInput::default());
        }
        input.actions[0].attachments.extend(attachments(caller, &files));
    }
    files
}

fn keys(files: &[FileRow]) -> Vec<FileKey> {
    files.iter().map(|file| file.key).collect()
}
