//! Lives here: every read that names a domain finds nothing of another one.
//! Not here: what each of them finds in its own (the other files).

use std::sync::Arc;

use model::access_profile::AccessProfile;
use model::delivery::State;
use model::file::FileKey;
use model::ids::{ChangeId, DeliveryId, KeyId, PayloadId, SessionId, TeamId, TriggerId};
use model::notice::NoticeKind;
use model::trigger::{Trigger, TriggerDraft, TriggerType};
use store::deliveries::{NewDelivery, record};
use store::keys::ApiKey;
use store::log::Filter;
use store::logins::Login;
use store::on_each_database;
use store::testing::TestDatabase;
use store::ticket_search::{Part, Source};
use store::trigger_firings::Fired;
use store::{
    access_profiles, attempts, changes, endpoints, files, histories, keys, log, logins, notices, people,
    person_links, sessions, ticket_search, tickets, trigger_firings, triggers,
};

use crate::files::file;
use crate::people::{ana, company, team};
use crate::rows::{
    DOMAIN, ENDPOINT, House, NOW, OTHER, OTHER_ENDPOINT, action, answered, at, change, delivery, entered,
    event, held, leased, moved, place, session, ticket,
};
use crate::ticket_search::{ORDER, along};

on_each_database!(a_read_finds_its_own_domain_and_no_other);

/// Something in every table of the first domain.
pub(crate) async fn furnish(house: &House) {
    let (company, ana) = (company("acme"), ana());
    let team = team(3, "Desk");
    let draft = TriggerDraft {
        name: "a trigger".into(),
        trigger_type: TriggerType::Ticket,
        description: String::new(),
        enabled: true,
        conditions: Default::default(),
        actions: Vec::new(),
    };
    let trigger = Trigger {
        id: TriggerId(5),
        revision: 1,
        position: 1,
        draft,
        managed_by: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let key = ApiKey {
        domain: DOMAIN,
        id: KeyId(1),
        hash: "aa".into(),
        name: String::new(),
        person_id: "ana".into(),
        access_profile: None,
        rotated_from: None,
        created_at: NOW,
        last_used_at: None,
        expires_at: None,
    };
    let login =
        Login { person_id: "ana".into(), password_hash: "hash".into(), must_change: false, changed_at: NOW };
    house.enqueue(&[delivery(1, 0), NewDelivery { change: ChangeId(1), ..leased(2) }]).await;
    for step in [
        access_profiles::insert(DOMAIN, &AccessProfile::defaults()[1]),
        store::teams::insert(DOMAIN, &team),
        people::insert(DOMAIN, &company, NOW),
        people::insert(DOMAIN, &ana, NOW),
        person_links::insert(DOMAIN, &ana),
        store::teams::add_member(DOMAIN, &ana),
        keys::insert(&key),
        logins::save(DOMAIN, &login),
        logins::insert_name(DOMAIN, "ana@desk.example", "ana"),
        sessions::insert(&session(DOMAIN, 1, "ana"), "hash"),
        triggers::save(DOMAIN, &trigger),
        triggers::keep_revision(DOMAIN, &trigger, 1, false, "1"),
        trigger_firings::add(&[(DOMAIN, TriggerId(5), Fired { times: 1, last_at: NOW })]),
        tickets::insert(DOMAIN, &ticket(101, 1), ChangeId(1)),
        tickets::save_actions(DOMAIN, 101, &[action(1, "text")]),
        histories::add(DOMAIN, 101, &[entered("New", 1, 0)]),
        changes::insert(DOMAIN, &change(1, 101), None),
        changes::insert_payload(DOMAIN, PayloadId(1), Arc::from("{}"), false),
        record(held(2, 1), &moved(State::Failed), NOW),
        attempts::insert(place(2, 1), &answered(503), "", NOW, NOW, Some(NOW)),
        notices::notice(DOMAIN, &event(1, 0)),
        files::insert(DOMAIN, &[file(1)]),
    ] {
        house.done(step).await;
    }
}

#[expect(clippy::too_many_lines, reason = "a line for each read")]
async fn a_read_finds_its_own_domain_and_no_other(database: TestDatabase) {
    let house = House::on(database).await;
    furnish(&house).await;
    let reader = house.reader();
    let reader = &reader;
    let (subject, all) = (ENDPOINT.to_string(), Filter::default());
    let failing = NoticeKind::WebhookFailing;
    let agents = AccessProfile::AGENTS;
    let named = people::Filter { name: "AN".into(), ..people::Filter::default() };
    let addressed = people::Filter { email: Some("Ana@example.org".into()), ..people::Filter::default() };
    let profiled = people::Filter { profile: Some(agents), ..people::Filter::default() };
    // Each read is asked by the domain that has the row, and by the other one.
    macro_rules! finds {
        ($($name:literal: |$domain:ident| $read:expr => $found:ident: $is_there:expr,)+) => {$(
            let $domain = DOMAIN;
            let $found = $read.await.expect("read");
            assert!($is_there, "{}: its own is missing", $name);
            let $domain = OTHER;
            let $found = $read.await.expect("read");
            assert!(!$is_there, "{}: another domain's was found", $name);
        )+};
    }
    finds! {
        "attempts": |domain| attempts::of_delivery(reader, domain, DeliveryId(2)) => found: found.len() == 1,
        "change": |domain| changes::find(reader, domain, ChangeId(1)) => found: found.is_some(),
        "changes of a ticket": |domain| changes::of_ticket(reader, domain, 101, ChangeId(9), 9) => found: found.len() == 1,
        "newest changes": |domain| changes::newest(reader, domain, ChangeId(9), 9) => found: found.len() == 1,
        "body": |domain| changes::payload(reader, domain, PayloadId(1)) => found: found.is_some(),
        "endpoint": |domain| endpoints::find(reader, domain, ENDPOINT) => found: found.is_some(),
        "endpoints": |domain| endpoints::page(reader, domain, model::ids::EndpointId(69), 1) => found: found[0].id == ENDPOINT,
        "endpoint by its URL": |domain| endpoints::find_by_url(reader, domain, "https://depot.example/") => found: found == Some(ENDPOINT),
        "what waits": |domain| endpoints::counts(reader, domain, ENDPOINT, NOW) => found: found.waiting == 1,
        "what failed": |domain| endpoints::counts(reader, domain, ENDPOINT, NOW) => found: found.failed == 1,
        "key": |domain| keys::find(reader, domain, KeyId(1)) => found: found.is_some(),
        "keys": |domain| keys::page(reader, domain, KeyId(0), 9) => found: found.len() == 1,
        "log-in": |domain| logins::find(reader, domain, "ana") => found: found.is_some(),
        "log-in by name": |domain| logins::find_by_name(reader, domain, "ana@desk.example") => found: found.is_some(),
        "names of a log-in": |domain| logins::names(reader, domain, "ana") => found: found.len() == 1,
        "session": |domain| sessions::find(reader, domain, SessionId(1)) => found: found.is_some(),
        "session by its token": |domain| sessions::find_by_hash(reader, domain, "hash") => found: found.is_some(),
        "sessions": |domain| sessions::page(reader, domain, "ana", SessionId(0), (NOW, at(-1)), 9) => found: found.len() == 1,
        "log": |domain| log::page(reader, domain, &all, None, 9) => found: found.len() == 2,
        "row of the log": |domain| log::find(reader, domain, DeliveryId(1)) => found: found.is_some(),
        "deliveries of a change": |domain| log::of_change(reader, domain, ChangeId(1)) => found: found.len() == 2,
        "what can be sent again": |domain| log::count_resendable(reader, domain, &all) => found: found == 1,
        "notices": |domain| notices::page(reader, domain, "1", None, 9) => found: found.len() == 1,
        "open notice": |domain| notices::is_open(reader, domain, failing, &subject) => found: found,
        "person": |domain| people::find(reader, domain, "ana") => found: found.is_some(),
        "people by code": |domain| people::find_many(reader, domain, &["ana".into()]) => found: found.len() == 1,
        "people": |domain| people::page(reader, domain, "", 9) => found: found.len() == 2,
        "people past some": |domain| people::skipping(reader, domain, 0, 9) => found: found.len() == 2,
        "people by name": |domain| people::list(reader, domain, &named, None, 9) => found: found.len() == 1,
        "people by address": |domain| people::list(reader, domain, &addressed, None, 9) => found: found.len() == 1,
        "people by profile": |domain| people::list(reader, domain, &profiled, None, 9) => found: found.len() == 2,
        "person by user name": |domain| people::find_by_user_name(reader, domain, "ana") => found: found.is_some(),
        "somebody active": |domain| people::is_any_active(reader, domain, &[agents], "acme") => found: found,
        "use of a profile": |domain| people::is_in_use(reader, domain, agents) => found: found,
        "organization codes": |domain| person_links::organization_codes(reader, domain, &["ana".into()]) => found: !found.is_empty(),
        "organization": |domain| person_links::organizations(reader, domain, &["ana".into()]) => found: found.len() == 1,
        "links to an organization": |domain| person_links::is_linked_to(reader, domain, "acme") => found: found,
        "profiles": |domain| access_profiles::all(reader, domain) => found: found.len() == 1,
        "teams": |domain| store::teams::all(reader, domain) => found: found.len() == 1,
        "members of a team": |domain| store::teams::has_members(reader, domain, TeamId(3)) => found: found,
        "ticket": |domain| tickets::find(reader, domain, 101) => found: found.is_some(),
        "whole ticket": |domain| tickets::find_whole(reader, domain, 101) => found: found.is_some(),
        "ticket as it stands": |domain| tickets::find_standing(reader, domain, 101) => found: found.is_some(),
        "tickets by number": |domain| tickets::by_number(reader, domain, 0, 9) => found: found.len() == 1,
        "histories": |domain| histories::of_ticket(reader, domain, 101, 1) => found: found.len() == 1,
        "threads": |domain| tickets::threads(reader, domain, &[101]) => found: found[0].len() == 1,
        "search": |domain| ticket_search::page(reader, domain, &along(Source::All), ORDER, Part::first(9)) => found: found.len() == 1,
        "statuses": |domain| ticket_search::statuses(reader, domain) => found: found.len() == 1,
        "newest actions": |domain| tickets::actions_before(reader, domain, 101, 9, 9) => found: found.len() == 1,
        "action": |domain| tickets::find_action(reader, domain, 101, 1) => found: found.is_some(),
        "file": |domain| files::find(reader, domain, FileKey(1)) => found: found.is_some(),
        "keys of files": |domain| files::keys_between(reader, domain, FileKey(0), FileKey(9), 9) => found: found.len() == 1,
        "triggers": |domain| triggers::all(reader, domain) => found: found.len() == 1,
        "page of triggers": |domain| triggers::page(reader, domain, None, 9) => found: found.len() == 1,
        "number of triggers": |domain| triggers::count(reader, domain, None) => found: found == 1,
        "firings": |domain| trigger_firings::find_many(reader, domain, &[TriggerId(5)]) => found: found.len() == 1,
        "trigger": |domain| triggers::find(reader, domain, TriggerId(5)) => found: found.is_some(),
        "revision": |domain| triggers::revision_at(reader, domain, TriggerId(5), 9) => found: found.is_some(),
    }
    let elsewhere = endpoints::find(reader, DOMAIN, OTHER_ENDPOINT).await.expect("read");
    assert!(elsewhere.is_none());
}
