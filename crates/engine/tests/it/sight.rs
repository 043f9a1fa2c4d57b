//! Who sees which tickets, and that nobody changes what they do not see.
//! Does not live here: what lists show of them (web).

use engine::commands::tickets::{ActionInput, TicketInput};
use engine::{Caller, Error};
use model::access_profile::Grant;
use model::person::ProfileType;
use model::ticket_action::Visibility;

use crate::support::{Desk, new_ticket, patient, subject_of};

/// Somebody else with these parameters.
fn eve(desk: &Desk, profile_type: ProfileType, grants: &[Grant]) -> Caller {
    let mut caller = desk.caller.clone();
    let person = caller.actor.person.as_mut().unwrap();
    (person.id, person.profile_type) = ("eve".into(), profile_type);
    caller.grants = grants.into();
    caller.teams = vec!["Desk".into()];
    caller
}

async fn may_rename(desk: &Desk, caller: &Caller, ticket: i64) -> bool {
    match desk.engine.update_ticket(caller, ticket, subject_of("another")).await {
        Ok(()) => true,
        Err(Error::NotFound(_)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_somebody_does_not_see_they_cannot_change() {
    let desk = Desk::open(patient(), []).await;
    let others = desk.ticket().await;
    let input = TicketInput { owner_team: Some("Desk".into()), ..new_ticket() };
    let of_team = desk.engine.create_ticket(&desk.caller, input).await.unwrap();
    let (write, team, all) =
        (Grant::AllowWritingTickets, Grant::AllowReadingTeamTickets, Grant::AllowReadingAllTickets);
    for (grants, sees_team, sees_others) in
        [(vec![write], false, false), (vec![write, team], true, false), (vec![write, all], true, true)]
    {
        let caller = eve(&desk, ProfileType::Agent, &grants);
        assert_eq!(may_rename(&desk, &caller, of_team).await, sees_team, "{grants:?}");
        assert_eq!(may_rename(&desk, &caller, others).await, sees_others, "{grants:?}");
    }
    let eve = eve(&desk, ProfileType::Agent, &[write]);
    assert!(matches!(desk.engine.delete_ticket(&eve, others).await, Err(Error::NotFound(_))));
    let own = desk.engine.create_ticket(&eve, new_ticket()).await.unwrap();
    assert!(may_rename(&desk, &eve, own).await, "whoever opened it sees it");
}

#[tokio::test]
async fn a_client_sees_nothing_internal() {
    let desk = Desk::open(patient(), []).await;
    let client =
        eve(&desk, ProfileType::Client, &[Grant::AllowWritingTickets, Grant::AllowReadingAllTickets]);
    let agent = eve(&desk, ProfileType::AgentAndClient, &client.grants);
    let internal = TicketInput { visibility: Some(Visibility::Internal), ..new_ticket() };
    let internal = desk.engine.create_ticket(&desk.caller, internal).await.unwrap();
    assert!(!may_rename(&desk, &client, internal).await);
    assert!(may_rename(&desk, &agent, internal).await);
    let mut input = new_ticket();
    input.actions[0].visibility = Some(Visibility::Internal);
    let ticket = desk.engine.create_ticket(&desk.caller, input).await.unwrap();
    let edit = ActionInput { id: Some(1), description: Some("mine".into()), ..ActionInput::default() };
    let edit = TicketInput { actions: vec![edit], ..TicketInput::default() };
    let answer = desk.engine.update_ticket(&client, ticket, edit.clone()).await;
    assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?}");
    desk.engine.update_ticket(&agent, ticket, edit).await.unwrap();
}
