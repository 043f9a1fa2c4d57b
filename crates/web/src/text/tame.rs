//! Whether HTML can be parsed in time and memory that its length is worth. Parsing costs, for each tag, as much as there
//! are elements open around it: deep nesting makes it quadratic, and formatting that is never closed makes it build its
//! elements anew in each block. Here that cost is estimated in one pass, never too low: where a parser might see
//! something other than tags (comments, scripts, attribute values), tags open elements and close none.

/// Open elements, summed over all tags, up to which HTML is parsed. A long mail has a tenth of it.
const COST_MAX: usize = 1_000_000;

/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Elements that end where the next of their kind begins, with a paragraph in them.
const ENDED_BY_THE_NEXT: [&str; 8] = ["p", "li", "td", "th", "tr", "dd", "dt", "option"];

/// Elements whose end tag ends a paragraph in them.
const BLOCKS: &str = " address article blockquote body center dd div dl dt fieldset footer header li ol section table tbody td \
    tfoot th thead tr ul ";

/// Elements whose content is text.
const TEXT_ONLY: [&str; 9] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"];

/// Whether parsing it costs no more than [`COST_MAX`].
pub(super) fn is_tame(html: &str) -> bool {
    let mut estimate = Estimate { html, open: Vec::new(), cost: 0, certain_from: 0 };
    for (at, found) in html.match_indices(['<', '&']) {
        match found {
            "<" => estimate.tag(at),
            // Each entity is a piece of text of its own.
            _ => estimate.cost += estimate.open.len() / 4 + 8,
        }
        if estimate.cost > COST_MAX {
            return false;
        }
    }
    true
}

struct Estimate<'h> {
    html: &'h str,
    /// Names of the open elements.
    open: Vec<&'h str>,
    cost: usize,
    /// Before this place a parser may see something other than tags.
    certain_from: usize,
}

impl<'h> Estimate<'h> {
    fn tag(&mut self, at: usize) {
        let html = self.html;
        let rest = &html[at + 1..];
        let is_certain = at >= self.certain_from;
        if let Some(name) = name_of(rest) {
            self.opens(name);
            if is_certain {
                self.certain_from = at + 1 + tag_length(rest);
                if is_among(&TEXT_ONLY, name) {
                    self.certain_from = end_of_text(html, self.certain_from, name);
                }
            }
        } else if !is_certain {
            // No element begins here, and whether one ends is not known.
        } else if let Some(name) = rest.strip_prefix('/').and_then(name_of) {
            self.cost += self.open.len();
            self.ends(name);
            self.certain_from = at + 1 + tag_length(rest);
        } else if rest.starts_with("!--") {
            self.certain_from = after(html, at + 4, "-->");
        } else if rest.starts_with("![CDATA[") {
            self.certain_from = after(html, at, "]]>");
        } else if rest.starts_with(['!', '?', '/']) {
            self.certain_from = after(html, at, ">");
        }
    }

    fn opens(&mut self, name: &'h str) {
        self.cost += self.open.len() + 1;
        if is_among(&VOID, name) {
            return;
        }
        if is_among(&ENDED_BY_THE_NEXT, name) {
            self.ends(name);
        }
        self.open.push(name);
    }

    /// Closes an element that nothing, or a paragraph alone, is open in. A parser may have closed it before, but then it
    /// has nothing more open than is counted here: paragraphs do not nest.
    fn ends(&mut self, name: &str) {
        // Two names that are longer than what is looked at may differ.
        if name.len() + 3 >= NAME_MAX {
            return;
        }
        let is = |open: Option<&&str>, name: &str| open.is_some_and(|open| open.eq_ignore_ascii_case(name));
        let is_block = BLOCKS.split(' ').any(|block| block.eq_ignore_ascii_case(name));
        let over = usize::from(is_block && is(self.open.last(), "p"));
        let place = self.open.len().wrapping_sub(over + 1);
        if is(self.open.get(place), name) {
            self.open.truncate(place);
        }
    }
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Bytes of the longest name that is looked at.
const NAME_MAX: usize = 32;

/// The name of the element that begins here, as far as it is looked at.
fn name_of(rest: &str) -> Option<&str> {
    let end = rest
        .bytes()
        .take(NAME_MAX)
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let end = end.unwrap_or_else(|| rest.floor_char_boundary(NAME_MAX));
    rest[..end].starts_with(|letter: char| letter.is_ascii_alphabetic()).then_some(&rest[..end])
}

/// Bytes up to the end of a tag, whether or not quotes hide a `>`.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    let mut seen_end = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => {
                quote = None;
                if seen_end {
                    return at + 1;
                }
            }
            (b'>', None) => return at + 1,
            (b'>', Some(_)) => seen_end = true,
            _ => {}
        }
    }
    rest.len()
}

/// Where the text of an element ends that holds text only.
fn end_of_text(html: &str, from: usize, name: &str) -> usize {
    let ends = html[from..].match_indices("</").map(|(at, _)| from + at);
    let is_end =
        |at: &usize| html[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
    ends.into_iter().find(is_end).unwrap_or(html.len())
}

fn after(html: &str, from: usize, end: &str) -> usize {
    let rest = html.get(from..).unwrap_or_default();
    rest.find(end).map_or(html.len(), |at| from + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_mail_is_tame() {
        let row =
            "<tr><td style=\"a: b\"><p>x<br>y<b>z</b></td><td><a href='https://a.example'>w</a></td></tr>\n";
        let quoted = "<div><blockquote type=\"cite\">".repeat(60);
        let mail = format!("<html><body>{quoted}<table>{}</table></body></html>", row.repeat(500));
        assert!(is_tame(&mail));
        assert!(is_tame(&"<p>unclosed<br>".repeat(100_000)));
        assert!(is_tame(&"<li>x".repeat(100_000)));
        assert!(is_tame(&"a < b ".repeat(100_000)));
        assert!(is_tame(&"<p>A&ccedil;&atilde;o</p>".repeat(20_000)));
    }

    #[test]
    fn what_costs_a_parser_too_much_is_not() {
        let many = |unit: &str| is_tame(&unit.repeat(20_000));
        for unit in [
            "<div>",
            "<ul><li>",
            "<p><b>",
            "<div></b>",
            "<div><!--</div>-->",
            "<div><!--></div>-->",
            "<div><!</div>",
            "<div><?</div>",
            "<div></ /div>",
            "<div a=\"</div>\">",
            "<div a='</div>'>",
            "<div></p a=\"</div>\">",
            "<div><style></div></style>",
            "<svg><g><![CDATA[</g>]]>",
            "<DIV>",
            "<div ",
            "<dt><li>",
            "<td><dt><li></td>",
            "<div><li><b></div></b><dd></li></div><div><dd><b></div></b><li></dd></div>",
            "<ul><b></ul></b><li></ul><dl><b></dl></b><dd></dl>",
            "&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;",
            "<div<div",
            "<a-name-of-more-than-thirty-letters></a-name-of-more-than-thirty-letters2>",
        ] {
            assert!(!many(unit), "{unit}");
        }
        let open: String = (0..300).map(|at| format!("<p><b a={at}></p>")).collect();
        assert!(!is_tame(&format!("{open}{}", "<p>x</p>".repeat(20_000))));
    }
}
