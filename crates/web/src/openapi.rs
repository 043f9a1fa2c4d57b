//! The API's description as a whole: OpenAPI 3.1, from the handlers that `routes` names. What one endpoint takes and
//! answers stands at the endpoint.

use crate::face::{Problem, PublicProblem};
use crate::routes::Described;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Content, OpenApi, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi as _, PartialSchema};

/// The description of everything that the router answers.
#[must_use]
pub fn document() -> OpenApi {
    Described::openapi()
}

/// Adds the ways to show who asks. The native API's two are the rule; other endpoints say what they take.
pub(crate) struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, as `Authorization: Bearer KEY`."))
            .build();
        let token =
            ApiKey::Query(ApiKeyValue::with_description("token", "An API key, as the public API takes it."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("token", SecurityScheme::ApiKey(token));
        let session = ApiKey::Cookie(ApiKeyValue::with_description(
            "gatilho_session",
            "The cookie that `POST /api/v1/session` sets; `__Host-gatilho_session` over HTTPS.",
        ));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
        let either =
            ["bearer", "session"].map(|name| SecurityRequirement::new::<_, [&str; 0], &str>(name, []));
        document.security = Some(either.into());
    }
}

/// Adds the refusals, which look the same wherever they come from.
pub(crate) struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        let components: &mut Components = document.components.get_or_insert_default();
        components.schemas.insert("Problem".into(), Problem::schema());
        components.schemas.insert("PublicProblem".into(), PublicProblem::schema());
        for (path, item) in &mut document.paths.paths {
            let (name, content_type) = match path.starts_with("/public/") {
                true => ("PublicProblem", "application/json"),
                false => ("Problem", "application/problem+json"),
            };
            let operations =
                [&mut item.get, &mut item.post, &mut item.patch, &mut item.put, &mut item.delete];
            for operation in operations.into_iter().flatten().filter(|operation| !is_open(operation)) {
                for (status, description) in [
                    ("4XX", "Refused: nothing was stored, and it says why."),
                    ("5XX", "Not possible now: try again later."),
                ] {
                    let content = Content::new(Some(Ref::from_schema_name(name)));
                    let response =
                        ResponseBuilder::new().description(description).content(content_type, content);
                    operation.responses.responses.insert(status.into(), response.build().into());
                }
            }
        }
    }
}

/// Whether it is answered without a key: then there is nothing to refuse.
fn is_open(operation: &Operation) -> bool {
    let none = SecurityRequirement::default();
    operation.security.as_ref().is_some_and(|keys| keys.iter().all(|key| *key == none))
}
