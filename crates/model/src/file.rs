//! Files of tickets as facts: their keys, the names they are shown under, the types they are served as.
//! Does not live here: the bytes (engine `files`), who may read them (engine `commands`).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Characters of a file's name.
pub const NAME_MAX: usize = 255;

/// What a file is called whose name says nothing.
const NAMELESS: &str = "file";

/// Where a file's bytes are kept: 128 bits of chance, outside 32 upper-case hexadecimal digits. It cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey(pub u128);

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not a file's key, 32 hexadecimal digits")]
pub struct NotAKey;

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032X}", self.0)
    }
}

/// Shows how it begins: whoever has a key may be let in by it.
impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKey({:04X}…)", self.0 >> 112)
    }
}

impl FromStr for FileKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let is_digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digits {
            return Err(NotAKey);
        }
        u128::from_str_radix(text, 16).map(FileKey).map_err(|_| NotAKey)
    }
}

impl Serialize for FileKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FileKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A file's name as it may be shown and saved under: the last part of a path, without control characters and marks that
/// turn the direction of writing, without what file systems refuse, at most [`NAME_MAX`] characters; the ending is kept.
pub fn clean_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|letter| !is_hidden(*letter)).map(in_a_name).collect();
    // Names that begin with a dot are hidden, and `.` and `..` are no names; Windows takes dots and blanks off the end.
    let kept = kept.trim_start_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let kept = kept.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace());
    if kept.is_empty() {
        return NAMELESS.to_owned();
    }
    shortened(kept)
}

fn shortened(name: &str) -> String {
    const ENDING_MAX: usize = 20;
    let length = name.chars().count();
    if length <= NAME_MAX {
        return name.to_owned();
    }
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    let ending = if ending.chars().count() > ENDING_MAX { "" } else { ending };
    let stem = NAME_MAX - ending.chars().count();
    name.chars().take(stem).chain(ending.chars()).collect()
}

/// Characters that are not seen, or that make a name look like another one.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What some file system keeps for itself becomes a line.
fn in_a_name(letter: char) -> char {
    match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    }
}

/// Types that nothing runs in a browser; all else is served as bytes.
const SERVED: [(&str, &str); 6] = [
    ("image/png", "image/png"),
    ("image/jpeg", "image/jpeg"),
    ("image/gif", "image/gif"),
    ("image/webp", "image/webp"),
    ("application/pdf", "application/pdf"),
    ("text/plain", "text/plain; charset=utf-8"),
];

/// The type that a file is served as, from the one it was sent with.
pub fn served_type(sent: &str) -> &'static str {
    let kind = sent.split(';').next().unwrap_or_default().trim();
    let known = SERVED.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
    known.map_or("application/octet-stream", |(_, served)| served)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_digits_and_reads_back_in_either_case() {
        let key = FileKey(0x0a);
        assert_eq!(key.to_string(), "0000000000000000000000000000000A");
        assert_eq!("0000000000000000000000000000000a".parse(), Ok(key));
        for text in ["", "A", "+000000000000000000000000000000A", "0000000000000000000000000000000G", "../x"]
        {
            assert_eq!(text.parse::<FileKey>(), Err(NotAKey), "{text}");
        }
        assert_eq!(format!("{:?}", FileKey(u128::MAX)), "FileKey(FFFF…)");
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path_without_tricks() {
        for (given, clean) in [
            ("relatório final.pdf", "relatório final.pdf"),
            ("C:\\Users\\ana\\foto.png", "foto.png"),
            ("../../etc/passwd", "passwd"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("a\0b\r\nc.txt", "abc.txt"),
            ("..", "file"),
            ("  .htaccess ", "htaccess"),
            ("x.txt. . ", "x.txt"),
            ("", "file"),
            ("\u{200b}", "file"),
            ("a<b>:\"c\".txt", "a_b___c_.txt"),
            ("日本.txt", "日本.txt"),
        ] {
            assert_eq!(clean_name(given), clean, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = clean_name(&format!("{}.pdf", "é".repeat(400)));
        assert!(name.chars().count() == NAME_MAX && name.ends_with("é.pdf"), "{name}");
        let name = clean_name(&format!("a.{}", "b".repeat(400)));
        assert_eq!(name.chars().count(), NAME_MAX);
    }

    #[test]
    fn nothing_is_served_as_a_type_that_runs() {
        assert_eq!(served_type("Image/PNG; x=y"), "image/png");
        assert_eq!(served_type("text/plain"), "text/plain; charset=utf-8");
        for sent in ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "", "text/javascript"]
        {
            assert_eq!(served_type(sent), "application/octet-stream", "{sent}");
        }
    }
}
