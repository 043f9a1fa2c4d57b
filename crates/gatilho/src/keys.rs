//! The master key: from the settings, or from a file in the data directory that the first start makes.

use crate::config::secret::MasterKey;
use anyhow::{Context, Result, bail};
use engine::Random;
use rand::Rng;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The key file's name within the data directory.
const FILE: &str = "master.key";

/// Where the key file of a data directory is, or will be.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// The master key to use.
///
/// # Errors
/// When the key file cannot be read, made or understood.
pub(crate) fn master_key(configured: Option<&MasterKey>, data: &Path, random: &Random) -> Result<[u8; 32]> {
    if let Some(key) = configured {
        return Ok(*key.reveal());
    }
    let path = file(data);
    match std::fs::read_to_string(&path) {
        Ok(text) => match MasterKey::parse(text.trim()) {
            Some(key) => Ok(*key.reveal()),
            None => bail!("{} holds no master key; put the right file back from a backup", path.display()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path, random),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn make(path: &Path, random: &Random) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    random.with(|generator| generator.fill_bytes(&mut key));
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let write = || -> std::io::Result<()> {
        // With PostgreSQL nobody else has made the directory.
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        path.parent().map_or(Ok(()), |parent| std::fs::File::open(parent)?.sync_all())
    };
    write().with_context(|| {
        format!("cannot write {}; free space, or set security.master_key", path.display())
    })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let random = Random::from_seed(1);
        let made = master_key(None, directory.path(), &random).unwrap();
        assert_eq!(master_key(None, directory.path(), &random).unwrap(), made);
        let fresh = directory.path().join("not/yet");
        assert!(master_key(None, &fresh, &random).is_ok() && fresh.join(FILE).exists());
        let mode = std::fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(directory.path().join(FILE), "rubbish").unwrap();
        assert!(master_key(None, directory.path(), &random).is_err());
    }
}
