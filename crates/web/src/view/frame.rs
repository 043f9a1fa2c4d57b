//! The frame around a page: title, breadcrumbs, side menu, bell, person menu, and what the last form led to.

use super::bell::Bell;
use super::look::Look;
use super::menu::{Group, menu};
use super::viewer::Viewer;
use super::words::Words;
use super::{assets, look};
use model::classification::Locale;

/// A step of the way to a page.
#[derive(Debug)]
pub(crate) struct Crumb {
    /// Its text.
    pub(crate) label: String,
    /// Where it leads; none for what is no page of its own.
    pub(crate) href: Option<String>,
}

/// What a page says about what just happened; spoken by screen readers.
#[derive(Debug)]
pub(crate) struct Note {
    /// The sentence.
    pub(crate) text: String,
    /// Whether it went wrong.
    pub(crate) bad: bool,
}

/// Everything around a page's content.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The sentences.
    pub(crate) t: Words,
    /// The title of the page, also its heading.
    pub(crate) title: String,
    /// The address of the page, for coming back to it.
    pub(crate) path: String,
    /// The way to it, itself left out.
    pub(crate) crumbs: Vec<Crumb>,
    /// The side menu; empty when nobody is signed in.
    pub(crate) menu: Vec<Group>,
    /// The person's name; none when nobody is signed in.
    pub(crate) name: Option<String>,
    /// The bell; none for whom it is not shown.
    pub(crate) bell: Option<Bell>,
    /// What stands in the search of the top bar.
    pub(crate) searched: String,
    /// What just happened.
    pub(crate) note: Option<Note>,
    /// The page came over plain http from another machine: what is typed can be read on the way.
    pub(crate) plain_http: bool,
    look: Look,
}

/// A language that a person may choose.
#[derive(Debug)]
pub(crate) struct Language {
    /// The tag.
    pub(crate) tag: &'static str,
    /// Its own name.
    pub(crate) name: &'static str,
    /// Whether it is in use.
    pub(crate) current: bool,
}

impl Frame {
    /// A page for somebody who is signed in; `title` is its message.
    pub(crate) fn new(viewer: &Viewer, title: impl Into<String>) -> Frame {
        Frame {
            menu: menu(viewer.look.words, &viewer.caller, &viewer.path),
            name: Some(viewer.name.clone()),
            bell: viewer.bell.clone(),
            note: viewer.note.as_ref().and_then(|id| note(viewer.look.words, id)),
            plain_http: viewer.plain_http,
            ..Frame::bare(viewer.look.clone(), title, &viewer.path)
        }
    }

    /// A page for anybody.
    pub(crate) fn bare(look: Look, title: impl Into<String>, path: &str) -> Frame {
        Frame {
            t: look.words,
            title: title.into(),
            path: path.to_owned(),
            crumbs: Vec::new(),
            menu: Vec::new(),
            name: None,
            bell: None,
            searched: String::new(),
            note: None,
            plain_http: false,
            look,
        }
    }

    /// Adds a step that is no page of its own: a heading of the menu.
    pub(crate) fn under(mut self, message: &str) -> Frame {
        self.crumbs.push(Crumb { label: self.t.say(message), href: None });
        self
    }

    /// Adds a step that leads somewhere.
    pub(crate) fn under_page(mut self, message: &str, href: impl Into<String>) -> Frame {
        self.crumbs.push(Crumb { label: self.t.say(message), href: Some(href.into()) });
        self
    }

    /// The same for a step that has a name of its own.
    pub(crate) fn under_named(mut self, label: String, href: impl Into<String>) -> Frame {
        self.crumbs.push(Crumb { label, href: Some(href.into()) });
        self
    }

    /// The theme's word for the page's root.
    pub(crate) fn theme(&self) -> &'static str {
        self.look.theme.as_str()
    }

    /// The address of a file of the browser.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The languages to choose from, each by its own name.
    pub(crate) fn languages(&self) -> [Language; 3] {
        [(Locale::PtBr, "Português"), (Locale::En, "English"), (Locale::Es, "Español")]
            .map(|(locale, name)| Language { tag: locale.as_str(), name, current: locale == self.t.locale() })
    }

    /// The themes to choose from with their names.
    pub(crate) fn themes(&self) -> [(&'static str, String, bool); 3] {
        use look::Theme::{Auto, Dark, Light};
        [Auto, Light, Dark].map(|theme| {
            let name = match theme {
                Auto => self.t.say("theme-auto"),
                Light => self.t.say("theme-light"),
                Dark => self.t.say("theme-dark"),
            };
            (theme.as_str(), name, theme == self.look.theme)
        })
    }
}

/// The sentence of a note that a redirect named. Only notes that exist are shown: the address bar is not a speaker.
fn note(words: Words, id: &str) -> Option<Note> {
    let message = format!("note-{id}");
    let text = words.say(&message);
    (text != message).then(|| Note { bad: id.starts_with("not-"), text })
}
