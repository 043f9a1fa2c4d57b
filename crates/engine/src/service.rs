//! Starting and stopping: everything in order, nothing left behind.
//! Start: take orphans back, load, run the loops. Stop: claim no more, let calls end, cut the rest, give leases back.

use crate::Engine;
use crate::backoff::Backoff;
use crate::clock::Random;
use crate::commit::Committer;
use crate::config::Config;
use crate::core::Core;
use crate::dispatch::{Dispatcher, Parts as DispatchParts};
use crate::error::Error;
use crate::files::Files;
use crate::files::sweep::sweep_files;
use crate::firings::write_counts;
use crate::key_use::note_uses;
use crate::locks::TicketLocks;
use crate::loops::LoopWatch;
use crate::metrics::Metrics;
use crate::node;
use crate::outbound::Outbound;
use crate::passwords::Passwords;
use crate::settings::Settings;
use crate::start::{check_clock, check_key, load, take_orphans_back, watch_config};
use crate::sweep::sweep;
use crate::test_receiver::TestReceiver;
use crate::tickets::Tickets;
use crate::vault::Vault;
use model::ids::{IdMaker, IncarnationId};
use model::time::Clock;
use std::sync::Arc;
use std::time::Duration;
use store::db::Db;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long writes that were begun may take when the server stops.
const WORK_WITHIN: Duration = Duration::from_secs(5);

/// What an engine is made of: the three seams and its settings.
pub struct Parts {
    /// The open database.
    pub db: Db,
    /// Makes the calls.
    pub outbound: Arc<dyn Outbound>,
    /// Where the bytes of files are.
    pub files: Files,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<Random>,
    /// Limits and times.
    pub settings: Settings,
}

impl Engine {
    /// Starts: what an earlier life left under way is taken back, the queue goes on.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn start(parts: Parts) -> Result<Engine, Error> {
        let engine = Engine::prepare(parts);
        let core = &engine.core;
        check_key(core).await?;
        if core.db.is_shared() {
            check_clock(core).await?;
            // Until it is known that there are no others.
            core.tickets.set_alone(false);
            core.dispatcher.begin_life(node::join(core).await?);
        }
        take_orphans_back(core).await?;
        load(core).await?;
        let (dispatcher, stop) = (Arc::clone(&engine.core.dispatcher), engine.stop.clone());
        engine.loops.spawn(dispatcher.run(stop));
        engine.loops.spawn(watch_config(Arc::clone(&engine.core), engine.stop.clone()));
        engine.loops.spawn(note_uses(Arc::clone(&engine.core), engine.stop.clone()));
        engine.loops.spawn(sweep(Arc::clone(&engine.core), engine.stop.clone()));
        engine.loops.spawn(sweep_files(Arc::clone(&engine.core), engine.stop.clone()));
        engine.lives.spawn(write_counts(Arc::clone(&engine.core), engine.gone.clone()));
        if engine.core.db.is_shared() {
            // They go on while open calls may end: a node that stops must not be taken for dead.
            engine.lives.spawn(node::live(Arc::clone(&engine.core), engine.gone.clone()));
            engine.lives.spawn(node::guard(Arc::clone(&engine.core), engine.gone.clone()));
            engine.loops.spawn(node::listen(Arc::clone(&engine.core), engine.stop.clone()));
        }
        Ok(engine)
    }

    fn prepare(parts: Parts) -> Engine {
        let Parts { db, outbound, files, clock, random, settings } = parts;
        let reader = db.reader();
        let committer = Committer::new(db.clone(), Arc::clone(&random));
        let ids = Arc::new(IdMaker::new(0));
        let vault = Arc::new(Vault::new(&settings.master_key));
        let receiver = TestReceiver::before(outbound, Arc::clone(&vault), Arc::clone(&clock));
        let receiver = Arc::new(receiver);
        let outbound: Arc<dyn Outbound> = Arc::clone(&receiver) as _;
        let settings = Arc::new(settings);
        let metrics = Arc::new(Metrics::default());
        let incarnation = IncarnationId(ids.next(clock.now().0));
        let dispatcher = Dispatcher::new(DispatchParts {
            committer: committer.clone(),
            reader: reader.clone(),
            outbound: Arc::clone(&outbound),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            vault: Arc::clone(&vault),
            settings: Arc::clone(&settings),
            metrics: Arc::clone(&metrics),
            incarnation,
            is_shared: db.is_shared(),
        });
        let core = Core {
            db,
            reader,
            committer,
            clock,
            random,
            ids,
            vault,
            settings,
            config: Config::default(),
            files,
            dispatcher,
            passwords: Passwords::new(metrics.hashes.clone()),
            backoff: Backoff::default(),
            metrics,
            locks: TicketLocks::default(),
            pairs: TicketLocks::default(),
            tickets: Tickets::default(),
            loops: LoopWatch::default(),
            firings: Default::default(),
            tests: Default::default(),
            numbers: Default::default(),
            blocks: Default::default(),
            outbound,
            receiver,
            first_run: Default::default(),
            admin: Default::default(),
            work: TaskTracker::new(),
        };
        Engine {
            core: Arc::new(core),
            stop: CancellationToken::new(),
            loops: TaskTracker::new(),
            gone: CancellationToken::new(),
            lives: TaskTracker::new(),
        }
    }

    /// Stops: nothing new is claimed, open calls may end within the configured time, the rest is cut and every lease
    /// is given back. Requests must have ended before; what they began and left is waited for.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.loops.close();
        self.loops.wait().await;
        self.core.work.close();
        if tokio::time::timeout(WORK_WITHIN, self.core.work.wait()).await.is_err() {
            tracing::warn!("writes that were begun did not end");
        }
        self.core.dispatcher.drain(self.core.settings.shutdown_within).await;
        self.gone.cancel();
        self.lives.close();
        self.lives.wait().await;
        if let Err(error) = node::leave(&self.core).await {
            tracing::warn!(%error, "leases were not given back; the next start or another node does it");
        }
        self.core.db.clone().close().await;
    }
}
