//! How a session and who is in it look.

use crate::App;
use crate::api::forms::PersonForm;
use engine::Caller;
use engine::commands::log_in::Visit;
use model::access_profile::Grant;
use model::ids::{DomainId, SessionId};
use serde::Serialize;
use store::sessions::Session;
use utoipa::ToSchema;

/// A stay after a log-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionForm {
    #[schema(value_type = String)]
    id: SessionId,
    /// Reference code of who logged in.
    person: String,
    created_at: String,
    /// The last request, to the minute.
    seen_at: String,
    /// When it ends even if it is used.
    ends_at: String,
    /// What the browser said it is.
    user_agent: String,
    /// The address it came from at the log-in.
    source: String,
    /// Whether this request is in it.
    is_current: bool,
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Who)]
pub(crate) struct WhoForm {
    domain: DomainForm,
    /// Null when the key's person is gone.
    person: Option<PersonForm>,
    /// The parameters of the access profile that are on.
    #[schema(value_type = Vec<String>)]
    grants: Vec<Grant>,
    /// Nothing else is possible before the password has been changed.
    must_change_password: bool,
    /// Null for who shows an API key.
    session: Option<SessionForm>,
}

/// One help desk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainName)]
pub(crate) struct DomainForm {
    #[schema(value_type = String)]
    id: DomainId,
    name: String,
}

impl SessionForm {
    /// As it looks from the session `current`.
    pub(crate) fn of(session: Session, current: Option<SessionId>) -> Self {
        SessionForm {
            is_current: current == Some(session.id),
            id: session.id,
            person: session.person_id,
            created_at: session.created_at.to_string(),
            seen_at: session.seen_at.to_string(),
            ends_at: session.ends_at.to_string(),
            user_agent: session.user_agent,
            source: session.source,
        }
    }
}

impl WhoForm {
    /// Who asks, in a session or by a key.
    pub(crate) fn of(app: &App, caller: &Caller, visit: Option<Visit>) -> Self {
        let domain = DomainForm { id: caller.domain, name: app.engine.domain_name(caller.domain) };
        let must_change_password = visit.as_ref().is_some_and(|visit| visit.must_change);
        let session = visit.map(|visit| {
            let current = Some(visit.session.id);
            SessionForm::of(visit.session, current)
        });
        let person = caller.actor.person.as_ref().map(PersonForm::from);
        WhoForm { domain, person, grants: caller.grants.clone(), must_change_password, session }
    }
}
