//! Looks at a PostgreSQL server: its version, its tables' version, its clock, its connections, its copies, its nodes, its
//! growth. Each judgement is a pure function of what the server told; asking it is in `ask` alone.

use super::data::Growth;
use super::database::{self, judge_schema};
use super::findings::{Finding, Findings, bytes};
use crate::config::sections::ServerUrl;
use engine::SystemClock;
use model::time::Clock;
use std::time::Duration;
use store::db::{OpenError, ReadError, Replication, Room, Schema, ServerInspection};
use store::nodes::{self, Node};
use store::overview::{self, Overview};

/// The oldest server that is supported, as servers count: 150018 is 15.18.
const VERSION_LEAST: i64 = 150_000;

/// Clocks this far apart are worth a look: times of different nodes are compared, and signatures carry them.
const SKEW_WARNED_MS: i64 = 1_000;

/// Clocks this far apart put the order of what is due, and what receivers make of a signature's time, in doubt.
const SKEW_MAX_MS: i64 = 5_000;

/// Past this share of the connections a few more users of the server take the last ones.
const CONNECTIONS_MUCH_PERCENT: i64 = 70;

/// A little more than between two beats of a node: one that lives shows itself in this time.
const BEAT_WITHIN: Duration = Duration::from_millis(3_500);

/// What a server told.
#[derive(Debug)]
struct Facts {
    room: Room,
    schema: Schema,
    /// Its clock less ours.
    skew_ms: i64,
    replication: Replication,
    /// None when its tables are not those that this binary knows.
    tables: Option<Tables>,
}

/// What stands in the tables.
#[derive(Debug)]
struct Tables {
    overview: Overview,
    /// Who had a number,
    nodes: Vec<Node>,
    /// and a moment later.
    nodes_later: Vec<Node>,
}

/// Connections of a server.
#[derive(Debug, Clone, Copy)]
struct Connections {
    /// `max_connections`, less those kept for superusers.
    allowed: i64,
    /// Nodes that have a number; none counts as the one about to start.
    nodes: i64,
    /// What one node takes.
    each: i64,
    /// What everybody takes at this moment.
    taken: i64,
}

impl Connections {
    fn wanted(self) -> i64 {
        self.nodes.max(1) * self.each
    }
}

/// Looks; `each`: connections that a node takes.
pub(super) fn look(url: &ServerUrl, each: usize, findings: &mut Findings) {
    const ADVICE: &str =
        "see to it that the server runs, and that store.database names it, its user and its database";
    // Fails only when a provider is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let asked = match runtime {
        Ok(runtime) => runtime.block_on(ask(url)),
        Err(error) => Err(error.to_string()),
    };
    match asked {
        Ok(facts) => judge(&facts, i64::try_from(each).unwrap_or(i64::MAX), findings),
        Err(why) => findings.problem("database", why, ADVICE),
    }
}

/// Asks the server, changing nothing; else why not.
async fn ask(url: &ServerUrl) -> Result<Facts, String> {
    let refused = |error: OpenError| error.to_string();
    let told = |error: ReadError| error.to_string();
    let server = ServerInspection::of(url.reveal()).map_err(refused)?;
    let room = server.room().await.map_err(told)?;
    let schema = server.schema().await.map_err(told)?;
    let before = SystemClock.now().0;
    let theirs = server.clock_ms().await.map_err(told)?;
    let skew_ms = skew(theirs, before, SystemClock.now().0);
    let replication = server.replication().await.map_err(told)?;
    let tables = match is_known(&schema) {
        true => Some(tables(&server).await.map_err(told)?),
        false => None,
    };
    Ok(Facts { room, schema, skew_ms, replication, tables })
}

async fn tables(server: &ServerInspection) -> Result<Tables, ReadError> {
    let nodes = nodes::seen(server).await?;
    let beat = tokio::time::sleep(if nodes.is_empty() { Duration::ZERO } else { BEAT_WITHIN });
    let overview = overview::read_server(server, SystemClock.now()).await?;
    beat.await;
    Ok(Tables { overview, nodes, nodes_later: nodes::seen(server).await? })
}

fn is_known(schema: &Schema) -> bool {
    schema.found == schema.known && schema.diverged.is_none()
}

/// How far a clock is before ours that was read between two moments of ours.
fn skew(theirs: i64, before: i64, after: i64) -> i64 {
    if theirs < before { theirs.saturating_sub(before) } else { theirs.saturating_sub(after).max(0) }
}

fn judge(facts: &Facts, each: i64, findings: &mut Findings) {
    findings.push(judge_version(facts.room.version));
    findings.push(judge_schema(&facts.schema, "pg_dump"));
    findings.push(judge_skew(facts.skew_ms));
    let nodes = facts.tables.as_ref().map_or(0, |tables| tables.nodes_later.len());
    let allowed = facts.room.connections;
    findings.push(judge_connections(Connections {
        allowed,
        nodes: i64::try_from(nodes).unwrap_or(i64::MAX),
        each,
        taken: facts.room.taken,
    }));
    findings.push(judge_replication(&facts.replication));
    if let Some(tables) = &facts.tables {
        findings.push(judge_nodes(&tables.nodes, &tables.nodes_later));
        database::tell(&tables.overview, findings);
        let growth = database::growth(&tables.overview, facts.room.bytes);
        findings.push(judge_growth(growth, facts.room.bytes));
    }
}

fn judge_nodes(before: &[Node], later: &[Node]) -> Finding {
    const CHECK: &str = "nodes";
    let is_silent =
        |node: &&Node| before.iter().any(|old| old.incarnation == node.incarnation && old.beat == node.beat);
    let named = |nodes: &[&Node]| {
        let names: Vec<String> = nodes
            .iter()
            .map(|node| format!("{} (number {}, beat {})", node.name, node.number, node.beat))
            .collect();
        names.join(", ")
    };
    let silent: Vec<&Node> = later.iter().filter(is_silent).collect();
    if !silent.is_empty() {
        return Finding::warning(
            CHECK,
            format!("{} of {} show no life: {}", silent.len(), later.len(), named(&silent)),
            "another node ends them within 20 s and takes their work; look at those machines, and start a node if none runs",
        );
    }
    match later {
        [] => Finding::ok(CHECK, "none runs on this database"),
        nodes => {
            Finding::ok(CHECK, format!("{} live: {}", nodes.len(), named(&nodes.iter().collect::<Vec<_>>())))
        }
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
    let Connections { allowed, nodes, each, taken } = connections;
    let wanted = connections.wanted();
    let who = if nodes > 1 {
        format!("{nodes} nodes of {each} take {wanted}")
    } else {
        format!("a node takes {wanted}")
    };
    let message = format!("{who} of {allowed}; {taken} are open now");
    if wanted > allowed {
        Finding::problem(CHECK, message, ADVICE)
    } else if wanted.max(taken) * 100 > allowed * CONNECTIONS_MUCH_PERCENT {
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
        let told =
            |allowed, nodes| level(&judge_connections(Connections { allowed, nodes, each: 10, taken: 8 }));
        assert_eq!(told(97, 3), "ok");
        assert_eq!(told(97, 7), "warning");
        assert_eq!(told(97, 10), "problem");
        assert_eq!(told(9, 0), "problem", "the node about to start needs its own");
        let crowded = Connections { allowed: 97, nodes: 1, each: 10, taken: 80 };
        assert_eq!(level(&judge_connections(crowded)), "warning", "others take them");
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

    fn node(number: i64, beat: i64) -> Node {
        Node { incarnation: model::ids::IncarnationId(number), number, beat, name: format!("host {number}") }
    }

    #[test]
    fn a_node_whose_beat_stands_still_is_told() {
        let told = |before: &[Node], later: &[Node]| level(&judge_nodes(before, later));
        assert_eq!(told(&[], &[]), "ok");
        assert_eq!(told(&[node(1, 4)], &[node(1, 5), node(2, 0)]), "ok", "one has just begun");
        assert_eq!(told(&[node(1, 4), node(2, 9)], &[node(1, 5)]), "ok", "one has left");
        let finding = judge_nodes(&[node(1, 4), node(2, 9)], &[node(1, 5), node(2, 9)]);
        assert_eq!(level(&finding), "warning");
        assert_eq!(finding.to_string(), "1 of 2 show no life: host 2 (number 2, beat 9)");
    }

    #[test]
    fn a_clock_between_two_moments_is_right() {
        assert_eq!([skew(5, 5, 9), skew(9, 5, 9), skew(12, 5, 9), skew(2, 5, 9)], [0, 0, 3, -3]);
    }

    fn facts(schema: Schema) -> Facts {
        let overview = Overview {
            waiting: 0,
            held: 0,
            failed: 0,
            failing: Vec::new(),
            unread_notices: 0,
            changes_a_day: 10,
            changes: Some(5_120),
        };
        let tables = Tables { overview, nodes: vec![node(1, 4)], nodes_later: vec![node(1, 5), node(2, 0)] };
        let tables = is_known(&schema).then_some(tables);
        let room = Room { version: 150_018, bytes: 1 << 20, connections: 97, taken: 21 };
        Facts { room, schema, skew_ms: 12, replication: replication("", &[]), tables }
    }

    #[test]
    fn a_server_is_judged_in_one_order() {
        let mut findings = Findings::default();
        judge(&facts(Schema { found: 3, known: 3, diverged: None }), 10, &mut findings);
        let text = findings.text();
        for part in [
            "2 nodes of 10 take 20 of 97",
            "2 live: host 1 (number 1, beat 5), host 2",
            "1.0 MiB; 10 changes a day add about 2.0 KiB",
            "in order",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let mut findings = Findings::default();
        judge(&facts(Schema { found: 4, known: 3, diverged: None }), 10, &mut findings);
        assert_eq!((findings.problems(), findings.text().contains("growth")), (1, false));
    }
}
