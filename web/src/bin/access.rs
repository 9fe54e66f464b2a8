//! The second program: one's own access, from a slip to an account, and its password, second factors and sessions.

fn main() {
    web::access();
}
