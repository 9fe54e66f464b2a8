//! Secrets that went through the service, and the search for them in what it left behind: as they are and in every form
//! in which they could hide.

use std::cell::RefCell;
use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

/// Bytes of a secret below which it would be found by chance.
const LEAST: usize = 8;

/// What has been planted so far.
#[derive(Debug, Default)]
pub struct Planted(RefCell<Secrets>);

#[derive(Debug, Default)]
struct Secrets {
    /// Every form of what is long, with what it is.
    forms: Vec<(String, Vec<u8>)>,
    /// Codes of six digits, which stand alone where they stand.
    digits: Vec<(String, String)>,
}

impl Planted {
    /// Plants a secret of so many random bits that its digest tells nothing.
    pub fn random(&self, what: &str, secret: impl AsRef<[u8]>) {
        let secret = secret.as_ref();
        assert!(secret.len() >= LEAST, "{what} would be found by chance");
        self.0.borrow_mut().forms.extend(forms(secret).into_iter().map(|form| (what.to_owned(), form)));
    }

    /// Plants what could be guessed: a digest of it without a salt would give it away too.
    pub fn guessable(&self, what: &str, secret: &str) {
        self.random(what, secret);
        self.random(&format!("{what}, as a digest"), digest(&SHA256, secret.as_bytes()));
    }

    /// Plants a code in groups, which may be typed without them and in small letters.
    pub fn code(&self, what: &str, code: &str) {
        for form in [code.to_owned(), code.replace('-', "")] {
            self.guessable(what, &form.to_lowercase());
            self.guessable(what, &form);
        }
    }

    /// Plants a code of six digits.
    pub fn digits(&self, what: &str, code: &str) {
        assert_eq!(code.len(), 6);
        self.random(&format!("{what}, as a digest"), digest(&SHA256, code.as_bytes()));
        self.0.borrow_mut().digits.push((what.to_owned(), code.to_owned()));
    }

    /// What was planted and is found in some bytes, in whichever form.
    pub fn found_in(&self, bytes: &[u8]) -> BTreeSet<String> {
        let secrets = self.0.borrow();
        let search = AhoCorasick::new(secrets.forms.iter().map(|(_, form)| form)).expect("a search");
        search.find_overlapping_iter(bytes).map(|hit| secrets.forms[hit.pattern().as_usize()].0.clone()).collect()
    }

    /// The codes of six digits that stand in a text by themselves.
    pub fn digits_in(&self, text: &str) -> BTreeSet<String> {
        let secrets = self.0.borrow();
        let stands_alone = |start: usize, end: usize| {
            let (before, after) = (&text[..start], &text[end..]);
            // Parts of a second and how long a request took are no codes, though they may look like one.
            let is_measured = before.ends_with('.') || before.ends_with("micros=") || before.ends_with("\"micros\":");
            let goes_on = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !is_measured && !goes_on(before.chars().next_back()) && !goes_on(after.chars().next())
        };
        let is_in = |code: &str| text.match_indices(code).any(|(start, _)| stands_alone(start, start + code.len()));
        secrets.digits.iter().filter(|(_, code)| is_in(code)).map(|(what, _)| what.clone()).collect()
    }
}

/// A secret as it is, in hexadecimal, in base 64 wherever it stands in what was encoded, and escaped for an address.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_vec(), HEXLOWER.encode(secret).into_bytes(), HEXUPPER.encode(secret).into_bytes()];
    for before in 0..3 {
        let padded = [vec![0; before], secret.to_vec()].concat();
        // Only the characters that nothing but the secret's own bits make.
        let (start, end) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for encoding in [BASE64_NOPAD, BASE64URL_NOPAD] {
            forms.push(encoding.encode(&padded).into_bytes()[start..end].to_vec());
        }
    }
    if let Ok(text) = std::str::from_utf8(secret) {
        forms.push(form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().into_bytes());
        forms.push(text.replace(' ', "%20").into_bytes());
    }
    forms.sort();
    forms.dedup();
    forms
}

#[test]
fn a_secret_is_found_in_every_form_and_anywhere_and_another_is_not() {
    let planted = Planted::default();
    planted.guessable("a password", "two gulls + one kettle");
    planted.random("a seed", [0xfb, 0xff, 0xfe, 3, 4, 5, 6, 7, 8, 9]);
    for around in ["", "a", "ab", "abc"] {
        let plain = format!("{around}two gulls + one kettle{around}");
        let digest = HEXLOWER.encode(digest(&SHA256, b"two gulls + one kettle").as_ref());
        for (form, expected) in [
            (plain.clone(), "a password"),
            (HEXUPPER.encode(plain.as_bytes()), "a password"),
            (BASE64_NOPAD.encode(plain.as_bytes()), "a password"),
            (format!("{around}two+gulls+%2B+one+kettle"), "a password"),
            (format!("{around}{digest}"), "a password, as a digest"),
        ] {
            let found = planted.found_in(format!("what was said: {form}.").as_bytes());
            assert_eq!(found.into_iter().collect::<Vec<_>>(), [expected], "{form}");
        }
        let seed = [around.as_bytes(), &[0xfb, 0xff, 0xfe, 3, 4, 5, 6, 7, 8, 9], around.as_bytes()].concat();
        for form in [seed.clone(), BASE64_NOPAD.encode(&seed).into(), BASE64URL_NOPAD.encode(&seed).into()] {
            assert_eq!(planted.found_in(&form).into_iter().collect::<Vec<_>>(), ["a seed"], "{around}");
        }
    }
    assert_eq!(planted.found_in(b"two gulls and one kettle"), BTreeSet::new());
}

#[test]
fn six_digits_are_found_where_they_stand_alone() {
    let planted = Planted::default();
    planted.digits("a code", "123456");
    for text in ["123456", "code=123456&", "'123456'", "{\"code\":123456}"] {
        assert_eq!(planted.digits_in(text).len(), 1, "{text}");
    }
    for text in ["1234567", "a123456", "00.123456Z", "\"micros\":123456,", "12345"] {
        assert_eq!(planted.digits_in(text).len(), 0, "{text}");
    }
}
