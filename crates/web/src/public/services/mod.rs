//! Services of the public API: reading what clients send (`body`), writing what they get (`form`), one file for each thing
//! that can be asked.

mod body;
pub(crate) mod create;
pub(crate) mod delete;
mod form;
pub(crate) mod show;
pub(crate) mod update;

use crate::error::Failure;
use crate::public::query::PublicQuery;
use model::ids::ServiceId;
use model::text;

/// Which service is asked for.
fn asked(query: &PublicQuery) -> Result<ServiceId, Failure> {
    let text = query.id.as_deref().unwrap_or_default();
    match text.parse() {
        Ok(number) => Ok(ServiceId(number)),
        Err(_) if text.is_empty() => {
            Err(Failure::fault("id", text!("is missing; give the service's number as `id`")))
        }
        Err(_) => Err(Failure::fault("id", text!("is `{text}`; must be a service's number", text))),
    }
}
