//! `GET /settings/account/domain`: what the domain is and how long it keeps what, each with where that is set.

use crate::Shared;
use crate::error::Failure;
use crate::view::status::{counted, grouped};
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use model::access_profile::Grant;
use model::delivery::Shown;
use store::log::Filter;
use store::ticket_search::{By, Order, Part, Search, Source, Span};

#[derive(Template)]
#[template(path = "domain.html")]
struct Page {
    frame: Frame,
    t: Words,
    name: String,
    hosts: Vec<String>,
    /// The language of its first names, by its own name.
    language: String,
    zone: String,
    public_url: String,
    /// Spans of time, each with what it bounds and the setting that says so.
    spans: Vec<Bound>,
    /// How much there is, each with where it is seen.
    counts: Vec<Counted>,
}

/// A span of time that is configured.
struct Bound {
    label: String,
    value: String,
    setting: &'static str,
}

/// How much there is of something.
struct Counted {
    label: String,
    value: String,
    /// Where it is seen; empty for nowhere, or for those who may not look.
    href: &'static str,
}

/// Shows the domain.
pub(crate) async fn handle(State(app): State<Shared>, viewer: Viewer) -> Result<Response, Failure> {
    viewer.require(Grant::AllowManagingDomain)?;
    let t = viewer.look.words;
    let found = store::domains::find(&app.engine.reader(), viewer.caller.domain).await?;
    let domain = found.ok_or_else(|| Failure::missing("such domain"))?;
    page(&Page {
        frame: Frame::new(&viewer, t.say("menu-domain")).under("settings").under("menu-account"),
        t,
        language: language(&domain.locale),
        name: domain.name,
        hosts: domain.host_names,
        zone: viewer.look.zone.iana_name().unwrap_or("UTC").to_owned(),
        public_url: app.public_url.clone(),
        spans: spans(&app, t),
        counts: counts(&app, &viewer).await?,
    })
}

fn language(tag: &str) -> String {
    match tag {
        "pt-BR" => "Português",
        "es" => "Español",
        "en" => "English",
        other => other,
    }
    .to_owned()
}

fn spans(app: &Shared, t: Words) -> Vec<Bound> {
    let life = app.engine.session_life();
    let kept = i64::try_from(app.engine.keeps_for().as_millis()).unwrap_or(i64::MAX);
    let row = |label: &str, ms: i64, setting| Bound { label: t.say(label), value: told(t, ms), setting };
    let past = match app.past_after_ms {
        0 => Bound {
            label: t.say("domain-past"),
            value: t.say("domain-never"),
            setting: "public_api.past_after",
        },
        ms => row("domain-past", ms, "public_api.past_after"),
    };
    vec![
        row("domain-keep", kept, "retention.keep"),
        past,
        row("domain-session-idle", life.idle_ms, "auth.session_idle"),
        row("domain-session-end", life.end_ms, "auth.session_end"),
    ]
}

/// A span of time in its largest whole unit.
fn told(t: Words, ms: i64) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400_000, "span-days"),
        (3_600_000, "span-hours"),
        (60_000, "span-minutes"),
        (1_000, "span-seconds"),
    ];
    let fits = UNITS.into_iter().find(|(unit, _)| ms >= *unit && ms % unit == 0);
    let (unit, message) = fits.unwrap_or((1_000, "span-seconds"));
    t.one(message, "count", ms / unit)
}

/// How much there is, by what is counted already or cheap to count.
async fn counts(app: &Shared, viewer: &Viewer) -> Result<Vec<Counted>, Failure> {
    let (reader, domain, t) = (app.engine.reader(), viewer.caller.domain, viewer.look.words);
    let newest = Search {
        sources: vec![Source::All],
        numbers: Span::ALL,
        created: Span::ALL,
        updated: Span::ALL,
        statuses: Vec::new(),
        with_deleted: true,
        only_public: false,
    };
    let order = Order { by: By::Number, descending: true };
    let newest = store::ticket_search::page(&reader, domain, &newest, order, Part::first(1)).await?;
    let triggers = store::triggers::count(&reader, domain, None).await?;
    let directory = app.engine.directory(domain);
    let number = |rows: usize| grouped(i64::try_from(rows).unwrap_or(i64::MAX));
    let seen = |grant: Grant, href: &'static str| if viewer.require(grant).is_ok() { href } else { "" };
    let mut all = vec![
        Counted {
            label: t.say("domain-newest-ticket"),
            value: newest.first().map_or_else(|| "–".to_owned(), |(place, _)| grouped(place.number)),
            href: "/tickets",
        },
        Counted {
            label: t.say("menu-triggers"),
            value: grouped(triggers),
            href: seen(Grant::AllowCreatingTriggers, "/settings/automation/triggers"),
        },
        Counted {
            label: t.say("menu-access-profiles"),
            value: number(directory.profiles.len()),
            href: seen(Grant::AllowManagingAccessProfiles, "/settings/people/access-profiles"),
        },
        Counted {
            label: t.say("menu-teams"),
            value: number(directory.teams.len()),
            href: seen(Grant::AllowReadingPeople, "/settings/people/teams"),
        },
    ];
    let tally = store::tally::by_status(&reader, domain, &Filter::default()).await?;
    for (shown, label) in [
        (Shown::Delivered, "domain-delivered"),
        (Shown::Failed, "domain-failed"),
        (Shown::Queued, "domain-queued"),
        (Shown::Retrying, "domain-retrying"),
    ] {
        let href = seen(Grant::AllowCreatingTriggers, super::webhook_log::LOG);
        all.push(Counted { label: t.say(label), value: counted(tally.of(shown)), href });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn a_span_is_told_in_its_largest_whole_unit() {
        let t = Words::new(Locale::En);
        let spans = [30 * 86_400_000, 3_600_000, 90_000, 90 * 60_000].map(|ms| told(t, ms));
        assert_eq!(spans, ["30 days", "1 hour", "90 seconds", "90 minutes"]);
    }
}
