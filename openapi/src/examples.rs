//! Whether the examples of a contract are what they stand for: each is read as the Rust type of its schema.

use chrono::{DateTime, FixedOffset};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::ReportingDay;
use shared::account::{PasswordChangeRequest, SignInRequest};
use shared::activation_code::ActivationCode;
use shared::api_client::{ApiClientRequest, KeyRequest};
use shared::arrival::{ArrivalBatchRequest, ArrivalRequest, EnteredRequest, RejectRequest};
use shared::coverage::ContactNoteRequest;
use shared::day_statement::StatementRequest;
use shared::draft::DraftRequest;
use shared::issuance::{AccountBatchRequest, AccountChange, DisableRequest, NewAccountRequest, SlipRequest};
use shared::notification_count::NotificationCountsRequest;
use shared::password::Weakness;
use shared::policy::PolicyRequest;
use shared::register::{MoveRequest, NewOrganizationRequest, OpeningDaysRequest, OrganizationChange};
use shared::report::ReportRequest;
use shared::report_batch::ReportBatchRequest;
use shared::revision::CorrectionRequest;
use shared::second_factor::{ChallengeRequest, EnrollmentConfirmation, EnrollmentRequest, SecondFactorRequest};
use shared::summary::CarriedForwardRequest;
use shared::supplement::SupplementRequest;
use shared::token::TokenRequest;
use uuid::Uuid;

/// Every example of a document that can't be read, one sentence each.
pub fn complaints(document: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    walk(document, "", &mut complaints);
    complaints
}

/// Looks for examples beside the schemas that they are of. A schema may have an example itself.
fn walk(value: &Value, place: &str, complaints: &mut Vec<String>) {
    let schema = value.get("schema").unwrap_or(value);
    let one = value.get("example");
    let many = value.get("examples").into_iter().flat_map(|examples| match examples {
        Value::Object(named) => named.values().filter_map(|example| example.get("value")).collect(),
        Value::Array(all) => all.iter().collect(),
        _ => Vec::new(),
    });
    for example in one.into_iter().chain(many) {
        let read = match place.strip_prefix("/components/schemas/") {
            Some(name) if !name.contains('/') => read_as(name, example),
            _ => check(schema, example),
        };
        if let Err(why) = read {
            complaints.push(format!("{place}: the example {example} can't be read: {why}"));
        }
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !matches!(name.as_str(), "example" | "examples")) {
                walk(member, &format!("{place}/{name}"), complaints);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{number}"), complaints);
            }
        }
        _ => {}
    }
}

/// Whether an example fits a schema: the named ones are Rust types, the others say all that they ask for.
fn check(schema: &Value, example: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return read_as(reference.rsplit('/').next().unwrap_or_default(), example);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(schemas) = schema[choice].as_array() {
            let fits = schemas.iter().any(|schema| check(schema, example).is_ok());
            return if fits { Ok(()) } else { Err(format!("it is none of {choice}")) };
        }
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(example)) {
        return Err("it is none of the values".to_owned());
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
        _ => return Err("its schema has no type".to_owned()),
    };
    match example {
        Value::Null if types.contains(&"null") => Ok(()),
        Value::Bool(_) if types.contains(&"boolean") => Ok(()),
        Value::String(text) if types.contains(&"string") => check_text(schema, text),
        Value::Number(number) if types.contains(&"integer") => {
            let number = number.as_i64().ok_or("it is no whole number")?;
            let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
            let fits = least.is_none_or(|least| least <= number) && most.is_none_or(|most| number <= most);
            if fits { Ok(()) } else { Err("it is out of range".to_owned()) }
        }
        Value::Array(items) if types.contains(&"array") => {
            items.iter().try_for_each(|item| check(&schema["items"], item))
        }
        _ => Err(format!("it is no {}", types.join(" or "))),
    }
}

fn check_text(schema: &Value, text: &str) -> Result<(), String> {
    if schema["maxLength"].as_u64().is_some_and(|most| text.chars().count() as u64 > most) {
        return Err("it is too long".to_owned());
    }
    match schema["format"].as_str() {
        Some("uuid") => text.parse::<Uuid>().map(drop).map_err(|error| error.to_string()),
        Some("date") => text.parse::<ReportingDay>().map(drop).map_err(|error| error.to_string()),
        Some("date-time") => {
            DateTime::<FixedOffset>::parse_from_rfc3339(text).map(drop).map_err(|error| error.to_string())
        }
        _ => Ok(()),
    }
}

/// Reads an example as the type that a schema is named after.
fn read_as(name: &str, example: &Value) -> Result<(), String> {
    match name {
        "EnrollmentConfirmation" => read::<EnrollmentConfirmation>(example),
        "CarriedForwardRequest" => read::<CarriedForwardRequest>(example),
        "ChallengeRequest" => read::<ChallengeRequest>(example),
        "EnrollmentRequest" => read::<EnrollmentRequest>(example),
        "SecondFactorRequest" => read::<SecondFactorRequest>(example),
        "ApiClientRequest" => read::<ApiClientRequest>(example),
        "KeyRequest" => read::<KeyRequest>(example),
        "AccountBatchRequest" => read::<AccountBatchRequest>(example),
        "AccountChange" => read::<AccountChange>(example),
        "ActivationCode" => read::<ActivationCode>(example),
        "DisableRequest" => read::<DisableRequest>(example),
        "DraftRequest" => read::<DraftRequest>(example),
        "MoveRequest" => read::<MoveRequest>(example),
        "NewAccountRequest" => read::<NewAccountRequest>(example),
        "NewOrganizationRequest" => read::<NewOrganizationRequest>(example),
        "OpeningDaysRequest" => read::<OpeningDaysRequest>(example),
        "OrganizationChange" => read::<OrganizationChange>(example),
        "PasswordChangeRequest" => read::<PasswordChangeRequest>(example),
        "ArrivalBatchRequest" => read::<ArrivalBatchRequest>(example),
        "ArrivalRequest" => read::<ArrivalRequest>(example),
        "EnteredRequest" => read::<EnteredRequest>(example),
        "RejectRequest" => read::<RejectRequest>(example),
        "NotificationCountsRequest" => read::<NotificationCountsRequest>(example),
        "ReportBatchRequest" => read::<ReportBatchRequest>(example),
        "SupplementRequest" => read::<SupplementRequest>(example),
        "ReportRequest" => read::<ReportRequest>(example),
        "ReportingDay" => read::<ReportingDay>(example),
        "ContactNoteRequest" => read::<ContactNoteRequest>(example),
        "CorrectionRequest" => read::<CorrectionRequest>(example),
        "PolicyRequest" => read::<PolicyRequest>(example),
        "SlipRequest" => read::<SlipRequest>(example),
        "SignInRequest" => read::<SignInRequest>(example),
        "StatementRequest" => read::<StatementRequest>(example),
        "TokenRequest" => read::<TokenRequest>(example),
        "Weakness" => read::<Weakness>(example),
        _ => Err(format!("name the Rust type of {name} in openapi/src/examples.rs")),
    }
}

fn read<T: DeserializeOwned>(example: &Value) -> Result<(), String> {
    T::deserialize(example).map(drop).map_err(|error| error.to_string())
}

#[test]
fn examples_that_are_not_what_they_stand_for_are_complained_about() {
    use serde_json::json;

    let text = json!({ "type": "string", "format": "date" });
    let number = json!({ "type": ["integer", "null"], "minimum": 1, "maximum": 92 });
    let id = json!({ "oneOf": [{ "type": "null" }, { "type": "string", "format": "uuid" }] });
    let statement = json!({ "$ref": "#/components/schemas/StatementRequest" });
    for (schema, example, fits) in [
        (&text, json!("2026-11-22"), true),
        (&text, json!("2026-11-31"), false),
        (&text, json!(7), false),
        (&number, json!(92), true),
        (&number, json!(93), false),
        (&number, json!(1.5), false),
        (&number, json!(null), true),
        (&id, json!("019d44e2-8000-7000-8000-000000000000"), true),
        (&id, json!("P13-0001-5"), false),
        (&json!({ "type": "string", "enum": ["csv"] }), json!("xls"), false),
        (&json!({ "type": "array", "items": text }), json!(["2026-11-22", "today"]), false),
        (&statement, json!({ "day": "2026-11-22", "kind": "closed" }), true),
        (&statement, json!({ "day": "2026-11-22", "kind": "shut" }), false),
        (&statement, json!({ "day": "2026-11-22", "kind": "closed", "why": "" }), false),
        (&json!({ "$ref": "#/components/schemas/Unheard" }), json!({}), false),
    ] {
        for document in [
            json!({ "content": { "application/json": { "schema": schema, "example": example } } }),
            json!({ "parameters": [{ "schema": schema, "examples": { "one": { "value": example } } }] }),
        ] {
            assert_eq!(complaints(&document).is_empty(), fits, "{document}");
        }
    }
    let named = json!({ "components": { "schemas": { "ReportingDay": { "type": "string", "examples": ["today"] } } } });
    assert_eq!(complaints(&named).len(), 1, "a named schema's own example");
}
