//! Lives here: what waits for a connection, bounded in number and weight, and taken by several tasks.
//! Not here: what is done with it (`writer`, `reader`).

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Jobs that wait. Past a bound new ones are refused, so that memory stays bounded while the database is away.
#[derive(Debug)]
pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    ready: Notify,
    jobs_max: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct State<J> {
    jobs: VecDeque<(J, usize)>,
    bytes: usize,
    closed: bool,
}

/// Why a job was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    Closed,
    /// Too many or too heavy ones are waiting.
    Crowded,
}

impl<J> Queue<J> {
    pub(super) fn new(jobs_max: usize, bytes_max: usize) -> Self {
        let state = State { jobs: VecDeque::new(), bytes: 0, closed: false };
        Self { state: Mutex::new(state), ready: Notify::new(), jobs_max, bytes_max }
    }

    /// Nothing can be half done under this lock, so a panic elsewhere does not spoil it.
    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, job: J, bytes: usize) -> Result<(), Full> {
        let mut state = self.state();
        if state.closed {
            return Err(Full::Closed);
        }
        if state.jobs.len() >= self.jobs_max
            || (state.bytes + bytes > self.bytes_max && !state.jobs.is_empty())
        {
            return Err(Full::Crowded);
        }
        state.jobs.push_back((job, bytes));
        state.bytes += bytes;
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits until something is there; false once the queue is closed and empty.
    pub(super) async fn wait(&self) -> bool {
        loop {
            let mut woken = pin!(self.ready.notified());
            // Before looking, so that nothing is missed in between.
            woken.as_mut().enable();
            {
                let state = self.state();
                if !state.jobs.is_empty() {
                    return true;
                }
                if state.closed {
                    return false;
                }
            }
            woken.await;
        }
    }

    /// What waits, at most so many and so heavy, but at least one if there is one.
    pub(super) fn take(&self, jobs_max: usize, bytes_max: usize) -> Vec<J> {
        let mut state = self.state();
        let mut taken = Vec::new();
        let mut weight = 0;
        while taken.len() < jobs_max
            && let Some((job, bytes)) = state.jobs.pop_front()
        {
            if weight + bytes > bytes_max && !taken.is_empty() {
                state.jobs.push_front((job, bytes));
                break;
            }
            weight += bytes;
            state.bytes -= bytes;
            taken.push(job);
        }
        let left = !state.jobs.is_empty();
        drop(state);
        if left {
            self.ready.notify_one();
        }
        taken
    }

    /// Nothing more is accepted; what waits is still taken.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.ready.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_waits_is_bounded_by_number_and_weight() {
        let queue = Queue::new(3, 100);
        assert_eq!(queue.push(1, 500), Ok(()), "one alone is always taken");
        assert_eq!(queue.push(2, 1), Err(Full::Crowded));
        assert_eq!(queue.take(10, 10), [1]);
        for job in 2..5 {
            assert_eq!(queue.push(job, 30), Ok(()));
        }
        assert_eq!(queue.push(5, 1), Err(Full::Crowded));
        assert_eq!(queue.take(10, 60), [2, 3]);
        queue.close();
        assert_eq!(queue.push(6, 1), Err(Full::Closed));
        assert!(queue.wait().await, "what waits is still taken");
        assert_eq!(queue.take(10, 60), [4]);
        assert!(!queue.wait().await);
    }
}
