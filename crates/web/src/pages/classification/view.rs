//! The page of a kind of words.

use super::PATH;
use super::kind::{Kind, Row};
use super::typed::Typed;
use crate::Shared;
use crate::cursor::{self, Page as Rows};
use crate::view::faults::Faults;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::classification::{BaseStatus, CustomFieldKind, Noun};

/// Rows of a page.
const ROWS: usize = 100;
/// Services that are offered to stand above a new one; others can be typed.
const OFFERED: usize = 200;

#[derive(Template)]
#[template(path = "classification.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) t: Words,
    /// The kinds: address, message, whether it is this one.
    pub(super) tabs: Vec<(String, String, bool)>,
    pub(super) action: String,
    pub(super) kind: Kind,
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<String>,
    pub(super) new: Typed,
    pub(super) faults: Faults,
    pub(super) bases: [&'static str; 6],
    pub(super) kinds: Vec<&'static str>,
    /// Paths of services that can stand above a new one.
    pub(super) parents: Vec<String>,
}

impl Page {
    /// The page as it stands.
    pub(super) fn read(app: &Shared, viewer: &Viewer, kind: Kind, cursor: &str) -> Page {
        let words = app.engine.classification(viewer.caller.domain);
        let list = format!("{}-page", kind.slug());
        let start =
            cursor::read(&list, cursor).map_or(0, |[at]| usize::try_from(at.saturating_add(1)).unwrap_or(0));
        let found = kind.rows(&words, start, ROWS + 1);
        let Rows { items, next_cursor } = Rows::of(&list, found, ROWS, |(at, _)| [*at], |(_, row)| row);
        let t = viewer.look.words;
        let title = t.say(&format!("words-{}", kind.slug()));
        let tab = |other: Kind| (other.address(), t.say(&format!("words-{}", other.slug())), other == kind);
        let parents = words.services.iter().filter(|service| service.is_active && service.path.len() < 3);
        let parents = parents.map(|service| service.path.join(" > ")).take(OFFERED).collect();
        Page {
            frame: Frame::new(viewer, title).under("settings").under_page("menu-classification", PATH),
            t,
            tabs: Kind::ALL.into_iter().map(tab).collect(),
            action: kind.address(),
            kind,
            rows: items,
            next: next_cursor,
            new: Typed::default(),
            faults: Faults::default(),
            bases: BaseStatus::ALL.map(BaseStatus::as_str),
            kinds: CustomFieldKind::ALL.iter().map(|(word, _)| *word).collect(),
            parents: if kind.0 == Noun::Service { parents } else { Vec::new() },
        }
    }

    /// The page with what was wrong with a change of a word, which stands first then.
    pub(super) fn again(
        app: &Shared,
        viewer: &Viewer,
        kind: Kind,
        number: i64,
        (typed, faults): (Option<Typed>, Faults),
    ) -> Page {
        let mut page = Page::read(app, viewer, kind, "");
        let words = app.engine.classification(viewer.caller.domain);
        let all = kind.rows(&words, 0, usize::MAX);
        let Some((_, mut row)) = all.into_iter().find(|(_, row)| row.number == number) else { return page };
        if let Some(typed) = typed {
            row.typed = typed;
        }
        row.faults = faults;
        page.rows.retain(|other| other.number != number);
        page.rows.insert(0, row);
        page
    }

    fn is_status(&self) -> bool {
        self.kind.0 == Noun::Status
    }

    fn is_service(&self) -> bool {
        self.kind.0 == Noun::Service
    }

    fn is_field(&self) -> bool {
        self.kind.0 == Noun::CustomField
    }
}
