//! Access profiles: named sets of parameters that people share, and the parameters themselves.
//! Does not live here: which command needs which parameter (engine `commands`), how profiles are stored.

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

    /// The name on the access profile's page (English); an error names it so that the reader knows what to ask for.
    pub fn name(self) -> &'static str {
        match self {
            Grant::AllowCreatingTriggers => "Allow creating triggers",
            Grant::AllowReadingAllTickets => "Allow reading all tickets",
            Grant::AllowReadingTeamTickets => "Allow reading the tickets of own teams",
            Grant::AllowWritingTickets => "Allow creating and changing tickets",
            Grant::AllowReadingPeople => "Allow reading people",
            Grant::AllowWritingPeople => "Allow creating and changing people",
            Grant::AllowManagingAccessProfiles => "Allow managing access profiles",
            Grant::AllowManagingIntegrations => "Allow accessing the integration center",
            Grant::AllowManagingApiKeys => "Allow managing API keys",
            Grant::AllowManagingClassification => "Allow managing classification",
            Grant::AllowManagingSla => "Allow managing SLA agreements",
            Grant::AllowManagingDomain => "Allow managing the domain",
        }
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

/// A set of parameters that people share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessProfile {
    /// Unique name within the domain.
    pub name: String,
    /// The parameters that are on.
    pub grants: Vec<Grant>,
}

impl AccessProfile {
    /// Whether the parameter is on.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// The profiles of a new domain: administrators, agents, customers.
    pub fn defaults() -> Vec<AccessProfile> {
        let profile =
            |name: &str, grants: &[Grant]| AccessProfile { name: name.into(), grants: grants.into() };
        let agents = [Grant::AllowReadingAllTickets, Grant::AllowWritingTickets, Grant::AllowReadingPeople];
        vec![profile("administrators", &Grant::ALL), profile("agents", &agents), profile("customers", &[])]
    }
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
}
