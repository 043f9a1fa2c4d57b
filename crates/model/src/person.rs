//! People as tickets name them, and their roles. The whole person is in `person_record`, what their access profile lets
//! them do in `access_profile`.
//! Does not live here: who asks (web `auth`), how people are stored.

use serde::{Deserialize, Serialize};

/// Kind of a person: the public API's `personType` (1, 2, 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum PersonType {
    /// 1: a human being.
    Person,
    /// 2: a company.
    Company,
    /// 4: a department.
    Department,
}

/// Role of a person: the public API's `profileType` (1, 2, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum ProfileType {
    /// 1: works on tickets.
    Agent,
    /// 2: opens tickets.
    Client,
    /// 3: both.
    AgentAndClient,
}

impl ProfileType {
    /// Whether this role works on tickets.
    pub fn is_agent(self) -> bool {
        self != ProfileType::Client
    }
}

impl From<PersonType> for i64 {
    fn from(kind: PersonType) -> i64 {
        match kind {
            PersonType::Person => 1,
            PersonType::Company => 2,
            PersonType::Department => 4,
        }
    }
}

impl TryFrom<i64> for PersonType {
    type Error = String;
    fn try_from(code: i64) -> Result<Self, String> {
        match code {
            1 => Ok(PersonType::Person),
            2 => Ok(PersonType::Company),
            4 => Ok(PersonType::Department),
            _ => Err(format!("is {code}; allowed are 1 (person), 2 (company) and 4 (department)")),
        }
    }
}

impl From<ProfileType> for i64 {
    fn from(kind: ProfileType) -> i64 {
        match kind {
            ProfileType::Agent => 1,
            ProfileType::Client => 2,
            ProfileType::AgentAndClient => 3,
        }
    }
}

impl TryFrom<i64> for ProfileType {
    type Error = String;
    fn try_from(code: i64) -> Result<Self, String> {
        match code {
            1 => Ok(ProfileType::Agent),
            2 => Ok(ProfileType::Client),
            3 => Ok(ProfileType::AgentAndClient),
            _ => Err(format!("is {code}; allowed are 1 (agent), 2 (client) and 3 (agent and client)")),
        }
    }
}

/// A person as a ticket, an action or a change names them: copied when written, so that the past keeps its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRef {
    /// The reference code, at most 64 characters.
    pub id: String,
    /// Kind of the person.
    pub person_type: PersonType,
    /// Role of the person.
    pub profile_type: ProfileType,
    /// Name on screen.
    pub business_name: String,
    /// Default e-mail address, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Default phone, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}
