//! The fifth program: a health center's evening, in which it collects what is missing.

fn main() {
    web::collect();
}
