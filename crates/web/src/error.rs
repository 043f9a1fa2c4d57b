//! The only table from kinds of errors to HTTP statuses. How a refusal looks to the caller is in `face`.

use axum::response::{IntoResponse, Response};
use engine::Error;
use http::StatusCode;
use model::fault::Fault;
use model::text;
use model::wording::Text;
use store::db::ReadError;

/// Why a request is not carried out, as the caller is told.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// What to tell the caller.
    pub(crate) detail: Text,
    /// What is wrong with the input, each where it stands.
    pub(crate) faults: Vec<Fault>,
    /// Seconds after which it may be tried again.
    pub(crate) retry_after_s: Option<i64>,
    /// What only the log may know.
    pub(crate) for_log: Option<String>,
}

impl Failure {
    /// A refusal in one sentence.
    pub(crate) fn new(status: StatusCode, detail: Text) -> Self {
        Failure { status, detail, faults: Vec::new(), retry_after_s: None, for_log: None }
    }

    /// Faults of the input.
    pub(crate) fn invalid(faults: Vec<Fault>) -> Self {
        const TOLD: usize = 3;
        let told: Vec<String> = faults.iter().take(TOLD).map(ToString::to_string).collect();
        let mut detail = told.join("; ");
        if faults.len() > TOLD {
            detail.push_str(&format!("; and {} more", faults.len() - TOLD));
        }
        Failure { faults, ..Failure::new(StatusCode::BAD_REQUEST, Text::given(detail)) }
    }

    /// One fault of the input.
    pub(crate) fn fault(field: &str, message: Text) -> Self {
        Failure::invalid(vec![Fault::new(field, message)])
    }

    /// Something that the caller's domain does not have.
    pub(crate) fn missing(what: impl std::fmt::Display) -> Self {
        Failure::new(StatusCode::NOT_FOUND, Text::given(format!("there is no {what}")))
    }

    /// A bug; the text goes to the log alone.
    pub(crate) fn internal(text: impl Into<String>) -> Self {
        let failure = Failure::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            text!("something went wrong on this side; the server's log tells more under this request's id"),
        );
        Failure { for_log: Some(text.into()), ..failure }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Failure::missing(what),
            Error::Unauthorized(why) => Failure::new(StatusCode::UNAUTHORIZED, Text::given(why)),
            Error::Denied(why) => Failure::new(StatusCode::FORBIDDEN, why),
            Error::TooMany { why, retry_after_s } => Failure {
                retry_after_s: Some(retry_after_s),
                ..Failure::new(StatusCode::TOO_MANY_REQUESTS, Text::given(why))
            },
            Error::Forbidden(grant) => Failure::new(
                StatusCode::FORBIDDEN,
                text!("this needs the access profile parameter \"{grant}\"", grant = grant.text()),
            ),
            Error::Invalid(faults) => Failure::invalid(faults),
            Error::TooLarge(what) => Failure::new(StatusCode::PAYLOAD_TOO_LARGE, what),
            Error::Conflict(what) => Failure::new(StatusCode::CONFLICT, what),
            Error::Unavailable(why) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, why),
            Error::Internal(text) => Failure::internal(text),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Error::from(error).into()
    }
}

/// The status, and the failure itself for `observe`, which writes it in the form of the API that was asked.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
