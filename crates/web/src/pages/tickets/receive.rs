//! Forms of tickets that may come with files: what was wrong with them stands beside the field of the files.

use crate::error::Failure;
use crate::view::faults::Faults;
use http::StatusCode;
use model::fault::Fault;

/// The field of the files.
const FILES: &str = "file";

/// The faults of what a form brought; what is not about its content is a failure of its own.
pub(super) fn faults(failure: Failure) -> Result<Faults, Failure> {
    match failure.status {
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::BAD_REQUEST | StatusCode::CONFLICT
            if failure.faults.is_empty() =>
        {
            Ok(Faults(vec![Fault::new(FILES, failure.detail)]))
        }
        StatusCode::BAD_REQUEST => Ok(Faults(failure.faults)),
        _ => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Words;
    use model::classification::Locale;
    use model::wording::Text;

    #[test]
    fn a_file_that_is_too_large_is_told_beside_the_files() {
        let large = || Text::given("too large");
        let told = faults(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, large())).unwrap();
        assert_eq!(told.of(&Words::new(Locale::En), "file").as_deref(), Some("too large"));
        assert!(faults(Failure::new(StatusCode::FORBIDDEN, large())).is_err());
    }
}
