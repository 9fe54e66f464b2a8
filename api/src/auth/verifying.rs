//! Comparing a password with its hash, in memory that is kept between one comparison and the next.
//!
//! A hash fills 19 MiB (see [`crate::config::PasswordCost`]). The library allocates them anew for each, and has them
//! cleared first, though Argon2 writes each block before it reads it: at the evening peak that is one twentieth of the work.

use std::sync::Mutex;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;

/// Memory for as many comparisons as were ever made at the same time.
#[derive(Debug, Default)]
pub(super) struct Verifying(Mutex<Vec<Vec<Block>>>);

impl Verifying {
    /// Whether a password has a hash, which names its own algorithm and cost.
    ///
    /// # Errors
    ///
    /// When it isn't a whole hash of Argon2.
    pub(super) fn matches(&self, password: &[u8], stored: &PasswordHash) -> Result<bool, argon2::password_hash::Error> {
        use argon2::password_hash::Error;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else { return Err(Error::EncodingInvalid) };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
        let version = stored.version.map_or(Ok(Version::default()), Version::try_from)?;
        let params = Params::try_from(stored)?;
        let blocks = params.block_count();
        let mut output = vec![0; expected.len()];
        let mut memory = self.take(blocks);
        let argon2 = Argon2::new(algorithm, version, params);
        let done = argon2.hash_password_into_with_memory(password, salt, &mut output, &mut memory[..blocks]);
        self.put_back(memory);
        done?;
        Ok(bool::from(output.ct_eq(expected.as_ref())))
    }

    fn take(&self, blocks: usize) -> Vec<Block> {
        let mut memory = self.0.lock().ok().and_then(|mut kept| kept.pop()).unwrap_or_default();
        if memory.len() < blocks {
            memory.resize(blocks, Block::default());
        }
        memory
    }

    fn put_back(&self, memory: Vec<Block>) {
        if let Ok(mut kept) = self.0.lock() {
            kept.push(memory);
        }
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    fn hashed(password: &str, cost: (u32, u32, u32), output: Option<usize>) -> PasswordHash {
        let params = Params::new(cost.0, cost.1, cost.2, output).expect("a cost");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password(password.as_bytes()).expect("hashed")
    }

    #[test]
    fn says_what_the_library_says_whatever_the_memory_held_before() {
        let verifying = Verifying::default();
        for cost in [(64, 2, 1), (8, 1, 1), (256, 3, 2), (64, 1, 4), (8, 1, 1)] {
            for output in [None, Some(16), Some(64)] {
                let stored = hashed("三匹の魚たち", cost, output);
                for typed in ["三匹の魚たち", "三匹の魚たちが", ""] {
                    let by_library = Argon2::default().verify_password(typed.as_bytes(), &stored).is_ok();
                    assert_eq!(verifying.matches(typed.as_bytes(), &stored), Ok(by_library), "{cost:?} {typed}");
                    assert_eq!(by_library, typed == "三匹の魚たち");
                }
            }
        }
        assert_eq!(verifying.0.lock().expect("kept").len(), 1, "one comparison at a time needs one memory");
    }

    #[test]
    fn part_of_a_hash_has_no_password() {
        let mut stored = hashed("secret", (8, 1, 1), None);
        stored.hash = None;
        assert!(Verifying::default().matches(b"secret", &stored).is_err());
    }
}
