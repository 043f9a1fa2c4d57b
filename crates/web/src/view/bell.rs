//! The bell in the top bar: how much is unread, and the newest notices in a panel that opens without script.

use super::look::Look;
use super::notice::NoticeView;
use super::words::Words;
use crate::Shared;
use askama::Template;
use askama::filters::HtmlSafe;
use engine::Caller;
use futures_util::future::try_join;
use model::access_profile::Grant;

/// Notices in the panel.
const ROWS: i64 = 5;

/// The bell as somebody sees it.
#[derive(Debug, Clone, Template)]
#[template(path = "notices/bell.html")]
pub(crate) struct Bell {
    t: Words,
    /// Unread notices.
    count: i64,
    items: Vec<NoticeView>,
}

/// Its template escapes what it holds.
impl HtmlSafe for Bell {}

impl Bell {
    /// Reads the bell of those to whom notices are told.
    pub(crate) async fn read(app: &Shared, caller: &Caller, look: &Look) -> Option<Bell> {
        caller.require(Grant::AllowCreatingTriggers).ok()?;
        let (reader, domain, person) = (app.engine.reader(), caller.domain, caller.person_id());
        let unread = store::notices::unread(&reader, domain, person);
        let newest = store::notices::page(&reader, domain, person, None, ROWS);
        // A page without a bell is better than none.
        let (count, newest) = try_join(unread, newest).await.ok()?;
        let items = newest.iter().map(|notice| NoticeView::new(look, notice)).collect();
        Some(Bell { t: look.words, count, items })
    }

    /// The number beside the bell.
    fn shown(&self) -> String {
        if self.count > 99 { "99+".to_owned() } else { self.count.to_string() }
    }
}
