//! What is wrong with a seed file by itself: names, numbers, what stands twice.
//! Not here: the teams and profiles that its people name (`seed`).

use super::Seed;
use model::access_profile::name_faults;
use model::fault::{Fault, check_length};
use model::person_record::limits;
use model::text;
use std::collections::HashSet;

/// Levels that a service may have: as many as a ticket's body names.
const LEVELS_MAX: usize = 3;

/// Every fault, each with its place.
pub(super) fn of(seed: &Seed) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut categories = HashSet::new();
    for (at, name) in seed.categories.iter().enumerate() {
        let place = format!("categories[{at}]");
        check_name(&mut faults, &place, name);
        if !categories.insert(model::text::fold(name)) {
            faults.push(Fault::new(place, text!("is given twice")));
        }
    }
    for (at, path) in seed.services.iter().enumerate() {
        let place = format!("services[{at}]");
        let levels: Vec<&str> = path.split('>').map(str::trim).collect();
        levels.iter().for_each(|level| check_name(&mut faults, &place, level));
        if levels.len() > LEVELS_MAX {
            faults.push(Fault::new(place, text!("has more than three levels")));
        }
    }
    let mut fields = HashSet::new();
    for (at, field) in seed.custom_fields.iter().enumerate() {
        let place = format!("custom_fields[{at}]");
        check_name(&mut faults, &format!("{place}.name"), &field.name);
        if field.id < 1 {
            faults.push(Fault::new(format!("{place}.id"), text!("must be a number from 1")));
        } else if !fields.insert(field.id) {
            faults.push(Fault::new(format!("{place}.id"), text!("is given twice")));
        }
    }
    for (at, person) in seed.people.iter().enumerate() {
        let place = format!("people[{at}].id");
        check_length(&mut faults, &place, &person.id, limits::CODE);
        check_name(&mut faults, &place, &person.id);
        check_name(&mut faults, &format!("people[{at}].name"), &person.name);
    }
    faults
}

fn check_name(faults: &mut Vec<Fault>, place: &str, name: &str) {
    faults.extend(name_faults(name).into_iter().map(|fault| Fault::new(place, fault.message)));
}
