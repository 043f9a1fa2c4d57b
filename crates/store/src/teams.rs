//! Tables `teams` and `team_members`. The record of a person names its teams; the rows of `team_members` follow it, for
//! what is asked of a team.

use crate::db::{Query, ReadError, Reader, Step, Value};
use crate::json;
use model::ids::{DomainId, TeamId};
use model::person_record::Person;
use model::team::Team;
use model::text::fold;

/// All teams of a domain, by name.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader, domain: DomainId) -> Result<Vec<Team>, ReadError> {
    const SQL: &str = "select team_id, name, is_active, former_names from teams
        where domain_id = $1 order by name_folded";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into()])).await?;
    rows.iter()
        .map(|row| {
            let id = TeamId(row.integer(0)?);
            Ok(Team {
                id,
                name: row.text(1)?.to_owned(),
                is_active: row.boolean(2)?,
                former_names: json::decode(row.text(3)?, "teams", "former_names", id)?,
            })
        })
        .collect()
}

/// Whether somebody belongs to the team.
///
/// # Errors
/// As the reader says.
pub async fn has_members(reader: &Reader, domain: DomainId, id: TeamId) -> Result<bool, ReadError> {
    const SQL: &str = "select person_id from team_members where domain_id = $1 and team_id = $2 limit 1";
    Ok(reader.first(Query::new(SQL, vec![domain.0.into(), id.0.into()])).await?.is_some())
}

fn cells(domain: DomainId, team: &Team) -> Vec<Value> {
    vec![
        domain.0.into(),
        team.id.0.into(),
        team.name.as_str().into(),
        fold(&team.name).into_owned().into(),
        team.is_active.into(),
        json::encode(&team.former_names),
    ]
}

/// Makes a team; a name that is taken is a conflict.
pub fn insert(domain: DomainId, team: &Team) -> Step {
    const SQL: &str = "insert into teams (domain_id, team_id, name, name_folded, is_active, former_names)
        values ($1, $2, $3, $4, $5, $6)";
    Step::new(SQL, cells(domain, team))
}

/// Writes a team as it stands; misses when it is gone. A name that is taken is a conflict.
pub fn update(domain: DomainId, team: &Team) -> Step {
    const SQL: &str = "update teams set name = $3, name_folded = $4, is_active = $5, former_names = $6
        where domain_id = $1 and team_id = $2";
    Step::guarded(SQL, cells(domain, team))
}

/// Removes a team; misses when somebody belongs to it.
pub fn delete(domain: DomainId, id: TeamId) -> Step {
    const SQL: &str = "delete from teams where domain_id = $1 and team_id = $2
        and not exists (select 1 from team_members m where m.domain_id = $1 and m.team_id = $2)";
    Step::guarded(SQL, vec![domain.0.into(), id.0.into()])
}

/// Takes a person out of all teams.
pub fn remove_member(domain: DomainId, person_id: &str) -> Step {
    const SQL: &str = "delete from team_members where domain_id = $1 and person_id = $2";
    Step::new(SQL, vec![domain.0.into(), person_id.into()])
}

/// Puts a person into the teams of the record; a team that is gone makes the write stale.
pub fn add_member(domain: DomainId, person: &Person) -> Step {
    const SQL: &str = "insert into team_members (domain_id, team_id, person_id) values ($1, $2, $3)";
    let row = |team: &TeamId| vec![domain.0.into(), team.0.into(), person.reference.id.as_str().into()];
    Step::many(SQL, person.teams.iter().map(row).collect())
}
