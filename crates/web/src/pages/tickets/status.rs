//! How a ticket's status looks: a sign and a colour of its base status, and its own name.

use askama::Template;
use askama::filters::HtmlSafe;
use model::classification::BaseStatus;
use model::ticket::Ticket;

/// A ticket's status on a page.
#[derive(Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="state {{ class }}"><span aria-hidden="true">{{ sign }}</span> {{ name }}</span>"#
)]
pub(crate) struct TicketStatus {
    class: &'static str,
    sign: &'static str,
    name: String,
}

/// Its template escapes what it holds.
impl HtmlSafe for TicketStatus {}

impl TicketStatus {
    /// The status in which the ticket is.
    pub(crate) fn of(ticket: &Ticket) -> TicketStatus {
        let (class, sign) = match ticket.base_status {
            BaseStatus::New => ("bad", "●"),
            BaseStatus::InAttendance => ("busy", "➤"),
            BaseStatus::Stopped => ("warn", "❚❚"),
            BaseStatus::Canceled => ("calm", "⊘"),
            BaseStatus::Resolved => ("good", "✓"),
            BaseStatus::Closed => ("calm", "✓"),
        };
        TicketStatus { class, sign, name: ticket.status.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::triggers::builder::example::example;
    use model::classification::Classification;
    use model::time::Timestamp;

    #[test]
    fn a_status_shows_its_name_escaped() {
        let ticket = Ticket {
            status: "<b>".into(),
            base_status: BaseStatus::Stopped,
            ..example(&Classification::default(), Timestamp(0))
        };
        let shown = TicketStatus::of(&ticket).to_string();
        assert!(shown.contains("warn") && shown.contains("&#60;b&#62;"), "{shown}");
    }
}
