//! Lives here: what the server tells about itself: its clock, and who copies it, how much room it has.
//! Not here: what of it is a reason to worry (the process's `doctor`).

use super::errors::Fault;
use super::link::{Link, Purpose};
use super::target::Target;
use crate::db::{ReadError, Replication, Room, Standby};

const CLOCK: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
const STANDBYS: &str = "select coalesce(application_name, ''), coalesce(state, ''), coalesce(sync_state, ''),
    (extract(epoch from replay_lag) * 1000)::bigint from pg_stat_replication order by application_name, pid";
// What the server would give a session, not what ours chose.
const CHOSEN: &str = "select (select setting from pg_settings where name = 'synchronous_standby_names'),
    (select reset_val from pg_settings where name = 'synchronous_commit')";

// Of what a user may have, the least counts. Reserved connections of a role came with version 16.
const ROOM: &str = "select current_setting('server_version_num'), pg_database_size(d.oid),
    least(current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
        - coalesce(current_setting('reserved_connections', true), '0')::bigint,
        nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)),
    (select count(*) from pg_stat_activity a where a.datid is not null and a.pid <> pg_backend_pid())
    from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user";

/// The server's clock in milliseconds, asked over a connection of its own, so that no queue is measured with it.
pub(super) async fn clock_ms(target: &Target) -> Result<i64, ReadError> {
    let work = async {
        let mut link = Link::open(target, Purpose::Other).await?;
        let rows = link.ask(CLOCK).await?;
        let clock = rows.first().and_then(|row| row.first()?.as_deref()?.parse().ok());
        clock.ok_or_else(|| Fault::Faulty("the clock cannot be read".into()))
    };
    work.await.map_err(|fault| fault.into_read_error(&target.name))
}

pub(super) async fn replication(target: &Target) -> Result<Replication, ReadError> {
    let work = async {
        let mut link = Link::open(target, Purpose::Other).await?;
        let standbys = link.ask(STANDBYS).await?;
        let chosen = link.ask(CHOSEN).await?;
        Ok((standbys, chosen))
    };
    let (standbys, chosen) = work.await.map_err(|fault: Fault| fault.into_read_error(&target.name))?;
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

pub(super) async fn room(target: &Target) -> Result<Room, ReadError> {
    let work = async {
        let rows = Link::open(target, Purpose::Other).await?.ask(ROOM).await?;
        let number = |at: usize| rows.first().and_then(|row| row.get(at)?.as_deref()?.parse::<i64>().ok());
        match (number(0), number(1), number(2), number(3)) {
            (Some(version), Some(bytes), Some(connections), Some(taken)) => {
                Ok(Room { version, bytes: bytes.unsigned_abs(), connections, taken })
            }
            _ => Err(Fault::Faulty("what the server has cannot be read".into())),
        }
    };
    work.await.map_err(|fault: Fault| fault.into_read_error(&target.name))
}
