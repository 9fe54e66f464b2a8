//! The application's own pages and files.

use reqwest::Method;
use shared::ProblemKind;

use crate::harness::{TestApp, problem};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn every_screen_is_answered_with_the_page_of_the_application() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in ["/", "/sign-in", "/report", "/reports/1", "/organizations", "/problems/day-changed"] {
        let answer = browser.bare(Method::GET, path).header("Accept", HTML).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let media = answer.headers()["content-type"].to_str().expect("text").to_owned();
        assert_eq!(media, "text/html; charset=utf-8", "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-cache", "{path}");
    }
}

#[tokio::test]
async fn nothing_below_api_is_answered_with_a_page() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in ["/api", "/api/", "/api/v1", "/api/v2/reports", "/api/v1/nowhere", "/health", "/api/docs/nothing.js"] {
        let answer = browser.bare(Method::GET, path).header("Accept", HTML).send().await.expect("an answer");
        assert_eq!(problem(answer).await.0, ProblemKind::NotFound, "{path}");
    }
}

#[tokio::test]
async fn files_that_are_not_there_and_paths_that_lead_out_are_not_found() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for path in ["/nothing.js", "/.git/config", "/..%2f..%2fCargo.toml", "/%2e%2e/Cargo.toml", "/a/b.map", "//etc.txt"]
    {
        let answer = browser.bare(Method::GET, path).header("Accept", HTML).send().await.expect("an answer");
        assert_eq!(problem(answer).await.0, ProblemKind::NotFound, "{path}");
    }
}

#[tokio::test]
async fn a_kind_of_problem_is_explained_to_who_reads_no_pages() {
    let app = TestApp::new().await;
    let browser = app.browser();
    for &kind in ProblemKind::ALL {
        let answer = browser.get(&kind.type_uri()).await;
        let explanation: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!((&explanation["type"], &explanation["status"]), (&kind.type_uri().into(), &kind.status().into()));
    }
    assert_eq!(problem(browser.get("/problems/nonsense").await).await.0, ProblemKind::NotFound);
}

#[tokio::test]
async fn the_documentation_comes_from_the_binary_and_follows_its_switch() {
    use api::config::ApiDocs;
    for (setting, anonymous, signed_in) in
        [(ApiDocs::Off, 404, 404), (ApiDocs::Authenticated, 401, 200), (ApiDocs::Public, 200, 200)]
    {
        let app = TestApp::with(|config| config.api_docs = setting).await;
        let (browser, clinic) = (app.browser(), app.institution().await);
        for path in ["/api/docs/", "/api/docs/swagger-initializer.js", "/api/docs/swagger-ui.css", "/api/openapi.json"]
        {
            assert_eq!(browser.get(path).await.status(), anonymous, "{setting:?} {path}");
            assert_eq!(clinic.raw.get(path).await.status(), signed_in, "{setting:?} {path}");
        }
    }
}
