//! Endpoints: rotating the signing secret, holding deliveries and letting them go on.

use crate::Engine;
use crate::caller::Caller;
use crate::core::Core;
use crate::dispatch::Secrets;
use crate::error::Error;
use crate::signing::Secret;
use model::access_profile::Grant;
use model::ids::{DomainId, EndpointId};
use model::text;
use std::sync::Arc;
use store::db::Write;

/// How long the secret before the last rotation signs beside the new one: 24 h.
const OVERLAP_MS: i64 = 24 * 60 * 60 * 1_000;

/// The write, which other nodes will take note of if there are any.
fn told(core: &Core, domain: DomainId, write: Write) -> Write {
    if core.db.is_shared() { write.step(store::domains::touch_revision(domain)) } else { write }
}

impl Engine {
    /// Makes a new signing secret and answers it, this once. The old one signs beside it for 24 h.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn rotate_secret(&self, caller: &Caller, id: EndpointId) -> Result<String, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.rotate_to_the_end(&by, id).await }).await
    }

    async fn rotate_to_the_end(&self, caller: &Caller, id: EndpointId) -> Result<String, Error> {
        let core = &self.core;
        let _admin = core.admin.lock().await;
        let lane = core.dispatcher.lanes().find(id).filter(|lane| lane.domain == caller.domain);
        let lane = lane.ok_or_else(|| Error::NotFound(format!("endpoint {id}")))?;
        let secret = core.random.with(Secret::generate);
        let text = secret.to_string();
        let until = core.clock.now().plus_ms(OVERLAP_MS);
        let sealed = core.vault.seal(&core.random, &text, &id.to_string());
        let step = store::endpoints::rotate_secret(caller.domain, id, &sealed, until);
        core.committer.commit(told(core, caller.domain, Write::new().step(step))).await?;
        let old = Secret::parse(&lane.secrets.load().current.to_string());
        let previous = old.ok().map(|old| (old, until));
        lane.secrets.store(Arc::new(Secrets { current: secret, previous }));
        Ok(text.to_string())
    }

    /// Holds an endpoint's deliveries: nothing is sent, nothing is dropped.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn pause_endpoint(&self, caller: &Caller, id: EndpointId) -> Result<(), Error> {
        self.set_endpoint_paused(caller, id, true).await
    }

    /// Lets an endpoint's deliveries go on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn resume_endpoint(&self, caller: &Caller, id: EndpointId) -> Result<(), Error> {
        self.set_endpoint_paused(caller, id, false).await
    }

    async fn set_endpoint_paused(&self, caller: &Caller, id: EndpointId, paused: bool) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, by) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.pause_to_the_end(&by, id, paused).await }).await
    }

    async fn pause_to_the_end(&self, caller: &Caller, id: EndpointId, paused: bool) -> Result<(), Error> {
        let core = &self.core;
        let _admin = core.admin.lock().await;
        let lane = core.dispatcher.lanes().find(id).filter(|lane| lane.domain == caller.domain);
        let lane = lane.ok_or_else(|| Error::NotFound(format!("endpoint {id}")))?;
        let was_paused = lane.is_paused();
        let reason = if paused { text!("paused by a person").to_string() } else { String::new() };
        let now = core.clock.now();
        let step = store::endpoints::set_paused(caller.domain, id, paused, &reason);
        let mut write = told(core, caller.domain, Write::new().step(step));
        if !paused {
            let kind = model::notice::NoticeKind::EndpointPaused;
            write.push(store::notices::recover(caller.domain, kind, &id.to_string(), now));
        }
        // A pause begins in memory: what is leased from here on was decided before. It ends in memory last.
        if paused {
            core.dispatcher.set_paused(id, true);
        }
        if let Err(error) = core.committer.commit(write).await {
            core.dispatcher.set_paused(id, was_paused);
            return Err(error.into());
        }
        core.dispatcher.set_paused(id, paused);
        if !paused {
            core.dispatcher.note_due(&lane, now);
        }
        Ok(())
    }
}
