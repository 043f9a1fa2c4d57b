//! A ticket to try a trigger with in a help desk that has none yet. It has number 0, which no real one has.

use model::classification::{BaseStatus, Classification};
use model::ticket::Ticket;
use model::ticket_action::{Visibility, origin};
use model::time::Timestamp;

/// An open ticket in the domain's own words.
pub(crate) fn example(words: &Classification, now: Timestamp) -> Ticket {
    let status = words.statuses.iter().find(|status| status.base == BaseStatus::New);
    let middle = words.urgencies.get(words.urgencies.len() / 2);
    Ticket {
        number: 0,
        version: 1,
        visibility: Visibility::Public,
        subject: "Example".into(),
        category: words.categories.first().map(|category| category.name.clone()).unwrap_or_default(),
        urgency: middle.map(|urgency| urgency.name.clone()).unwrap_or_default(),
        status: status.map_or_else(String::new, |status| status.name.clone()),
        base_status: BaseStatus::New,
        justification: String::new(),
        origin: origin::WEB_API,
        created_at: now,
        created_by: None,
        is_deleted: false,
        owner: None,
        owner_team: words.teams.first().cloned().unwrap_or_default(),
        service: words.services.first().map(|service| service.path.clone()).unwrap_or_default(),
        service_id: words.services.first().map(|service| service.id),
        tags: Vec::new(),
        cc: String::new(),
        clients: Vec::new(),
        custom_fields: Vec::new(),
        sla_solution_minutes: 0,
        sla_solution_at: None,
        sla: Default::default(),
        stopped: Default::default(),
        action_count: 0,
        last_action_id: 0,
        agent_action_count: 0,
        resolved_in_first_call: false,
        resolved_at: None,
        closed_at: None,
        canceled_at: None,
        reopened_at: None,
        last_action_at: None,
        updated_at: now,
        links: Vec::new(),
        chain_memory: Default::default(),
    }
}
