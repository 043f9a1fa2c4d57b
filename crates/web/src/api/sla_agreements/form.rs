//! How SLA agreements look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::Classification;
use model::ids::{CategoryId, ServiceId, SlaAgreementId, UrgencyId};
use model::sla::{SlaAgreement, SlaRule};
use serde::Serialize;
use utoipa::ToSchema;

/// A service level agreement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaAgreement)]
pub(crate) struct SlaAgreementForm {
    #[schema(value_type = String)]
    id: SlaAgreementId,
    name: String,
    /// Whether it is asked after all others.
    is_default: bool,
    /// Whether it is asked at all.
    is_active: bool,
    /// The first that fits counts.
    rules: Vec<RuleForm>,
}

/// A rule of an agreement. A condition without values holds always.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaRule)]
struct RuleForm {
    name: String,
    /// The ticket's service is one of these or stands below one.
    #[schema(value_type = Vec<String>)]
    services: Vec<ServiceId>,
    /// One of the ticket's clients has one of these reference codes.
    clients: Vec<String>,
    /// The ticket's urgency is one of these.
    #[schema(value_type = Vec<String>)]
    urgencies: Vec<UrgencyId>,
    /// The ticket's category is one of these.
    #[schema(value_type = Vec<String>)]
    categories: Vec<CategoryId>,
    /// `public`, `internal` or `both`.
    ticket_types: &'static str,
    /// Calendar minutes until the first public action of an agent; 0 for no limit.
    response_minutes: i64,
    /// Calendar minutes until the ticket is solved; 0 for no limit.
    solution_minutes: i64,
}

impl From<&SlaAgreement> for SlaAgreementForm {
    fn from(agreement: &SlaAgreement) -> Self {
        let rule = |rule: &SlaRule| RuleForm {
            name: rule.name.clone(),
            services: rule.services.clone(),
            clients: rule.clients.clone(),
            urgencies: rule.urgencies.clone(),
            categories: rule.categories.clone(),
            ticket_types: rule.ticket_types.as_str(),
            response_minutes: rule.response_minutes,
            solution_minutes: rule.solution_minutes,
        };
        SlaAgreementForm {
            id: agreement.id,
            name: agreement.name.clone(),
            is_default: agreement.is_default,
            is_active: agreement.is_active,
            rules: agreement.rules.iter().map(rule).collect(),
        }
    }
}

/// A new agreement.
#[derive(ToSchema)]
#[schema(as = SlaAgreementBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct SlaAgreementBody {
    #[schema(max_length = 128)]
    name: String,
    /// Whether it is asked after all others; takes that from the one that was.
    is_default: Option<bool>,
    /// Whether it is asked at all; true when absent.
    is_active: Option<bool>,
    /// The first that fits counts.
    rules: Option<Vec<RuleBody>>,
}

/// New values for an agreement; the rules take the place of all it has.
#[derive(ToSchema)]
#[schema(as = SlaAgreementPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct SlaAgreementPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// Whether it is asked after all others; takes that from the one that was.
    is_default: Option<bool>,
    /// Whether it is asked at all; true when absent.
    is_active: Option<bool>,
    /// The first that fits counts.
    rules: Option<Vec<RuleBody>>,
}

/// A rule as a caller writes it.
#[derive(ToSchema)]
#[schema(as = SlaRuleBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct RuleBody {
    #[schema(max_length = 128)]
    name: String,
    /// The ticket's service is one of these or stands below one.
    services: Option<Vec<String>>,
    /// One of the ticket's clients has one of these reference codes.
    clients: Option<Vec<String>>,
    /// The ticket's urgency is one of these.
    urgencies: Option<Vec<String>>,
    /// The ticket's category is one of these.
    categories: Option<Vec<String>>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Calendar minutes until the first public action of an agent; 0 or absent for no limit.
    response_minutes: Option<i64>,
    /// Calendar minutes until the ticket is solved; 0 or absent for no limit.
    solution_minutes: Option<i64>,
}

/// The SLA agreement with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: SlaAgreementId) -> Result<SlaAgreementForm, Failure> {
    let found = words.sla_agreements.iter().find(|it| it.id == id);
    found.map(SlaAgreementForm::from).ok_or_else(|| Failure::missing(format_args!("SLA agreement {id}")))
}
