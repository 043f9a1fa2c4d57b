//! Reading a trigger's actions: one to a hundred, each with the members of its kind.

use super::Reader;
use super::values::unknown;
use crate::classification::Status;
use crate::field::Field;
use crate::reading::shape;
use crate::text;
use crate::ticket::limits::NAME as NAME_MAX;
use crate::trigger::limits;
use crate::trigger_action::TriggerAction;
use serde_json::Value;

impl Reader<'_> {
    pub(super) fn actions(&mut self, value: Option<&Value>) -> Vec<TriggerAction> {
        let lines = match value {
            Some(Value::Array(lines)) if (1..=limits::ACTIONS).contains(&lines.len()) => lines,
            Some(Value::Array(lines)) => {
                self.fault(
                    "actions",
                    text!(
                        "holds {count} actions; give 1 to {max}",
                        count = lines.len(),
                        max = limits::ACTIONS
                    ),
                );
                return Vec::new();
            }
            Some(other) => {
                self.fault("actions", text!("is {shape}; must be a list of actions", shape = shape(other)));
                return Vec::new();
            }
            None => {
                self.fault("actions", text!("is missing; a trigger needs at least one action"));
                return Vec::new();
            }
        };
        lines
            .iter()
            .enumerate()
            .filter_map(|(at, line)| self.action(&format!("actions[{at}]"), line))
            .collect()
    }

    fn set_status(&mut self, path: &str, status: &Status, justification: String) -> Option<TriggerAction> {
        if !status.is_active {
            self.fault(format!("{path}.status"), text!("`{name}` is out of use", name = status.name));
            return None;
        }
        match status.reason(&justification) {
            Ok(justification) => {
                Some(TriggerAction::SetStatus { status: status.name.clone(), justification })
            }
            Err(message) => {
                self.fault(format!("{path}.justification"), message);
                None
            }
        }
    }

    fn action(&mut self, path: &str, value: &Value) -> Option<TriggerAction> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "webhook" => {
                let members = self.object(path, value, &["kind", "url"])?;
                let path = format!("{path}.url");
                let url = match members.get("url") {
                    Some(Value::String(url)) => url.clone(),
                    _ => {
                        self.fault(path, text!("is missing or no text; give the address of the receiver"));
                        return None;
                    }
                };
                if let Some(message) = (self.known.url_fault)(&url) {
                    self.fault(path, message);
                    return None;
                }
                Some(TriggerAction::Webhook { url, endpoint: None })
            }
            "set_status" => {
                let members = self.object(path, value, &["kind", "status", "justification"])?;
                let name = self.text(&format!("{path}.status"), members.get("status"), NAME_MAX, true);
                let why = format!("{path}.justification");
                let justification = self.text(&why, members.get("justification"), NAME_MAX, false);
                match self.known.classification.status(&name) {
                    // Said already: missing, empty or no text.
                    None if name.is_empty() => None,
                    Some(status) => self.set_status(path, status, justification),
                    None => {
                        self.fault(format!("{path}.status"), unknown(Field::Status, &name, self.known));
                        None
                    }
                }
            }
            "add_tag" => {
                let members = self.object(path, value, &["kind", "tag"])?;
                let tag = self.text(&format!("{path}.tag"), members.get("tag"), NAME_MAX, true);
                Some(TriggerAction::AddTag { tag: tag.trim().to_owned() })
            }
            _ => {
                self.fault(format!("{path}.kind"), text!("must be webhook, set_status or add_tag"));
                None
            }
        }
    }
}
