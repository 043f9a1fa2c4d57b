//! The side menu: what somebody may open, in the article's order (Settings > Automation > Triggers).

use super::words::Words;
use engine::Caller;
use model::access_profile::Grant;

/// A group of the side menu.
#[derive(Debug)]
pub(crate) struct Group {
    /// Its heading; empty for what stands alone.
    pub(crate) label: String,
    /// Its links.
    pub(crate) links: Vec<Link>,
}

/// A link of the side menu.
#[derive(Debug)]
pub(crate) struct Link {
    /// Where it leads.
    pub(crate) href: &'static str,
    /// Its text.
    pub(crate) label: String,
    /// Whether the page that is shown stands under it.
    pub(crate) current: bool,
}

struct Entry {
    href: &'static str,
    message: &'static str,
    /// None for everybody.
    needs: Option<Grant>,
}

const fn entry(href: &'static str, message: &'static str, needs: Grant) -> Entry {
    Entry { href, message, needs: Some(needs) }
}

/// Groups by their message, each with its entries.
const MENU: [(&str, &[Entry]); 4] = [
    ("", &[Entry { href: "/tickets", message: "menu-tickets", needs: None }]),
    (
        "menu-automation",
        &[
            entry("/settings/automation/triggers", "menu-triggers", Grant::AllowCreatingTriggers),
            entry("/settings/automation/webhook-log", "menu-webhook-log", Grant::AllowCreatingTriggers),
            entry("/settings/automation/endpoints", "menu-endpoints", Grant::AllowCreatingTriggers),
        ],
    ),
    (
        "menu-people",
        &[
            entry("/settings/people", "menu-people-list", Grant::AllowReadingPeople),
            entry(
                "/settings/people/access-profiles",
                "menu-access-profiles",
                Grant::AllowManagingAccessProfiles,
            ),
            entry("/settings/people/teams", "menu-teams", Grant::AllowReadingPeople),
        ],
    ),
    (
        "menu-account",
        &[
            entry("/settings/account/keys", "menu-keys", Grant::AllowManagingApiKeys),
            entry("/settings/account/integrations", "menu-integrations", Grant::AllowManagingIntegrations),
            entry("/settings/account/domain", "menu-domain", Grant::AllowManagingDomain),
            entry("/settings/classification", "menu-classification", Grant::AllowManagingClassification),
        ],
    ),
];

/// The menu of somebody who looks at `path`. The longest entry that the path stands under is the current one.
pub(crate) fn menu(words: Words, caller: &Caller, path: &str) -> Vec<Group> {
    let may = |entry: &&Entry| entry.needs.is_none_or(|grant| caller.require(grant).is_ok());
    let under =
        |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    let all = MENU.iter().flat_map(|(_, entries)| entries.iter());
    let current = all.map(|entry| entry.href).filter(|href| under(href)).max_by_key(|href| href.len());
    let group = |(message, entries): &(&str, &[Entry])| {
        let link = |entry: &Entry| Link {
            href: entry.href,
            label: words.say(entry.message),
            current: current == Some(entry.href),
        };
        let label = if message.is_empty() { String::new() } else { words.say(message) };
        Group { label, links: entries.iter().filter(may).map(link).collect() }
    };
    MENU.iter().map(group).filter(|group| !group.links.is_empty()).collect()
}
