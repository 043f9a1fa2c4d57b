//! Lives here: halves of integrations, counterparts of tickets and entries that came in.
//! Not here: what crosses and when (the engine).

use model::ids::{IntegrationId, TriggerId};
use model::integration::{Crossing, HalfSettings, Mapping};
use store::db::CommitError;
use store::integration_actions::{self, Arrived};
use store::integration_tickets::{self, Pair};
use store::integrations::{self, Half};
use store::testing::TestDatabase;
use store::{deliveries, on_each_database, triggers};

use crate::configuration::trigger;
use crate::rows::{DOMAIN, ENDPOINT, House, OTHER, at, delivery, leased};

on_each_database!(
    halves_come_back_as_they_stand,
    a_counterpart_belongs_to_one_ticket_and_what_was_seen_only_grows,
    an_entry_comes_once,
    a_managed_trigger_names_its_integration,
    what_waits_for_an_endpoint_is_counted_with_its_age,
);

const ID: IntegrationId = IntegrationId(9);

fn half() -> Half {
    let settings = HalfSettings {
        withdrawal: Some("hash".into()),
        url: "https://other.example".into(),
        peer: IntegrationId(10),
        made_here: true,
        events: vec![Crossing::Creation, Crossing::Status],
        both_ways: false,
        mapping: Mapping::default(),
        author: "a".into(),
        conditions: None,
        trigger: None,
    };
    Half {
        domain: DOMAIN,
        id: ID,
        name: "Supplier".into(),
        enabled: true,
        settings,
        secret: "x1:a".into(),
        peer_secret: "x1:b".into(),
        api_key: Some("x1:c".into()),
        created_at: at(1),
    }
}

async fn halves_come_back_as_they_stand(database: TestDatabase) {
    let house = House::on(database).await;
    let mut half = half();
    house.done(integrations::save(&half)).await;
    house.done(integrations::save(&Half { domain: OTHER, api_key: None, ..half.clone() })).await;
    let all = integrations::all(&house.reader()).await.expect("read");
    assert_eq!(all, [half.clone(), Half { domain: OTHER, api_key: None, ..half.clone() }]);
    (half.name, half.enabled, half.settings.both_ways) = ("Depot".into(), false, true);
    let changed = Half { secret: "another".into(), peer_secret: "another".into(), ..half.clone() };
    house.done(integrations::save(&changed)).await;
    assert_eq!(integrations::all(&house.reader()).await.expect("read")[0], half, "its secrets stay");
    house.done(integrations::delete(DOMAIN, ID)).await;
    assert_eq!(integrations::all(&house.reader()).await.expect("read").len(), 1);
}

async fn a_counterpart_belongs_to_one_ticket_and_what_was_seen_only_grows(database: TestDatabase) {
    let house = House::on(database).await;
    let pair = |number: i64, remote: i64, seen: i64| Pair { number, remote, seen, linked: seen };
    house.done(integration_tickets::save(DOMAIN, ID, pair(1, 0, 0))).await;
    house.done(integration_tickets::save(DOMAIN, ID, pair(2, 0, 0))).await;
    house.done(integration_tickets::save(DOMAIN, ID, pair(1, 77, 5))).await;
    house.done(integration_tickets::save(DOMAIN, ID, pair(1, 77, 3))).await;
    let reader = house.reader();
    let found = integration_tickets::find(&reader, DOMAIN, ID, 1).await.expect("read");
    assert_eq!(found, Some(pair(1, 77, 5)));
    house.done(integration_tickets::save(DOMAIN, ID, pair(1, 77, 6))).await;
    let found = integration_tickets::find(&reader, DOMAIN, ID, 1).await.expect("read");
    assert_eq!(found, Some(Pair { linked: 5, ..pair(1, 77, 6) }), "when they were linked stays");
    assert_eq!(integration_tickets::find_remote(&reader, DOMAIN, ID, 77).await.expect("read"), found);
    for (domain, id, remote) in [(OTHER, ID, 77), (DOMAIN, IntegrationId(8), 77), (DOMAIN, ID, 0)] {
        assert_eq!(integration_tickets::find_remote(&reader, domain, id, remote).await.expect("read"), None);
    }
    let twice = house.commit(integration_tickets::save(DOMAIN, ID, pair(2, 77, 1))).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
    let newest = integration_tickets::newest(&reader, DOMAIN, ID, 1).await.expect("read");
    assert_eq!(newest, [pair(2, 0, 0)]);
    house.done(integration_tickets::keep(DOMAIN, ID, pair(1, 77, 9))).await;
    house.done(integration_tickets::keep(DOMAIN, ID, pair(1, 77, 8))).await;
    let found = integration_tickets::find(&reader, DOMAIN, ID, 1).await.expect("read");
    assert_eq!(found, Some(Pair { linked: 5, ..pair(1, 77, 9) }));
    let link = |known, pair| integration_tickets::link(DOMAIN, ID, known, pair);
    let wrong = [
        integration_tickets::keep(DOMAIN, ID, pair(1, 78, 9)),
        integration_tickets::keep(DOMAIN, ID, pair(2, 77, 9)),
        link(None, pair(1, 78, 1)),
        link(Some(pair(1, 0, 0)), pair(1, 78, 1)),
        link(None, pair(5, 77, 1)),
    ];
    for step in wrong {
        let stale = house.commit(step).await;
        assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    }
    house.done(link(None, pair(5, 79, 4))).await;
    house.done(link(Some(pair(5, 79, 4)), pair(5, 80, 2))).await;
    let found = integration_tickets::find(&reader, DOMAIN, ID, 5).await.expect("read");
    assert_eq!(found, Some(pair(5, 80, 2)));
    for number in [3, 4] {
        house.done(integration_tickets::save(DOMAIN, ID, pair(number, integration_tickets::PARTED, 1))).await;
    }
    house.done(integration_tickets::delete_all(OTHER, ID)).await;
    assert_eq!(integration_tickets::find(&reader, DOMAIN, ID, 2).await.expect("read"), Some(pair(2, 0, 0)));
    house.done(integration_tickets::delete_all(DOMAIN, ID)).await;
    assert_eq!(integration_tickets::find(&reader, DOMAIN, ID, 1).await.expect("read"), None);
}

async fn an_entry_comes_once(database: TestDatabase) {
    let house = House::on(database).await;
    let mut arrived =
        Arrived { ticket: 1, remote_number: 77, remote_action: 2, action: 3, files: vec!["A".into()] };
    house.done(integration_actions::insert(DOMAIN, ID, std::slice::from_ref(&arrived))).await;
    let twice = house.commit(integration_actions::insert(DOMAIN, ID, std::slice::from_ref(&arrived))).await;
    assert!(matches!(twice, Err(CommitError::Conflict(_))), "{twice:?}");
    arrived.files.push("B".into());
    house.done(integration_actions::set_files(DOMAIN, ID, &arrived)).await;
    let find_in = async |domain, ticket, action| {
        integration_actions::find(&house.reader(), domain, ID, (ticket, 77), action).await.expect("read")
    };
    let find = async |domain, action| find_in(domain, 1, action).await;
    assert_eq!(
        [find(DOMAIN, 2).await, find(DOMAIN, 3).await, find(OTHER, 2).await, find_in(DOMAIN, 8, 2).await],
        [Some(arrived), None, None, None]
    );
    house.done(integration_actions::delete_all(DOMAIN, ID)).await;
    assert_eq!(find(DOMAIN, 2).await, None);
}

async fn a_managed_trigger_names_its_integration(database: TestDatabase) {
    let house = House::on(database).await;
    let mut kept = trigger(1, 1, "kept");
    kept.managed_by = Some(ID);
    house.done(triggers::save(DOMAIN, &kept)).await;
    let found = triggers::find(&house.reader(), DOMAIN, TriggerId(1)).await.expect("read");
    assert_eq!(found.and_then(|trigger| trigger.managed_by), Some(ID));
}

async fn what_waits_for_an_endpoint_is_counted_with_its_age(database: TestDatabase) {
    let house = House::on(database).await;
    let waiting = async |domain| deliveries::waiting(&house.reader(), domain, ENDPOINT).await.expect("read");
    assert_eq!(waiting(DOMAIN).await, (0, None));
    house.done(deliveries::enqueue(DOMAIN, &[delivery(1, 0)], at(5))).await;
    house.done(deliveries::enqueue(DOMAIN, &[delivery(2, 0)], at(9))).await;
    house.done(deliveries::enqueue(DOMAIN, &[leased(3)], at(2))).await;
    assert_eq!([waiting(DOMAIN).await, waiting(OTHER).await], [(3, Some(at(2))), (0, None)]);
}
