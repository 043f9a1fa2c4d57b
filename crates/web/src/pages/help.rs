//! `GET /help/{name}`: the documents about webhooks, built into the program, in the reader's language.

use crate::error::Failure;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::classification::Locale;
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;

/// A document: its name in the address, and its text in English, Brazilian Portuguese and Spanish.
struct Document {
    name: &'static str,
    texts: [&'static str; 3],
}

macro_rules! document {
    ($name:literal) => {
        Document {
            name: $name,
            texts: [
                include_str!(concat!("../../../../docs/", $name, ".md")),
                include_str!(concat!("../../../../docs/pt-BR/", $name, ".md")),
                include_str!(concat!("../../../../docs/es/", $name, ".md")),
            ],
        }
    };
}

const DOCUMENTS: [Document; 2] = [document!("webhooks"), document!("webhook-events")];

/// A document as a page shows it.
struct Shown {
    title: String,
    html: String,
}

/// The documents in each language.
static PAGES: LazyLock<Vec<(&str, [Shown; 3])>> = LazyLock::new(|| {
    let shown = |document: &Document| {
        let ids = slugs(&events(document.texts[0]).1);
        (document.name, document.texts.map(|text| render(text, &ids)))
    };
    DOCUMENTS.iter().map(shown).collect()
});

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    frame: Frame,
    /// Made of our own documents, in which HTML is not taken over.
    text: &'static str,
}

/// Shows a document.
pub(crate) async fn handle(viewer: Viewer, Path(name): Path<String>) -> Result<Response, Failure> {
    let found = PAGES.iter().find(|(known, ..)| *known == name);
    let (_, languages) = found.ok_or_else(|| Failure::missing(format_args!("document `{name}`")))?;
    let t: Words = viewer.look.words;
    let shown: &'static Shown = match t.locale() {
        Locale::En => &languages[0],
        Locale::PtBr => &languages[1],
        Locale::Es => &languages[2],
    };
    let mut frame = Frame::new(&viewer, shown.title.clone());
    frame.crumbs.push(crate::view::frame::Crumb { label: t.say("help"), href: None });
    page(&Help { frame, text: &shown.html })
}

/// A document's title, which the page has above, and its other parts.
fn events(text: &str) -> (String, Vec<Event<'_>>) {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut title = String::new();
    if let Some(end) = events.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_)))) {
        title = plain(&events[..end]);
        events.drain(..=end);
    }
    (title, events)
}

/// The ids of a document's headings, in their order.
fn slugs(events: &[Event<'_>]) -> Vec<String> {
    let is_heading = |at: &usize| matches!(events[*at], Event::Start(Tag::Heading { .. }));
    (0..events.len()).filter(is_heading).map(|at| slug(&plain(&events[at..]))).collect()
}

/// A document's title and the HTML of the rest. Headings get these ids: those of the English document in every language, so
/// that an address leads to the same place in all of them.
fn render(text: &str, ids: &[String]) -> Shown {
    let (title, mut events) = events(text);
    let own = slugs(&events);
    let mut left = ids.iter();
    for at in 0..events.len() {
        match &mut events[at] {
            Event::Start(Tag::Heading { id, .. }) => *id = left.next().map(|id| id.clone().into()),
            Event::Start(Tag::Link { dest_url, .. }) => match address(dest_url, &own, ids) {
                Some(address) => *dest_url = address.into(),
                None => unlink(&mut events[at..]),
            },
            Event::Html(raw) | Event::InlineHtml(raw) => events[at] = Event::Text(raw.clone()),
            _ => {}
        }
    }
    let mut html = String::new();
    html::push_html(&mut html, framed(events).into_iter());
    // What scrolls can be reached by keyboard.
    Shown { title, html: html.replace("<pre>", "<pre tabindex=\"0\">") }
}

/// Puts each table into a frame in which it scrolls where the window is narrow, named by the heading above it.
fn framed(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut heading = String::new();
    let mut all = Vec::with_capacity(events.len());
    for mut event in events {
        match &mut event {
            Event::Start(Tag::Heading { id: Some(id), .. }) => heading = id.to_string(),
            Event::Start(Tag::Table(columns)) => {
                // They would become styles within the page, which its policy forbids.
                columns.fill(Alignment::None);
                // An id has no character that means something here.
                let frame = format!(
                    "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-labelledby=\"{heading}\">"
                );
                all.push(Event::Html(frame.into()));
            }
            _ => {}
        }
        let ends = matches!(event, Event::End(TagEnd::Table));
        all.push(event);
        if ends {
            all.push(Event::Html("</div>".into()));
        }
    }
    all
}

/// The words of the heading that these events begin with.
fn plain(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let words = inside.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

/// The id of a heading, as links within a document name it.
fn slug(heading: &str) -> String {
    let letter = |letter: char| match letter {
        ' ' => Some('-'),
        letter if letter.is_alphanumeric() || letter == '-' => Some(letter.to_ascii_lowercase()),
        _ => None,
    };
    heading.chars().filter_map(letter).collect()
}

/// Leaves of a link its text: what it names is not shown here.
fn unlink(events: &mut [Event<'_>]) {
    let end = events.iter().position(|event| matches!(event, Event::End(TagEnd::Link)));
    for at in [Some(0), end].into_iter().flatten() {
        events[at] = Event::Text(CowStr::Borrowed(""));
    }
}

/// Where a link leads from here: to a document that is shown here, to a heading, or out; none for other files.
fn address(link: &str, own: &[String], ids: &[String]) -> Option<String> {
    if let Some(heading) = link.strip_prefix('#') {
        let at = own.iter().position(|known| known == heading)?;
        return ids.get(at).map(|id| format!("#{id}"));
    }
    let name = link.strip_suffix(".md").filter(|name| DOCUMENTS.iter().any(|known| known.name == *name));
    match name {
        Some(name) => Some(format!("/help/{name}")),
        None => link.contains("://").then(|| link.to_owned()),
    }
}

#[cfg(test)]
#[path = "help_tests.rs"]
mod tests;
