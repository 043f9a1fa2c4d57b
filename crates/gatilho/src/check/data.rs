//! Looks at the data directory: its rights, its lock, its key, its disk. The database in it is looked at in `database`.

use super::findings::{Findings, bytes};
use crate::config::Config;
use crate::config::secret::MasterKey;
use crate::config::sections::Database;
use crate::keys;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use store::db::Inspection;

/// Less than this is as good as nothing: the write-ahead log alone may need as much for a moment.
const FREE_LEAST: u64 = 128 << 20;

/// A disk that lasts this long at the present growth gives time to act.
const DAYS_LEFT: u64 = 14;

/// How fast the database grows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    /// Changes in 24 h.
    pub(super) changes_a_day: i64,
    /// What they add; none when it cannot be told.
    pub(super) bytes_a_day: Option<u64>,
}

/// Looks at the directory; answers whether there is one that can be looked into.
pub(super) fn directory(config: &Config, findings: &mut Findings) -> bool {
    const CHECK: &str = "data directory";
    let path = &config.store.data;
    let shown = path.display();
    let mode = match path.metadata() {
        Ok(found) if found.is_dir() => found.permissions().mode() & 0o777,
        Ok(_) => {
            findings.problem(
                CHECK,
                format!("{shown} is no directory"),
                "name another one with --data or store.data",
            );
            return false;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            missing(path, findings);
            return false;
        }
        Err(error) => {
            findings.problem(
                CHECK,
                format!("{shown} cannot be looked at: {error}"),
                "run this as the server's user",
            );
            return false;
        }
    };
    // What is made here has no name and is gone at once.
    if let Err(error) = tempfile::tempfile_in(path) {
        let advice = "give the server's user the right to write there, or run this as that user";
        findings.problem(CHECK, format!("{shown} cannot be written: {error}"), advice);
    } else if mode & 0o077 != 0 {
        let message = format!(
            "{shown} can be looked into by others (mode {mode:03o}); it holds other people's tickets"
        );
        findings.warning(CHECK, message, format!("chmod 700 {shown}"));
    } else {
        findings.ok(CHECK, format!("{shown}, writable"));
    }
    true
}

fn missing(path: &Path, findings: &mut Findings) {
    const CHECK: &str = "data directory";
    let shown = path.display();
    let above = path
        .ancestors()
        .skip(1)
        .map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let nearest = above.into_iter().find(|above| above.exists()).unwrap_or(Path::new("/"));
    match tempfile::tempfile_in(nearest) {
        Ok(_) => findings.warning(
            CHECK,
            format!("{shown} does not exist: the first start of `gatilho serve` makes it"),
            "if there should be data already, name its directory with --data or store.data",
        ),
        Err(error) => findings.problem(
            CHECK,
            format!("{shown} does not exist and cannot be made in {}: {error}", nearest.display()),
            "make it as the server's user, or name another one with --data or store.data",
        ),
    }
}

/// Tells whether a server uses the directory; answers it.
pub(super) fn lock(config: &Config, findings: &mut Findings) -> bool {
    const CHECK: &str = "server";
    match store::db::is_in_use(&config.store.data) {
        Ok(true) => {
            findings.ok(CHECK, "a server runs on this data");
            true
        }
        Ok(false) => {
            findings.ok(CHECK, "no server runs on this data");
            false
        }
        Err(error) => {
            findings.warning(
                CHECK,
                format!("whether one runs cannot be told: {error}"),
                "run this as the server's user",
            );
            false
        }
    }
}

/// Looks at the key that opens the secrets in the database.
pub(super) fn master_key(config: &Config, findings: &mut Findings) {
    const CHECK: &str = "master key";
    if config.security.master_key.is_some() {
        return findings.ok(CHECK, "from the settings");
    }
    let path = keys::file(&config.store.data);
    let shown = path.display();
    match key_file(&path) {
        Ok((true, mode)) if mode & 0o077 == 0 => findings.ok(CHECK, format!("{shown}, for its owner alone")),
        Ok((true, mode)) => {
            let message = format!("{shown} can be read by others (mode {mode:03o}), and opens every secret");
            findings.problem(CHECK, message, format!("chmod 600 {shown}"));
        }
        Ok((false, _)) => {
            findings.problem(
                CHECK,
                format!("{shown} holds no master key"),
                "put the right file back from a backup",
            );
        }
        Err(error)
            if error.kind() == ErrorKind::NotFound
                && matches!(config.store.database, Database::Server(_)) =>
        {
            findings.warning(
                CHECK,
                format!("{shown} does not exist: the first start of `gatilho serve` makes it"),
                "all nodes on one database need the same key: set security.master_key, or copy the file of the first",
            );
        }
        Err(error) if error.kind() == ErrorKind::NotFound => match Inspection::open(&config.store.data) {
            Ok(None) => findings.ok(CHECK, "made by the first start"),
            _ => findings.problem(
                CHECK,
                format!("{shown} is gone: the signing secrets in the database cannot be read without it"),
                "put it back from a backup, or set security.master_key to what it held",
            ),
        },
        Err(error) => {
            findings.problem(
                CHECK,
                format!("{shown} cannot be read: {error}"),
                "run this as the server's user",
            );
        }
    }
}

/// Whether the file holds a key, and its rights.
fn key_file(path: &Path) -> std::io::Result<(bool, u32)> {
    let mode = path.metadata()?.permissions().mode() & 0o777;
    let text = std::fs::read_to_string(path)?;
    Ok((MasterKey::parse(text.trim()).is_some(), mode))
}

/// Compares the free space with what a day adds.
pub(super) fn space(config: &Config, growth: Option<Growth>, findings: &mut Findings) {
    const CHECK: &str = "disk space";
    let above = config.store.data.ancestors().find(|above| above.exists()).unwrap_or(Path::new("."));
    let free = match rustix::fs::statvfs(above) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            findings.warning(CHECK, format!("it cannot be told: {error}"), "look at the disk yourself");
            return;
        }
    };
    let Growth { changes_a_day, bytes_a_day } =
        growth.unwrap_or(Growth { changes_a_day: 0, bytes_a_day: Some(0) });
    let Some(a_day) = bytes_a_day else {
        return judge(free, None, format!("{} free; {changes_a_day} changes a day", bytes(free)), findings);
    };
    let days = free.checked_div(a_day);
    let message = match days {
        None => format!("{} free", bytes(free)),
        Some(days) => {
            let days = if days > 999 { "more than 999".to_owned() } else { days.to_string() };
            let a_day = bytes(a_day);
            format!("{} free; {changes_a_day} changes a day add about {a_day}: {days} days", bytes(free))
        }
    };
    judge(free, days, message, findings);
}

fn judge(free: u64, days: Option<u64>, message: String, findings: &mut Findings) {
    const CHECK: &str = "disk space";
    const ADVICE: &str = "free space, take a larger disk, or keep less (retention.keep)";
    match days {
        _ if free < FREE_LEAST => findings.problem(CHECK, message, ADVICE),
        Some(0) => findings.problem(CHECK, message, ADVICE),
        Some(days) if days < DAYS_LEFT => findings.warning(CHECK, message, ADVICE),
        _ => findings.ok(CHECK, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_full_within_a_day_is_a_problem() {
        let told = |free: u64, days: Option<u64>| {
            let mut findings = Findings::default();
            judge(free, days, String::new(), &mut findings);
            (findings.problems(), format!("{findings:?}").contains("Warning"))
        };
        assert_eq!(told(1 << 40, None), (0, false));
        assert_eq!(told(1 << 40, Some(400)), (0, false));
        assert_eq!(told(1 << 40, Some(3)), (0, true));
        assert_eq!(told(1 << 40, Some(0)), (1, false));
        assert_eq!(told(1 << 20, Some(400)), (1, false));
        assert_eq!(told(1 << 20, None), (1, false));
    }
}
