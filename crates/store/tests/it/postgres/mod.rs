//! Lives here: what only a PostgreSQL server can do, and what only it can do wrong.
//! Not here: what every database behind the seam must do (the files beside this directory).

mod faults;
mod groups;
mod inspection;
mod nodes;
mod plans;
mod proxy;
mod unknown;
