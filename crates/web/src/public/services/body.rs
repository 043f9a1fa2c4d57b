//! A service as clients write it, turned into the members of the native API, which the model reads; and its faults turned
//! back. Names match without case; other members are ignored.

use crate::error::Failure;
use crate::public::json::{Members, Reader, Scalar, Texts, read, skip};
use engine::Error;
use model::classification::Classification;
use model::fault::Fault;
use model::ids::ServiceId;
use model::text;
use model::ticket::limits::NAME;
use serde::de::MapAccess;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// Categories of a service.
const CATEGORIES_MAX: usize = 1_000;
/// Characters of a description.
const DESCRIPTION_MAX: usize = 2_000;

/// A service as clients write it. Names match without case; other members are ignored. When it is changed, what is absent
/// stays as it is.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", as = PublicServiceBody)]
#[expect(dead_code, reason = "describes what `Body` reads")]
pub(crate) struct ServiceBody {
    #[schema(max_length = 128)]
    name: String,
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// The service above; null for a root.
    parent_service_id: Option<i64>,
    /// 0 public, 1 internal, 2 both.
    service_for_ticket_type: Option<i64>,
    /// Who sees it: 1 agents, 2 clients, 3 both.
    is_visible: Option<i64>,
    /// Who may choose it: 1 agents, 2 clients, 3 both.
    allow_selection: Option<i64>,
    allow_finish_ticket: Option<bool>,
    is_active: Option<bool>,
    /// By name.
    default_category: Option<String>,
    /// By name.
    default_urgency: Option<String>,
    /// True lets all categories go with it.
    allow_all_categories: Option<bool>,
    /// By name; replace all that go with it.
    categories: Option<Vec<String>>,
}

/// The members as the native API writes them.
#[derive(Default)]
struct Body {
    native: Map<String, Value>,
    default_category: Option<Option<String>>,
    default_urgency: Option<Option<String>>,
    all_categories: Option<bool>,
    categories: Option<Vec<String>>,
}

/// Reads a service, or new values for one.
///
/// # Errors
/// Every fault of the body.
pub(super) fn read_service(bytes: &[u8], words: &Classification) -> Result<Value, Failure> {
    let mut body = Body::default();
    let mut reader = read(bytes, &mut body)?;
    let native = body.into_native(&mut reader, words);
    reader.finish()?;
    Ok(Value::Object(native))
}

impl Body {
    fn into_native(self, reader: &mut Reader, words: &Classification) -> Map<String, Value> {
        let mut native = self.native;
        let mut category = |place: &str, name: &str| {
            let found = words.category(name).map(|category| category.id);
            if found.is_none() {
                reader.fault(place, text!("there is no category `{name}` in this domain", name));
            }
            found
        };
        if let Some(name) = self.default_category {
            let id = name.filter(|name| !name.is_empty()).and_then(|name| category("defaultCategory", &name));
            native.insert("default_category".into(), json!(id));
        }
        let names = self.categories.filter(|names| self.all_categories == Some(false) || !names.is_empty());
        if self.all_categories == Some(true) {
            native.insert("categories".into(), Value::Null);
        } else if let Some(names) = names {
            let numbered = names.iter().enumerate();
            let ids: Vec<_> =
                numbered.filter_map(|(at, name)| category(&format!("categories[{at}]"), name)).collect();
            native.insert("categories".into(), json!(ids));
        } else if self.all_categories == Some(false) {
            native.insert("categories".into(), json!([]));
        }
        if let Some(name) = self.default_urgency {
            let name = name.filter(|name| !name.is_empty());
            let found = name.as_deref().and_then(|name| words.urgency(name)).map(|urgency| urgency.id);
            if let Some(name) = name.filter(|_| found.is_none()) {
                reader.fault("defaultUrgency", text!("there is no urgency `{name}` in this domain", name));
            }
            native.insert("default_urgency".into(), json!(found));
        }
        native
    }

    fn code(
        &mut self,
        reader: &mut Reader,
        name: &str,
        native: &str,
        scalar: &Scalar<'_>,
        words: &[(i64, &str)],
    ) {
        let Some(number) = reader.integer(name, scalar) else { return };
        match words.iter().find(|(code, _)| *code == number) {
            Some((_, word)) => drop(self.native.insert(native.into(), (*word).into())),
            None => {
                let known: Vec<_> = words.iter().map(|(code, word)| format!("{code} ({word})")).collect();
                reader.fault(
                    name,
                    text!("is {number}; allowed are {allowed}", number, allowed = known.join(", ")),
                );
            }
        }
    }

    fn flag(&mut self, reader: &mut Reader, name: &str, native: &str, scalar: &Scalar<'_>) {
        if let Some(flag) = reader.flag(name, scalar) {
            self.native.insert(native.into(), flag.into());
        }
    }
}

const TYPES: [(i64, &str); 3] = [(0, "public"), (1, "internal"), (2, "both")];
const SIDES: [(i64, &str); 3] = [(1, "agents"), (2, "clients"), (3, "both")];

impl<'de> Members<'de> for Body {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match name {
            "name" => {
                let text = reader.text("name", object.next_value()?, NAME);
                self.native.insert("name".into(), json!(text.unwrap_or_default()));
            }
            "description" => {
                let text = reader.text("description", object.next_value()?, DESCRIPTION_MAX);
                self.native.insert("description".into(), json!(text.unwrap_or_default()));
            }
            "parentserviceid" => {
                let id = reader.integer("parentServiceId", &object.next_value()?).map(ServiceId);
                self.native.insert("parent".into(), json!(id));
            }
            "servicefortickettype" => {
                let scalar = object.next_value()?;
                self.code(reader, "serviceForTicketType", "ticket_types", &scalar, &TYPES);
            }
            "isvisible" => self.code(reader, "isVisible", "visible_to", &object.next_value()?, &SIDES),
            "allowselection" => {
                self.code(reader, "allowSelection", "selectable_by", &object.next_value()?, &SIDES);
            }
            "allowfinishticket" => {
                self.flag(reader, "allowFinishTicket", "allow_finish", &object.next_value()?);
            }
            "isactive" => self.flag(reader, "isActive", "is_active", &object.next_value()?),
            "allowallcategories" => {
                self.all_categories = reader.flag("allowAllCategories", &object.next_value()?);
            }
            "defaultcategory" => {
                self.default_category = Some(reader.text("defaultCategory", object.next_value()?, NAME));
            }
            "defaulturgency" => {
                self.default_urgency = Some(reader.text("defaultUrgency", object.next_value()?, NAME));
            }
            "categories" => {
                let mut names = Vec::new();
                let (items_max, length_max) = (CATEGORIES_MAX, NAME);
                let into = &mut names;
                object.next_value_seed(Texts { reader, name: "categories", into, items_max, length_max })?;
                self.categories = Some(names);
            }
            _ => skip(object)?,
        }
        Ok(())
    }
}

/// Calls the members of faults as the public API does.
pub(super) fn publicly(error: Error) -> Failure {
    let Error::Invalid(faults) = error else { return error.into() };
    let renamed = |fault: Fault| {
        let field = match fault.field.as_str() {
            "parent" => "parentServiceId",
            "ticket_types" => "serviceForTicketType",
            "visible_to" => "isVisible",
            "selectable_by" => "allowSelection",
            "allow_finish" => "allowFinishTicket",
            "is_active" => "isActive",
            "default_urgency" => "defaultUrgency",
            "default_category" => "defaultCategory",
            other => other,
        };
        Fault::new(field, fault.message)
    };
    Failure::invalid(faults.into_iter().map(renamed).collect())
}
