//! What the forms of words hold, and what of it goes to the command.

use crate::form::Form;
use model::classification::{Classification, CustomField, Noun, Status};
use model::fault::Fault;
use model::text;
use serde_json::{Value, json};

/// What a form holds; each kind of word uses some of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) name: String,
    /// Of a status: the word of its base status.
    pub(super) base_status: String,
    pub(super) requires_justification: bool,
    /// One a line.
    pub(super) justifications: String,
    pub(super) is_default: bool,
    /// Of a service: name or path of the one above.
    pub(super) parent: String,
    /// Of a custom field: what its values look like.
    pub(super) kind: String,
    /// One a line.
    pub(super) items: String,
    /// Whether items can be typed.
    pub(super) has_items: bool,
}

impl Typed {
    /// Nothing but a name.
    pub(super) fn named(name: &str) -> Typed {
        Typed { name: name.to_owned(), ..Typed::default() }
    }

    /// What a status says.
    pub(super) fn of_status(status: &Status) -> Typed {
        Typed {
            base_status: status.base.as_str().into(),
            requires_justification: status.requires_justification,
            justifications: status.justifications.join("\n"),
            is_default: status.is_default,
            ..Typed::named(&status.name)
        }
    }

    /// What a custom field says.
    pub(super) fn of_field(field: &CustomField) -> Typed {
        Typed {
            kind: field.kind.as_str().into(),
            items: field.items.join("\n"),
            has_items: field.kind.is_choice(),
            ..Typed::named(&field.name)
        }
    }

    /// What was sent.
    pub(super) fn read(form: &mut Form) -> Typed {
        Typed {
            name: form.text("name").trim().to_owned(),
            base_status: form.text("base_status"),
            requires_justification: form.has("requires_justification"),
            justifications: form.text("justifications"),
            is_default: form.has("is_default"),
            parent: form.text("parent").trim().to_owned(),
            kind: form.text("kind"),
            has_items: form.has("items"),
            items: form.text("items"),
        }
    }

    /// The members that the command changes.
    pub(super) fn patch(&self, noun: Noun) -> Value {
        match noun {
            Noun::Status => json!({
                "name": self.name,
                "requires_justification": self.requires_justification,
                "justifications": lines(&self.justifications),
                "is_default": self.is_default,
            }),
            Noun::CustomField if self.has_items => json!({ "name": self.name, "items": lines(&self.items) }),
            _ => json!({ "name": self.name }),
        }
    }

    /// The whole new word.
    ///
    /// # Errors
    /// The service above does not exist.
    pub(super) fn whole(&self, noun: Noun, words: &Classification) -> Result<Value, Fault> {
        let mut whole = self.patch(noun);
        match noun {
            Noun::Status => whole["base_status"] = self.base_status.as_str().into(),
            Noun::Service if !self.parent.is_empty() => {
                let above = words.service(&self.parent);
                let missing =
                    || Fault::new("parent", text!("there is no service `{name}`", name = self.parent));
                whole["parent"] = json!(above.ok_or_else(missing)?.id);
            }
            Noun::CustomField => {
                whole["kind"] = self.kind.as_str().into();
                if lines(&self.items).is_empty()
                    && let Some(members) = whole.as_object_mut()
                {
                    members.remove("items");
                }
            }
            _ => {}
        }
        Ok(whole)
    }
}

/// The lines of a text that say something.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn each_kind_sends_its_own_members() {
        let words = Classification::starting(Locale::En);
        let form = "name=+Waiting+for+parts&base_status=Stopped&requires_justification=on&justifications=a%0D%0A%0D%0A+b";
        let typed = Typed::read(&mut Form::of(form));
        let status = typed.whole(Noun::Status, &words).unwrap();
        assert_eq!(
            status,
            json!({ "name": "Waiting for parts", "requires_justification": true, "justifications": ["a", "b"],
                "is_default": false, "base_status": "Stopped" })
        );
        assert_eq!(typed.patch(Noun::Urgency), json!({ "name": "Waiting for parts" }));
        let typed = Typed::read(&mut Form::of("name=Color&kind=text&items="));
        assert_eq!(
            typed.whole(Noun::CustomField, &words).unwrap(),
            json!({ "name": "Color", "kind": "text" })
        );
        let typed = Typed::read(&mut Form::of("name=Link&parent=Nowhere"));
        assert_eq!(typed.whole(Noun::Service, &words).unwrap_err().field, "parent");
    }
}
