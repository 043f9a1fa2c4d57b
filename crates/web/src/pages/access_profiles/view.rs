//! The page of one access profile: its name, whom it is for, and the parameters by tab.

use super::PATH;
use crate::Shared;
use crate::error::Failure;
use crate::form::Form;
use crate::view::faults::Faults;
use crate::view::{Frame, Viewer, Words};
use askama::Template;
use engine::commands::access_profiles::ProfileInput;
use model::access_profile::{AccessProfile, Grant, GrantGroup, UserType};
use model::ids::AccessProfileId;

#[derive(Template)]
#[template(path = "access_profiles/profile.html")]
pub(super) struct Page {
    frame: Frame,
    t: Words,
    /// Where the form goes.
    action: String,
    is_new: bool,
    pub(super) typed: Typed,
    pub(super) faults: Faults,
    tabs: Vec<Tab>,
    user_type_message: &'static str,
}

/// What the form holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) name: String,
    /// The word of the user type.
    pub(super) user_type: String,
    pub(super) is_default: bool,
    pub(super) grants: Vec<Grant>,
}

/// The parameters of a tab.
struct Tab {
    label: String,
    boxes: Vec<Parameter>,
}

/// A parameter: its word, its name, whether it is on.
struct Parameter {
    word: String,
    label: String,
    on: bool,
    /// Customers can have it too.
    for_all: bool,
}

/// The message that names a user type.
pub(super) fn user_type_message(user_type: UserType) -> &'static str {
    match user_type {
        UserType::Agents => "user-type-agents",
        UserType::Customers => "user-type-customers",
    }
}

impl Typed {
    /// What the profile says.
    pub(super) fn of(profile: &AccessProfile) -> Typed {
        Typed {
            name: profile.name.clone(),
            user_type: profile.user_type.as_str().into(),
            is_default: profile.is_default,
            grants: profile.grants.clone(),
        }
    }

    /// What was sent.
    pub(super) fn read(form: &mut Form) -> Typed {
        Typed {
            name: form.text("name").trim().to_owned(),
            user_type: form.text("user_type"),
            is_default: form.has("is_default"),
            grants: form.all("grants").iter().filter_map(|word| Grant::from_word(word)).collect(),
        }
    }

    /// What the command gets.
    pub(super) fn input(&self) -> ProfileInput {
        ProfileInput {
            name: Some(self.name.clone()),
            user_type: UserType::parse(&self.user_type),
            is_default: Some(self.is_default),
            grants: Some(self.grants.clone()),
        }
    }
}

impl Page {
    /// The page of a profile; of a new one when there is none.
    pub(super) fn with(viewer: &Viewer, known: Option<&AccessProfile>, typed: Typed, faults: Faults) -> Page {
        let t = viewer.look.words;
        let title = known.map_or_else(|| t.say("profile-new"), |profile| profile.name.clone());
        let frame = Frame::new(viewer, title).under("settings").under("menu-people");
        Page {
            frame: frame.under_page("menu-access-profiles", PATH),
            t,
            action: known.map_or_else(|| format!("{PATH}/new"), |profile| format!("{PATH}/{}", profile.id)),
            is_new: known.is_none(),
            faults,
            tabs: tabs(t, &typed.grants),
            user_type_message: user_type_message(
                UserType::parse(&typed.user_type).unwrap_or(UserType::Agents),
            ),
            typed,
        }
    }
}

/// All parameters, in the order of the page.
fn tabs(t: Words, on: &[Grant]) -> Vec<Tab> {
    let tab = |group: GrantGroup| {
        let of_group = Grant::ALL.into_iter().filter(|grant| grant.group() == group);
        let parameter = |grant: Grant| Parameter {
            word: grant.word(),
            label: t.say(&format!("grant-{}", grant.word())),
            on: on.contains(&grant),
            for_all: grant.suits(UserType::Customers),
        };
        let label = t.say(&format!("grants-{}", group.as_str()));
        Tab { label, boxes: of_group.map(parameter).collect() }
    };
    [GrantGroup::Settings, GrantGroup::Tickets, GrantGroup::People].map(tab).into()
}

/// The profile of that identity.
pub(super) fn find(app: &Shared, viewer: &Viewer, id: AccessProfileId) -> Result<AccessProfile, Failure> {
    let found = app.engine.directory(viewer.caller.domain).profile(id).cloned();
    found.ok_or_else(|| Failure::missing(format_args!("access profile {id}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::classification::Locale;

    #[test]
    fn every_parameter_has_a_name_in_every_language() {
        for locale in [Locale::En, Locale::PtBr, Locale::Es] {
            let tabs = tabs(Words::new(locale), &[]);
            let boxes: Vec<_> = tabs.iter().flat_map(|tab| &tab.boxes).collect();
            assert_eq!(boxes.len(), Grant::ALL.len());
            for parameter in boxes {
                assert!(!parameter.label.starts_with("grant-"), "{}", parameter.label);
            }
            assert!(tabs.iter().all(|tab| !tab.label.starts_with("grants-")));
        }
    }

    #[test]
    fn the_english_names_are_those_that_refusals_say() {
        for grant in Grant::ALL {
            assert_eq!(Words::new(Locale::En).say(&format!("grant-{}", grant.word())), grant.name());
        }
    }
}
