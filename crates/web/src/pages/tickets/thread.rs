//! The entries of a ticket's thread, a part of it at a time, the newest last.

use crate::Shared;
use crate::error::Failure;
use crate::view::time::Instant;
use crate::view::{Look, Viewer};
use model::file::FileKey;
use model::ticket_action::{Attachment, TicketAction, Visibility, origin};

/// Entries of a page.
const ENTRIES: usize = 50;
/// Characters of an entry past which it is cut.
const CUT: usize = 20_000;

/// A part of the thread.
#[derive(Debug)]
pub(super) struct Thread {
    /// The oldest first.
    pub(super) entries: Vec<Entry>,
    /// There are older ones: those before this entry.
    pub(super) earlier: Option<i64>,
    /// The part is not the newest one.
    pub(super) is_old: bool,
}

/// An entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: i64,
    /// Its author; empty for the system.
    pub(super) author: String,
    pub(super) at: Instant,
    pub(super) internal: bool,
    pub(super) by_trigger: bool,
    /// Plain text.
    pub(super) text: String,
    /// There is more of it.
    pub(super) cut: bool,
    pub(super) files: Vec<File>,
}

/// A file of an entry.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    /// Its key; none for one that is kept elsewhere.
    pub(super) key: Option<String>,
}

impl Thread {
    /// Reads the part before this entry, as this reader may see it. `whole` is the entry that is shown uncut.
    pub(super) async fn read(
        app: &Shared,
        viewer: &Viewer,
        number: i64,
        before: Option<i64>,
        whole: Option<i64>,
    ) -> Result<Thread, Failure> {
        let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
        let from = before.unwrap_or(i64::MAX);
        let mut found =
            store::tickets::actions_before(&reader, domain, number, from, ENTRIES as i64 + 1).await?;
        let more = found.len() > ENTRIES;
        found.truncate(ENTRIES);
        let earlier = found.last().filter(|_| more).map(|action| action.id);
        let seen = |action: &TicketAction| !action.is_deleted && viewer.caller.may_see_action(action);
        let entry = |action: TicketAction| Entry::new(&viewer.look, action, whole);
        let entries = found.into_iter().rev().filter(seen).map(entry).collect();
        Ok(Thread { entries, earlier, is_old: before.is_some() })
    }
}

impl Entry {
    fn new(look: &Look, action: TicketAction, whole: Option<i64>) -> Entry {
        let end = action.description.char_indices().nth(CUT).map(|(at, _)| at);
        let end = end.filter(|_| whole != Some(action.id));
        let mut text = action.description;
        text.truncate(end.unwrap_or(text.len()));
        Entry {
            id: action.id,
            author: action.created_by.map(|author| author.business_name).unwrap_or_default(),
            at: Instant::new(look, action.created_at),
            internal: action.visibility == Visibility::Internal,
            by_trigger: action.origin == origin::TRIGGER,
            text: text.trim_end().to_owned(),
            cut: end.is_some(),
            files: action.attachments.into_iter().map(File::new).collect(),
        }
    }
}

impl File {
    fn new(file: Attachment) -> File {
        let key = file.path.parse::<FileKey>().ok().map(|key| key.to_string());
        File { name: if file.file_name.is_empty() { file.path } else { file.file_name }, key }
    }
}
