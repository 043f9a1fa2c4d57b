//! Every URL on one screen. From this one table come the router, the API's description and what tests walk through.

use crate::Shared;
use crate::api::{
    access_profiles, categories, changes, custom_fields, definitions, deliveries, endpoints, files,
    integrations, keys, notices, people, services, session, sessions, sla_agreements, statuses, teams,
    tickets, triggers, urgencies,
};
use crate::files as bytes;
use crate::integrations as halves;
use crate::openapi::{Refusals, Security};
use crate::{probes, public};
use axum::Router;
use axum::routing::MethodRouter;
use model::access_profile::Grant;

/// A method and URL that is answered, as the API's description writes them.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// In lower case.
    pub method: &'static str,
    /// The path, with names in braces.
    pub path: &'static str,
    /// Who may ask. Commands and extractors decide; a test compares them with this table.
    pub needs: Needs,
}

/// What a request must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// That somebody asks; what they see depends on who they are.
    Somebody,
    /// Somebody whose access profile has this parameter.
    Grant(Grant),
}

/// What a line of a table of routes says of who may ask.
macro_rules! needs {
    (nothing) => {
        Needs::Nothing
    };
    (somebody) => {
        Needs::Somebody
    };
    ($grant:ident) => {
        Needs::Grant(Grant::$grant)
    };
}
pub(crate) use needs;

macro_rules! routes {
    ($($url:literal { $($method:ident $($part:ident)::+ => $needs:ident,)+ })+) => {
        /// Everything that is answered.
        pub const ROUTES: &[Route] =
            &[$($(Route { method: stringify!($method), path: $url, needs: needs!($needs) }),+),+];

        /// The router of the table.
        pub(crate) fn table() -> Router<Shared> {
            Router::new()$(.route($url, MethodRouter::new()$(.$method($($part)::+::handle))+))+
        }

        /// The description of the table.
        #[derive(utoipa::OpenApi)]
        #[openapi(
            info(
                title = "Gatilho",
                description = "Ticket changes go in, triggers decide, webhooks come out.",
            ),
            paths($($($($part)::+::handle),+),+),
            modifiers(&Security, &Refusals),
        )]
        pub(crate) struct Described;
    };
}

/// The methods that a URL of the table answers, as `Allow` writes them.
pub(crate) fn methods(url: &str) -> String {
    let mut methods = String::new();
    for route in ROUTES.iter().filter(|route| route.path == url) {
        methods.push_str(&route.method.to_ascii_uppercase());
        methods.push_str(if route.method == "get" { ", HEAD, " } else { ", " });
    }
    methods.push_str("OPTIONS");
    methods
}

routes! {
    "/public/v1/tickets" {
        get public::tickets::show => somebody,
        post public::tickets::create => AllowWritingTickets,
        patch public::tickets::update => AllowWritingTickets,
    }
    "/public/v1/tickets/htmldescription" { get public::tickets::html_description => somebody, }
    "/public/v1/ticketFileUpload" { post public::files::upload => AllowWritingTickets, }
    "/public/v1/tickets/past" { get public::tickets::past => somebody, }
    "/public/v1/tickets/merged" { get public::tickets::merged => somebody, }
    "/public/v1/persons" {
        get public::persons::show => AllowReadingPeople,
        post public::persons::create => AllowWritingPeople,
        patch public::persons::update => AllowWritingPeople,
        delete public::persons::delete => AllowWritingPeople,
    }
    "/public/v1/services" {
        get public::services::show => somebody,
        post public::services::create => AllowManagingClassification,
        patch public::services::update => AllowManagingClassification,
        delete public::services::delete => AllowManagingClassification,
    }

    "/api/v1/triggers" {
        get triggers::list => AllowCreatingTriggers,
        post triggers::create => AllowCreatingTriggers,
    }
    "/api/v1/triggers/definitions" { get definitions::show => AllowCreatingTriggers, }
    "/api/v1/triggers/order" { put triggers::order => AllowCreatingTriggers, }
    "/api/v1/triggers/{id}" {
        get triggers::show => AllowCreatingTriggers,
        patch triggers::update => AllowCreatingTriggers,
        delete triggers::delete => AllowCreatingTriggers,
    }
    "/api/v1/triggers/{id}/clone" { post triggers::clone => AllowCreatingTriggers, }
    "/api/v1/triggers/{id}/enable" { post triggers::enable => AllowCreatingTriggers, }
    "/api/v1/triggers/{id}/disable" { post triggers::disable => AllowCreatingTriggers, }

    "/api/v1/deliveries" { get deliveries::list => AllowCreatingTriggers, }
    "/api/v1/deliveries/resend" { post deliveries::resend_matching => AllowCreatingTriggers, }
    "/api/v1/deliveries/{id}" { get deliveries::show => AllowCreatingTriggers, }
    "/api/v1/deliveries/{id}/resend" { post deliveries::resend => AllowCreatingTriggers, }
    "/api/v1/deliveries/{id}/cancel" { post deliveries::cancel => AllowCreatingTriggers, }

    "/api/v1/endpoints" { get endpoints::list => AllowCreatingTriggers, }
    "/api/v1/endpoints/{id}" { get endpoints::show => AllowCreatingTriggers, }
    "/api/v1/endpoints/{id}/secret" { post endpoints::secret => AllowCreatingTriggers, }
    "/api/v1/endpoints/{id}/pause" { post endpoints::pause => AllowCreatingTriggers, }
    "/api/v1/endpoints/{id}/resume" { post endpoints::resume => AllowCreatingTriggers, }

    "/api/v1/changes" { get changes::list => AllowCreatingTriggers, }
    "/api/v1/changes/{id}" { get changes::show => AllowCreatingTriggers, }
    "/api/v1/changes/{id}/explain" { get changes::explain => AllowCreatingTriggers, }

    "/api/v1/notices" { get notices::list => AllowCreatingTriggers, }
    "/api/v1/notices/{id}/read" { post notices::read => AllowCreatingTriggers, }

    "/api/v1/people" {
        get people::list => AllowReadingPeople,
        post people::create => AllowWritingPeople,
    }
    "/api/v1/people/{id}" {
        get people::show => AllowReadingPeople,
        patch people::update => AllowWritingPeople,
        delete people::delete => AllowWritingPeople,
    }

    "/api/v1/access-profiles" {
        get access_profiles::list => AllowManagingAccessProfiles,
        post access_profiles::create => AllowManagingAccessProfiles,
    }
    "/api/v1/access-profiles/parameters" { get access_profiles::parameters => AllowManagingAccessProfiles, }
    "/api/v1/access-profiles/{id}" {
        get access_profiles::show => AllowManagingAccessProfiles,
        patch access_profiles::update => AllowManagingAccessProfiles,
        delete access_profiles::delete => AllowManagingAccessProfiles,
    }

    "/api/v1/teams" {
        get teams::list => AllowReadingPeople,
        post teams::create => AllowWritingPeople,
    }
    "/api/v1/teams/{id}" {
        get teams::show => AllowReadingPeople,
        patch teams::update => AllowWritingPeople,
        delete teams::delete => AllowWritingPeople,
    }

    "/api/v1/tickets/{number}" { delete tickets::delete => AllowWritingTickets, }

    "/api/v1/tickets/{number}/actions/{id}/attachments" { post tickets::attach => AllowWritingTickets, }

    "/api/v1/tickets/{number}/counterpart" {
        post tickets::counterpart => AllowWritingTickets,
        delete tickets::part => AllowWritingTickets,
    }

    "/api/v1/integrations" {
        get integrations::list => AllowManagingIntegrations,
        post integrations::create => AllowManagingIntegrations,
    }
    "/api/v1/integrations/check" { post integrations::check => AllowManagingIntegrations, }
    // Asked by the other side, whose trigger it makes here.
    "/api/v1/integrations/halves" { post integrations::accept => AllowCreatingTriggers, }
    "/api/v1/integrations/{id}" {
        get integrations::show => AllowManagingIntegrations,
        patch integrations::update => AllowManagingIntegrations,
        delete integrations::delete => AllowManagingIntegrations,
    }
    "/api/v1/integrations/{id}/restore" { post integrations::restore => AllowManagingIntegrations, }
    // The other half shows the secret that this one gave it.
    "/integrations/{id}/receive" { post halves::receive => nothing, }
    "/integrations/{id}/ask" { post halves::ask => nothing, }

    "/api/v1/files/{key}" { get files::show => somebody, }
    "/files/{key}" { get bytes::download => somebody, }
    // Agents need the names to write tickets, so reading them needs no parameter.
    "/api/v1/statuses" {
        get statuses::list => somebody,
        post statuses::create => AllowManagingClassification,
    }
    "/api/v1/statuses/order" { put statuses::order => AllowManagingClassification, }
    "/api/v1/statuses/{id}" {
        get statuses::show => somebody,
        patch statuses::update => AllowManagingClassification,
        delete statuses::delete => AllowManagingClassification,
    }
    "/api/v1/urgencies" {
        get urgencies::list => somebody,
        post urgencies::create => AllowManagingClassification,
    }
    "/api/v1/urgencies/order" { put urgencies::order => AllowManagingClassification, }
    "/api/v1/urgencies/{id}" {
        get urgencies::show => somebody,
        patch urgencies::update => AllowManagingClassification,
        delete urgencies::delete => AllowManagingClassification,
    }
    "/api/v1/categories" {
        get categories::list => somebody,
        post categories::create => AllowManagingClassification,
    }
    "/api/v1/categories/{id}" {
        get categories::show => somebody,
        patch categories::update => AllowManagingClassification,
        delete categories::delete => AllowManagingClassification,
    }
    "/api/v1/services" {
        get services::list => somebody,
        post services::create => AllowManagingClassification,
    }
    "/api/v1/services/{id}" {
        get services::show => somebody,
        patch services::update => AllowManagingClassification,
        delete services::delete => AllowManagingClassification,
    }
    "/api/v1/custom-fields" {
        get custom_fields::list => somebody,
        post custom_fields::create => AllowManagingClassification,
    }
    "/api/v1/custom-fields/{id}" {
        get custom_fields::show => somebody,
        patch custom_fields::update => AllowManagingClassification,
        delete custom_fields::delete => AllowManagingClassification,
    }
    "/api/v1/sla-agreements" {
        get sla_agreements::list => AllowManagingSla,
        post sla_agreements::create => AllowManagingSla,
    }
    "/api/v1/sla-agreements/order" { put sla_agreements::order => AllowManagingSla, }
    "/api/v1/sla-agreements/{id}" {
        get sla_agreements::show => AllowManagingSla,
        patch sla_agreements::update => AllowManagingSla,
        delete sla_agreements::delete => AllowManagingSla,
    }
    "/api/v1/session" {
        get session::show => somebody,
        post session::create => nothing,
        delete session::end => somebody,
    }
    "/api/v1/session/password" { put session::password => somebody, }
    "/api/v1/sessions" { get sessions::list => somebody, }
    "/api/v1/sessions/{id}" { delete sessions::end => somebody, }
    "/api/v1/people/{id}/password" { post session::reset => AllowWritingPeople, }

    "/api/v1/keys" {
        get keys::list => AllowManagingApiKeys,
        post keys::create => AllowManagingApiKeys,
    }
    "/api/v1/keys/{id}" {
        get keys::show => AllowManagingApiKeys,
        patch keys::rename => AllowManagingApiKeys,
        delete keys::delete => AllowManagingApiKeys,
    }
    "/api/v1/keys/{id}/rotate" { post keys::rotate => AllowManagingApiKeys, }

    "/api/v1/openapi.json" { get probes::description => nothing, }
    "/healthz" { get probes::health => nothing, }
    "/readyz" { get probes::ready => nothing, }
    "/metrics" { get probes::metrics => nothing, }
}
