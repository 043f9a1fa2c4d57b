//! A half of an integration together with the trigger that it keeps: written, put back and taken away as one.

use super::triggers::add_deletion;
use crate::Engine;
use crate::administer::Decision;
use crate::caller::Caller;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::integrations::detail_of;
use model::ids::IntegrationId;
use model::integration::{Crossing, HalfSettings, Terms, Way};
use model::text;
use model::trigger::{Trigger, TriggerDraft};
use serde_json::json;
use std::sync::Arc;
use store::db::Write;
use store::integrations::Half;
use store::log::Filter;

/// What is written of a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    /// One that was not there.
    New,
    /// New settings of one that is.
    Known,
}

impl Engine {
    /// The other half's wish: takes over what both share. The side that set it up gave nobody a key: what it tells can be
    /// narrowed from over there, not widened.
    pub(crate) async fn agree(&self, half: &Half, mut terms: Terms) -> Result<(), Error> {
        let mut half = half.clone();
        if half.settings.made_here {
            terms.events.retain(|event| half.settings.events.contains(event));
            terms.both_ways &= half.settings.both_ways;
        }
        half.enabled = terms.enabled.unwrap_or(half.enabled);
        half.settings.url = terms.url.trim_end_matches('/').to_owned();
        (half.settings.events, half.settings.both_ways) = (terms.events, terms.both_ways);
        let caller = self.core.stand_in(&half, None).await?;
        self.put_half(&caller, half, Put::Known).await.map(drop)
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
                    add_deletion(&mut write, &caller, &config, kept, now);
                }
                write.push(store::integration_actions::delete_all(domain, id));
                write.push(store::integration_tickets::delete_all(domain, id));
                write.push(store::integrations::delete(domain, id));
                Ok(Decision { write, answer: (), reload: true })
            })
        })
        .await?;
        // What it told and was not taken gives up like anything else.
        for endpoint in half.settings.trigger.iter().flat_map(|(_, draft)| draft.endpoints()) {
            if let Some(lane) = self.core.dispatcher.lanes().find(endpoint) {
                lane.set_never_gives_up(false);
            }
        }
        Ok(())
    }

    /// Writes a half together with the trigger that belongs to it; one that was removed meanwhile stays removed.
    pub(super) async fn put_half(&self, caller: &Caller, half: Half, put: Put) -> Result<Arc<Half>, Error> {
        let (by, id) = (caller.clone(), half.id);
        self.administer(half.domain, move |engine, config| {
            let (by, mut half) = (by.clone(), half.clone());
            Box::pin(async move {
                if put == Put::Known && !config.halves.iter().any(|known| known.id == id) {
                    return Err(Error::NotFound(format!("integration {id}")));
                }
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
            kept.for_each(|trigger| add_deletion(write, caller, config, trigger, now));
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
    pub(super) async fn kept_draft(
        &self,
        caller: &Caller,
        config: &DomainConfig,
        half: &Half,
    ) -> Result<TriggerDraft, Error> {
        let HalfSettings { events, conditions, .. } = &half.settings;
        let url = self.core.receiver_of(half)?.0;
        let conditions = conditions.clone().unwrap_or_else(|| Crossing::conditions(events));
        let json = json!({
            "name": half.name,
            "description": "Kept by the integration of this name.",
            "enabled": half.enabled,
            "conditions": conditions,
            "actions": [{ "kind": "webhook", "url": url }],
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
            let attempts = store::attempts::of_delivery(reader, domain, newest.id).await?;
            let detail = attempts.last().and_then(|attempt| detail_of(attempt.response_body.as_bytes()));
            if let Some(detail) = detail {
                error = text!("{why}: {detail}", why = error, detail).to_string();
            }
        }
        Ok(Way { waiting, oldest, error })
    }
}

/// What a half shares with the other one.
pub(super) fn terms(half: &Half, here: &str) -> Terms {
    Terms {
        enabled: Some(half.enabled),
        url: here.to_owned(),
        events: half.settings.events.clone(),
        both_ways: half.settings.both_ways,
    }
}
