//! The report that was just accepted, kept for its receipt page: that page then asks nothing.

use std::cell::RefCell;

use shared::report::ReportView;
use uuid::Uuid;

thread_local! {
    static REPORTED: RefCell<Option<ReportView>> = const { RefCell::new(None) };
}

/// Keeps a report for its receipt page.
pub fn remember(report: ReportView) {
    REPORTED.with(|kept| kept.replace(Some(report)));
}

/// Hands the report over, once: a page that is opened later asks the service.
pub fn take(id: Uuid) -> Option<ReportView> {
    REPORTED.with(|kept| {
        let found = kept.borrow().as_ref().is_some_and(|report| report.id == id);
        if found { kept.take() } else { None }
    })
}
