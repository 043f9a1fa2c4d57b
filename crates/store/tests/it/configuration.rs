//! Lives here: what administrators write: domains and their revision, keys, triggers, endpoints.
//! Not here: people, profiles and teams (`people`); who may write it, and what of it memory holds (the engine).

use model::classification::{Classification, Locale};
use model::ids::{EndpointId, TriggerId};
use model::trigger::{Trigger, TriggerDraft, TriggerType};
use store::db::{CommitError, Write};
use store::on_each_database;
use store::testing::TestDatabase;
use store::trigger_firings::Fired;
use store::{domains, endpoints, trigger_firings, triggers};

use crate::rows::{DOMAIN, ENDPOINT, House, NOW, OTHER, OTHER_ENDPOINT, at, domain, endpoint};

on_each_database!(
    domains_come_back_with_their_words,
    the_revision_lets_one_of_two_writers_through,
    a_suspended_domain_and_its_hosts_are_told_to_every_node,
    triggers_stand_in_their_order_and_pages_follow_it,
    firings_add_up_and_the_newest_is_kept,
    a_trigger_that_is_saved_again_keeps_its_place_in_time,
    a_revision_is_in_force_from_its_configuration_on,
    an_endpoint_is_made_once_for_each_url_of_a_domain,
    a_rotation_keeps_the_secret_before_beside_the_new_one,
    a_pause_says_why_and_a_success_is_remembered,
);

pub(crate) fn trigger(id: i64, position: i64, name: &str) -> Trigger {
    let draft = TriggerDraft {
        name: name.into(),
        trigger_type: TriggerType::Ticket,
        description: String::new(),
        enabled: true,
        conditions: Default::default(),
        actions: Vec::new(),
    };
    Trigger {
        id: TriggerId(id),
        revision: 1,
        position,
        draft,
        managed_by: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn domains_come_back_with_their_words(database: TestDatabase) {
    let house = House::on(database).await;
    let all = domains::all(&house.reader()).await.expect("read");
    let told: Vec<_> =
        all.iter().map(|found| (found.id, found.name.as_str(), found.locale.as_str())).collect();
    assert_eq!(told, [(DOMAIN, "main", "en"), (OTHER, "other", "en")]);
    let brazilian = Classification::starting(Locale::PtBr);
    house.done(domains::set_classification(OTHER, &brazilian)).await;
    let all = domains::all(&house.reader()).await.expect("read");
    assert_eq!(all[0].classification, Classification::starting(Locale::En));
    assert_eq!(all[1].classification, brazilian);
    let one = domains::find(&house.reader(), OTHER).await.expect("read").expect("is there");
    assert_eq!((one.id, one.classification), (OTHER, brazilian));
    assert!(domains::find(&house.reader(), model::ids::DomainId(9)).await.expect("read").is_none());
    let twice = house.commit(domains::insert(&domain(model::ids::DomainId(9), "main"), NOW)).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
}

async fn the_revision_lets_one_of_two_writers_through(database: TestDatabase) {
    let house = House::on(database).await;
    let write = |id: i64| {
        Write::new()
            .step(domains::raise_revision(DOMAIN, 1))
            .step(triggers::save(DOMAIN, &trigger(id, 1, "a trigger")))
    };
    let (one, other) = tokio::join!(house.db().commit(write(1)), house.db().commit(write(2)));
    let refused = [one.err(), other.err()];
    assert_eq!(refused.iter().flatten().collect::<Vec<_>>(), [&CommitError::Stale]);
    let mut revisions = domains::revisions(&house.reader()).await.expect("read");
    revisions.sort_unstable();
    assert_eq!(revisions, [(DOMAIN, 2), (OTHER, 1)]);
    assert_eq!(triggers::all(&house.reader(), DOMAIN).await.expect("read").len(), 1);
    let unknown = house.commit(domains::raise_revision(model::ids::DomainId(9), 1)).await;
    assert_eq!(unknown.err(), Some(CommitError::Stale));
}

async fn a_suspended_domain_and_its_hosts_are_told_to_every_node(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(domains::set_suspended(DOMAIN, true)).await;
    house.done(domains::set_host_names(DOMAIN, &["a.example".into(), "b.example".into()])).await;
    let all = domains::all(&house.reader()).await.expect("read");
    let told: Vec<_> = all
        .iter()
        .map(|domain| (domain.suspended, domain.host_names.len(), domain.config_revision))
        .collect();
    assert_eq!(told, [(true, 2, 3), (false, 1, 1)]);
    house.done(domains::set_suspended(DOMAIN, false)).await;
    assert!(!domains::all(&house.reader()).await.expect("read")[0].suspended);
    let unknown = house.commit(domains::set_suspended(model::ids::DomainId(9), true)).await;
    assert_eq!(unknown.err(), Some(CommitError::Stale));
}

async fn triggers_stand_in_their_order_and_pages_follow_it(database: TestDatabase) {
    let house = House::on(database).await;
    for (id, position) in [(1, 3), (2, 1), (4, 2), (3, 2)] {
        house.done(triggers::save(DOMAIN, &trigger(id, position, &format!("trigger {id}")))).await;
    }
    house.done(triggers::save(OTHER, &trigger(9, 1, "elsewhere"))).await;
    let ids = |found: Vec<Trigger>| found.iter().map(|trigger| trigger.id.0).collect::<Vec<_>>();
    assert_eq!(ids(triggers::all(&house.reader(), DOMAIN).await.expect("read")), [2, 3, 4, 1]);
    let page = async |after| ids(triggers::page(&house.reader(), DOMAIN, after, 2).await.expect("read"));
    assert_eq!(page(None).await, [2, 3]);
    assert_eq!(page(Some((2, TriggerId(3)))).await, [4, 1]);
    assert_eq!(page(Some((3, TriggerId(1)))).await, [0; 0]);
    let count = async |up_to| triggers::count(&house.reader(), DOMAIN, up_to).await.expect("read");
    assert_eq!((count(None).await, count(Some((2, TriggerId(3)))).await), (4, 2));
    house.done(triggers::delete(DOMAIN, TriggerId(3))).await;
    house.done(triggers::delete(OTHER, TriggerId(4))).await;
    assert_eq!(ids(triggers::all(&house.reader(), DOMAIN).await.expect("read")), [2, 4, 1]);
}

async fn firings_add_up_and_the_newest_is_kept(database: TestDatabase) {
    let house = House::on(database).await;
    let fired = |times, last| Fired { times, last_at: at(last) };
    let (first, second) = (TriggerId(1), TriggerId(2));
    house.done(trigger_firings::add(&[(DOMAIN, first, fired(2, 5)), (OTHER, first, fired(9, 9))])).await;
    house.done(trigger_firings::add(&[(DOMAIN, first, fired(3, 4)), (DOMAIN, second, fired(1, 7))])).await;
    let ids = [second, TriggerId(3), first];
    let found = trigger_firings::find_many(&house.reader(), DOMAIN, &ids).await.expect("read");
    assert_eq!(found, [(second, fired(1, 7)), (first, fired(5, 5))]);
}

async fn a_trigger_that_is_saved_again_keeps_its_place_in_time(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(triggers::save(DOMAIN, &trigger(1, 1, "before"))).await;
    let after = Trigger {
        revision: 2,
        position: 7,
        created_at: at(99),
        updated_at: at(99),
        ..trigger(1, 1, "after")
    };
    house.done(triggers::save(DOMAIN, &after)).await;
    let found = triggers::find(&house.reader(), DOMAIN, TriggerId(1)).await.expect("read");
    assert_eq!(found, Some(Trigger { created_at: NOW, ..after }));
}

async fn a_revision_is_in_force_from_its_configuration_on(database: TestDatabase) {
    let house = House::on(database).await;
    for (revision, config, name, deleted) in
        [(1, 3, "first", false), (2, 5, "second", false), (3, 9, "second", true)]
    {
        let kept = Trigger { revision, position: 10 * revision, ..trigger(1, 1, name) };
        house.done(triggers::keep_revision(DOMAIN, &kept, config, deleted, "1")).await;
    }
    let under = async |domain, config| {
        let found = triggers::revision_at(&house.reader(), domain, TriggerId(1), config).await.expect("read");
        found.map(|found| (found.revision, found.position, found.draft.name, found.deleted))
    };
    let first = Some((1, 10, "first".to_owned(), false));
    assert_eq!(
        (under(DOMAIN, 2).await, under(DOMAIN, 3).await, under(DOMAIN, 4).await),
        (None, first.clone(), first)
    );
    assert_eq!(under(DOMAIN, 8).await, Some((2, 20, "second".into(), false)));
    assert_eq!(under(DOMAIN, 100).await, Some((3, 30, "second".into(), true)));
    assert_eq!(under(OTHER, 100).await, None);
    let twice = house.commit(triggers::keep_revision(DOMAIN, &trigger(1, 1, "again"), 11, false, "1")).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
}

async fn an_endpoint_is_made_once_for_each_url_of_a_domain(database: TestDatabase) {
    let house = House::on(database).await;
    let url = "https://depot.example/";
    let twice = house.commit(endpoints::insert(&endpoint(DOMAIN, EndpointId(72), url))).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
    let by_url =
        async |domain, url| endpoints::find_by_url(&house.reader(), domain, url).await.expect("read");
    assert_eq!((by_url(DOMAIN, url).await, by_url(OTHER, url).await), (Some(ENDPOINT), Some(OTHER_ENDPOINT)));
    assert_eq!(by_url(DOMAIN, "https://DEPOT.example/").await, None, "as typed");
    for id in [75, 73, 74] {
        let row = endpoint(DOMAIN, EndpointId(id), &format!("https://depot.example/{id}"));
        house.done(endpoints::insert(&row)).await;
    }
    let page = async |after| {
        let found = endpoints::page(&house.reader(), DOMAIN, EndpointId(after), 2).await.expect("read");
        found.iter().map(|row| row.id.0).collect::<Vec<_>>()
    };
    assert_eq!((page(0).await, page(73).await, page(75).await), (vec![70, 73], vec![74, 75], vec![]));
    assert_eq!(endpoints::all(&house.reader()).await.expect("read").len(), 5);
}

async fn a_rotation_keeps_the_secret_before_beside_the_new_one(database: TestDatabase) {
    let house = House::on(database).await;
    let secrets = async || {
        let row = endpoints::find(&house.reader(), DOMAIN, ENDPOINT).await.expect("read").expect("is there");
        (row.secret, row.previous_secret)
    };
    let first = format!("sealed {ENDPOINT}");
    assert_eq!(secrets().await, (first.clone(), None));
    house.done(endpoints::rotate_secret(DOMAIN, ENDPOINT, "second", at(100))).await;
    assert_eq!(secrets().await, ("second".into(), Some((first, at(100)))));
    house.done(endpoints::rotate_secret(DOMAIN, ENDPOINT, "third", at(200))).await;
    assert_eq!(secrets().await, ("third".into(), Some(("second".into(), at(200)))));
    house.done(endpoints::rotate_secret(OTHER, ENDPOINT, "stranger", at(300))).await;
    assert_eq!(secrets().await.0, "third");
}

async fn a_pause_says_why_and_a_success_is_remembered(database: TestDatabase) {
    let house = House::on(database).await;
    let row = async || {
        endpoints::find(&house.reader(), DOMAIN, ENDPOINT).await.expect("read").expect("it is there")
    };
    house.done(endpoints::set_paused(DOMAIN, ENDPOINT, true, "gone for good")).await;
    house.done(endpoints::set_paused(OTHER, ENDPOINT, false, "")).await;
    house.done(endpoints::delivered(DOMAIN, ENDPOINT, at(5))).await;
    house.done(endpoints::delivered(OTHER, ENDPOINT, at(9))).await;
    let paused = row().await;
    assert_eq!((paused.paused, paused.pause_reason.as_str()), (true, "gone for good"));
    assert_eq!((paused.last_delivered_at, paused.created_at), (Some(at(5)), NOW));
    house.done(endpoints::set_paused(DOMAIN, ENDPOINT, false, "")).await;
    assert!(!row().await.paused);
}
