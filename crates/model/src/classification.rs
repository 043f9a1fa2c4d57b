//! The words a domain sorts its tickets by: statuses, urgencies, categories, services, teams, custom fields.
//! Receivers compare these names, so they travel exactly as written here.

use crate::ids::{ServiceId, StatusId, UrgencyId};
use crate::sla::SlaAgreement;
use crate::text;
use crate::text::same;
use crate::wording::Text;
use serde::{Deserialize, Serialize};

mod custom_field;
mod edit;
mod names;
mod refresh;
mod service;
mod tree;
mod word;

pub use custom_field::{CustomField, CustomFieldKind, CustomFieldRule};
pub use edit::{EditFault, Noun, Renaming};
pub use service::{Service, Side};
pub use word::{Category, Status, TicketTypes, Urgency, Word, find};

/// What a status means to the system; custom statuses inherit one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BaseStatus {
    /// Nobody has taken it yet.
    New,
    /// Somebody works on it.
    InAttendance,
    /// Waits for something; SLA clocks stand.
    Stopped,
    /// Given up.
    Canceled,
    /// Solved, may be reopened.
    Resolved,
    /// Over.
    Closed,
}

impl BaseStatus {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [BaseStatus; 6] = [
        BaseStatus::New,
        BaseStatus::InAttendance,
        BaseStatus::Stopped,
        BaseStatus::Canceled,
        BaseStatus::Resolved,
        BaseStatus::Closed,
    ];

    /// The public API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            BaseStatus::New => "New",
            BaseStatus::InAttendance => "InAttendance",
            BaseStatus::Stopped => "Stopped",
            BaseStatus::Canceled => "Canceled",
            BaseStatus::Resolved => "Resolved",
            BaseStatus::Closed => "Closed",
        }
    }

    /// Its name in the language of who reads.
    pub fn text(self) -> Text {
        match self {
            BaseStatus::New => text!("New"),
            BaseStatus::InAttendance => text!("InAttendance"),
            BaseStatus::Stopped => text!("Stopped"),
            BaseStatus::Canceled => text!("Canceled"),
            BaseStatus::Resolved => text!("Resolved"),
            BaseStatus::Closed => text!("Closed"),
        }
    }

    /// Whether work has ended.
    pub fn is_over(self) -> bool {
        matches!(self, BaseStatus::Canceled | BaseStatus::Resolved | BaseStatus::Closed)
    }
}

/// All the words of one domain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Classification {
    /// At least one active for each base status, in the order of screens.
    pub statuses: Vec<Status>,
    /// Lowest first.
    pub urgencies: Vec<Urgency>,
    /// In the order of screens.
    pub categories: Vec<Category>,
    /// The tree, each service with its whole path.
    pub services: Vec<Service>,
    /// Names of the teams that are in use. They are rows of their own, put in when the domain is read.
    #[serde(skip)]
    pub teams: Vec<String>,
    /// By number.
    pub custom_fields: Vec<CustomField>,
    /// The first that has a matching rule counts; the default one is asked last.
    pub sla_agreements: Vec<SlaAgreement>,
    /// The highest number that a service, a custom field or a rule of one ever had: none is given twice.
    pub last_number: i64,
}

/// Languages a new domain's names come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// English.
    #[serde(rename = "en")]
    En,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    PtBr,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
}

impl Locale {
    /// The language tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Locale::En => "en",
            Locale::PtBr => "pt-BR",
            Locale::Es => "es",
        }
    }

    /// Reads a language tag or a `LANG` value such as `pt_BR.UTF-8`; anything unknown is English.
    pub fn from_lang(lang: &str) -> Locale {
        match lang.get(..2) {
            Some("pt") => Locale::PtBr,
            Some("es") => Locale::Es,
            _ => Locale::En,
        }
    }
}

impl Classification {
    /// The words of a new domain.
    pub fn starting(locale: Locale) -> Self {
        let (statuses, urgencies) = match locale {
            Locale::En => (
                ["New", "In attendance", "Waiting", "Canceled", "Resolved", "Closed"],
                ["Low", "Medium", "High", "Urgent"],
            ),
            Locale::PtBr => (
                ["Novo", "Em atendimento", "Aguardando", "Cancelado", "Resolvido", "Fechado"],
                ["Baixa", "Média", "Alta", "Urgente"],
            ),
            Locale::Es => (
                ["Nuevo", "En atención", "En espera", "Cancelado", "Resuelto", "Cerrado"],
                ["Baja", "Media", "Alta", "Urgente"],
            ),
        };
        let status = |((name, base), id): ((&str, BaseStatus), i64)| Status::new(StatusId(id), name, base);
        let urgency = |(name, id): (&str, i64)| Urgency::new(UrgencyId(id), name);
        Classification {
            statuses: statuses.into_iter().zip(BaseStatus::ALL).zip(1..).map(status).collect(),
            urgencies: urgencies.into_iter().zip(1..).map(urgency).collect(),
            ..Classification::default()
        }
    }

    /// The status of that name, case and accents folded.
    pub fn status(&self, name: &str) -> Option<&Status> {
        find(&self.statuses, name)
    }

    /// The status that stands for this meaning where none is named: the default one, else the first in use.
    pub fn status_of(&self, base: BaseStatus) -> Option<&Status> {
        let mut fitting = self.statuses.iter().filter(|status| status.base == base && status.is_active);
        fitting.clone().find(|status| status.is_default).or_else(|| fitting.next())
    }

    /// The urgency of that name.
    pub fn urgency(&self, name: &str) -> Option<&Urgency> {
        find(&self.urgencies, name)
    }

    /// The category of that name.
    pub fn category(&self, name: &str) -> Option<&Category> {
        find(&self.categories, name)
    }

    /// The team as written in the domain.
    pub fn team(&self, name: &str) -> Option<&str> {
        self.teams.iter().find(|known| same(known, name)).map(String::as_str)
    }

    /// The custom field of that number.
    pub fn custom_field(&self, number: i64) -> Option<&CustomField> {
        self.custom_fields.iter().find(|field| field.number == number)
    }

    /// The service of that name (the last of its path) or of that whole path (`Root > Middle > Leaf`); of several, one
    /// that is in use.
    pub fn service(&self, name: &str) -> Option<&Service> {
        let mut named = self
            .services
            .iter()
            .filter(|service| same(service.name(), name) || same(&service_path(&service.path), name));
        named.clone().find(|service| service.is_active).or_else(|| named.next())
    }

    /// The service with this number.
    pub fn service_by_id(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The service above this one; none for a root.
    pub fn service_above(&self, service: &Service) -> Option<&Service> {
        let (_, above) = service.path.split_last()?;
        self.services.iter().find(|other| other.path == above)
    }

    /// A number that no service, custom field or rule of one has or had.
    pub fn next_number(&mut self) -> i64 {
        let services = self.services.iter().map(|service| service.id.0);
        let fields = self.custom_fields.iter().map(|field| field.number);
        let rules = self.custom_fields.iter().flat_map(|field| &field.rules).map(|rule| rule.number);
        let highest = services.chain(fields).chain(rules).max().unwrap_or(0);
        self.last_number = self.last_number.max(highest) + 1;
        self.last_number
    }

    /// The service with exactly these levels, root first.
    pub fn service_at(&self, path: &[String]) -> Option<&Service> {
        self.services.iter().find(|service| {
            service.path.len() == path.len()
                && service.path.iter().zip(path).all(|(known, given)| same(known, given))
        })
    }
}

/// A service's levels as one text, root first.
pub fn service_path(levels: &[String]) -> String {
    levels.join(" > ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::classification;

    #[test]
    fn a_new_domain_has_one_status_for_each_base_status() {
        for locale in [Locale::En, Locale::PtBr, Locale::Es] {
            let words = Classification::starting(locale);
            let bases: Vec<_> = words.statuses.iter().map(|status| status.base).collect();
            assert_eq!(bases, BaseStatus::ALL);
            assert!(BaseStatus::ALL.into_iter().all(|base| words.status_of(base).is_some()));
            assert_eq!(words.urgencies.len(), 4);
        }
    }

    #[test]
    fn a_brazilian_domain_begins_with_the_names_that_receivers_compare() {
        let words = Classification::starting(Locale::PtBr);
        let statuses: Vec<_> = words.statuses.iter().map(|status| status.name.as_str()).collect();
        assert_eq!(statuses, ["Novo", "Em atendimento", "Aguardando", "Cancelado", "Resolvido", "Fechado"]);
        let urgencies: Vec<_> = words.urgencies.iter().map(|urgency| urgency.name.as_str()).collect();
        assert_eq!(urgencies, ["Baixa", "Média", "Alta", "Urgente"]);
    }

    #[test]
    fn names_are_found_in_any_case_and_without_accents() {
        let words = classification();
        assert_eq!(words.status("EM atendimento").map(|status| status.base), Some(BaseStatus::InAttendance));
        assert_eq!(words.urgency("media").map(|urgency| urgency.name.as_str()), Some("Média"));
        assert_eq!(words.category("DUVIDA").map(|category| category.name.as_str()), Some("Dúvida"));
        assert_eq!((words.team("nivel 3"), words.team("nivel")), (Some("Nível 3"), None));
        assert_eq!(words.custom_field(78).map(|field| field.name.as_str()), Some("Contrato"));
    }

    #[test]
    fn a_service_is_found_by_its_name_its_path_or_its_levels() {
        let words = classification();
        let path = ["TI", "Redes", "Conexão"].map(String::from);
        for name in ["conexao", "ti > redes > conexao"] {
            assert_eq!(words.service(name).map(|service| service.path.as_slice()), Some(&path[..]));
        }
        assert_eq!(words.service_at(&["ti", "REDES", "conexao"].map(String::from)), words.service("Conexão"));
        assert_eq!(words.service_at(&["Redes".into()]), None);
        assert_eq!((words.service("Redes > Conexão"), words.service("")), (None, None));
    }

    #[test]
    fn a_language_is_known_by_its_tag_or_its_environment_value() {
        for (lang, locale) in [("pt_BR.UTF-8", Locale::PtBr), ("pt", Locale::PtBr), ("es_AR", Locale::Es)] {
            assert_eq!(Locale::from_lang(lang), locale, "{lang}");
        }
        for lang in ["C", "", "en_US.UTF-8", "de", "é"] {
            assert_eq!(Locale::from_lang(lang), Locale::En, "{lang}");
        }
    }
}
