//! Lives here: how SQLite runs every statement of the table files: along indexes, never through a whole table that grows.
//! Not here: what the statements answer (the other files).

use std::collections::BTreeMap;

use model::access_profile::AccessProfile;
use model::delivery::{Shown, State};
use model::file::FileKey;
use model::ids::{
    ChangeId, DeliveryId, EndpointId, KeyId, NoticeId, PayloadId, SessionId, TeamId, TriggerId,
};
use model::notice::NoticeKind;
use model::person_record::Person;
use model::retry::RetryPolicy;
use store::db::{Query, Step, Value};
use store::log::Filter;
use store::testing::{TestDatabase, heard};
use store::ticket_search::{By, Part, Source};
use store::{
    access_profiles, attempts, changes, deliveries, domains, endpoints, files, histories, instance, keys,
    log, logins, nodes, notices, orphans, people, person_links, retention, sessions, tally, teams,
    ticket_members, ticket_search, tickets, trigger_firings, triggers,
};

use crate::isolation::furnish;
use crate::people::{ana, company, team};
use crate::rows::{
    DOMAIN, ENDPOINT, House, NODE, NOW, OTHER, answered, at, entered, event, held, id_of, leased, moved,
    place, ticket,
};

/// Tables that grow with what happens, by the names that statements give them.
const GROWING: [&str; 13] = [
    "t",
    "c",
    "files",
    "sessions",
    "deliveries",
    "d",
    "l",
    "attempts",
    "changes",
    "payloads",
    "tickets",
    "ticket_actions",
    "ticket_histories",
];
/// The index of what is under lease: no more than there are open calls. It may be read whole.
const LEASED: &str = "deliveries_leased";

/// Some thousand rows of what grows.
async fn crowd(house: &House) {
    const DELIVERIES: &str = "insert into deliveries (delivery_id, domain_id, endpoint_id, payload_id, change_id,
        trigger_id, trigger_revision, trigger_name, ticket_number, ticket_version, cause_root, cause_depth, state,
        round, attempts, interrupted, due_at_ms, error, created_at_ms, updated_at_ms)
        values ($1, $2, $3, $1, $1, 5, 1, '', $1, 1, $1, 0, $4, 1, 1, 0, $5, '', $5, $5)";
    const CHANGES: &str =
        "insert into changes (change_id, domain_id, previous_change_id, ticket_number, ticket_version, at_ms, data)
        values ($1, $2, $1 - 1, $1, 1, $3, '{}')";
    const PAYLOADS: &str =
        "insert into payloads (payload_id, domain_id, truncated, body) values ($1, $2, false, '{}')";
    let states = [State::Delivered, State::Delivered, State::Delivered, State::Failed, State::Queued];
    for slice in 0..8 {
        let ids = || (slice * 500..slice * 500 + 500).map(|n| (n, id_of(n)));
        let deliveries = ids().map(|(n, id)| -> Vec<Value> {
            let state = states[n as usize % states.len()].as_str();
            vec![id.into(), DOMAIN.0.into(), ENDPOINT.0.into(), state.into(), at(n).0.into()]
        });
        house.done(Step::many(DELIVERIES, deliveries.collect())).await;
        let changes = ids().map(|(n, id)| vec![id.into(), DOMAIN.0.into(), at(n).0.into()]);
        house.done(Step::many(CHANGES, changes.collect())).await;
        let bodies = ids().map(|(_, id)| vec![id.into(), DOMAIN.0.into()]);
        house.done(Step::many(PAYLOADS, bodies.collect())).await;
    }
}

/// Every filter of the log that leads a statement of its own, with every state.
fn filters() -> Vec<Filter> {
    let states = Shown::ALL.into_iter().map(Some).chain([None]);
    states
        .flat_map(|status| {
            let plain = Filter { status, ..Filter::default() };
            [
                plain.clone(),
                Filter { ticket: Some(1), ..plain.clone() },
                Filter { trigger: Some(TriggerId(5)), ..plain.clone() },
                Filter { endpoint: Some(ENDPOINT), ..plain },
            ]
        })
        .collect()
}

/// Every filter of the list of people that leads a statement of its own.
fn people_filters() -> [people::Filter; 3] {
    let all = people::Filter::default();
    let profile = people::Filter { profile: Some(AccessProfile::AGENTS), ..all.clone() };
    [all.clone(), profile, people::Filter { email: Some("x".into()), ..all }]
}

#[expect(clippy::too_many_lines, reason = "a line for each read")]
pub(crate) async fn run_every_read(house: &House) {
    let reader = house.reader();
    let reader = &reader;
    for filter in filters() {
        log::page(reader, DOMAIN, &filter, None, 10).await.expect("read");
        log::page_before(reader, DOMAIN, &filter, (NOW, DeliveryId(1)), 10).await.expect("read");
        log::count_resendable(reader, DOMAIN, &filter).await.expect("read");
        tally::by_status(reader, DOMAIN, &filter).await.expect("read");
    }
    tally::by_hour(reader, DOMAIN, NOW, 2).await.expect("read");
    log::find(reader, DOMAIN, DeliveryId(1)).await.expect("read");
    log::of_change(reader, DOMAIN, ChangeId(1)).await.expect("read");
    attempts::of_delivery(reader, DOMAIN, DeliveryId(1)).await.expect("read");
    changes::find(reader, DOMAIN, ChangeId(2)).await.expect("read");
    changes::of_ticket(reader, DOMAIN, 2, ChangeId(3), 10).await.expect("read");
    changes::newest(reader, DOMAIN, ChangeId(2), 10).await.expect("read");
    changes::payload(reader, DOMAIN, PayloadId(1)).await.expect("read");
    deliveries::leased_to(reader, NODE).await.expect("read");
    deliveries::next_due(reader).await.expect("read");
    deliveries::next_due_of(reader, ENDPOINT).await.expect("read");
    deliveries::open_counts(reader).await.expect("read");
    endpoints::counts(reader, DOMAIN, ENDPOINT, NOW).await.expect("read");
    endpoints::page(reader, DOMAIN, EndpointId(0), 10).await.expect("read");
    files::find(reader, DOMAIN, FileKey(1)).await.expect("read");
    files::find_by_key(reader, FileKey(1)).await.expect("read");
    files::keys_between(reader, DOMAIN, FileKey(0), FileKey(9), 10).await.expect("read");
    orphans::owners(reader).await.expect("read");
    nodes::living(reader).await.expect("read");
    nodes::free_number(reader).await.expect("read");
    instance::key_mark(reader).await.expect("read");
    notices::page(reader, DOMAIN, "1", None, 10).await.expect("read");
    notices::is_open(reader, DOMAIN, NoticeKind::TriggerFault, "x").await.expect("read");
    people::page(reader, DOMAIN, "", 10).await.expect("read");
    people::find_many(reader, DOMAIN, &["1".into()]).await.expect("read");
    people::skipping(reader, DOMAIN, 0, 10).await.expect("read");
    people::find_by_user_name(reader, DOMAIN, "ana").await.expect("read");
    people::key_holders(reader).await.expect("read");
    people::is_any_active(reader, DOMAIN, &[AccessProfile::AGENTS], "x").await.expect("read");
    people::is_in_use(reader, DOMAIN, AccessProfile::AGENTS).await.expect("read");
    for filter in people_filters() {
        people::list(reader, DOMAIN, &filter, None, 10).await.expect("read");
    }
    person_links::organizations(reader, DOMAIN, &["ana".into()]).await.expect("read");
    person_links::organization_codes(reader, DOMAIN, &["ana".into()]).await.expect("read");
    person_links::is_linked_to(reader, DOMAIN, "acme").await.expect("read");
    access_profiles::all(reader, DOMAIN).await.expect("read");
    teams::all(reader, DOMAIN).await.expect("read");
    teams::has_members(reader, DOMAIN, TeamId(3)).await.expect("read");
    tickets::find(reader, DOMAIN, 101).await.expect("read");
    tickets::find_whole(reader, DOMAIN, 101).await.expect("read");
    tickets::find_standing(reader, DOMAIN, 101).await.expect("read");
    tickets::find_action(reader, DOMAIN, 101, 1).await.expect("read");
    tickets::actions_before(reader, DOMAIN, 101, i64::MAX, 10).await.expect("read");
    tickets::by_number(reader, DOMAIN, 0, 10).await.expect("read");
    histories::of_ticket(reader, DOMAIN, 101, 9).await.expect("read");
    tickets::highest_numbers(reader).await.expect("read");
    tickets::threads(reader, DOMAIN, &[101]).await.expect("read");
    ticket_search::statuses(reader, DOMAIN).await.expect("read");
    for source in crate::ticket_search::sources() {
        for order in crate::ticket_search::orders() {
            let search = crate::ticket_search::along(source.clone());
            ticket_search::page(reader, DOMAIN, &search, order, Part::first(10)).await.expect("read");
        }
    }
    triggers::page(reader, DOMAIN, None, 10).await.expect("read");
    triggers::count(reader, DOMAIN, None).await.expect("read");
    trigger_firings::find_many(reader, DOMAIN, &[TriggerId(5)]).await.expect("read");
    triggers::revision_at(reader, DOMAIN, TriggerId(5), 9).await.expect("read");
    keys::page(reader, DOMAIN, KeyId(0), 10).await.expect("read");
    logins::find_by_name(reader, DOMAIN, "ana").await.expect("read");
    logins::is_any_active(reader, DOMAIN, &[AccessProfile::ADMINISTRATORS]).await.expect("read");
    sessions::find_by_hash(reader, DOMAIN, "hash").await.expect("read");
    sessions::page(reader, DOMAIN, "ana", SessionId(0), (NOW, NOW), 10).await.expect("read");
    keys::all(reader).await.expect("read");
    domains::find(reader, DOMAIN).await.expect("read");
    domains::all(reader).await.expect("read");
}

pub(crate) async fn run_every_write(house: &House) {
    let mut steps = vec![
        trigger_firings::add(&[(DOMAIN, TriggerId(5), trigger_firings::Fired { times: 1, last_at: NOW })]),
        deliveries::claim(ENDPOINT, NODE, at(9), 10),
        deliveries::hand_back(NODE, &[(DOMAIN, DeliveryId(1))], NOW),
        deliveries::resend(DOMAIN, &[DeliveryId(1)], NOW),
        attempts::complete(place(1, 1), &answered(200), "", NOW),
        endpoints::delivered(DOMAIN, ENDPOINT, NOW),
        endpoints::set_paused(DOMAIN, ENDPOINT, false, ""),
        notices::mark_read(DOMAIN, NoticeId(1), "1"),
        notices::mark_all_read(DOMAIN, "1"),
        notices::notice(DOMAIN, &event(2, 2)),
        notices::recover(DOMAIN, NoticeKind::TriggerFault, "x", NOW),
        tickets::update(DOMAIN, &ticket(101, 2), ChangeId(2)),
        histories::add(DOMAIN, 101, &[entered("Closed", 2, 5)]),
        tickets::replace(DOMAIN, &ticket(101, 2), &ticket(101, 3), ChangeId(3)),
        domains::raise_revision(DOMAIN, 1),
        domains::set_suspended(DOMAIN, true),
        domains::set_host_names(DOMAIN, &[]),
        keys::used(&[(DOMAIN, KeyId(1), NOW)]),
        sessions::seen(DOMAIN, SessionId(1), NOW),
        sessions::delete_of_person(DOMAIN, "ana", SessionId(1)),
        sessions::prune(DOMAIN, NOW, at(-1)),
        retention::prune_payloads(at(-1), 0),
        retention::prune_changes(at(-1), 0),
    ];
    let node = nodes::Node { incarnation: NODE, number: 1, beat: 0, name: String::new() };
    let free = nodes::free_number(&house.reader()).await.expect("read").expect("one is free");
    house.done(nodes::join(free, NODE, "host", NOW)).await;
    house.done(nodes::beat(NODE)).await;
    let policy = RetryPolicy::default();
    steps.extend(nodes::leave(NODE, 1, &policy, NOW));
    steps.extend([instance::set_key_mark("mark"), tickets::take_numbers(DOMAIN, 20)]);
    steps.push(domains::touch_revision(DOMAIN));
    let (ana, spare) = (Person { version: 2, ..ana() }, &AccessProfile::defaults()[2]);
    steps.extend([
        people::update(DOMAIN, &ana),
        person_links::remove(DOMAIN, "x"),
        teams::remove_member(DOMAIN, "x"),
    ]);
    steps.extend(person_links::hold(DOMAIN, &ana));
    steps.extend([teams::insert(DOMAIN, &team(9, "spare")), teams::update(DOMAIN, &team(9, "spared"))]);
    steps.push(teams::delete(DOMAIN, TeamId(9)));
    steps.extend([access_profiles::insert(DOMAIN, spare), access_profiles::update(DOMAIN, spare)]);
    steps.extend([access_profiles::only_default(DOMAIN, spare), access_profiles::delete(DOMAIN, spare.id)]);
    steps.extend([people::insert(DOMAIN, &company("gone"), NOW), people::delete(DOMAIN, "gone", 1)]);
    for write in [
        nodes::fence(&nodes::Node { beat: 1, ..node }, 2, &policy, NOW),
        orphans::interrupt(DOMAIN, DeliveryId(1), NODE, 3, &policy, NOW),
    ] {
        let mut all = store::db::Write::new();
        for step in write {
            all.push(step);
        }
        // Whether its guard holds does not matter here.
        let _ = house.db().commit(all).await;
    }
    let (full, bare) = (crate::ticket_search::rich(101), ticket(101, 1));
    steps.extend(ticket_members::moves(DOMAIN, None, &full));
    steps.extend(ticket_members::moves(DOMAIN, Some(&full), &bare));
    steps.extend(retention::prune_deliveries(at(-1), 0));
    steps.extend(retention::prune_notices(at(-1)));
    steps.extend(filters().iter().map(|filter| log::resend_matching(DOMAIN, filter, at(-9_999))));
    for step in steps {
        house.done(step).await;
    }
    house.enqueue(&[leased(3)]).await;
    let lingers = deliveries::Moved { keep_lease: true, ..moved(State::Retrying) };
    house.done(deliveries::record(held(3, 1), &lingers, NOW)).await;
    house.done(deliveries::record_end(held(3, 1), &moved(State::Retrying), NOW)).await;
}

/// What SQLite means to do for a statement, line by line.
async fn plan(house: &House, sql: &str) -> Vec<String> {
    let text: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
    let numbers = (1..=30).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0);
    let params = vec![Value::Null; numbers];
    let rows = house.reader().rows(Query::new(text, params)).await.expect("explained");
    rows.iter().map(|row| row.text(3).expect("a line").to_owned()).collect()
}

async fn crowded() -> House {
    let house = House::on(TestDatabase::sqlite().await).await;
    furnish(&house).await;
    crowd(&house).await;
    house
}

/// The plans of the statements that a piece of work runs and that were not run before.
async fn plans_of(house: &House, work: impl Future<Output = ()>) -> BTreeMap<&'static str, Vec<String>> {
    let before = heard();
    work.await;
    let mut plans = BTreeMap::new();
    for sql in heard().into_iter().filter(|sql| !before.contains(sql)) {
        plans.insert(sql, plan(house, sql).await);
    }
    plans
}

fn uses(plan: &[String], index: &str) -> bool {
    plan.iter().any(|line| line.starts_with("SEARCH") && line.contains(&format!(" {index} (")))
}

#[tokio::test]
async fn no_statement_reads_a_growing_table_from_end_to_end() {
    let house = crowded().await;
    let plans = plans_of(&house, async {
        run_every_read(&house).await;
        run_every_write(&house).await;
    })
    .await;
    assert!(plans.len() > 60, "every statement was run: {}", plans.len());
    for (sql, plan) in &plans {
        for line in plan {
            let whole = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let grows = whole.is_some_and(|table| GROWING.contains(&table)) && !line.ends_with(LEASED);
            assert!(!grows, "{line}\n{sql}\n{plan:#?}");
        }
    }
}

#[tokio::test]
async fn the_queue_is_read_along_its_own_small_indexes() {
    let house = crowded().await;
    let reader = house.reader();
    let plans = plans_of(&house, async {
        house.claim(9, 10).await;
        deliveries::next_due(&reader).await.expect("read");
        deliveries::next_due_of(&reader, ENDPOINT).await.expect("read");
        endpoints::counts(&reader, OTHER, ENDPOINT, at(i64::from(u32::MAX))).await.expect("read");
    })
    .await;
    assert_eq!(plans.len(), 5);
    for (sql, plan) in plans.iter().filter(|(sql, _)| !sql.contains("= 'failed'")) {
        assert!(uses(plan, "deliveries_due"), "{sql}\n{plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{sql}\n{plan:#?}");
    }
    let plans = plans_of(&house, async {
        deliveries::leased_to(&reader, NODE).await.expect("read");
        orphans::owners(&reader).await.expect("read");
        deliveries::open_counts(&reader).await.expect("read");
    })
    .await;
    assert_eq!(plans.len(), 3);
    for (sql, plan) in &plans {
        assert!(uses(plan, LEASED), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn each_filter_of_the_log_goes_along_its_own_index() {
    let house = crowded().await;
    let reader = house.reader();
    let with = |status| Filter { status: Some(status), ..Filter::default() };
    // The filter, its index, and whether the rows that it gives are so few that they may be sorted.
    let filters = [
        // The others ask for what is under way with this one's page, which is heard here.
        (with(Shown::Sending), LEASED, true),
        (Filter::default(), "deliveries_by_update", false),
        (Filter { ticket: Some(1), ..with(Shown::Failed) }, "deliveries_by_change", true),
        (Filter { trigger: Some(TriggerId(5)), ..with(Shown::Delivered) }, "deliveries_by_trigger", false),
        (Filter { endpoint: Some(ENDPOINT), ..Filter::default() }, "deliveries_by_endpoint", false),
        (Filter { endpoint: Some(ENDPOINT), ..with(Shown::Failed) }, "deliveries_by_state", false),
    ];
    for (filter, index, may_sort) in filters {
        let plans = plans_of(&house, async {
            log::page(&reader, DOMAIN, &filter, None, 10).await.expect("read");
            log::page_before(&reader, DOMAIN, &filter, (at(-1), DeliveryId(1)), 10).await.expect("read");
            log::count_resendable(&reader, DOMAIN, &filter).await.expect("read");
            house.done(log::resend_matching(DOMAIN, &filter, at(-9_999))).await;
        })
        .await;
        assert_eq!(plans.len(), 4, "{filter:?}");
        for (sql, plan) in &plans {
            assert!(uses(plan, index), "{filter:?}\n{sql}\n{plan:#?}");
            let sorts = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            assert!(may_sort || !sorts, "{filter:?}\n{sql}\n{plan:#?}");
        }
    }
}

#[tokio::test]
async fn people_are_looked_up_along_indexes() {
    let house = crowded().await;
    let reader = house.reader();
    let indexes = ["persons_by_name", "persons_by_profile", "persons_by_email"];
    for (filter, index) in people_filters().iter().zip(indexes) {
        let plans = plans_of(&house, async {
            people::list(&reader, DOMAIN, filter, None, 10).await.expect("read");
        })
        .await;
        assert_eq!(plans.len(), 1, "{filter:?}");
        for (sql, plan) in &plans {
            assert!(uses(plan, index), "{index}\n{sql}\n{plan:#?}");
        }
    }
    let plans = plans_of(&house, async {
        people::find_by_user_name(&reader, DOMAIN, "ana").await.expect("read");
        people::is_any_active(&reader, DOMAIN, &[AccessProfile::AGENTS], "x").await.expect("read");
        people::is_in_use(&reader, DOMAIN, AccessProfile::AGENTS).await.expect("read");
        person_links::is_linked_to(&reader, DOMAIN, "acme").await.expect("read");
        house.done(teams::remove_member(DOMAIN, "x")).await;
    })
    .await;
    assert_eq!(plans.len(), 5);
    for (sql, plan) in &plans {
        let index = plan.iter().any(|line| {
            line.contains("persons_by_") || line.contains("_by_organization") || line.contains("_by_person")
        });
        assert!(index, "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn each_count_over_the_log_goes_along_an_index() {
    let house = crowded().await;
    let reader = house.reader();
    let count = async |filter: Filter| {
        let plans = plans_of(&house, async {
            tally::by_status(&reader, DOMAIN, &filter).await.expect("read");
        });
        plans.await
    };
    let all = count(Filter::default()).await;
    let hours = plans_of(&house, async {
        tally::by_hour(&reader, DOMAIN, NOW, 24).await.expect("read");
    });
    let hours = hours.await;
    assert_eq!((all.len(), hours.len()), (4, 2));
    for (sql, plan) in all.iter().chain(&hours) {
        let indexes = ["deliveries_by_update", "deliveries_by_state", LEASED];
        assert!(indexes.iter().any(|index| uses(plan, index)), "{sql}\n{plan:#?}");
    }
    for (filter, index) in [
        (Filter { trigger: Some(TriggerId(5)), ..Filter::default() }, "deliveries_by_trigger"),
        (Filter { endpoint: Some(ENDPOINT), ..Filter::default() }, "deliveries_by_endpoint"),
        (Filter { ticket: Some(1), ..Filter::default() }, "deliveries_by_change"),
    ] {
        let plans = count(filter).await;
        assert_eq!(plans.len(), 1);
        assert!(plans.values().all(|plan| uses(plan, index)), "{plans:#?}");
    }
}

#[tokio::test]
async fn a_tickets_changes_are_found_one_through_the_other() {
    let house = crowded().await;
    let reader = house.reader();
    let plans = plans_of(&house, async {
        let filter = Filter { ticket: Some(1), ..Filter::default() };
        changes::of_ticket(&reader, DOMAIN, 2, ChangeId(3), 10).await.expect("read");
        log::page(&reader, DOMAIN, &filter, None, 10).await.expect("read");
        log::count_resendable(&reader, DOMAIN, &filter).await.expect("read");
        tally::by_status(&reader, DOMAIN, &filter).await.expect("read");
    })
    .await;
    assert_eq!(plans.len(), 4);
    for (sql, plan) in &plans {
        let mut of_changes = plan.iter().filter(|line| line.contains(" c ")).peekable();
        assert!(of_changes.peek().is_some(), "{sql}\n{plan:#?}");
        assert!(of_changes.all(|line| line.contains("PRIMARY KEY (rowid=?)")), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn lists_come_in_the_order_of_their_index() {
    let house = crowded().await;
    let reader = house.reader();
    let plans = plans_of(&house, async {
        changes::newest(&reader, DOMAIN, ChangeId(2), 10).await.expect("read");
        notices::page(&reader, DOMAIN, "1", None, 10).await.expect("read");
        people::page(&reader, DOMAIN, "", 10).await.expect("read");
        for filter in &people_filters()[..2] {
            people::list(&reader, DOMAIN, filter, None, 10).await.expect("read");
        }
        tickets::by_number(&reader, DOMAIN, 0, 10).await.expect("read");
        histories::of_ticket(&reader, DOMAIN, 2, 9).await.expect("read");
        triggers::page(&reader, DOMAIN, None, 10).await.expect("read");
        endpoints::page(&reader, DOMAIN, EndpointId(0), 10).await.expect("read");
        keys::page(&reader, DOMAIN, KeyId(0), 10).await.expect("read");
        sessions::page(&reader, DOMAIN, "ana", SessionId(0), (NOW, NOW), 10).await.expect("read");
        attempts::of_delivery(&reader, DOMAIN, DeliveryId(1)).await.expect("read");
        files::keys_between(&reader, DOMAIN, FileKey(0), FileKey(9), 10).await.expect("read");
    })
    .await;
    assert_eq!(plans.len(), 13);
    for (sql, plan) in &plans {
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{sql}\n{plan:#?}");
    }
}

#[tokio::test]
async fn lists_of_tickets_go_along_the_index_of_their_source() {
    let house = crowded().await;
    let reader = house.reader();
    for source in crate::ticket_search::sources() {
        let (index, own) = match source {
            Source::All => ("sqlite_autoindex_tickets_1", By::Number),
            Source::Created => ("tickets_by_creation", By::Created),
            Source::Updated => ("tickets_by_hour", By::Updated),
            Source::Status(_) => ("tickets_by_status", By::Created),
            Source::Owner(_) => ("tickets_by_owner", By::Number),
            Source::Team(_) => ("tickets_by_team", By::Number),
            Source::Creator(_) => ("tickets_by_creator", By::Number),
            Source::Client(_) => ("ticket_clients", By::Number),
            Source::Tag(_) => ("ticket_tags", By::Number),
            Source::Custom(..) => ("ticket_custom_values", By::Number),
        };
        for order in crate::ticket_search::orders() {
            let search = crate::ticket_search::along(source.clone());
            let plans = plans_of(&house, async {
                ticket_search::page(&reader, DOMAIN, &search, order, Part::first(10)).await.expect("read");
            })
            .await;
            for (sql, plan) in &plans {
                let along = plan.iter().any(|line| {
                    line.starts_with("SEARCH")
                        && (line.contains(&format!(" {index} ("))
                            || line.starts_with("SEARCH c USING PRIMARY KEY"))
                });
                // A large part of all tickets may as well be found along the index of the order.
                let is_large = matches!(source, Source::All | Source::Team(_)) && order.by != own;
                assert!(along || is_large, "{source:?} {order:?}\n{sql}\n{plan:#?}");
                // Within an hour the rows are sorted; there are no more of them than change in an hour.
                let sorts = plan.iter().any(|line| line.contains("TEMP B-TREE") && !line.contains("LAST"));
                assert!(order.by != own || !sorts, "{source:?} {order:?}\n{sql}\n{plan:#?}");
            }
        }
    }
}
