//! Files over HTTP: reading uploads (`upload`), and `GET /files/{key}`, which both APIs, pages and receivers download by.
//! Does not live here: the endpoints that take uploads (`public::files`, `api::tickets`), who may (engine).

pub(crate) mod download;
mod name;
mod range;
pub(crate) mod upload;
