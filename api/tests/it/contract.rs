//! Client and contract are one: each method of the typed client is an operation, each operation has a method.

use std::collections::BTreeSet;

const CLIENT: [&str; 11] = [
    include_str!("../../../shared/src/client.rs"),
    include_str!("../../../shared/src/client/accounts.rs"),
    include_str!("../../../shared/src/client/api_clients.rs"),
    include_str!("../../../shared/src/client/audit.rs"),
    include_str!("../../../shared/src/client/calendar.rs"),
    include_str!("../../../shared/src/client/collect.rs"),
    include_str!("../../../shared/src/client/corrections.rs"),
    include_str!("../../../shared/src/client/coverage.rs"),
    include_str!("../../../shared/src/client/own_security.rs"),
    include_str!("../../../shared/src/client/register.rs"),
    include_str!("../../../shared/src/client/summaries.rs"),
];

/// What the client's methods say they call, in the first words of their documentation.
fn of_client() -> BTreeSet<String> {
    let lines = CLIENT.iter().flat_map(|text| text.lines()).filter_map(|line| line.trim().strip_prefix("/// `"));
    let calls = lines.filter_map(|line| line.split('`').next()).filter_map(|call| {
        let (method, path) = call.split_once(" /")?;
        let path = path.split('?').next()?;
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method);
        known.then(|| format!("{method} /{path}"))
    });
    calls.collect()
}

fn of_contract() -> BTreeSet<String> {
    let document = serde_json::to_value(api::openapi::document()).expect("a document");
    let paths = document["paths"].as_object().expect("paths").iter();
    let calls =
        paths.filter_map(|(path, item)| Some((path.strip_prefix("/api/v1")?, item))).flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations").keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        });
    calls.collect()
}

#[test]
fn the_client_has_every_operation_of_the_contract_and_no_other() {
    assert_eq!(of_client(), of_contract());
}
