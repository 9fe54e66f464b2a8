//! The first program: what everybody begins with, and all that whoever only reports needs.

fn main() {
    web::report();
}
