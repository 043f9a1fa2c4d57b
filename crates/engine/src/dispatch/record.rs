//! *record*: outcome → settle → one write with the delivery's move, the attempt's row and the notice. A call that
//! outlives its 3 s is recorded in two: verdict and end. What was done is recorded, however long the database is away.

use super::call::Began;
use super::{Dispatcher, Job, Lane, Life};
use model::delivery::{Attempt, Settlement, State, settle, settle_end};
use model::ids::{AttemptId, NoticeId};
use model::notice::NoticeKind;
use model::outcome::Outcome;
use model::retry::RetryPolicy;
use model::text;
use model::time::Timestamp;
use store::attempts::Place;
use store::db::Write;
use store::deliveries::{Claim, Held, Moved};
use store::notices::Event;

/// A call that goes on after its verdict.
#[derive(Clone, Copy)]
pub(super) struct Ended<'e> {
    pub(super) claim: &'e Claim,
    pub(super) lane: &'e Lane,
    pub(super) life: &'e Life,
    /// The state that the verdict led to.
    pub(super) state: State,
    pub(super) began: Began,
    pub(super) failed_at: Timestamp,
}

fn status_code(outcome: &Outcome) -> Option<i64> {
    match outcome {
        Outcome::Answered(answer) => Some(i64::from(answer.status)),
        _ => None,
    }
}

fn place(claim: &Claim, id: AttemptId) -> Place {
    Place { domain: claim.domain, delivery: claim.id, id, round: claim.round, number: claim.attempt }
}

fn held(claim: &Claim, life: &Life) -> Held {
    Held {
        domain: claim.domain,
        id: claim.id,
        node: life.incarnation,
        round: claim.round,
        attempt: claim.attempt,
    }
}

impl Dispatcher {
    /// Records the verdict of an attempt. Answers the state it led to; none when the lease was lost or the server
    /// stops. While `lingers`, the lease stays and no due time is set.
    pub(super) async fn record_verdict(
        &self,
        job: &Job,
        began: Began,
        at: Timestamp,
        outcome: &Outcome,
        lingers: bool,
    ) -> Option<State> {
        let claim = &job.claim;
        let number = u32::try_from(claim.attempt).unwrap_or(u32::MAX);
        let attempt = Attempt { number, started_at: began.at, ended_at: at };
        let settlement = settle(attempt, outcome, lingers, &self.policy_of(&job.lane));
        let moved = Moved {
            state: settlement.state,
            due_at: settlement.due_at,
            keep_lease: settlement.call_stays_open,
            failed_at: (settlement.state != State::Delivered).then_some(at),
            error: &settlement.error,
            status_code: status_code(outcome),
        };
        let ended_at = (!settlement.call_stays_open).then_some(at);
        let error = if lingers || *outcome != Outcome::NoAnswer {
            settlement.error.clone()
        } else {
            format!("{}; the call was cut, since no place for a lingering call was free", settlement.error)
        };
        let mut write = Write::new()
            .step(store::deliveries::record(held(claim, &job.life), &moved, at))
            .step(store::attempts::insert(place(claim, began.id), outcome, &error, began.at, at, ended_at))
            .proved_by(store::attempts::proof(place(claim, began.id)));
        let recovers = self.add_notice(&mut write, claim, &job.lane, &settlement, at);
        let done = self.persist(write, &job.lane, settlement.pause_endpoint).await;
        self.log_attempt(job, outcome, &settlement, at.0 - began.at.0);
        if !settlement.call_stays_open || !done {
            self.forget([claim.id]);
        }
        if !done {
            return None;
        }
        match recovers {
            Some(failures) => job.lane.recovered(failures),
            None if settlement.state == State::Delivered => {}
            None => job.lane.failed(),
        }
        self.count_closed(claim.domain, settlement.state);
        if let Some(due) = settlement.due_at {
            self.note_due(&job.lane, due);
        }
        Some(settlement.state)
    }

    /// The retry rule of an endpoint: an integration's never gives up.
    fn policy_of(&self, lane: &Lane) -> RetryPolicy {
        let policy = self.parts.settings.retry;
        if lane.never_gives_up() { RetryPolicy { retries: u32::MAX, ..policy } } else { policy }
    }

    /// Records how a call ended whose attempt had failed already, and gives its lease back.
    pub(super) async fn record_end(&self, ended: Ended<'_>, outcome: &Outcome) {
        let Ended { claim, lane, life, state, began, failed_at } = ended;
        let now = self.parts.clock.now();
        let settlement = settle_end(state, began.at, failed_at, now, outcome, &self.policy_of(lane));
        let moved = Moved {
            state,
            due_at: settlement.due_at,
            keep_lease: false,
            failed_at: Some(failed_at),
            error: &settlement.error,
            status_code: status_code(outcome),
        };
        let mut write = Write::new()
            .step(store::deliveries::record_end(held(claim, life), &moved, now))
            .step(store::attempts::complete(place(claim, began.id), outcome, &settlement.error, now))
            .proved_by(store::attempts::end_proof(place(claim, began.id)));
        if settlement.pause_endpoint {
            self.add_pause(&mut write, claim, lane, now);
        }
        let done = self.persist(write, lane, settlement.pause_endpoint).await;
        self.forget([claim.id]);
        if let Some(due) = settlement.due_at
            && done
        {
            self.note_due(lane, due);
        }
    }

    /// Commits a record. A pause begins in memory, so that what is leased from here on was decided before it.
    async fn persist(&self, write: Write, lane: &Lane, pauses: bool) -> bool {
        let was_paused = lane.is_paused();
        if pauses {
            self.set_paused(lane.id, true);
        }
        let done = self.parts.committer.persist(write).await;
        if pauses && !done {
            self.set_paused(lane.id, was_paused);
        }
        done
    }

    /// The notice that follows: opened or counted on by a failure, closed by a success. Answers after how many failures
    /// it was closed, if it was.
    fn add_notice(
        &self,
        write: &mut Write,
        claim: &Claim,
        lane: &Lane,
        settlement: &Settlement,
        at: Timestamp,
    ) -> Option<u64> {
        if settlement.state == State::Delivered {
            let was_failing = lane.is_failing();
            if was_failing.is_some() {
                write.push(store::notices::recover(
                    claim.domain,
                    NoticeKind::WebhookFailing,
                    &subject(lane),
                    at,
                ));
            }
            if lane.should_remember(at) {
                write.push(store::endpoints::delivered(claim.domain, lane.id, at));
            }
            return was_failing;
        }
        let event = Event {
            id: NoticeId(self.parts.ids.next(at.0)),
            kind: NoticeKind::WebhookFailing,
            subject: subject(lane),
            endpoint: Some(lane.id),
            trigger: None,
            ticket_number: Some(claim.ticket_number),
            text: settlement.error.clone(),
            gave_up: i64::from(settlement.state == State::Failed),
            at,
        };
        write.push(store::notices::notice(claim.domain, &event));
        if settlement.pause_endpoint {
            self.add_pause(write, claim, lane, at);
        }
        None
    }

    /// The receiver said that it is gone for good: its deliveries are held until somebody lets them go on.
    fn add_pause(&self, write: &mut Write, claim: &Claim, lane: &Lane, at: Timestamp) {
        let reason = text!("the receiver answered 410: it is gone for good").to_string();
        write.push(store::endpoints::set_paused(claim.domain, lane.id, true, &reason));
        if self.parts.is_shared {
            write.push(store::domains::touch_revision(claim.domain));
        }
        let event = Event {
            id: NoticeId(self.parts.ids.next(at.0)),
            kind: NoticeKind::EndpointPaused,
            subject: subject(lane),
            endpoint: Some(lane.id),
            trigger: None,
            ticket_number: Some(claim.ticket_number),
            text: reason,
            gave_up: 0,
            at,
        };
        write.push(store::notices::notice(claim.domain, &event));
    }

    /// One wide line per attempt.
    fn log_attempt(&self, job: &Job, outcome: &Outcome, settlement: &Settlement, duration_ms: i64) {
        self.parts.metrics.count_attempt(outcome, duration_ms);
        let url = job.lane.target.as_ref().map_or_else(|_| String::new(), |target| target.redacted());
        tracing::info!(
            delivery.id = %job.claim.id,
            endpoint.id = %job.lane.id,
            ticket = job.claim.ticket_number,
            attempt = job.claim.attempt,
            outcome = outcome.as_str(),
            state = settlement.state.as_str(),
            duration_ms,
            url,
            "delivery attempted"
        );
    }
}

fn subject(lane: &Lane) -> String {
    lane.id.to_string()
}
