//! The web pages, one file each, and the table of their addresses. A page reads, a form asks a command and leads on.
//! Not here: what is around a page (`view`), what people may do (engine).

mod endpoints;
mod help;
mod live;
mod preferences;
mod sign_in;
mod sign_out;
mod start;
mod triggers;

use crate::Shared;
use crate::routes::{Needs, Route};
use axum::Router;
use axum::routing::MethodRouter;
use model::access_profile::Grant;

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

use crate::view::assets;

pages! {
    "/" { get start => somebody, }
    "/sign-in" {
        get sign_in::form => nothing,
        post sign_in::submit => nothing,
    }
    "/sign-out" { post sign_out => somebody, }
    "/preferences" { post preferences => nothing, }
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
    "/settings/automation/endpoints/{id}/pause" { post endpoints::pause => AllowCreatingTriggers, }
    "/settings/automation/endpoints/{id}/resume" { post endpoints::resume => AllowCreatingTriggers, }
    "/help/{name}" { get help => somebody, }
    "/live" { get live => AllowCreatingTriggers, }
    "/static/{mark}/{name}" { get assets => nothing, }
}
