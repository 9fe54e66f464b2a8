//! The fourth program: figures, for health centers, prefectures and the ministry.

fn main() {
    web::figures();
}
