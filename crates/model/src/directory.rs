//! The access profiles and teams of a domain, found by identity or by name. People refer to them by identity; callers
//! write and read names.

use crate::access_profile::{AccessProfile, Grant, UserType};
use crate::ids::{AccessProfileId, TeamId};
use crate::team::Team;
use crate::text::same;

/// All profiles and teams of one domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// By name.
    pub profiles: Vec<AccessProfile>,
    /// By name.
    pub teams: Vec<Team>,
}

impl Directory {
    /// The profile of that identity.
    pub fn profile(&self, id: AccessProfileId) -> Option<&AccessProfile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile of that name, case and accents folded.
    pub fn profile_named(&self, name: &str) -> Option<&AccessProfile> {
        self.profiles.iter().find(|profile| same(&profile.name, name))
    }

    /// The profile of people of this type who are made without one.
    pub fn default_profile(&self, user_type: UserType) -> Option<&AccessProfile> {
        self.profiles.iter().find(|profile| profile.user_type == user_type && profile.is_default)
    }

    /// The parameters of a profile; none for one that does not exist.
    pub fn grants(&self, id: AccessProfileId) -> &[Grant] {
        self.profile(id).map_or(&[], |profile| &profile.grants)
    }

    /// The team of that identity.
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// The team of that name, in use or not, case and accents folded.
    pub fn team_named(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| same(&team.name, name))
    }

    /// The names of these teams, as they stand.
    pub fn team_names(&self, ids: &[TeamId]) -> Vec<String> {
        ids.iter().filter_map(|id| self.team(*id)).map(|team| team.name.clone()).collect()
    }

    /// Every name under which tickets may have these teams: those that stand, and those they had before.
    pub fn team_names_ever(&self, ids: &[TeamId]) -> Vec<String> {
        let teams = ids.iter().filter_map(|id| self.team(*id));
        teams.flat_map(|team| std::iter::once(&team.name).chain(&team.former_names)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(id: i64, name: &str, former: &[&str]) -> Team {
        let former_names = former.iter().map(|name| (*name).to_owned()).collect();
        Team { id: TeamId(id), name: name.into(), is_active: id != 2, former_names }
    }

    #[test]
    fn profiles_and_teams_are_found_by_identity_and_by_folded_name() {
        let directory = Directory {
            profiles: AccessProfile::defaults(),
            teams: vec![team(1, "Nível 3", &["Level 3"]), team(2, "Old", &[])],
        };
        assert_eq!(directory.profile_named("AGENTS").map(|profile| profile.id), Some(AccessProfile::AGENTS));
        assert_eq!(directory.default_profile(UserType::Agents).map(|it| it.id), Some(AccessProfile::AGENTS));
        assert_eq!(directory.grants(AccessProfile::CUSTOMERS), []);
        assert_eq!(directory.grants(AccessProfileId(9)), []);
        assert_eq!(directory.team_named("nivel 3").map(|team| team.id), Some(TeamId(1)));
        assert_eq!(directory.team_names(&[TeamId(2), TeamId(9), TeamId(1)]), ["Old", "Nível 3"]);
        assert_eq!(directory.team_names_ever(&[TeamId(1)]), ["Nível 3", "Level 3"]);
    }
}
