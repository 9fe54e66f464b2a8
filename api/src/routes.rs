//! The URL table.

use actix_web::middleware::from_fn;
use actix_web::web;
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fallback;
use crate::gate::gate;
use crate::handlers::{
    accounts, api_clients, arrivals, audit_events, auth, corrections, coverage, day_statements, demo, docs, drafts,
    health, history, holidays, notification_counts, organizations, policies, register, report_batches, reporting_day,
    reports, site, summaries, supplements, token,
};

/// Every route of the API. The contract is collected from here.
pub fn configure(routes: &mut ServiceConfig) {
    routes.service(health::live).service(health::ready);
    routes.service(token::issue_token);
    routes.map(docs::routes).map(token::published);
    routes.service(scope::scope("/api/v1").wrap(from_fn(gate)).configure(version_1));
}

fn version_1(routes: &mut ServiceConfig) {
    routes
        // Routes are tried in this order, and an evening's requests are reports.
        .service(reports::submit_report)
        .service(site::get_site)
        .service(auth::sign_in)
        .service(auth::second_factor::show_second_factor)
        .service(auth::second_factor::step_up)
        .service(auth::challenge::begin_challenge)
        .service(auth::challenge::get_challenge)
        .service(auth::enrollment::begin_enrollment)
        .service(auth::enrollment::confirm_enrollment)
        .service(auth::password::change_password)
        .service(auth::own::make_recovery_codes)
        .service(auth::own::list_second_factors)
        .service(auth::own::remove_second_factor)
        .service(auth::own::list_sessions)
        .service(auth::own::end_session)
        .service(auth::own::list_sign_ins)
        .service(auth::own::list_resets)
        .service(demo::get_demo_code)
        .service(demo::list_demo_codes)
        .service(demo::list_demo_messages)
        .service(auth::sign_out)
        .service(auth::get_session)
        .service(reporting_day::get_reporting_day)
        .service(drafts::list_drafts)
        .service(drafts::put_draft)
        .service(drafts::delete_draft)
        .service(reports::get_report)
        .service(corrections::correct_report)
        .service(reports::get_receipt)
        .service(history::get_history)
        .service(day_statements::list_day_statements)
        .service(day_statements::make_day_statement)
        .service(day_statements::withdraw_day_statement)
        .service(coverage::get_coverage)
        .service(coverage::list_unit_coverage)
        .service(coverage::note_contact)
        .service(holidays::list_holidays)
        .service(policies::list_policies)
        .service(policies::set_policy)
        .service(summaries::get_summary)
        .service(summaries::corrections::list_corrections)
        .service(summaries::set_carried_forward)
        .service(arrivals::list_arrival_batches)
        .service(arrivals::open_arrival_batch)
        .service(arrivals::close_arrival_batch)
        .service(arrivals::list_arrivals)
        .service(arrivals::log_arrival)
        .service(arrivals::reject_arrival)
        .service(arrivals::enter_arrival)
        .service(report_batches::submit_reports)
        .service(supplements::send_supplement)
        .service(notification_counts::list_notification_counts)
        .service(notification_counts::enter_notification_counts)
        .service(organizations::list_organizations)
        .service(organizations::get_organization)
        .service(api_clients::list_api_clients)
        .service(api_clients::register_api_client)
        .service(api_clients::get_api_client)
        .service(api_clients::disable_api_client)
        .service(api_clients::list_api_client_results)
        .service(api_clients::add_api_client_key)
        .service(api_clients::remove_api_client_key)
        .service(register::create_organization)
        .service(register::change_organization)
        .service(register::set_opening_days)
        .service(register::move_unit)
        .service(accounts::list_accounts)
        .service(accounts::issue::issue_account)
        .service(accounts::issue::issue_accounts)
        // Else another method would find the account whose id is `batches`.
        .map(|routes| routes.route("/accounts/batches", web::to(fallback::unmatched)))
        .service(accounts::get_account)
        .service(accounts::standing::change_account)
        .service(accounts::standing::renew_slip)
        .service(accounts::standing::disable_account)
        .service(accounts::standing::enable_account)
        .service(audit_events::list_audit_events)
        .service(audit_events::export_audit_events);
}
