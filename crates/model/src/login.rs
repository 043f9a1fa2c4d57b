//! Logging in: names as they are compared, what a password must be, when a session is over, and how long somebody who
//! guesses has to wait.
//! Does not live here: hashing (engine `passwords`), how log-ins are stored.

use crate::fault::Fault;
use crate::text;
use crate::text::fold;
use crate::time::Timestamp;

/// Characters of a password, at least.
pub const PASSWORD_MIN: usize = 8;
/// Characters of a password, at most: hashing has to be bounded.
pub const PASSWORD_MAX: usize = 128;
/// Characters of a user name or an e-mail address, at most.
pub const NAME_MAX: usize = 128;

/// Failures in a row that cost nothing: people mistype.
const FREE_FAILURES: u32 = 5;
/// The wait after the first failure that costs; it doubles with each further one.
const FIRST_WAIT_MS: i64 = 2_000;
/// The longest wait.
const WAIT_MAX_MS: i64 = 15 * 60 * 1_000;

/// A user name or an e-mail address as names are compared: without blanks around it, without case and accents. None when
/// it cannot be a name.
pub fn login_name(text: &str) -> Option<String> {
    let folded = fold(text.trim()).into_owned();
    let fits = !folded.is_empty() && folded.chars().count() <= NAME_MAX;
    (fits && !folded.chars().any(char::is_control)).then_some(folded)
}

/// Checks a new password.
pub fn check_password(faults: &mut Vec<Fault>, field: &str, password: &str) {
    let length = password.chars().count();
    if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
        let message = text!(
            "has {length} characters; a password has {min} to {max} characters",
            length,
            min = PASSWORD_MIN,
            max = PASSWORD_MAX
        );
        faults.push(Fault::new(field, message));
    }
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLife {
    /// Unused for this long, it is over: milliseconds.
    pub idle_ms: i64,
    /// Over after this long, used or not: milliseconds.
    pub end_ms: i64,
}

impl SessionLife {
    /// Whether a session is over that was seen then and ends at the latest then.
    pub fn is_over(self, seen_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> bool {
        ends_at <= now || seen_at.plus_ms(self.idle_ms) <= now
    }
}

impl Default for SessionLife {
    /// 12 hours unused, 30 days in all.
    fn default() -> Self {
        SessionLife { idle_ms: 12 * 3_600_000, end_ms: 30 * 24 * 3_600_000 }
    }
}

/// How long to wait after this many failures in a row, of which `free` cost nothing: milliseconds.
pub fn wait_ms(failures: u32, free: u32) -> i64 {
    let Some(costly) = failures.checked_sub(free.max(1)) else { return 0 };
    FIRST_WAIT_MS.checked_shl(costly.min(20)).unwrap_or(WAIT_MAX_MS).min(WAIT_MAX_MS)
}

/// The same for one name from one address.
pub fn wait_of_name_ms(failures: u32) -> i64 {
    wait_ms(failures, FREE_FAILURES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_blanks_around() {
        assert_eq!(login_name(" Ana.Ávila@Desk.Example ").as_deref(), Some("ana.avila@desk.example"));
        for none in ["", "  ", "a\0b", "a\nb", &"x".repeat(129)] {
            assert_eq!(login_name(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_password_has_8_to_128_characters() {
        let faults = |password: &str| {
            let mut faults = Vec::new();
            check_password(&mut faults, "password", password);
            faults.len()
        };
        assert_eq!([faults("ação1234"), faults(&"x".repeat(128))], [0, 0]);
        assert_eq!([faults(""), faults("ação123"), faults(&"x".repeat(129))], [1, 1, 1]);
    }

    #[test]
    fn a_session_is_over_when_unused_or_at_its_end() {
        let life = SessionLife { idle_ms: 10, end_ms: 100 };
        let over = |seen, now| life.is_over(Timestamp(seen), Timestamp(100), Timestamp(now));
        assert_eq!([over(0, 9), over(0, 10), over(95, 99), over(95, 100)], [false, true, false, true]);
    }

    #[test]
    fn guessing_waits_longer_each_time_and_never_longer_than_a_quarter_of_an_hour() {
        let waits = [0, 4, 5, 6, 7, 30, u32::MAX].map(wait_of_name_ms);
        assert_eq!(waits, [0, 0, 2_000, 4_000, 8_000, 900_000, 900_000]);
    }
}
