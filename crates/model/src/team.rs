//! Teams: groups of agents, in whose charge tickets are. Tickets copy a team's name when it is written.
//! Does not live here: who belongs to which (`person_record`), how teams are stored.

use crate::ids::TeamId;

/// A team of the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its identity: people refer to it, so that it can be renamed.
    pub id: TeamId,
    /// Unique within the domain, case and accents folded; at most 128 characters.
    pub name: String,
    /// A team that is not in use keeps its people and can be named in nothing new.
    pub is_active: bool,
    /// Names that it had before, oldest first: tickets of that time have them still.
    pub former_names: Vec<String>,
}

/// Teams of a domain, at most.
pub const TEAMS_MAX: usize = 1_000;

/// Former names that a team remembers.
const FORMER_MAX: usize = 20;

impl Team {
    /// Gives the team another name and remembers the one it had.
    pub fn rename(&mut self, name: &str) {
        let old = std::mem::replace(&mut self.name, name.to_owned());
        self.former_names.retain(|former| former != name && *former != old);
        if old != name {
            self.former_names.push(old);
        }
        let surplus = self.former_names.len().saturating_sub(FORMER_MAX);
        self.former_names.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_remembers_the_names_it_had() {
        let mut team = Team { id: TeamId(1), name: "a".into(), is_active: true, former_names: Vec::new() };
        for name in ["b", "c", "c", "a"] {
            team.rename(name);
        }
        assert_eq!((team.name.as_str(), team.former_names.as_slice()), ("a", &["b".into(), "c".into()][..]));
        for number in 0..100 {
            team.rename(&number.to_string());
        }
        assert_eq!(team.former_names.len(), FORMER_MAX);
        assert_eq!(team.former_names.last().map(String::as_str), Some("98"));
    }
}
