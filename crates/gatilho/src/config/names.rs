//! Names of settings: `section.key`, the variable of the environment that goes with it, and guesses at what a
//! misspelt name meant.

/// What every variable of ours starts with.
pub(super) const PREFIX: &str = "GATILHO_";

/// The variable of a key: `delivery.retries` is `GATILHO_DELIVERY__RETRIES`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase().replace('.', "__"))
}

/// The key a variable would have, known or not.
pub(super) fn key_of_variable(name: &str) -> String {
    name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase().replacen("__", ".", 1)
}

/// Kubernetes puts the address of each service into the environment of a pod; a service called `gatilho` or
/// `gatilho-something` yields names with our prefix (`GATILHO_SERVICE_HOST`, `GATILHO_PORT=tcp://…`).
pub(super) fn is_service_link(name: &str, value: &str) -> bool {
    let protocols = ["tcp", "udp", "sctp"];
    !name.contains("__")
        && (name.ends_with("_SERVICE_HOST")
            || name.contains("_SERVICE_PORT")
            || protocols.iter().any(|protocol| value.starts_with(&format!("{protocol}://")))
            || (name.contains("_PORT_")
                && protocols.iter().any(|p| name.contains(&format!("_{}", p.to_ascii_uppercase())))))
}

/// Whether any known key lies in this section.
pub(super) fn is_section<'a>(mut keys: impl Iterator<Item = &'a String>, section: &str) -> bool {
    keys.any(|key| section_of(key) == section)
}

/// What to say about a section nobody knows.
pub(super) fn unknown_section<'a>(keys: impl Iterator<Item = &'a String>, section: &str) -> String {
    let mut sections: Vec<&str> = keys.map(|key| section_of(key)).collect();
    sections.dedup();
    match closest(sections.iter().copied(), section.len(), |known| strsim::osa_distance(known, section)) {
        Some(near) => format!("no such section; did you mean [{near}]?"),
        None => format!("no such section; there are {}", sections.join(", ")),
    }
}

/// The known key that `given` most probably meant: a slip of the pen, or the right name in another section.
pub(super) fn nearest<'a>(keys: impl Iterator<Item = &'a String>, given: &str) -> Option<&'a str> {
    let last = |key: &str| key.rsplit('.').next().map(str::to_owned).unwrap_or_default();
    let tail = last(given);
    closest(keys.map(String::as_str), given.len(), |known| {
        let elsewhere = 1 + strsim::osa_distance(&last(known), &tail);
        strsim::osa_distance(known, given).min(elsewhere)
    })
}

fn closest<'a>(
    names: impl Iterator<Item = &'a str>,
    length: usize,
    distance: impl Fn(&str) -> usize,
) -> Option<&'a str> {
    let far = (length / 4).max(2);
    names.map(|name| (distance(name), name)).filter(|(off, _)| *off <= far).min().map(|(_, name)| name)
}

fn section_of(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}
