//! What all pages share: words in the reader's language, who looks, the frame around a page, dates, files of the browser,
//! and the headers that keep a page from doing what it should not.
//! Not here: a page itself (`pages`), what a person may do (engine).

pub(crate) mod assets;
pub(crate) mod bell;
pub(crate) mod catalogue;
pub(crate) mod choices;
pub(crate) mod faults;
pub(crate) mod frame;
pub(crate) mod look;
pub(crate) mod menu;
pub(crate) mod notice;
pub(crate) mod page;
pub(crate) mod refusal;
pub(crate) mod status;
pub(crate) mod stored;
pub(crate) mod time;
pub(crate) mod viewer;
pub(crate) mod words;

pub(crate) use frame::Frame;
pub(crate) use look::Look;
pub(crate) use page::page;
pub(crate) use viewer::Viewer;
pub(crate) use words::Words;
