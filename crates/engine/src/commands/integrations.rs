//! Integrations: set up from this side or accepted from the other, changed, put back, removed. Both halves and their triggers
//! come and go together.
//! Does not live here: what crosses (`integrations`).

use crate::Engine;
use crate::administer::Decision;
use crate::caller::Caller;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::integrations::{Fault as Refusal, Sealed};
use crate::outbound::Target;
use crate::vault::new_half_secret;
use model::access_profile::Grant;
use model::classification::service_path;
use model::fault::{Fault, check_length};
use model::ids::IntegrationId;
use model::integration::{Accepted, Ask, Crossing, HalfSettings, Mapping, Offer, Standing, Terms, Way};
use model::person_record::Person;
use model::time::Timestamp;
use model::trigger::{Trigger, TriggerDraft, limits};
use serde_json::{Value, json};
use std::sync::Arc;
use store::db::Write;
use store::integrations::Half;
use store::log::Filter;

/// Integrations of a domain, at most.
const HALVES_MAX: usize = 100;

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
    pub async fn standings(&self, half: &Half) -> Result<(Standing, Result<Standing, String>), Error> {
        let theirs = self.core.ask_half(half, &Ask::Standing).await?;
        Ok((self.standing(half).await?, theirs.map_err(|fault| fault.in_words())))
    }

    /// Asks the other side whether it would let itself be linked with this key, and makes nothing.
    ///
    /// # Errors
    /// `Invalid` names `url` or `key`.
    pub async fn check_other_side(
        &self,
        caller: &Caller,
        here: &str,
        url: &str,
        key: &str,
    ) -> Result<(), Error> {
        caller.require(Grant::AllowManagingIntegrations)?;
        let new = NewIntegration { name: "check".into(), ..NewIntegration::default() };
        let offer =
            Offer { check_only: true, ..self.offer(caller, here, &new, IntegrationId(1), String::new()) };
        self.make_offer(url.trim_end_matches('/'), key, &offer).await.map(drop)
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
        let (core, now) = (&self.core, self.core.clock.now());
        let id = IntegrationId(core.ids.next(now.0));
        let secret = new_half_secret(&core.random);
        let url = new.url.trim_end_matches('/').to_owned();
        let offer = self.offer(caller, here, &new, id, secret.clone());
        let accepted = self.make_offer(&url, &new.key, &offer).await?;
        let half = Half {
            domain: caller.domain,
            id,
            name: new.name,
            enabled: true,
            settings: HalfSettings {
                url,
                peer: accepted.id,
                made_here: true,
                events: new.events,
                both_ways: new.both_ways,
                mapping: new.mapping,
                author,
                conditions: new.conditions,
                trigger: None,
            },
            secret: core.seal_of(id, Sealed::Own, &secret),
            peer_secret: core.seal_of(id, Sealed::Peer, &accepted.secret),
            api_key: Some(core.seal_of(id, Sealed::Key, &new.key)),
            created_at: now,
        };
        match self.put_half(caller, half.clone()).await {
            Ok(half) => Ok(half),
            Err(error) => {
                if let Ok(Err(fault)) = core.ask_half::<Value>(&half, &Ask::Remove).await {
                    tracing::warn!(fault = %fault.in_words(), "the other half of an integration that was refused stays");
                }
                Err(error)
            }
        }
    }

    fn offer(
        &self,
        caller: &Caller,
        here: &str,
        new: &NewIntegration,
        id: IntegrationId,
        secret: String,
    ) -> Offer {
        Offer {
            name: new.name.clone(),
            domain: caller.domain,
            url: here.to_owned(),
            id,
            secret,
            events: new.events.clone(),
            both_ways: new.both_ways,
            mapping: new.mapping.reversed(),
            conditions: new.their_conditions.clone(),
            check_only: false,
        }
    }

    /// Offers the other side an integration, and says which member is to blame when it refuses.
    async fn make_offer(&self, url: &str, key: &str, offer: &Offer) -> Result<Accepted, Error> {
        let reply = self.core.post(&format!("{url}/api/v1/integrations/halves"), key, offer).await;
        let reply = reply.map_err(|fault| match fault {
            Refusal::Refused(401, _) => {
                Error::invalid("key", "the other side does not know this key, or it has expired")
            }
            Refusal::Refused(403, detail) => {
                Error::invalid("key", format!("the other side refuses this key: {detail}"))
            }
            Refusal::Refused(400, detail) => match detail.strip_prefix("key: ") {
                Some(detail) => Error::invalid("key", detail),
                None => Error::invalid("", format!("the other side says: {detail}")),
            },
            other => Error::invalid("url", other.in_words()),
        })?;
        serde_json::from_slice(&reply.body)
            .map_err(|_| Error::invalid("url", Refusal::Stranger(reply.status).in_words()))
    }

    /// Takes over what the domain must know: names, people, conditions.
    async fn check(&self, config: &DomainConfig, new: &NewIntegration, author: &str) -> Result<(), Error> {
        let mut faults = Vec::new();
        if new.name.trim().is_empty() {
            faults.push(Fault::new("name", "is empty; give it a name"));
        }
        check_length(&mut faults, "name", &new.name, limits::NAME);
        if let Err(fault) = Target::parse(&new.url) {
            faults.push(Fault::new("url", fault.to_string()));
        }
        if new.key.is_empty() {
            faults.push(Fault::new(
                "key",
                "is empty; give a key of the other domain with \"Allow creating triggers\"",
            ));
        }
        if config.halves.len() >= HALVES_MAX {
            faults
                .push(Fault::new("", format!("the domain has {HALVES_MAX} integrations; remove one first")));
        }
        self.check_settings(config, &new.events, &new.mapping, author, &mut faults).await?;
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    async fn check_settings(
        &self,
        config: &DomainConfig,
        events: &[Crossing],
        mapping: &Mapping,
        author: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Error> {
        if events.is_empty() {
            faults.push(Fault::new("events", "is empty; choose what crosses"));
        }
        let words = &config.classification;
        let client = &mapping.client;
        let mut codes: Vec<String> = client.values.values().chain(&client.default).cloned().collect();
        codes.push(author.to_owned());
        let people: Vec<Person> = store::people::find_many(&self.core.reader, config.id, &codes).await?;
        let active =
            |code: &str| people.iter().find(|person| person.reference.id == code && person.is_active);
        if !active(author).is_some_and(|person| person.reference.profile_type.is_agent()) {
            faults.push(Fault::new(
                "author",
                format!("there is no active agent with the reference code `{author}`"),
            ));
        }
        for (field, rule) in mapping.rules() {
            let knows = |name: &str| match field {
                "type" => ["public", "internal"].contains(&name),
                "status" => words.status(name).is_some(),
                "urgency" => words.urgency(name).is_some(),
                "category" => words.category(name).is_some(),
                "service" => words.service(name).is_some_and(|known| !service_path(&known.path).is_empty()),
                _ => active(name).is_some(),
            };
            let values = rule.values.iter().map(|(theirs, ours)| (format!("values.{theirs}"), ours));
            let default = rule.default.iter().map(|ours| ("default".to_owned(), ours));
            for (place, ours) in values.chain(default).filter(|(_, ours)| !knows(ours)) {
                faults.push(Fault::new(
                    format!("mapping.{field}.{place}"),
                    format!("there is no {field} `{ours}` in this domain"),
                ));
            }
        }
        Ok(())
    }

    /// Accepts what another domain offers: its half here, and the trigger that tells it.
    ///
    /// # Errors
    /// `Forbidden` without *Allow creating triggers*; `Invalid` when this server may not call the other one.
    pub async fn accept_integration(&self, caller: &Caller, offer: Offer) -> Result<Accepted, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        if offer.domain == caller.domain {
            return Err(Error::invalid(
                "key",
                "belongs to the domain that asks; give one of the other domain",
            ));
        }
        if let Some(why) = self.core.outbound.objection(&offer.url).await {
            let url = &offer.url;
            return Err(Error::invalid(
                "url",
                format!("{url}, the public URL of who asks, cannot be called: {why}"),
            ));
        }
        if offer.check_only {
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
                trigger: None,
            },
            secret: core.seal_of(id, Sealed::Own, &secret),
            peer_secret: core.seal_of(id, Sealed::Peer, &offer.secret),
            api_key: None,
            created_at: now,
        };
        self.put_half(caller, half).await?;
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
        if terms(&half, here) != terms(&known, here) {
            let agreed = self.core.ask_half::<Value>(&half, &Ask::Agree(terms(&half, here))).await?;
            if half.enabled {
                agreed?;
            }
        }
        self.put_half(caller, half).await
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
        let restored = self.put_half(caller, (*half).clone()).await?;
        self.core.ask_half::<Value>(&restored, &Ask::Agree(terms(&restored, here))).await??;
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
                return Err(Error::Conflict(format!(
                    "{why}; with `anyway=true` it is removed on this side alone"
                )));
            }
            Err(_) => {}
        }
        self.forget_half(&half).await
    }

    /// The other half's wish: takes over what both share.
    pub(crate) async fn agree(&self, half: &Half, terms: Terms) -> Result<(), Error> {
        let mut half = half.clone();
        half.enabled = terms.enabled;
        half.settings.url = terms.url.trim_end_matches('/').to_owned();
        (half.settings.events, half.settings.both_ways) = (terms.events, terms.both_ways);
        let caller = self.core.stand_in(&half, None).await?;
        self.put_half(&caller, half).await.map(drop)
    }

    /// Takes this half away, with its trigger.
    pub(crate) async fn forget_half(&self, half: &Half) -> Result<(), Error> {
        let (domain, id) = (half.domain, half.id);
        let caller = self.core.stand_in(half, None).await?;
        self.administer(domain, move |engine, config| {
            let caller = caller.clone();
            Box::pin(async move {
                let now = engine.core.clock.now();
                let mut write = Write::new().step(store::domains::raise_revision(domain, config.revision));
                for kept in engine.kept_triggers(&config, id).await? {
                    delete_trigger(&mut write, &caller, &config, kept, now);
                }
                write.push(store::integration_actions::delete_all(domain, id));
                write.push(store::integration_tickets::delete_all(domain, id));
                write.push(store::integrations::delete(domain, id));
                Ok(Decision { write, answer: (), reload: true })
            })
        })
        .await
    }

    /// Writes a half together with the trigger that belongs to it.
    async fn put_half(&self, caller: &Caller, half: Half) -> Result<Arc<Half>, Error> {
        let (by, id) = (caller.clone(), half.id);
        self.administer(half.domain, move |engine, config| {
            let (by, mut half) = (by.clone(), half.clone());
            Box::pin(async move {
                let mut write =
                    Write::new().step(store::domains::raise_revision(half.domain, config.revision));
                engine.add_kept_trigger(&mut write, &by, &config, &mut half).await?;
                write.push(store::integrations::save(&half));
                Ok(Decision { write, answer: (), reload: true })
            })
        })
        .await?;
        self.core.config.half(id).ok_or_else(|| Error::NotFound(format!("integration {id}")))
    }

    /// Adds what puts a half's trigger in order: makes it, puts it back, or takes it away.
    async fn add_kept_trigger(
        &self,
        write: &mut Write,
        caller: &Caller,
        config: &DomainConfig,
        half: &mut Half,
    ) -> Result<(), Error> {
        let now = self.core.clock.now();
        let mut kept = self.kept_triggers(config, half.id).await?.into_iter();
        if !half.settings.tells() {
            kept.for_each(|trigger| delete_trigger(write, caller, config, trigger, now));
            half.settings.trigger = None;
            return Ok(());
        }
        let draft = self.kept_draft(caller, config, half).await?;
        let mut trigger = match kept.next() {
            Some(known) => super::triggers::next_revision(Trigger { draft, ..known }, now),
            None => self.last_trigger(caller, draft, now).await?,
        };
        trigger.managed_by = Some(half.id);
        // Endpoints that are made become known with the reload.
        self.add_trigger_steps(write, caller, config, &mut trigger, now);
        half.settings.trigger = Some((trigger.id, trigger.draft));
        Ok(())
    }

    /// How a half's trigger must look.
    async fn kept_draft(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        half: &Half,
    ) -> Result<TriggerDraft, Error> {
        let HalfSettings { url, peer, events, conditions, .. } = &half.settings;
        let secret = self.core.open_of(half, Sealed::Peer)?;
        let conditions = conditions.clone().unwrap_or_else(|| Crossing::conditions(events));
        let json = json!({
            "name": half.name,
            "description": "Kept by the integration of this name.",
            "enabled": half.enabled,
            "conditions": conditions,
            "actions": [{ "kind": "webhook", "url": format!("{url}/integrations/{peer}/receive?secret={secret}") }],
        });
        self.read_draft(caller, config, &json).await
    }

    /// The triggers that a half keeps: one, or none.
    async fn kept_triggers(&self, config: &DomainConfig, id: IntegrationId) -> Result<Vec<Trigger>, Error> {
        let all = store::triggers::all(&self.core.reader, config.id).await?;
        Ok(all.into_iter().filter(|trigger| trigger.managed_by == Some(id)).collect())
    }

    /// What differs between a half's trigger and what it must be, in words.
    pub(crate) async fn drift(&self, half: &Half) -> Result<Vec<String>, Error> {
        let Some((id, wanted)) = &half.settings.trigger else { return Ok(Vec::new()) };
        let found = store::triggers::find(&self.core.reader, half.domain, *id).await?;
        let Some(found) = found else { return Ok(vec!["the trigger was deleted".into()]) };
        let is = &found.draft;
        let differ = [
            (
                is.enabled != wanted.enabled,
                if is.enabled { "the trigger was enabled" } else { "the trigger was disabled" },
            ),
            (is.conditions != wanted.conditions, "its conditions were changed"),
            (is.actions != wanted.actions, "its actions were changed"),
            ((&is.name, &is.description) != (&wanted.name, &wanted.description), "it was renamed"),
        ];
        Ok(differ.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what.to_owned()).collect())
    }

    /// How what this half tells fares.
    pub(crate) async fn way(&self, half: &Half) -> Result<Way, Error> {
        let Some((id, _)) = &half.settings.trigger else { return Ok(Way::default()) };
        let (reader, domain) = (&self.core.reader, half.domain);
        let filter = Filter { trigger: Some(*id), ..Filter::default() };
        let newest = store::log::page(reader, domain, &filter, None, 1).await?;
        let Some(newest) = newest.into_iter().next() else { return Ok(Way::default()) };
        let (waiting, oldest) = store::deliveries::waiting(reader, domain, newest.endpoint).await?;
        let mut error = newest.error;
        if !error.is_empty() {
            // Our own refusals say why.
            let attempts = store::attempts::of_delivery(reader, domain, newest.id).await?;
            let body = attempts.last().map(|attempt| attempt.response_body.as_str()).unwrap_or_default();
            let problem: Option<Value> = serde_json::from_str(body).ok();
            let detail = problem.as_ref().and_then(|problem| problem.get("detail")?.as_str());
            error.extend(detail.map(|detail| format!(": {detail}")));
        }
        Ok(Way { waiting, oldest, error })
    }
}

fn terms(half: &Half, here: &str) -> Terms {
    Terms {
        enabled: half.enabled,
        url: here.to_owned(),
        events: half.settings.events.clone(),
        both_ways: half.settings.both_ways,
    }
}

fn delete_trigger(
    write: &mut Write,
    caller: &Caller,
    config: &DomainConfig,
    trigger: Trigger,
    now: Timestamp,
) {
    let last = super::triggers::next_revision(trigger, now);
    write.push(store::triggers::delete(config.id, last.id));
    write.push(store::triggers::keep_revision(
        config.id,
        &last,
        config.revision + 1,
        true,
        caller.person_id(),
    ));
}
