//! Which database a setting names: SQLite in a directory, or a PostgreSQL server by its address.
//!
//! An address holds a password, so it prints only in parts that are known to be harmless. What is checked is what an
//! operator may mistype; whether a server answers there is found out by whoever connects.

use std::fmt;
use std::path::PathBuf;

use super::secret::{MASK, Secret};

const FORM: &str = "write postgres://USER:PASSWORD@HOST:5432/DATABASE or sqlite:DIRECTORY, or nothing for SQLite in store.data";

/// What an address may say behind its `?`.
const PARAMETERS: [&str; 12] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "sslmode",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// Finds the primary among several hosts.
const READ_WRITE: (&str, &str) = ("target_session_attrs", "read-write");

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// SQLite, in a directory that belongs to one process.
    Directory(PathBuf),
    /// PostgreSQL, which nodes may share.
    Server(ServerUrl),
}

/// The checked address of a PostgreSQL server. It prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    whole: Secret,
    shown: String,
}

impl ServerUrl {
    /// The address with its password, for whoever connects.
    pub(crate) fn reveal(&self) -> &str {
        self.whole.reveal()
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Database {
    /// Reads it; nothing written means none named.
    ///
    /// # Errors
    /// What would be right, without what was written.
    pub(crate) fn parse(text: &str) -> Result<Option<Database>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) && !text.starts_with("sqlite:") {
            return Err(FORM.to_owned());
        }
        if let Some(directory) = text.strip_prefix("sqlite:") {
            // The forms of an address: sqlite:///var/lib is /var/lib.
            let directory = directory.strip_prefix("//").unwrap_or(directory);
            return match directory {
                "" => Err("name a directory, such as sqlite:/var/lib/gatilho".to_owned()),
                directory => Ok(Some(Database::Directory(PathBuf::from(directory)))),
            };
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let shown = shown(rest.ok_or_else(|| FORM.to_owned())?)?;
        Ok(Some(Database::Server(ServerUrl { whole: Secret::from(text.to_owned()), shown })))
    }
}

/// Checks what follows the scheme, and says it without its password.
fn shown(rest: &str) -> Result<String, String> {
    let (who, place) =
        rest.split_once('@').ok_or("must name a user before an @: postgres://USER:PASSWORD@HOST/DATABASE")?;
    if place.contains('@') {
        return Err("holds more than one @: write the ones in a password as %40".to_owned());
    }
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    let (place, parameters) = place.split_once('?').unwrap_or((place, ""));
    let (hosts, name) = place.split_once('/').unwrap_or((place, ""));
    if user.is_empty() || user.contains(['/', '?', '#']) {
        return Err("must name a user before the @, with / ? # written as %2F %3F %23".to_owned());
    }
    if name.is_empty() || name.contains(['/', '#']) {
        return Err(
            "must name a database after the host: postgres://USER:PASSWORD@HOST:5432/DATABASE".to_owned()
        );
    }
    let hosts: Vec<&str> = hosts.split(',').collect();
    if !hosts.iter().all(|host| is_host(host)) {
        return Err(
            "must name hosts as HOST:PORT, several with commas between: db-1:5432,db-2:5432".to_owned()
        );
    }
    check_parameters(parameters, hosts.len())?;
    let mask = if password.is_empty() { String::new() } else { format!(":{MASK}") };
    Ok(format!("postgres://{user}{mask}@{}/{name}", hosts.join(",")))
}

/// A name or an address, with or without a port. A directory of sockets is written with `%2F`.
fn is_host(text: &str) -> bool {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (host, port) = match bracketed {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, port.strip_prefix(':').or(Some(""))),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    !host.is_empty() && !host.contains(['#', '?', '[', ']']) && port.is_none_or(is_port)
}

fn check_parameters(text: &str, hosts: usize) -> Result<(), String> {
    let pairs: Vec<(&str, &str)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    // A wrong name may be a piece of a password with a ? in it, so it is not repeated.
    if !pairs.iter().all(|(name, value)| PARAMETERS.contains(name) && !value.is_empty()) {
        return Err(format!("after ? may stand NAME=VALUE with & between, of {}", PARAMETERS.join(", ")));
    }
    let sessions = pairs.iter().find(|(name, _)| *name == READ_WRITE.0).map(|(_, value)| *value);
    match sessions {
        Some("read-write") => Ok(()),
        None | Some("any") if hosts == 1 => Ok(()),
        _ => Err(format!(
            "must say {}={}: several hosts need it, since one of them is a standby, and nothing else suits a writer",
            READ_WRITE.0, READ_WRITE.1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> ServerUrl {
        match Database::parse(text) {
            Ok(Some(Database::Server(url))) => url,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_prints_without_its_password_and_its_parameters() {
        for (text, shown) in [
            ("postgres://me:hush@db/desk", "postgres://me:•••@db/desk"),
            ("postgresql://me@db:5433/desk?sslmode=require", "postgres://me@db:5433/desk"),
            ("postgres://me:hu%40sh@[::1]:5432/desk", "postgres://me:•••@[::1]:5432/desk"),
            ("postgres://me:hush@%2Frun%2Fpostgresql/desk", "postgres://me:•••@%2Frun%2Fpostgresql/desk"),
            (
                "postgres://me:hush@a:1,b:2/desk?target_session_attrs=read-write&options=hush",
                "postgres://me:•••@a:1,b:2/desk",
            ),
        ] {
            let url = server(text);
            assert_eq!(url.to_string(), shown);
            assert_eq!(url.reveal(), text);
            assert!(!format!("{:?}", Database::Server(url)).contains("hush"));
        }
    }

    #[test]
    fn a_directory_may_be_named_in_both_forms() {
        for text in ["sqlite:/var/lib/gatilho", "sqlite:///var/lib/gatilho"] {
            assert_eq!(Database::parse(text), Ok(Some(Database::Directory("/var/lib/gatilho".into()))));
        }
        assert_eq!(Database::parse("sqlite:my data"), Ok(Some(Database::Directory("my data".into()))));
        assert_eq!(Database::parse(""), Ok(None));
    }

    #[test]
    fn what_is_refused_says_what_is_right_and_repeats_nothing() {
        for (text, part) in [
            ("hush", "postgres://USER:PASSWORD@HOST:5432/DATABASE or sqlite:DIRECTORY"),
            ("mysql://me:hush@db/desk", "postgres://USER"),
            ("postgres://me:hush @db/desk", "postgres://USER"),
            ("sqlite:", "name a directory"),
            ("postgres://db/hush", "must name a user"),
            ("postgres://:hush@db/desk", "must name a user"),
            ("postgres://me:hu@sh@db/desk", "%40"),
            ("postgres://me:hush@db", "must name a database"),
            ("postgres://me:hush@db/", "must name a database"),
            ("postgres://me:hush@db:0/desk", "HOST:PORT"),
            ("postgres://me:hush@db:x/desk", "HOST:PORT"),
            ("postgres://me:hush@/desk", "HOST:PORT"),
            ("postgres://me:hush@db/desk?password=hush", "NAME=VALUE"),
            ("postgres://me:hush@db/desk?target_session_attrs=read-only", "read-write"),
            ("postgres://me:hush@a,b/desk", "target_session_attrs=read-write"),
        ] {
            let refused = Database::parse(text).expect_err(text);
            assert!(refused.contains(part) && !refused.contains("hush"), "{text}: {refused}");
        }
    }
}
