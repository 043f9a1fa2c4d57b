//! Giving a trigger the new name of a word, in its conditions and its actions.

use crate::classification::Renaming;
use crate::condition::{Conditions, Node, Wanted};
use crate::field::Field;
use crate::text::same;
use crate::trigger::TriggerDraft;
use crate::trigger_action::TriggerAction;

/// Puts the new name wherever the trigger says the old one. Answers whether it did.
pub fn rename(draft: &mut TriggerDraft, renamings: &[Renaming]) -> bool {
    let mut changed = rename_in(&mut draft.conditions, renamings);
    for action in &mut draft.actions {
        if let TriggerAction::SetStatus { status, .. } = action {
            changed |= put(status, Field::Status, renamings);
        }
    }
    changed
}

/// Whether the trigger puts tickets into this status.
pub fn sets_status(draft: &TriggerDraft, name: &str) -> bool {
    draft.actions.iter().any(|action| match action {
        TriggerAction::SetStatus { status, .. } => same(status, name),
        TriggerAction::Webhook { .. } | TriggerAction::AddTag { .. } => false,
    })
}

/// Each value once, so that two names that change places do.
fn put(value: &mut String, field: Field, renamings: &[Renaming]) -> bool {
    let known = renamings.iter().find(|renaming| renaming.field == field && same(&renaming.was, value));
    if let Some(renaming) = known {
        value.clone_from(&renaming.is);
    }
    known.is_some()
}

fn rename_in(conditions: &mut Conditions, renamings: &[Renaming]) -> bool {
    let mut changed = false;
    for node in conditions.all.iter_mut().chain(&mut conditions.any) {
        match node {
            Node::Block(block) => changed |= rename_in(block, renamings),
            Node::Leaf(condition) => match &mut condition.value {
                Wanted::Nothing => {}
                Wanted::One(value) => changed |= put(value, condition.field, renamings),
                Wanted::Many(values) => {
                    for value in values {
                        changed |= put(value, condition.field, renamings);
                    }
                }
            },
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{line, trigger};
    use serde_json::json;

    #[test]
    fn every_place_that_says_the_name_gets_the_new_one() {
        let whole = |name: &str| {
            trigger(
                1,
                json!({
                    "all": [line("status", "changed_to", json!(name)), line("subject", "contains", json!("novo"))],
                    "any": [{ "all": [line("status", "in", json!([name, "Fechado"]))] }],
                }),
                json!([{ "kind": "set_status", "status": name }]),
            )
            .draft
        };
        let renaming = Renaming { field: Field::Status, was: "Novo".into(), is: "Aberto".into() };
        let mut draft = whole("novo");
        assert!(sets_status(&draft, "NOVO") && !sets_status(&draft, "Fechado"));
        assert!(rename(&mut draft, std::slice::from_ref(&renaming)));
        assert_eq!(draft, whole("Aberto"));
        assert!(!rename(&mut draft, &[renaming]), "nothing is left to rename");
    }
}
