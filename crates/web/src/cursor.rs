//! Cursors: where a page of a list ended, opaque to the caller. They name no row that the caller could not see.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Ask for the next page with this as `cursor`; null when there is none.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of the rows read, one more than wanted if there are more.
    pub(crate) fn of<R, const N: usize>(
        list: &str,
        mut rows: Vec<R>,
        limit: usize,
        key: impl Fn(&R) -> [i64; N],
        form: impl FnMut(R) -> T,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| write(list, key(row)));
        Page { items: rows.into_iter().map(form).collect(), next_cursor }
    }
}

impl<T> Page<T> {
    /// The same for lists whose rows are keyed by two texts.
    pub(crate) fn by_text<R>(
        list: &str,
        mut rows: Vec<R>,
        limit: usize,
        key: impl Fn(&R) -> (String, String),
        form: impl FnMut(R) -> T,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| write_texts(list, &key(row)));
        Page { items: rows.into_iter().map(form).collect(), next_cursor }
    }
}

/// Longer than a cursor of two texts can be.
const TEXTS_MAX: usize = 4_000;

/// Writes the key of a list's row that is two texts; neither holds NUL.
fn write_texts(list: &str, (first, second): &(String, String)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}\0{first}\0{second}"))
}

/// Reads a key that [`write_texts`] wrote for the same list.
pub(crate) fn read_texts(list: &str, text: &str) -> Option<(String, String)> {
    if text.len() > TEXTS_MAX {
        return None;
    }
    let key = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (first, second) = key.strip_prefix(list)?.strip_prefix('\0')?.split_once('\0')?;
    (!second.contains('\0')).then(|| (first.to_owned(), second.to_owned()))
}

/// Writes the key of a list's row.
pub(crate) fn write<const N: usize>(list: &str, key: [i64; N]) -> String {
    let mut bytes = list.as_bytes().to_vec();
    bytes.extend(key.iter().flat_map(|part| part.to_be_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a key that [`write`] wrote for the same list.
pub(crate) fn read<const N: usize>(list: &str, text: &str) -> Option<[i64; N]> {
    // Longer than any cursor: not worth decoding.
    if text.len() > 200 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let key = bytes.strip_prefix(list.as_bytes())?;
    let (parts, rest) = key.as_chunks::<8>();
    let parts: Vec<i64> = parts.iter().map(|part| i64::from_be_bytes(*part)).collect();
    if rest.is_empty() { parts.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_in_its_own_list_only() {
        let cursor = write("log", [-5, i64::MAX]);
        assert_eq!(read("log", &cursor), Some([-5, i64::MAX]));
        assert_eq!(read::<1>("log", &cursor), None);
        assert_eq!(read::<2>("notices", &cursor), None);
        for broken in ["", "!", "bG9n", &cursor[1..], &"A".repeat(5_000)] {
            assert_eq!(read::<2>("log", broken), None, "{broken}");
        }
    }

    #[test]
    fn a_cursor_of_texts_reads_back_in_its_own_list_only() {
        let key = ("ação ".repeat(30), "1".to_owned());
        let cursor = write_texts("people", &key);
        assert_eq!(read_texts("people", &cursor), Some(key));
        assert_eq!(read_texts("teams", &cursor), None);
        for broken in
            ["", "!", "cGVvcGxl", &write_texts("people", &("a\0b".into(), "c".into())), &"A".repeat(5_000)]
        {
            assert_eq!(read_texts("people", broken), None, "{broken}");
        }
    }

    #[test]
    fn a_page_has_a_cursor_only_when_more_follows() {
        let page = |rows: &[i64]| Page::of("x", rows.to_vec(), 2, |row| [*row], |row| row);
        let (short, long) = (page(&[1, 2]), page(&[1, 2, 3]));
        assert_eq!((short.items.len(), short.next_cursor), (2, None));
        assert_eq!(long.items, [1, 2]);
        assert_eq!(long.next_cursor.and_then(|cursor| read("x", &cursor)), Some([2]));
    }
}
