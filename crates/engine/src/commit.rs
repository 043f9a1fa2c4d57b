//! Committing for those who cannot give up: records and claims go on until the database has them.

use crate::clock::Random;
use fail::fail_point;
use rand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::db::{CommitError, Db, Done, Reader, Row, Step, Write};
use tokio_util::sync::CancellationToken;

/// How often a write is decided anew when a guard missed.
pub const STALE_MAX: u32 = 10;
/// How often a write is repeated whose end is unknown.
const UNKNOWN_MAX: u32 = 30;
const BACK_OFF_MAX_MS: u64 = 2_000;

/// Commits writes. Clones share it.
#[derive(Clone)]
pub struct Committer {
    db: Db,
    random: Arc<Random>,
    /// Tells what became of a write whose end is unknown.
    reader: Reader,
    /// How many commits ended unknown.
    unknowns: Arc<AtomicU64>,
    /// Ends the waiting of those who cannot give up.
    stop: CancellationToken,
}

impl Committer {
    /// Commits to this database.
    pub fn new(db: Db, random: Arc<Random>) -> Self {
        let reader = db.reader();
        Committer { db, random, reader, unknowns: Arc::default(), stop: CancellationToken::new() }
    }

    /// How many commits ended unknown so far.
    pub fn unknowns(&self) -> u64 {
        self.unknowns.load(Ordering::Relaxed)
    }

    /// Commits a write. An unknown end is repeated with the same value until it is known: a conflict or a missed guard
    /// then means that it was done, unless the write's proof says otherwise, and a refusal means nothing yet.
    ///
    /// # Errors
    /// As the database says; `Unknown` only when it was away for about a minute.
    pub async fn commit(&self, write: Write) -> Result<Done, CommitError> {
        let mut tries = 0;
        loop {
            match self.ask(write.clone()).await {
                Err(CommitError::Unknown) if tries < UNKNOWN_MAX => {
                    self.unknowns.fetch_add(1, Ordering::Relaxed);
                }
                Err(CommitError::Unavailable(_)) if tries > 0 && tries < UNKNOWN_MAX => {}
                Err(CommitError::Unavailable(_)) if tries > 0 => return Err(CommitError::Unknown),
                Err(error @ (CommitError::Conflict(_) | CommitError::Stale)) if tries > 0 => {
                    return if self.is_stored(&write).await { Ok(Done::default()) } else { Err(error) };
                }
                other => return other,
            }
            tries += 1;
            if self.stop.is_cancelled() {
                return Err(CommitError::Unknown);
            }
            self.pause(tries).await;
        }
    }

    /// Whether a write whose repetition was refused had been stored before.
    async fn is_stored(&self, write: &Write) -> bool {
        let Some(proof) = write.proof() else { return true };
        let mut tries = 0;
        loop {
            match self.reader.first(proof.clone()).await {
                Ok(found) => return found.is_some(),
                Err(error) if self.stop.is_cancelled() => {
                    tracing::error!(%error, "what became of a write is not known");
                    return false;
                }
                Err(_) => {
                    tries += 1;
                    self.pause(tries).await;
                }
            }
        }
    }

    async fn ask(&self, write: Write) -> Result<Done, CommitError> {
        fail_point!("commit::refused", |_| Err(CommitError::Unavailable("the disk is full".into())));
        let answer = self.db.commit(write).await;
        fail_point!("commit::unknown", |_| Err(CommitError::Unknown));
        answer
    }

    /// Commits one step and answers the rows that it returned.
    ///
    /// # Errors
    /// As the database says.
    pub async fn once(&self, step: Step) -> Result<Vec<Row>, CommitError> {
        let done = self.commit(Write::new().step(step)).await?;
        Ok(done.returned.into_iter().next().unwrap_or_default())
    }

    /// Commits a write however long the database is away. Answers whether it was done; not when a guard missed, when
    /// the statement is faulty, or when the server stops meanwhile.
    pub async fn persist(&self, write: Write) -> bool {
        let (mut tries, mut unknown) = (0, false);
        loop {
            match self.commit(write.clone()).await {
                Ok(_) => return true,
                Err(CommitError::Conflict(_) | CommitError::Stale) if unknown => {
                    return self.is_stored(&write).await;
                }
                Err(error @ (CommitError::Unavailable(_) | CommitError::Unknown)) => {
                    tries += 1;
                    unknown |= error == CommitError::Unknown;
                    if tries == 1 {
                        tracing::warn!(%error, "a result cannot be recorded yet; trying until it is");
                    }
                }
                Err(CommitError::Stale) => {
                    tracing::warn!("a result was not recorded: the lease is somebody else's");
                    return false;
                }
                Err(error) => {
                    tracing::error!(%error, "a result was not recorded");
                    return false;
                }
            }
            if self.stop.is_cancelled() {
                return false;
            }
            self.pause(tries).await;
        }
    }

    /// Ends the waiting of those who cannot give up: the server stops.
    pub fn give_up(&self) {
        self.stop.cancel();
    }

    /// Waits a little, longer with each try, with jitter.
    pub async fn pause(&self, tries: u32) {
        let most = (5_u64 << tries.min(9)).min(BACK_OFF_MAX_MS);
        let ms = self.random.with(|generator| most / 2 + generator.next_u64() % (most / 2 + 1));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms)) => {}
            () = self.stop.cancelled() => {}
        }
    }
}
