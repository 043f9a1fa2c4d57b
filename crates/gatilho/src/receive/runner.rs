//! Which request is run when: what is due and has its turn, as many at once as may be, one of a ticket at a time.
//! Not here: one run (`program`), what follows from its end (the model), whose turn it is (store `inbox`).

use super::args::ReceiveArgs;
use super::program::{Ending, Program, mark};
use super::{Shared, leftovers};
use anyhow::{Context, Result};
use model::inbox::{Exit, RequestState, RerunPolicy, Verdict, settle};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::db::{CommitError, ReadError, Write};
use store::inbox::{self, Ended, Run};
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

/// Besides its wake-ups the inbox is looked at this often: for what is due again, and what `gatilho inbox` changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// So long after an arrival the inbox is looked at: those that come together make one look or two.
const GATHER: Duration = Duration::from_millis(2);

/// Between two tries to keep the end of a run while the disk refuses.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// Tries to keep the end of a run once the receiver stops; the next start runs the request again.
const LAST_TRIES: u32 = 3;

/// Runs requests until the receiver stops.
pub(super) struct Runner {
    one: Arc<One>,
    /// Runs at once.
    concurrency: usize,
    tasks: JoinSet<()>,
    /// What runs: the request and its ticket.
    running: HashMap<Id, (i64, Option<String>)>,
}

/// What one run needs.
struct One {
    shared: Arc<Shared>,
    program: Program,
    policy: RerunPolicy,
    /// The inbox's file by its one name.
    store: PathBuf,
    stop: CancellationToken,
}

impl Runner {
    /// A runner of an inbox that is open.
    ///
    /// # Errors
    /// When the inbox's file has no name.
    pub(super) fn new(args: &ReceiveArgs, shared: &Arc<Shared>, stop: &CancellationToken) -> Result<Self> {
        let store = args.store.canonicalize().context("the inbox was opened and is gone")?;
        let one = One {
            shared: Arc::clone(shared),
            program: Program { command: args.exec.clone(), time_limit: args.time_limit },
            policy: RerunPolicy { retries: args.retries, ..RerunPolicy::default() },
            store,
            stop: stop.clone(),
        };
        let concurrency = usize::from(args.concurrency);
        Ok(Runner { one: Arc::new(one), concurrency, tasks: JoinSet::new(), running: HashMap::new() })
    }

    /// Runs requests; ends when all runs have.
    pub(super) async fn run(mut self) {
        let one = Arc::clone(&self.one);
        while !one.stop.is_cancelled() {
            match one.take_back().await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, "what the last receiver left cannot be taken back; trying on")
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        while !one.stop.is_cancelled() {
            if let Err(error) = self.start_due().await {
                tracing::error!(%error, "the inbox cannot be read; trying on");
            }
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => self.forget(ended),
                () = one.shared.stored.notified() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = one.stop.cancelled() => {}
            }
        }
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.forget(ended);
        }
    }

    /// Starts what is due, as far as there is room.
    async fn start_due(&mut self) -> Result<(), ReadError> {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.forget(ended);
        }
        let free = self.concurrency.saturating_sub(self.running.len());
        if free == 0 {
            return Ok(());
        }
        // Among them may be what runs: it is begun, and not yet said to be.
        let limit = i64::try_from(free + self.running.len()).unwrap_or(i64::MAX);
        let shared = &self.one.shared;
        for row in shared.reader.rows(inbox::due(shared.now(), limit)).await? {
            let (request, ticket) = (row.integer(0)?, row.optional_text(1)?.map(str::to_owned));
            if self.running.len() < self.concurrency && self.may_run(request, ticket.as_deref()) {
                let one = Arc::clone(&self.one);
                let task = self.tasks.spawn(async move { one.run(request).await });
                self.running.insert(task.id(), (request, ticket));
            }
        }
        Ok(())
    }

    fn may_run(&self, request: i64, ticket: Option<&str>) -> bool {
        let is_other = |(running, of): &(i64, Option<String>)| {
            *running != request && (ticket.is_none() || of.as_deref() != ticket)
        };
        self.running.values().all(is_other)
    }

    fn forget(&mut self, ended: Result<(Id, ()), tokio::task::JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(%error, "a run ended without an end; the next start runs it again");
                error.id()
            }
        };
        self.running.remove(&id);
    }
}

impl One {
    /// Takes back what a receiver left that was killed. Nobody else has the inbox, so nothing of it runs on purpose.
    async fn take_back(&self) -> Result<()> {
        let rows = self.shared.reader.rows(inbox::running()).await?;
        let runs = rows.iter().map(|row| Ok((row.integer(0)?, row.integer(1)?)));
        let runs: Vec<(i64, i64)> = runs.collect::<Result<_, ReadError>>()?;
        if runs.is_empty() {
            return Ok(());
        }
        leftovers::end(runs.iter().map(|(request, attempt)| mark(&self.store, *request, *attempt)).collect())
            .await;
        let now = self.shared.now();
        let write: Write = runs.iter().map(|(request, _)| inbox::release(*request, now)).collect();
        self.shared.db.commit(write).await?;
        tracing::info!(requests = runs.len(), "took back what was being run when the last receiver ended");
        Ok(())
    }

    /// Runs one request and keeps how that ended.
    async fn run(&self, request: i64) {
        let run = match self.begin(request).await {
            Ok(Some(run)) => run,
            // Somebody set it aside meanwhile.
            Ok(None) => return,
            Err(error) => {
                tracing::error!(request, %error, "a run cannot be begun");
                // Or it would be tried again at once.
                return tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        fail::fail_point!("receive::before_run");
        let ending = self.program.run(&run, &mark(&self.store, request, run.attempt), &self.stop).await;
        fail::fail_point!("receive::after_run");
        let write = self.ended(&run, ending);
        self.keep(request, write).await;
    }

    async fn begin(&self, request: i64) -> Result<Option<Run>> {
        let write = Write::new().step(inbox::start(request, self.shared.now()));
        match self.shared.db.commit(write).await {
            Ok(done) => {
                let row = done.returned.into_iter().flatten().next().context("a run without a row")?;
                Ok(Some(inbox::read_run(&row)?))
            }
            Err(CommitError::Stale) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is written about a run that has ended.
    fn ended(&self, run: &Run, ending: Ending) -> Write {
        let now = self.shared.now();
        let Some(exit) = ending.exit else {
            self.shared.metrics.count_run("cut");
            return Write::new().step(inbox::release(run.request, now));
        };
        let runs = u32::try_from(run.attempt).unwrap_or(u32::MAX);
        let (word, state, due_at) = match settle(&exit, runs, &self.policy, now) {
            Verdict::Done => ("done", RequestState::Done, now),
            Verdict::Again(at) => ("again", RequestState::Waiting, at),
            Verdict::Dead => ("dead", RequestState::Dead, now),
        };
        self.shared.metrics.count_run(word);
        tell(run, &exit, state);
        let ended = Ended { state, due_at, error: exit.words(), output: ending.output };
        inbox::finish(run.request, &ended, now)
    }

    /// Writes it, and goes on trying while the disk refuses: the request must not be run again for that.
    async fn keep(&self, request: i64, write: Write) {
        let mut last_tries = 0;
        loop {
            match self.shared.db.commit(write.clone()).await {
                // Stale after a commit whose end was not known: it was stored.
                Ok(_) | Err(CommitError::Stale) => return,
                Err(error) => tracing::error!(request, %error, "the end of a run cannot be kept; trying on"),
            }
            if self.stop.is_cancelled() {
                last_tries += 1;
            }
            if last_tries == LAST_TRIES {
                return;
            }
            tokio::time::sleep(KEEP_EVERY).await;
        }
    }
}

/// One line for each run; nothing of the request but its number and its names.
fn tell(run: &Run, exit: &Exit, state: RequestState) {
    let (request, attempt) = (run.request, run.attempt);
    let (ticket, id) = (run.ticket.as_deref().unwrap_or(""), run.webhook_id.as_deref().unwrap_or(""));
    match state {
        RequestState::Done => tracing::info!(request, attempt, ticket, id, "done"),
        RequestState::Dead => tracing::error!(request, attempt, ticket, id, "given up: {}", exit.words()),
        _ => tracing::warn!(request, attempt, ticket, id, "to be run again: {}", exit.words()),
    }
}
