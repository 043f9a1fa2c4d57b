//! An entry of a ticket's thread as clients write it. The description is HTML or plain text; both forms are made here.

use crate::public::json::{Found, Members, Object, Objects, Reader, Texts, skip};
use crate::public::reference::Reference;
use crate::text::Description;
use engine::commands::tickets::ActionInput;
use model::ticket::limits;
use model::ticket_action::Attachment;
use serde::de::MapAccess;

/// Characters of a file's name and of its storage key.
const FILE_MAX: usize = 255;

#[derive(Default)]
pub(super) struct Action(ActionInput);

#[derive(Default)]
struct File {
    name: String,
    path: String,
}

impl Action {
    /// Reads the member `actions`; null is none.
    pub(super) fn read_all<'de, A: MapAccess<'de>>(
        reader: &mut Reader,
        object: &mut A,
        items_max: usize,
    ) -> Result<Vec<ActionInput>, A::Error> {
        let mut actions: Vec<Action> = Vec::new();
        object.next_value_seed(Objects { reader, name: "actions", into: &mut actions, items_max })?;
        Ok(actions.into_iter().map(|action| action.0).collect())
    }

    fn attachments<'de, A: MapAccess<'de>>(
        &mut self,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut files: Vec<File> = Vec::new();
        let items_max = limits::ATTACHMENTS;
        object.next_value_seed(Objects { reader, name: "attachments", into: &mut files, items_max })?;
        let attachment =
            |file: File| Attachment { file_name: file.name, path: file.path, ..Attachment::default() };
        self.0.attachments = files.into_iter().map(attachment).collect();
        Ok(())
    }

    fn tags<'de, A: MapAccess<'de>>(&mut self, reader: &mut Reader, object: &mut A) -> Result<(), A::Error> {
        let mut tags = Vec::new();
        let (items_max, length_max) = (limits::TAGS, limits::NAME);
        let list = Texts { reader, name: "tags", into: &mut tags, items_max, length_max };
        if object.next_value_seed(list)? == Found::It {
            self.0.tags = Some(tags);
        }
        Ok(())
    }
}

impl<'de> Members<'de> for Action {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "id" => self.0.id = reader.integer("id", &object.next_value()?).filter(|id| *id != 0),
            "type" => self.0.visibility = reader.code("type", &object.next_value()?),
            "description" => {
                let written = reader.long_text("description", object.next_value()?, limits::DESCRIPTION);
                if let Some(description) = written.map(|text| Description::read(&text)) {
                    self.0.description = Some(description.plain);
                    self.0.html_description = Some(description.html);
                }
            }
            "createddate" => self.0.created_at = reader.instant("createdDate", &object.next_value()?),
            "createdby" => {
                let mut author = Reference::default();
                object.next_value_seed(Object { reader, name: "createdBy", into: &mut author })?;
                self.0.created_by = author.id;
            }
            "attachments" => self.attachments(reader, object)?,
            "tags" => self.tags(reader, object)?,
            _ => skip(object)?,
        }
        Ok(())
    }
}

impl<'de> Members<'de> for File {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut text = |name: &str| {
            let scalar = object.next_value()?;
            Ok::<_, A::Error>(reader.text(name, scalar, FILE_MAX).unwrap_or_default())
        };
        match name {
            "filename" => self.name = text("fileName")?,
            "path" => self.path = text("path")?,
            _ => skip(object)?,
        }
        Ok(())
    }
}
