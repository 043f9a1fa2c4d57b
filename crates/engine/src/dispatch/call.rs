//! One delivery from claim to record: its turn, its body, its call with both limits, its verdict, its end.
//! No transaction is open while a call runs.

use super::{Body, Dispatcher, Job, Lane, Life, Slot};
use crate::outbound::Request;
use crate::signing::signature_header;
use fail::fail_point;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use model::ids::AttemptId;
use model::outcome::Outcome;
use model::text;
use model::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use store::db::Write;
use store::deliveries::Claim;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, sleep_until};

/// Bytes of a body as the HTTP client wants them, without a copy.
struct Text(Arc<str>);

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

pub(super) fn duration(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

/// An attempt's identity and when it began, on both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Began {
    pub(super) id: AttemptId,
    pub(super) at: Timestamp,
    pub(super) instant: Instant,
}

impl Dispatcher {
    /// Takes a delivery through one attempt.
    pub(super) async fn deliver(self: &Arc<Self>, mut job: Job) {
        self.wait_for_turn(&job).await;
        let body = match job.body.take() {
            Some(body) => body,
            None => match self.read_body(&job).await {
                Some(body) => body,
                None => return self.give_up_unread(job).await,
            },
        };
        let limit = self.parts.settings.live_calls_per_endpoint;
        let place = tokio::select! {
            biased;
            () = job.life.cut.cancelled() => return self.hand_back(&job).await,
            place = job.lane.call_place(limit) => place,
        };
        if !job.life.may_act() {
            return self.hand_back(&job).await;
        }
        let began = self.begin();
        let call = self.call(&job, &body, began.at);
        self.attempt(job, call, began, place).await;
    }

    /// No call was begun before the server stops, or before this life may act no more: nothing was interrupted. Should
    /// this fail, the end of the life takes it back.
    async fn hand_back(&self, job: &Job) {
        let ids = [(job.claim.domain, job.claim.id)];
        let now = self.parts.clock.now();
        let step = store::deliveries::hand_back(job.life.incarnation, &ids, now);
        if self.cut.is_cancelled() {
            if let Err(error) = self.parts.committer.once(step).await {
                tracing::debug!(%error, delivery.id = %job.claim.id, "a delivery was not handed back");
            }
            return;
        }
        self.parts.committer.persist(Write::new().step(step)).await;
        self.forget([job.claim.id]);
        self.note_due(&job.lane, now);
    }

    /// A call was cut: the server stops and takes every lease back; or others ended this life and have done so already;
    /// or the database is out of reach, and the delivery goes on once it is back.
    async fn cut_short(&self, claim: &Claim, lane: &Lane, life: &Life) {
        if self.cut.is_cancelled() {
            return;
        }
        let (id, now) = (self.parts.ids.next(self.parts.clock.now().0), self.parts.clock.now());
        let retry = &self.parts.settings.retry;
        let write: Write =
            store::orphans::interrupt(claim.domain, claim.id, life.incarnation, id, retry, now)
                .into_iter()
                .collect();
        if !life.is_over() && self.parts.committer.persist(write).await {
            self.note_due(lane, now);
        }
        self.forget([claim.id]);
    }

    /// The order of one ticket's first attempts; waits at most as long as an answer may take.
    async fn wait_for_turn(&self, job: &Job) {
        if let Some(turn) = &job.turn {
            let limit = duration(self.parts.settings.retry.answer_within_ms);
            tokio::select! {
                () = turn.come() => {}
                () = sleep(limit) => {}
                () = job.life.cut.cancelled() => {}
            }
        }
    }

    async fn read_body(&self, job: &Job) -> Option<Body> {
        let mut tries = 0;
        loop {
            match store::changes::payload(&self.parts.reader, job.claim.domain, job.claim.payload).await {
                Ok(found) => {
                    let (text, truncated) = found?;
                    return Some(Body { text, truncated, _permit: None });
                }
                Err(store::db::ReadError::Unavailable(_) | store::db::ReadError::TooSlow)
                    if !job.life.cut.is_cancelled() =>
                {
                    tries += 1;
                    self.parts.committer.pause(tries).await;
                }
                Err(error) => {
                    tracing::error!(%error, delivery.id = %job.claim.id, "a body cannot be read");
                    return None;
                }
            }
        }
    }

    fn begin(&self) -> Began {
        let at = self.parts.clock.now();
        Began { id: AttemptId(self.parts.ids.next(at.0)), at, instant: Instant::now() }
    }

    /// A delivery without a readable body fails where everybody can see it.
    async fn give_up_unread(self: &Arc<Self>, job: Job) {
        if job.life.cut.is_cancelled() {
            return self.hand_back(&job).await;
        }
        let why = text!("the stored body cannot be read; restore the database from a backup");
        let began = self.begin();
        self.record_verdict(&job, began, began.at, &Outcome::Unreachable { why }, false).await;
    }

    fn call(&self, job: &Job, body: &Body, at: Timestamp) -> BoxFuture<'static, Outcome> {
        match &job.lane.target {
            Ok(target) => {
                let headers = self.headers(job, body, at);
                let body = bytes::Bytes::from_owner(Text(Arc::clone(&body.text)));
                self.parts.outbound.call(Request { target: Arc::clone(target), headers, body })
            }
            Err(why) => {
                let why = model::wording::Text::given(why);
                Box::pin(async move { Outcome::Blocked { why } })
            }
        }
    }

    /// The headers of DESIGN 5.2.3: Standard Webhooks and Gatilho's own.
    fn headers(&self, job: &Job, body: &Body, at: Timestamp) -> HeaderMap {
        let claim = &job.claim;
        let mut headers = HeaderMap::with_capacity(10);
        // Every value made here is ASCII without control characters; should one not be, it is left out.
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        let id = claim.id.to_string();
        let secrets = job.lane.secrets.load();
        let signature = signature_header(&secrets.signing_at(at), &id, at.0 / 1_000, body.text.as_bytes());
        put(CONTENT_TYPE, "application/json; charset=utf-8");
        put(USER_AGENT, &self.parts.settings.user_agent);
        put(HeaderName::from_static("webhook-id"), &id);
        put(HeaderName::from_static("webhook-timestamp"), &(at.0 / 1_000).to_string());
        put(HeaderName::from_static("webhook-signature"), &signature);
        put(HeaderName::from_static("gatilho-ticket-version"), &claim.ticket_version.to_string());
        let cause = self.parts.vault.cause_token(claim.domain, claim.cause);
        put(HeaderName::from_static("gatilho-cause"), &cause);
        if claim.round > 1 {
            put(HeaderName::from_static("gatilho-resend"), &(claim.round - 1).to_string());
        }
        if body.truncated {
            put(HeaderName::from_static("gatilho-truncated"), "true");
        }
        headers
    }

    async fn attempt(
        self: &Arc<Self>,
        job: Job,
        mut call: BoxFuture<'static, Outcome>,
        began: Began,
        place: Option<OwnedSemaphorePermit>,
    ) {
        let limit = sleep(duration(self.parts.settings.retry.answer_within_ms));
        tokio::select! {
            biased;
            outcome = &mut call => {
                fail_point!("dispatch::before_record");
                drop((call, place));
                job.lane.count_answer(matches!(outcome, Outcome::Answered(_)));
                let now = self.parts.clock.now();
                self.record_verdict(&job, began, now, &outcome, false).await;
            }
            () = limit => self.no_answer(job, call, began, place).await,
            () = job.life.cut.cancelled() => {
                drop((call, place));
                self.cut_short(&job.claim, &job.lane, &job.life).await;
            }
        }
    }

    /// The verdict at 3 s, and the call's further way if it finds a lingering slot.
    async fn no_answer(
        self: &Arc<Self>,
        job: Job,
        mut call: BoxFuture<'static, Outcome>,
        began: Began,
        place: Option<OwnedSemaphorePermit>,
    ) {
        job.lane.count_answer(false);
        let failed_at = self.parts.clock.now();
        let Some(lingering) = self.slots.take_lingering(&job.lane) else {
            drop(call);
            self.record_verdict(&job, began, failed_at, &Outcome::NoAnswer, false).await;
            return;
        };
        drop(place);
        let mut early_end = None;
        let state = {
            let verdict = self.record_verdict(&job, began, failed_at, &Outcome::NoAnswer, true);
            tokio::pin!(verdict);
            // The call goes on while its verdict is written.
            loop {
                tokio::select! {
                    state = &mut verdict => break state,
                    outcome = &mut call, if early_end.is_none() => early_end = Some(outcome),
                }
            }
        };
        let Some(state) = state else { return };
        fail_point!("dispatch::after_verdict");
        // The attempt has failed: the next one of this ticket may go, and so may another call.
        let Job { claim, lane, life, slot, turn, .. } = job;
        drop((slot, turn));
        let outcome = match early_end {
            Some(outcome) => outcome,
            None => match self.end_of(call, began, &life).await {
                Some(outcome) => outcome,
                None => return self.cut_short(&claim, &lane, &life).await,
            },
        };
        if matches!(outcome, Outcome::Answered(_)) {
            lane.count_answer(true);
        }
        let ended = super::record::Ended { claim: &claim, lane: &lane, life: &life, state, began, failed_at };
        self.record_end(ended, &outcome).await;
        drop::<Slot>(lingering);
    }

    /// How the call ends: an answer, a failure, or the cut at 2 min; none when the life is cut short.
    async fn end_of(
        &self,
        mut call: BoxFuture<'static, Outcome>,
        began: Began,
        life: &Life,
    ) -> Option<Outcome> {
        let limit = began.instant + duration(self.parts.settings.retry.cancel_after_ms);
        tokio::select! {
            biased;
            outcome = &mut call => Some(outcome),
            () = sleep_until(limit) => Some(Outcome::Cancelled),
            () = life.cut.cancelled() => None,
        }
    }
}
