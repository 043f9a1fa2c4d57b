//! The look at the queue, every `monitor_every` (30 s): what no memory holds is found here and goes on.

use super::{Dispatcher, Job};
use model::ids::{DeliveryId, IncarnationId};
use std::collections::HashSet;
use std::sync::Arc;
use store::db::ReadError;
use store::deliveries::Claim;

impl Dispatcher {
    /// Takes note of every due time in the database, and takes up what is leased to this node without its knowing.
    pub async fn look(self: &Arc<Self>) {
        self.parts.metrics.looks.inc();
        self.look_for_due().await;
        if self.parts.is_shared
            && let Err(error) = self.learn_of_others().await
        {
            tracing::warn!(%error, "what other nodes did cannot be looked at; trying again at the next look");
        }
        if let Err(error) = self.take_up_unknown().await {
            tracing::warn!(%error, "leases cannot be looked at; trying again at the next look");
        }
    }

    /// Takes note of every due time in the database.
    pub async fn look_for_due(&self) {
        if let Err(error) = self.note_all_due().await {
            tracing::warn!(%error, "the queue cannot be looked at; trying again at the next look");
        }
    }

    /// What other nodes enqueued and closed, and which endpoints failed there.
    async fn learn_of_others(&self) -> Result<(), ReadError> {
        for (domain, open) in store::deliveries::open_counts(&self.parts.reader).await? {
            self.set_open(domain, open);
        }
        for endpoint in store::notices::failing_endpoints(&self.parts.reader).await? {
            if let Some(lane) = self.lanes.find(endpoint) {
                lane.fails_elsewhere();
            }
        }
        Ok(())
    }

    async fn note_all_due(&self) -> Result<(), ReadError> {
        for (_, endpoint, due) in store::deliveries::next_due(&self.parts.reader).await? {
            if let Some(lane) = self.lanes.find(endpoint) {
                lane.note_due(due);
                self.agenda.add(due, endpoint);
            }
        }
        Ok(())
    }

    async fn take_up_unknown(self: &Arc<Self>) -> Result<(), ReadError> {
        let comparing = self.claims.write().await;
        let life = self.life();
        if !life.may_act() {
            return Ok(());
        }
        let mut unknown = self.leased(life.incarnation).await?;
        self.known.retain_unknown(&mut unknown, |claim| claim.id);
        if unknown.is_empty() {
            return Ok(());
        }
        // What was recorded and forgotten between the two looks, at the rows and at the memory, is leased no more.
        let still: HashSet<DeliveryId> =
            self.leased(life.incarnation).await?.into_iter().map(|claim| claim.id).collect();
        for claim in unknown.into_iter().filter(|claim| still.contains(&claim.id)) {
            let Some(lane) = self.lanes.find(claim.endpoint) else { continue };
            // Without a free slot it is found again at the next look.
            let Some(slot) = self.slots.take_live(&lane) else { continue };
            tracing::warn!(delivery.id = %claim.id, "a delivery was leased here and not known; sending it now");
            self.register([claim.id]);
            let turn = (claim.round == 1 && claim.attempt == 1).then(|| lane.turn(claim.ticket_number));
            self.start(Job { claim, lane, life: Arc::clone(&life), slot, body: None, turn });
        }
        drop(comparing);
        Ok(())
    }

    async fn leased(&self, incarnation: IncarnationId) -> Result<Vec<Claim>, ReadError> {
        store::deliveries::leased_to(&self.parts.reader, incarnation).await
    }
}
