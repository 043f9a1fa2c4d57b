//! Lives here: which files belong to which tickets.
//! Not here: the bytes of the files (engine).

use model::file::FileKey;
use store::db::{CommitError, Write};
use store::files::{self, FileRow};
use store::on_each_database;
use store::testing::TestDatabase;

use crate::rows::{DOMAIN, House, NOW, OTHER};

on_each_database!(
    a_file_comes_back_as_it_went_in,
    a_key_is_found_whichever_domain_has_it,
    a_key_is_given_once,
    keys_come_in_order_a_page_at_a_time,
);

/// The file with this key.
pub(crate) fn file(key: u128) -> FileRow {
    FileRow {
        key: FileKey(key),
        ticket: 101,
        action: 1,
        name: "relatório.pdf".into(),
        size: i64::MAX,
        sha256: "ab".repeat(32),
        content_type: "application/pdf".into(),
        created_by: "ana".into(),
        created_at: NOW,
    }
}

async fn a_file_comes_back_as_it_went_in(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(files::insert(DOMAIN, &[file(1), FileRow { action: 2, ..file(2) }])).await;
    let found = files::find(&house.reader(), DOMAIN, FileKey(2)).await.expect("read");
    assert_eq!(found, Some(FileRow { action: 2, ..file(2) }));
    assert_eq!(files::find(&house.reader(), DOMAIN, FileKey(3)).await.expect("read"), None);
}

async fn a_key_is_found_whichever_domain_has_it(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(files::insert(DOMAIN, &[file(1)])).await;
    house.done(files::insert(OTHER, &[file(2)])).await;
    let by_key = async |key| files::find_by_key(&house.reader(), FileKey(key)).await.expect("read");
    assert_eq!(by_key(1).await, Some((DOMAIN, file(1))));
    assert_eq!(by_key(2).await, Some((OTHER, file(2))));
    assert_eq!(by_key(3).await, None);
}

async fn a_key_is_given_once(database: TestDatabase) {
    let house = House::on(database).await;
    house.done(files::insert(DOMAIN, &[file(1)])).await;
    let again = house.db().commit(Write::new().step(files::insert(OTHER, &[file(1)]))).await;
    assert!(matches!(again.err(), Some(CommitError::Conflict(_))));
}

async fn keys_come_in_order_a_page_at_a_time(database: TestDatabase) {
    let house = House::on(database).await;
    let keys: Vec<u128> = vec![0x0f, 0xa0, 0x9b, u128::MAX, 1 << 100];
    let rows: Vec<FileRow> = keys.iter().map(|key| file(*key)).collect();
    house.done(files::insert(DOMAIN, &rows)).await;
    house.done(files::insert(OTHER, &[file(0x10)])).await;
    let reader = house.reader();
    let between = async |after, last, limit| {
        let found = files::keys_between(&reader, DOMAIN, FileKey(after), FileKey(last), limit);
        found.await.expect("read").into_iter().map(|key| key.0).collect::<Vec<_>>()
    };
    assert_eq!(between(0, u128::MAX, 2).await, [0x0f, 0x9b]);
    assert_eq!(between(0x9b, u128::MAX, 9).await, [0xa0, 1 << 100, u128::MAX]);
    assert_eq!(between(0x0f, 0xa0, 9).await, [0x9b, 0xa0]);
}
