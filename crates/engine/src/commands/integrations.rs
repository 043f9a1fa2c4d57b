//! Integrations: set up from this side or accepted from the other, changed, put back, removed. Both halves and their triggers
//! come and go together.
//! Does not live here: what crosses (`integrations`), a half and its trigger (`halves`), asking the other side (`offers`).

use super::halves::{Put, terms};
use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use crate::integrations::{Fault as Refusal, Sealed};
use crate::vault::{hash_key, new_half_secret};
use model::access_profile::Grant;
use model::fault::check_length;
use model::ids::IntegrationId;
use model::integration::{
    Accepted, Ask, Crossing, HalfSettings, Mapping, Offer, OfferPurpose, Standing, Terms,
};
use model::text;
use model::trigger::limits;
use model::wording::Text;
use serde_json::Value;
use std::sync::Arc;
use store::integrations::Half;

/// An integration to be set up.
#[derive(Debug, Clone, Default)]
pub struct NewIntegration {
    /// For people, on both sides.
    pub name: String,
    /// Where the other side's server is.
    pub url: String,
    /// A key of the other domain with *Allow creating triggers*.
    pub key: String,
    /// Which happenings cross.
    pub events: Vec<Crossing>,
    /// Both sides tell, or only the other one.
    pub both_ways: bool,
    /// What the other side's names become here; over there the way back.
    pub mapping: Mapping,
    /// Reference code of who stands as author here; the caller when absent.
    pub author: Option<String>,
    /// Conditions for the trigger here, as a trigger's JSON has them.
    pub conditions: Option<Value>,
    /// The same for the trigger over there.
    pub their_conditions: Option<Value>,
}

/// New values for a half; `None` leaves one alone.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each is the value of that name")]
pub struct HalfPatch {
    pub name: Option<String>,
    pub key: Option<String>,
    pub enabled: Option<bool>,
    pub events: Option<Vec<Crossing>>,
    pub both_ways: Option<bool>,
    pub mapping: Option<Mapping>,
    pub author: Option<String>,
    /// None inside: those of the events.
    pub conditions: Option<Option<Value>>,
}

impl Engine {
    /// The caller's domain's halves, oldest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn integrations(&self, caller: &Caller) -> Result<Vec<Arc<Half>>, Error> {
        caller.require(Grant::AllowManagingIntegrations)?;
        Ok(self.core.config.domain(caller.domain)?.halves.clone())
    }

    /// One half of the caller's domain.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub fn integration(&self, caller: &Caller, id: IntegrationId) -> Result<Arc<Half>, Error> {
        caller.require(Grant::AllowManagingIntegrations)?;
        let found = self.core.config.half(id).filter(|half| half.domain == caller.domain);
        found.ok_or_else(|| Error::NotFound(format!("integration {id}")))
    }

    /// How a half and the other one stand; the other one's fault in words when it does not say.
    ///
    /// # Errors
    /// As the database says.
    pub async fn standings(&self, half: &Half) -> Result<(Standing, Result<Standing, Text>), Error> {
        let theirs = self.other_standing(half).await?;
        Ok((self.standing(half).await?, theirs))
    }

    /// How the other half says that it stands, or its fault in words.
    ///
    /// # Errors
    /// `Internal` when the master key is another one.
    pub async fn other_standing(&self, half: &Half) -> Result<Result<Standing, Text>, Error> {
        let theirs = self.core.ask_half(half, &Ask::Standing).await?;
        Ok(theirs.map_err(|fault| fault.in_words()))
    }

    /// Sets up an integration: the other half first, then this one. When either is refused, neither is there.
    ///
    /// # Errors
    /// `Invalid` names what is wrong, here or over there; nothing was stored.
    pub async fn create_integration(
        &self,
        caller: &Caller,
        here: &str,
        new: NewIntegration,
    ) -> Result<Arc<Half>, Error> {
        caller.require(Grant::AllowManagingIntegrations)?;
        let config = self.core.config.domain(caller.domain)?;
        let author = new.author.clone().unwrap_or_else(|| caller.person_id().to_owned());
        self.check(&config, &new, &author).await?;
        let id = IntegrationId(self.core.ids.next(self.core.clock.now().0));
        let offer = self.offer(caller, here, &new, id, new_half_secret(&self.core.random));
        let (engine, caller) = (self.clone(), caller.clone());
        self.to_the_end(async move { engine.link_domains(&caller, new, author, offer).await }).await
    }

    /// Makes the offer and the half here. What was offered is taken back when there is no half here to it.
    async fn link_domains(
        &self,
        caller: &Caller,
        new: NewIntegration,
        author: String,
        offer: Offer,
    ) -> Result<Arc<Half>, Error> {
        let (core, id) = (&self.core, offer.id);
        let url = new.url.trim_end_matches('/').to_owned();
        let accepted = self.make_offer(&url, &new.key, &offer).await?;
        let half = Half {
            domain: caller.domain,
            id,
            name: new.name,
            enabled: true,
            settings: HalfSettings {
                url: url.clone(),
                peer: accepted.id,
                made_here: true,
                events: new.events,
                both_ways: new.both_ways,
                mapping: new.mapping,
                author,
                conditions: new.conditions,
                withdrawal: None,
                trigger: None,
            },
            secret: core.seal_of(id, Sealed::Own, &offer.secret),
            peer_secret: core.seal_of(id, Sealed::Peer, &accepted.secret),
            api_key: Some(core.seal_of(id, Sealed::Key, &new.key)),
            created_at: core.clock.now(),
        };
        let put = self.put_half(caller, half.clone(), Put::New).await;
        if put.is_err() && core.config.half(id).is_none() {
            let removed = core.ask_half::<Value>(&half, &Ask::Remove).await;
            if !matches!(removed, Ok(Ok(_))) {
                self.withdraw(&url, &new.key, &offer);
            }
        }
        put
    }

    /// Accepts what another domain offers: its half here, and the trigger that tells it. Or takes them away again, when the
    /// offer is withdrawn.
    ///
    /// # Errors
    /// `Forbidden` without *Allow creating triggers*; `Invalid` when this server may not call the other one.
    pub async fn accept_integration(&self, caller: &Caller, offer: Offer) -> Result<Accepted, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        if offer.domain == caller.domain {
            return Err(Error::invalid(
                "key",
                text!("belongs to the domain that asks; give one of the other domain"),
            ));
        }
        if offer.purpose == OfferPurpose::Withdraw {
            return self.take_back(caller.domain, &offer).await;
        }
        if let Some(why) = self.core.outbound.objection(&offer.url).await {
            let url = &offer.url;
            return Err(Error::invalid(
                "url",
                text!("{url}, the public URL of who asks, cannot be called: {why}", url, why),
            ));
        }
        if offer.purpose == OfferPurpose::Check {
            return Ok(Accepted { id: offer.id, secret: String::new() });
        }
        let (core, now) = (&self.core, self.core.clock.now());
        let id = IntegrationId(core.ids.next(now.0));
        let secret = new_half_secret(&core.random);
        let half = Half {
            domain: caller.domain,
            id,
            name: offer.name,
            enabled: true,
            settings: HalfSettings {
                url: offer.url.trim_end_matches('/').to_owned(),
                peer: offer.id,
                made_here: false,
                events: offer.events,
                both_ways: offer.both_ways,
                mapping: offer.mapping,
                author: caller.person_id().to_owned(),
                conditions: offer.conditions,
                withdrawal: Some(hash_key(&offer.withdrawal)),
                trigger: None,
            },
            secret: core.seal_of(id, Sealed::Own, &secret),
            peer_secret: core.seal_of(id, Sealed::Peer, &offer.secret),
            api_key: None,
            created_at: now,
        };
        self.put_half(caller, half, Put::New).await?;
        Ok(Accepted { id, secret })
    }

    /// Changes a half. What both share is agreed with the other one first.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Unavailable` when the other side does not agree; disabling needs nobody's consent.
    pub async fn update_integration(
        &self,
        caller: &Caller,
        here: &str,
        id: IntegrationId,
        patch: HalfPatch,
    ) -> Result<Arc<Half>, Error> {
        let known = self.integration(caller, id)?;
        let enables = patch.enabled;
        let mut half = (*known).clone();
        half.name = patch.name.unwrap_or(half.name);
        half.enabled = patch.enabled.unwrap_or(half.enabled);
        let settings = &mut half.settings;
        settings.events = patch.events.unwrap_or_else(|| settings.events.clone());
        settings.both_ways = patch.both_ways.unwrap_or(settings.both_ways);
        settings.mapping = patch.mapping.unwrap_or_else(|| settings.mapping.clone());
        settings.author = patch.author.unwrap_or_else(|| settings.author.clone());
        settings.conditions = patch.conditions.unwrap_or_else(|| settings.conditions.clone());
        if let Some(key) = patch.key {
            half.api_key = Some(self.core.seal_of(id, Sealed::Key, &key));
        }
        let config = self.core.config.domain(caller.domain)?;
        let mut faults = Vec::new();
        check_length(&mut faults, "name", &half.name, limits::NAME);
        let HalfSettings { events, mapping, author, .. } = &half.settings;
        self.check_settings(&config, events, mapping, author, &mut faults).await?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        if half.settings.tells() {
            // Conditions that cannot be kept here must not be agreed over there.
            self.kept_draft(caller, &config, &half).await?;
        }
        let changes = enables.is_some() || terms(&half, here) != terms(&known, here);
        let wish = changes.then(|| terms(&half, here));
        // The other side may have been disabled over there meanwhile.
        let wish = wish.map(|wish| Terms { enabled: enables, ..wish });
        let (engine, caller) = (self.clone(), caller.clone());
        self.to_the_end(async move {
            if let Some(wish) = wish {
                let agreed = engine.core.ask_half::<Value>(&half, &Ask::Agree(wish)).await?;
                if half.enabled {
                    agreed?;
                }
            }
            engine.put_half(&caller, half, Put::Known).await
        })
        .await
    }

    /// Puts both triggers back as they were agreed.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable` when the other side does not.
    pub async fn restore_integration(
        &self,
        caller: &Caller,
        here: &str,
        id: IntegrationId,
    ) -> Result<Arc<Half>, Error> {
        let half = self.integration(caller, id)?;
        let restored = self.put_half(caller, (*half).clone(), Put::Known).await?;
        let wish = Terms { enabled: None, ..terms(&restored, here) };
        self.core.ask_half::<Value>(&restored, &Ask::Agree(wish)).await??;
        Ok(restored)
    }

    /// Removes both halves with their triggers. Tickets keep the numbers of their counterparts.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the other side does not answer, unless it is to be removed here `anyway`.
    pub async fn delete_integration(
        &self,
        caller: &Caller,
        id: IntegrationId,
        anyway: bool,
    ) -> Result<(), Error> {
        let half = self.integration(caller, id)?;
        match self.core.ask_half::<Value>(&half, &Ask::Remove).await? {
            Ok(_) | Err(Refusal::Refused(404, _)) => {}
            Err(fault) if !anyway => {
                let why = fault.in_words();
                return Err(Error::Conflict(text!("{why}; it can be removed on this side alone", why)));
            }
            Err(_) => {}
        }
        self.forget_half(&half).await
    }
}
