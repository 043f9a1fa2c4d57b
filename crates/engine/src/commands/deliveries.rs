//! Sending again: a new round for closed deliveries, with the same bytes and the same `webhook-id`. Calling off: what
//! waits goes out no more.

use crate::Engine;
use crate::caller::Caller;
use crate::error::Error;
use model::access_profile::Grant;
use model::delivery::{Shown, State};
use model::ids::{DeliveryId, DomainId, EndpointId};
use model::text;
use store::db::{Row, Step};
use store::log::Filter;

impl Engine {
    /// Begins a new round for one delivery.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is not closed or its last call is still open.
    pub async fn resend(&self, caller: &Caller, id: DeliveryId) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let step = store::deliveries::resend(caller.domain, &[id], self.core.clock.now());
        if self.resend_to_the_end(caller, step, 1).await? > 0 {
            return Ok(());
        }
        match store::log::find(&self.core.reader, caller.domain, id).await? {
            None => Err(Error::NotFound(format!("delivery {id}"))),
            Some(row) if row.state.is_closed() => {
                Err(Error::Conflict(text!("its last call is still open; try again when it has ended")))
            }
            Some(row) => Err(Error::Conflict(text!(
                "it is {state}: it goes out by itself",
                state = row.state.as_str()
            ))),
        }
    }

    /// Begins a new round for the closed deliveries of a filter, longest unchanged first, at most 10 000, in one write. Without a
    /// status those that failed are meant. Answers how many.
    ///
    /// # Errors
    /// `Invalid` for a status that is not closed.
    pub async fn resend_matching(&self, caller: &Caller, filter: &Filter) -> Result<i64, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let filter = resendable(filter)?;
        let step = store::log::resend_matching(caller.domain, &filter, self.core.clock.now());
        self.resend_to_the_end(caller, step, 0).await
    }

    /// Calls a delivery off that waits. Sending it again takes that back.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is closed, while a call is open, or when it is an integration's.
    pub async fn cancel(&self, caller: &Caller, id: DeliveryId) -> Result<(), Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let (engine, domain) = (self.clone(), caller.domain);
        let row = store::log::find(&self.core.reader, domain, id).await?;
        let row = row.ok_or_else(|| Error::NotFound(format!("delivery {id}")))?;
        if self.core.dispatcher.lanes().find(row.endpoint).is_some_and(|lane| lane.never_gives_up()) {
            return Err(Error::Conflict(text!(
                "an integration tells until the other side knows; disable the integration instead"
            )));
        }
        self.to_the_end(async move { engine.cancel_to_the_end(domain, id).await }).await
    }

    async fn cancel_to_the_end(&self, domain: DomainId, id: DeliveryId) -> Result<(), Error> {
        let (core, now) = (&self.core, self.core.clock.now());
        if core.committer.once(store::deliveries::cancel(domain, id, now)).await?.is_empty() {
            let row = store::log::find(&core.reader, domain, id).await?;
            let row = row.ok_or_else(|| Error::NotFound(format!("delivery {id}")))?;
            // A commit whose end was not known is repeated, and the repetition finds nothing to do.
            if row.state != State::Cancelled || row.updated_at != now {
                return Err(Error::Conflict(match row.state.is_closed() {
                    true => text!("it is {state}: nothing goes out any more", state = row.state.as_str()),
                    false => text!("its call is still open; call it off when the call has ended"),
                }));
            }
        }
        core.dispatcher.count_open(domain, -1);
        Ok(())
    }

    async fn resend_to_the_end(
        &self,
        caller: &Caller,
        step: Step,
        endpoint_column: usize,
    ) -> Result<i64, Error> {
        let (engine, domain) = (self.clone(), caller.domain);
        let work = async move {
            let rows = engine.core.committer.once(step).await?;
            engine.note_resent(domain, &rows, endpoint_column);
            Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
        };
        self.to_the_end(work).await
    }

    /// How many deliveries [`Engine::resend_matching`] would take now.
    ///
    /// # Errors
    /// `Invalid` for a status that is not closed.
    pub async fn count_resendable(&self, caller: &Caller, filter: &Filter) -> Result<i64, Error> {
        caller.require(Grant::AllowCreatingTriggers)?;
        let filter = resendable(filter)?;
        Ok(store::log::count_resendable(&self.core.reader, caller.domain, &filter).await?)
    }

    fn note_resent(&self, domain: DomainId, rows: &[Row], endpoint_column: usize) {
        self.core.dispatcher.count_open(domain, i64::try_from(rows.len()).unwrap_or(i64::MAX));
        self.core.db.notify();
        let now = self.core.clock.now();
        let endpoints = rows.iter().filter_map(|row| row.integer(endpoint_column).ok());
        for endpoint in endpoints.collect::<std::collections::BTreeSet<_>>() {
            if let Some(lane) = self.core.dispatcher.lanes().find(EndpointId(endpoint)) {
                self.core.dispatcher.note_due(&lane, now);
            }
        }
    }
}

fn resendable(filter: &Filter) -> Result<Filter, Error> {
    let mut filter = filter.clone();
    match filter.status.get_or_insert(Shown::Failed) {
        Shown::Delivered | Shown::Failed | Shown::Cancelled => Ok(filter),
        _ => Err(Error::invalid(
            "status",
            text!("must be failed, cancelled or delivered: the others go out by themselves"),
        )),
    }
}
