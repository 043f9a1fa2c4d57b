//! The integration that keeps a trigger, wherever the trigger is named.

use super::address;
use crate::Shared;
use crate::view::Viewer;
use askama::Template;
use askama::filters::HtmlSafe;
use model::access_profile::Grant;
use model::ids::TriggerId;

/// A tag with the integration's name, which leads there.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r#"<span class="tag wrap" title="{{ text }}"><span aria-hidden="true">⇄</span> {% if href.is_empty() %}<span class="hidden">{{ text }}</span><span aria-hidden="true">{{ name }}</span>{% else %}<a href="{{ href }}" aria-label="{{ text }}">{{ name }}</a>{% endif %}</span>"#
)]
pub(crate) struct Keeper {
    /// The integration's name.
    name: String,
    /// Who keeps it, in a sentence.
    pub(crate) text: String,
    /// Empty for those who may not manage integrations.
    pub(crate) href: String,
}

/// Its template escapes what it holds.
impl HtmlSafe for Keeper {}

impl Keeper {
    /// The integration that keeps a trigger of the reader's domain.
    pub(crate) fn of(app: &Shared, viewer: &Viewer, trigger: TriggerId) -> Option<Keeper> {
        let (id, name) = app.engine.keeper_of(viewer.caller.domain, trigger)?;
        let may_open = viewer.require(Grant::AllowManagingIntegrations).is_ok();
        Some(Keeper {
            text: viewer.look.words.one("kept-by", "name", name.as_str()),
            name,
            href: if may_open { address(id) } else { String::new() },
        })
    }
}
