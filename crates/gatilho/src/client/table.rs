//! Tables for people: aligned columns, as wide as the terminal allows. What stands in them is decided elsewhere.

use super::terminal::{Colour, Terminal, plain};

/// Spaces between two columns.
const GAP: usize = 2;

/// How far the second line of a row stands in, when a row needs two.
const MARGIN: usize = 4;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its heading.
    title: &'static str,
    /// Numbers stand to the right.
    right: bool,
    /// How narrow it may become when the terminal is; columns without this keep their width.
    at_least: Option<usize>,
    /// Whether it goes to a line of its own below when the terminal is too narrow for all.
    below: bool,
}

impl Column {
    /// A column that keeps its width.
    pub(crate) const fn fixed(title: &'static str) -> Self {
        Column { title, right: false, at_least: None, below: false }
    }

    /// A column of numbers.
    pub(crate) const fn number(title: &'static str) -> Self {
        Column { title, right: true, at_least: None, below: false }
    }

    /// A column that may be shortened to `at_least`. The larger this is, the more it gets of a narrow terminal.
    pub(crate) const fn text(title: &'static str, at_least: usize) -> Self {
        Column { title, right: false, at_least: Some(at_least), below: false }
    }

    /// The same; on a terminal too narrow for all columns it stands below the others. Such columns are the last ones.
    pub(crate) const fn long(title: &'static str, at_least: usize) -> Self {
        Column { title, right: false, at_least: Some(at_least), below: true }
    }

    /// The least width that this column can have in a table that needs `width` for it.
    fn least(&self, width: usize) -> usize {
        self.at_least.map_or(width, |least| width.min(least.max(length(self.title))))
    }
}

/// A cell: a text from anywhere, and a colour.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    colour: Colour,
}

impl Cell {
    /// A text in a colour.
    pub(crate) fn painted(text: &str, colour: Colour) -> Self {
        Cell { text: plain(text), colour }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell::painted(text.as_ref(), Colour::Plain)
    }
}

/// The table as text, each line ended. Rows have a cell for each column.
pub(crate) fn table(columns: &[Column], rows: &[Vec<Cell>], terminal: Terminal) -> String {
    let mut widths = needed(columns, rows);
    let least: Vec<usize> = columns.iter().zip(&widths).map(|(column, width)| column.least(*width)).collect();
    let fits = terminal.width.is_none_or(|width| total(&least) <= width);
    let beside = if fits { columns.len() } else { columns.iter().take_while(|column| !column.below).count() };
    widths.truncate(beside);
    if let Some(width) = terminal.width {
        narrow(&mut widths, &least, width);
    }
    let titles: Vec<Cell> = columns.iter().map(|column| Cell::painted(column.title, Colour::Dim)).collect();
    let mut text = line(columns, &widths, &titles, terminal);
    for row in rows {
        text.push_str(&line(columns, &widths, row, terminal));
        text.push_str(&below(row.get(beside..).unwrap_or_default(), terminal));
    }
    text
}

fn line(columns: &[Column], widths: &[usize], row: &[Cell], terminal: Terminal) -> String {
    let cells = columns.iter().zip(widths).zip(row);
    let line: Vec<String> =
        cells.map(|((column, width), cell)| field(cell, column.right, *width, terminal)).collect();
    format!("{}\n", line.join(&" ".repeat(GAP)).trim_end())
}

/// The cells that found no place beside the others, on a line of their own.
fn below(cells: &[Cell], terminal: Terminal) -> String {
    let texts: Vec<&str> =
        cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return String::new();
    }
    let text = texts.join(&" ".repeat(GAP));
    let width = terminal.width.map_or(usize::MAX, |width| width.saturating_sub(MARGIN));
    format!("{}{}\n", " ".repeat(MARGIN), shorten(&text, width))
}

fn field(cell: &Cell, right: bool, width: usize, terminal: Terminal) -> String {
    let shown = shorten(&cell.text, width);
    let space = " ".repeat(width.saturating_sub(length(&shown)));
    let painted = terminal.paint(cell.colour, &shown);
    if right { format!("{space}{painted}") } else { format!("{painted}{space}") }
}

/// The width that each column's longest cell needs.
fn needed(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<usize> {
    let longest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| length(&cell.text)).max();
    let columns = columns.iter().enumerate();
    columns.map(|(at, column)| length(column.title).max(longest(at).unwrap_or(0))).collect()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// Takes what the terminal lacks from the columns that have most beyond their least.
fn narrow(widths: &mut [usize], least: &[usize], available: usize) {
    for _ in available..total(widths) {
        let roomy = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least);
        // Compared as shares of the least, so that a column that may need more keeps more.
        let Some((width, _)) = roomy.max_by_key(|(width, least)| **width * 1_000 / (**least).max(1)) else {
            return;
        };
        *width -= 1;
    }
}

/// The text in at most `width` characters; an ellipsis stands for what is missing.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] =
        [Column::fixed("ID"), Column::number("TICKET"), Column::text("URL", 8), Column::long("ERROR", 6)];

    fn rows() -> Vec<Vec<Cell>> {
        let row = |id: &str, ticket: &str, url: &str, error: &str| {
            vec![Cell::from(id), ticket.into(), url.into(), Cell::painted(error, Colour::Red)]
        };
        vec![
            row("dlv_1", "7", "https://a.example/ação", "answered 503"),
            row("dlv_22", "4711", "https://b.example/", ""),
        ]
    }

    fn shown(width: Option<usize>) -> String {
        table(&COLUMNS, &rows(), Terminal { width, colours: false })
    }

    #[test]
    fn columns_are_aligned_and_nothing_trails() {
        assert_eq!(
            shown(None),
            "ID      TICKET  URL                     ERROR\n\
             dlv_1        7  https://a.example/ação  answered 503\n\
             dlv_22    4711  https://b.example/\n"
        );
        assert_eq!(shown(Some(200)), shown(None));
    }

    #[test]
    fn a_narrow_terminal_shortens_the_long_columns() {
        assert_eq!(
            shown(Some(40)),
            "ID      TICKET  URL            ERROR\n\
             dlv_1        7  https://a.ex…  answered…\n\
             dlv_22    4711  https://b.ex…\n"
        );
        for width in [32, 40, 48] {
            let longest = shown(Some(width)).lines().map(|line| line.chars().count()).max();
            assert!(longest.is_some_and(|longest| longest <= width), "{width}: {longest:?}");
        }
    }

    #[test]
    fn a_very_narrow_one_takes_a_second_line() {
        assert_eq!(
            shown(Some(28)),
            "ID      TICKET  URL\n\
             dlv_1        7  https://a.e…\n    answered 503\n\
             dlv_22    4711  https://b.e…\n"
        );
    }

    #[test]
    fn colours_do_not_move_columns() {
        let colourful = table(&COLUMNS, &rows(), Terminal { width: None, colours: true });
        let mut bare = colourful.clone();
        for code in ["\u{1b}[31m", "\u{1b}[2m", "\u{1b}[0m"] {
            bare = bare.replace(code, "");
        }
        let trimmed: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(trimmed, shown(None).lines().collect::<Vec<_>>());
    }

    #[test]
    fn texts_are_shortened_by_characters() {
        assert_eq!(shorten("ação", 4), "ação");
        assert_eq!(shorten("ações", 4), "açõ…");
        assert_eq!(shorten("abc", 0), "…");
    }
}
