//! `GET /notices`: notices grouped by receiver, groups with unread ones first.

use crate::Shared;
use crate::cursor;
use crate::error::Failure;
use crate::form::Form;
use crate::pages::webhook_log::LOG;
use crate::pages::webhook_log::filter::query;
use crate::pages::webhook_log::part::resendable;
use crate::view::notice::NoticeView;
use crate::view::page::wants_part;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use futures_util::future::try_join_all;
use http::{HeaderMap, Uri};
use model::access_profile::Grant;
use model::delivery::Shown;
use model::ids::NoticeId;
use model::notice::Notice;
use model::time::Timestamp;
use store::log::Filter;

/// Notices of a page.
const ROWS: usize = 25;
/// The name under which cursors of this list are made.
const LIST: &str = "notices-page";

#[derive(Template)]
#[template(path = "notices.html")]
struct Notices {
    frame: Frame,
    t: Words,
    part: Part,
}

/// What is kept up to date.
#[derive(Template)]
#[template(path = "notices/part.html")]
struct Part {
    t: Words,
    /// Its own address.
    href: String,
    groups: Vec<Group>,
    next: Option<String>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Part {}

/// What is about one receiver, or about none.
struct Group {
    url: String,
    href: String,
    items: Vec<Item>,
}

/// A notice with what may be done about it.
struct Item {
    notice: NoticeView,
    /// Where what gave up can be sent again, and the words for it.
    resend: Option<(String, String)>,
}

/// Shows a page of the notices.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let at = Form::of(uri.query().unwrap_or_default()).text("cursor");
    let after = cursor::read(LIST, &at).map(|[updated, id]| (Timestamp(updated), NoticeId(id)));
    let (reader, person) = (app.engine.reader(), viewer.caller.person_id());
    let mut found =
        store::notices::page(&reader, viewer.caller.domain, person, after, ROWS as i64 + 1).await?;
    let is_last = found.len() <= ROWS;
    found.truncate(ROWS);
    let next = found.last().filter(|_| !is_last);
    let next = next.map(|notice| cursor::write(LIST, [notice.updated_at.0, notice.id.0]));
    let items = try_join_all(found.iter().map(|notice| item(&app, &viewer, notice))).await?;
    let href = match after {
        Some(_) => format!("/notices?cursor={at}"),
        None => "/notices".to_owned(),
    };
    let t = viewer.look.words;
    let part = Part { t, href, groups: grouped(t, items), next };
    if wants_part(&headers) {
        return page(&part);
    }
    page(&Notices { frame: Frame::new(&viewer, t.say("notices")), t, part })
}

/// A notice, with how many deliveries of its outage could go out again now.
async fn item(app: &Shared, viewer: &Viewer, notice: &Notice) -> Result<Item, Failure> {
    let view = NoticeView::new(&viewer.look, notice);
    let Some(endpoint) = notice.endpoint.filter(|_| notice.gave_up > 0) else {
        return Ok(Item { notice: view, resend: None });
    };
    let filter = Filter {
        status: Some(Shown::Failed),
        endpoint: Some(endpoint),
        since: Some(notice.opened_at),
        // To the end of the outage, its last failure included.
        until: notice.recovered_at.map(|at| at.plus_ms(1)),
        ..Filter::default()
    };
    let count = app.engine.count_resendable(&viewer.caller, &filter).await?;
    let t = viewer.look.words;
    let offer = || {
        let words = t.two("notice-resend", "count", count, "shown", resendable(count));
        (format!("{LOG}/resend?{}", query(&filter)), words)
    };
    Ok(Item { notice: view, resend: (count > 0).then(offer) })
}

/// The notices by receiver, in the order in which they come; groups with unread ones first.
fn grouped(t: Words, items: Vec<Item>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for item in items {
        let href = item.notice.endpoint_href.clone();
        match groups.iter_mut().find(|group| group.href == href) {
            Some(group) => group.items.push(item),
            None => {
                let url = if href.is_empty() { t.say("notices-general") } else { item.notice.url.clone() };
                groups.push(Group { url, href, items: vec![item] });
            }
        }
    }
    groups.sort_by_key(|group| group.items.iter().all(|item| item.notice.read));
    groups
}
