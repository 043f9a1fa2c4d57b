//! How categories look, and what a caller may write of one.

use crate::error::Failure;
use model::classification::{Category, Classification};
use model::ids::CategoryId;
use serde::Serialize;
use utoipa::ToSchema;

/// A category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub(crate) struct CategoryForm {
    #[schema(value_type = String)]
    id: CategoryId,
    name: String,
    /// `public`, `internal` or `both`.
    ticket_types: &'static str,
    /// Whether it can be chosen.
    is_active: bool,
}

impl From<&Category> for CategoryForm {
    fn from(category: &Category) -> Self {
        CategoryForm {
            id: category.id,
            name: category.name.clone(),
            ticket_types: category.ticket_types.as_str(),
            is_active: category.is_active,
        }
    }
}

/// A new category.
#[derive(ToSchema)]
#[schema(as = CategoryBody)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct CategoryBody {
    #[schema(max_length = 128)]
    name: String,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// New values for a category.
#[derive(ToSchema)]
#[schema(as = CategoryPatch)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what the model reads")]
pub(crate) struct CategoryPatch {
    #[schema(max_length = 128)]
    name: Option<String>,
    /// `public`, `internal` or `both`; both when absent.
    ticket_types: Option<String>,
    /// Whether it can be chosen; true when absent.
    is_active: Option<bool>,
}

/// The category with this id.
///
/// # Errors
/// Not found.
pub(super) fn found(words: &Classification, id: CategoryId) -> Result<CategoryForm, Failure> {
    let found = words.categories.iter().find(|it| it.id == id);
    found.map(CategoryForm::from).ok_or_else(|| Failure::missing(format_args!("category {id}")))
}
