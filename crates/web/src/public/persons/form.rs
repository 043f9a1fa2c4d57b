//! A person as clients get it: Movidesk's members in its order, nulls present.

use crate::names::Names;
use model::person_record::{Address, Contact, Email, Person, Relationship};
use model::ticket::{CustomFieldItem, CustomFieldValue};
use serde::Serialize;
use utoipa::ToSchema;

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicPerson)]
pub(crate) struct PersonForm {
    /// Reference code.
    id: String,
    code_reference_additional: Option<String>,
    is_active: bool,
    /// 1 person, 2 company, 4 department.
    person_type: i64,
    /// 1 agent, 2 client, 3 agent and client.
    profile_type: i64,
    /// By name.
    access_profile: Option<String>,
    corporate_name: Option<String>,
    business_name: String,
    business_branch: Option<String>,
    cpf_cnpj: Option<String>,
    user_name: Option<String>,
    role: Option<String>,
    /// Reference code.
    boss_id: Option<String>,
    boss_name: Option<String>,
    classification: Option<String>,
    culture_id: Option<String>,
    /// IANA name.
    time_zone_id: Option<String>,
    authenticate_on: Option<String>,
    created_date: String,
    /// Reference code; null for the system.
    created_by: Option<String>,
    changed_date: String,
    /// Reference code; null for the system.
    changed_by: Option<String>,
    observations: Option<String>,
    addresses: Vec<AddressForm>,
    contacts: Vec<ContactForm>,
    emails: Vec<EmailForm>,
    /// By name.
    teams: Vec<String>,
    relationships: Vec<RelationshipForm>,
    custom_field_values: Vec<CustomValueForm>,
    #[schema(value_type = Vec<Object>)]
    at_assets: [(); 0],
}

/// A postal address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicAddress)]
struct AddressForm {
    address_type: Option<String>,
    country: Option<String>,
    postal_code: Option<String>,
    state: Option<String>,
    district: Option<String>,
    city: Option<String>,
    street: Option<String>,
    number: Option<String>,
    complement: Option<String>,
    reference: Option<String>,
    is_default: bool,
}

/// A way to reach somebody other than by e-mail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicContact)]
struct ContactForm {
    contact_type: Option<String>,
    contact: String,
    is_default: bool,
}

/// An e-mail address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicEmail)]
struct EmailForm {
    email_type: Option<String>,
    email: String,
    is_default: bool,
}

/// A link to a company or a department.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicRelationship)]
struct RelationshipForm {
    /// Reference code.
    id: String,
    name: Option<String>,
    sla_agreement: Option<String>,
    force_children_to_have_some_agreement: bool,
    allow_all_services: bool,
    include_in_parents: bool,
    load_child_organizations: bool,
    services: Vec<RelatedServiceForm>,
}

/// A service within a link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicRelatedService)]
struct RelatedServiceForm {
    id: i64,
    name: Option<String>,
}

/// The value of a field of the domain's own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicPersonCustomField)]
struct CustomValueForm {
    custom_field_id: i64,
    custom_field_rule_id: i64,
    line: i64,
    value: Option<String>,
    items: Vec<CustomItemForm>,
}

/// One item of such a value.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicPersonCustomFieldItem)]
struct CustomItemForm {
    person_id: Option<String>,
    client_id: Option<String>,
    team: Option<String>,
    custom_field_item: String,
    storage_file_guid: String,
    file_name: Option<String>,
}

/// Empty text is null.
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl PersonForm {
    /// Writes a person.
    pub(super) fn new(person: Person, names: &Names) -> Self {
        let (access_profile, teams) = (names.profile(&person), names.teams(&person));
        let (reference, texts) = (person.reference, person.texts);
        let link = |link: Relationship| RelationshipForm::new(link, names);
        PersonForm {
            id: reference.id,
            code_reference_additional: given(texts.code_reference_additional),
            is_active: person.is_active,
            person_type: reference.person_type.into(),
            profile_type: reference.profile_type.into(),
            access_profile,
            corporate_name: given(texts.corporate_name),
            business_name: reference.business_name,
            business_branch: given(texts.business_branch),
            cpf_cnpj: given(texts.cpf_cnpj),
            user_name: given(texts.user_name),
            role: given(texts.role),
            boss_name: names.person(&texts.boss_id),
            boss_id: given(texts.boss_id),
            classification: given(texts.classification),
            culture_id: given(texts.culture_id),
            time_zone_id: given(texts.time_zone_id),
            authenticate_on: given(texts.authenticate_on),
            created_date: person.created_at.to_movidesk(),
            created_by: given(person.created_by),
            changed_date: person.changed_at.to_movidesk(),
            changed_by: given(person.changed_by),
            observations: given(texts.observations),
            addresses: person.addresses.into_iter().map(AddressForm::from).collect(),
            contacts: person.contacts.into_iter().map(ContactForm::from).collect(),
            emails: person.emails.into_iter().map(EmailForm::from).collect(),
            teams,
            relationships: person.relationships.into_iter().map(link).collect(),
            custom_field_values: person.custom_fields.into_iter().map(CustomValueForm::from).collect(),
            at_assets: [],
        }
    }
}

impl From<Address> for AddressForm {
    fn from(address: Address) -> Self {
        AddressForm {
            address_type: given(address.address_type),
            country: given(address.country),
            postal_code: given(address.postal_code),
            state: given(address.state),
            district: given(address.district),
            city: given(address.city),
            street: given(address.street),
            number: given(address.number),
            complement: given(address.complement),
            reference: given(address.reference),
            is_default: address.is_default,
        }
    }
}

impl From<Contact> for ContactForm {
    fn from(contact: Contact) -> Self {
        let contact_type = given(contact.contact_type);
        ContactForm { contact_type, contact: contact.contact, is_default: contact.is_default }
    }
}

impl From<Email> for EmailForm {
    fn from(email: Email) -> Self {
        let email_type = given(email.email_type);
        EmailForm { email_type, email: email.email, is_default: email.is_default }
    }
}

impl RelationshipForm {
    fn new(link: Relationship, names: &Names) -> Self {
        let service = |service: model::person_record::RelatedService| RelatedServiceForm {
            id: service.id,
            name: given(service.name),
        };
        RelationshipForm {
            name: names.person(&link.id),
            id: link.id,
            sla_agreement: given(link.sla_agreement),
            force_children_to_have_some_agreement: link.force_children_to_have_some_agreement,
            allow_all_services: link.allow_all_services,
            include_in_parents: link.include_in_parents,
            load_child_organizations: link.load_child_organizations,
            services: link.services.into_iter().map(service).collect(),
        }
    }
}

impl From<CustomFieldValue> for CustomValueForm {
    fn from(value: CustomFieldValue) -> Self {
        let item = |item: CustomFieldItem| CustomItemForm {
            person_id: given(item.person_id),
            client_id: given(item.client_id),
            team: given(item.team),
            custom_field_item: item.custom_field_item,
            storage_file_guid: item.storage_file_guid,
            file_name: given(item.file_name),
        };
        CustomValueForm {
            custom_field_id: value.custom_field_id,
            custom_field_rule_id: value.custom_field_rule_id,
            line: value.line,
            value: value.value,
            items: value.items.into_iter().map(item).collect(),
        }
    }
}
