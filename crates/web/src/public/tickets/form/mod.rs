//! A ticket as clients get it: the members of a real answer of Movidesk, in its order, nulls present. What Gatilho has no
//! value for is null or empty, never left out. One file for each kind of object.

mod action;
mod client;
mod custom_field;
mod ticket;

use crate::public::reference::ReferenceForm;
use model::person::PersonRef;
use model::time::Timestamp;
pub(crate) use ticket::TicketForm;

/// Nothing, always: a member that Movidesk has and Gatilho has no value for.
type Null = Option<()>;

fn person(person: Option<&PersonRef>) -> Option<ReferenceForm<'_>> {
    person.map(ReferenceForm::from)
}

fn date(instant: Option<Timestamp>) -> Option<String> {
    instant.map(Timestamp::to_movidesk)
}
