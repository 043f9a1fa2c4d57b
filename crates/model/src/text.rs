//! Comparing text as people of Portuguese, Spanish and English expect: `ação` equals `ACAO`.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds case and accents. ASCII without capitals is returned as it is.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    Cow::Owned(
        text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect(),
    )
}

/// Whether two texts are equal when case and accents are folded.
pub fn same(left: &str, right: &str) -> bool {
    left == right || fold(left) == fold(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_fold() {
        assert!(same("Em Atenção", "em atencao"));
        assert!(same("ALTA", "alta"));
        assert!(!same("Alta", "Altar"));
        assert_eq!(fold("niño ÀÉ"), "nino ae");
    }

    #[test]
    fn signs_without_a_base_letter_fold_to_nothing() {
        assert_eq!(fold("\u{301}\u{302}"), "");
        assert_eq!(fold("e\u{301}"), fold("é"));
    }

    #[test]
    fn letters_of_other_scripts_and_widths_fold_without_loss() {
        for (text, folded) in
            [("ＡＢＣ", "abc"), ("İstanbul", "istanbul"), ("ﬁm", "fim"), ("ЖУК", "жук"), ("日本", "日本")]
        {
            assert_eq!(fold(text), folded);
        }
    }
}
