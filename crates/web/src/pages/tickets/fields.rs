//! The fields of a ticket's form: as the ticket has them, as somebody typed them, and what of it changed. They are named as
//! the command's faults name them.

use crate::form::Form;
use engine::commands::tickets::TicketInput;
use model::classification::{Classification, service_path};
use model::ticket::Ticket;

/// What the fields of the form hold.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) subject: String,
    pub(super) status: String,
    pub(super) justification: String,
    pub(super) urgency: String,
    pub(super) category: String,
    /// A path such as `IT > Network`.
    pub(super) service: String,
    /// A reference code, or empty.
    pub(super) owner: String,
    pub(super) team: String,
    /// With commas.
    pub(super) tags: String,
}

impl Fields {
    /// Those of the ticket.
    pub(super) fn of(ticket: &Ticket) -> Fields {
        Fields {
            subject: ticket.subject.clone(),
            status: ticket.status.clone(),
            justification: ticket.justification.clone(),
            urgency: ticket.urgency.clone(),
            category: ticket.category.clone(),
            service: service_path(&ticket.service),
            owner: ticket.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default(),
            team: ticket.owner_team.clone(),
            tags: ticket.tags.join(", "),
        }
    }

    /// Those that were typed. `mark` stands before the names: `was-` for what the form began with.
    pub(super) fn read(form: &mut Form, mark: &str) -> Fields {
        let mut text = |name: &str| form.text(&format!("{mark}{name}")).trim().to_owned();
        Fields {
            subject: text("subject"),
            status: text("status"),
            justification: text("justification"),
            urgency: text("urgency"),
            category: text("category"),
            service: text("serviceFirstLevel"),
            owner: text("owner"),
            team: text("ownerTeam"),
            tags: text("tags"),
        }
    }

    /// Their names with what they hold.
    pub(super) fn named(&self) -> [(&'static str, &str); 9] {
        [
            ("subject", &self.subject),
            ("status", &self.status),
            ("justification", &self.justification),
            ("urgency", &self.urgency),
            ("category", &self.category),
            ("serviceFirstLevel", &self.service),
            ("owner", &self.owner),
            ("ownerTeam", &self.team),
            ("tags", &self.tags),
        ]
    }

    /// What changed since the form was shown: what others changed meanwhile stays as they left it.
    pub(super) fn input(&self, was: &Fields, words: &Classification) -> TicketInput {
        let new = |now: &String, was: &String| (now != was).then(|| now.clone());
        let status = new(&self.status, &was.status);
        // A status that asks for a reason is content with the one that stands there.
        let asks = status.is_some()
            && words.status(&self.status).is_some_and(|status| status.requires_justification);
        TicketInput {
            subject: new(&self.subject, &was.subject),
            justification: new(&self.justification, &was.justification)
                .or_else(|| asks.then(|| self.justification.clone())),
            status,
            urgency: new(&self.urgency, &was.urgency),
            category: new(&self.category, &was.category),
            service: new(&self.service, &was.service).map(|path| levels(&path, words)),
            owner: new(&self.owner, &was.owner).map(|id| Some(id).filter(|id| !id.is_empty())),
            owner_team: new(&self.team, &was.team),
            tags: new(&self.tags, &was.tags).map(|tags| list(&tags)),
            ..TicketInput::default()
        }
    }
}

/// The levels of a service that was chosen by its path.
fn levels(path: &str, words: &Classification) -> Vec<String> {
    match words.services.iter().find(|service| service_path(&service.path) == path) {
        Some(service) => service.path.clone(),
        None => vec![path.to_owned()],
    }
}

/// What stands between commas.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::triggers::builder::example::example;
    use model::classification::{Locale, Status};
    use model::time::Timestamp;

    fn ticket() -> Ticket {
        example(&Classification::starting(Locale::En), Timestamp(0))
    }

    #[test]
    fn a_form_that_nobody_touched_changes_nothing() {
        let fields = Fields::of(&ticket());
        let input = fields.input(&fields, &Classification::starting(Locale::En));
        assert_eq!(format!("{input:?}"), format!("{:?}", TicketInput::default()));
    }

    #[test]
    fn only_what_was_touched_is_changed() {
        let words = Classification::starting(Locale::En);
        let was = Fields { owner: "ana".into(), service: "IT > Link".into(), ..Fields::of(&ticket()) };
        let now = Fields { owner: String::new(), tags: " vip, ,net ".into(), ..was.clone() };
        let input = now.input(&was, &words);
        assert_eq!((input.owner, input.tags.unwrap()), (Some(None), vec!["vip".into(), "net".into()]));
        assert_eq!((input.subject, input.service), (None, None));
        // A service that is not known is told by the command.
        let named = Fields { service: "Other".into(), ..was.clone() }.input(&was, &words);
        assert_eq!(named.service.unwrap(), ["Other"]);
    }

    #[test]
    fn a_reason_goes_along_where_the_status_asks_for_one() {
        let mut words = Classification::starting(Locale::En);
        let waiting = words.statuses.iter_mut().find(|status| status.name == "Waiting").unwrap();
        *waiting = Status { requires_justification: true, ..waiting.clone() };
        let was = Fields { justification: "Parts".into(), ..Fields::of(&ticket()) };
        let to =
            |status: &str| Fields { status: status.into(), ..was.clone() }.input(&was, &words).justification;
        assert_eq!((to("Waiting").as_deref(), to("Resolved")), (Some("Parts"), None));
    }
}
