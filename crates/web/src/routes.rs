//! Every URL on one screen. From this one table come the router, the API's description and what tests walk through.

use crate::Shared;
use crate::api::{changes, definitions, deliveries, endpoints, notices, tickets, triggers};
use crate::openapi::{Refusals, Security};
use crate::{probes, public};
use axum::Router;
use axum::routing::MethodRouter;

macro_rules! routes {
    ($($url:literal { $($method:ident $($part:ident)::+,)+ })+) => {
        /// Every method and URL that is answered, as the API's description writes them.
        pub const ROUTES: &[(&str, &str)] = &[$($((stringify!($method), $url)),+),+];

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
    for (method, _) in ROUTES.iter().filter(|(_, known)| *known == url) {
        methods.push_str(&method.to_ascii_uppercase());
        methods.push_str(if *method == "get" { ", HEAD, " } else { ", " });
    }
    methods.push_str("OPTIONS");
    methods
}

routes! {
    "/public/v1/tickets" {
        get public::tickets::show,
        post public::tickets::create,
        patch public::tickets::update,
    }
    "/public/v1/persons" {
        get public::persons::show,
        post public::persons::create,
    }

    "/api/v1/triggers" {
        get triggers::list,
        post triggers::create,
    }
    "/api/v1/triggers/definitions" { get definitions::show, }
    "/api/v1/triggers/order" { put triggers::order, }
    "/api/v1/triggers/{id}" {
        get triggers::show,
        patch triggers::update,
        delete triggers::delete,
    }
    "/api/v1/triggers/{id}/clone" { post triggers::clone, }
    "/api/v1/triggers/{id}/enable" { post triggers::enable, }
    "/api/v1/triggers/{id}/disable" { post triggers::disable, }

    "/api/v1/deliveries" { get deliveries::list, }
    "/api/v1/deliveries/resend" { post deliveries::resend_matching, }
    "/api/v1/deliveries/{id}" { get deliveries::show, }
    "/api/v1/deliveries/{id}/resend" { post deliveries::resend, }

    "/api/v1/endpoints" { get endpoints::list, }
    "/api/v1/endpoints/{id}" { get endpoints::show, }
    "/api/v1/endpoints/{id}/secret" { post endpoints::secret, }
    "/api/v1/endpoints/{id}/pause" { post endpoints::pause, }
    "/api/v1/endpoints/{id}/resume" { post endpoints::resume, }

    "/api/v1/changes" { get changes::list, }
    "/api/v1/changes/{id}" { get changes::show, }
    "/api/v1/changes/{id}/explain" { get changes::explain, }

    "/api/v1/notices" { get notices::list, }
    "/api/v1/notices/{id}/read" { post notices::read, }

    "/api/v1/tickets/{number}" { delete tickets::delete, }

    "/api/v1/openapi.json" { get probes::description, }
    "/healthz" { get probes::health, }
    "/readyz" { get probes::ready, }
    "/metrics" { get probes::metrics, }
}
