//! The whole person, as the domain keeps it: what tickets copy, and everything else.
//! Does not live here: how callers write it (`person_input`), how it is stored.

use crate::ids::{AccessProfileId, TeamId};
use crate::person::PersonRef;
use crate::ticket::CustomFieldValue;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Limits on what one person holds.
pub mod limits {
    /// Characters of a reference code.
    pub const CODE: usize = 64;
    /// Characters of a name, an address, a contact.
    pub const NAME: usize = 128;
    /// Addresses, contacts, e-mail addresses, teams and relationships, of each.
    pub const LIST: usize = 100;
}

/// The plain texts of a person: one table from which the fields, their reading and their limits come.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $public:literal, $max:literal;)*) => {
        /// The plain texts of a person; empty for none.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Texts {
            $($(#[$doc])* #[serde(skip_serializing_if = "String::is_empty")] pub $name: String,)*
        }

        /// The plain texts that a caller sends; an empty one takes the value away.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each field is the person's field of that name")]
        pub struct TextsInput {
            $(pub $name: Option<String>,)*
        }

        impl Texts {
            /// Name in the native API, name in the public API, and characters allowed, of each.
            pub const ALL: &[(&'static str, &'static str, usize)] = &[$((stringify!($name), $public, $max)),*];

            /// Takes over what was sent.
            pub fn put(&mut self, input: TextsInput) {
                $(if let Some(text) = input.$name { self.$name = text; })*
            }
        }

        impl TextsInput {
            /// The text with this name of the native API.
            pub fn of(&mut self, name: &str) -> Option<&mut Option<String>> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

texts! {
    /// A second code, of another system.
    code_reference_additional = "codeReferenceAdditional", 64;
    /// The name in the register of companies.
    corporate_name = "corporateName", 128;
    /// What the company does.
    business_branch = "businessBranch", 128;
    /// Number in the Brazilian register of taxpayers.
    cpf_cnpj = "cpfCnpj", 14;
    /// The name to log in with, unique within the domain, case and accents folded.
    user_name = "userName", 64;
    /// What the person does.
    role = "role", 128;
    /// Reference code of the boss.
    boss_id = "bossId", 64;
    /// The domain's own word for its kind of customer.
    classification = "classification", 128;
    /// Language tag, such as `pt-BR`.
    culture_id = "cultureId", 16;
    /// IANA name of the time zone.
    time_zone_id = "timeZoneId", 64;
    /// Another system that says who this is.
    authenticate_on = "authenticateOn", 128;
    /// Free text.
    observations = "observations", 10000;
}

/// A postal address. Empty text means "none".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each field is the address's line of that name")]
pub struct Address {
    pub address_type: String,
    pub country: String,
    pub postal_code: String,
    pub state: String,
    pub district: String,
    pub city: String,
    pub street: String,
    pub number: String,
    pub complement: String,
    pub reference: String,
    pub is_default: bool,
}

/// A way to reach somebody other than by e-mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The domain's own word, such as `Telefone`.
    pub contact_type: String,
    /// Number or name there.
    pub contact: String,
    /// The one that tickets copy.
    pub is_default: bool,
}

/// An e-mail address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// The domain's own word, such as `Profissional`.
    pub email_type: String,
    /// The address.
    pub email: String,
    /// The one that tickets copy.
    pub is_default: bool,
}

/// A service within a relationship, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedService {
    /// Its number.
    pub id: i64,
    /// Its name, or empty.
    #[serde(default)]
    pub name: String,
}

/// The link of a person to an organisation: a company or a department.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relationship {
    /// Reference code of the organisation.
    pub id: String,
    /// Name of a service level agreement, or empty.
    #[serde(default)]
    pub sla_agreement: String,
    /// Whoever is linked to this person needs an agreement too.
    #[serde(default)]
    pub force_children_to_have_some_agreement: bool,
    /// Every service may be asked for, not only those listed.
    #[serde(default)]
    pub allow_all_services: bool,
    /// The person shows among those of the organisations above.
    #[serde(default)]
    pub include_in_parents: bool,
    /// The organisations below are linked too.
    #[serde(default)]
    pub load_child_organizations: bool,
    /// The services that may be asked for.
    #[serde(default)]
    pub services: Vec<RelatedService>,
}

/// A person of the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What tickets copy.
    #[serde(flatten)]
    pub reference: PersonRef,
    /// Inactive people keep their past and can be named in nothing new.
    pub is_active: bool,
    /// What they may do.
    pub access_profile: AccessProfileId,
    /// The teams of an agent, in the order in which they were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// Plain texts.
    #[serde(default)]
    pub texts: Texts,
    /// Postal addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Ways to reach them; one is the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// E-mail addresses; one is the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// Links to organisations; the first is the one that tickets show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship>,
    /// Values of the domain's own fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<CustomFieldValue>,
    /// Reference code of who made the record; empty for the system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub created_by: String,
    /// Reference code of who changed it last; empty for the system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changed_by: String,
    /// Rises with each change; not part of the stored text.
    #[serde(skip)]
    pub version: i64,
    /// When the record was made; not part of the stored text.
    #[serde(skip)]
    pub created_at: Timestamp,
    /// When it was changed last; not part of the stored text.
    #[serde(skip)]
    pub changed_at: Timestamp,
}

impl Person {
    /// An active person with nothing but what tickets copy.
    pub fn new(reference: PersonRef, access_profile: AccessProfileId) -> Self {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        let email = |email| Email { email_type: "Profissional".into(), email, is_default: true };
        let contact = |contact| Contact { contact_type: "Telefone".into(), contact, is_default: true };
        Person {
            is_active: true,
            access_profile,
            teams: Vec::new(),
            texts: Texts::default(),
            addresses: Vec::new(),
            contacts: given(&reference.phone).map(contact).into_iter().collect(),
            emails: given(&reference.email).map(email).into_iter().collect(),
            relationships: Vec::new(),
            custom_fields: Vec::new(),
            created_by: String::new(),
            changed_by: String::new(),
            version: 1,
            created_at: Timestamp::default(),
            changed_at: Timestamp::default(),
            reference,
        }
    }
}
