//! The query options of the public API's lists, OData as Movidesk's clients write it: reading them (`lex`, `expression`,
//! `selection`), asking a filter of an answer's own JSON (`evaluate`, `cell`), sorting and cutting answers (`sort`,
//! `project`), and whether a name is one of the answer's (`shape`).
//! Not here: which rows are read from the database (`tickets::list`).

mod cell;
mod evaluate;
pub(crate) mod expression;
mod lex;
mod project;
mod selection;
mod shape;
mod sort;
#[cfg(test)]
mod tests;

use crate::error::Failure;
pub(crate) use cell::instant_ns;
pub(crate) use evaluate::{holds, holds_of};
use expression::Expression;
use model::text;
pub(crate) use project::project;
pub(crate) use selection::Selection;
pub(crate) use shape::Shape;
pub(crate) use sort::{OrderBy, sort};

/// Bytes of one option.
pub(crate) const OPTION_MAX: usize = 16 * 1024;
/// Levels of parentheses, functions and lambdas.
const DEPTH_MAX: usize = 32;
/// Names, values and operators of one option.
const NODES_MAX: usize = 500;

/// The options of a list, as texts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Texts {
    /// `$select`.
    pub(crate) select: Option<String>,
    /// `$expand`.
    pub(crate) expand: Option<String>,
    /// `$filter`.
    pub(crate) filter: Option<String>,
    /// `$orderby`.
    pub(crate) order_by: Option<String>,
}

/// The options of a list, read and compared with the answer's names.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Which members an answer shows: all unless `$select` says otherwise.
    pub(crate) selection: Selection,
    /// Which answers there are.
    pub(crate) filter: Option<Expression>,
    /// In which order.
    pub(crate) order: Vec<OrderBy>,
}

impl Options {
    /// Reads the options for answers of this shape.
    ///
    /// # Errors
    /// What cannot be read, with its place; or a name that the answer does not have.
    pub(crate) fn read(texts: &Texts, shape: &Shape) -> Result<Options, Failure> {
        let mut options = Options::default();
        if let Some(text) = given(&texts.select) {
            selection::read_select(text, &mut options.selection).map_err(|wrong| wrong.told("$select"))?;
        }
        if let Some(text) = given(&texts.expand) {
            selection::read_expand(text, &mut options.selection).map_err(|wrong| wrong.told("$expand"))?;
        }
        shape.check_selection(&options.selection)?;
        if let Some(text) = given(&texts.filter) {
            let filter = expression::read_filter(text).map_err(|wrong| wrong.told("$filter"))?;
            shape.check(&filter, "$filter")?;
            options.filter = Some(filter);
        }
        if let Some(text) = given(&texts.order_by) {
            options.order = expression::read_order(text).map_err(|wrong| wrong.told("$orderby"))?;
            for by in &options.order {
                shape.check(&by.by, "$orderby")?;
            }
        }
        Ok(options)
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// What a list answers when all its answers are at hand: those of the filter, in the order, from `skip` on at most `top`, cut
/// to what is selected.
pub(crate) fn small(
    answers: Vec<serde_json::Value>,
    options: &Options,
    skip: usize,
    top: usize,
) -> Vec<serde_json::Value> {
    let mut kept: Vec<_> = answers
        .into_iter()
        .filter(|answer| options.filter.as_ref().is_none_or(|filter| holds(filter, answer)))
        .collect();
    sort(&mut kept, &options.order);
    kept.into_iter().skip(skip).take(top).map(|answer| project(answer, &options.selection)).collect()
}

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The byte at which it was seen, from 0.
    pub(crate) at: usize,
    /// What would be right.
    pub(crate) what: String,
}

impl Wrong {
    fn new(at: usize, what: impl Into<String>) -> Self {
        Wrong { at, what: what.into() }
    }

    fn told(self, option: &str) -> Failure {
        Failure::fault(option, text!("syntax error at position {at}: {what}", at = self.at, what = self.what))
    }
}
