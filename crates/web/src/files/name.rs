//! A file's name in `content-disposition`: always as an attachment, so that a browser saves it and shows nothing of it.

use http::HeaderValue;
use std::fmt::Write;

/// The header's value. Old clients read the name in ASCII, others the whole.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let plain = |letter: char| match letter {
        '"' | '\\' | '%' => '_',
        ' '..='~' => letter,
        _ => '_',
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut text = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing to memory cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_quotes_and_other_letters_are_encoded() {
        let text = |name: &str| attachment(name).to_str().unwrap().to_owned();
        assert_eq!(text("a b.txt"), "attachment; filename=\"a b.txt\"");
        assert_eq!(
            text("ação.pdf"),
            "attachment; filename=\"a__o.pdf\"; filename*=UTF-8''a%C3%A7%C3%A3o.pdf"
        );
        assert!(
            text("a\"; x=\"b\r\n.txt").starts_with("attachment; filename=\"a_; x=_b__.txt\"; filename*=")
        );
    }
}
