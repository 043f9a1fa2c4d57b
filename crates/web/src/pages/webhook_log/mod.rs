//! `/settings/automation/webhook-log`: the execution log. `list` shows it with its filters (`filter`), counts and rows
//! (`part`) and the last day (`chart`); `show` shows one delivery: what became of it (`delivery`, `attempt`, `next`), what
//! was sent (`request`), why (`why`); `resend` sends one again, `resend_form` and `resend_matching` all of a filter;
//! `cancel` calls one off.

pub(crate) mod attempt;
pub(crate) mod cancel;
pub(crate) mod chart;
pub(crate) mod delivery;
pub(crate) mod filter;
pub(crate) mod list;
pub(crate) mod next;
pub(crate) mod part;
pub(crate) mod request;
pub(crate) mod resend;
pub(crate) mod resend_form;
pub(crate) mod resend_matching;
pub(crate) mod row;
pub(crate) mod show;
pub(crate) mod why;

/// The log's own address.
pub(crate) const LOG: &str = "/settings/automation/webhook-log";
