//! An access profile in JSON, as it is answered and as callers write it.

use crate::error::Failure;
use crate::members::Members;
use engine::commands::access_profiles::ProfileInput;
use model::access_profile::{AccessProfile, Grant, NAME_MAX, UserType};
use model::ids::AccessProfileId;
use model::text;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Words of a list at most: each parameter, and some to spare.
const GRANTS_MAX: usize = 100;

/// An access profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessProfile)]
pub(crate) struct ProfileForm {
    #[schema(value_type = String)]
    id: AccessProfileId,
    name: String,
    /// `agents` or `customers`.
    user_type: &'static str,
    /// Given to people of its type who are made without a profile.
    is_default: bool,
    /// Words of the parameters that are on.
    grants: Vec<String>,
}

/// A new access profile.
#[derive(ToSchema)]
#[schema(as = AccessProfileBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct ProfileBody {
    /// Unique within the domain, case and accents folded.
    #[schema(max_length = 128)]
    name: String,
    /// `agents` or `customers`.
    user_type: String,
    /// True takes the mark from the default profile of the type; false when absent.
    is_default: Option<bool>,
    /// Words of the parameters that are on; none when absent.
    grants: Option<Vec<String>>,
}

/// New members for an access profile; those that are absent stay.
#[derive(ToSchema)]
#[schema(as = AccessProfilePatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct ProfilePatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// Stays as it was made; may be sent back.
    user_type: Option<String>,
    /// True takes the mark from the default profile of the type.
    is_default: Option<bool>,
    /// Words of the parameters that are on.
    grants: Option<Vec<String>>,
}

impl From<AccessProfile> for ProfileForm {
    fn from(profile: AccessProfile) -> Self {
        ProfileForm {
            id: profile.id,
            name: profile.name,
            user_type: profile.user_type.as_str(),
            is_default: profile.is_default,
            grants: profile.grants.into_iter().map(Grant::word).collect(),
        }
    }
}

/// Reads a new profile, or the change of one.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read(json: &Value, is_new: bool) -> Result<ProfileInput, Failure> {
    let mut members = Members::of(json);
    let input = ProfileInput {
        name: members.text("name", NAME_MAX),
        user_type: members.word("user_type", "agents or customers", UserType::parse),
        is_default: members.flag("is_default"),
        grants: grants(&mut members),
    };
    if is_new {
        members.need("name");
        members.need("user_type");
    }
    members.end()?;
    Ok(input)
}

fn grants(members: &mut Members<'_>) -> Option<Vec<Grant>> {
    let words = members.texts("grants", GRANTS_MAX, NAME_MAX)?;
    let mut grants = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match Grant::from_word(word) {
            Some(grant) => grants.push(grant),
            None => {
                let message =
                    text!("`{word}` is no parameter; GET /api/v1/access-profiles/parameters lists all", word);
                members.fault(&format!("grants[{at}]"), message);
            }
        }
    }
    Some(grants)
}
