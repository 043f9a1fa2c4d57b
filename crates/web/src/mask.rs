//! URLs without their secrets: for notices, logs and tables. The whole URL is for those who may create triggers.

/// The URL with every value of its query hidden (`?secret=•••`), as well as what stands before an `@` in its host.
#[must_use]
pub fn mask_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (url, None),
    };
    let mut masked = String::with_capacity(url.len() + 8);
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    match address[start..end].rfind('@') {
        Some(at) => masked.extend([&address[..start], "•••", &address[start + at..]]),
        None => masked.push_str(address),
    }
    for (index, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        masked.push(if index == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, _)) => masked.extend([name, "=•••"]),
            None if pair.is_empty() => {}
            None => masked.push_str("•••"),
        }
    }
    masked
}

/// A sentence with every URL in it masked, also one without a host, as a `Location` may be.
#[must_use]
pub fn mask_text(text: &str) -> String {
    if !text.contains('/') {
        return text.to_owned();
    }
    let is_url = |word: &str| word.contains("://") || (word.starts_with('/') && word.contains('?'));
    let word = |word: &str| {
        // A sentence that goes on after the URL; in the URL's query it would be hidden, too.
        let (url, end) = word.strip_suffix(';').map_or((word, ""), |url| (url, ";"));
        if is_url(url) { mask_url(url) + end } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_query_are_hidden() {
        for (url, masked) in [
            ("https://a.example/hook", "https://a.example/hook"),
            ("https://a.example/hook?secret=abc&id=5", "https://a.example/hook?secret=•••&id=•••"),
            ("https://a.example/?abc", "https://a.example/?•••"),
            ("https://a.example?a=b=c&&d#frag=e", "https://a.example?a=•••&&•••"),
            ("https://me:pw@a.example/x@y?z=1", "https://•••@a.example/x@y?z=•••"),
            ("a@b", "•••@b"),
            ("?k=v", "?k=•••"),
            ("", ""),
        ] {
            assert_eq!(mask_url(url), masked, "{url}");
        }
    }

    #[test]
    fn urls_in_a_sentence_are_masked() {
        let text = "answered 302 to https://a.example/x?token=abc; use that address";
        assert_eq!(mask_text(text), "answered 302 to https://a.example/x?token=•••; use that address");
        assert_eq!(mask_text("answered 302 to /x?token=abc"), "answered 302 to /x?token=•••");
        assert_eq!(mask_text("no URL at all?a=b and/or c"), "no URL at all?a=b and/or c");
    }
}
