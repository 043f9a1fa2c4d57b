//! Lives here: nothing yet.
//! Not here: nothing.
