//! Lives here: looking at a server's database from outside: it tells what is there and changes nothing.
//! Not here: what of it is a reason to worry (the process's `check`).

use std::time::Duration;

use model::ids::IncarnationId;
use store::db::{Query, ReadError, ServerInspection};
use store::testing::TestDatabase;
use store::{nodes, overview};

use crate::rows::{House, NOW, at, delivery, leased};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_is_told_and_nothing_is_changed() {
    let house = House::on(TestDatabase::postgres().await).await;
    let outside = ServerInspection::of(house.database.url()).expect("a URL");
    let schema = outside.schema().await.expect("asked");
    assert_eq!((schema.found, schema.diverged), (schema.known, None));
    assert!(nodes::seen(&outside).await.expect("asked").is_empty());
    let free = nodes::free_number(&house.reader()).await.expect("read").expect("one is free");
    house.done(nodes::join(free, IncarnationId(5), "a host", NOW)).await;
    house.enqueue(&[delivery(1, 0), leased(2)]).await;
    let living = nodes::seen(&outside).await.expect("asked");
    assert_eq!(living, nodes::living(&house.reader()).await.expect("read"));
    let told = overview::read_server(&outside, at(0)).await.expect("asked");
    assert_eq!((told.waiting, told.held, told.failed), (1, 0, 0));
    const WRITE: &str = "delete from nodes returning number";
    let refused = outside.rows(&Query::new(WRITE, vec![]), Duration::from_secs(1)).await;
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(nodes::seen(&outside).await.expect("asked").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let outside = ServerInspection::of("postgres://me:hush@127.0.0.1:9/desk").expect("a URL");
    let refused = outside.schema().await;
    let Err(ReadError::Unavailable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("127.0.0.1:9/desk") && !text.contains("hush"), "{text}");
}
