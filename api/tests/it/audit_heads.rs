//! Whoever goes past the triggers and even computes the hashes anew is found by the heads that were kept elsewhere.

use std::path::Path;

use api::clock::Clock;
use api::store::Store;
use api::store::audit::{Verification, Witnesses, verify_with};
use aws_lc_rs::digest::{Context, SHA256};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::database::{Place, evening, execute, number, rows, settle};
use crate::program::{nippo, said};
use crate::writer::accept;

/// How many manipulations are tried, on either engine.
const TRIES: u64 = 1_000;
/// How many events there are, of reports and of facts.
const EVENTS: u64 = 24;

/// A number of a sequence that is the same on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A store that keeps heads, with a chain, and a connection on which the chain isn't protected.
struct Chain {
    /// Its folder goes with it.
    _place: Place,
    folder: tempfile::TempDir,
    store: Store,
    db: DatabaseConnection,
}

impl Chain {
    async fn new() -> Self {
        let (place, folder) = (Place::new().await, tempfile::tempdir().expect("a folder"));
        let location = place.location.clone().keeping_heads_in(folder.path());
        let store = Store::open(&location, Clock::fixed(evening())).await.expect("a store");
        let db = place.connection().await;
        for reporter in &settle(&db, 8).await.reporters {
            accept(&store, reporter.report(2)).await;
        }
        for fact in 8..EVENTS {
            store.state_fact("season", &fact.to_string()).await.expect("stated");
        }
        if place.is_postgres() {
            // Who alters need not wait for the disk, with a dozen statements for each of a thousand tries.
            for sql in ["ALTER TABLE audit_event DISABLE TRIGGER ALL", "SET synchronous_commit = off"] {
                db.execute_unprepared(sql).await.expect(sql);
            }
        } else {
            for sql in [
                "DROP TRIGGER audit_event_refuses_update",
                "DROP TRIGGER audit_event_refuses_delete",
                "PRAGMA synchronous = OFF",
            ] {
                db.execute_unprepared(sql).await.expect(sql);
            }
        }
        db.execute_unprepared("CREATE TABLE kept AS SELECT * FROM audit_event").await.expect("a copy");
        Self { _place: place, folder, store, db }
    }

    async fn verify(&self) -> Verification {
        let mut witnesses = Witnesses::in_folder(self.folder.path()).expect("readable");
        verify_with(&self.store, &mut witnesses).await.expect("verified")
    }

    async fn run(&self, sql: &str, values: Vec<sea_orm::Value>) {
        execute(&self.db, sql, values).await.expect(sql);
    }

    async fn put_back(&self) {
        self.run("DELETE FROM audit_event", vec![]).await;
        self.run("INSERT INTO audit_event SELECT * FROM kept", vec![]).await;
    }

    /// Computes all hashes anew, as somebody does who knows how.
    async fn rehash(&self) {
        let mut before = vec![0_u8; 32];
        for row in rows(&self.db, "SELECT seq, content FROM audit_event ORDER BY seq").await {
            let (seq, content): (i64, String) =
                (row.try_get("", "seq").expect("a number"), row.try_get("", "content").expect("text"));
            let mut hash = Context::new(&SHA256);
            for part in [b"nippo-audit-v1", &before[..], &seq.to_be_bytes(), content.as_bytes()] {
                hash.update(part);
            }
            let hash = hash.finish().as_ref().to_vec();
            let values = vec![before.into(), hash.clone().into(), seq.into()];
            self.run("UPDATE audit_event SET prev_hash = ?, hash = ? WHERE seq = ?", values).await;
            before = hash;
        }
    }

    async fn shift(&self, after: i64, by: i64) {
        // Past all others and back, since no number may stand twice meanwhile.
        let values = |by: i64, after: i64| vec![by.into(), after.into()];
        self.run("UPDATE audit_event SET seq = seq + ? WHERE seq > ?", values(1_000 + by, after)).await;
        self.run("UPDATE audit_event SET seq = seq - ? WHERE seq > ?", values(1_000, 1_000)).await;
    }

    async fn swap(&self, one: i64, other: i64) {
        for (from, to) in [(one, 999), (other, one), (999, other)] {
            self.run("UPDATE audit_event SET seq = ? WHERE seq = ?", vec![to.into(), from.into()]).await;
        }
    }

    /// Changes a character of an event's text.
    async fn edit(&self, seq: i64, dice: &mut Dice) {
        let row = rows(&self.db, &format!("SELECT content FROM audit_event WHERE seq = {seq}")).await;
        let content: String = row[0].try_get("", "content").expect("text");
        let at = (dice.below(content.len() as u64)) as usize;
        let mut bytes = content.into_bytes();
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        let content = String::from_utf8(bytes).expect("ASCII");
        self.run("UPDATE audit_event SET content = ? WHERE seq = ?", vec![content.into(), seq.into()]).await;
    }
}

/// One manipulation; what it was, in words.
async fn manipulate(chain: &Chain, dice: &mut Dice) -> String {
    let last = EVENTS as i64;
    let seq = 1 + dice.below(EVENTS) as i64;
    let expert = dice.below(2) == 0;
    let what = match dice.below(6) {
        0 => {
            chain.edit(seq, dice).await;
            format!("edit {seq}")
        }
        1 => {
            chain.run("UPDATE audit_event SET recorded_at = recorded_at + 1 WHERE seq = ?", vec![seq.into()]).await;
            format!("redate {seq}")
        }
        2 => {
            chain.run("DELETE FROM audit_event WHERE seq = ?", vec![seq.into()]).await;
            if expert {
                chain.shift(seq, -1).await;
            }
            format!("delete {seq}")
        }
        3 => {
            let other = 1 + (seq + dice.below(EVENTS - 1) as i64) % last;
            chain.swap(seq, other).await;
            format!("swap {seq} and {other}")
        }
        4 => {
            chain.run("DELETE FROM audit_event WHERE seq >= ?", vec![seq.into()]).await;
            format!("cut from {seq}")
        }
        _ => {
            // The event stands a second time, and all later ones after it. After the last head anybody may append.
            let seq = 1 + dice.below(EVENTS - 1) as i64;
            chain.shift(seq, 1).await;
            let copy = "INSERT INTO audit_event SELECT seq + 1, recorded_at, actor_account_id, actor_organization_id, \
                        action, object_id, outcome, content, prev_hash, hash FROM kept WHERE seq = ?";
            chain.run(copy, vec![seq.into()]).await;
            format!("repeat {seq}")
        }
    };
    if expert {
        chain.rehash().await;
    }
    format!("{what}, hashes computed anew: {expert}")
}

#[tokio::test]
async fn a_thousand_edits_deletions_swaps_and_cuts_are_all_found() {
    let chain = Chain::new().await;
    assert!(matches!(chain.verify().await, Verification::Intact { .. }));
    let mut dice = Dice(20_261_122);
    for attempt in 0..TRIES {
        let what = manipulate(&chain, &mut dice).await;
        assert!(matches!(chain.verify().await, Verification::Broken { .. }), "{attempt}: {what}");
        chain.put_back().await;
    }
    assert!(matches!(chain.verify().await, Verification::Intact { .. }), "put back as it was");
}

#[tokio::test]
async fn each_commit_leaves_its_head_in_the_file_of_its_process_and_a_torn_line_says_nothing() {
    let chain = Chain::new().await;
    let files: Vec<_> = std::fs::read_dir(chain.folder.path()).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).expect("text");
    let events = number(&chain.db, "SELECT COUNT(*) FROM audit_event").await;
    assert_eq!(text.lines().count() as i64, events, "each was committed alone");
    let torn = &text[..text.len() - 20];
    std::fs::write(files[0].path(), torn).expect("written");
    assert!(matches!(chain.verify().await, Verification::Intact { .. }));
    std::fs::write(files[0].path(), text.replacen("1 ", "x ", 1)).expect("written");
    let unreadable = Witnesses::in_folder(chain.folder.path());
    assert!(unreadable.is_err(), "what is no head is no reason to trust the rest");
}

/// What `nippo audit verify` says of a place, with heads and key in a folder.
fn verified(place: &Place, folder: &Path, key: &Path) -> std::process::Output {
    let mut command = nippo(&place.url());
    command.args(["audit", "verify"]).env("NIPPO_AUDIT_FOLDER", folder).env("NIPPO_SIGNING_KEY_FILE", key);
    command.output().expect("started")
}

#[test]
fn where_nothing_but_a_demo_is_there_it_is_verified_without_being_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data/nippo-demo.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    said(crate::program::run(&url, &["create-manager"]));
    let mut command = nippo(&url);
    command.args(["audit", "verify"]).env_remove("NIPPO_DATABASE_URL").current_dir(folder.path());
    let said = said(command.output().expect("started"));
    assert!(said.contains("database: ./data/nippo-demo.db"), "{said}");
    assert!(said.contains("2 events, each in its place"), "{said}");
    assert!(!folder.path().join("data/nippo.db").exists(), "looking makes nothing");
}

#[tokio::test]
async fn signed_checkpoints_are_compared_and_a_forged_one_is_refused() {
    use crate::harness::TestApp;
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("signing.pem");
    said(crate::program::run("", &["create-key", key.to_str().expect("text")]));
    let audit = folder.path().join("audit");
    let app = TestApp::with(|config| {
        config.audit_folder = Some(audit.clone());
        config.signing_key_files = vec![key.clone()];
    })
    .await;
    app.institution().await;
    api::checkpoint::keep(&app.state).await;
    let first = app.state.checkpoints.state().expect("verified");
    assert!(first.intact && first.seq > 0);
    app.institution().await;
    api::checkpoint::keep(&app.state).await;
    assert_eq!(app.state.checkpoints.state().as_ref(), Some(&first), "once an hour");
    app.clock.advance(chrono::TimeDelta::hours(1));
    api::checkpoint::keep(&app.state).await;
    assert!(app.state.checkpoints.state().expect("verified").seq > first.seq);
    assert!(said(verified(&app.place, &audit, &key)).contains("2 of them signed"));
    let files: Vec<_> = std::fs::read_dir(&audit).expect("a folder").flatten().collect();
    let text = std::fs::read_to_string(files[0].path()).expect("text");
    // By another key, and with another head.
    let other = folder.path().join("other.pem");
    said(crate::program::run("", &["create-key", other.to_str().expect("text")]));
    assert!(!verified(&app.place, &audit, &other).status.success());
    let token =
        app.state.signing_keys.sign("at+jwt", &serde_json::json!({ "iss": "", "iat": 1, "seq": 1, "hash": "" }));
    std::fs::write(files[0].path(), format!("{text}{}\n", token.expect("signed"))).expect("written");
    assert!(!verified(&app.place, &audit, &key).status.success(), "a token of ours is no checkpoint");
    std::fs::write(files[0].path(), text).expect("written");
    said(verified(&app.place, &audit, &key));
    if app.place.is_postgres() {
        execute(app.db(), "ALTER TABLE audit_event DISABLE TRIGGER ALL", vec![]).await.expect("disabled");
    } else {
        execute(app.db(), "DROP TRIGGER audit_event_refuses_delete", vec![]).await.expect("dropped");
    }
    let last = format!("DELETE FROM audit_event WHERE seq >= {}", first.seq);
    execute(app.db(), &last, vec![]).await.expect("cut");
    let output = verified(&app.place, &audit, &key);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains(&format!("at event {}", first.seq)), "{said}");
}
