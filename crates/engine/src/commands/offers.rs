//! What one side offers the other when it sets up an integration, takes back when nothing came of it, and what its own domain
//! must know for it.

use super::integrations::NewIntegration;
use crate::Engine;
use crate::caller::Caller;
use crate::config::DomainConfig;
use crate::error::Error;
use crate::integrations::{Fault as Refusal, Sealed};
use crate::outbound::Target;
use crate::vault::{hash_key, new_half_secret};
use model::access_profile::Grant;
use model::classification::service_path;
use model::fault::{Fault, check_length};
use model::ids::{DomainId, IntegrationId};
use model::integration::{Accepted, Ask, Crossing, Mapping, Offer, OfferPurpose, Standing};
use model::person_record::Person;
use model::text;
use model::trigger::limits;
use model::wording::Text;
use std::sync::Arc;
use std::time::Duration;

/// Integrations of a domain, at most.
const HALVES_MAX: usize = 100;

/// An offer that could not be taken back is, after each of these pauses.
const WITHDRAWN_AGAIN: [Duration; 3] =
    [Duration::from_secs(2), Duration::from_secs(15), Duration::from_secs(60)];

/// Where a server takes offers.
fn halves(url: &str) -> String {
    format!("{url}/api/v1/integrations/halves")
}

impl Engine {
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
        let offer = self.offer(caller, here, &new, IntegrationId(1), String::new());
        let offer = Offer { purpose: OfferPurpose::Check, withdrawal: String::new(), ..offer };
        self.make_offer(url.trim_end_matches('/'), key, &offer).await.map(drop)
    }

    /// Asks the other side of an integration whether it stands: with the key that set it up, or where the other side did,
    /// the other half.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` names `url` or `key`.
    pub async fn check_integration(
        &self,
        caller: &Caller,
        here: &str,
        id: IntegrationId,
    ) -> Result<(), Error> {
        let half = self.integration(caller, id)?;
        let key = self.core.open_of(&half, Sealed::Key)?;
        if !key.is_empty() {
            self.check_other_side(caller, here, &half.settings.url, &key).await?;
        }
        let standing = self.core.ask_half::<Standing>(&half, &Ask::Standing).await?;
        standing.map(drop).map_err(|fault| Error::invalid("url", fault.in_words()))
    }

    pub(super) fn offer(
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
            purpose: OfferPurpose::Link,
            withdrawal: new_half_secret(&self.core.random),
        }
    }

    /// Offers the other side an integration, and says which member is to blame when it refuses.
    pub(super) async fn make_offer(&self, url: &str, key: &str, offer: &Offer) -> Result<Accepted, Error> {
        let fault = match self.core.post(&halves(url), key, offer).await {
            Ok(reply) => match serde_json::from_slice(&reply.body) {
                Ok(accepted) => return Ok(accepted),
                Err(_) => Refusal::Stranger(reply.status),
            },
            Err(fault) => fault,
        };
        if fault.leaves_open() && offer.purpose == OfferPurpose::Link {
            self.withdraw(url, key, offer);
        }
        Err(match fault {
            Refusal::Refused(401, _) => {
                Error::invalid("key", text!("the other side does not know this key, or it has expired"))
            }
            Refusal::Refused(403, detail) => {
                Error::invalid("key", text!("the other side refuses this key: {detail}", detail))
            }
            Refusal::Refused(400, detail) => match detail.strip_prefix("key: ") {
                Some(detail) => Error::invalid("key", Text::given(detail)),
                None => Error::invalid("", text!("the other side says: {why}", why = detail)),
            },
            other => Error::invalid("url", other.in_words()),
        })
    }

    /// Takes an offer back that has no half here, since the other side may have made its own: at once, and again while it
    /// has nothing to take away, as the offer may still be on its way.
    pub(super) fn withdraw(&self, url: &str, key: &str, offer: &Offer) {
        let (core, stop, url, key) = (Arc::clone(&self.core), self.stop.clone(), halves(url), key.to_owned());
        let offer = Offer { purpose: OfferPurpose::Withdraw, ..offer.clone() };
        // A stop waits for the first try, not for those that follow.
        self.core.work.spawn(async move {
            for pause in WITHDRAWN_AGAIN.into_iter().map(Some).chain([None]) {
                match core.post(&url, &key, &offer).await {
                    Ok(_) | Err(Refusal::Refused(401 | 403, _)) => return,
                    Err(fault) => tracing::info!(integration = %offer.id, "not withdrawn: {}", fault.in_words()),
                }
                let Some(pause) = pause else { break };
                if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                    break;
                }
            }
            tracing::warn!(integration = %offer.id, url, "the other side may have a half that nobody here knows");
        });
    }

    /// Takes away what an offer made here whose answer was lost.
    ///
    /// # Errors
    /// `NotFound` when it made nothing, or has not yet.
    pub(super) async fn take_back(&self, domain: DomainId, offer: &Offer) -> Result<Accepted, Error> {
        let withdrawal = Some(hash_key(&offer.withdrawal));
        let config = self.core.config.domain(domain)?;
        let made = config.halves.iter().find(|half| half.settings.withdrawal == withdrawal);
        let made =
            made.ok_or_else(|| Error::NotFound(format!("integration that was offered as {}", offer.id)))?;
        self.forget_half(made).await?;
        Ok(Accepted { id: made.id, secret: String::new() })
    }

    /// Takes over what the domain must know: names, people, conditions.
    pub(super) async fn check(
        &self,
        config: &DomainConfig,
        new: &NewIntegration,
        author: &str,
    ) -> Result<(), Error> {
        let mut faults = Vec::new();
        if new.name.trim().is_empty() {
            faults.push(Fault::new("name", text!("is empty; give it a name")));
        }
        check_length(&mut faults, "name", &new.name, limits::NAME);
        if let Err(fault) = Target::parse(&new.url) {
            faults.push(Fault::new("url", fault.text()));
        }
        if new.key.is_empty() {
            faults.push(Fault::new(
                "key",
                text!("is empty; give a key of the other domain with \"Allow creating triggers\""),
            ));
        }
        if config.halves.len() >= HALVES_MAX {
            faults.push(Fault::new(
                "",
                text!("the domain has {max} integrations; remove one first", max = HALVES_MAX),
            ));
        }
        self.check_settings(config, &new.events, &new.mapping, author, &mut faults).await?;
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    pub(super) async fn check_settings(
        &self,
        config: &DomainConfig,
        events: &[Crossing],
        mapping: &Mapping,
        author: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Error> {
        if events.is_empty() {
            faults.push(Fault::new("events", text!("is empty; choose what crosses")));
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
                text!("there is no active agent with the reference code `{author}`", author),
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
                let message = match field {
                    "type" => text!("there is no type `{name}` in this domain", name = ours),
                    "status" => text!("there is no status `{name}` in this domain", name = ours),
                    "urgency" => text!("there is no urgency `{name}` in this domain", name = ours),
                    "category" => text!("there is no category `{name}` in this domain", name = ours),
                    "service" => text!("there is no service `{name}` in this domain", name = ours),
                    _ => text!("there is no {field} `{name}` in this domain", field, name = ours),
                };
                faults.push(Fault::new(format!("mapping.{field}.{place}"), message));
            }
        }
        Ok(())
    }
}
