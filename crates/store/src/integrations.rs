//! Table `integrations`: halves of links with other domains.

use crate::db::{Query, ReadError, Reader, Step};
use crate::json;
use model::ids::{DomainId, IntegrationId};
use model::integration::HalfSettings;
use model::time::Timestamp;

/// A half as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// The domain it belongs to.
    pub domain: DomainId,
    /// Its identity.
    pub id: IntegrationId,
    /// For people.
    pub name: String,
    /// Whether anything crosses.
    pub enabled: bool,
    /// The rest of what it is set to.
    pub settings: HalfSettings,
    /// What opens it, encrypted.
    pub secret: String,
    /// What opens the other half, encrypted.
    pub peer_secret: String,
    /// The key of the other domain that set it up, encrypted; none where the other side did.
    pub api_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// All halves of all domains, oldest first.
///
/// # Errors
/// As the reader says.
pub async fn all(reader: &Reader) -> Result<Vec<Half>, ReadError> {
    const SQL: &str =
        "select domain_id, integration_id, name, enabled, settings, secret, peer_secret, api_key,
            created_at_ms
        from integrations order by domain_id, integration_id";
    let rows = reader.rows(Query::new(SQL, vec![])).await?;
    rows.iter()
        .map(|row| {
            let id = IntegrationId(row.integer(1)?);
            Ok(Half {
                domain: DomainId(row.integer(0)?),
                id,
                name: row.text(2)?.to_owned(),
                enabled: row.boolean(3)?,
                settings: json::decode(row.text(4)?, "integrations", "settings", id)?,
                secret: row.text(5)?.to_owned(),
                peer_secret: row.text(6)?.to_owned(),
                api_key: row.optional_text(7)?.map(str::to_owned),
                created_at: Timestamp(row.integer(8)?),
            })
        })
        .collect()
}

/// Writes a half as it stands: new or changed. The secrets of one that is known stay.
pub fn save(half: &Half) -> Step {
    const SQL: &str = "insert into integrations (domain_id, integration_id, name, enabled, settings, secret, peer_secret,
            api_key, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (domain_id, integration_id) do update set name = excluded.name, enabled = excluded.enabled,
            settings = excluded.settings, api_key = excluded.api_key";
    Step::new(
        SQL,
        vec![
            half.domain.0.into(),
            half.id.0.into(),
            half.name.as_str().into(),
            half.enabled.into(),
            json::encode(&half.settings),
            half.secret.as_str().into(),
            half.peer_secret.as_str().into(),
            half.api_key.as_deref().into(),
            half.created_at.0.into(),
        ],
    )
}

/// Takes a half away.
pub fn delete(domain: DomainId, id: IntegrationId) -> Step {
    const SQL: &str = "delete from integrations where domain_id = $1 and integration_id = $2";
    Step::new(SQL, vec![domain.0.into(), id.0.into()])
}
