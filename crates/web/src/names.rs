//! The names behind what a person's record refers to: access profile, teams, boss, organizations. Both APIs write names.

use crate::Shared;
use crate::error::Failure;
use engine::Caller;
use model::directory::Directory;
use model::person_record::Person;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The names that some records refer to.
pub(crate) struct Names {
    directory: Arc<Directory>,
    people: HashMap<String, String>,
}

impl Names {
    /// Reads the names that these records refer to.
    pub(crate) async fn of(app: &Shared, caller: &Caller, records: &[Person]) -> Result<Names, Failure> {
        let boss = |record: &Person| Some(record.texts.boss_id.clone()).filter(|id| !id.is_empty());
        let linked =
            |record: &Person| record.relationships.iter().map(|link| link.id.clone()).collect::<Vec<_>>();
        let codes: HashSet<String> =
            records.iter().flat_map(|record| boss(record).into_iter().chain(linked(record))).collect();
        let codes: Vec<String> = codes.into_iter().collect();
        let mut people = HashMap::new();
        if !codes.is_empty() {
            for named in store::people::find_many(&app.engine.reader(), caller.domain, &codes).await? {
                people.insert(named.reference.id, named.reference.business_name);
            }
        }
        Ok(Names { directory: app.engine.directory(caller.domain), people })
    }

    /// The name of a record's access profile.
    pub(crate) fn profile(&self, record: &Person) -> Option<String> {
        self.directory.profile(record.access_profile).map(|profile| profile.name.clone())
    }

    /// The names of a record's teams.
    pub(crate) fn teams(&self, record: &Person) -> Vec<String> {
        self.directory.team_names(&record.teams)
    }

    /// The name of somebody by reference code.
    pub(crate) fn person(&self, code: &str) -> Option<String> {
        self.people.get(code).cloned()
    }
}
