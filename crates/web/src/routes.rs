//! Every URL on one screen. From this one table come the router, the API's description and what tests walk through.

use crate::Shared;
use crate::api::{changes, definitions, deliveries, endpoints, notices, tickets, triggers};
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
    "/public/v1/tickets/past" { get public::tickets::past => somebody, }
    "/public/v1/tickets/merged" { get public::tickets::merged => somebody, }
    "/public/v1/persons" {
        get public::persons::show => AllowReadingPeople,
        post public::persons::create => AllowWritingPeople,
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

    "/api/v1/tickets/{number}" { delete tickets::delete => AllowWritingTickets, }

    "/api/v1/openapi.json" { get probes::description => nothing, }
    "/healthz" { get probes::health => nothing, }
    "/readyz" { get probes::ready => nothing, }
    "/metrics" { get probes::metrics => nothing, }
}
