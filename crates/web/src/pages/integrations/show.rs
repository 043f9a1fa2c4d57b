//! `GET /settings/account/integrations/{id}`: one integration: how both sides stand, what waits, the triggers that it keeps,
//! and what crossed last.

use super::health::{Health, WayView, drift};
use super::{PATH, address};
use crate::Shared;
use crate::error::Failure;
use crate::path::Id;
use crate::view::page::wants_part;
use crate::view::status::Status;
use crate::view::stored::Stored;
use crate::view::time::Instant;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use model::access_profile::Grant;
use model::ids::{EndpointId, IntegrationId};
use model::integration::{HalfSettings, Standing};
use model::trigger_action::TriggerAction;
use std::time::Duration;
use store::integration_tickets::{PARTED, Pair};
use store::integrations::Half;
use store::log::{Filter, LogRow};

/// Newest deliveries and tickets that are shown.
const ROWS: i64 = 10;
/// How long the page waits for the other side to say how it stands.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// What an act on the page ran into.
pub(super) struct Told {
    /// In words.
    pub(super) text: String,
    /// The integration can be removed on this side alone.
    pub(super) here_alone: bool,
}

#[derive(Template)]
#[template(path = "integrations/show.html")]
pub(super) struct Page {
    frame: Frame,
    t: Words,
    part: Part,
    action: String,
    told: Option<Told>,
    made_here: bool,
    both_ways: bool,
    events: Vec<String>,
    author: String,
    created: Instant,
}

/// What is kept up to date.
#[derive(Template)]
#[template(path = "integrations/part.html")]
struct Part {
    t: Words,
    action: String,
    /// The reader may hear that something changed.
    is_live: bool,
    url: String,
    enabled: bool,
    health: Health,
    /// Either trigger is not what was agreed.
    drifted: bool,
    here: Side,
    there: Result<Side, String>,
    last_delivered: Option<Instant>,
    /// Newest deliveries; none for those who may not see the log.
    rows: Option<Vec<Row>>,
    log_href: String,
    pairs: Vec<PairView>,
}

/// One half.
struct Side {
    /// Nothing crosses from it when it says so.
    enabled: bool,
    /// What it tells the other one; none when it tells nothing.
    way: Option<WayView>,
    drift: Vec<String>,
    /// The page of its trigger; empty where it cannot be opened: by those who may not, and in another domain under the same
    /// address.
    trigger: String,
    tells: bool,
}

/// A delivery.
struct Row {
    id: String,
    updated: Instant,
    status: Status,
    attempts: i64,
    error: Stored,
    ticket: i64,
}

/// A ticket with its counterpart.
struct PairView {
    number: i64,
    /// Its number over there; none while it is only offered.
    remote: Option<i64>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Part {}

/// Shows the integration, or the part of the page that is kept up to date.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Id(id): Id<IntegrationId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let half = app.engine.integration(&viewer.caller, id)?;
    match wants_part(&headers) {
        true => page(&Part::read(&app, &viewer, &half).await?),
        false => page(&Page::read(&app, &viewer, &half, None).await?),
    }
}

impl Row {
    fn new(viewer: &Viewer, row: LogRow) -> Row {
        Row {
            id: row.id.to_string(),
            updated: Instant::new(&viewer.look, row.updated_at),
            status: Status::new(viewer.look.words, row.state.shown(row.paused)),
            attempts: row.attempts,
            error: Stored::masked(viewer.look.words, &row.error),
            ticket: row.ticket_number,
        }
    }
}

impl PairView {
    fn new(pair: Pair) -> PairView {
        PairView { number: pair.number, remote: Some(pair.remote).filter(|remote| *remote > 0) }
    }
}

impl Page {
    /// The page of an integration.
    pub(super) async fn read(
        app: &Shared,
        viewer: &Viewer,
        half: &Half,
        told: Option<Told>,
    ) -> Result<Page, Failure> {
        let t = viewer.look.words;
        let HalfSettings { events, author, .. } = &half.settings;
        let people = store::people::find(&app.engine.reader(), half.domain, author).await?;
        let mut frame = Frame::new(viewer, half.name.clone())
            .under("settings")
            .under("menu-account")
            .under_page("menu-integrations", PATH);
        frame.path = address(half.id);
        Ok(Page {
            frame,
            t,
            part: Part::read(app, viewer, half).await?,
            action: address(half.id),
            told,
            made_here: half.settings.made_here,
            both_ways: half.settings.both_ways,
            events: events.iter().map(|event| t.say(&format!("crossing-{}", event.word()))).collect(),
            author: people.map_or_else(|| author.clone(), |person| person.reference.business_name),
            created: Instant::new(&viewer.look, half.created_at),
        })
    }
}

impl Part {
    async fn read(app: &Shared, viewer: &Viewer, half: &Half) -> Result<Part, Failure> {
        let (reader, domain, t) = (app.engine.reader(), half.domain, viewer.look.words);
        let ours = app.engine.standing(half).await?;
        // Who is asked from here answers soon, or the page tells that it does not.
        let asked = tokio::time::timeout(ANSWER_WITHIN, app.engine.other_standing(half)).await;
        let theirs = match asked {
            Ok(answer) => answer?.map_err(|why| t.text(&why)),
            Err(_) => Err(t.one("integration-silent", "seconds", ANSWER_WITHIN.as_secs().to_string())),
        };
        let sees_log = viewer.require(Grant::AllowCreatingTriggers).is_ok();
        let endpoint = endpoint(half);
        let (mut rows, mut last_delivered) = (None, None);
        if let Some(endpoint) = endpoint {
            let known = store::endpoints::find(&reader, domain, endpoint).await?;
            last_delivered = known.and_then(|row| row.last_delivered_at);
            if sees_log {
                let filter = Filter { endpoint: Some(endpoint), ..Filter::default() };
                let found = store::log::page(&reader, domain, &filter, None, ROWS).await?;
                rows = Some(found.into_iter().map(|row| Row::new(viewer, row)).collect());
            }
        }
        let drifts = |standing: &Standing| !standing.drift.is_empty();
        let is_apart = theirs.as_ref().is_ok_and(drifts);
        let HalfSettings { url, made_here, both_ways, .. } = &half.settings;
        let tells_there = *both_ways || *made_here;
        let side = |standing: &Standing, tells: bool, base: Option<&str>| Side {
            enabled: standing.enabled,
            way: tells.then(|| WayView::new(viewer.look.words, &standing.way, app.engine.now())),
            drift: drift(t, &standing.drift),
            trigger: match (standing.trigger, base) {
                (Some(id), Some(base)) => format!("{base}/settings/automation/triggers/{id}"),
                _ => String::new(),
            },
            tells,
        };
        let here = side(&ours, half.settings.tells(), Some("").filter(|_| sees_log));
        let pairs = store::integration_tickets::newest(&reader, domain, half.id, ROWS).await?;
        Ok(Part {
            t,
            action: address(half.id),
            is_live: sees_log,
            url: url.clone(),
            enabled: half.enabled,
            health: Health::of(half.enabled, drifts(&ours) || is_apart, &ours.way),
            drifted: drifts(&ours) || is_apart,
            here,
            there: theirs.map(|theirs| {
                side(&theirs, tells_there, Some(url.as_str()).filter(|url| *url != app.public_url))
            }),
            last_delivered: last_delivered.map(|at| Instant::new(&viewer.look, at)),
            rows,
            log_href: endpoint
                .map_or_else(String::new, |id| format!("{}?endpoint={id}", crate::pages::webhook_log::LOG)),
            pairs: pairs.into_iter().filter(|pair| pair.remote != PARTED).map(PairView::new).collect(),
        })
    }
}

/// The endpoint to which this half tells.
fn endpoint(half: &Half) -> Option<EndpointId> {
    let (_, draft) = half.settings.trigger.as_ref()?;
    draft.actions.iter().find_map(|action| match action {
        TriggerAction::Webhook { endpoint, .. } => *endpoint,
        _ => None,
    })
}
