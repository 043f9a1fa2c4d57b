//! Lives here: people with their links and teams, access profiles, teams.
//! Not here: who may write them, and what of them memory holds (the engine).

use model::access_profile::{AccessProfile, Grant, UserType};
use model::ids::{AccessProfileId, KeyId, TeamId};
use model::person::{PersonRef, PersonType, ProfileType};
use model::person_record::{Person, Relationship};
use model::team::Team;
use store::db::CommitError;
use store::keys::ApiKey;
use store::logins::Login;
use store::on_each_database;
use store::people::{Filter, key};
use store::testing::TestDatabase;
use store::{access_profiles, keys, logins, people, person_links, teams};

use crate::rows::{DOMAIN, House, NOW, OTHER, at};

on_each_database!(
    people_come_back_as_they_went_in,
    people_are_paged_by_reference_code,
    people_are_listed_by_name_and_filtered,
    a_code_or_a_user_name_that_is_taken_is_a_conflict,
    a_change_is_guarded_by_the_version_before,
    only_who_is_active_and_has_a_log_in_can_log_in,
    holders_of_keys_are_read_at_once,
    links_lead_to_organizations_and_hold_them,
    a_person_that_something_needs_is_not_deleted,
    profiles_come_back_as_they_went_in,
    a_profile_that_somebody_has_stays,
    teams_come_back_as_they_went_in,
    a_team_with_members_stays,
);

/// A person named after the code.
fn person(id: &str, name: &str) -> Person {
    let reference = PersonRef {
        id: id.into(),
        person_type: PersonType::Person,
        profile_type: ProfileType::Agent,
        business_name: name.into(),
        email: format!("{id}@Example.org"),
        phone: "+55 47 0000-0000".into(),
    };
    Person { is_active: id != "b", ..Person::new(reference, AccessProfile::AGENTS) }
}

/// A company.
pub(crate) fn company(id: &str) -> Person {
    let mut company = person(id, "Ação Ltda.");
    company.reference.person_type = PersonType::Company;
    company
}

/// A person with a user name, in team 3, linked to `acme`.
pub(crate) fn ana() -> Person {
    let mut ana = Person { teams: vec![TeamId(3)], ..person("ana", "Ana") };
    ana.texts.user_name = "Ana".into();
    ana.relationships = vec![Relationship { id: "acme".into(), ..Relationship::default() }];
    ana
}

/// A team.
pub(crate) fn team(id: i64, name: &str) -> Team {
    let former_names = vec![format!("{name} before")];
    Team { id: TeamId(id), name: name.into(), is_active: id != 4, former_names }
}

/// A house with the default profiles in both domains.
async fn house(database: TestDatabase) -> House {
    let house = House::on(database).await;
    for profile in AccessProfile::defaults() {
        house.done(access_profiles::insert(DOMAIN, &profile)).await;
        house.done(access_profiles::insert(OTHER, &profile)).await;
    }
    house
}

fn codes(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.reference.id.as_str()).collect()
}

async fn people_come_back_as_they_went_in(database: TestDatabase) {
    let house = house(database).await;
    house.done(people::insert(DOMAIN, &ana(), NOW)).await;
    let found = people::find(&house.reader(), DOMAIN, "ana").await.expect("read");
    assert_eq!(found, Some(Person { created_at: NOW, changed_at: NOW, ..ana() }));
    assert_eq!(people::find(&house.reader(), DOMAIN, "Ana").await.expect("read"), None, "codes are exact");
    let by_name = people::find_by_user_name(&house.reader(), DOMAIN, "ÁNA").await.expect("read");
    assert_eq!(by_name.map(|found| found.reference.id).as_deref(), Some("ana"));
}

async fn people_are_paged_by_reference_code(database: TestDatabase) {
    let house = house(database).await;
    for id in ["c", "a", "10", "b", "9"] {
        house.done(people::insert(DOMAIN, &person(id, id), NOW)).await;
    }
    house.done(people::insert(OTHER, &person("aa", "elsewhere"), NOW)).await;
    let page = async |after: &str| people::page(&house.reader(), DOMAIN, after, 2).await.expect("read");
    assert_eq!((codes(&page("").await), codes(&page("9").await)), (vec!["10", "9"], vec!["a", "b"]));
    assert_eq!((codes(&page("b").await), codes(&page("c").await)), (vec!["c"], vec![]));
    let skipped = people::skipping(&house.reader(), DOMAIN, 3, 10).await.expect("read");
    assert_eq!(codes(&skipped), ["b", "c"]);
    let asked = ["c", "nobody", "10"].map(String::from);
    let many = people::find_many(&house.reader(), DOMAIN, &asked).await.expect("read");
    assert_eq!(codes(&many), ["c", "10"]);
}

async fn people_are_listed_by_name_and_filtered(database: TestDatabase) {
    let house = house(database).await;
    for (id, name) in [("1", "Zoe"), ("a", "ANA"), ("b", "Ána Maria"), ("c", "ana"), ("d", "Bob")] {
        house.done(people::insert(DOMAIN, &person(id, name), NOW)).await;
    }
    let client = Person { access_profile: AccessProfile::CUSTOMERS, ..person("e", "Anselm") };
    house.done(people::insert(DOMAIN, &client, NOW)).await;
    house.done(people::insert(OTHER, &person("x", "Ana"), NOW)).await;
    let list = async |filter: &Filter, after, limit| {
        people::list(&house.reader(), DOMAIN, filter, after, limit).await.expect("read")
    };
    let all = Filter::default();
    assert_eq!(codes(&list(&all, None, 9).await), ["a", "c", "b", "e", "d", "1"]);
    let first = list(&all, None, 2).await;
    assert_eq!(codes(&list(&all, Some(key(&first[1])), 2).await), ["b", "e"]);
    let named = Filter { name: "ÁNA".into(), ..all.clone() };
    assert_eq!(codes(&list(&named, None, 9).await), ["a", "c", "b"]);
    let active = Filter { is_active: Some(true), ..named.clone() };
    assert_eq!(codes(&list(&active, None, 9).await), ["a", "c"]);
    let inactive = Filter { is_active: Some(false), ..all.clone() };
    assert_eq!(codes(&list(&inactive, None, 9).await), ["b"]);
    let profile = Filter { profile: Some(AccessProfile::CUSTOMERS), ..all.clone() };
    assert_eq!(codes(&list(&profile, None, 9).await), ["e"]);
    let email = Filter { email: Some("C@EXAMPLE.ORG".into()), ..all.clone() };
    assert_eq!(codes(&list(&email, None, 9).await), ["c"]);
    let both = Filter { profile: Some(AccessProfile::CUSTOMERS), ..email };
    assert_eq!(codes(&list(&both, None, 9).await), [""; 0]);
}

async fn a_code_or_a_user_name_that_is_taken_is_a_conflict(database: TestDatabase) {
    let house = house(database).await;
    house.done(people::insert(DOMAIN, &ana(), NOW)).await;
    house.done(people::insert(OTHER, &ana(), NOW)).await;
    let twice = house.commit(people::insert(DOMAIN, &person("ana", "second"), NOW)).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
    let mut other = person("other", "other");
    other.texts.user_name = "ÁNA".into();
    let named = house.commit(people::insert(DOMAIN, &other, NOW)).await;
    assert!(matches!(named, Err(CommitError::Conflict(_))), "{named:?}");
    let kept = people::find(&house.reader(), DOMAIN, "ana").await.expect("read").expect("still there");
    assert_eq!(kept.reference.business_name, "Ana");
    let unknown = Person { access_profile: AccessProfileId(99), ..person("new", "new") };
    let unknown = house.commit(people::insert(DOMAIN, &unknown, NOW)).await;
    assert_eq!(unknown.err(), Some(CommitError::Stale), "there is no such profile");
}

async fn a_change_is_guarded_by_the_version_before(database: TestDatabase) {
    let house = house(database).await;
    house.done(people::insert(DOMAIN, &ana(), NOW)).await;
    let mut changed = Person { version: 2, changed_at: at(5), is_active: false, ..ana() };
    changed.reference.business_name = "Ana Maria".into();
    changed.texts.user_name = String::new();
    house.done(people::update(DOMAIN, &changed)).await;
    let found = people::find(&house.reader(), DOMAIN, "ana").await.expect("read");
    assert_eq!(found, Some(Person { created_at: NOW, ..changed.clone() }));
    assert_eq!(people::find_by_user_name(&house.reader(), DOMAIN, "ana").await.expect("read"), None);
    let late = house.commit(people::update(DOMAIN, &changed)).await;
    assert_eq!(late.err(), Some(CommitError::Stale));
    let agents = [AccessProfile::ADMINISTRATORS, AccessProfile::AGENTS];
    let active =
        async |but| people::is_any_active(&house.reader(), DOMAIN, &agents, but).await.expect("read");
    assert!(!active("").await, "the only one is not active");
    house.done(people::insert(DOMAIN, &person("c", "c"), NOW)).await;
    assert!(active("").await && !active("c").await);
}

async fn only_who_is_active_and_has_a_log_in_can_log_in(database: TestDatabase) {
    let house = house(database).await;
    let agents = [AccessProfile::ADMINISTRATORS, AccessProfile::AGENTS];
    let can_log_in = async || logins::is_any_active(&house.reader(), DOMAIN, &agents).await.expect("read");
    for id in ["b", "c"] {
        house.done(people::insert(DOMAIN, &person(id, id), NOW)).await;
    }
    let log_in = |id: &str| Login {
        person_id: id.into(),
        password_hash: String::new(),
        must_change: false,
        changed_at: NOW,
    };
    house.done(logins::save(DOMAIN, &log_in("b"))).await;
    house.done(people::insert(OTHER, &person("c", "c"), NOW)).await;
    house.done(logins::save(OTHER, &log_in("c"))).await;
    assert!(!can_log_in().await, "one is not active, the other one's log-in is another domain's");
    house.done(logins::save(DOMAIN, &log_in("c"))).await;
    assert!(can_log_in().await);
}

async fn holders_of_keys_are_read_at_once(database: TestDatabase) {
    let house = house(database).await;
    for domain in [DOMAIN, OTHER] {
        house.done(people::insert(domain, &person("a", "a"), NOW)).await;
        house.done(people::insert(domain, &person("c", "c"), NOW)).await;
    }
    for (id, domain) in [(1, DOMAIN), (2, DOMAIN), (3, OTHER)] {
        let hash = format!("hash {id}");
        let (id, name, person_id) = (KeyId(id), String::new(), "a".into());
        house
            .done(keys::insert(&ApiKey {
                domain,
                id,
                hash,
                name,
                person_id,
                access_profile: None,
                rotated_from: None,
                created_at: NOW,
                last_used_at: None,
                expires_at: None,
            }))
            .await;
    }
    let holders = people::key_holders(&house.reader()).await.expect("read");
    let mut told: Vec<_> =
        holders.iter().map(|(domain, person)| (*domain, person.reference.id.as_str())).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, [(DOMAIN, "a"), (OTHER, "a")]);
}

async fn links_lead_to_organizations_and_hold_them(database: TestDatabase) {
    let house = house(database).await;
    house.done(people::insert(DOMAIN, &company("acme"), NOW)).await;
    house.done(people::insert(DOMAIN, &company("zeta"), NOW)).await;
    let mut linked = ana();
    linked.relationships.insert(0, Relationship { id: "zeta".into(), ..Relationship::default() });
    house.done(people::insert(DOMAIN, &linked, NOW)).await;
    house.done(person_links::insert(DOMAIN, &linked)).await;
    let asked = ["ana", "acme", "nobody"].map(String::from);
    let found = person_links::organizations(&house.reader(), DOMAIN, &asked).await.expect("read");
    assert_eq!(found.keys().collect::<Vec<_>>(), ["ana"]);
    assert_eq!(found["ana"].id, "zeta", "the first of the record");
    let codes = person_links::organization_codes(&house.reader(), DOMAIN, &asked).await.expect("read");
    assert_eq!(codes, ["zeta", "acme"], "all of them, in the order of the record");
    let is_linked_to =
        async |id| person_links::is_linked_to(&house.reader(), DOMAIN, id).await.expect("read");
    assert!(is_linked_to("acme").await && !is_linked_to("ana").await);
    for step in person_links::hold(DOMAIN, &linked) {
        house.done(step).await;
    }
    let held = people::find(&house.reader(), DOMAIN, "acme").await.expect("read").expect("there");
    assert_eq!(held.version, 2, "who has not seen the link is late");
    for id in ["ana", "gone"] {
        let wrong = Relationship { id: id.into(), ..Relationship::default() };
        let wrong = Person { relationships: vec![wrong], ..person("c", "c") };
        let refused = house.commit(person_links::hold(DOMAIN, &wrong).remove(0)).await;
        assert_eq!(refused.err(), Some(CommitError::Stale), "{id}");
    }
    house.done(person_links::remove(OTHER, "ana")).await;
    assert!(is_linked_to("acme").await);
    house.done(person_links::remove(DOMAIN, "ana")).await;
    assert!(!is_linked_to("acme").await);
}

async fn a_person_that_something_needs_is_not_deleted(database: TestDatabase) {
    let house = house(database).await;
    for person in [company("acme"), person("a", "a"), person("c", "c"), ana()] {
        house.done(people::insert(DOMAIN, &person, NOW)).await;
    }
    house.done(person_links::insert(DOMAIN, &ana())).await;
    let (hash, name) = ("aa".to_owned(), String::new());
    let key = ApiKey {
        domain: DOMAIN,
        id: KeyId(1),
        hash,
        name,
        person_id: "a".into(),
        access_profile: None,
        rotated_from: None,
        created_at: NOW,
        last_used_at: None,
        expires_at: None,
    };
    house.done(keys::insert(&key)).await;
    for (id, version) in [("acme", 1), ("a", 1), ("c", 2), ("gone", 1)] {
        let refused = house.commit(people::delete(DOMAIN, id, version)).await;
        assert_eq!(refused.err(), Some(CommitError::Stale), "{id}");
    }
    house.done(people::delete(DOMAIN, "c", 1)).await;
    assert_eq!(people::find(&house.reader(), DOMAIN, "c").await.expect("read"), None);
}

async fn profiles_come_back_as_they_went_in(database: TestDatabase) {
    let house = house(database).await;
    let all = async |domain| access_profiles::all(&house.reader(), domain).await.expect("read");
    assert_eq!(all(DOMAIN).await, AccessProfile::defaults());
    let changed = AccessProfile {
        id: AccessProfile::ADMINISTRATORS,
        name: "Überblick".into(),
        user_type: UserType::Agents,
        is_default: true,
        grants: vec![Grant::AllowManagingSla],
    };
    house.done(access_profiles::update(DOMAIN, &changed)).await;
    house.done(access_profiles::only_default(DOMAIN, &changed)).await;
    let found = all(DOMAIN).await;
    let defaults: Vec<_> = found.iter().map(|profile| (profile.name.as_str(), profile.is_default)).collect();
    assert_eq!(defaults, [("agents", false), ("customers", true), ("Überblick", true)]);
    assert_eq!(found[2], changed);
    assert_eq!(all(OTHER).await, AccessProfile::defaults());
    let taken = AccessProfile { id: AccessProfileId(9), name: "ÜBERBLICK".into(), ..changed.clone() };
    let taken = house.commit(access_profiles::insert(DOMAIN, &taken)).await;
    assert!(matches!(taken, Err(CommitError::Conflict(_))), "{taken:?}");
    let gone = AccessProfile { id: AccessProfileId(9), ..changed };
    assert_eq!(house.commit(access_profiles::update(DOMAIN, &gone)).await.err(), Some(CommitError::Stale));
}

async fn a_profile_that_somebody_has_stays(database: TestDatabase) {
    let house = house(database).await;
    house.done(people::insert(DOMAIN, &person("b", "inactive"), NOW)).await;
    let in_use = async |id| people::is_in_use(&house.reader(), DOMAIN, id).await.expect("read");
    assert!(in_use(AccessProfile::AGENTS).await && !in_use(AccessProfile::CUSTOMERS).await);
    let refused = house.commit(access_profiles::delete(DOMAIN, AccessProfile::AGENTS)).await;
    assert_eq!(refused.err(), Some(CommitError::Stale));
    house.done(access_profiles::delete(DOMAIN, AccessProfile::CUSTOMERS)).await;
    assert_eq!(access_profiles::all(&house.reader(), DOMAIN).await.expect("read").len(), 2);
    assert_eq!(access_profiles::all(&house.reader(), OTHER).await.expect("read").len(), 3);
}

async fn teams_come_back_as_they_went_in(database: TestDatabase) {
    let house = house(database).await;
    for team in [team(3, "Nível 3"), team(4, "Field"), team(5, "desk")] {
        house.done(teams::insert(DOMAIN, &team)).await;
    }
    house.done(teams::insert(OTHER, &team(3, "Nível 3"))).await;
    let found = teams::all(&house.reader(), DOMAIN).await.expect("read");
    assert_eq!(found, [team(5, "desk"), team(4, "Field"), team(3, "Nível 3")]);
    let taken = house.commit(teams::update(DOMAIN, &team(4, "NIVEL 3"))).await;
    assert!(matches!(taken, Err(CommitError::Conflict(_))), "{taken:?}");
    house.done(teams::update(DOMAIN, &team(4, "Fields"))).await;
    let gone = house.commit(teams::update(DOMAIN, &team(9, "gone"))).await;
    assert_eq!(gone.err(), Some(CommitError::Stale));
    let found = teams::all(&house.reader(), DOMAIN).await.expect("read");
    assert_eq!(found[1], team(4, "Fields"));
}

async fn a_team_with_members_stays(database: TestDatabase) {
    let house = house(database).await;
    house.done(teams::insert(DOMAIN, &team(3, "Desk"))).await;
    let lost = house.commit(teams::add_member(OTHER, &ana())).await;
    assert_eq!(lost.err(), Some(CommitError::Stale), "the other domain has no such team");
    house.done(teams::add_member(DOMAIN, &ana())).await;
    assert!(teams::has_members(&house.reader(), DOMAIN, TeamId(3)).await.expect("read"));
    assert_eq!(house.commit(teams::delete(DOMAIN, TeamId(3))).await.err(), Some(CommitError::Stale));
    house.done(teams::remove_member(DOMAIN, "ana")).await;
    house.done(teams::delete(DOMAIN, TeamId(3))).await;
    assert_eq!(teams::all(&house.reader(), DOMAIN).await.expect("read"), []);
}
