//! The documents lead where they say, are safe to show, and say the same in every language.

use super::*;

/// What a document is made of, without its words: blocks in their order.
fn blocks(text: &str) -> Vec<String> {
    let starts = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => Some(format!("{level:?}")),
        Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with('#') => {
            Some(dest_url.trim_start_matches("../").to_owned())
        }
        Event::Start(Tag::Paragraph) => Some("paragraph".into()),
        Event::Start(Tag::Item) => Some("item".into()),
        Event::Start(Tag::Table(columns)) => Some(format!("table of {}", columns.len())),
        Event::Start(Tag::TableRow) => Some("row".into()),
        _ => None,
    });
    starts.collect()
}

/// What programs say and read, sorted: code within sentences, and blocks of code.
fn code(text: &str) -> Vec<String> {
    let (mut all, mut inside) = (Vec::new(), false);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => inside = true,
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Code(text) => all.push(text.to_string()),
            Event::Text(text) if inside => all.push(text.to_string()),
            _ => {}
        }
    }
    all.sort();
    all
}

#[test]
fn a_document_says_the_same_in_every_language() {
    for document in &DOCUMENTS {
        let [english, others @ ..] = document.texts;
        for (text, language) in others.iter().zip(["pt-BR", "es"]) {
            let name = format!("{language}/{}", document.name);
            assert_eq!(blocks(english), blocks(text), "{name}");
            assert_eq!(code(english), code(text), "{name}");
            assert_ne!(english, *text, "{name}");
        }
    }
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    for (name, languages) in PAGES.iter() {
        for Shown { html, .. } in languages {
            let links: Vec<_> =
                html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert!(!links.is_empty() || *name != "webhooks");
            for link in links {
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
        let count = |what: &str| languages.each_ref().map(|shown| shown.html.matches(what).count());
        for what in ["href=\"#", "href=\"/help", " id=\""] {
            assert!(
                count(what).iter().all(|found| *found == count(what)[0]),
                "{name}: {what} {:?}",
                count(what)
            );
        }
    }
}

#[test]
fn a_table_scrolls_in_a_frame_that_the_keyboard_reaches() {
    let shown = render("# A\n\n## The keys\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n", &["the-keys".into()]);
    let frame = "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-labelledby=\"the-keys\"><table>";
    assert!(shown.html.contains(frame) && shown.html.contains("</table>\n</div>"), "{}", shown.html);
}

#[test]
fn html_in_a_document_is_text() {
    let text = "# A `b`\n\n<script>x</script>\n\nSee [here](configuration.md)\n\n## Is it so?\n";
    let Shown { title, html } = render(text, &slugs(&events(text).1));
    assert_eq!(title, "A b");
    assert!(html.contains("<p>See here</p>"), "a file that is not shown keeps its name: {html}");
    assert!(!html.contains("<script>") && html.contains("id=\"is-it-so\""), "{html}");
}
