//! Descriptions: what callers write becomes safe HTML and plain text, both kept. HTML is cleaned here, on its way in.

mod tame;

use ammonia::Builder;
use std::sync::LazyLock;
use tame::is_tame;

/// Elements whose tags make a text HTML. Other `<words>` are text, so that nothing a person typed gets lost.
const TAGS: &str = " a abbr article b blockquote body br center code dd del div dl dt em font footer form h1 h2 h3 h4 h5 \
    h6 head header hr html i iframe img input li link meta object ol p pre s script section small span strong style sub \
    sup svg table tbody td th thead title tr u ul video ";

/// Elements after which a new line begins.
const BLOCKS: [&str; 20] = [
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "table",
    "dd",
    "dt",
    "section",
    "article",
    "header",
];

/// A description in both forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Without markup.
    pub(crate) plain: String,
    /// Safe to show.
    pub(crate) html: String,
}

impl Description {
    /// Reads what somebody wrote: HTML, or plain text. HTML that would cost too much to parse loses its markup.
    pub(crate) fn read(written: &str) -> Self {
        if !is_html(written) {
            let is_text = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
            return Description::of_text(written.chars().filter(is_text).collect());
        }
        if !is_tame(written) {
            return Description::of_text(plain(written));
        }
        let html = CLEANER.clean(written).to_string();
        Description { plain: plain(&html), html }
    }

    fn of_text(plain: String) -> Self {
        Description { html: escape(&plain), plain }
    }
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(Builder::default);

/// Whether a text has a tag of HTML in it.
fn is_html(text: &str) -> bool {
    // A tag ends before the last `>`: looked for once, since a caller may send a million tags that do not end.
    let Some(last) = text.rfind('>') else { return false };
    text[..last].match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        after.starts_with(|letter: char| letter == '>' || letter == '/' || letter.is_ascii_whitespace())
            && TAGS.split(' ').any(|tag| !tag.is_empty() && tag.eq_ignore_ascii_case(name))
    })
}

/// Plain text as HTML that looks the same.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("<br>"),
            '\r' => {}
            other => html.push(other),
        }
    }
    html
}

/// The text of cleaned HTML: tags gone, lines where a reader sees lines, white space as a reader sees it.
fn plain(html: &str) -> String {
    let mut text = Lines { text: String::with_capacity(html.len()), pre: 0 };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push(&rest[..at]);
        let end = tag_end(&rest[at..]);
        text.tag(&rest[at..at + end]);
        rest = &rest[at + end..];
    }
    text.push(rest);
    text.text.trim().to_owned()
}

/// Where the tag ends that the text begins with. Attributes of cleaned HTML stand in double quotes.
fn tag_end(html: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

struct Lines {
    text: String,
    pre: u32,
}

impl Lines {
    fn tag(&mut self, tag: &str) {
        let inner = tag.trim_start_matches('<');
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let name = &inner[..end];
        match name {
            "br" => self.new_line(),
            // A picture alone is not an empty text.
            "img" => self.text.push_str("[img]"),
            "pre" if closes => self.pre = self.pre.saturating_sub(1),
            "pre" => self.pre += 1,
            "td" | "th" if closes => self.text.push(' '),
            _ => {}
        }
        if BLOCKS.contains(&name) && !self.text.is_empty() && (closes || !self.text.ends_with('\n')) {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        // At most one empty line in a row.
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn push(&mut self, html: &str) {
        let mut rest = html;
        while let Some(letter) = rest.chars().next() {
            let known = || ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
            let entity = if letter == '&' { known() } else { None };
            let (length, letter) =
                entity.map_or((letter.len_utf8(), letter), |(entity, letter)| (entity.len(), *letter));
            rest = &rest[length..];
            let space = entity.is_none() && letter.is_ascii_whitespace() && self.pre == 0;
            match letter {
                _ if !space => self.text.push(letter),
                _ if self.text.is_empty() || self.text.ends_with([' ', '\n']) => {}
                _ => self.text.push(' '),
            }
        }
    }
}

/// The entities that cleaned HTML has; everything else stands as itself.
const ENTITIES: [(&str, char); 5] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{a0}')];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_was_typed() {
        let read = Description::read("a < b && c > d\r\n  \"x\"\u{0}\u{7}");
        assert_eq!(read.plain, "a < b && c > d\r\n  \"x\"");
        assert_eq!(read.html, "a &lt; b &amp;&amp; c &gt; d<br>  &quot;x&quot;");
        for text in ["if x<y and z>w", "Vec<u8>", "<nome@exemplo.com>", "&amp; stays", "1 <br", "<p"] {
            assert_eq!(Description::read(text).plain, text);
        }
    }

    #[test]
    fn html_is_made_safe() {
        let read = Description::read(
            "<p onclick=\"x()\">Olá <b>mundo</b></p><script>alert(1)</script><a href=\"javascript:x\">y</a>",
        );
        assert_eq!(read.html, "<p>Olá <b>mundo</b></p><a rel=\"noopener noreferrer\">y</a>");
        assert_eq!(read.plain, "Olá mundo\ny");
        assert!(!Description::read("<svg onload=alert(1)>").html.contains("onload"));
        assert!(!Description::read("<ScRiPt>alert(1)</sCrIpT>").html.contains("alert"));
    }

    #[test]
    fn plain_text_of_html_has_the_lines_a_reader_sees() {
        for (html, plain) in [
            ("<p>one</p><p>two</p>", "one\ntwo"),
            ("one<br>two<br/>\nthree", "one\ntwo\nthree"),
            ("<div>a\n   b</div>  <div>c&nbsp;&amp;&lt;d&gt;</div>", "a b\nc\u{a0}&<d>"),
            ("<ul><li>x</li><li>y</li></ul>z", "x\ny\n\nz"),
            ("<pre>a\n  b</pre>c", "a\n  b\nc"),
            ("<p title=\"a>b\">t</p>", "t"),
            ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
            ("a<br><br><br><br>b", "a\n\nb"),
        ] {
            assert_eq!(Description::read(html).plain, plain, "{html}");
        }
    }

    #[test]
    fn html_that_costs_too_much_keeps_its_text() {
        let deep = format!("{}deep &amp; <i>safe</i>", "<div>".repeat(20_000));
        let read = Description::read(&deep);
        assert_eq!((read.plain.as_str(), read.html.as_str()), ("deep & safe", "deep &amp; safe"));
    }

    #[test]
    fn nothing_to_see_is_empty() {
        for text in ["", "<p></p>", "<p>&nbsp; </p>", "<script>x</script>"] {
            assert_eq!(Description::read(text).plain, "", "{text}");
        }
        assert_eq!(Description::read("<img src=\"https://a.example/x.png\">").plain, "[img]");
    }
}
