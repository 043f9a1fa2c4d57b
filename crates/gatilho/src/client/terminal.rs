//! What is known about where the output goes: how wide it is, whether it takes colours; and texts that cannot harm it.

use crate::config::environment;
use anyhow::{Context, Result};
use std::io::{ErrorKind, IsTerminal, Write};

/// Where the output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// Columns; none when it is no terminal, which takes lines of any length.
    pub(crate) width: Option<usize>,
    /// Whether it takes colours.
    pub(crate) colours: bool,
}

/// A colour, for those who want one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    /// As everything else.
    Plain,
    /// Went well.
    Green,
    /// On its way, or worth a look.
    Yellow,
    /// Went wrong.
    Red,
    /// Less important.
    Dim,
}

impl Terminal {
    /// What standard output is.
    pub(crate) fn of_output() -> Self {
        let output = std::io::stdout();
        if !output.is_terminal() {
            return Terminal { width: None, colours: false };
        }
        let size = rustix::termios::tcgetwinsize(&output).ok();
        let width = size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0);
        // The convention of no-color.org.
        let unwanted = environment().any(|(name, value)| {
            (name == "NO_COLOR" && !value.is_empty()) || (name == "TERM" && value == "dumb")
        });
        Terminal { width, colours: !unwanted }
    }

    /// The text in a colour.
    pub(crate) fn paint(self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Plain => return text.to_owned(),
            _ if text.is_empty() => return String::new(),
            Colour::Green => 32,
            Colour::Yellow => 33,
            Colour::Red => 31,
            Colour::Dim => 2,
        };
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A text from elsewhere on one line, without characters that command a terminal.
pub(crate) fn plain(text: &str) -> String {
    let harmless = |letter: char| if letter.is_control() || is_direction(letter) { ' ' } else { letter };
    text.chars().map(harmless).collect()
}

/// The same, and lines stay lines.
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Characters that turn the direction of the text after them.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes a text to standard output. Nobody reading on (`| head`) is no failure.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("the output cannot be written")
        }
        _ => Ok(()),
    }
}

/// Writes the API's JSON as it came, and ends its line.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print_json(text: &str) -> Result<()> {
    print(&format!("{}\n", text.trim_end_matches('\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_elsewhere_cannot_command_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\r\nc\td\u{9b}e\u{202e}"), "a [31mb  c d e ");
        assert_eq!(plain_lines("a\u{1b}\nb\r\nc"), "a \nb\nc");
        assert_eq!(plain("Olá, ação"), "Olá, ação");
    }

    #[test]
    fn colours_only_where_they_are_taken() {
        let bare = Terminal { width: None, colours: false };
        assert_eq!(bare.paint(Colour::Red, "x"), "x");
        let colourful = Terminal { width: Some(80), colours: true };
        assert_eq!(colourful.paint(Colour::Red, "x"), "\u{1b}[31mx\u{1b}[0m");
        assert_eq!(colourful.paint(Colour::Plain, "x"), "x");
    }
}
