//! True without clock, disk or network: the nouns of Gatilho and its two thinking verbs, *match* and *settle*.
//! Nothing here waits, reads a clock or knows how it is stored. A concept keeps its name on every floor above.

pub mod access_profile;
pub mod cause;
pub mod change;
pub mod choices;
pub mod classification;
pub mod client_rights;
pub mod codes;
pub mod compile;
pub mod condition;
pub mod custom_value;
pub mod delivery;
pub mod directory;
pub mod explain;
pub mod facts;
pub mod fault;
pub mod field;
pub mod file;
pub mod history;
pub mod ids;
pub mod inbox;
pub mod integration;
pub mod login;
pub mod matching;
pub mod notice;
pub mod operator;
pub mod outcome;
pub mod payload;
pub mod person;
pub mod person_input;
pub mod person_record;
pub mod reading;
pub mod retry;
#[cfg(test)]
pub(crate) mod samples;
pub mod sla;
pub mod team;
pub mod text;
pub mod ticket;
pub mod ticket_action;
pub mod ticket_command;
pub mod ticket_delta;
pub mod time;
pub mod trigger;
pub mod trigger_action;
pub mod trigger_draft;
