//! What clients may send, for the API's description alone: reading is tolerant and lives in `body` and `parts`.

use crate::public::tickets::schema::CustomFieldBody;
use utoipa::ToSchema;

/// A person as clients write it. Names match without case; members that only the server sets are ignored; null takes a
/// text away. Lists replace what was there.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicPersonBody)]
#[expect(dead_code, reason = "describes what `body::Body` reads")]
pub(crate) struct PersonBody {
    /// Reference code of a new person; made when absent. It stays as it was made.
    #[schema(max_length = 64)]
    id: Option<String>,
    #[schema(max_length = 64)]
    code_reference_additional: Option<String>,
    /// True when absent.
    is_active: Option<bool>,
    /// 1 person, 2 company, 4 department: needed in a new person.
    person_type: Option<i64>,
    /// 1 agent, 2 client, 3 agent and client: needed in a new person.
    profile_type: Option<i64>,
    /// By name; the default of the role when absent.
    access_profile: Option<String>,
    #[schema(max_length = 128)]
    corporate_name: Option<String>,
    /// Needed in a new person.
    #[schema(max_length = 128)]
    business_name: Option<String>,
    #[schema(max_length = 128)]
    business_branch: Option<String>,
    #[schema(max_length = 14)]
    cpf_cnpj: Option<String>,
    /// To log in with; nobody else has it.
    #[schema(max_length = 64)]
    user_name: Option<String>,
    /// Never shown again.
    #[schema(min_length = 8, max_length = 128)]
    password: Option<String>,
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
    addresses: Option<Vec<AddressBody>>,
    contacts: Option<Vec<ContactBody>>,
    emails: Option<Vec<EmailBody>>,
    /// By name.
    teams: Option<Vec<String>>,
    relationships: Option<Vec<RelationshipBody>>,
    custom_field_values: Option<Vec<CustomFieldBody>>,
}

/// A postal address.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicAddressBody)]
#[expect(dead_code, reason = "describes what `parts` reads")]
struct AddressBody {
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
    is_default: Option<bool>,
}

/// An e-mail address. The default one is what tickets copy: the first when none says that it is.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicEmailBody)]
#[expect(dead_code, reason = "describes what `parts` reads")]
struct EmailBody {
    email_type: Option<String>,
    email: String,
    is_default: Option<bool>,
}

/// Another way to reach somebody. The default one is what tickets copy as phone.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicContactBody)]
#[expect(dead_code, reason = "describes what `parts` reads")]
struct ContactBody {
    contact_type: Option<String>,
    contact: String,
    is_default: Option<bool>,
}

/// A link to a company or a department.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicRelationshipBody)]
#[expect(dead_code, reason = "describes what `parts` reads")]
struct RelationshipBody {
    /// Reference code.
    id: String,
    sla_agreement: Option<String>,
    force_children_to_have_some_agreement: Option<bool>,
    allow_all_services: Option<bool>,
    include_in_parents: Option<bool>,
    load_child_organizations: Option<bool>,
    services: Option<Vec<RelatedServiceBody>>,
}

/// A service within a link.
#[derive(ToSchema)]
#[schema(as = PublicRelatedServiceBody)]
#[expect(dead_code, reason = "describes what `parts` reads")]
struct RelatedServiceBody {
    id: Option<i64>,
    name: Option<String>,
}
