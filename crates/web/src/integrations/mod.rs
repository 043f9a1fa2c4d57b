//! What halves of integrations say to one another. Each shows the secret that the other one gave it.

pub(crate) mod ask;
pub(crate) mod receive;
