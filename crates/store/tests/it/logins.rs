//! Lives here: log-ins with their names, and sessions.
//! Not here: hashing, waiting, and when a session is over (the engine, the model).

use model::ids::SessionId;
use store::db::CommitError;
use store::logins::{self, Login};
use store::on_each_database;
use store::sessions::{self, Session};
use store::testing::TestDatabase;

use crate::rows::{DOMAIN, House, NOW, OTHER, at, session};

on_each_database!(
    a_log_in_is_found_by_each_of_its_names,
    a_name_belongs_to_one_person_of_a_domain,
    a_password_is_changed_only_if_it_is_still_the_one_that_was_read,
    a_session_is_found_by_its_token_and_remembers_its_use,
    sessions_of_a_person_are_listed_while_they_last,
    sessions_end_one_by_one_or_all_but_one,
    sessions_that_are_over_are_swept_out,
);

fn login(person_id: &str, hash: &str) -> Login {
    Login { person_id: person_id.into(), password_hash: hash.into(), must_change: true, changed_at: NOW }
}

async fn a_log_in_is_found_by_each_of_its_names(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(logins::save(DOMAIN, &login("a", "first"))).await;
    for name in ["ana", "ana@desk.example"] {
        house.done(logins::insert_name(DOMAIN, name, "a")).await;
    }
    let by_name = async |domain, name| {
        let found = logins::find_by_name(&house.reader(), domain, name).await.expect("read");
        found.map(|login| login.person_id)
    };
    assert_eq!(by_name(DOMAIN, "ana").await.as_deref(), Some("a"));
    assert_eq!(by_name(DOMAIN, "ana@desk.example").await.as_deref(), Some("a"));
    assert_eq!((by_name(OTHER, "ana").await, by_name(DOMAIN, "an").await), (None, None));
    let names = logins::names(&house.reader(), DOMAIN, "a").await.expect("read");
    assert_eq!(names, ["ana", "ana@desk.example"]);
    house.done(logins::clear_names(DOMAIN, "a")).await;
    assert_eq!(by_name(DOMAIN, "ana").await, None);
    let again = Login { must_change: false, changed_at: at(5), ..login("a", "second") };
    house.done(logins::save(DOMAIN, &again)).await;
    assert_eq!(logins::find(&house.reader(), DOMAIN, "a").await.expect("read"), Some(again));
    house.done(logins::delete(OTHER, "a")).await;
    assert!(logins::find(&house.reader(), DOMAIN, "a").await.expect("read").is_some());
    house.done(logins::delete(DOMAIN, "a")).await;
    assert_eq!(logins::find(&house.reader(), DOMAIN, "a").await.expect("read"), None);
}

async fn a_name_belongs_to_one_person_of_a_domain(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(logins::insert_name(DOMAIN, "ana", "a")).await;
    house.done(logins::insert_name(OTHER, "ana", "b")).await;
    let taken = house.commit(logins::insert_name(DOMAIN, "ana", "c")).await;
    assert!(matches!(taken, Err(CommitError::Conflict(_))), "{taken:?}");
}

async fn a_password_is_changed_only_if_it_is_still_the_one_that_was_read(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(logins::save(DOMAIN, &login("a", "first"))).await;
    house.done(logins::change(DOMAIN, "first", &login("a", "second"))).await;
    for step in [
        logins::change(DOMAIN, "first", &login("a", "third")),
        logins::change(OTHER, "second", &login("a", "third")),
        logins::change(DOMAIN, "second", &login("b", "third")),
    ] {
        assert_eq!(house.commit(step).await.err(), Some(CommitError::Stale));
    }
    let kept = logins::find(&house.reader(), DOMAIN, "a").await.expect("read").expect("is there");
    assert_eq!(kept.password_hash, "second");
}

async fn a_session_is_found_by_its_token_and_remembers_its_use(database: TestDatabase) {
    let house = House::on(database).await;
    let begun = session(DOMAIN, 1, "a");
    house.done(sessions::insert(&begun, "hash")).await;
    let by_hash =
        async |domain, hash| sessions::find_by_hash(&house.reader(), domain, hash).await.expect("read");
    assert_eq!(by_hash(DOMAIN, "hash").await, Some(begun.clone()));
    assert_eq!((by_hash(OTHER, "hash").await, by_hash(DOMAIN, "else").await), (None, None));
    for (ms, seen) in [(50, 50), (20, 50)] {
        house.done(sessions::seen(DOMAIN, SessionId(1), at(ms))).await;
        house.done(sessions::seen(OTHER, SessionId(1), at(999))).await;
        let found = sessions::find(&house.reader(), DOMAIN, SessionId(1)).await.expect("read");
        assert_eq!(found.expect("is there").seen_at, at(seen));
    }
    let twice = house.commit(sessions::insert(&session(DOMAIN, 2, "a"), "hash")).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
}

async fn sessions_of_a_person_are_listed_while_they_last(database: TestDatabase) {
    let house = House::on(database).await;
    let ended = Session { ends_at: at(1), ..session(DOMAIN, 1, "a") };
    let idle = Session { seen_at: at(-50), ..session(DOMAIN, 2, "a") };
    let others =
        [session(DOMAIN, 3, "b"), session(OTHER, 4, "a"), session(DOMAIN, 6, "a"), session(DOMAIN, 5, "a")];
    for (one, hash) in [ended, idle].into_iter().chain(others).zip(["1", "2", "3", "4", "5", "6"]) {
        house.done(sessions::insert(&one, hash)).await;
    }
    let page = async |after, when| {
        let after = SessionId(after);
        let found = sessions::page(&house.reader(), DOMAIN, "a", after, when, 9).await.expect("read");
        found.iter().map(|session| session.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(0, (at(1), at(-50))).await, [5, 6]);
    assert_eq!(page(5, (at(0), at(-51))).await, [6]);
    assert_eq!(page(0, (at(0), at(-51))).await, [1, 2, 5, 6]);
}

async fn sessions_end_one_by_one_or_all_but_one(database: TestDatabase) {
    let house = House::on(database).await;
    for (id, hash) in [(1, "1"), (2, "2"), (3, "3"), (4, "4")] {
        house.done(sessions::insert(&session(DOMAIN, id, if id == 4 { "b" } else { "a" }), hash)).await;
    }
    let left = async || {
        let mut left = Vec::new();
        for id in 1..=4 {
            let found = sessions::find(&house.reader(), DOMAIN, SessionId(id)).await.expect("read");
            left.extend(found.map(|session| session.id.0));
        }
        left
    };
    house.done(sessions::delete(OTHER, SessionId(1))).await;
    house.done(sessions::delete(DOMAIN, SessionId(1))).await;
    assert_eq!(left().await, [2, 3, 4]);
    house.done(sessions::delete_of_person(DOMAIN, "a", SessionId(3))).await;
    assert_eq!(left().await, [3, 4]);
    house.done(sessions::delete_of_person(OTHER, "a", SessionId(0))).await;
    house.done(sessions::delete_of_person(DOMAIN, "a", SessionId(0))).await;
    assert_eq!(left().await, [4]);
}

async fn sessions_that_are_over_are_swept_out(database: TestDatabase) {
    let house = House::on(database).await;
    let ended = Session { ends_at: at(1), ..session(DOMAIN, 1, "a") };
    let idle = Session { seen_at: at(-50), ..session(DOMAIN, 2, "a") };
    for (one, hash) in [ended, idle, session(DOMAIN, 3, "a")].iter().zip(["1", "2", "3"]) {
        house.done(sessions::insert(one, hash)).await;
    }
    house.done(sessions::prune(OTHER, at(2), at(-50))).await;
    assert!(sessions::find(&house.reader(), DOMAIN, SessionId(1)).await.expect("read").is_some());
    house.done(sessions::prune(DOMAIN, at(2), at(-50))).await;
    let found = sessions::page(&house.reader(), DOMAIN, "a", SessionId(0), (NOW, at(-99)), 9).await;
    let left: Vec<_> = found.expect("read").iter().map(|session| session.id.0).collect();
    assert_eq!(left, [3]);
}
