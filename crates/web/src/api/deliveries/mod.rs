//! Deliveries: the execution log, one delivery with everything known of it, sending again, calling off.

pub(crate) mod cancel;
mod detail;
mod filter;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod resend;
pub(crate) mod resend_matching;
pub(crate) mod show;
