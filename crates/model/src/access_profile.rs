//! Access profiles: named sets of parameters that people share, and the parameters themselves.
//! Does not live here: which command needs which parameter (engine `commands`), how profiles are stored.

use crate::fault::Fault;
use crate::ids::AccessProfileId;
use crate::person::ProfileType;
use crate::text;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

/// A parameter of an access profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// *Allow creating triggers*: triggers, webhooks, endpoints, the execution log and its notices.
    AllowCreatingTriggers,
    /// See every ticket of the domain.
    AllowReadingAllTickets,
    /// See the tickets of one's own teams; everybody sees those they own, opened or are a client of.
    AllowReadingTeamTickets,
    /// Create and change the tickets that one sees.
    AllowWritingTickets,
    /// See people.
    AllowReadingPeople,
    /// Create and change people and teams.
    AllowWritingPeople,
    /// Create and change access profiles, and say who has which.
    AllowManagingAccessProfiles,
    /// *Access the integration centre*: links with other domains.
    AllowManagingIntegrations,
    /// Make, rotate and end API keys.
    AllowManagingApiKeys,
    /// Statuses, urgencies, categories, services and custom fields.
    AllowManagingClassification,
    /// Service level agreements.
    AllowManagingSla,
    /// The domain's own settings.
    AllowManagingDomain,
}

impl Grant {
    /// All of them, in the order of the profile's page.
    pub const ALL: [Grant; 12] = [
        Grant::AllowCreatingTriggers,
        Grant::AllowManagingIntegrations,
        Grant::AllowManagingApiKeys,
        Grant::AllowManagingClassification,
        Grant::AllowManagingSla,
        Grant::AllowManagingDomain,
        Grant::AllowReadingAllTickets,
        Grant::AllowReadingTeamTickets,
        Grant::AllowWritingTickets,
        Grant::AllowReadingPeople,
        Grant::AllowWritingPeople,
        Grant::AllowManagingAccessProfiles,
    ];

    /// The name on the access profile's page; an error names it so that the reader knows what to ask for.
    pub fn text(self) -> Text {
        match self {
            Grant::AllowCreatingTriggers => text!("Allow creating triggers"),
            Grant::AllowReadingAllTickets => text!("Allow reading all tickets"),
            Grant::AllowReadingTeamTickets => text!("Allow reading the tickets of own teams"),
            Grant::AllowWritingTickets => text!("Allow creating and changing tickets"),
            Grant::AllowReadingPeople => text!("Allow reading people"),
            Grant::AllowWritingPeople => text!("Allow creating and changing people"),
            Grant::AllowManagingAccessProfiles => text!("Allow managing access profiles"),
            Grant::AllowManagingIntegrations => text!("Allow accessing the integration center"),
            Grant::AllowManagingApiKeys => text!("Allow managing API keys"),
            Grant::AllowManagingClassification => text!("Allow managing classification"),
            Grant::AllowManagingSla => text!("Allow managing SLA agreements"),
            Grant::AllowManagingDomain => text!("Allow managing the domain"),
        }
    }

    /// The same in English.
    pub fn name(self) -> String {
        self.text().to_string()
    }

    /// The tab of the profile's page on which it stands.
    pub fn group(self) -> GrantGroup {
        match self {
            Grant::AllowCreatingTriggers
            | Grant::AllowManagingIntegrations
            | Grant::AllowManagingApiKeys
            | Grant::AllowManagingClassification
            | Grant::AllowManagingSla
            | Grant::AllowManagingDomain => GrantGroup::Settings,
            Grant::AllowReadingAllTickets | Grant::AllowReadingTeamTickets | Grant::AllowWritingTickets => {
                GrantGroup::Tickets
            }
            Grant::AllowReadingPeople | Grant::AllowWritingPeople | Grant::AllowManagingAccessProfiles => {
                GrantGroup::People
            }
        }
    }
}

impl Grant {
    /// The word of the native API and of storage, such as `allow_creating_triggers`.
    pub fn word(self) -> String {
        // A variant without fields is written as a text.
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The parameter of that word.
    pub fn from_word(word: &str) -> Option<Grant> {
        Grant::ALL.into_iter().find(|grant| grant.word() == word)
    }

    /// Whether a profile for these users may have it: customers run neither the domain nor its people.
    pub fn suits(self, user_type: UserType) -> bool {
        user_type == UserType::Agents || self.group() == GrantGroup::Tickets
    }
}

/// Whom a profile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// Those who work on tickets, also when they open some.
    Agents,
    /// Those who only open tickets.
    Customers,
}

impl UserType {
    /// Both.
    pub const ALL: [UserType; 2] = [UserType::Agents, UserType::Customers];

    /// The word of the native API and of storage.
    pub fn as_str(self) -> &'static str {
        match self {
            UserType::Agents => "agents",
            UserType::Customers => "customers",
        }
    }

    /// The type of that word.
    pub fn parse(word: &str) -> Option<UserType> {
        UserType::ALL.into_iter().find(|user_type| user_type.as_str() == word)
    }
}

impl From<ProfileType> for UserType {
    fn from(role: ProfileType) -> Self {
        if role.is_agent() { UserType::Agents } else { UserType::Customers }
    }
}

/// A tab of the access profile's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantGroup {
    /// What runs the domain.
    Settings,
    /// Tickets.
    Tickets,
    /// People.
    People,
}

impl GrantGroup {
    /// The word of the native API.
    pub fn as_str(self) -> &'static str {
        match self {
            GrantGroup::Settings => "settings",
            GrantGroup::Tickets => "tickets",
            GrantGroup::People => "people",
        }
    }
}

/// A set of parameters that people share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessProfile {
    /// Its identity within the domain: people refer to it, so that it can be renamed.
    pub id: AccessProfileId,
    /// Unique within the domain, case and accents folded; at most 128 characters.
    pub name: String,
    /// Whom it is for; stays as it was made.
    pub user_type: UserType,
    /// Given to people of its type who are made without a profile: one profile of each type is that.
    pub is_default: bool,
    /// The parameters that are on, in the order of the page.
    pub grants: Vec<Grant>,
}

/// Characters of a profile's or a team's name.
pub const NAME_MAX: usize = 128;

impl AccessProfile {
    /// The profile of a new domain that may do everything.
    pub const ADMINISTRATORS: AccessProfileId = AccessProfileId(1);
    /// The default profile of a new domain's agents.
    pub const AGENTS: AccessProfileId = AccessProfileId(2);
    /// The default profile of a new domain's clients.
    pub const CUSTOMERS: AccessProfileId = AccessProfileId(3);

    /// Whether the parameter is on.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// The profiles of a new domain: administrators, agents, customers.
    pub fn defaults() -> Vec<AccessProfile> {
        let profile = |id, name: &str, user_type, grants: &[Grant]| AccessProfile {
            id,
            name: name.into(),
            user_type,
            is_default: id != AccessProfile::ADMINISTRATORS,
            grants: grants.into(),
        };
        let agents = [Grant::AllowReadingAllTickets, Grant::AllowWritingTickets, Grant::AllowReadingPeople];
        vec![
            profile(AccessProfile::ADMINISTRATORS, "administrators", UserType::Agents, &Grant::ALL),
            profile(AccessProfile::AGENTS, "agents", UserType::Agents, &agents),
            profile(AccessProfile::CUSTOMERS, "customers", UserType::Customers, &[]),
        ]
    }

    /// What is wrong with a profile by itself: its name, and parameters that its users cannot have.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = name_faults(&self.name);
        for (at, grant) in self.grants.iter().enumerate().filter(|(_, grant)| !grant.suits(self.user_type)) {
            let message = text!(
                "`{grant}` is for agents only; customers may have those on tickets",
                grant = grant.word()
            );
            faults.push(Fault::new(format!("grants[{at}]"), message));
        }
        faults
    }
}

/// What is wrong with a name of a profile or a team.
pub fn name_faults(name: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    crate::fault::check_length(&mut faults, "name", name, NAME_MAX);
    if crate::text::fold(name).trim().is_empty() {
        faults.push(Fault::new("name", text!("is missing")));
    } else if name.trim() != name {
        faults.push(Fault::new("name", text!("must not begin or end with blanks")));
    }
    if name.chars().any(char::is_control) {
        faults.push(Fault::new("name", text!("holds a control character")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_parameter_stands_once_on_the_page_under_a_name_of_its_own() {
        let names: HashSet<_> = Grant::ALL.iter().map(|grant| grant.name()).collect();
        let all: HashSet<_> = Grant::ALL.into_iter().collect();
        assert_eq!((names.len(), all.len()), (Grant::ALL.len(), Grant::ALL.len()));
    }

    #[test]
    fn only_administrators_run_the_domain_at_first() {
        for profile in AccessProfile::defaults() {
            let runs = profile.grants.iter().any(|grant| grant.group() == GrantGroup::Settings);
            assert_eq!(runs, profile.name == "administrators", "{}", profile.name);
        }
    }

    #[test]
    fn every_parameter_is_found_by_its_word() {
        for grant in Grant::ALL {
            assert_eq!(Grant::from_word(&grant.word()), Some(grant));
        }
        assert_eq!(Grant::AllowManagingSla.word(), "allow_managing_sla");
        assert_eq!(Grant::from_word("AllowManagingSla"), None);
    }

    #[test]
    fn a_new_domain_has_one_default_profile_of_each_type() {
        let profiles = AccessProfile::defaults();
        for user_type in UserType::ALL {
            let defaults =
                profiles.iter().filter(|profile| profile.user_type == user_type && profile.is_default);
            assert_eq!(defaults.count(), 1, "{user_type:?}");
            assert_eq!(UserType::parse(user_type.as_str()), Some(user_type));
        }
        assert!(profiles.iter().all(|profile| profile.faults().is_empty()));
    }

    #[test]
    fn a_profile_for_customers_runs_neither_the_domain_nor_its_people() {
        let mut profile = AccessProfile::defaults().remove(2);
        profile.grants = vec![Grant::AllowWritingTickets, Grant::AllowReadingPeople, Grant::AllowManagingSla];
        let fields: Vec<_> = profile.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["grants[1]", "grants[2]"]);
        profile.user_type = UserType::Agents;
        assert!(profile.faults().is_empty());
    }

    #[test]
    fn a_name_that_cannot_be_told_apart_is_refused() {
        for name in ["", " ", "\u{301}", " a", "a\nb", &"x".repeat(129)] {
            assert_eq!(name_faults(name).len(), 1, "{name:?}");
        }
        assert!(name_faults("Nível 3").is_empty());
    }
}
