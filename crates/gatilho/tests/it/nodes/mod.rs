//! Several real nodes on one real PostgreSQL: nodes and the database are killed again and again, a standby takes over.
//! In the end the ledger of the receiver and the log must agree.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on should stop")]

mod checked;
mod cluster;
mod copied;
mod failover;
mod kills;
mod load;

use crate::support::{Server, Start};

/// All nodes of a database need the same.
const MASTER_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A node on this database.
fn node(url: &str) -> Server {
    Start::new()
        .env(&[
            ("GATILHO_STORE__DATABASE", url),
            ("GATILHO_SECURITY__MASTER_KEY", MASTER_KEY),
            ("GATILHO_DELIVERY__ANSWER_WITHIN", "500ms"),
            ("GATILHO_DELIVERY__RETRY_EVERY", "200ms"),
            ("GATILHO_DELIVERY__MONITOR_EVERY", "2s"),
            ("GATILHO_LOG__LEVEL", "warn"),
        ])
        .go()
}
