//! Descriptions: what callers write becomes safe HTML and plain text, both kept. HTML is cleaned here, on its way in.

mod tame;

use ammonia::{Builder, UrlRelative};
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

    /// Keeps plain text as it was typed: what looks like markup is none.
    pub(crate) fn of_plain(written: &str) -> Self {
        let is_text = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        Description::of_text(written.chars().filter(is_text).collect())
    }

    fn of_text(plain: String) -> Self {
        Description { html: escape(&plain), plain }
    }
}

/// What ammonia lets through, and pictures of a mail's own (`cid:`). Addresses without a host would name this server.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner.add_url_schemes(["cid"]).url_relative(UrlRelative::Deny);
    cleaner
});

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
mod tests;
