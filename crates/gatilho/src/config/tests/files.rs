//! The section `[files]`: a directory unless a bucket is asked for, and then all that it needs.

use super::*;
use crate::config::sections::Place;

fn faults(env: &[(&str, &str)]) -> Vec<String> {
    let told = |line: &String| line.split(" (").next().unwrap().to_owned();
    lines(with_env(env)).iter().map(told).collect()
}

#[test]
fn files_lie_in_the_data_directory_unless_something_else_is_said() {
    let config = with_env(&[]).unwrap();
    assert!(matches!(config.files.place, Place::Directory(None)));
    assert_eq!((config.files.size_max, config.files.public_by_path), (25 << 20, false));
    let config = with_env(&[("GATILHO_FILES__DIRECTORY", "/srv/files")]).unwrap();
    assert!(matches!(config.files.place, Place::Directory(Some(path)) if path == Path::new("/srv/files")));
}

#[test]
fn a_bucket_needs_a_name_and_a_key_and_all_of_it_is_told_at_once() {
    let found = faults(&[("GATILHO_FILES__STORE", "s3"), ("GATILHO_FILES__ENDPOINT", "ftp://x")]);
    assert_eq!(found, ["files.access_key", "files.bucket", "files.endpoint", "files.secret_key"]);
    assert_eq!(faults(&[("GATILHO_FILES__STORE", "gcs")]), ["files.store"]);
}

#[test]
fn the_key_of_a_bucket_stands_in_a_setting_or_in_a_file_and_is_never_shown() {
    let file = File::new("hush-hush\n");
    let path = file.path().to_str().unwrap();
    let env = [
        ("GATILHO_FILES__STORE", "s3"),
        ("GATILHO_FILES__BUCKET", "b"),
        ("GATILHO_FILES__ENDPOINT", "https://minio.example:9000/"),
        ("GATILHO_FILES__ACCESS_KEY", "a"),
        ("GATILHO_FILES__SECRET_KEY_FILE", path),
    ];
    let config = with_env(&env).unwrap();
    let shown = format!("{config:?}");
    let Place::Bucket { endpoint, secret_key, .. } = config.files.place else { panic!("a bucket") };
    assert_eq!((endpoint.as_deref(), secret_key.reveal()), (Some("https://minio.example:9000"), "hush-hush"));
    assert!(!shown.contains("hush"));
    let both = [&env[..], &[("GATILHO_FILES__SECRET_KEY", "hush-too")]].concat();
    let told = lines(with_env(&both));
    assert!(
        told.len() == 1 && told[0].starts_with("files.secret_key") && !told[0].contains("hush"),
        "{told:?}"
    );
    let gone = [&env[..4], &[("GATILHO_FILES__SECRET_KEY_FILE", "/no/such/file")]].concat();
    assert!(faults(&gone).contains(&"files.secret_key_file".to_owned()));
}
