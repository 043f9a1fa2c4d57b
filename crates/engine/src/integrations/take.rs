//! Taking over what the other side tells: its counterpart here is opened or follows, in one write with what says that it was
//! taken. What comes again or late changes nothing.

use super::check_enabled;
use super::entries::{Entries, Saved, beside};
use super::names::{named, put_status, visibility};
use super::reply::Told;
use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::intake::{Plan, save_beside};
use futures_util::stream;
use model::classification::BaseStatus;
use model::ids::{DomainId, IntegrationId};
use model::integration::{Ask, FileNews, Linked, News, Opened, stands};
use model::person::PersonRef;
use model::text;
use model::ticket::TicketLink;
use model::ticket_action::origin;
use model::ticket_command::{TicketCommand, TicketFields};
use serde_json::Value;
use std::sync::Arc;
use store::files::FileRow;
use store::integration_actions::Arrived;
use store::integration_tickets::{self, Pair};
use store::integrations::Half;

/// How often more is asked for within one message: what happened while the first of it was taken over.
const ROUNDS: usize = 3;

impl Engine {
    /// Takes over what happened to a ticket of the other side, which shows the secret of this half.
    ///
    /// # Errors
    /// `NotFound` and `Unauthorized`; `Conflict` while the integration is disabled; otherwise what stands in the way, and
    /// the other side tells it again.
    pub async fn receive(
        &self,
        id: IntegrationId,
        secret: &str,
        number: i64,
        cause: Option<&str>,
    ) -> Result<(), Error> {
        let half = self.core.opened_half(id, secret)?;
        check_enabled(&half)?;
        let caller = self.core.stand_in(&half, cause).await?;
        let engine = self.clone();
        self.to_the_end(async move { engine.take(&half, &caller, number).await }).await
    }

    async fn take(&self, half: &Arc<Half>, caller: &Caller, number: i64) -> Result<(), Error> {
        let core = &self.core;
        let _turn = core.pairs.lock(DomainId(half.id.0), number).await;
        for _ in 0..ROUNDS {
            let known = integration_tickets::find_remote(&core.reader, half.domain, half.id, number).await?;
            if let Some(pair) = known
                && self.is_deleted(half, pair.number).await?
            {
                return self.let_go(half, pair.number, number).await;
            }
            let since = known.map_or(0, |pair| pair.seen);
            let news: Option<News> = core.ask_half(half, &Ask::News { number, since }).await??;
            let Some(news) = news else { return Ok(()) };
            let ours = match (known, news.counterpart) {
                (Some(pair), _) => {
                    self.follow(half, caller, pair, &news).await?;
                    pair.number
                }
                (None, Some(ours)) if self.is_deleted(half, ours).await? => {
                    return self.let_go(half, ours, number).await;
                }
                (None, Some(ours)) if self.is_parted(half, ours).await? => return Ok(()),
                (None, Some(ours)) => {
                    // Both were linked over there. What has happened there since is taken over in the next round.
                    let (seen, status) = (news.linked, news.status);
                    self.link(half, Told { number: ours, remote: number, seen, status }).await?;
                    continue;
                }
                (None, None) => self.open(half, caller, &news).await?,
            };
            let ticket = store::tickets::find(&core.reader, half.domain, ours).await?;
            let status = ticket.map(|ticket| ticket.status).unwrap_or_default();
            if news.counterpart == Some(ours) {
                if news.counterpart_status != status {
                    let ask = Ask::Status { number, theirs: ours, status };
                    core.ask_half::<Value>(half, &ask).await??;
                }
                return Ok(());
            }
            let pair = self.core.pair(half, ours).await?;
            let version = pair.map_or(0, |pair| pair.linked);
            let ask = Ask::Link { number, theirs: ours, version, status, seen: Some(news.version) };
            let linked: Linked = core.ask_half(half, &ask).await??;
            if !linked.is_linked {
                return self.part(half, ours, number).await;
            }
            if !linked.has_news {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn is_deleted(&self, half: &Half, number: i64) -> Result<bool, Error> {
        let ticket = store::tickets::find(&self.core.reader, half.domain, number).await?;
        Ok(ticket.is_none_or(|ticket| ticket.is_deleted))
    }

    /// Opens the counterpart of a ticket.
    async fn open(&self, half: &Arc<Half>, caller: &Caller, news: &News) -> Result<i64, Error> {
        let Some(opened) = &news.opened else {
            return Err(Error::Unavailable(text!("the other side tells of a ticket without its beginning")));
        };
        let config = self.core.config.domain(half.domain)?;
        let number = self.core.next_number(half.domain).await?;
        let entries = self.entries(half, caller, news, number).await?;
        let clients = self.clients(half, caller, opened).await?;
        let words = &config.classification;
        let first = TicketFields {
            visibility: Some(visibility(half, opened.visibility)),
            subject: Some(opened.subject.clone()),
            status: words.status_of(BaseStatus::New).cloned(),
            clients: Some(clients),
            ..TicketFields::default()
        };
        let mut full =
            TicketFields { link: Some(link(half, news, "")), ..named(half, opened, words, first.clone()) };
        if let Some(moved) = &news.moved {
            put_status(&mut full, half, moved, words);
        }
        let plan = |fields: TicketFields| {
            let command = TicketCommand::Create {
                number,
                fields: Box::new(fields),
                created_by: caller.actor.person.clone(),
                origin: origin::INTEGRATION,
                actions: entries.new.clone(),
            };
            // The rows of the files stand beside.
            Plan::Create(Box::new(command), Vec::new())
        };
        let beside = beside(half, news, Saved::New, &entries);
        let saved = save_beside(&self.core, caller.clone(), number, plan(full), Arc::clone(&beside)).await;
        if let Err(Error::Invalid(faults)) = saved {
            let bare = TicketFields { link: Some(link(half, news, &in_words(&faults))), ..first };
            save_beside(&self.core, caller.clone(), number, plan(bare), beside).await?;
            return Ok(number);
        }
        saved.map(|()| number)
    }

    /// Lets the ticket here follow its counterpart.
    async fn follow(&self, half: &Arc<Half>, caller: &Caller, pair: Pair, news: &News) -> Result<(), Error> {
        if news.version <= pair.seen {
            return Ok(());
        }
        let config = self.core.config.domain(half.domain)?;
        let entries = self.entries(half, caller, news, pair.number).await?;
        let (mut fields, mut note) = (TicketFields::default(), String::new());
        if let Some(moved) = &news.moved {
            // What this side did since the version of it that the other one had seen.
            let doings = self.core.doings(half, pair.number, news.seen, i64::MAX).await?;
            match doings.moved_at.filter(|at| !stands((moved.at, half.settings.peer), (*at, half.id))) {
                None => put_status(&mut fields, half, moved, &config.classification),
                Some(at) => {
                    let (status, there, here) = (&moved.status, moved.at.to_string(), at.to_string());
                    let words = text!(
                        "both sides changed the status before either saw the other's change: `{status}` over there at \
                         {there}, here at {here}; the later stays",
                        status,
                        there,
                        here
                    );
                    note = words.to_string();
                }
            }
        }
        // What this domain refuses is left out, and the rest comes: first the values, then files for entries that are here.
        for (with_fields, with_edits) in [(true, true), (false, true), (true, false), (false, false)] {
            let fields = if with_fields { fields.clone() } else { TicketFields::default() };
            let fields = TicketFields { link: Some(link(half, news, &note)), ..fields };
            let entries = if with_edits { entries.clone() } else { entries.without_edits() };
            let beside = beside(half, news, Saved::Known, &entries);
            let plan = Plan::Update {
                fields: Box::new(fields),
                new_actions: entries.new,
                edits: entries.edits,
                origin: origin::INTEGRATION,
                files: Vec::new(),
            };
            match save_beside(&self.core, caller.clone(), pair.number, plan, beside).await {
                Err(Error::Invalid(faults)) if with_fields || with_edits => note = in_words(&faults),
                saved => return saved,
            }
        }
        Ok(())
    }

    /// The clients that a new ticket has here: those whom the mapping names, or the author.
    async fn clients(&self, half: &Half, caller: &Caller, opened: &Opened) -> Result<Vec<PersonRef>, Error> {
        let rule = &half.settings.mapping.client;
        let as_is = rule.as_is == Some(true);
        let mut codes: Vec<String> = rule.values.values().chain(&rule.default).cloned().collect();
        codes.extend(opened.clients.iter().filter(|_| as_is).cloned());
        let known = store::people::find_many(&self.core.reader, half.domain, &codes).await?;
        let known: Vec<PersonRef> =
            known.into_iter().filter(|person| person.is_active).map(|person| person.reference).collect();
        let find = |code: &str| known.iter().find(|person| person.id == code);
        let strict = model::integration::Rule { as_is: Some(as_is), ..rule.clone() };
        let mut clients: Vec<PersonRef> = Vec::new();
        for theirs in &opened.clients {
            let code = strict.pick(theirs, |code| find(code).map(|person| person.id.clone()));
            let person = code.and_then(|code| find(&code).cloned());
            clients.extend(person.filter(|person| !clients.iter().any(|known| known.id == person.id)));
        }
        if clients.is_empty() {
            clients.extend(caller.actor.person.clone());
        }
        Ok(clients)
    }

    /// The entries that are new here, and files that are. The bytes of files are fetched and stored before anything refers
    /// to them; those that nothing came to refer to are swept away.
    async fn entries(
        &self,
        half: &Half,
        caller: &Caller,
        news: &News,
        ticket: i64,
    ) -> Result<Entries, Error> {
        let mut entries = Entries::default();
        for action in &news.actions {
            let (domain, id, reader) = (half.domain, half.id, &self.core.reader);
            let both = (ticket, news.number);
            let known = store::integration_actions::find(reader, domain, id, both, action.id).await?;
            let here = known.as_ref().map(|arrived| arrived.files.as_slice()).unwrap_or_default();
            let mut files = Vec::new();
            for file in action.files.iter().filter(|file| !here.contains(&file.key)) {
                files.extend(self.fetch(half, caller, news.number, file).await?);
            }
            let keys = action.files.iter().map(|file| file.key.clone()).collect();
            entries.add(
                caller,
                action,
                known,
                files,
                Arrived {
                    ticket,
                    remote_number: news.number,
                    remote_action: action.id,
                    action: 0,
                    files: keys,
                },
            );
        }
        Ok(entries)
    }

    /// Fetches and stores one file; none for what is no file over there.
    async fn fetch(
        &self,
        half: &Half,
        caller: &Caller,
        number: i64,
        file: &FileNews,
    ) -> Result<Option<FileRow>, Error> {
        let ask = Ask::File { number, key: file.key.clone() };
        let bytes = match self.core.ask_raw(half, &ask).await? {
            Ok(reply) => reply.body,
            Err(super::Fault::Refused(404, _)) => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        let bytes = stream::iter([Ok(bytes)]);
        match self.store_file(caller, &file.name, "application/octet-stream", bytes).await {
            Ok(stored) => Ok(Some(stored.into_row())),
            // It stays over there; the entry comes all the same.
            Err(Error::TooLarge(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn link(half: &Half, news: &News, note: &str) -> TicketLink {
    let (integration, number, status) = (half.id, news.number, news.status.clone());
    TicketLink { integration, number, status, note: note.to_owned() }
}

fn in_words(faults: &[model::fault::Fault]) -> String {
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    text!("not taken over: {why}", why = told.join("; ")).to_string()
}
