//! The log's filters as they stand in a query. The URL becomes its endpoint here.

use crate::Shared;
use crate::error::Failure;
use crate::query::Query;
use engine::Caller;
use model::delivery::Shown;
use model::ids::EndpointId;
use store::log::Filter;

/// The filters before the URL is looked up.
pub(super) struct Asked {
    filter: Filter,
    url: Option<String>,
}

/// Takes the filters out of a query.
pub(super) fn read(query: &mut Query) -> Asked {
    let words = Shown::ALL.map(Shown::as_str).join(", ");
    let filter = Filter {
        status: query.read("status", &format!("one of {words}"), Shown::parse),
        trigger: query.id("trigger"),
        ticket: query.ticket("ticket"),
        endpoint: query.id("endpoint"),
        since: query.instant("since"),
        until: query.instant("until"),
    };
    Asked { filter, url: query.text("url") }
}

impl Asked {
    /// The filter; none when no row can match, since the domain has no such endpoint.
    pub(super) async fn resolve(self, app: &Shared, caller: &Caller) -> Result<Option<Filter>, Failure> {
        let Asked { mut filter, url } = self;
        let Some(url) = url else { return Ok(Some(filter)) };
        let found = store::endpoints::find_by_url(&app.engine.reader(), caller.domain, &url).await?;
        let agrees = |endpoint: &EndpointId| filter.endpoint.is_none_or(|asked| asked == *endpoint);
        Ok(found.filter(agrees).map(|endpoint| {
            filter.endpoint = Some(endpoint);
            filter
        }))
    }
}
