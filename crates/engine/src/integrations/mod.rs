//! Halves of integrations at work: asking the other half, telling it what happened, taking over what it tells.
//! Does not live here: setting them up (`commands::integrations`), what crosses and what names become (model `integration`).

mod ask;
mod entries;
mod names;
pub mod reply;
mod take;
mod tell;

pub(crate) use ask::{Fault, detail_of};
pub(crate) use reply::{Told, unlinked};

use crate::caller::Caller;
use crate::core::Core;
use crate::error::Error;
use crate::vault::foreign_cause;
use model::access_profile::Grant;
use model::cause::{Actor, Via};
use model::ids::IntegrationId;
use model::integration::HalfSettings;
use model::text;
use std::sync::Arc;
use store::integration_tickets::Pair;
use store::integrations::Half;
use subtle::ConstantTimeEq;

/// What a sealed text of a half is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sealed {
    /// What opens this half.
    Own,
    /// What opens the other one.
    Peer,
    /// The key that set it up.
    Key,
}

impl Core {
    /// Encrypts a secret of a half.
    pub(crate) fn seal_of(&self, id: IntegrationId, which: Sealed, text: &str) -> String {
        self.vault.seal(&self.random, text, &place(id, which))
    }

    /// A secret of a half.
    ///
    /// # Errors
    /// `Internal` when the master key is another one; none that was never kept is empty.
    pub(crate) fn open_of(&self, half: &Half, which: Sealed) -> Result<String, Error> {
        let sealed = match which {
            Sealed::Own => Some(&half.secret),
            Sealed::Peer => Some(&half.peer_secret),
            Sealed::Key => half.api_key.as_ref(),
        };
        let Some(sealed) = sealed else { return Ok(String::new()) };
        let opened = self.vault.open(sealed, &place(half.id, which));
        opened.ok_or_else(|| {
            Error::Internal(format!(
                "a secret of the integration {} cannot be decrypted: the master key differs",
                half.id
            ))
        })
    }

    /// Where the other half is told what happened here, and the secret that opens it.
    ///
    /// # Errors
    /// As [`Core::open_of`].
    pub(crate) fn receiver_of(&self, half: &Half) -> Result<(String, String), Error> {
        let secret = self.open_of(half, Sealed::Peer)?;
        let HalfSettings { url, peer, .. } = &half.settings;
        Ok((format!("{url}/integrations/{peer}/receive?secret={secret}"), secret))
    }

    /// The half that this secret opens.
    ///
    /// # Errors
    /// `NotFound` for a half that does not exist, `Unauthorized`; `Denied` for a suspended domain's.
    pub(crate) fn opened_half(&self, id: IntegrationId, secret: &str) -> Result<Arc<Half>, Error> {
        let half = self.config.half(id).ok_or_else(|| Error::NotFound(format!("integration {id}")))?;
        let own = self.open_of(&half, Sealed::Own)?;
        match bool::from(own.as_bytes().ct_eq(secret.as_bytes())) {
            true => self.config.domain(half.domain)?.check_open().map(|()| half),
            false => Err(Error::Unauthorized("this is not the secret of the integration".into())),
        }
    }

    /// What is known of a ticket's counterpart by a half.
    ///
    /// # Errors
    /// As the database says.
    pub(crate) async fn pair(&self, half: &Half, number: i64) -> Result<Option<Pair>, Error> {
        Ok(store::integration_tickets::find(&self.reader, half.domain, half.id, number).await?)
    }

    /// Who stands for a half in its domain: its author, with what follows from the other side's change.
    pub(crate) async fn stand_in(&self, half: &Half, cause: Option<&str>) -> Result<Caller, Error> {
        let author = store::people::find(&self.reader, half.domain, &half.settings.author).await?;
        let person = author.map(|author| author.reference);
        Ok(Caller {
            domain: half.domain,
            actor: Actor { person, via: Via::Integration, key: None },
            grants: vec![Grant::AllowReadingAllTickets, Grant::AllowWritingTickets],
            teams: Vec::new(),
            cause: cause.and_then(foreign_cause),
            integration: Some(half.id),
        })
    }
}

fn place(id: IntegrationId, which: Sealed) -> String {
    format!("{id}/{which:?}")
}

/// Refuses what a half does not do while it is disabled.
pub(crate) fn check_enabled(half: &Half) -> Result<(), Error> {
    match half.enabled {
        true => Ok(()),
        false => Err(Error::Conflict(text!(
            "the integration is disabled here; what is told waits until it is enabled"
        ))),
    }
}
