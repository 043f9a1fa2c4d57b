//! The web pages, one file each, and the table of their addresses. A page reads, a form asks a command and leads on.
//! Not here: what is around a page (`view`), what people may do (engine).

mod access_profiles;
mod account;
mod classification;
mod domain;
mod endpoints;
mod first_run;
mod help;
mod integrations;
mod keys;
mod live;
mod notices;
mod people;
mod preferences;
mod search;
mod sign_in;
mod sign_out;
mod start;
mod teams;
mod test_receiver;
mod tickets;
mod triggers;
mod webhook_log;

use crate::Shared;
use crate::routes::{Needs, Route, needs};
use crate::view::assets;
use axum::Router;
use axum::routing::MethodRouter;
use model::access_profile::Grant;

macro_rules! pages {
    ($($url:literal { $($method:ident $($part:ident)::+ => $needs:ident,)+ })+) => {
        /// Every page and form.
        pub const PAGES: &[Route] =
            &[$($(Route { method: stringify!($method), path: $url, needs: needs!($needs) }),+),+];

        /// The router of the table.
        pub(crate) fn table() -> Router<Shared> {
            Router::new()$(.route($url, MethodRouter::new()$(.$method($($part)::+::handle))+))+
        }
    };
}

pages! {
    "/" { get start => somebody, }
    "/sign-in" {
        get sign_in::form => nothing,
        post sign_in::submit => nothing,
    }
    "/first-run" {
        get first_run::form => nothing,
        post first_run::submit => nothing,
    }
    "/sign-out" { post sign_out => nothing, }
    "/account" { get account::show => somebody, }
    "/account/password" { post account::password => somebody, }
    "/account/preferences" { post account::preferences => somebody, }
    "/account/sessions/{id}/end" { post account::end_session => somebody, }
    "/preferences" { post preferences => nothing, }
    "/search" { get search => somebody, }
    "/tickets" { get tickets::list => somebody, }
    "/tickets/new" {
        get tickets::new => AllowWritingTickets,
        post tickets::create => AllowWritingTickets,
    }
    "/tickets/{number}" {
        get tickets::show => somebody,
        post tickets::save => AllowWritingTickets,
    }
    "/tickets/{number}/reply" { post tickets::reply => AllowWritingTickets, }
    "/tickets/{number}/counterpart" { post tickets::counterpart => AllowWritingTickets, }
    "/tickets/{number}/changes/{id}" { get tickets::change => AllowCreatingTriggers, }
    "/settings/automation/triggers" {
        get triggers::list => AllowCreatingTriggers,
        post triggers::bulk => AllowCreatingTriggers,
    }
    "/settings/automation/triggers/new" {
        get triggers::new => AllowCreatingTriggers,
        post triggers::create => AllowCreatingTriggers,
    }
    "/settings/automation/triggers/{id}" {
        get triggers::edit => AllowCreatingTriggers,
        post triggers::save => AllowCreatingTriggers,
    }
    "/settings/automation/triggers/{id}/clone" { post triggers::clone => AllowCreatingTriggers, }
    "/settings/automation/triggers/{id}/enable" { post triggers::enable => AllowCreatingTriggers, }
    "/settings/automation/triggers/{id}/disable" { post triggers::disable => AllowCreatingTriggers, }
    "/settings/automation/triggers/{id}/move" { post triggers::relocate => AllowCreatingTriggers, }
    "/settings/automation/triggers/{id}/delete" { post triggers::delete => AllowCreatingTriggers, }
    "/settings/automation/triggers/{id}/restore" { post triggers::restore => AllowCreatingTriggers, }
    "/settings/automation/endpoints" { get endpoints::list => AllowCreatingTriggers, }
    "/settings/automation/test-receiver" { get test_receiver::show => AllowCreatingTriggers, }
    "/settings/automation/test-receiver/trigger" { post test_receiver::trigger => AllowCreatingTriggers, }
    "/settings/automation/test-receiver/ticket" { post test_receiver::ticket => AllowCreatingTriggers, }
    "/settings/automation/webhook-log" { get webhook_log::list => AllowCreatingTriggers, }
    "/settings/automation/webhook-log/resend" {
        get webhook_log::resend_form => AllowCreatingTriggers,
        post webhook_log::resend_matching => AllowCreatingTriggers,
    }
    "/settings/automation/webhook-log/{id}" { get webhook_log::show => AllowCreatingTriggers, }
    "/settings/automation/webhook-log/{id}/resend" { post webhook_log::resend => AllowCreatingTriggers, }
    "/settings/automation/webhook-log/{id}/cancel" { post webhook_log::cancel => AllowCreatingTriggers, }
    "/settings/automation/endpoints/{id}" { get endpoints::show => AllowCreatingTriggers, }
    "/settings/automation/endpoints/{id}/secret" { post endpoints::secret => AllowCreatingTriggers, }
    "/settings/automation/endpoints/{id}/pause" { post endpoints::pause => AllowCreatingTriggers, }
    "/settings/automation/endpoints/{id}/resume" { post endpoints::resume => AllowCreatingTriggers, }
    "/settings/people" { get people::list => AllowReadingPeople, }
    "/settings/people/new" {
        get people::new => AllowWritingPeople,
        post people::create => AllowWritingPeople,
    }
    "/settings/people/access-profiles" { get access_profiles::list => AllowManagingAccessProfiles, }
    "/settings/people/access-profiles/new" {
        get access_profiles::new => AllowManagingAccessProfiles,
        post access_profiles::create => AllowManagingAccessProfiles,
    }
    "/settings/people/access-profiles/{id}" {
        get access_profiles::edit => AllowManagingAccessProfiles,
        post access_profiles::save => AllowManagingAccessProfiles,
    }
    "/settings/people/access-profiles/{id}/delete" { post access_profiles::delete => AllowManagingAccessProfiles, }
    "/settings/people/teams" {
        get teams::list => AllowReadingPeople,
        post teams::create => AllowWritingPeople,
    }
    "/settings/people/teams/{id}" { post teams::save => AllowWritingPeople, }
    "/settings/people/{id}" {
        get people::edit => AllowReadingPeople,
        post people::save => AllowWritingPeople,
    }
    "/settings/people/{id}/password" { post people::password => AllowWritingPeople, }
    "/settings/people/{id}/end-sessions" { post people::end_sessions => AllowWritingPeople, }
    "/settings/classification" { get classification::index => AllowManagingClassification, }
    "/settings/classification/{kind}" {
        get classification::list => AllowManagingClassification,
        post classification::create => AllowManagingClassification,
    }
    "/settings/classification/{kind}/{number}" { post classification::save => AllowManagingClassification, }
    "/settings/account/keys" {
        get keys::list => AllowManagingApiKeys,
        post keys::create => AllowManagingApiKeys,
    }
    "/settings/account/keys/{id}/rotate" { post keys::rotate => AllowManagingApiKeys, }
    "/settings/account/keys/{id}/delete" { post keys::delete => AllowManagingApiKeys, }
    "/settings/account/integrations" { get integrations::list => AllowManagingIntegrations, }
    "/settings/account/integrations/new" {
        get integrations::new => AllowManagingIntegrations,
        post integrations::create => AllowManagingIntegrations,
    }
    "/settings/account/integrations/{id}" {
        get integrations::show => AllowManagingIntegrations,
        post integrations::act => AllowManagingIntegrations,
    }
    "/settings/account/integrations/{id}/edit" {
        get integrations::edit => AllowManagingIntegrations,
        post integrations::save => AllowManagingIntegrations,
    }
    "/settings/account/integrations/{id}/delete" { post integrations::delete => AllowManagingIntegrations, }
    "/settings/account/domain" { get domain => AllowManagingDomain, }
    "/notices" { get notices::list => AllowCreatingTriggers, }
    "/notices/bell" { get notices::bell => AllowCreatingTriggers, }
    "/notices/read" { post notices::read_all => AllowCreatingTriggers, }
    "/notices/{id}/read" { post notices::read => AllowCreatingTriggers, }
    "/help/{name}" { get help => somebody, }
    "/live" { get live => AllowCreatingTriggers, }
    "/static/{mark}/{name}" { get assets => nothing, }
}
