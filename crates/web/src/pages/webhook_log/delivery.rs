//! What became of a delivery so far: the part of its page that is kept up to date.

use super::LOG;
use super::attempt::Attempt;
use super::next::Next;
use crate::Shared;
use crate::pages::integrations::keeper::Keeper;
use crate::view::status::Status;
use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::{Viewer, Words};
use askama::Template;
use askama::filters::HtmlSafe;
use model::delivery::State;
use model::retry::RetryPolicy;
use store::attempts::AttemptRow;
use store::log::LogRow;

/// What became of it.
#[derive(Debug, Template)]
#[template(path = "webhook_log/delivery.html")]
pub(crate) struct Delivery {
    t: Words,
    id: String,
    /// Its own address while something may still happen; empty afterwards.
    live: String,
    status: Status,
    updated: Instant,
    created: Instant,
    attempts: i64,
    round: i64,
    /// The whole URL: whoever sees this page may make triggers.
    url: String,
    endpoint: String,
    error: Stored,
    trigger: String,
    trigger_name: String,
    keeper: Option<Keeper>,
    revision: String,
    ticket: i64,
    next: Option<Next>,
    /// Newest first.
    calls: Vec<Attempt>,
    may_resend: bool,
    may_cancel: bool,
}

/// Its template escapes what it holds.
impl HtmlSafe for Delivery {}

impl Delivery {
    /// The delivery as this reader sees it.
    pub(crate) fn new(
        app: &Shared,
        viewer: &Viewer,
        row: &LogRow,
        attempts: Vec<AttemptRow>,
        policy: &RetryPolicy,
    ) -> Delivery {
        let look = &viewer.look;
        let has_open_call = attempts.iter().any(|attempt| attempt.ended_at.is_none());
        let is_open = !row.state.is_closed() || has_open_call;
        let next = Next::of(look, row, attempts.last(), policy);
        let rounds = row.round > 1;
        let calls =
            attempts.into_iter().rev().map(|attempt| Attempt::new(look, attempt, rounds, policy)).collect();
        let keeper = Keeper::of(app, viewer, row.trigger);
        Delivery {
            t: look.words,
            id: row.id.to_string(),
            live: if is_open { format!("{LOG}/{}", row.id) } else { String::new() },
            status: Status::new(look.words, row.state.shown(row.paused)),
            updated: Instant::new(look, row.updated_at),
            created: Instant::new(look, row.created_at),
            attempts: row.attempts,
            round: row.round,
            url: row.url.clone(),
            endpoint: row.endpoint.to_string(),
            error: Stored::new(look.words, &row.error),
            trigger: row.trigger.to_string(),
            trigger_name: row.trigger_name.clone(),
            revision: look.words.one("delivery-revision", "revision", row.trigger_revision),
            ticket: row.ticket_number,
            next,
            calls,
            may_resend: row.state.is_closed(),
            may_cancel: row.state.may_become(State::Cancelled) && !has_open_call && keeper.is_none(),
            keeper,
        }
    }
}
