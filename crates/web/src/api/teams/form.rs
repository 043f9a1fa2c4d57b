//! A team in JSON, as it is answered and as callers write it.

use crate::error::Failure;
use crate::members::Members;
use engine::commands::teams::TeamInput;
use model::access_profile::NAME_MAX;
use model::ids::TeamId;
use model::team::Team;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Team)]
pub(crate) struct TeamForm {
    #[schema(value_type = String)]
    id: TeamId,
    name: String,
    /// A team that is not in use keeps its people and can be named in nothing new.
    is_active: bool,
    /// Names that it had before: tickets of that time have them still.
    former_names: Vec<String>,
}

/// A new team.
#[derive(ToSchema)]
#[schema(as = TeamBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct TeamBody {
    /// Unique within the domain, case and accents folded.
    #[schema(max_length = 128)]
    name: String,
    /// True when absent.
    is_active: Option<bool>,
}

/// New members for a team; those that are absent stay.
#[derive(ToSchema)]
#[schema(as = TeamPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct TeamPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    is_active: Option<bool>,
}

impl From<Team> for TeamForm {
    fn from(team: Team) -> Self {
        TeamForm { id: team.id, name: team.name, is_active: team.is_active, former_names: team.former_names }
    }
}

/// Reads a new team, or the change of one.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read(json: &Value, is_new: bool) -> Result<TeamInput, Failure> {
    let mut members = Members::of(json);
    let input = TeamInput { name: members.text("name", NAME_MAX), is_active: members.flag("is_active") };
    if is_new {
        members.need("name");
    }
    members.end()?;
    Ok(input)
}
