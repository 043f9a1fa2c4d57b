//! What a half answers when the other one asks.

use super::check_enabled;
use crate::Engine;
use crate::error::Error;
use crate::intake::{Plan, save_beside};
use crate::outbound::REPLY_BYTES_MAX;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use model::file::FileKey;
use model::ids::IntegrationId;
use model::integration::{Ask, Linked, Standing};
use model::text;
use model::ticket::TicketLink;
use model::ticket_action::origin;
use model::ticket_command::{Applied, TicketFields};
use serde_json::{Value, json};
use std::sync::Arc;
use store::files::FileRow;
use store::integration_tickets::{PARTED, Pair};
use store::integrations::Half;

/// An answer to the other half.
#[derive(Debug)]
pub enum Replied {
    /// JSON.
    Json(Value),
    /// A file.
    Bytes(Bytes),
}

/// What the other side tells of a ticket's counterpart.
pub(crate) struct Told {
    /// The ticket here.
    pub(crate) number: i64,
    /// Its counterpart.
    pub(crate) remote: i64,
    /// The counterpart's version up to which all that crosses is here.
    pub(crate) seen: i64,
    /// The counterpart's status.
    pub(crate) status: String,
}

impl Engine {
    /// Whether this secret opens a half.
    ///
    /// # Errors
    /// `NotFound`, `Unauthorized`.
    pub fn check_half(&self, id: IntegrationId, secret: &str) -> Result<(), Error> {
        self.core.opened_half(id, secret).map(drop)
    }

    /// Answers the other half, which shows the secret of this one.
    ///
    /// # Errors
    /// `NotFound`, `Unauthorized`, `Conflict` while the integration is disabled, and as the question says.
    pub async fn reply(&self, id: IntegrationId, secret: &str, ask: Ask) -> Result<Replied, Error> {
        let core = &self.core;
        let half = core.opened_half(id, secret)?;
        if matches!(ask, Ask::News { .. } | Ask::Link { .. } | Ask::Status { .. } | Ask::File { .. }) {
            check_enabled(&half)?;
        }
        let json = match ask {
            Ask::News { number, since } => json!(core.news(&half, number, since).await?),
            Ask::Link { number, theirs, version, status, seen } => {
                let told = Told { number, remote: theirs, seen: version, status };
                json!(self.take_note(&half, told, seen).await?)
            }
            Ask::Status { number, theirs, status } => {
                self.note_status(&half, number, theirs, status).await?;
                json!({})
            }
            Ask::Unlink { number, theirs } => {
                self.part(&half, number, theirs).await?;
                json!({})
            }
            Ask::File { number, key } => return self.file_of(&half, number, &key).await.map(Replied::Bytes),
            Ask::Agree(terms) => {
                self.agree(&half, terms).await?;
                json!({})
            }
            Ask::Standing => json!(self.standing(&half).await?),
            Ask::Remove => {
                self.forget_half(&half).await?;
                json!({})
            }
        };
        Ok(Replied::Json(json))
    }

    /// How this half stands.
    ///
    /// # Errors
    /// As the database says.
    pub async fn standing(&self, half: &Half) -> Result<Standing, Error> {
        Ok(Standing {
            enabled: half.enabled,
            drift: self.drift(half).await?,
            way: self.way(half).await?,
            trigger: half.settings.trigger.as_ref().map(|(id, _)| *id),
        })
    }

    async fn take_note(&self, half: &Arc<Half>, told: Told, seen: Option<i64>) -> Result<Linked, Error> {
        let (reader, number, remote) = (&self.core.reader, told.number, told.remote);
        let known = self.core.pair(half, number).await?;
        // What somebody parted or gave another counterpart, no message links.
        let is_other = known.is_some_and(|known| ![0, remote].contains(&known.remote));
        if seen.is_none() || !is_other {
            self.link(half, told).await?;
        }
        let ticket = store::tickets::find(reader, half.domain, number).await?;
        let ticket = ticket.ok_or_else(|| Error::NotFound(format!("ticket {number}")))?;
        let pair = self.core.pair(half, number).await?;
        let has_news = match seen {
            Some(seen) if half.settings.tells() => {
                let doings = self.core.doings(half, number, seen, ticket.version).await?;
                doings.is_something(&half.settings.events)
            }
            _ => false,
        };
        let is_linked = pair.is_some_and(|pair| pair.remote == remote);
        let (version, has_news) = (pair.map_or(0, |pair| pair.linked), has_news && is_linked);
        Ok(Linked { version, status: ticket.status, has_news, is_linked })
    }

    /// Links a ticket of this domain with its counterpart. What is linked so already stays as it is.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when either has another counterpart.
    pub(crate) async fn link(&self, half: &Arc<Half>, told: Told) -> Result<(), Error> {
        let (core, domain, id, number) = (&self.core, half.domain, half.id, told.number);
        let known = self.core.pair(half, number).await?;
        if let Some(known) = known.filter(|known| known.remote > 0) {
            return match known.remote == told.remote {
                true => Ok(()),
                false => Err(Error::Conflict(text!(
                    "ticket {number} has the counterpart {remote} already",
                    number,
                    remote = known.remote
                ))),
            };
        }
        let taken = store::integration_tickets::find_remote(&core.reader, domain, id, told.remote).await?;
        if let Some(taken) = taken {
            let why = text!(
                "the counterpart {remote} belongs to ticket {number} already",
                remote = told.remote,
                number = taken.number
            );
            return Err(Error::Conflict(why));
        }
        let (remote, seen) = (told.remote, told.seen);
        let link = TicketLink { integration: id, number: remote, status: told.status, note: String::new() };
        let caller = core.stand_in(half, None).await?;
        let beside = Arc::new(move |applied: &Applied| {
            let pair = Pair { number, remote, seen, linked: applied.after.version };
            vec![store::integration_tickets::link(domain, id, known, pair)]
        });
        save_beside(core, caller, number, relinked(link), beside).await
    }

    /// Shows the counterpart's status at a ticket that is linked with it.
    async fn note_status(&self, half: &Half, number: i64, remote: i64, status: String) -> Result<(), Error> {
        let (core, domain, id) = (&self.core, half.domain, half.id);
        let ticket = store::tickets::find(&core.reader, domain, number).await?;
        let ticket = ticket.filter(|ticket| !ticket.is_deleted);
        let link = ticket.as_ref().and_then(|ticket| ticket.link(id)).filter(|link| link.number == remote);
        let Some(link) = link.filter(|link| link.status != status) else { return Ok(()) };
        let link = TicketLink { status, ..link.clone() };
        let caller = core.stand_in(half, None).await?;
        let pair = Pair { number, remote, seen: 0, linked: 0 };
        let beside = Arc::new(move |_: &_| vec![store::integration_tickets::keep(domain, id, pair)]);
        save_beside(core, caller, number, relinked(link), beside).await
    }

    /// Parts a ticket of this domain from its counterpart. What has another one or none stays as it is.
    ///
    /// # Errors
    /// As a save says.
    pub(crate) async fn part(&self, half: &Half, number: i64, remote: i64) -> Result<(), Error> {
        let (core, domain, id) = (&self.core, half.domain, half.id);
        let known = self.core.pair(half, number).await?;
        let Some(known) = known.filter(|known| known.remote == remote) else { return Ok(()) };
        let parted = Pair { remote: PARTED, ..known };
        let ticket = store::tickets::find(&core.reader, domain, number).await?;
        if ticket.is_none_or(|ticket| ticket.is_deleted) {
            core.committer.once(store::integration_tickets::save(domain, id, parted)).await?;
            return Ok(());
        }
        let caller = core.stand_in(half, None).await?;
        let beside = Arc::new(move |_: &_| vec![store::integration_tickets::save(domain, id, parted)]);
        save_beside(core, caller, number, unlinked(id), beside).await
    }

    /// Whether somebody unlinked a ticket: it takes a person to link it again.
    pub(super) async fn is_parted(&self, half: &Half, number: i64) -> Result<bool, Error> {
        let known = self.core.pair(half, number).await?;
        Ok(known.is_some_and(|known| known.remote == PARTED))
    }

    /// Ends what links a ticket that was deleted here: its counterpart goes on alone.
    ///
    /// # Errors
    /// As the other side or the save says.
    pub(super) async fn let_go(&self, half: &Half, ours: i64, number: i64) -> Result<(), Error> {
        self.core.ask_half::<Value>(half, &Ask::Unlink { number, theirs: ours }).await??;
        self.part(half, ours, number).await
    }

    /// A file of an entry that crosses, of a ticket that the other side knows.
    async fn file_of(&self, half: &Half, number: i64, key: &str) -> Result<Bytes, Error> {
        let missing = || Error::NotFound("such file".into());
        let core = &self.core;
        let known: FileKey = key.parse().map_err(|_| missing())?;
        let file = store::files::find(&core.reader, half.domain, known).await?;
        // A larger one stays here; its entry crosses all the same.
        let fits = |file: &FileRow| usize::try_from(file.size).is_ok_and(|size| size <= REPLY_BYTES_MAX);
        let file = file.filter(|file| file.ticket == number && fits(file)).ok_or_else(missing)?;
        let news = core.news(half, number, 0).await?.ok_or_else(missing)?;
        let crosses = news.actions.iter().flat_map(|action| &action.files).any(|told| told.key == key);
        if !crosses {
            return Err(missing());
        }
        let mut opened = core.files.open(half.domain, file.key, None).await?;
        let mut bytes = BytesMut::new();
        while let Some(piece) = opened.bytes.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes.freeze())
    }
}

/// The save that makes a link, or puts it in the place of the one before.
fn relinked(link: TicketLink) -> Plan {
    Plan::Update {
        fields: Box::new(TicketFields { link: Some(link), ..TicketFields::default() }),
        new_actions: Vec::new(),
        edits: Vec::new(),
        origin: origin::INTEGRATION,
        files: Vec::new(),
    }
}

/// The save that takes a link away.
pub(crate) fn unlinked(integration: IntegrationId) -> Plan {
    Plan::Update {
        fields: Box::new(TicketFields { unlink: Some(integration), ..TicketFields::default() }),
        new_actions: Vec::new(),
        edits: Vec::new(),
        origin: origin::INTEGRATION,
        files: Vec::new(),
    }
}
