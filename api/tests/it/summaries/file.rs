//! Figures as files for spreadsheets, read by a program that isn't ours.

use sea_orm::Value;
use shared::organization::OrganizationKind;
use shared::summary::{RowKind, SummaryQuery};

use super::{ask, send};
use crate::database::execute;
use crate::harness::TestApp;
use crate::spreadsheet::{header, read_by_python};

#[tokio::test]
async fn both_encodings_are_read_by_another_program_and_no_cell_is_a_formula() {
    let app = TestApp::new().await;
    let clinic = app.organization(OrganizationKind::Institution, Some(app.centers[0].id)).await;
    send(&app, &clinic, 12).await;
    let prefecture = app.prefecture().await;
    for (name, utf8, cp932, replaced) in [
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1", "0"),
        ("①髙﨑\"西\", 支所\n2", "①髙﨑\"西\", 支所\n2", "①髙﨑\"西\", 支所\n2", "0"),
        ("𠮷田保健所😷", "𠮷田保健所😷", "〓田保健所〓", "2"),
        ("\t+1", "'\t+1", "'\t+1", "0"),
    ] {
        let values: Vec<Value> = vec![name.into(), app.centers[0].id.into()];
        execute(app.db(), "UPDATE organization SET name = ? WHERE id = ?", values).await.expect("renamed");
        let view = ask(&prefecture, &SummaryQuery::default()).await;
        for (query, encoding, expected, replaced, charset) in [
            ("format=csv", "utf-8-sig", utf8, "0", "utf-8"),
            ("format=csv&charset=cp932", "cp932", cp932, replaced, "windows-31j"),
        ] {
            let answer = prefecture.raw.get(&format!("/api/v1/summaries?{query}")).await;
            let media = format!("text/csv; charset={charset}; header=present");
            assert_eq!(header(&answer, "content-type"), media);
            assert_eq!(header(&answer, "content-disposition"), "attachment; filename=\"summary.csv\"");
            assert_eq!(header(&answer, "x-replaced-characters"), replaced);
            let table = read_by_python(&answer.bytes().await.expect("a file"), encoding);
            let (names, rows) = table.split_first().expect("a header");
            assert_eq!(rows.len(), view.rows.len());
            for (cells, row) in rows.iter().zip(&view.rows) {
                assert_eq!(cells.len(), names.len());
                let cell = |name: &str| &cells[names.iter().position(|of| of == name).expect("a column")];
                assert_eq!((cell("kind"), cell("total")), (&row.kind.key().to_owned(), &row.total.to_string()));
                let is_ours = row.organization.as_ref().is_some_and(|one| one.id == app.centers[0].id);
                if row.kind == RowKind::Organization && is_ours {
                    assert_eq!((cell("name").as_str(), cell("age_20_29").as_str()), (expected, "11"));
                    assert_eq!((cell("covered").as_str(), cell("percent").as_str()), ("1", "100"));
                }
                assert!(!cells.iter().any(|cell| cell.starts_with(['=', '+', '@', '\t'])), "{cells:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_program_asks_for_a_file_by_what_it_accepts() {
    let app = TestApp::new().await;
    let prefecture = app.prefecture().await;
    for (accept, media) in [
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/csv; charset=Shift_JIS", "text/csv; charset=windows-31j; header=present"),
        ("application/json", "application/json"),
    ] {
        let request = prefecture.raw.bare(reqwest::Method::GET, "/api/v1/summaries").header("Accept", accept);
        let answer = request.send().await.expect("an answer");
        assert_eq!(header(&answer, "content-type"), media, "{accept}");
    }
}
