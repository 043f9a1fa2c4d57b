//! `GET /tickets/{number}/changes/{id}?trigger=`: what one change did, and why a trigger did or did not fire for it,
//! condition by condition.

use super::history::ChangeView;
use super::{PATH, address, find};
use crate::Shared;
use crate::error::Failure;
use crate::explained::Explained;
use crate::form::Form;
use crate::pages::webhook_log::why::Line;
use crate::path::Ids;
use crate::view::choices::Choice;
use crate::view::stored::Stored;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use model::access_profile::Grant;
use model::change::Change;
use model::explain::{Explanation, Verdict};
use model::ids::{ChangeId, TriggerId};

/// Triggers to choose from.
const TRIGGERS: i64 = 500;

#[derive(Template)]
#[template(path = "tickets/change.html")]
struct Page {
    frame: Frame,
    t: Words,
    number: i64,
    change: ChangeView,
    triggers: Vec<Choice>,
    /// None until a trigger is chosen.
    answer: Option<Answer>,
}

/// Why, or why not.
struct Answer {
    fired: bool,
    /// In one sentence.
    sentence: String,
    /// What else the system says about it; empty for nothing.
    more: Stored,
    /// The conditions of each pass.
    passes: Vec<Vec<Line>>,
}

/// Shows the change, and asks the trigger that was chosen.
pub(crate) async fn handle(
    State(app): State<Shared>,
    viewer: Viewer,
    Ids(number, id): Ids<i64, ChangeId>,
    uri: Uri,
) -> Result<Response, Failure> {
    viewer.require(Grant::AllowCreatingTriggers)?;
    let (reader, domain, t) = (app.engine.reader(), viewer.caller.domain, viewer.look.words);
    let ticket = find::seen(&app, &viewer.caller, number).await?.filter(|_| !viewer.caller.is_only_client());
    let ticket = ticket.ok_or_else(|| Failure::missing(format_args!("ticket {number}")))?;
    let change =
        store::changes::find(&reader, domain, id).await?.filter(|it| it.ticket_number == ticket.number);
    let change = change.ok_or_else(|| Failure::missing(format_args!("change {id} of ticket {number}")))?;
    let asked = Form::of(uri.query().unwrap_or_default()).text("trigger").parse::<TriggerId>().ok();
    let answer = match asked {
        Some(trigger) => Some(answer(&app, &viewer, &change, trigger).await?),
        None => None,
    };
    let frame = Frame::new(&viewer, t.one("change-title", "version", change.ticket_version))
        .under_page("menu-tickets", PATH)
        .under_named(t.one("ticket-title", "number", number.to_string()), address(number));
    page(&Page {
        frame,
        t,
        number,
        triggers: triggers(&app, &viewer, &change, asked).await?,
        change: ChangeView::new(&viewer.look, &change),
        answer,
    })
}

/// The first triggers, those that fired, and the one that is chosen.
async fn triggers(
    app: &Shared,
    viewer: &Viewer,
    change: &Change,
    asked: Option<TriggerId>,
) -> Result<Vec<Choice>, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let found = store::triggers::page(&reader, domain, None, TRIGGERS).await?;
    let mut known: Vec<(TriggerId, String)> = found.into_iter().map(|it| (it.id, it.draft.name)).collect();
    let has = |known: &[(TriggerId, String)], id| known.iter().any(|(other, _)| *other == id);
    for firing in &change.firings {
        if !has(&known, firing.trigger) {
            known.push((firing.trigger, firing.name.clone()));
        }
    }
    if let Some(id) = asked.filter(|id| !has(&known, *id))
        && let Some(last) = store::triggers::revision_at(&reader, domain, id, i64::MAX).await?
    {
        known.push((id, last.draft.name));
    }
    let choice =
        |(id, label): (TriggerId, String)| Choice { value: id.to_string(), label, chosen: asked == Some(id) };
    Ok(known.into_iter().map(choice).collect())
}

async fn answer(
    app: &Shared,
    viewer: &Viewer,
    change: &Change,
    trigger: TriggerId,
) -> Result<Answer, Failure> {
    let t = viewer.look.words;
    Ok(match Explained::of(app, viewer.caller.domain, change, trigger).await? {
        Explained::NotMadeYet => Answer::absent(t.say("verdict-not-made-yet")),
        Explained::Deleted => Answer::absent(t.say("verdict-deleted")),
        Explained::Found(explanation) => Answer::new(t, *explanation),
    })
}

impl Answer {
    /// The trigger was not there to be asked.
    fn absent(sentence: String) -> Answer {
        Answer { fired: false, sentence, more: Stored::default(), passes: Vec::new() }
    }

    fn new(t: Words, found: Explanation) -> Answer {
        let first = found.first_false.as_ref().map(|reason| Line::of(t, reason).sentence).unwrap_or_default();
        let sentence = match found.verdict {
            Verdict::Fired if found.fault.is_some() => t.say("verdict-undone"),
            Verdict::Fired => t.say("verdict-fired"),
            Verdict::Disabled => t.say("verdict-disabled"),
            Verdict::ConditionFalse => t.one("verdict-condition-false", "condition", first),
            Verdict::NoneOfAny => t.say("verdict-none-of-any"),
            Verdict::NoFiringCondition => t.say("verdict-no-firing-condition"),
            Verdict::EndedByGuard => t.say("verdict-ended-by-guard"),
            Verdict::CameIn => t.say("verdict-came-in"),
            Verdict::NotLinked => t.say("verdict-not-linked"),
        };
        let ended = found.ended.filter(|_| found.verdict == Verdict::EndedByGuard);
        let ended = || ended.map(|end| Stored { words: t.text(&end.in_words()), lang: t.tag() });
        let undone = found.fault.as_deref().map(|why| Stored::new(t, why));
        let more = undone.or_else(ended).unwrap_or_default();
        let lines =
            |reasons: &[model::condition::Reason]| reasons.iter().map(|reason| Line::of(t, reason)).collect();
        let passes = found.evaluations.iter().map(|one| lines(&one.reasons)).collect();
        Answer { fired: found.verdict == Verdict::Fired, sentence, more, passes }
    }
}
