//! What a trigger can be made of, machine-readable: types, fields with their operators and values, actions with their
//! members. `labels` has the words for people, `form` the shape, `show` the request. The pages build their form from the same.

pub(crate) mod form;
pub(crate) mod labels;
pub(crate) mod show;
