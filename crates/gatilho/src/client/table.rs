//! Tables for people: aligned columns, as wide as the terminal allows. What stands in them is decided elsewhere.

use super::terminal::{Colour, Terminal, plain};

/// Spaces between two columns.
const GAP: usize = 2;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its heading.
    pub(super) title: &'static str,
    /// Numbers stand to the right.
    pub(super) right: bool,
    /// How narrow it may become when the terminal is; columns without this keep their width.
    pub(super) at_least: Option<usize>,
}

impl Column {
    /// A column that keeps its width.
    pub(super) const fn fixed(title: &'static str) -> Self {
        Column { title, right: false, at_least: None }
    }

    /// A column of numbers.
    pub(super) const fn number(title: &'static str) -> Self {
        Column { title, right: true, at_least: None }
    }

    /// A column that may be shortened to `at_least`.
    pub(super) const fn text(title: &'static str, at_least: usize) -> Self {
        Column { title, right: false, at_least: Some(at_least) }
    }
}

/// A cell: a text from anywhere, and a colour.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    colour: Colour,
}

impl Cell {
    /// A text in a colour.
    pub(super) fn painted(text: &str, colour: Colour) -> Self {
        Cell { text: plain(text), colour }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell::painted(text.as_ref(), Colour::Plain)
    }
}

/// The table as text, each line ended. Rows have a cell for each column.
pub(super) fn table(columns: &[Column], rows: &[Vec<Cell>], terminal: Terminal) -> String {
    let widths = widths(columns, rows, terminal.width);
    let titles: Vec<Cell> = columns.iter().map(|column| Cell::painted(column.title, Colour::Dim)).collect();
    let mut text = String::new();
    for row in std::iter::once(&titles).chain(rows) {
        let cells = columns.iter().zip(&widths).zip(row);
        let line: Vec<String> =
            cells.map(|((column, width), cell)| field(cell, column.right, *width, terminal)).collect();
        text.push_str(line.join(&" ".repeat(GAP)).trim_end());
        text.push('\n');
    }
    text
}

fn field(cell: &Cell, right: bool, width: usize, terminal: Terminal) -> String {
    let shown = shorten(&cell.text, width);
    let space = " ".repeat(width.saturating_sub(length(&shown)));
    let painted = terminal.paint(cell.colour, &shown);
    if right { format!("{space}{painted}") } else { format!("{painted}{space}") }
}

/// The width of each column: what its longest cell needs, less what the terminal lacks, taken from the last columns
/// that may give.
fn widths(columns: &[Column], rows: &[Vec<Cell>], available: Option<usize>) -> Vec<usize> {
    let longest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| length(&cell.text)).max();
    let needed = columns.iter().enumerate();
    let mut widths: Vec<usize> =
        needed.map(|(at, column)| length(column.title).max(longest(at).unwrap_or(0))).collect();
    let Some(available) = available else { return widths };
    let total: usize = widths.iter().sum::<usize>() + GAP * columns.len().saturating_sub(1);
    let mut lacking = total.saturating_sub(available);
    for (column, width) in columns.iter().zip(&mut widths).rev() {
        if let Some(least) = column.at_least {
            let given = width.saturating_sub(least.max(length(column.title))).min(lacking);
            *width -= given;
            lacking -= given;
        }
    }
    widths
}

/// The text in at most `width` characters; an ellipsis stands for what is missing.
pub(super) fn shorten(text: &str, width: usize) -> String {
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
        [Column::fixed("ID"), Column::number("TICKET"), Column::text("URL", 8), Column::text("ERROR", 6)];

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
    fn a_narrow_terminal_shortens_the_last_columns_first() {
        let lines = |width| shown(Some(width)).lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(48)[1], "dlv_1        7  https://a.example/ação  answere…");
        assert_eq!(
            lines(40)[1],
            "dlv_1        7  https://a.exampl…  answ…"
                .replace("answ…", "answe…")
                .replace("exampl…", "examp…")
        );
        for width in [40, 48, 60] {
            assert!(lines(width).iter().all(|line| line.chars().count() <= width), "{width}");
        }
        assert!(lines(10)[1].contains("dlv_1 "), "what must stay stays, and the line breaks where it will");
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
