//! A person's record in JSON, as it is answered and as callers write it.

use crate::names::Names;
use model::person_record::{Person, Relationship};
use model::ticket::{CustomFieldItem, CustomFieldValue};
use serde::Serialize;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonRecord)]
pub(crate) struct RecordForm {
    /// Reference code.
    id: String,
    name: String,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
    /// Inactive people keep their past and can be named in nothing new.
    is_active: bool,
    /// By name.
    access_profile: Option<String>,
    code_reference_additional: String,
    corporate_name: String,
    business_branch: String,
    cpf_cnpj: String,
    user_name: String,
    role: String,
    /// Reference code.
    boss_id: String,
    boss_name: Option<String>,
    classification: String,
    culture_id: String,
    /// IANA name.
    time_zone_id: String,
    authenticate_on: String,
    observations: String,
    addresses: Vec<AddressForm>,
    contacts: Vec<ContactForm>,
    emails: Vec<EmailForm>,
    /// By name.
    teams: Vec<String>,
    relationships: Vec<RelationshipForm>,
    custom_field_values: Vec<CustomValueForm>,
    created_at: String,
    /// Reference code; null for the system.
    created_by: Option<String>,
    changed_at: String,
    /// Reference code; null for the system.
    changed_by: Option<String>,
}

/// A postal address. Every member may be left out.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Address)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AddressForm {
    #[schema(max_length = 128)]
    address_type: String,
    #[schema(max_length = 128)]
    country: String,
    #[schema(max_length = 128)]
    postal_code: String,
    #[schema(max_length = 128)]
    state: String,
    #[schema(max_length = 128)]
    district: String,
    #[schema(max_length = 128)]
    city: String,
    #[schema(max_length = 128)]
    street: String,
    #[schema(max_length = 128)]
    number: String,
    #[schema(max_length = 128)]
    complement: String,
    #[schema(max_length = 128)]
    reference: String,
    is_default: bool,
}

/// A way to reach somebody other than by e-mail. Tickets copy the default one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactForm {
    #[schema(required = false, max_length = 128)]
    contact_type: String,
    #[schema(max_length = 128)]
    contact: String,
    #[schema(required = false)]
    is_default: bool,
}

/// An e-mail address. Tickets copy the default one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Email)]
#[serde(deny_unknown_fields)]
pub(super) struct EmailForm {
    #[schema(required = false, max_length = 128)]
    email_type: String,
    #[schema(max_length = 128)]
    email: String,
    #[schema(required = false)]
    is_default: bool,
}

/// A link to a company or a department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Relationship)]
struct RelationshipForm {
    /// Reference code.
    id: String,
    name: Option<String>,
    sla_agreement: String,
    force_children_to_have_some_agreement: bool,
    allow_all_services: bool,
    include_in_parents: bool,
    load_child_organizations: bool,
    services: Vec<RelatedServiceForm>,
}

/// A service within a link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelatedService)]
#[serde(deny_unknown_fields)]
pub(super) struct RelatedServiceForm {
    id: i64,
    #[schema(required = false, max_length = 128)]
    name: String,
}

/// The value of a field of the domain's own: a text, or items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomFieldValue)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomValueForm {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    /// 1 when absent.
    #[schema(required = false)]
    line: i64,
    #[schema(max_length = 10000)]
    value: Option<String>,
    #[schema(required = false)]
    items: Vec<CustomItemForm>,
}

/// One item of such a value. Every member may be left out.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = CustomFieldItem)]
#[serde(deny_unknown_fields, default)]
struct CustomItemForm {
    #[schema(max_length = 256)]
    custom_field_item: String,
    #[schema(max_length = 64)]
    person_id: String,
    #[schema(max_length = 64)]
    client_id: String,
    #[schema(max_length = 128)]
    team: String,
    #[schema(max_length = 256)]
    storage_file_guid: String,
    #[schema(max_length = 256)]
    file_name: String,
}

impl RecordForm {
    /// Writes a record.
    pub(super) fn new(person: Person, names: &Names) -> Self {
        let (access_profile, teams) = (names.profile(&person), names.teams(&person));
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let (reference, texts) = (person.reference, person.texts);
        let address = |it: model::person_record::Address| AddressForm {
            address_type: it.address_type,
            country: it.country,
            postal_code: it.postal_code,
            state: it.state,
            district: it.district,
            city: it.city,
            street: it.street,
            number: it.number,
            complement: it.complement,
            reference: it.reference,
            is_default: it.is_default,
        };
        let contact = |it: model::person_record::Contact| ContactForm {
            contact_type: it.contact_type,
            contact: it.contact,
            is_default: it.is_default,
        };
        let email = |it: model::person_record::Email| EmailForm {
            email_type: it.email_type,
            email: it.email,
            is_default: it.is_default,
        };
        RecordForm {
            id: reference.id,
            name: reference.business_name,
            person_type: reference.person_type.into(),
            profile_type: reference.profile_type.into(),
            is_active: person.is_active,
            access_profile,
            code_reference_additional: texts.code_reference_additional,
            corporate_name: texts.corporate_name,
            business_branch: texts.business_branch,
            cpf_cnpj: texts.cpf_cnpj,
            user_name: texts.user_name,
            role: texts.role,
            boss_name: names.person(&texts.boss_id),
            boss_id: texts.boss_id,
            classification: texts.classification,
            culture_id: texts.culture_id,
            time_zone_id: texts.time_zone_id,
            authenticate_on: texts.authenticate_on,
            observations: texts.observations,
            addresses: person.addresses.into_iter().map(address).collect(),
            contacts: person.contacts.into_iter().map(contact).collect(),
            emails: person.emails.into_iter().map(email).collect(),
            teams,
            relationships: person.relationships.into_iter().map(|link| related(link, names)).collect(),
            custom_field_values: person.custom_fields.into_iter().map(custom_value).collect(),
            created_at: person.created_at.to_string(),
            created_by: given(person.created_by),
            changed_at: person.changed_at.to_string(),
            changed_by: given(person.changed_by),
        }
    }
}

fn related(link: Relationship, names: &Names) -> RelationshipForm {
    let services = link.services.into_iter();
    RelationshipForm {
        name: names.person(&link.id),
        id: link.id,
        sla_agreement: link.sla_agreement,
        force_children_to_have_some_agreement: link.force_children_to_have_some_agreement,
        allow_all_services: link.allow_all_services,
        include_in_parents: link.include_in_parents,
        load_child_organizations: link.load_child_organizations,
        services: services.map(|it| RelatedServiceForm { id: it.id, name: it.name }).collect(),
    }
}

fn custom_value(value: CustomFieldValue) -> CustomValueForm {
    let item = |item: CustomFieldItem| CustomItemForm {
        custom_field_item: item.custom_field_item,
        person_id: item.person_id,
        client_id: item.client_id,
        team: item.team,
        storage_file_guid: item.storage_file_guid,
        file_name: item.file_name,
    };
    CustomValueForm {
        custom_field_id: value.custom_field_id,
        custom_field_rule_id: value.custom_field_rule_id,
        line: value.line,
        value: value.value,
        items: value.items.into_iter().map(item).collect(),
    }
}
