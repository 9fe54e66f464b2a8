//! The list of units as a file, read by a program that isn't ours.

use sea_orm::Value;
use shared::coverage::{ContactNoteRequest, ContactOutcome, UnitCoverageQuery};
use shared::organization::OrganizationKind;
use shared::{ProblemKind, Rule};

use super::{missing, send};
use crate::database::execute;
use crate::harness::{TestApp, problem};
use crate::spreadsheet::{header, read_by_python};

#[tokio::test]
async fn the_file_has_the_whole_list_as_it_is_filtered_in_both_encodings() {
    let app = TestApp::new().await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await);
    }
    let elsewhere = app.organization(OrganizationKind::Institution, Some(app.centers[1].id)).await;
    let heard = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    send(&app, &heard, 2).await;
    let values: Vec<Value> = vec!["=cmd|'/c calc'!A1".into(), "𠮷田医院😷".into(), silent[0].id.into()];
    execute(app.db(), "UPDATE organization SET name = ?, kana = ? WHERE id = ?", values).await.expect("renamed");
    let note = ContactNoteRequest {
        unit_id: silent[0].id,
        day: app.today(),
        outcome: ContactOutcome::Other,
        note: Some("+81 に\"折り返し\", 明日".into()),
    };
    app.center().await.client.note_contact(&note).await.expect("noted");
    let prefecture = app.prefecture().await;
    let of_center = UnitCoverageQuery { area_id: Some(app.centers[0].id), ..missing() };
    let list = prefecture.client.unit_coverage(&of_center).await.expect("a list").items;
    assert_eq!(list.len(), 3);
    let filter = format!("state=missing&area_id={}", app.centers[0].id);
    for (query, encoding, kana, replaced, charset) in [
        ("format=csv", "utf-8-sig", "𠮷田医院😷", "0", "utf-8"),
        ("format=csv&charset=cp932", "cp932", "〓田医院〓", "2", "windows-31j"),
    ] {
        let answer = prefecture.raw.get(&format!("/api/v1/coverage/units?{query}&{filter}")).await;
        assert_eq!(header(&answer, "content-type"), format!("text/csv; charset={charset}; header=present"));
        assert_eq!(header(&answer, "content-disposition"), "attachment; filename=\"unit-coverage.csv\"");
        assert_eq!(header(&answer, "x-replaced-characters"), replaced);
        let table = read_by_python(&answer.bytes().await.expect("a file"), encoding);
        let (names, rows) = table.split_first().expect("a header");
        assert_eq!(rows.len(), list.len());
        for (cells, unit) in rows.iter().zip(&list) {
            assert_eq!(cells.len(), names.len());
            let cell = |name: &str| cells[names.iter().position(|of| of == name).expect("a column")].as_str();
            assert_eq!((cell("day"), cell("state")), (app.today().to_string().as_str(), "missing"));
            assert_eq!((cell("telephone"), cell("area")), (unit.telephone.as_str(), unit.area.name.as_str()));
            assert_eq!((cell("usual_tenths"), cell("silent_days")), ("", unit.silent_days.to_string().as_str()));
            if unit.unit_id == silent[0].id {
                assert_eq!((cell("name"), cell("kana")), ("'=cmd|'/c calc'!A1", kana));
                assert_eq!((cell("contact_outcome"), cell("contact_note")), ("other", "'+81 に\"折り返し\", 明日"));
                assert!(cell("contact_noted_at").ends_with("+09:00"));
            } else {
                assert_eq!((cell("name"), cell("contact_outcome")), (unit.name.as_str(), ""));
            }
            assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t'])), "{cells:?}");
        }
    }

    let everything = prefecture.raw.get("/api/v1/coverage/units?format=csv").await;
    let table = read_by_python(&everything.bytes().await.expect("a file"), "utf-8-sig");
    let place = table[0].iter().position(|of| of == "name").expect("a column");
    let named: Vec<_> = table[1..].iter().map(|cells| cells[place].as_str()).collect();
    assert_eq!(named.len(), 5);
    assert!(named.contains(&elsewhere.name.as_str()) && named.contains(&heard.name.as_str()));
    let of_center = app.center().await.raw.get("/api/v1/coverage/units?format=csv").await;
    let table = read_by_python(&of_center.bytes().await.expect("a file"), "utf-8-sig");
    assert!(table[1..].iter().all(|cells| cells[place] != elsewhere.name), "another center's units are out of sight");
}

#[tokio::test]
async fn a_file_has_no_pages_and_nobody_gets_one_of_units_out_of_sight() {
    let app = TestApp::new().await;
    let center = app.center().await;
    for (query, pointer) in
        [("format=csv&limit=2", "?limit"), ("format=csv&cursor=2", "?cursor"), ("charset=cp932", "?charset")]
    {
        let (kind, problem) = problem(center.raw.get(&format!("/api/v1/coverage/units?{query}")).await).await;
        assert_eq!(kind, ProblemKind::InvalidRequest);
        let found: Vec<_> = problem.violations.iter().map(|one| (one.pointer.as_str(), one.rule)).collect();
        assert_eq!(found, [(pointer, Rule::NotAllowed)]);
    }
    let answer = app.ministry().await.raw.get("/api/v1/coverage/units?format=csv").await;
    assert_eq!(problem(answer).await.0, ProblemKind::Forbidden);
}
