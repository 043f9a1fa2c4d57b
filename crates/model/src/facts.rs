//! A ticket's fields, folded for comparison and read at most once for an event.

use crate::field::Field;
use crate::text::fold;
use crate::ticket::Ticket;
use crate::ticket_command::Happenings;
use std::cell::OnceCell;
use std::collections::HashMap;

/// One state of a ticket, folded as it is asked.
pub struct Facts<'t> {
    /// The ticket; none before its creation.
    pub ticket: Option<&'t Ticket>,
    fixed: [OnceCell<Vec<String>>; Field::FIXED.len()],
    /// By number, each folded when it is asked.
    custom: OnceCell<HashMap<i64, OnceCell<Vec<String>>>>,
    /// Whether the custom values are all as they were before the save.
    custom_as_before: OnceCell<bool>,
}

fn folded(field: Field, ticket: &Ticket) -> Vec<String> {
    field.read(ticket).iter().map(|value| fold(value).into_owned()).collect()
}

impl<'t> Facts<'t> {
    /// The facts of a state.
    pub fn new(ticket: Option<&'t Ticket>) -> Self {
        Facts {
            ticket,
            fixed: Default::default(),
            custom: OnceCell::new(),
            custom_as_before: OnceCell::new(),
        }
    }

    /// The folded values of a field; none when it is empty or the ticket did not exist.
    pub fn values(&self, field: Field) -> &[String] {
        let Some(ticket) = self.ticket else { return &[] };
        if let Field::CustomField(id) = field {
            let customs = self.custom.get_or_init(|| {
                let ids = ticket.custom_fields.iter().map(|value| value.custom_field_id);
                ids.map(|id| (id, OnceCell::new())).collect()
            });
            return match customs.get(&id) {
                Some(values) => values.get_or_init(|| folded(field, ticket)),
                None => &[],
            };
        }
        match Field::FIXED.iter().position(|fixed| *fixed == field) {
            Some(at) => self.fixed[at].get_or_init(|| folded(field, ticket)),
            None => &[],
        }
    }
}

/// What conditions are asked about: the original before-state, the state so far, what happened.
pub struct Event<'t> {
    /// Before the save.
    pub before: &'t Facts<'t>,
    /// After the save and the effects so far.
    pub after: Facts<'t>,
    /// What happened besides changed fields.
    pub happenings: &'t Happenings,
}

impl Event<'_> {
    /// Whether the field differs from before the save; at creation, whether it is set.
    pub fn changed(&self, field: Field) -> bool {
        match (self.before.ticket, self.after.ticket) {
            (Some(before), Some(after)) => {
                // Most saves leave all custom values alone: they are compared whole, once.
                let alike = || before.custom_fields == after.custom_fields;
                match field {
                    Field::CustomField(_) if *self.after.custom_as_before.get_or_init(alike) => false,
                    _ => !field.same(before, after),
                }
            }
            (None, Some(_)) => !self.after.values(field).is_empty(),
            (_, None) => false,
        }
    }

    /// Whether the save gave the field this folded value.
    pub fn gained(&self, field: Field, value: &str) -> bool {
        has(self.after.values(field), value) && !has(self.before.values(field), value)
    }
}

/// Whether the folded value is among the folded values.
pub fn has(values: &[String], value: &str) -> bool {
    values.iter().any(|known| known == value)
}
