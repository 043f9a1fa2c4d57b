//! Table `person_links`: which organizations a person is linked to. The record of the person says more of each link; the
//! rows follow it, for what is asked of an organization.

use crate::db::{Query, ReadError, Reader, Step};
use crate::json;
use model::ids::DomainId;
use model::person::PersonRef;
use model::person_record::Person;
use std::collections::HashMap;

/// The organization of each of these people who has one: the first that they are linked to.
///
/// # Errors
/// As the reader says.
pub async fn organizations(
    reader: &Reader,
    domain: DomainId,
    people: &[String],
) -> Result<HashMap<String, PersonRef>, ReadError> {
    const SQL: &str = "select p.data from person_links l
        join persons p on p.domain_id = l.domain_id and p.person_id = l.organization_id
        where l.domain_id = $1 and l.person_id = $2 order by l.position limit 1";
    let query = |id: &String| Query::new(SQL, vec![domain.0.into(), id.as_str().into()]);
    let answers = reader.snapshot(people.iter().map(query).collect()).await?;
    let found = answers.iter().zip(people).filter_map(|(rows, id)| Some((rows.first()?, id)));
    found
        .map(|(row, id)| {
            let organization: Person = json::decode(row.text(0)?, "persons", "data", id)?;
            Ok((id.clone(), organization.reference))
        })
        .collect()
}

/// The reference codes of all organizations that any of these people is linked to.
///
/// # Errors
/// As the reader says.
pub async fn organization_codes(
    reader: &Reader,
    domain: DomainId,
    people: &[String],
) -> Result<Vec<String>, ReadError> {
    const SQL: &str = "select organization_id from person_links
        where domain_id = $1 and person_id = $2 order by position";
    let query = |id: &String| Query::new(SQL, vec![domain.0.into(), id.as_str().into()]);
    let answers = reader.snapshot(people.iter().map(query).collect()).await?;
    answers.iter().flatten().map(|row| Ok(row.text(0)?.to_owned())).collect()
}

/// Whether others are linked to this organization.
///
/// # Errors
/// As the reader says.
pub async fn is_linked_to(reader: &Reader, domain: DomainId, organization: &str) -> Result<bool, ReadError> {
    const SQL: &str =
        "select person_id from person_links where domain_id = $1 and organization_id = $2 limit 1";
    let query = Query::new(SQL, vec![domain.0.into(), organization.into()]);
    Ok(reader.first(query).await?.is_some())
}

/// The guards of a record's links: each misses when its organization is gone or is a person. They raise the
/// organizations' versions, so that nobody takes one away, or makes a person of it, who has not seen the link.
pub fn hold(domain: DomainId, person: &Person) -> Vec<Step> {
    const SQL: &str = "update persons set version = version + 1
        where domain_id = $1 and person_id = $2 and person_type <> 1";
    let hold = |id: &str| Step::guarded(SQL, vec![domain.0.into(), id.into()]);
    person.relationships.iter().map(|link| hold(&link.id)).collect()
}

/// Takes away all links of a person.
pub fn remove(domain: DomainId, person_id: &str) -> Step {
    const SQL: &str = "delete from person_links where domain_id = $1 and person_id = $2";
    Step::new(SQL, vec![domain.0.into(), person_id.into()])
}

/// Writes the links of the record.
pub fn insert(domain: DomainId, person: &Person) -> Step {
    const SQL: &str = "insert into person_links (domain_id, person_id, organization_id, position)
        values ($1, $2, $3, $4)";
    let id = person.reference.id.as_str();
    let links = person.relationships.iter().zip(0_i64..);
    let row = |(link, at): (&model::person_record::Relationship, i64)| {
        vec![domain.0.into(), id.into(), link.id.as_str().into(), at.into()]
    };
    Step::many(SQL, links.map(row).collect())
}
