//! The master key at work: encrypts endpoint secrets at rest, signs cause tokens and links to files, hashes API keys.
//! Does not live here: webhook signatures (`signing`).

use crate::clock::Random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use model::cause::Cause;
use model::file::FileKey;
use model::ids::{ChangeId, DomainId};
use model::time::Timestamp;
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const SEALED: &str = "x1:";
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// Holds the keys derived from the master key.
pub struct Vault {
    mark: String,
    cipher: XChaCha20Poly1305,
    cause_key: [u8; 32],
    file_key: [u8; 32],
    device_key: [u8; 32],
    receiver_key: [u8; 32],
}

fn derive(master_key: &[u8; 32], purpose: &str) -> [u8; 32] {
    mac(master_key, purpose.as_bytes())
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of every length; 32 bytes cannot be refused.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl Vault {
    /// Derives its keys, one for each purpose.
    pub fn new(master_key: &[u8; 32]) -> Self {
        let sealing = derive(master_key, "gatilho: secrets at rest");
        let mark = derive(master_key, "gatilho: which key this is");
        Vault {
            mark: mark.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
            cipher: XChaCha20Poly1305::new(&sealing.into()),
            cause_key: derive(master_key, "gatilho: cause tokens"),
            file_key: derive(master_key, "gatilho: links to files"),
            device_key: derive(master_key, "gatilho: known browsers"),
            receiver_key: derive(master_key, "gatilho: test receivers"),
        }
    }

    /// Tells one master key from another, and nothing else about it.
    pub fn mark(&self) -> String {
        self.mark.clone()
    }

    /// Encrypts a text. `place` (table and row) is bound to it, so that it opens nowhere else.
    pub fn seal(&self, random: &Random, text: &str, place: &str) -> String {
        let mut nonce = [0; NONCE_BYTES];
        random.with(|generator| generator.fill_bytes(&mut nonce));
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        // Encryption to memory fails only past 256 GiB.
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        format!("{SEALED}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`Vault::seal`] made for this place; none if the master key or the place differs.
    pub fn open(&self, sealed: &str, place: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(SEALED)?).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).ok()?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let text = self.cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }

    /// The `gatilho-cause` header of a delivery: what its change follows from, signed.
    pub fn cause_token(&self, domain: DomainId, cause: Cause) -> String {
        let mut text = format!("{}.{}", cause.root, cause.depth);
        if let Some(integration) = cause.integration {
            text.push_str(&format!(".{integration}"));
        }
        let tag = self.cause_tag(domain, &text);
        format!("{text}.{tag}")
    }

    /// The cause of a change made by a caller that echoes the header; none if the token was not made here.
    pub fn read_cause(&self, domain: DomainId, token: &str) -> Option<Cause> {
        let (text, tag) = token.trim().rsplit_once('.')?;
        let expected = self.cause_tag(domain, text);
        if !bool::from(expected.as_bytes().ct_eq(tag.as_bytes())) {
            return None;
        }
        parse_cause(text).map(Cause::next)
    }

    /// What ends a link to a file that works until this instant.
    pub fn file_signature(&self, key: FileKey, until: Timestamp) -> String {
        let tag = mac(&self.file_key, format!("{key}.{}", until.0).as_bytes());
        URL_SAFE_NO_PAD.encode(&tag[..TAG_BYTES])
    }

    /// Whether [`Vault::file_signature`] made it.
    pub fn is_file_signature(&self, key: FileKey, until: Timestamp, signature: &str) -> bool {
        self.file_signature(key, until).as_bytes().ct_eq(signature.as_bytes()).into()
    }

    /// A token by which a browser shows later that this person logged in with it: chance, and the vault's word for it.
    pub fn device_token(&self, random: &Random, domain: DomainId, person_id: &str) -> String {
        let mut chance = [0; TAG_BYTES];
        random.with(|generator| generator.fill_bytes(&mut chance));
        let chance = URL_SAFE_NO_PAD.encode(chance);
        let tag = self.device_tag(domain, person_id, &chance);
        format!("{chance}.{tag}")
    }

    /// What tells the browser from others; none if this person never logged in with it.
    pub fn read_device(&self, domain: DomainId, person_id: &str, token: &str) -> Option<String> {
        let (chance, tag) = token.split_once('.')?;
        let expected = self.device_tag(domain, person_id, chance);
        bool::from(expected.as_bytes().ct_eq(tag.as_bytes())).then(|| chance.to_owned())
    }

    /// What names a domain's test receiver; nobody else can tell it.
    pub fn receiver_token(&self, domain: DomainId) -> String {
        let tag = mac(&self.receiver_key, domain.to_string().as_bytes());
        format!("{domain}.{}", URL_SAFE_NO_PAD.encode(&tag[..TAG_BYTES]))
    }

    /// The domain whose test receiver it names; none if [`Vault::receiver_token`] did not make it.
    pub fn read_receiver(&self, token: &str) -> Option<DomainId> {
        let domain = domain_of_token(token)?;
        bool::from(self.receiver_token(domain).as_bytes().ct_eq(token.as_bytes())).then_some(domain)
    }

    fn device_tag(&self, domain: DomainId, person_id: &str, chance: &str) -> String {
        // The person's code stands last: whatever it holds, the parts cannot be taken for one another.
        let tag = mac(&self.device_key, format!("{domain}.{chance}.{person_id}").as_bytes());
        URL_SAFE_NO_PAD.encode(&tag[..TAG_BYTES])
    }

    fn cause_tag(&self, domain: DomainId, text: &str) -> String {
        let tag = mac(&self.cause_key, format!("{domain}.{text}").as_bytes());
        URL_SAFE_NO_PAD.encode(&tag[..TAG_BYTES])
    }
}

/// The cause that another domain's token tells of, for whoever has found out otherwise that it is sincere: its mark can
/// be checked over there alone. By which integration the chain came in there means nothing here.
pub(crate) fn foreign_cause(token: &str) -> Option<Cause> {
    let (text, _) = token.trim().rsplit_once('.')?;
    Some(Cause { integration: None, ..parse_cause(text)?.next() })
}

fn parse_cause(text: &str) -> Option<Cause> {
    let mut parts = text.split('.');
    let root: ChangeId = parts.next()?.parse().ok()?;
    let depth = parts.next()?.parse().ok()?;
    let integration = parts.next().map(str::parse).transpose().ok()?;
    parts.next().is_none().then_some(Cause { root, depth, integration })
}

/// SHA-256 of an API key or of a session's token, 64 hexadecimal digits: what the database keeps.
pub fn hash_key(key: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]].map(char::from);
    digest.into_iter().flat_map(digits).collect()
}

/// A new API key: `gat_` and 43 characters of chance.
pub fn new_key(random: &Random) -> String {
    format!("gat_{}", chance(random))
}

/// A new code that opens something once: 43 characters of chance.
pub fn new_code(random: &Random) -> String {
    chance(random)
}

/// What opens one half of an integration: 43 characters of chance.
pub(crate) fn new_half_secret(random: &Random) -> String {
    chance(random)
}

/// A new session's token: the domain in which it is looked for, and 43 characters of chance.
pub fn new_session_token(random: &Random, domain: DomainId) -> String {
    format!("{domain}.{}", chance(random))
}

/// The domain of a session's token; none for what is no such token.
pub fn domain_of_token(token: &str) -> Option<DomainId> {
    token.split_once('.').and_then(|(domain, _)| domain.parse().ok())
}

fn chance(random: &Random) -> String {
    let mut bytes = [0; 32];
    random.with(|generator| generator.fill_bytes(&mut bytes));
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::IntegrationId;

    #[test]
    fn a_sealed_text_opens_only_with_its_key_and_in_its_place() {
        let (vault, random) = (Vault::new(&[7; 32]), Random::from_seed(1));
        let sealed = vault.seal(&random, "whsec_x", "endpoints/1");
        assert!(!sealed.contains("whsec"));
        assert_eq!(vault.open(&sealed, "endpoints/1").as_deref(), Some("whsec_x"));
        assert_eq!(vault.open(&sealed, "endpoints/2"), None);
        assert_eq!(Vault::new(&[8; 32]).open(&sealed, "endpoints/1"), None);
        assert_eq!(vault.open("x1:AAAA", "endpoints/1"), None);
        assert_ne!(sealed, vault.seal(&random, "whsec_x", "endpoints/1"), "a nonce is never used twice");
    }

    #[test]
    fn a_cause_token_counts_on_and_cannot_be_forged() {
        let vault = Vault::new(&[7; 32]);
        let cause = Cause { depth: 3, ..Cause::root(ChangeId(42)) };
        let token = vault.cause_token(DomainId(1), cause);
        assert_eq!(vault.read_cause(DomainId(1), &token), Some(cause.next()));
        let came_in = Cause { integration: Some(IntegrationId(7)), ..cause };
        let token_of_it = vault.cause_token(DomainId(1), came_in);
        assert_eq!(vault.read_cause(DomainId(1), &token_of_it), Some(came_in.next()));
        assert_eq!(foreign_cause(&token_of_it), Some(cause.next()), "by which one is nobody else's matter");
        assert_eq!(vault.read_cause(DomainId(2), &token), None, "another domain's token");
        for forged in [token.replace(".3.", ".0."), String::new(), "..".into(), format!("{token}x")] {
            assert_eq!(vault.read_cause(DomainId(1), &forged), None, "{forged}");
        }
    }

    #[test]
    fn a_link_is_good_for_its_file_and_its_time_alone() {
        let (vault, key, until) = (Vault::new(&[7; 32]), FileKey(1), Timestamp(5));
        let signature = vault.file_signature(key, until);
        assert!(vault.is_file_signature(key, until, &signature));
        assert!(!vault.is_file_signature(FileKey(2), until, &signature));
        assert!(!vault.is_file_signature(key, Timestamp(6), &signature));
        assert!(!Vault::new(&[8; 32]).is_file_signature(key, until, &signature));
        assert!(!vault.is_file_signature(key, until, ""));
    }

    #[test]
    fn a_browser_is_known_to_the_person_who_logged_in_with_it_only() {
        let (vault, random) = (Vault::new(&[7; 32]), Random::from_seed(1));
        let token = vault.device_token(&random, DomainId(1), "ana");
        assert!(vault.read_device(DomainId(1), "ana", &token).is_some());
        assert_eq!(vault.read_device(DomainId(1), "bob", &token), None);
        assert_eq!(vault.read_device(DomainId(2), "ana", &token), None);
        assert_eq!(Vault::new(&[8; 32]).read_device(DomainId(1), "ana", &token), None);
        for forged in ["", ".", "a.b", &token[1..]] {
            assert_eq!(vault.read_device(DomainId(1), "ana", forged), None, "{forged}");
        }
    }

    #[test]
    fn a_test_receiver_is_its_domains_and_cannot_be_guessed() {
        let vault = Vault::new(&[7; 32]);
        let token = vault.receiver_token(DomainId(1));
        assert_eq!(vault.read_receiver(&token), Some(DomainId(1)));
        let of_another = token.replace(&DomainId(1).to_string(), &DomainId(2).to_string());
        for forged in
            ["", ".", &token[1..], &of_another, Vault::new(&[8; 32]).receiver_token(DomainId(1)).as_str()]
        {
            assert_eq!(vault.read_receiver(forged), None, "{forged}");
        }
    }

    #[test]
    fn a_sessions_token_names_its_domain() {
        let random = Random::from_seed(1);
        let token = new_session_token(&random, DomainId(5));
        assert_eq!(domain_of_token(&token), Some(DomainId(5)));
        assert_eq!([domain_of_token(""), domain_of_token("x.y"), domain_of_token("dom_.z")], [None; 3]);
    }

    #[test]
    fn keys_differ_and_hash_to_64_digits() {
        let random = Random::from_seed(1);
        let (one, other) = (new_key(&random), new_key(&random));
        assert_ne!(one, other);
        assert_eq!((one.len(), hash_key(&one).len()), (47, 64));
    }
}
