//! Table `access_profiles`. Names are unique within a domain, case and accents folded.

use crate::db::{Query, ReadError, Reader, Step, Value};
use crate::json;
use model::access_profile::{AccessProfile, Grant, UserType};
use model::ids::{AccessProfileId, DomainId};
use model::text::fold;

/// All access profiles of a domain, by name.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader, domain: DomainId) -> Result<Vec<AccessProfile>, ReadError> {
    const SQL: &str = "select profile_id, name, user_type, is_default, grants from access_profiles
        where domain_id = $1 order by name_folded";
    let rows = reader.rows(Query::new(SQL, vec![domain.0.into()])).await?;
    rows.iter()
        .map(|row| {
            let id = AccessProfileId(row.integer(0)?);
            let user_type = UserType::parse(row.text(2)?);
            let words: Vec<String> = json::decode(row.text(4)?, "access_profiles", "grants", id)?;
            Ok(AccessProfile {
                id,
                name: row.text(1)?.to_owned(),
                user_type: user_type.ok_or_else(|| row.corrupt("access_profiles", "user_type", id))?,
                is_default: row.boolean(3)?,
                // A parameter that this version does not know lets nobody do anything.
                grants: words.iter().filter_map(|word| Grant::from_word(word)).collect(),
            })
        })
        .collect()
}

fn cells(domain: DomainId, profile: &AccessProfile) -> Vec<Value> {
    vec![
        domain.0.into(),
        profile.id.0.into(),
        profile.name.as_str().into(),
        fold(&profile.name).into_owned().into(),
        profile.user_type.as_str().into(),
        profile.is_default.into(),
        json::encode(&profile.grants),
    ]
}

/// Makes an access profile; a name that is taken is a conflict.
pub fn insert(domain: DomainId, profile: &AccessProfile) -> Step {
    const SQL: &str =
        "insert into access_profiles (domain_id, profile_id, name, name_folded, user_type, is_default, grants)
        values ($1, $2, $3, $4, $5, $6, $7)";
    Step::new(SQL, cells(domain, profile))
}

/// Writes a profile as it stands; misses when it is gone. A name that is taken is a conflict.
pub fn update(domain: DomainId, profile: &AccessProfile) -> Step {
    const SQL: &str = "update access_profiles
        set name = $3, name_folded = $4, user_type = $5, is_default = $6, grants = $7
        where domain_id = $1 and profile_id = $2";
    Step::guarded(SQL, cells(domain, profile))
}

/// Takes the mark of the default from all other profiles of the type.
pub fn only_default(domain: DomainId, profile: &AccessProfile) -> Step {
    const SQL: &str = "update access_profiles set is_default = false
        where domain_id = $1 and user_type = $2 and profile_id <> $3 and is_default";
    Step::new(SQL, vec![domain.0.into(), profile.user_type.as_str().into(), profile.id.0.into()])
}

/// Removes a profile; misses when somebody has it.
pub fn delete(domain: DomainId, id: AccessProfileId) -> Step {
    const SQL: &str = "delete from access_profiles where domain_id = $1 and profile_id = $2
        and not exists (select 1 from persons p where p.domain_id = $1 and p.profile_id = $2)";
    Step::guarded(SQL, vec![domain.0.into(), id.0.into()])
}
