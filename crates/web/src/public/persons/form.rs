//! A person as clients get it: Movidesk's members in its order, nulls present.

use crate::public::or_null;
use model::person::Person;
use serde::Serialize;
use utoipa::ToSchema;

/// Nothing, always: a member that Movidesk has and Gatilho has no value for.
type Null = Option<()>;

/// A person.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicPerson)]
pub(crate) struct PersonForm<'p> {
    /// Reference code.
    id: &'p str,
    #[schema(value_type = Option<String>)]
    code_reference_additional: Null,
    is_active: bool,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
    access_profile: Option<&'p str>,
    #[schema(value_type = Option<String>)]
    corporate_name: Null,
    business_name: &'p str,
    #[schema(value_type = Option<String>)]
    business_branch: Null,
    #[schema(value_type = Option<String>)]
    cpf_cnpj: Null,
    #[schema(value_type = Option<String>)]
    user_name: Null,
    #[schema(value_type = Option<String>)]
    role: Null,
    #[schema(value_type = Option<String>)]
    boss_id: Null,
    #[schema(value_type = Option<String>)]
    boss_name: Null,
    #[schema(value_type = Option<String>)]
    classification: Null,
    #[schema(value_type = Option<String>)]
    culture_id: Null,
    #[schema(value_type = Option<String>)]
    time_zone_id: Null,
    #[schema(value_type = Option<String>)]
    authenticate_on: Null,
    #[schema(value_type = Option<String>)]
    created_date: Null,
    #[schema(value_type = Option<String>)]
    created_by: Null,
    #[schema(value_type = Option<String>)]
    changed_date: Null,
    #[schema(value_type = Option<String>)]
    changed_by: Null,
    #[schema(value_type = Option<String>)]
    observations: Null,
    #[schema(value_type = Vec<Object>)]
    addresses: [(); 0],
    contacts: Vec<ContactForm<'p>>,
    emails: Vec<EmailForm<'p>>,
    teams: &'p [String],
    #[schema(value_type = Vec<Object>)]
    relationships: [(); 0],
    #[schema(value_type = Vec<Object>)]
    custom_field_values: [(); 0],
    #[schema(value_type = Vec<Object>)]
    at_assets: [(); 0],
}

/// A way to reach somebody other than by e-mail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicContact)]
struct ContactForm<'p> {
    contact_type: &'static str,
    contact: &'p str,
    is_default: bool,
}

/// An e-mail address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicEmail)]
struct EmailForm<'p> {
    email_type: &'static str,
    email: &'p str,
    is_default: bool,
}

impl<'p> PersonForm<'p> {
    /// Writes a person.
    pub(crate) fn new(person: &'p Person) -> Self {
        let reference = &person.reference;
        let contact = |contact| ContactForm { contact_type: "Telefone", contact, is_default: true };
        let email = |email| EmailForm { email_type: "Profissional", email, is_default: true };
        PersonForm {
            id: &reference.id,
            is_active: person.is_active,
            person_type: reference.person_type.into(),
            profile_type: reference.profile_type.into(),
            access_profile: or_null(&person.access_profile),
            business_name: &reference.business_name,
            contacts: or_null(&reference.phone).map(contact).into_iter().collect(),
            emails: or_null(&reference.email).map(email).into_iter().collect(),
            teams: &person.teams,
            ..PersonForm::default()
        }
    }
}
