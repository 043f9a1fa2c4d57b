//! Looks at a PostgreSQL server: its version, its tables' version, its clock, its connections, its copies, its growth.
//! Each judgement is a pure function of what the server told; asking it is in [`ask`] alone.

use super::data::Growth;
use super::database::{self, judge_schema};
use super::findings::{Finding, Findings, bytes};
use crate::config::sections::ServerUrl;
use store::db::{Replication, Schema};
use store::overview::Overview;

/// The oldest server that is supported, as servers count: 150018 is 15.18.
const VERSION_LEAST: i64 = 150_000;

/// Clocks this far apart are worth a look: times of different nodes are compared, and signatures carry them.
const SKEW_WARNED_MS: i64 = 1_000;

/// Clocks this far apart put the order of what is due, and what receivers make of a signature's time, in doubt.
const SKEW_MAX_MS: i64 = 5_000;

/// Past this share of the connections a few more users of the server take the last ones.
const CONNECTIONS_MUCH_PERCENT: i64 = 70;

/// What a server told.
#[derive(Debug)]
struct Facts {
    /// As servers count it.
    version: i64,
    schema: Schema,
    /// Its clock less ours.
    skew_ms: i64,
    connections: Connections,
    replication: Replication,
    overview: Overview,
    growth: Growth,
    /// Of the whole database.
    bytes: u64,
}

/// Connections of a server.
#[derive(Debug, Clone, Copy)]
struct Connections {
    /// `max_connections`, less those kept for superusers.
    allowed: i64,
    /// Nodes that show themselves, with the one about to start.
    nodes: i64,
    /// What one node takes.
    each: i64,
}

impl Connections {
    fn wanted(self) -> i64 {
        self.nodes.max(1) * self.each
    }
}

/// Looks.
pub(super) fn look(url: &ServerUrl, each: usize, findings: &mut Findings) {
    match ask(url, each) {
        Ok(facts) => judge(&facts, findings),
        Err((why, advice)) => findings.warning("database", why, advice),
    }
}

/// Asks the server, changing nothing; else why not, and what to do.
fn ask(url: &ServerUrl, each: usize) -> Result<Facts, (String, String)> {
    Err((
        format!(
            "{url}, for which a node takes {each} connections, cannot be looked into by this command yet"
        ),
        "start a node: it says at once when the server cannot be used; docs/operating.md tells what to watch"
            .into(),
    ))
}

fn judge(facts: &Facts, findings: &mut Findings) {
    findings.push(judge_version(facts.version));
    let readable = facts.schema.found == facts.schema.known && facts.schema.diverged.is_none();
    findings.push(judge_schema(&facts.schema, "pg_dump"));
    findings.push(judge_skew(facts.skew_ms));
    findings.push(judge_connections(facts.connections));
    findings.push(judge_replication(&facts.replication));
    if readable {
        database::tell(&facts.overview, findings);
        findings.push(judge_growth(facts.growth, facts.bytes));
    }
}

fn judge_version(version: i64) -> Finding {
    const CHECK: &str = "server";
    let shown = format!("PostgreSQL {}.{}", version / 10_000, version % 10_000);
    if version < VERSION_LEAST {
        return Finding::problem(CHECK, format!("{shown} is too old"), "upgrade it to 15 or newer");
    }
    Finding::ok(CHECK, shown)
}

fn judge_skew(skew_ms: i64) -> Finding {
    const CHECK: &str = "clock";
    const ADVICE: &str = "keep the clocks of all nodes and of the server right with NTP, such as chrony";
    let apart = skew_ms.unsigned_abs();
    let way = if skew_ms < 0 { "behind" } else { "before" };
    let message = format!("the server's is {apart} ms {way} ours");
    if apart > SKEW_MAX_MS.unsigned_abs() {
        Finding::problem(CHECK, message, ADVICE)
    } else if apart > SKEW_WARNED_MS.unsigned_abs() {
        Finding::warning(CHECK, message, ADVICE)
    } else {
        Finding::ok(CHECK, message)
    }
}

fn judge_connections(connections: Connections) -> Finding {
    const CHECK: &str = "connections";
    const ADVICE: &str = "raise max_connections on the server, run fewer nodes, or lower store.readers";
    let Connections { allowed, nodes, each } = connections;
    let wanted = connections.wanted();
    let message = format!("{} nodes of {each} take {wanted} of {allowed}", nodes.max(1));
    if wanted > allowed {
        Finding::problem(CHECK, message, ADVICE)
    } else if wanted * 100 > allowed * CONNECTIONS_MUCH_PERCENT {
        Finding::warning(CHECK, message, ADVICE)
    } else {
        Finding::ok(CHECK, message)
    }
}

fn judge_replication(replication: &Replication) -> Finding {
    const CHECK: &str = "replication";
    let standbys = &replication.standbys;
    let names: Vec<&str> = standbys.iter().map(|standby| standby.name.as_str()).collect();
    let names = names.join(", ");
    let is_waited_for = standbys.iter().any(|one| matches!(one.sync_state.as_str(), "sync" | "quorum"));
    let wants_one = !replication.synchronous_standby_names.trim().is_empty();
    if standbys.iter().any(|standby| standby.state.is_empty()) {
        let message = "there are standbys, and this user may not see how they are";
        return Finding::warning(CHECK, message, "grant pg_monitor to the user of store.database");
    }
    match (wants_one, is_waited_for) {
        (true, true) => {
            Finding::ok(CHECK, format!("commits wait for a standby ({names}): a failover loses nothing"))
        }
        (true, false) => Finding::problem(
            CHECK,
            "the server waits for a standby that is not there: no commit ends (synchronous_standby_names)",
            "bring the standby back, or empty synchronous_standby_names until it is",
        ),
        (false, _) if standbys.is_empty() => {
            Finding::ok(CHECK, "no standby: what this server's disk loses comes from the last backup")
        }
        (false, _) => Finding::warning(
            CHECK,
            format!(
                "commits do not wait for a standby ({names}): a failover can lose the last ones, though answered 2xx"
            ),
            "name a standby in synchronous_standby_names if none may be lost; docs/operating.md tells what it costs",
        ),
    }
}

fn judge_growth(growth: Growth, size: u64) -> Finding {
    let Growth { changes_a_day, bytes_a_day } = growth;
    let added = bytes_a_day.map_or_else(String::new, |added| format!(" add about {}", bytes(added)));
    // How much room is left only the server's own machine can tell.
    Finding::ok("growth", format!("{}; {changes_a_day} changes a day{added}", bytes(size)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::db::Standby;

    fn level(finding: &Finding) -> &'static str {
        finding.word()
    }

    #[test]
    fn clocks_may_be_a_second_apart() {
        let told = |skew: i64| level(&judge_skew(skew));
        assert_eq!([0, 1_000, -1_000].map(told), ["ok"; 3]);
        assert_eq!([1_001, -1_001, 5_000].map(told), ["warning"; 3]);
        assert_eq!([5_001, -5_001, i64::MIN].map(told), ["problem"; 3]);
        assert!(judge_skew(-2_000).to_string().contains("2000 ms behind ours"));
    }

    #[test]
    fn servers_before_15_are_refused() {
        assert_eq!([140_012, 149_999].map(|version| level(&judge_version(version))), ["problem"; 2]);
        assert_eq!(level(&judge_version(150_000)), "ok");
        assert!(judge_version(150_018).to_string().contains("PostgreSQL 15.18"));
    }

    #[test]
    fn the_nodes_must_find_their_connections() {
        let told = |allowed, nodes| level(&judge_connections(Connections { allowed, nodes, each: 10 }));
        assert_eq!(told(97, 3), "ok");
        assert_eq!(told(97, 7), "warning");
        assert_eq!(told(97, 10), "problem");
        assert_eq!(told(9, 0), "problem", "the node about to start needs its own");
    }

    fn replication(names: &str, standbys: &[(&str, &str)]) -> Replication {
        let standby = |(state, sync_state): &(&str, &str)| Standby {
            name: "b".into(),
            state: (*state).into(),
            sync_state: (*sync_state).into(),
            replay_lag_ms: None,
        };
        Replication {
            standbys: standbys.iter().map(standby).collect(),
            synchronous_standby_names: names.into(),
            synchronous_commit: "on".into(),
        }
    }

    #[test]
    fn a_standby_that_nobody_waits_for_is_told() {
        let told =
            |names: &str, standbys: &[(&str, &str)]| level(&judge_replication(&replication(names, standbys)));
        assert_eq!(told("", &[]), "ok");
        assert_eq!(told("", &[("streaming", "async")]), "warning");
        assert_eq!(told("b", &[("streaming", "sync")]), "ok");
        assert_eq!(told("any 1 (b, c)", &[("streaming", "quorum"), ("streaming", "quorum")]), "ok");
        assert_eq!(told("b", &[]), "problem", "commits hang");
        assert_eq!(told("c", &[("streaming", "async")]), "problem");
        assert_eq!(told("b", &[("", "")]), "warning", "the user may not see it");
    }

    #[test]
    fn a_server_is_judged_in_one_order() {
        let facts = Facts {
            version: 150_018,
            schema: Schema { found: 3, known: 3, diverged: None },
            skew_ms: 12,
            connections: Connections { allowed: 97, nodes: 2, each: 10 },
            replication: replication("", &[]),
            overview: Overview {
                waiting: 0,
                held: 0,
                failed: 0,
                failing: Vec::new(),
                unread_notices: 0,
                changes_a_day: 10,
                changes: Some(100),
            },
            growth: Growth { changes_a_day: 10, bytes_a_day: Some(2_048) },
            bytes: 1 << 20,
        };
        let mut findings = Findings::default();
        judge(&facts, &mut findings);
        let text = findings.text();
        for part in ["2 nodes of 10 take 20 of 97", "1.0 MiB; 10 changes a day add about 2.0 KiB", "in order"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let mut findings = Findings::default();
        judge(&Facts { schema: Schema { found: 4, known: 3, diverged: None }, ..facts }, &mut findings);
        assert_eq!((findings.problems(), findings.text().contains("growth")), (1, false));
    }
}
