//! What somebody who waits gets to see: one line that changes in a terminal, else a line every five seconds.

use std::io::{IsTerminal as _, Write as _, stderr};

use crate::clock::{SECOND, now_ns};

const EVERY_NS: u64 = 5 * SECOND;

/// Lines longer than this might wrap, and then they cannot be taken back.
const WIDTH: usize = 78;

/// The display, on standard error.
pub(crate) struct Progress {
    terminal: bool,
    title: String,
    next_ns: u64,
}

impl Progress {
    /// Looks whether anybody is watching.
    pub(crate) fn new() -> Self {
        Self { terminal: stderr().is_terminal(), title: String::new(), next_ns: 0 }
    }

    /// Starts a new part of the run.
    pub(crate) fn title(&mut self, title: &str) {
        title.clone_into(&mut self.title);
        self.next_ns = 0;
        self.show("");
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, state: &str) {
        if self.terminal {
            self.write(&format!("\r\x1b[2K{}", line(&self.title, state)));
        } else if now_ns() >= self.next_ns {
            self.next_ns = now_ns() + EVERY_NS;
            self.write(&format!("{}\n", line(&self.title, state)));
        }
    }

    /// Takes the line back.
    pub(crate) fn clear(&self) {
        if self.terminal {
            self.write("\r\x1b[2K");
        }
    }

    fn write(&self, text: &str) {
        // A closed standard error is no reason to stop measuring.
        let _ = stderr().write_all(text.as_bytes()).and_then(|()| stderr().flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(title: &str, state: &str) -> String {
    let text = if state.is_empty() { title.to_owned() } else { format!("{title} · {state}") };
    if text.chars().count() <= WIDTH {
        return text;
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_never_wrap() {
        assert_eq!(line("steady", "3/20 s"), "steady · 3/20 s");
        assert_eq!(line("steady", ""), "steady");
        let long = line("a", &"é".repeat(100));
        assert_eq!(long.chars().count(), WIDTH);
        assert!(long.ends_with('…'));
    }
}
