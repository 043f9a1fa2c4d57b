//! What names of one domain become in another one.

use crate::text::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the names of one field become.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name over there → name here.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Whether a name without an entry stays as it is if this domain has it; reference codes do so only when it says so,
    /// since the same code is somebody else over there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_is: Option<bool>,
    /// The name for all others; none leaves them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

impl Rule {
    /// What a name becomes; `known` answers the name as this domain writes it.
    pub fn pick(&self, theirs: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
        let folded = fold(theirs);
        let entry = self.values.iter().find(|(name, _)| fold(name) == folded).map(|(_, ours)| ours.as_str());
        let as_is = (self.as_is.unwrap_or(true) && !theirs.is_empty()).then_some(theirs);
        let default = self.default.as_deref();
        [entry, as_is, default].into_iter().flatten().find_map(known)
    }

    /// The rule for the way back.
    #[must_use]
    pub fn reversed(&self) -> Rule {
        let values = self.values.iter().map(|(theirs, ours)| (ours.clone(), theirs.clone())).collect();
        Rule { values, as_is: self.as_is, default: None }
    }
}

/// What names become on their way in, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the ticket's field of that name")]
pub struct Mapping {
    pub r#type: Rule,
    pub status: Rule,
    pub urgency: Rule,
    pub category: Rule,
    /// Whole paths, `Root > Leaf`.
    pub service: Rule,
    /// Reference codes.
    pub client: Rule,
}

impl Mapping {
    /// The rules with the names of their fields.
    pub fn rules(&self) -> [(&'static str, &Rule); 6] {
        [
            ("type", &self.r#type),
            ("status", &self.status),
            ("urgency", &self.urgency),
            ("category", &self.category),
            ("service", &self.service),
            ("client", &self.client),
        ]
    }

    /// The mapping for the way back.
    #[must_use]
    pub fn reversed(&self) -> Mapping {
        Mapping {
            r#type: self.r#type.reversed(),
            status: self.status.reversed(),
            urgency: self.urgency.reversed(),
            category: self.category.reversed(),
            service: self.service.reversed(),
            client: self.client.reversed(),
        }
    }
}
