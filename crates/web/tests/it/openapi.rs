//! The description: every route is in it, and it is what was looked at last.

use super::support::Desk;
use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::to_value(web::document()).unwrap()
}

#[test]
fn the_description_is_as_it_was() {
    insta::assert_json_snapshot!("openapi", document());
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        described.extend(operations.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())));
    }
    let routes: BTreeSet<_> =
        web::ROUTES.iter().map(|route| (route.method.to_string(), route.path.to_string())).collect();
    assert_eq!(described, routes);
    assert_eq!(routes.len(), web::ROUTES.len(), "a route stands twice");
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_a_key() {
    let document = document();
    let mut names = BTreeSet::new();
    for operations in document["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{operation}");
            assert!(!operation["tags"].as_array().unwrap().is_empty(), "{operation}");
        }
    }
}

#[tokio::test]
async fn the_server_answers_its_description_with_its_address() {
    let desk = Desk::open().await;
    let answer = desk.call("GET", "/api/v1/openapi.json", "", None).await;
    let mut served = answer.json();
    assert_eq!(served["servers"][0]["url"], "https://desk.example");
    served.as_object_mut().unwrap().remove("servers");
    assert_eq!(served, document());
}
