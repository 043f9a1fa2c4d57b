//! What the fields of a ticket can be: the words in use that fit it, the agents, and what it has now whatever that is.

use crate::Shared;
use crate::error::Failure;
use crate::view::Viewer;
use crate::view::choices::Choice;
use model::access_profile::UserType;
use model::classification::{Classification, service_path};
use model::person_record::Person;
use model::ticket_action::Visibility;
use store::people::Filter;

/// Agents to choose from; past it the reference code is typed.
const AGENTS: usize = 200;

/// What can be chosen.
#[derive(Debug, Default)]
pub(super) struct Choices {
    pub(super) statuses: Vec<Choice>,
    pub(super) urgencies: Vec<Choice>,
    pub(super) categories: Vec<Choice>,
    /// Paths such as `IT > Network`.
    pub(super) services: Vec<Choice>,
    pub(super) teams: Vec<Choice>,
    /// By reference code, with their names.
    pub(super) agents: Vec<Choice>,
    /// There are more agents than can be chosen from.
    pub(super) types_agent: bool,
    /// The reasons that statuses ask for.
    pub(super) reasons: Vec<String>,
}

/// What stands in the fields.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Current<'c> {
    pub(super) status: &'c str,
    pub(super) urgency: &'c str,
    pub(super) category: &'c str,
    pub(super) service: &'c str,
    pub(super) team: &'c str,
    pub(super) owner: &'c str,
    /// The owner's name, where it is known.
    pub(super) owner_name: &'c str,
}

impl Choices {
    /// The choices for a ticket of this kind.
    pub(super) async fn read(
        app: &Shared,
        viewer: &Viewer,
        visibility: Visibility,
        current: Current<'_>,
    ) -> Result<Choices, Failure> {
        let words = app.engine.classification(viewer.caller.domain);
        let agents = agents(app, viewer).await?;
        let types_agent = agents.len() > AGENTS;
        let named = |person: Person| (person.reference.id, person.reference.business_name);
        let mut known: Vec<(String, String)> = agents.into_iter().take(AGENTS).map(named).collect();
        if !current.owner.is_empty() && !known.iter().any(|(id, _)| id == current.owner) {
            let name = if current.owner_name.is_empty() { current.owner } else { current.owner_name };
            known.insert(0, (current.owner.to_owned(), name.to_owned()));
        }
        known.insert(0, (String::new(), viewer.look.words.say("ticket-nobody")));
        let agent =
            |(value, label): (String, String)| Choice { chosen: value == current.owner, value, label };
        let statuses = words.statuses.iter().filter(|it| it.is_active && it.ticket_types.has(visibility));
        let urgencies = words.urgencies.iter().filter(|it| it.is_active);
        let categories = words.categories.iter().filter(|it| it.is_active && it.ticket_types.has(visibility));
        let choice = |name: &str, now: &str| Choice {
            value: name.into(),
            label: if name.is_empty() { "–".into() } else { name.into() },
            chosen: name == now,
        };
        let all = |names: Vec<&str>, now: &str, may_be_empty: bool| {
            let missing = (!now.is_empty() || may_be_empty) && !names.contains(&now);
            let mut all: Vec<Choice> = names.iter().map(|name| choice(name, now)).collect();
            if missing {
                all.insert(0, choice(now, now));
            }
            if may_be_empty && !now.is_empty() {
                all.insert(0, choice("", now));
            }
            all
        };
        let services = services(&words, viewer, visibility);
        Ok(Choices {
            statuses: all(statuses.map(|it| it.name.as_str()).collect(), current.status, false),
            urgencies: all(urgencies.map(|it| it.name.as_str()).collect(), current.urgency, true),
            categories: all(categories.map(|it| it.name.as_str()).collect(), current.category, true),
            services: all(services.iter().map(String::as_str).collect(), current.service, true),
            teams: all(words.teams.iter().map(String::as_str).collect(), current.team, true),
            agents: known.into_iter().map(agent).collect(),
            types_agent,
            reasons: reasons(&words),
        })
    }
}

/// The services that this person may choose.
fn services(words: &Classification, viewer: &Viewer, visibility: Visibility) -> Vec<String> {
    let role = viewer.caller.actor.person.as_ref().map(|person| person.profile_type);
    let fits = words.services.iter().filter(|service| {
        service.is_active
            && service.ticket_types.has(visibility)
            && role.is_none_or(|role| service.selectable_by.has(role))
    });
    let mut paths: Vec<String> = fits.map(|service| service_path(&service.path)).collect();
    paths.sort();
    paths
}

fn reasons(words: &Classification) -> Vec<String> {
    let mut all: Vec<String> =
        words.statuses.iter().flat_map(|status| status.justifications.clone()).collect();
    all.sort();
    all.dedup();
    all
}

/// The agents to choose from with the one that stands, and whether there are more than can be chosen from.
pub(crate) async fn agents_of(
    app: &Shared,
    viewer: &Viewer,
    chosen: &str,
) -> Result<(Vec<Choice>, bool), Failure> {
    let found = agents(app, viewer).await?;
    let are_more = found.len() > AGENTS;
    let choice = |person: Person| Choice {
        chosen: person.reference.id == chosen,
        value: person.reference.id,
        label: person.reference.business_name,
    };
    let mut all: Vec<Choice> = found.into_iter().take(AGENTS).map(choice).collect();
    if !chosen.is_empty() && !all.iter().any(|agent| agent.chosen) {
        all.insert(0, Choice { value: chosen.into(), label: chosen.into(), chosen: true });
    }
    Ok((all, are_more))
}

/// The active people whose profile is one for agents, by name; one more than can be chosen from if there are more.
async fn agents(app: &Shared, viewer: &Viewer) -> Result<Vec<Person>, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let directory = app.engine.directory(domain);
    let mut found = Vec::new();
    for profile in directory.profiles.iter().filter(|profile| profile.user_type == UserType::Agents) {
        let filter = Filter { profile: Some(profile.id), is_active: Some(true), ..Filter::default() };
        found.extend(store::people::list(&reader, domain, &filter, None, AGENTS as i64 + 1).await?);
        if found.len() > AGENTS {
            break;
        }
    }
    found.sort_by_cached_key(store::people::key);
    Ok(found)
}
