//! A person as callers of the native API write it.

use super::form::{AddressForm, ContactForm, CustomValueForm, EmailForm, RelatedServiceForm};
use crate::error::Failure;
use crate::members::Members;
use model::person_input::PersonInput;
use model::person_record::{Address, Contact, Email, RelatedService, Relationship, Texts, limits};
use model::ticket::{CustomFieldItem, CustomFieldValue, limits as ticket_limits};
use serde_json::Value;
use utoipa::ToSchema;

/// Characters of a list's item, of a file's key and of its name.
const ITEM_MAX: usize = 256;

macro_rules! described {
    ($(#[$outer:meta])* $body:ident, { $($needed:tt)* }) => {
        #[derive(ToSchema)]
        $(#[$outer])*
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "describes what `read` reads")]
        pub(crate) struct $body {
            $($needed)*
            is_active: Option<bool>,
            /// By name. A profile that may more than the caller needs *Allow managing access profiles*.
            #[schema(max_length = 128, nullable = false)]
            access_profile: Option<String>,
            #[schema(max_length = 64)]
            code_reference_additional: Option<String>,
            #[schema(max_length = 128)]
            corporate_name: Option<String>,
            #[schema(max_length = 128)]
            business_branch: Option<String>,
            #[schema(max_length = 14)]
            cpf_cnpj: Option<String>,
            /// To log in with; nobody else has it.
            #[schema(max_length = 64)]
            user_name: Option<String>,
            #[schema(max_length = 128)]
            role: Option<String>,
            /// Reference code.
            #[schema(max_length = 64)]
            boss_id: Option<String>,
            #[schema(max_length = 128)]
            classification: Option<String>,
            /// Such as `pt-BR`.
            #[schema(max_length = 16)]
            culture_id: Option<String>,
            /// IANA name, such as `America/Sao_Paulo`.
            #[schema(max_length = 64)]
            time_zone_id: Option<String>,
            #[schema(max_length = 128)]
            authenticate_on: Option<String>,
            #[schema(max_length = 10000)]
            observations: Option<String>,
            addresses: Option<Vec<AddressForm>>,
            contacts: Option<Vec<ContactForm>>,
            emails: Option<Vec<EmailForm>>,
            /// By name.
            teams: Option<Vec<String>>,
            relationships: Option<Vec<RelationshipBody>>,
            custom_field_values: Option<Vec<CustomValueForm>>,
        }
    };
}

described! {
    /// A new person. What is left out is empty; the access profile is the default one of the role.
    #[schema(as = PersonBody)]
    NewBody, {
        /// Reference code; made when absent.
        #[schema(max_length = 64)]
        id: Option<String>,
        /// 1 person, 2 company, 4 department.
        person_type: i64,
        /// 1 agent, 2 client, 3 agent and client.
        profile_type: i64,
        #[schema(max_length = 128)]
        name: String,
    }
}

described! {
    /// New members for a person; those that are absent stay, null takes a text away, lists replace what was there.
    #[schema(as = PersonPatch)]
    PatchBody, {
        /// 1 person, 2 company, 4 department.
        person_type: Option<i64>,
        /// 1 agent, 2 client, 3 agent and client.
        profile_type: Option<i64>,
        #[schema(max_length = 128)]
        name: Option<String>,
    }
}

/// A link to a company or a department.
#[derive(ToSchema)]
#[schema(as = RelationshipBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `relationship` reads")]
struct RelationshipBody {
    /// Reference code.
    #[schema(max_length = 64)]
    id: String,
    #[schema(max_length = 128)]
    sla_agreement: Option<String>,
    force_children_to_have_some_agreement: Option<bool>,
    allow_all_services: Option<bool>,
    include_in_parents: Option<bool>,
    load_child_organizations: Option<bool>,
    services: Option<Vec<RelatedServiceForm>>,
}

/// Reads a new person: the reference code, if one is given, and the rest.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_new(json: &Value) -> Result<(Option<String>, PersonInput), Failure> {
    let mut members = Members::of(json);
    let id = members.text("id", limits::CODE);
    let input = read(&mut members);
    for name in ["person_type", "profile_type", "name"] {
        members.need(name);
    }
    members.end()?;
    Ok((id, input))
}

/// Reads the change of a person.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_change(json: &Value) -> Result<PersonInput, Failure> {
    let mut members = Members::of(json);
    let input = read(&mut members);
    members.end()?;
    Ok(input)
}

fn read(members: &mut Members<'_>) -> PersonInput {
    let mut input = PersonInput {
        person_type: members.code("person_type"),
        profile_type: members.code("profile_type"),
        is_active: members.flag("is_active"),
        access_profile: members.text("access_profile", limits::NAME),
        business_name: members.text("name", limits::NAME),
        addresses: members.objects("addresses", limits::LIST, address),
        contacts: members.objects("contacts", limits::LIST, contact),
        emails: members.objects("emails", limits::LIST, email),
        teams: members.texts("teams", limits::LIST, limits::NAME),
        relationships: members.objects("relationships", limits::LIST, relationship),
        custom_fields: members.objects("custom_field_values", limits::LIST, custom_value),
        ..PersonInput::default()
    };
    for (name, _, max) in Texts::ALL {
        let text = members.text_or_null(name, *max);
        if let Some(place) = input.texts.of(name) {
            *place = text;
        }
    }
    input
}

fn address(members: &mut Members<'_>) -> Address {
    let mut text = |name| members.text(name, limits::NAME).unwrap_or_default();
    Address {
        address_type: text("address_type"),
        country: text("country"),
        postal_code: text("postal_code"),
        state: text("state"),
        district: text("district"),
        city: text("city"),
        street: text("street"),
        number: text("number"),
        complement: text("complement"),
        reference: text("reference"),
        is_default: members.flag("is_default").unwrap_or(false),
    }
}

fn contact(members: &mut Members<'_>) -> Contact {
    members.need("contact");
    Contact {
        contact_type: members.text("contact_type", limits::NAME).unwrap_or_default(),
        contact: members.text("contact", limits::NAME).unwrap_or_default(),
        is_default: members.flag("is_default").unwrap_or(false),
    }
}

fn email(members: &mut Members<'_>) -> Email {
    members.need("email");
    Email {
        email_type: members.text("email_type", limits::NAME).unwrap_or_default(),
        email: members.text("email", limits::NAME).unwrap_or_default(),
        is_default: members.flag("is_default").unwrap_or(false),
    }
}

fn relationship(members: &mut Members<'_>) -> Relationship {
    members.need("id");
    let service = |members: &mut Members<'_>| {
        members.need("id");
        let id = members.integer("id").unwrap_or_default();
        RelatedService { id, name: members.text("name", limits::NAME).unwrap_or_default() }
    };
    Relationship {
        id: members.text("id", limits::CODE).unwrap_or_default(),
        sla_agreement: members.text_or_null("sla_agreement", limits::NAME).unwrap_or_default(),
        force_children_to_have_some_agreement: members
            .flag("force_children_to_have_some_agreement")
            .unwrap_or(false),
        allow_all_services: members.flag("allow_all_services").unwrap_or(false),
        include_in_parents: members.flag("include_in_parents").unwrap_or(false),
        load_child_organizations: members.flag("load_child_organizations").unwrap_or(false),
        services: members.objects("services", limits::LIST, service).unwrap_or_default(),
    }
}

fn custom_value(members: &mut Members<'_>) -> CustomFieldValue {
    members.need("custom_field_id");
    members.need("custom_field_rule_id");
    let value = members.text_or_null("value", ticket_limits::CUSTOM_VALUE);
    CustomFieldValue {
        custom_field_id: members.integer("custom_field_id").unwrap_or_default(),
        custom_field_rule_id: members.integer("custom_field_rule_id").unwrap_or_default(),
        line: members.integer("line").unwrap_or(1),
        value: value.filter(|text| !text.is_empty()),
        items: members.objects("items", limits::LIST, custom_item).unwrap_or_default(),
    }
}

fn custom_item(members: &mut Members<'_>) -> CustomFieldItem {
    let mut text = |name, max| members.text(name, max).unwrap_or_default();
    CustomFieldItem {
        custom_field_item: text("custom_field_item", ITEM_MAX),
        person_id: text("person_id", limits::CODE),
        client_id: text("client_id", limits::CODE),
        team: text("team", limits::NAME),
        storage_file_guid: text("storage_file_guid", ITEM_MAX),
        file_name: text("file_name", ITEM_MAX),
    }
}
