//! When the changes of an open loop are due. The times are fixed before the first is sent, so a slow answer
//! delays none of them and is paid in full by every change that had to wait behind it.

use crate::clock::SECOND;

/// Changes at an even rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// When the first is due.
    pub(crate) start_ns: u64,
    /// How many a second.
    pub(crate) per_second: u32,
    /// How many in all.
    pub(crate) count: u32,
}

impl Schedule {
    /// The changes of so many seconds.
    pub(crate) fn over(start_ns: u64, per_second: u32, length_ns: u64) -> Self {
        let count = u64::from(per_second) * length_ns / SECOND;
        Self { start_ns, per_second, count: count.try_into().unwrap_or(u32::MAX) }
    }

    /// Each change's number and due time. Counted from the start, so no rounding adds up.
    pub(crate) fn due(self) -> impl Iterator<Item = (u32, u64)> {
        let at = move |seq: u32| self.start_ns + u64::from(seq) * SECOND / u64::from(self.per_second.max(1));
        (0..self.count).map(move |seq| (seq, at(seq)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_at_an_even_rate_without_drift() {
        let schedule = Schedule::over(1_000, 300, 20 * SECOND);
        let due: Vec<(u32, u64)> = schedule.due().collect();
        assert_eq!(due.len(), 6_000);
        assert_eq!(due[0], (0, 1_000));
        assert_eq!(due[300], (300, 1_000 + SECOND));
        assert_eq!(due[5_700], (5_700, 1_000 + 19 * SECOND));
        assert!(due.windows(2).all(|pair| (3_333_333..=3_333_334).contains(&(pair[1].1 - pair[0].1))));
    }

    #[test]
    fn nothing_is_due_in_no_time() {
        assert_eq!(Schedule::over(5, 200, 0).due().count(), 0);
        assert_eq!(Schedule::over(5, 0, SECOND).due().count(), 0);
    }
}
