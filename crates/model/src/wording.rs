//! Sentences for people that can be told in another language: a template in English with its arguments apart. What prints
//! them without further ado (APIs, logs, storage) prints English. The translations are no matter of this floor.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A sentence, or a part of one.
#[derive(Clone)]
pub enum Text {
    /// English with places such as `{max}`, and what stands in each.
    Template(&'static str, Vec<(&'static str, Text)>),
    /// A finished text, which stays as it is: a name, a number, what another program said.
    Given(String),
}

/// A sentence with its arguments: `text!("has {length} characters; at most {max} are allowed", length, max = MAX)`. The
/// compiler refuses a place without its argument and an argument without its place. An argument that is a [`Text`] itself
/// is told in the reader's language as well.
#[macro_export]
macro_rules! text {
    (@value $name:ident) => { $crate::wording::Argument::text(&$name) };
    (@value $name:ident $value:expr) => { $crate::wording::Argument::text(&$value) };
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const { assert!($crate::wording::fits($template, &[$(stringify!($name)),*])) };
        $crate::wording::Text::Template(
            $template,
            vec![$((stringify!($name), $crate::text!(@value $name $($value)?))),*],
        )
    }};
}

/// What can stand in a sentence.
pub trait Argument {
    /// The argument as a text.
    fn text(&self) -> Text;
}

impl Argument for Text {
    fn text(&self) -> Text {
        self.clone()
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn text(&self) -> Text {
        (**self).text()
    }
}

macro_rules! given {
    ($($kind:ty)*) => {
        $(impl Argument for $kind {
            fn text(&self) -> Text {
                Text::Given(self.to_string())
            }
        })*
    };
}

given!(str String char u8 u16 u32 u64 i32 i64 usize);

impl Text {
    /// A finished text, which stays as it is in every language.
    pub fn given(text: impl Into<String>) -> Text {
        Text::Given(text.into())
    }

    /// The sentence with each template, its own and those of its arguments, in the words that `translate` has for it. A
    /// template for which it has none stays English.
    pub fn told<'t>(&self, translate: &dyn Fn(&'static str) -> Option<&'t str>) -> String {
        match self {
            Text::Given(text) => text.clone(),
            Text::Template(template, arguments) => {
                let words = translate(template).unwrap_or(template);
                fill(words, &|name| {
                    let (_, value) = arguments.iter().find(|(known, _)| *known == name)?;
                    Some(value.told(translate))
                })
            }
        }
    }
}

/// Puts values in the places of a template.
fn fill(template: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let (mut filled, mut rest) = (String::with_capacity(template.len()), template);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, behind)| Some((value(name)?, behind)));
        rest = match &place {
            Some((value, behind)) => {
                filled.push_str(value);
                behind
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

/// Whether a place can have this name: small letters and `_`.
pub fn is_place(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Whether a template has exactly these places. A place is a name of small letters and `_` in braces.
pub const fn fits(template: &str, names: &[&str]) -> bool {
    let bytes = template.as_bytes();
    let (mut at, mut seen) = (0, 0u64);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            let mut end = at + 1;
            while end < bytes.len() && (bytes[end].is_ascii_lowercase() || bytes[end] == b'_') {
                end += 1;
            }
            if end < bytes.len() && bytes[end] == b'}' && end > at + 1 {
                let mut which = 0;
                while which < names.len() && !is_there(bytes, at + 1, end, names[which].as_bytes()) {
                    which += 1;
                }
                if which == names.len() {
                    return false;
                }
                seen |= 1 << which;
            }
        }
        at += 1;
    }
    seen == (1 << names.len()) - 1
}

/// Whether `name` is what stands in `bytes` between the two places.
const fn is_there(bytes: &[u8], from: usize, to: usize, name: &[u8]) -> bool {
    if to - from != name.len() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if bytes[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// English.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(&|_| None))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// Texts are equal when they say the same in English.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.told(&|_| None) == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was written down is finished.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        String::deserialize(deserializer).map(Text::Given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portuguese(template: &'static str) -> Option<&'static str> {
        match template {
            "is {shape}; at most {max} are allowed" => Some("no máximo {max}; é {shape}"),
            "a list" => Some("uma lista"),
            _ => None,
        }
    }

    #[test]
    fn a_text_is_english_by_itself_and_takes_the_readers_words_with_its_arguments() {
        let max = 5;
        let text = text!("is {shape}; at most {max} are allowed", shape = text!("a list"), max);
        assert_eq!(text, "is a list; at most 5 are allowed");
        assert_eq!(text.told(&portuguese), "no máximo 5; é uma lista");
        let unknown = text!("`{name}` is {shape}", name = "{shape} a list", shape = text!("a list"));
        assert_eq!(unknown.told(&portuguese), "`{shape} a list` is uma lista");
    }

    #[test]
    fn a_text_is_stored_in_english_and_comes_back_finished() {
        let text = text!("a list");
        let stored = serde_json::to_string(&text).unwrap();
        assert_eq!(stored, "\"a list\"");
        let read: Text = serde_json::from_str(&stored).unwrap();
        assert!(matches!(&read, Text::Given(text) if text == "a list") && read == text);
    }

    #[test]
    fn a_template_has_exactly_the_places_of_its_arguments() {
        for (template, names, fit) in [
            ("x", &[][..], true),
            ("{a} {b} {a}", &["a", "b"], true),
            ("{a}", &[], false),
            ("x", &["a"], false),
            ("{ab}", &["a"], false),
            ("a JSON such as {} or {\"a\": 1}", &[], true),
        ] {
            assert_eq!(fits(template, names), fit, "{template}");
        }
        assert_eq!(text!("a JSON such as {} or {\"a\": 1}"), "a JSON such as {} or {\"a\": 1}");
    }
}
