//! Lives here: telling Cargo that a new migration file changes the crate. Not here: what a migration says.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
