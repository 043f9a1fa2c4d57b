//! Lives here: what is recorded of a call, under which guards, sending again what is closed, calling off what waits.
//! Not here: deciding what follows from an outcome (model `delivery`).

use model::delivery::State;
use model::ids::{DeliveryId, IncarnationId};
use model::outcome::Outcome;
use store::attempts;
use store::db::{CommitError, Write};
use store::deliveries::{self, Held, Moved};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{
    DOMAIN, House, NODE, NOW, OTHER, answered, at, delivery, held, leased, moved, place, queue_cells,
};

on_each_database!(
    a_verdict_moves_the_row_and_frees_its_lease,
    a_record_without_the_lease_is_stale_and_changes_nothing,
    a_second_verdict_of_one_attempt_is_stale,
    a_call_that_lingers_keeps_its_lease_until_its_end,
    the_end_of_a_call_leaves_the_state_alone,
    an_end_without_the_lease_is_stale_and_changes_nothing,
    an_attempt_is_kept_with_its_answer,
    an_answer_after_the_verdict_is_late,
    a_record_and_its_attempt_are_one_write,
    a_resend_takes_only_what_is_closed_and_at_rest,
    a_resend_begins_a_new_round,
    only_what_waits_is_called_off,
);

fn lingering(state: State) -> Moved<'static> {
    Moved { keep_lease: true, due_at: None, ..moved(state) }
}

/// Everything that a holder could be wrong about.
fn impostors(right: Held) -> [(&'static str, Held); 5] {
    [
        ("another node", Held { node: IncarnationId(2), ..right }),
        ("another round", Held { round: right.round + 1, ..right }),
        ("the attempt before", Held { attempt: right.attempt - 1, ..right }),
        ("another domain", Held { domain: OTHER, ..right }),
        ("another delivery", Held { id: DeliveryId(right.id.0 + 1), ..right }),
    ]
}

async fn a_verdict_moves_the_row_and_frees_its_lease(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1), leased(2), leased(3)]).await;
    for (id, state) in [(1, State::Delivered), (2, State::Retrying), (3, State::Failed)] {
        let moved = moved(state);
        house.done(deliveries::record(held(id, 1), &moved, at(9))).await;
        let row = house.queue_row(id).await;
        assert_eq!(row[..6], queue_cells(state, 1, 1, 0, moved.due_at, None));
        assert_eq!(row[6], moved.failed_at.map(|at| at.0).into());
        assert_eq!(row[7..], [moved.error.into(), 200.into(), at(9).0.into()]);
    }
}

async fn a_record_without_the_lease_is_stale_and_changes_nothing(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    let before = house.queue_row(1).await;
    for (who, held) in impostors(held(1, 1)) {
        let answer = house.commit(deliveries::record(held, &moved(State::Delivered), at(9))).await;
        assert_eq!(answer.err(), Some(CommitError::Stale), "{who}");
        assert_eq!(house.queue_row(1).await, before, "{who}");
    }
    house.enqueue(&[delivery(5, 0)]).await;
    let answer = house.commit(deliveries::record(held(5, 0), &moved(State::Delivered), at(9))).await;
    assert_eq!(answer.err(), Some(CommitError::Stale), "it was never claimed");
}

async fn a_second_verdict_of_one_attempt_is_stale(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    house.done(deliveries::record(held(1, 1), &lingering(State::Retrying), at(3_000))).await;
    let before = house.queue_row(1).await;
    for state in [State::Delivered, State::Retrying, State::Failed] {
        let answer = house.commit(deliveries::record(held(1, 1), &moved(state), at(9_000))).await;
        assert_eq!(answer.err(), Some(CommitError::Stale));
    }
    assert_eq!(house.queue_row(1).await, before);
}

async fn a_call_that_lingers_keeps_its_lease_until_its_end(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    house.done(deliveries::record(held(1, 1), &lingering(State::Retrying), at(3_000))).await;
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Retrying, 1, 1, 0, None, Some(NODE)));
    assert!(house.claim(1_000_000, 10).await.is_empty(), "two calls of one delivery would overlap");
    let end = Moved { error: "answered 200 after 14 s", due_at: Some(at(33_000)), ..moved(State::Retrying) };
    house.done(deliveries::record_end(held(1, 1), &end, at(14_000))).await;
    let row = house.queue_row(1).await;
    assert_eq!(row[..6], queue_cells(State::Retrying, 1, 1, 0, Some(at(33_000)), None));
    assert_eq!(row[7..], ["answered 200 after 14 s".into(), 200.into(), at(14_000).0.into()]);
    assert_eq!(house.claim(33_000, 10).await.first().map(|claim| claim.attempt), Some(2));
}

async fn the_end_of_a_call_leaves_the_state_alone(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1), leased(2)]).await;
    house.done(deliveries::record(held(1, 1), &lingering(State::Failed), at(3_000))).await;
    house.done(deliveries::record(held(2, 1), &lingering(State::Cancelled), at(3_000))).await;
    // Whoever records the end believes in the state of the verdict, which may have changed since.
    for id in [1, 2] {
        house.done(deliveries::record_end(held(id, 1), &moved(State::Retrying), at(9_000))).await;
    }
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Failed, 1, 1, 0, None, None));
    assert_eq!(house.queue_row(2).await[..6], queue_cells(State::Cancelled, 1, 1, 0, None, None));
}

async fn an_end_without_the_lease_is_stale_and_changes_nothing(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    let too_early = house.commit(deliveries::record_end(held(1, 1), &moved(State::Retrying), NOW)).await;
    assert_eq!(too_early.err(), Some(CommitError::Stale), "there was no verdict yet");
    house.done(deliveries::record(held(1, 1), &lingering(State::Retrying), at(3_000))).await;
    let before = house.queue_row(1).await;
    for (who, held) in impostors(held(1, 1)) {
        let answer = house.commit(deliveries::record_end(held, &moved(State::Retrying), at(9_000))).await;
        assert_eq!(answer.err(), Some(CommitError::Stale), "{who}");
        assert_eq!(house.queue_row(1).await, before, "{who}");
    }
}

async fn an_attempt_is_kept_with_its_answer(database: TestDatabase) {
    let house = House::on(database).await;
    let outcomes = [answered(200), answered(503), Outcome::Cancelled];
    for (number, outcome) in (1..).zip(&outcomes) {
        let step = attempts::insert(place(1, number), outcome, "what was wrong", at(1), at(2), Some(at(3)));
        house.done(step).await;
    }
    house.done(attempts::insert(place(2, 1), &Outcome::NoAnswer, "", at(1), at(2), None)).await;
    let kept = attempts::of_delivery(&house.reader(), DOMAIN, DeliveryId(1)).await.expect("read");
    let words: Vec<_> = kept.iter().map(|row| (row.number, row.outcome.as_str(), row.status_code)).collect();
    assert_eq!(words, [(1, "accepted", Some(200)), (2, "refused", Some(503)), (3, "cancelled", None)]);
    let first = &kept[0];
    assert_eq!((first.id, first.round), (place(1, 1).id, 1));
    assert_eq!((first.started_at, first.verdict_at, first.ended_at), (at(1), at(2), Some(at(3))));
    assert_eq!((first.response_head.as_str(), first.response_body.as_str()), ("x: y", "Ok"));
    assert_eq!((first.response_truncated, kept[2].response_truncated), (true, false));
    assert_eq!((first.error.as_str(), kept[2].response_body.as_str()), ("what was wrong", ""));
}

async fn an_answer_after_the_verdict_is_late(database: TestDatabase) {
    let house = House::on(database).await;
    for id in [1, 2, 3] {
        house.done(attempts::insert(place(id, 1), &Outcome::NoAnswer, "", at(1), at(2), None)).await;
    }
    house.done(attempts::complete(place(1, 1), &answered(200), "answered 200 after 9 s", at(9))).await;
    house.done(attempts::complete(place(2, 1), &Outcome::Cancelled, "cut", at(9))).await;
    let attempt = async |id| {
        let kept = attempts::of_delivery(&house.reader(), DOMAIN, DeliveryId(id)).await.expect("read");
        (kept[0].outcome.clone(), kept[0].status_code, kept[0].ended_at, kept[0].error.clone())
    };
    assert_eq!(
        attempt(1).await,
        ("late".into(), Some(200), Some(at(9)), "answered 200 after 9 s".into()),
        "whatever it says, it came too late"
    );
    assert_eq!(attempt(2).await, ("cancelled".into(), None, Some(at(9)), "cut".into()));
    assert_eq!(attempt(3).await, ("no_answer".into(), None, None, String::new()), "its call is still open");
}

async fn a_record_and_its_attempt_are_one_write(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    let write = |held: Held| {
        Write::new().step(deliveries::record(held, &moved(State::Delivered), NOW)).step(attempts::insert(
            place(1, 1),
            &answered(200),
            "",
            NOW,
            NOW,
            Some(NOW),
        ))
    };
    let lost = Held { node: IncarnationId(2), ..held(1, 1) };
    assert_eq!(house.db().commit(write(lost)).await.err(), Some(CommitError::Stale));
    assert_eq!(house.count("select count(*) from attempts").await, 0, "who lost the lease keeps no attempt");
    house.db().commit(write(held(1, 1))).await.expect("recorded");
    assert_eq!(house.count("select count(*) from attempts").await, 1);
}

async fn a_resend_takes_only_what_is_closed_and_at_rest(database: TestDatabase) {
    let house = House::on(database).await;
    let all: Vec<_> = (2..=6).map(leased).chain([delivery(1, 0)]).collect();
    house.enqueue(&all).await;
    for (id, moved) in [
        (3, moved(State::Retrying)),
        (4, moved(State::Delivered)),
        (5, moved(State::Failed)),
        (6, lingering(State::Failed)),
    ] {
        house.done(deliveries::record(held(id, 1), &moved, NOW)).await;
    }
    let ids: Vec<_> = (1..=7).map(DeliveryId).collect();
    let elsewhere = house.done(deliveries::resend(OTHER, &ids, at(50))).await;
    assert_eq!(elsewhere.len(), 0, "another domain's");
    let rows = house.done(deliveries::resend(DOMAIN, &ids, at(50))).await;
    let taken: Vec<_> = rows.iter().map(|row| row.integer(0).expect("an id")).collect();
    assert_eq!(taken, [4, 5], "not what waits, is under way, retries, or has its last call open");
    assert_eq!(rows[0].integer(1), Ok(crate::rows::ENDPOINT.0));
    assert_eq!(house.row(6).await.state, State::Failed);
}

async fn a_resend_begins_a_new_round(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[leased(1)]).await;
    house.done(deliveries::record(held(1, 1), &moved(State::Failed), NOW)).await;
    house.done(deliveries::resend(DOMAIN, &[DeliveryId(1)], at(50))).await;
    let row = house.queue_row(1).await;
    assert_eq!(row[..6], queue_cells(State::Queued, 2, 0, 0, Some(at(50)), None));
    let claim = &house.claim(50, 1).await[0];
    assert_eq!((claim.round, claim.attempt, claim.payload), (2, 1, delivery(1, 0).payload));
    let first_round = house.commit(deliveries::record(held(1, 1), &moved(State::Delivered), NOW)).await;
    assert_eq!(first_round.err(), Some(CommitError::Stale), "a record of the round before");
}

async fn only_what_waits_is_called_off(database: TestDatabase) {
    let house = House::on(database).await;
    house.enqueue(&[delivery(1, 0), leased(2), leased(3), leased(4), leased(5)]).await;
    house.done(deliveries::record(held(3, 1), &moved(State::Retrying), at(9))).await;
    house.done(deliveries::record(held(4, 1), &moved(State::Delivered), at(9))).await;
    house.done(deliveries::record(held(5, 1), &lingering(State::Retrying), at(9))).await;
    let others = house.done(deliveries::cancel(OTHER, DeliveryId(1), at(20))).await;
    assert_eq!(others.len(), 0, "another domain's");
    for (id, taken) in [(1, 1), (1, 0), (2, 0), (3, 1), (4, 0), (5, 0)] {
        let rows = house.done(deliveries::cancel(DOMAIN, DeliveryId(id), at(20))).await;
        assert_eq!(rows.len(), taken, "{id}");
    }
    assert_eq!(house.queue_row(1).await[..6], queue_cells(State::Cancelled, 1, 0, 0, None, None));
    assert_eq!(house.queue_row(3).await[..6], queue_cells(State::Cancelled, 1, 1, 0, None, None));
    assert!(house.claim(99, 9).await.is_empty(), "nothing of them goes out");
}
