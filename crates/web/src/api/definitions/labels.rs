//! What people call the words of triggers, in the three languages of the screens.

use model::classification::{BaseStatus, Locale};
use model::field::Field;
use model::operator::Operator;
use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// One word in three languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DefinedLabel)]
pub(crate) struct Label {
    en: Cow<'static, str>,
    #[serde(rename = "pt-BR")]
    pt_br: Cow<'static, str>,
    es: Cow<'static, str>,
}

impl Label {
    const fn new(en: &'static str, pt_br: &'static str, es: &'static str) -> Self {
        Label { en: Cow::Borrowed(en), pt_br: Cow::Borrowed(pt_br), es: Cow::Borrowed(es) }
    }

    /// The word in one language.
    pub(crate) fn text(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::PtBr => &self.pt_br,
            Locale::Es => &self.es,
        }
    }

    /// A name of the domain's own, the same in each language.
    pub(super) fn same(name: String) -> Self {
        Label { en: name.clone().into(), pt_br: name.clone().into(), es: name.into() }
    }
}

/// The only type of triggers there is.
pub(super) const TICKET: Label = Label::new("Ticket", "Ticket", "Ticket");
/// The actions and their members.
pub(super) const WEBHOOK: Label = Label::new("Fire webhook", "Acionar webhook", "Activar webhook");
pub(super) const SET_STATUS: Label = Label::new("Change status", "Alterar status", "Cambiar estado");
pub(super) const ADD_TAG: Label = Label::new("Include tag", "Incluir tag", "Incluir etiqueta");
pub(super) const URL: Label = Label::new("URL", "URL", "URL");
pub(super) const TAG: Label = Label::new("Tag", "Tag", "Etiqueta");
pub(super) const JUSTIFICATION: Label = Label::new("Justification", "Justificativa", "Justificación");

/// The values of a ticket's type.
pub(super) const TYPES: [(&str, Label); 2] = [
    ("internal", Label::new("Internal", "Interno", "Interno")),
    ("public", Label::new("Public", "Público", "Público")),
];

/// What people call a field; custom fields have names of their own.
pub(crate) fn field(field: Field) -> Label {
    match field {
        Field::Ticket => TICKET,
        Field::Status => Label::new("Status", "Status", "Estado"),
        Field::BaseStatus => Label::new("Base status", "Status base", "Estado base"),
        Field::Urgency => Label::new("Urgency", "Urgência", "Urgencia"),
        Field::Category => Label::new("Category", "Categoria", "Categoría"),
        Field::Service => Label::new("Service", "Serviço", "Servicio"),
        Field::Owner => Label::new("Owner", "Responsável", "Responsable"),
        Field::Team => Label::new("Team", "Equipe", "Equipo"),
        Field::Type => Label::new("Type", "Tipo", "Tipo"),
        Field::Origin => Label::new("Origin", "Origem", "Origen"),
        Field::Subject => Label::new("Subject", "Assunto", "Asunto"),
        Field::Tags => Label::new("Tags", "Tags", "Etiquetas"),
        Field::Client => Label::new("Client", "Cliente", "Cliente"),
        Field::CustomField(_) => Label::new("Custom field", "Campo adicional", "Campo adicional"),
    }
}

/// What people call an operator.
pub(super) fn operator(operator: Operator) -> Label {
    match operator {
        Operator::Is => Label::new("is", "é igual a", "es igual a"),
        Operator::IsNot => Label::new("is not", "é diferente de", "es diferente de"),
        Operator::In => Label::new("is one of", "é um de", "es uno de"),
        Operator::Contains => Label::new("contains", "contém", "contiene"),
        Operator::IsEmpty => Label::new("is empty", "está vazio", "está vacío"),
        Operator::IsSet => Label::new("is filled", "está preenchido", "está completado"),
        Operator::Changed => Label::new("changed", "alterado", "cambiado"),
        Operator::ChangedTo => Label::new("changed to", "alterado para", "cambiado a"),
        Operator::ChangedFrom => Label::new("changed from", "alterado de", "cambiado de"),
        Operator::Created => Label::new("opened", "aberto", "abierto"),
        Operator::Deleted => Label::new("deleted", "excluído", "eliminado"),
        Operator::ActionAdded => Label::new("action added", "ação adicionada", "acción agregada"),
        Operator::ActionEdited => Label::new("action edited", "ação editada", "acción editada"),
        Operator::TagAdded => Label::new("tag added", "tag adicionada", "etiqueta agregada"),
    }
}

/// What people call a base status.
pub(super) fn base_status(base: BaseStatus) -> Label {
    match base {
        BaseStatus::New => Label::new("New", "Novo", "Nuevo"),
        BaseStatus::InAttendance => Label::new("In attendance", "Em atendimento", "En atención"),
        BaseStatus::Stopped => Label::new("Stopped", "Parado", "En espera"),
        BaseStatus::Canceled => Label::new("Canceled", "Cancelado", "Cancelado"),
        BaseStatus::Resolved => Label::new("Resolved", "Resolvido", "Resuelto"),
        BaseStatus::Closed => Label::new("Closed", "Fechado", "Cerrado"),
    }
}

/// What people call an origin: the public API's codes.
pub(super) fn origin(code: i64) -> Label {
    match code {
        0 => Label::new("First action", "Primeira ação", "Primera acción"),
        1 => Label::new("Web, by the client", "Web, pelo cliente", "Web, por el cliente"),
        2 => Label::new("Web, by an agent", "Web, pelo agente", "Web, por el agente"),
        3 => Label::new("E-mail received", "E-mail recebido", "Correo recibido"),
        4 => Label::new("Trigger", "Gatilho", "Disparador"),
        5 => Label::new("Chat", "Chat", "Chat"),
        6 => Label::new("Offline chat", "Chat offline", "Chat sin conexión"),
        7 => Label::new("E-mail sent", "E-mail enviado", "Correo enviado"),
        8 => Label::new("Contact form", "Formulário de contato", "Formulario de contacto"),
        9 => Label::new("Web API", "Web API", "Web API"),
        10 => Label::new("Automatic scheduling", "Agendamento automático", "Programación automática"),
        11 => Label::new("Jira issue", "Issue do Jira", "Issue de Jira"),
        12 => Label::new("Redmine issue", "Issue do Redmine", "Issue de Redmine"),
        13 => Label::new("Call received", "Ligação recebida", "Llamada recibida"),
        14 => Label::new("Call made", "Ligação realizada", "Llamada realizada"),
        15 => Label::new("Call lost", "Ligação perdida", "Llamada perdida"),
        16 => Label::new("Call given up", "Ligação abandonada", "Llamada abandonada"),
        17 => Label::new("Remote access", "Acesso remoto", "Acceso remoto"),
        18 => Label::new("WhatsApp", "WhatsApp", "WhatsApp"),
        19 => Label::new(
            "Integration with another domain",
            "Integração com outro domínio",
            "Integración con otro dominio",
        ),
        20 => Label::new("Zenvia chat", "Chat Zenvia", "Chat Zenvia"),
        21 => Label::new("Call not answered", "Ligação não atendida", "Llamada no atendida"),
        22 => Label::new("Facebook Messenger", "Facebook Messenger", "Facebook Messenger"),
        23 => Label::new("WhatsApp Business", "WhatsApp Business", "WhatsApp Business"),
        24 => Label::new("Altu", "Altu", "Altu"),
        25 => Label::new("WhatsApp, active", "WhatsApp ativo", "WhatsApp activo"),
        other => Label::same(other.to_string()),
    }
}
