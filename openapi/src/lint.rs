//! What every operation of the contract must have.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::examples;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Everything that is wrong with a document, one sentence each.
pub fn complaints(document: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    if !document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")) {
        complaints.push("the version is not 3.1".to_owned());
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(document) {
        let mut complain = |what: &str| complaints.push(format!("{method} {path}: {what}"));
        match operation["operationId"].as_str() {
            Some(id) if ids.insert(id.to_owned()) => {}
            Some(_) => complain("its operationId is another's too"),
            None => complain("has no operationId"),
        }
        for word in ["summary", "description"] {
            if operation[word].as_str().unwrap_or_default().is_empty() {
                complain(&format!("has no {word}"));
            }
        }
        check_tags(document, operation, &mut complain);
        check_input(operation, &mut complain);
        check_responses(operation, path.starts_with("/oauth2/"), &mut complain);
        check_security(document, operation, &mut complain);
    }
    let mut references = Vec::new();
    collect_references(document, &mut references);
    for reference in references {
        if reference.strip_prefix('#').is_none_or(|pointer| document.pointer(pointer).is_none()) {
            complaints.push(format!("{reference} leads nowhere"));
        }
    }
    complaints.extend(examples::complaints(document));
    complaints
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

fn check_tags(document: &Value, operation: &Value, complain: &mut impl FnMut(&str)) {
    let known: Vec<&str> =
        document["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str()).collect();
    let tags: Vec<&str> = operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if tags.len() != 1 {
        complain("has not exactly one tag");
    }
    if tags.iter().any(|tag| !known.contains(tag)) {
        complain("has a tag that the document doesn't describe");
    }
}

/// What must be sent is shown, and said in words.
fn check_input(operation: &Value, complain: &mut impl FnMut(&str)) {
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        if parameter["description"].as_str().unwrap_or_default().is_empty() {
            complain(&format!("its parameter {name} has no description"));
        }
        if parameter["required"] == true && !is_shown(parameter) {
            complain(&format!("its parameter {name} has no example"));
        }
    }
    for (media, body) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        if !is_shown(body) {
            complain(&format!("its body of {media} has no example"));
        }
    }
}

fn is_shown(value: &Value) -> bool {
    value.get("example").is_some() || value.get("examples").is_some()
}

/// Who may call it is said by the schemes that the document has; without a session nobody is told to sign in.
fn check_security(document: &Value, operation: &Value, complain: &mut impl FnMut(&str)) {
    let Some(requirements) = operation["security"].as_array().filter(|all| !all.is_empty()) else {
        return complain("doesn't say who may call it");
    };
    let schemes = &document["components"]["securitySchemes"];
    let mut named = requirements.iter().filter_map(Value::as_object).flat_map(|requirement| requirement.keys());
    if named.any(|scheme| schemes.get(scheme).is_none()) {
        complain("names a way to show who calls that the document doesn't describe");
    }
}

/// What OAuth defines answers errors in OAuth's own shape (RFC 6749 section 5.2), and has statuses of its own.
fn check_responses(operation: &Value, is_oauth: bool, complain: &mut impl FnMut(&str)) {
    let Some(responses) = operation["responses"].as_object() else { return complain("has no responses") };
    let takes_a_body = operation.get("requestBody").is_some();
    let takes_an_id =
        operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["in"] == "path");
    let is_for_callers = operation["security"].as_array().is_some_and(|all| !all.contains(&serde_json::json!({})));
    let successes = responses.keys().filter(|status| status.starts_with('2')).count();
    // A dry run answers 200 where the report itself is answered 201.
    let most = if operation["operationId"] == "submit_report" { 2 } else { 1 };
    if successes == 0 || successes > most {
        complain("has not exactly one kind of success");
    }
    for (status, response) in responses {
        if response["description"].as_str().unwrap_or_default().is_empty() {
            complain(&format!("its answer {status} has no description"));
        }
        let is_refusal = status.starts_with('4') || status.starts_with('5');
        let shape = if is_oauth { "application/json" } else { "application/problem+json" };
        if is_refusal && response["content"].get(shape).is_none() {
            complain(&format!("its answer {status} is no problem document"));
        }
    }
    for (status, is_due) in [
        ("400", true),
        ("401", is_for_callers),
        ("403", is_for_callers),
        ("404", takes_an_id),
        ("408", takes_a_body),
        ("413", takes_a_body),
        ("415", takes_a_body),
        ("422", takes_a_body && !is_oauth),
        ("429", true),
        ("500", true),
        ("503", true),
    ] {
        if is_due && !responses.contains_key(status) {
            complain(&format!("doesn't tell of {status}"));
        }
    }
}

fn collect_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect_references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}

#[test]
fn a_document_without_anything_is_complained_about() {
    let document = serde_json::json!({
        "openapi": "3.0.3",
        "paths": { "/a/{id}": { "post": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/nowhere" } } } },
            "responses": { "200": {}, "409": { "description": "No." } },
            "security": [{ "key": [] }]
        } } }
    });
    let complaints = complaints(&document).join("\n");
    for part in [
        "not 3.1",
        "no operationId",
        "no summary",
        "no description",
        "one tag",
        "id has no description",
        "id has no example",
        "application/json has no example",
        "200 has no description",
        "409 is no problem document",
        "tell of 401",
        "tell of 404",
        "tell of 422",
        "tell of 503",
        "doesn't describe",
        "#/nowhere leads",
    ] {
        assert!(complaints.contains(part), "{part}: {complaints}");
    }
}
