//! The third program: what is done at a desk, by managers, health centers, prefectures and the ministry.

fn main() {
    web::office();
}
