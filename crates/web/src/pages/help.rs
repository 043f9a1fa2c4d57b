//! `GET /help/{name}`: the documents about webhooks, built into the program. They are written in English.

use crate::error::Failure;
use crate::view::{Frame, Viewer, Words, page};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd, html};
use std::sync::LazyLock;

/// A document by its name in the address.
const DOCUMENTS: [(&str, &str); 2] = [
    ("webhooks", include_str!("../../../../docs/webhooks.md")),
    ("webhook-events", include_str!("../../../../docs/webhook-events.md")),
];

/// The documents as pages show them: name, title, HTML.
static PAGES: LazyLock<Vec<(&str, String, String)>> = LazyLock::new(|| {
    let read = |(name, text): (&'static str, &str)| {
        let (title, html) = render(text);
        (name, title, html)
    };
    DOCUMENTS.map(read).into()
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
    let (_, title, text) = found.ok_or_else(|| Failure::missing(format_args!("document `{name}`")))?;
    let t: Words = viewer.look.words;
    let mut frame = Frame::new(&viewer, title.clone());
    frame.crumbs.push(crate::view::frame::Crumb { label: t.say("help"), href: None });
    page(&Help { frame, text })
}

/// A document's title and the HTML of the rest. Headings get the ids that links within it name.
fn render(text: &str) -> (String, String) {
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let mut title = String::new();
    if let Some(end) = events.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_)))) {
        title = plain(&events[..end]);
        // The page has its title above.
        events.drain(..=end);
    }
    for at in 0..events.len() {
        if matches!(events[at], Event::Start(Tag::Heading { .. })) {
            let words = plain(&events[at..]);
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(slug(&words).into());
            }
        }
        match &mut events[at] {
            Event::Start(Tag::Link { dest_url, .. }) => match address(dest_url) {
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
    (title, html.replace("<pre>", "<pre tabindex=\"0\">"))
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

/// Where a link leads from here: to a document that is shown here, or to where it stands; none for other files.
fn address(link: &CowStr<'_>) -> Option<String> {
    let name = link.strip_suffix(".md").filter(|name| DOCUMENTS.iter().any(|(known, _)| known == name));
    match name {
        Some(name) => Some(format!("/help/{name}")),
        None if link.starts_with('#') || link.contains("://") => Some(link.to_string()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_of_a_document_leads_somewhere() {
        for (name, _, html) in PAGES.iter() {
            for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let known = match link.strip_prefix('#') {
                    Some(id) => html.contains(&format!("id=\"{id}\"")),
                    None => {
                        link.starts_with("https://")
                            || PAGES.iter().any(|(page, ..)| link == format!("/help/{page}"))
                    }
                };
                assert!(known, "{name}: {link}");
            }
        }
    }

    #[test]
    fn a_table_scrolls_in_a_frame_that_the_keyboard_reaches() {
        let (_, html) = render("# A\n\n## The keys\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n");
        let frame = "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-labelledby=\"the-keys\"><table>";
        assert!(html.contains(frame) && html.contains("</table>\n</div>"), "{html}");
    }

    #[test]
    fn html_in_a_document_is_text() {
        let (title, html) =
            render("# A `b`\n\n<script>x</script>\n\nSee [here](configuration.md)\n\n## Is it so?\n");
        assert_eq!(title, "A b");
        assert!(html.contains("<p>See here</p>"), "a file that is not shown keeps its name: {html}");
        assert!(!html.contains("<script>") && html.contains("id=\"is-it-so\""), "{html}");
    }
}
