//! What is true of the embedded database alone: its directory belongs to one process that can write there.
//! Not here: stories that are the same on every database.

use crate::process::refused;
use crate::support::{Server, Start};

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let mut server = Server::start(&[]);
    let said = refused(Start::new().data(server.data()));
    let data = server.data().display();
    assert!(said.contains(&format!("another gatilho process uses {data}: stop it")), "{said}");
    assert_eq!(server.get("/readyz").status, 200, "the first one is not disturbed");
    server.terminate();
    Start::new().data(server.data()).go();
}

#[test]
fn a_data_directory_that_cannot_be_written_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("file");
    std::fs::write(&file, "in the way").expect("written");
    // Neither can be written by anybody, whoever runs the test.
    for directory in [file.join("data"), "/proc/self/data".into()] {
        let said = refused(Start::new().data(&directory));
        assert!(
            said.contains(&format!("cannot use {} as the data directory", directory.display())),
            "{said}"
        );
        assert!(said.contains("name another directory"), "{said}");
    }
}
