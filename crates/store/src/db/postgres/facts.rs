//! Lives here: what the server tells about itself: its clock, and who copies it.
//! Not here: what of it is a reason to worry (the process's `doctor`).

use super::Place;
use super::errors::Fault;
use super::link::{Link, Purpose};
use crate::db::{ReadError, Replication, Standby};

const CLOCK: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
const STANDBYS: &str = "select coalesce(application_name, ''), coalesce(state, ''), coalesce(sync_state, ''),
    (extract(epoch from replay_lag) * 1000)::bigint from pg_stat_replication order by application_name, pid";
// What the server would give a session, not what ours chose.
const CHOSEN: &str = "select (select setting from pg_settings where name = 'synchronous_standby_names'),
    (select reset_val from pg_settings where name = 'synchronous_commit')";

/// The server's clock in milliseconds, asked over a connection of its own, so that no queue is measured with it.
pub(super) async fn clock_ms(place: &Place) -> Result<i64, ReadError> {
    let work = async {
        let mut link = Link::open(&place.target, Purpose::Other).await?;
        let rows = link.ask(CLOCK).await?;
        let clock = rows.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
        clock.ok_or_else(|| Fault::Faulty("the clock cannot be read".into()))
    };
    work.await.map_err(|fault| fault.into_read_error(&place.name))
}

pub(super) async fn replication(place: &Place) -> Result<Replication, ReadError> {
    let work = async {
        let mut link = Link::open(&place.target, Purpose::Other).await?;
        let standbys = link.ask(STANDBYS).await?;
        let chosen = link.ask(CHOSEN).await?;
        Ok((standbys, chosen))
    };
    let (standbys, chosen) = work.await.map_err(|fault: Fault| fault.into_read_error(&place.name))?;
    let text = |row: &[Option<String>], at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    let standby = |row: &Vec<Option<String>>| Standby {
        name: text(row, 0),
        state: text(row, 1),
        sync_state: text(row, 2),
        replay_lag_ms: text(row, 3).parse().ok(),
    };
    let chosen = chosen.into_iter().next().unwrap_or_default();
    Ok(Replication {
        standbys: standbys.iter().map(standby).collect(),
        synchronous_standby_names: text(&chosen, 0),
        synchronous_commit: text(&chosen, 1),
    })
}
