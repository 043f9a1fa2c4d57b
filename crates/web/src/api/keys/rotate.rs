//! `POST /api/v1/keys/{id}/rotate`: makes an API key in the place of another one.

use super::form::{KeyForm, made};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::OptionalBody;
use crate::error::Failure;
use crate::members::Members;
use crate::path::Id;
use crate::query::NoQuery;
use axum::extract::State;
use axum::response::Response;
use model::ids::KeyId;
use utoipa::ToSchema;

/// How long both keys work when nothing is said: 24 h.
const OVERLAP_MS: i64 = 24 * 3_600_000;
/// How long they may: 30 days.
const OVERLAP_MAX_MS: i64 = 30 * 24 * 3_600_000;

/// How the old key ends.
#[derive(ToSchema)]
#[schema(as = KeyRotation)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `handle` reads")]
pub(crate) struct RotateBody {
    /// How long the old key works on beside the new one, such as `90s`, `30m`, `24h` (when absent) or `7d`, at most `30d`.
    /// With `0s` it ends at once.
    overlap: Option<String>,
}

/// Rotate an API key
///
/// Makes a key with the same name, person, access profile and end, shown this once, and ends the old one after the
/// overlap.
#[utoipa::path(post, path = "/api/v1/keys/{id}/rotate", operation_id = "rotateKey", tag = "keys",
    params(("id" = String, Path, description = "The old key's id; not the key.")),
    request_body = Option<RotateBody>,
    responses(
        (status = 201, description = "The new key.", body = KeyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    Id(id): Id<KeyId>,
    _: NoQuery,
    OptionalBody(json): OptionalBody,
) -> Result<Response, Failure> {
    let mut members = Members::of(&json);
    let overlap_ms = members.word("overlap", "a time with its unit, from 0s to 30d", read);
    members.end()?;
    let key = app.engine.rotate_key(&caller, id, overlap_ms.unwrap_or(OVERLAP_MS)).await?;
    Ok(made(&app, key))
}

fn read(text: &str) -> Option<i64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let unit_ms = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 24 * 3_600_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit_ms).filter(|ms| *ms <= OVERLAP_MAX_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_a_time_with_its_unit_and_bounded() {
        assert_eq!(
            ["0s", "90s", "30m", "24h", "30d"].map(read),
            [Some(0), Some(90_000), Some(1_800_000), Some(86_400_000), Some(OVERLAP_MAX_MS)]
        );
        for wrong in ["", "0", "24", "h", "-1s", "1.5h", "31d", "1w", "99999999999999999d"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
