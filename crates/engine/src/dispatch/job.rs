//! One delivery on its way: what the call needs, and the places that it holds until it is recorded.

use super::lane::{Lane, Turn};
use super::life::Life;
use super::slots::Slot;
use std::sync::Arc;
use store::deliveries::Claim;
use tokio::sync::OwnedSemaphorePermit;

/// A frozen body in memory.
#[derive(Debug)]
pub struct Body {
    /// The exact bytes.
    pub text: Arc<str>,
    /// Something was left out of it.
    pub truncated: bool,
    /// Its share of the memory for bodies.
    pub _permit: Option<OwnedSemaphorePermit>,
}

/// A delivery under this node's lease.
#[derive(Debug)]
pub struct Job {
    /// What was claimed.
    pub claim: Claim,
    /// Its endpoint.
    pub lane: Arc<Lane>,
    /// The life that has it under lease.
    pub life: Arc<Life>,
    /// Its place among the live calls.
    pub slot: Slot,
    /// Its body; read from the database when it is not here.
    pub body: Option<Body>,
    /// Its place in the order of the ticket's first attempts.
    pub turn: Option<Turn>,
}
