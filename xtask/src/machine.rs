//! What the chores ask of the machine they run on: who runs them, and commands that never read the terminal.

use std::path::Path;
use std::process::{Command, Stdio};

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    number("-u", None) == Some(0)
}

/// Numbers of a user of this machine, and of its group; none if there is no such user.
pub(crate) fn user(name: &str) -> Option<(u32, u32)> {
    Some((number("-u", Some(name))?, number("-g", Some(name))?))
}

/// Bytes that are free in the file system of a directory; none if there is no such directory.
pub(crate) fn free_bytes(directory: &Path) -> u64 {
    rustix::fs::statvfs(directory).map_or(0, |free| free.f_bavail.saturating_mul(free.f_frsize))
}

/// A command of these words that has nothing to read.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or("false"));
    command.args(words.iter().skip(1)).stdin(Stdio::null());
    command
}

fn number(which: &str, name: Option<&str>) -> Option<u32> {
    let words: Vec<&str> = ["id", which].into_iter().chain(name).collect();
    let done = command(&words).output().ok().filter(|done| done.status.success())?;
    String::from_utf8(done.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_known_by_their_numbers() {
        assert_eq!(user("root"), Some((0, 0)));
        assert_eq!(user("no-such-user-anywhere"), None);
    }

    #[test]
    fn a_directory_has_room_and_nothing_has_none() {
        assert!(free_bytes(Path::new("/")) > 0);
        assert_eq!(free_bytes(Path::new("/no/such/directory")), 0);
    }
}
