//! Lives here: API keys: made, renamed, ended, taken away, and their last use.
//! Not here: who may show them, and what memory holds of them (the engine).

use model::ids::{AccessProfileId, KeyId};
use model::time::Timestamp;
use store::db::CommitError;
use store::keys::{self, ApiKey};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{DOMAIN, House, NOW, OTHER, at};

on_each_database!(
    keys_come_back_as_they_went_in,
    keys_are_paged_as_they_were_made,
    a_key_is_renamed_ended_and_taken_away_in_its_own_domain,
    a_use_is_written_down_once_and_never_backwards,
);

fn key(id: i64, hash: &str, expires_at: Option<Timestamp>) -> ApiKey {
    ApiKey {
        domain: DOMAIN,
        id: KeyId(id),
        hash: hash.into(),
        name: "for the depot".into(),
        person_id: "a".into(),
        access_profile: (id == 2).then_some(AccessProfileId(2)),
        rotated_from: (id == 2).then_some(KeyId(1)),
        created_at: at(id),
        last_used_at: None,
        expires_at,
    }
}

async fn keys_come_back_as_they_went_in(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(keys::insert(&key(1, "aa", None))).await;
    house.done(keys::insert(&key(2, "bb", Some(at(5))))).await;
    let mut all = keys::all(&house.reader()).await.expect("read");
    all.sort_by_key(|key| key.id);
    assert_eq!(format!("{all:?}"), format!("{:?}", [key(1, "aa", None), key(2, "bb", Some(at(5)))]));
    let found = keys::find(&house.reader(), DOMAIN, KeyId(2)).await.expect("read");
    assert_eq!(
        found.map(|key| (key.access_profile, key.rotated_from)),
        Some((Some(AccessProfileId(2)), Some(KeyId(1))))
    );
    let twice = house.commit(keys::insert(&key(3, "aa", None))).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
}

async fn keys_are_paged_as_they_were_made(database: TestDatabase) {
    let house = House::on(database).await;
    for (id, hash) in [(5, "a"), (3, "b"), (4, "c")] {
        house.done(keys::insert(&key(id, hash, None))).await;
    }
    house.done(keys::insert(&ApiKey { domain: OTHER, ..key(6, "d", None) })).await;
    let page = async |after| {
        let found = keys::page(&house.reader(), DOMAIN, KeyId(after), 2).await.expect("read");
        found.iter().map(|key| key.id.0).collect::<Vec<_>>()
    };
    assert_eq!((page(0).await, page(4).await, page(5).await), (vec![3, 4], vec![5], vec![]));
}

async fn a_key_is_renamed_ended_and_taken_away_in_its_own_domain(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(keys::insert(&key(1, "aa", None))).await;
    for step in [
        keys::rename(OTHER, KeyId(1), "theirs"),
        keys::set_end(OTHER, KeyId(1), NOW),
        keys::delete(OTHER, KeyId(1)),
        keys::rename(DOMAIN, KeyId(2), "no such key"),
    ] {
        assert_eq!(house.commit(step).await.err(), Some(CommitError::Stale));
    }
    house.done(keys::rename(DOMAIN, KeyId(1), "ours")).await;
    house.done(keys::set_end(DOMAIN, KeyId(1), at(9))).await;
    let found = keys::find(&house.reader(), DOMAIN, KeyId(1)).await.expect("read").expect("is there");
    assert_eq!((found.name.as_str(), found.expires_at), ("ours", Some(at(9))));
    house.done(keys::delete(DOMAIN, KeyId(1))).await;
    assert!(keys::find(&house.reader(), DOMAIN, KeyId(1)).await.expect("read").is_none());
}

async fn a_use_is_written_down_once_and_never_backwards(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(keys::insert(&key(1, "aa", None))).await;
    let last = async || {
        let found = keys::find(&house.reader(), DOMAIN, KeyId(1)).await.expect("read");
        found.expect("is there").last_used_at
    };
    for (ms, known) in [(50, 50), (20, 50), (70, 70)] {
        house.done(keys::used(&[(DOMAIN, KeyId(1), at(ms)), (OTHER, KeyId(1), at(999))])).await;
        assert_eq!(last().await, Some(at(known)));
    }
}
