//! The words a domain sorts its tickets by: statuses, urgencies, categories, services, teams, custom fields.
//! Receivers compare these names, so they travel exactly as written here.

use crate::text::same;
use serde::{Deserialize, Serialize};

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

    /// Whether work has ended.
    pub fn is_over(self) -> bool {
        matches!(self, BaseStatus::Canceled | BaseStatus::Resolved | BaseStatus::Closed)
    }
}

/// A status of the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Display name, at most 128 characters.
    pub name: String,
    /// What it means.
    pub base: BaseStatus,
}

/// A service and its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Names from the root to this service, one to three.
    pub path: Vec<String>,
}

/// A field that the domain added to its tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Number in the body and the public API.
    pub id: i64,
    /// Name on screen.
    pub name: String,
    /// Display rules that show it.
    pub rules: Vec<i64>,
}

/// All the words of one domain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// At least one for each base status.
    pub statuses: Vec<Status>,
    /// Lowest first.
    pub urgencies: Vec<String>,
    /// Names.
    pub categories: Vec<String>,
    /// The tree, each service with its whole path.
    pub services: Vec<Service>,
    /// Names of the teams that are in use. They are rows of their own, put in when the domain is read.
    #[serde(skip)]
    pub teams: Vec<String>,
    /// By number.
    pub custom_fields: Vec<CustomField>,
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

fn find<'a>(names: &'a [String], name: &str) -> Option<&'a str> {
    names.iter().find(|known| same(known, name)).map(String::as_str)
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
        let status = |(name, base): (&str, BaseStatus)| Status { name: name.into(), base };
        Classification {
            statuses: statuses.into_iter().zip(BaseStatus::ALL).map(status).collect(),
            urgencies: urgencies.map(String::from).into(),
            ..Classification::default()
        }
    }

    /// The status of that name, case and accents folded.
    pub fn status(&self, name: &str) -> Option<&Status> {
        self.statuses.iter().find(|status| same(&status.name, name))
    }

    /// The first status with that meaning.
    pub fn status_of(&self, base: BaseStatus) -> Option<&Status> {
        self.statuses.iter().find(|status| status.base == base)
    }

    /// The urgency as written in the domain.
    pub fn urgency(&self, name: &str) -> Option<&str> {
        find(&self.urgencies, name)
    }

    /// The category as written in the domain.
    pub fn category(&self, name: &str) -> Option<&str> {
        find(&self.categories, name)
    }

    /// The team as written in the domain.
    pub fn team(&self, name: &str) -> Option<&str> {
        find(&self.teams, name)
    }

    /// The custom field of that number.
    pub fn custom_field(&self, id: i64) -> Option<&CustomField> {
        self.custom_fields.iter().find(|field| field.id == id)
    }

    /// The service of that name (the last of its path) or of that whole path (`Root > Middle > Leaf`).
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| {
            service.path.last().is_some_and(|leaf| same(leaf, name))
                || same(&service_path(&service.path), name)
        })
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
        assert_eq!(words.urgencies, ["Baixa", "Média", "Alta", "Urgente"]);
    }

    #[test]
    fn names_are_found_in_any_case_and_without_accents() {
        let words = classification();
        assert_eq!(words.status("EM atendimento").map(|status| status.base), Some(BaseStatus::InAttendance));
        assert_eq!((words.urgency("media"), words.category("DUVIDA")), (Some("Média"), Some("Dúvida")));
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
