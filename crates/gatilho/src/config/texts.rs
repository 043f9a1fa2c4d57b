//! Settings that are texts with a meaning: addresses, networks, names, keys. Each function says in its error what
//! would be right, and never repeats the text, since some are secret.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use url::Url;

use super::secret::{MasterKey, Secret};
use super::sections::{Locale, LogFormat};

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".to_owned())
}

pub(super) fn public_url(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text)
        .map_err(|error| format!("write an address, such as https://desk.example.com ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must start with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password: everybody sees it".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a part after ? or #: paths are added to its end".to_owned());
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}

pub(super) fn directory(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("name a directory".to_owned());
    }
    Ok(PathBuf::from(text))
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address));
    }
    let net: IpNet =
        text.parse().map_err(|_| "write a network such as 10.20.0.0/16 or fd00::/8".to_owned())?;
    if net != net.trunc() {
        return Err(format!("names an address inside a network; write {} to open all of it", net.trunc()));
    }
    Ok(net)
}

pub(super) fn api_key(text: &str) -> Result<Option<Secret>, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    match text.len() {
        0 => Ok(None),
        8..=256 if text.chars().all(fits) => Ok(Some(Secret::from(text.to_owned()))),
        8..=256 => Err("must have only letters, digits and -._~ since it stands in addresses".to_owned()),
        _ => Err("must have 8 to 256 characters: short keys are guessed".to_owned()),
    }
}

pub(super) fn email(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (name, host) = text.split_once('@').unwrap_or_default();
    let fits = text.chars().count() <= 128 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if fits && !name.is_empty() && !host.is_empty() {
        return Ok(Some(text.to_owned()));
    }
    Err("write an e-mail address of at most 128 characters, such as admin@desk.example.com".to_owned())
}

pub(super) fn password(text: &str) -> Result<Option<Secret>, String> {
    match text.chars().count() {
        0 => Ok(None),
        8..=128 => Ok(Some(Secret::from(text.to_owned()))),
        _ => Err("must have 8 to 128 characters".to_owned()),
    }
}

pub(super) fn master_key(text: &str) -> Result<Option<MasterKey>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let what = "write 32 bytes in base64 or hexadecimal, as `openssl rand -base64 32` prints them";
    MasterKey::parse(text).map(Some).ok_or_else(|| what.to_owned())
}

pub(super) fn locale(text: &str) -> Result<Locale, String> {
    [Locale::En, Locale::PtBr, Locale::Es]
        .into_iter()
        .find(|locale| locale.as_str().eq_ignore_ascii_case(text))
        .ok_or_else(|| "must be en, pt-BR or es".to_owned())
}

pub(super) fn domain(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=63).contains(&text.len()) && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    Err("must have 1 to 63 lower-case letters, digits or hyphens".to_owned())
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be text or json".to_owned()),
    }
}

/// A level, or a comma-separated list of `part=level` with at most one bare level.
pub(super) fn log_level(text: &str) -> Result<String, String> {
    let is_level = |level: &str| LEVELS.contains(&level.to_ascii_lowercase().as_str());
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-'))
    };
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    let bare = directives.iter().filter(|directive| !directive.contains('=')).count();
    let good = directives.iter().all(|directive| match directive.split_once('=') {
        Some((part, level)) => is_part(part) && is_level(level),
        None => is_level(directive),
    });
    if good && bare <= 1 {
        return Ok(directives.join(","));
    }
    Err(format!("must be one of {}, or a list such as info,engine=debug", LEVELS.join(", ")))
}
