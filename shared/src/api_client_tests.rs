//! Tests of the rules for API clients.

use super::*;

fn request() -> ApiClientRequest {
    ApiClientRequest {
        name: " レセコン ".to_owned(),
        vendor: "青葉システム".to_owned(),
        scopes: vec![Scope::ReportsWrite, Scope::ReportsRead],
        key: KeyRequest { public_key: "{}".to_owned(), alg: None, kid: None },
    }
}

fn broken(change: impl FnOnce(&mut ApiClientRequest)) -> Vec<(String, Rule)> {
    let mut request = request();
    change(&mut request);
    let violations = check_client(&request).expect_err("refused");
    violations.into_iter().map(|violation| (violation.pointer, violation.rule)).collect()
}

#[test]
fn scopes_are_written_as_oauth_writes_them() {
    let both: Scopes = Scope::ALL.into_iter().collect();
    assert_eq!(both.to_string(), "reports:read reports:write");
    assert_eq!(Scopes::parse("reports:write reports:read"), Some(both));
    assert_eq!(both.and(Scopes::parse("reports:read").expect("one")).list(), [Scope::ReportsRead]);
    for text in ["", " ", "reports", "reports:read admin", "Reports:read"] {
        assert_eq!(Scopes::parse(text), None, "{text}");
    }
    for scope in Scope::ALL {
        assert_eq!(serde_json::to_value(scope).expect("serializes"), scope.key());
    }
}

#[test]
fn an_algorithm_is_written_as_its_key() {
    for algorithm in KeyAlgorithm::ALL {
        assert_eq!(serde_json::to_value(algorithm).expect("serializes"), algorithm.key());
        assert_eq!(KeyAlgorithm::from_key(algorithm.key()), Some(algorithm));
    }
    assert!(["none", "HS256", "RS512", "es256"].iter().all(|name| KeyAlgorithm::from_key(name).is_none()));
}

#[test]
fn a_sound_client_is_taken_without_the_blanks_around_its_name() {
    let checked = check_client(&request()).expect("sound");
    assert_eq!((checked.name.as_str(), checked.scopes.list().len()), ("レセコン", 2));
}

#[test]
fn what_breaks_a_rule_is_named_with_its_place() {
    let one = |pointer: &str, rule| vec![(pointer.to_owned(), rule)];
    assert_eq!(broken(|client| client.name = "　".into()), one("/name", Rule::Required));
    assert_eq!(broken(|client| client.vendor = "あ".repeat(101)), one("/vendor", Rule::TooLong));
    assert_eq!(broken(|client| client.name = "a\nb".into()), one("/name", Rule::Malformed));
    assert_eq!(broken(|client| client.scopes.clear()), one("/scopes", Rule::Required));
    assert_eq!(broken(|client| client.scopes = vec![Scope::ReportsRead; 2]), one("/scopes", Rule::Duplicate));
    assert_eq!(broken(|client| client.key.public_key = " ".into()), one("/key/public_key", Rule::Required));
    assert_eq!(broken(|client| client.key.public_key = "a".repeat(8193)), one("/key/public_key", Rule::TooLong));
    for kid in ["", "a b", "a/b", "a%20", "鍵", &"k".repeat(65)] {
        assert_eq!(broken(|client| client.key.kid = Some(kid.into())), one("/key/kid", Rule::Malformed), "{kid}");
    }
}

#[test]
fn what_looks_private_is_told_from_what_is_public() {
    for private in [
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ",
        "-----BEGIN EC PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        r#"{"kty":"EC","d":"AQ"}"#,
        "{ \"kty\": \"RSA\", \"qi\" \n : \"AQ\" }",
        r#"{"kty":"oct","k":"c2VjcmV0"}"#,
    ] {
        assert!(looks_private(private), "{private}");
        assert_eq!(
            broken(|client| client.key.public_key = private.into()),
            [("/key/public_key".to_owned(), Rule::PrivateKey)]
        );
    }
    for public in ["-----BEGIN PUBLIC KEY-----", r#"{"kty":"EC","crv":"P-256","x":"d","y":"AQ","kid":"k"}"#, "\"d\" "] {
        assert!(!looks_private(public), "{public}");
    }
}
