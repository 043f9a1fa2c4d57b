//! Looks at the database without its lock and without changing it: its version, its pages, its log, what waits in it.

use super::data::Growth;
use super::findings::{Finding, Findings, bytes};
use crate::config::Config;
use engine::SystemClock;
use model::time::Clock;
use std::time::Duration;
use store::db::{Inspection, ReadError, Schema, Sizes, Soundness};
use store::overview::{self, COUNTED_MAX, Overview};

/// How long every page may be looked at. A running server does not mind, but its log grows meanwhile.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// A log of this length says that something keeps it from being copied into the database.
const LOG_MUCH: u64 = 256 << 20;

/// Looks; answers how fast the database grows, if that can be told.
pub(super) fn look(config: &Config, findings: &mut Findings) -> Option<Growth> {
    const CHECK: &str = "database";
    let database = match Inspection::open(&config.store.data) {
        Ok(Some(database)) => database,
        Ok(None) => {
            findings.ok(CHECK, "none yet: the first start of `gatilho serve` makes it");
            return None;
        }
        Err(error) => {
            findings.problem(
                CHECK,
                error,
                "run this as the server's user; if it is damaged, restore the last backup",
            );
            return None;
        }
    };
    let readable = schema(&database, findings);
    soundness(&database, findings);
    let sizes = match database.sizes() {
        Ok(sizes) => sizes,
        Err(error) => {
            findings.problem(CHECK, error, "if it is damaged, stop, and restore the last backup");
            return None;
        }
    };
    log(sizes, findings);
    let overview = readable.then(|| overview::read(&database, SystemClock.now()))?;
    match overview {
        Ok(overview) => {
            tell(&overview, findings);
            Some(growth(&overview, sizes.used))
        }
        Err(error) => {
            findings.warning("deliveries", error, "ask the running server: `gatilho delivery list`");
            None
        }
    }
}

/// What waits, what failed, and what nobody has read.
pub(super) fn tell(overview: &Overview, findings: &mut Findings) {
    deliveries(overview, findings);
    endpoints(overview, findings);
    notices(overview, findings);
}

/// Compares the versions; answers whether the tables are those this binary knows.
fn schema(database: &Inspection, findings: &mut Findings) -> bool {
    const CHECK: &str = "database";
    let schema = match database.schema() {
        Ok(schema) => schema,
        Err(error) => {
            findings.problem(CHECK, error, "if it is damaged, stop, and restore the last backup");
            return false;
        }
    };
    findings.push(judge_schema(&schema, "gatilho backup FILE"));
    schema.found == schema.known && schema.diverged.is_none()
}

/// Compares the version of the tables with the one this binary knows; `backup` is how to keep what is there.
pub(super) fn judge_schema(schema: &Schema, backup: &str) -> Finding {
    const CHECK: &str = "database";
    let (found, known) = (schema.found, schema.known);
    if found > known {
        Finding::problem(
            CHECK,
            format!("it is of version {found}, and this gatilho knows versions up to {known}"),
            "install the newer gatilho again, or restore a backup made before the change",
        )
    } else if let Some(version) = schema.diverged {
        Finding::problem(
            CHECK,
            format!("its version {version} was made by a different build of gatilho"),
            "use that build, or restore a backup",
        )
    } else if found < known {
        Finding::warning(
            CHECK,
            format!("it is of version {found}: the next start of `gatilho serve` brings it to {known}"),
            format!("make a backup before with `{backup}`: there is no way back"),
        )
    } else {
        Finding::ok(CHECK, format!("of version {found}, as this gatilho needs it"))
    }
}

fn soundness(database: &Inspection, findings: &mut Findings) {
    const CHECK: &str = "pages";
    const ADVICE: &str =
        "stop the server, keep the files, and restore the last backup; look for faults of the disk";
    match database.soundness(LOOK_WITHIN) {
        Ok(Soundness::Sound) => findings.ok(CHECK, "all sound"),
        Ok(Soundness::Unfinished) => {
            let seconds = LOOK_WITHIN.as_secs();
            let message =
                format!("nothing wrong in the {seconds} s that were looked; a backup looks at all of them");
            findings.ok(CHECK, message);
        }
        Ok(Soundness::Damaged(lines)) => {
            findings.problem(CHECK, format!("the database is damaged:\n{}", lines.join("\n")), ADVICE);
        }
        Err(ReadError::Unavailable(why)) => findings.problem(CHECK, why, ADVICE),
        Err(error) => findings.warning(CHECK, error, "run this again"),
    }
}

fn log(sizes: Sizes, findings: &mut Findings) {
    const CHECK: &str = "write-ahead log";
    if sizes.log > LOG_MUCH {
        findings.warning(
            CHECK,
            format!("{}, much more than it should need", bytes(sizes.log)),
            "look for a program that holds the database open for long, such as a backup or a database shell",
        );
    } else {
        findings.ok(CHECK, format!("{}; database {}", bytes(sizes.log), bytes(sizes.used + sizes.free)));
    }
}

fn deliveries(overview: &Overview, findings: &mut Findings) {
    const CHECK: &str = "deliveries";
    let Overview { waiting, held, failed, .. } = *overview;
    let message = format!(
        "{} waiting, {} held, {} failed in the last 24 h",
        count(waiting),
        count(held),
        count(failed)
    );
    let advice = [
        (held > 0, "held ones go on when their endpoint is resumed: `gatilho delivery list --status held`"),
        (
            failed > 0,
            "`gatilho delivery list --status failed` tells why, `gatilho delivery resend --status failed` sends again",
        ),
    ];
    let advice: Vec<&str> = advice.into_iter().filter_map(|(given, text)| given.then_some(text)).collect();
    match advice.is_empty() {
        true => findings.ok(CHECK, message),
        false => findings.warning(CHECK, message, advice.join("\n")),
    }
}

fn endpoints(overview: &Overview, findings: &mut Findings) {
    const CHECK: &str = "endpoints";
    const NAMED: usize = 3;
    let failing = &overview.failing;
    if failing.is_empty() {
        return findings.ok(CHECK, "none is failing");
    }
    let mut names: Vec<String> = failing.iter().take(NAMED).map(|url| web::mask_url(url)).collect();
    if failing.len() > NAMED {
        names.push(format!("and {} more", failing.len() - NAMED));
    }
    let message = format!("{} failing: {}", failing.len(), names.join(", "));
    findings.warning(CHECK, message, "`gatilho delivery list --url URL` tells why");
}

fn notices(overview: &Overview, findings: &mut Findings) {
    match overview.unread_notices {
        0 => findings.ok("notices", "none that nobody has read"),
        1 => findings.warning("notices", "1 that nobody has read", NOTICES),
        more => findings.warning("notices", format!("{more} that nobody has read"), NOTICES),
    }
}

const NOTICES: &str = "GET /api/v1/notices shows them; POST /api/v1/notices/{id}/read marks one read";

fn count(number: i64) -> String {
    if number >= COUNTED_MAX { format!("{COUNTED_MAX} or more") } else { number.to_string() }
}

/// What a day adds: each change with all that follows from it weighs as much as the average of those kept.
pub(super) fn growth(overview: &Overview, used: u64) -> Growth {
    let changes = overview.changes.and_then(|changes| u64::try_from(changes).ok());
    let a_day = u64::try_from(overview.changes_a_day).unwrap_or(0);
    let bytes_a_day = match changes {
        None => None,
        Some(0) => Some(0),
        Some(changes) => u64::try_from(u128::from(used) * u128::from(a_day) / u128::from(changes)).ok(),
    };
    Growth { changes_a_day: overview.changes_a_day, bytes_a_day }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overview(changes_a_day: i64, changes: Option<i64>) -> Overview {
        let (waiting, held, failed, failing, unread_notices) = (0, 0, 0, Vec::new(), 0);
        Overview { waiting, held, failed, failing, unread_notices, changes_a_day, changes }
    }

    #[test]
    fn growth_is_the_share_of_a_day() {
        let a_day = |changes_a_day, changes| growth(&overview(changes_a_day, changes), 1_000_000).bytes_a_day;
        assert_eq!(a_day(10, Some(100)), Some(100_000));
        assert_eq!(a_day(0, Some(100)), Some(0));
        assert_eq!(a_day(0, Some(0)), Some(0));
        assert_eq!(a_day(10, None), None);
    }

    #[test]
    fn a_count_that_stopped_says_so() {
        assert_eq!(count(7), "7");
        assert_eq!(count(COUNTED_MAX), "100000 or more");
    }
}
