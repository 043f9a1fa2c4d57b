//! An integration in JSON, as it is answered and as callers write it.

use crate::api::triggers::form::ConditionsForm;
use crate::error::Failure;
use crate::members::Members;
use engine::commands::integrations::{HalfPatch, NewIntegration};
use model::ids::IntegrationId;
use model::integration::{Crossing, Mapping, Standing, Way};
use model::text;
use model::wording::Text;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use store::integrations::Half;
use utoipa::ToSchema;

/// Characters of a name, a URL, a key or a reference code that are read.
const TYPED_MAX: usize = 8_192;

/// This domain's half of an integration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Integration)]
pub(crate) struct IntegrationForm {
    #[schema(value_type = String)]
    id: IntegrationId,
    name: String,
    /// Where the other side's server is.
    url: String,
    /// Whether anything crosses.
    enabled: bool,
    /// It was set up here; otherwise the other domain did.
    made_here: bool,
    /// Which happenings cross: creation, public_actions, internal_actions, status, attachments, closing.
    events: Vec<&'static str>,
    /// Both sides tell, or only the one that did not set it up.
    both_ways: bool,
    /// What the other side's names become here.
    #[schema(value_type = MappingForm)]
    mapping: Mapping,
    /// Reference code of who stands as author here.
    author: String,
    /// The conditions of the trigger here, when they are not those of the events.
    #[schema(value_type = Option<ConditionsForm>)]
    conditions: Option<Value>,
    /// The trigger here that tells the other side.
    trigger: Option<String>,
    created_at: String,
    /// Of one integration: what differs between the trigger here and what was agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<Vec<String>>,
    /// Of one integration: what this side tells the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    outgoing: Option<WayForm>,
    /// Of one integration: how the other half says that it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_side: Option<OtherSideForm>,
}

/// One direction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntegrationWay)]
pub(crate) struct WayForm {
    /// Messages that wait or are under way, at most 10 001 counted.
    waiting: i64,
    /// How long the oldest of them has waited, in milliseconds; 0 when none does.
    lag_ms: i64,
    /// What the last attempt ran into, or empty.
    error: String,
}

/// The other half, as it says itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntegrationOtherSide)]
pub(crate) struct OtherSideForm {
    /// Why it does not say anything; the other members are absent then.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// What differs between its trigger and what was agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<Vec<String>>,
    /// What it tells this side.
    #[serde(skip_serializing_if = "Option::is_none")]
    incoming: Option<WayForm>,
}

/// What the names of one field become.
#[derive(ToSchema)]
#[schema(as = IntegrationRule)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes how `model::integration::Rule` is written")]
pub(crate) struct RuleForm {
    /// Name over there → name here.
    values: Option<BTreeMap<String, String>>,
    /// Whether other names stay as they are if this domain has them; true when absent, but for clients.
    as_is: Option<bool>,
    /// The name for all others.
    default: Option<String>,
}

/// What the other side's names become, by field.
#[derive(ToSchema)]
#[schema(as = IntegrationMapping)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes how `model::integration::Mapping` is written")]
pub(crate) struct MappingForm {
    r#type: Option<RuleForm>,
    status: Option<RuleForm>,
    urgency: Option<RuleForm>,
    category: Option<RuleForm>,
    /// Whole paths, `Root > Leaf`.
    service: Option<RuleForm>,
    /// Reference codes.
    client: Option<RuleForm>,
}

/// An integration to be set up.
#[derive(ToSchema)]
#[schema(as = IntegrationBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read` reads")]
pub(crate) struct IntegrationBody {
    #[schema(max_length = 128)]
    name: String,
    /// The public URL of the other side's server.
    url: String,
    /// A key of the other domain with *Allow creating triggers*.
    key: String,
    /// Which happenings cross: creation, public_actions, internal_actions, status, attachments, closing.
    events: Vec<String>,
    /// False when absent: only the other side tells.
    both_ways: Option<bool>,
    mapping: Option<MappingForm>,
    /// Reference code of an agent; oneself when absent.
    author: Option<String>,
    /// Conditions for the trigger here; those of the events when absent.
    conditions: Option<ConditionsForm>,
    /// The same for the trigger over there, in its words.
    their_conditions: Option<ConditionsForm>,
}

/// New members for an integration; those that are absent stay.
#[derive(ToSchema)]
#[schema(as = IntegrationPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `read_patch` reads")]
pub(crate) struct IntegrationPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    key: Option<String>,
    /// Agreed with the other side; disabling needs no consent.
    enabled: Option<bool>,
    /// Agreed with the other side.
    events: Option<Vec<String>>,
    /// Agreed with the other side.
    both_ways: Option<bool>,
    mapping: Option<MappingForm>,
    author: Option<String>,
    /// Null: those of the events.
    conditions: Option<ConditionsForm>,
}

impl From<&Half> for IntegrationForm {
    fn from(half: &Half) -> Self {
        let settings = &half.settings;
        IntegrationForm {
            id: half.id,
            name: half.name.clone(),
            url: settings.url.clone(),
            enabled: half.enabled,
            made_here: settings.made_here,
            events: settings.events.iter().map(|event| event.word()).collect(),
            both_ways: settings.both_ways,
            mapping: settings.mapping.clone(),
            author: settings.author.clone(),
            conditions: settings.conditions.clone(),
            trigger: settings.trigger.as_ref().map(|(id, _)| id.to_string()),
            created_at: half.created_at.to_string(),
            drift: None,
            outgoing: None,
            other_side: None,
        }
    }
}

impl WayForm {
    fn new(way: Way, now: model::time::Timestamp) -> Self {
        let lag_ms = way.oldest.map_or(0, |oldest| (now.0 - oldest.0).max(0));
        WayForm { waiting: way.waiting, lag_ms, error: way.error }
    }
}

impl IntegrationForm {
    /// The same with how both halves say that they stand.
    pub(super) fn standing(
        self,
        (ours, theirs): (Standing, Result<Standing, Text>),
        now: model::time::Timestamp,
    ) -> Self {
        let other_side = match theirs {
            Ok(theirs) => OtherSideForm {
                error: None,
                enabled: Some(theirs.enabled),
                drift: Some(theirs.drift),
                incoming: Some(WayForm::new(theirs.way, now)),
            },
            Err(error) => {
                OtherSideForm { error: Some(error.to_string()), enabled: None, drift: None, incoming: None }
            }
        };
        let outgoing = Some(WayForm::new(ours.way, now));
        IntegrationForm { drift: Some(ours.drift), outgoing, other_side: Some(other_side), ..self }
    }
}

fn events(members: &mut Members<'_>) -> Option<Vec<Crossing>> {
    let words = members.texts("events", Crossing::ALL.len(), TYPED_MAX)?;
    let mut events = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match Crossing::ALL.into_iter().find(|event| event.word() == word) {
            Some(event) if !events.contains(&event) => events.push(event),
            Some(_) => {}
            None => {
                let all = Crossing::ALL.map(Crossing::word).join(", ");
                members.fault(&format!("events[{at}]"), text!("must be one of {all}", all));
            }
        }
    }
    Some(events)
}

fn mapping(members: &mut Members<'_>) -> Option<Mapping> {
    let json = members.json("mapping")?;
    match serde_json::from_value(json) {
        Ok(mapping) => Some(mapping),
        Err(error) => {
            members.fault("mapping", Text::given(error.to_string()));
            None
        }
    }
}

/// Reads a new integration.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read(json: &Value) -> Result<NewIntegration, Failure> {
    let mut members = Members::of(json);
    let new = NewIntegration {
        name: members.text("name", TYPED_MAX).unwrap_or_default(),
        url: members.text("url", TYPED_MAX).unwrap_or_default(),
        key: members.text("key", TYPED_MAX).unwrap_or_default(),
        events: events(&mut members).unwrap_or_default(),
        both_ways: members.flag("both_ways").unwrap_or(false),
        mapping: mapping(&mut members).unwrap_or_default(),
        author: members.text("author", TYPED_MAX),
        conditions: members.json("conditions").filter(|json| !json.is_null()),
        their_conditions: members.json("their_conditions").filter(|json| !json.is_null()),
    };
    for name in ["name", "url", "key", "events"] {
        members.need(name);
    }
    members.end()?;
    Ok(new)
}

/// Reads the change of one.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_patch(json: &Value) -> Result<HalfPatch, Failure> {
    let mut members = Members::of(json);
    let patch = HalfPatch {
        name: members.text("name", TYPED_MAX),
        key: members.text("key", TYPED_MAX),
        enabled: members.flag("enabled"),
        events: events(&mut members),
        both_ways: members.flag("both_ways"),
        mapping: mapping(&mut members),
        author: members.text("author", TYPED_MAX),
        conditions: members.json("conditions").map(|json| Some(json).filter(|json| !json.is_null())),
    };
    members.end()?;
    Ok(patch)
}
