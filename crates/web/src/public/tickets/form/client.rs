//! A client of a ticket as clients of the API get it: a person with an address.

use super::{Null, person};
use crate::public::or_null;
use crate::public::reference::ReferenceForm;
use model::person::PersonRef;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A client of a ticket: a person with an address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicClient)]
pub(super) struct ClientForm<'t> {
    id: &'t str,
    person_type: i64,
    profile_type: i64,
    business_name: &'t str,
    email: Option<&'t str>,
    phone: Option<&'t str>,
    is_deleted: bool,
    /// The first organization that they are linked to.
    organization: Option<ReferenceForm<'t>>,
    #[schema(value_type = Option<String>)]
    address: Null,
    #[schema(value_type = Option<String>)]
    complement: Null,
    #[schema(value_type = Option<String>)]
    cep: Null,
    #[schema(value_type = Option<String>)]
    city: Null,
    #[schema(value_type = Option<String>)]
    bairro: Null,
    #[schema(value_type = Option<String>)]
    number: Null,
    #[schema(value_type = Option<String>)]
    reference: Null,
}

impl<'t> ClientForm<'t> {
    /// The organization as it stands now, if the client has one.
    pub(super) fn set_organization(&mut self, organizations: &'t HashMap<String, PersonRef>) {
        self.organization = person(organizations.get(self.id));
    }

    pub(super) fn new(client: &'t PersonRef) -> Self {
        ClientForm {
            id: &client.id,
            person_type: client.person_type.into(),
            profile_type: client.profile_type.into(),
            business_name: &client.business_name,
            email: or_null(&client.email),
            phone: or_null(&client.phone),
            is_deleted: false,
            organization: None,
            address: None,
            complement: None,
            cep: None,
            city: None,
            bairro: None,
            number: None,
            reference: None,
        }
    }
}
