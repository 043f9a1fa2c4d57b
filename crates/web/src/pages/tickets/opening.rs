//! The form of a new ticket: for clients a subject and a text, for agents the fields and whose request it is.

use super::PATH;
use super::choices::{Choices, Current};
use super::fields::Fields;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::faults::Faults;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::access_profile::Grant;
use model::person_record::Person;
use model::ticket_action::Visibility;
use store::people::Filter;

#[derive(Template)]
#[template(path = "tickets/new.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) t: Words,
    pub(super) typed: Typed,
    pub(super) choices: Choices,
    pub(super) faults: Faults,
    pub(super) is_agent: bool,
    /// Whether agents may look for clients by name.
    pub(super) finds_people: bool,
}

/// What was typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) fields: Fields,
    /// Reference code, e-mail address or name.
    pub(super) client: String,
    pub(super) internal: bool,
    /// The first entry's text.
    pub(super) text: String,
}

impl Typed {
    /// Reads the form.
    pub(super) fn read(form: &mut Form) -> Typed {
        Typed {
            fields: Fields::read(form, ""),
            client: form.text("clients").trim().to_owned(),
            internal: form.text("visibility") == "internal",
            text: form.text("actions"),
        }
    }
}

impl Page {
    /// The form with this in it.
    pub(super) async fn with(app: &Shared, viewer: &Viewer, typed: Typed) -> Result<Page, Failure> {
        let t = viewer.look.words;
        let is_agent = !viewer.caller.is_only_client();
        let fields = &typed.fields;
        let current = Current {
            status: "",
            urgency: &fields.urgency,
            category: &fields.category,
            service: &fields.service,
            team: &fields.team,
            owner: &fields.owner,
            owner_name: "",
        };
        let kind = if typed.internal { Visibility::Internal } else { Visibility::Public };
        let choices = match is_agent {
            true => Choices::read(app, viewer, kind, current).await?,
            false => Choices::default(),
        };
        Ok(Page {
            frame: Frame::new(viewer, t.say("ticket-new")).under_page("menu-tickets", PATH),
            t,
            choices,
            faults: Faults::default(),
            is_agent,
            finds_people: viewer.require(Grant::AllowReadingPeople).is_ok(),
            typed,
        })
    }
}

/// The reference code of whom an agent means: by code, or, for those who may look people up, by e-mail address or whole
/// name. What is nobody's stays as it is, and the command says so.
pub(super) async fn client(app: &Shared, viewer: &Viewer, typed: &str) -> Result<String, Failure> {
    let (reader, domain) = (app.engine.reader(), viewer.caller.domain);
    let is_code = store::people::find(&reader, domain, typed).await?.is_some();
    if is_code || typed.is_empty() || viewer.require(Grant::AllowReadingPeople).is_err() {
        return Ok(typed.to_owned());
    }
    let is_address = typed.contains('@');
    let filter = Filter {
        name: if is_address { String::new() } else { typed.to_owned() },
        email: is_address.then(|| typed.to_owned()),
        is_active: Some(true),
        ..Filter::default()
    };
    let found = store::people::list(&reader, domain, &filter, None, 2).await?;
    let means = |person: &&Person| is_address || model::text::same(&person.reference.business_name, typed);
    Ok(match found.iter().filter(means).collect::<Vec<_>>().as_slice() {
        [only] => only.reference.id.clone(),
        _ => typed.to_owned(),
    })
}
