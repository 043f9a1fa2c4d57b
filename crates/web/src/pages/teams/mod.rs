//! `/settings/people/teams`: the groups of agents in whose charge tickets are.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod save;

use crate::Shared;
use crate::cursor::{self, Page};
use crate::view::faults::Faults;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use model::access_profile::Grant;
use model::ids::TeamId;
use model::team::Team;

/// Rows of a page.
const ROWS: usize = 100;
/// The name under which cursors of this list are made.
const LIST: &str = "teams-page";
/// The address.
const PATH: &str = "/settings/people/teams";

#[derive(Template)]
#[template(path = "teams.html")]
struct Teams {
    frame: Frame,
    t: Words,
    rows: Vec<Row>,
    next: Option<String>,
    may_write: bool,
    /// The name that was typed for a new team, and what was wrong with it.
    name: String,
    faults: Faults,
}

/// A team of the list.
struct Row {
    id: String,
    /// As it stands, or as somebody typed it.
    name: String,
    active: bool,
    faults: Faults,
}

impl Teams {
    /// The page as it stands.
    fn read(app: &Shared, viewer: &Viewer, cursor: &str) -> Teams {
        let start =
            cursor::read(LIST, cursor).map_or(0, |[at]| usize::try_from(at.saturating_add(1)).unwrap_or(0));
        let directory = app.engine.directory(viewer.caller.domain);
        let found: Vec<(i64, &Team)> = (0..).zip(&directory.teams).skip(start).take(ROWS + 1).collect();
        let row = |(_, team): (i64, &Team)| Row::of(team);
        let Page { items, next_cursor } = Page::of(LIST, found, ROWS, |(at, _)| [*at], row);
        let t = viewer.look.words;
        Teams {
            frame: Frame::new(viewer, t.say("menu-teams")).under("settings").under("menu-people"),
            t,
            rows: items,
            next: next_cursor,
            may_write: viewer.caller.require(Grant::AllowWritingPeople).is_ok(),
            name: String::new(),
            faults: Faults::default(),
        }
    }

    /// The page with what was wrong with the new name of a team.
    fn again(app: &Shared, viewer: &Viewer, id: TeamId, name: String, faults: Faults) -> Teams {
        let mut page = Teams::read(app, viewer, "");
        let active = app.engine.directory(viewer.caller.domain).team(id).is_none_or(|team| team.is_active);
        let (id, typed) = (id.to_string(), name);
        page.rows.retain(|row| row.id != id);
        page.rows.insert(0, Row { id, name: typed, active, faults });
        page
    }
}

impl Row {
    fn of(team: &Team) -> Row {
        let (id, name) = (team.id.to_string(), team.name.clone());
        Row { id, name, active: team.is_active, faults: Faults::default() }
    }
}
