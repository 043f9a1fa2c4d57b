//! Lives here: looking at a database on a server without changing it: no version is brought up to date, no task is begun,
//! and each question has a connection of its own that cannot write.
//! Not here: what the answers mean to an operator.

use std::time::Duration;

use super::catalog::Catalog;
use super::errors::Fault;
use super::link::{Link, Purpose};
use super::target::Target;
use super::{facts, migrate, reader};
use crate::db::{OpenError, Query, ReadError, Replication, Room, Row, Schema};

/// How long the small questions may take.
const MOMENT: Duration = Duration::from_secs(5);

/// The server that is asked.
#[derive(Debug)]
pub(crate) struct Inspection {
    target: Target,
    catalog: Catalog,
}

impl Inspection {
    pub(crate) fn of(url: &str) -> Result<Self, OpenError> {
        Ok(Self { target: Target::of(url)?, catalog: Catalog::default() })
    }

    pub(crate) async fn schema(&self) -> Result<Schema, ReadError> {
        let work = async {
            let mut link = Link::open(&self.target, Purpose::Read { limit: MOMENT }).await?;
            migrate::schema(&mut link).await
        };
        work.await.map_err(|fault| self.told(fault))
    }

    pub(crate) async fn room(&self) -> Result<Room, ReadError> {
        facts::room(&self.target).await
    }

    pub(crate) async fn clock_ms(&self) -> Result<i64, ReadError> {
        facts::clock_ms(&self.target).await
    }

    pub(crate) async fn replication(&self) -> Result<Replication, ReadError> {
        facts::replication(&self.target).await
    }

    pub(crate) async fn rows(&self, query: &Query, within: Duration) -> Result<Vec<Row>, ReadError> {
        let work = async {
            let mut link = Link::open(&self.target, Purpose::Read { limit: within }).await?;
            let mut answers =
                reader::read(&mut link, &self.catalog, std::slice::from_ref(query), usize::MAX).await?;
            Ok(answers.pop().unwrap_or_default())
        };
        work.await.map_err(|fault| self.told(fault))
    }

    fn told(&self, fault: Fault) -> ReadError {
        fault.into_read_error(&self.target.name)
    }
}
