//! Any text as each of the query options of the public API: it is read or refused, and never more.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| web::odata_fuzz(text));
