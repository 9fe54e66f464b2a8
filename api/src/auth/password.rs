//! Passwords: Argon2id behind a bounded queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::{PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use shared::unicode::nfkc;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

use super::verifying::Verifying;
use crate::config::PasswordCost;
use crate::error::{ApiError, ApiResult};

/// How many may wait for their turn, which is two seconds' work for two cores; one more is told to come again.
const QUEUE: usize = 128;
const RETRY_AFTER: u32 = 2;

/// Hashes and checks passwords, as many at a time as there are cores. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    argon2: Argon2<'static>,
    params: Params,
    verifying: Verifying,
    turns: Semaphore,
    waiting: AtomicUsize,
    queue: usize,
    /// What is checked when there is no account: the same work as for a real one.
    dummy: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Whether the password is the right one.
    pub is_right: bool,
    /// A new hash of it, if it is right and the parameters have changed since it was made.
    pub rehashed: Option<String>,
    /// Why nothing could be compared with the hash that is stored: it is damaged. The password counts as wrong then.
    pub damage: Option<String>,
}

/// What was found in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The hash of the code that was typed; none where it is none of the set's.
    pub phc: Option<String>,
    /// Why nothing could be compared with one of the hashes that are stored: it is damaged.
    pub damage: Option<String>,
}

impl Passwords {
    /// Passwords at a cost.
    ///
    /// # Errors
    ///
    /// When Argon2 can't work with the cost.
    pub fn new(cost: PasswordCost) -> ApiResult<Self> {
        Self::with_queue(cost, QUEUE)
    }

    /// As [`Passwords::new`], with another length of the queue.
    ///
    /// # Errors
    ///
    /// As [`Passwords::new`].
    pub fn with_queue(cost: PasswordCost, queue: usize) -> ApiResult<Self> {
        let params = Params::new(cost.memory, cost.passes, cost.lanes, None).map_err(|error| failed(&error))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let dummy = hash(&argon2, "nobody has this password")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (turns, waiting) = (Semaphore::new(cores), AtomicUsize::new(0));
        let verifying = Verifying::default();
        Ok(Self(Arc::new(Inner { argon2, params, verifying, turns, waiting, queue, dummy })))
    }

    /// Checks a password against a hash; without one, against a dummy, which takes as long and is never right.
    ///
    /// # Errors
    ///
    /// `busy` when too many wait.
    pub async fn check(&self, password: &str, phc: Option<String>) -> ApiResult<Checked> {
        self.line_up()?.check(password, phc).await
    }

    /// A place in the queue, for who has something else to do before the check and should do it only if there is one.
    ///
    /// # Errors
    ///
    /// `busy` when too many wait.
    pub fn line_up(&self) -> ApiResult<Place> {
        Place::take(&self.0, self.0.queue).ok_or_else(|| ApiError::busy(RETRY_AFTER))
    }

    /// A place in the first half of the queue: whatever strangers do, those who are known find places in the other.
    ///
    /// # Errors
    ///
    /// `busy` when half of those who may wait do.
    pub fn line_up_as_stranger(&self) -> ApiResult<Place> {
        Place::take(&self.0, self.0.queue / 2).ok_or_else(|| ApiError::busy(RETRY_AFTER))
    }

    /// Hashes a password.
    ///
    /// # Errors
    ///
    /// `busy` when too many wait.
    pub async fn hash(&self, password: &str) -> ApiResult<String> {
        let password = normalized(password);
        self.in_turn(move |inner| hash(&inner.argon2, &password)).await
    }

    /// Hashes codes of 80 bits or more with one salt, so that one hash tells which of them was typed.
    ///
    /// # Errors
    ///
    /// `busy` when too many wait.
    pub async fn hash_set(&self, codes: Vec<String>) -> ApiResult<Vec<String>> {
        self.in_turn(move |inner| {
            let mut salt = [0_u8; 16];
            aws_lc_rs::rand::fill(&mut salt).map_err(|_| ApiError::internal("no randomness"))?;
            let hash = |code: &String| inner.argon2.hash_password_with_salt(code.as_bytes(), &salt);
            codes.iter().map(|code| Ok(hash(code).map_err(|error| failed(&error))?.to_string())).collect()
        })
        .await
    }

    /// Which of the hashes of a set is that of a code. They are compared in constant time.
    ///
    /// # Errors
    ///
    /// `busy` when too many wait.
    pub async fn find_in_set(&self, code: &str, phcs: Vec<String>) -> ApiResult<Found> {
        let code = code.to_owned();
        self.in_turn(move |_| {
            let (whole, damaged): (Vec<_>, Vec<_>) = phcs.iter().map(|phc| made_of(phc)).partition(Result::is_ok);
            let damage = damaged.into_iter().find_map(Result::err);
            // One whole hash tells the salt and the cost of all.
            let Some(Ok((salt, params))) = whole.into_iter().next() else { return Ok(Found { phc: None, damage }) };
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let typed =
                argon2.hash_password_with_salt(code.as_bytes(), salt.as_ref()).map_err(|error| failed(&error))?;
            let typed = typed.to_string();
            Ok(Found { phc: phcs.into_iter().find(|phc| bool::from(phc.as_bytes().ct_eq(typed.as_bytes()))), damage })
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T> {
        self.line_up()?.in_turn(work).await
    }
}

impl Inner {
    /// Whether a password is the one of a hash, and whether the hash was made at another cost; or what is wrong with it.
    fn compare(&self, password: &str, phc: &str) -> Result<(bool, bool), String> {
        let stored = PasswordHash::new(phc).map_err(|error| error.to_string())?;
        let matches = self.verifying.matches(password.as_bytes(), &stored).map_err(|error| error.to_string())?;
        let is_old = Params::try_from(&stored).map_or(true, |params| !same_cost(&params, &self.params));
        Ok((matches, is_old))
    }
}

/// A place in the queue.
#[derive(Debug)]
pub struct Place(Arc<Inner>);

impl Place {
    fn take(inner: &Arc<Inner>, most: usize) -> Option<Self> {
        let place = Self(Arc::clone(inner));
        (inner.waiting.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }

    /// As [`Passwords::check`].
    ///
    /// # Errors
    ///
    /// When Argon2 fails.
    pub async fn check(self, password: &str, phc: Option<String>) -> ApiResult<Checked> {
        let password = normalized(password);
        self.in_turn(move |inner| {
            let compared = phc.as_deref().map(|phc| inner.compare(&password, phc));
            let Some(Ok((is_right, is_old))) = compared else {
                // The same work, of which nothing comes: whoever asks can't tell why.
                inner.compare(&password, &inner.dummy).map_err(|error| failed(&error))?;
                return Ok(Checked { is_right: false, rehashed: None, damage: compared.and_then(Result::err) });
            };
            let rehashed = if is_right && is_old { Some(hash(&inner.argon2, &password)?) } else { None };
            Ok(Checked { is_right, rehashed, damage: None })
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        self,
        work: impl FnOnce(&Inner) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T> {
        let inner = Arc::clone(&self.0);
        let turn = inner.turns.acquire().await.map_err(ApiError::internal)?;
        drop(self);
        let its = Arc::clone(&inner);
        let done = tokio::task::spawn_blocking(move || work(&its)).await;
        drop(turn);
        done.map_err(ApiError::internal)?
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The form in which passwords are hashed: what looks the same is the same.
fn normalized(password: &str) -> String {
    nfkc(password)
}

fn hash(argon2: &Argon2<'_>, password: &str) -> ApiResult<String> {
    Ok(argon2.hash_password(password.as_bytes()).map_err(|error| failed(&error))?.to_string())
}

/// The salt and the cost of a hash, or what is wrong with it.
fn made_of(phc: &str) -> Result<(Salt, Params), String> {
    let stored = PasswordHash::new(phc).map_err(|error| error.to_string())?;
    let params = Params::try_from(&stored).map_err(|error| error.to_string())?;
    let salt = stored.salt.filter(|_| stored.hash.is_some()).ok_or("it isn't whole")?;
    Ok((salt, params))
}

fn same_cost(one: &Params, other: &Params) -> bool {
    (one.m_cost(), one.t_cost(), one.p_cost()) == (other.m_cost(), other.t_cost(), other.p_cost())
}

fn failed(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::internal(format!("argon2: {error}"))
}

#[cfg(test)]
mod tests {
    use shared::ProblemKind;

    use super::*;

    #[tokio::test]
    async fn a_code_of_a_set_is_found_by_one_hash_and_no_other_is() {
        let passwords = Passwords::new(CHEAP).expect("a cost");
        let codes = ["7K2M9QXA10Z1BHCJ", "0123456789ABCDEF"].map(str::to_owned).to_vec();
        let phcs = passwords.hash_set(codes).await.expect("hashed");
        let salts: Vec<&str> = phcs.iter().filter_map(|phc| phc.split('$').nth(4)).collect();
        assert!(salts[0] == salts[1] && phcs[0] != phcs[1]);
        for (place, code) in ["7K2M9QXA10Z1BHCJ", "0123456789ABCDEF"].into_iter().enumerate() {
            let found = passwords.find_in_set(code, phcs.clone()).await.expect("checked");
            assert_eq!(found, Found { phc: Some(phcs[place].clone()), damage: None });
        }
        let nothing = Found { phc: None, damage: None };
        assert_eq!(passwords.find_in_set("0123456789ABCDEG", phcs).await.expect("checked"), nothing);
        assert_eq!(passwords.find_in_set("0123456789ABCDEG", Vec::new()).await.expect("checked"), nothing);
    }

    const CHEAP: PasswordCost = PasswordCost { memory: 8, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn a_password_is_right_in_whatever_width_it_is_typed() {
        let passwords = Passwords::new(CHEAP).expect("cheap");
        let phc = passwords.hash("ｎｉｐｐｏ１２３").await.expect("hashed");
        let right = Checked { is_right: true, rehashed: None, damage: None };
        assert_eq!(passwords.check("nippo123", Some(phc.clone())).await.expect("checked"), right);
        assert!(!passwords.check("nippo124", Some(phc)).await.expect("checked").is_right);
    }

    #[tokio::test]
    async fn nobody_has_the_password_of_the_dummy() {
        let passwords = Passwords::new(CHEAP).expect("cheap");
        assert!(!passwords.check("nobody has this password", None).await.expect("checked").is_right);
    }

    #[tokio::test]
    async fn a_damaged_hash_is_nobodys_and_says_so() {
        let passwords = Passwords::new(CHEAP).expect("cheap");
        let phc = passwords.hash("secret").await.expect("hashed");
        let cut = phc[..phc.rfind('$').expect("parts")].to_owned();
        for damaged in [String::new(), "secret".to_owned(), cut.clone(), phc.replace("argon2id", "argon3")] {
            let checked = passwords.check("secret", Some(damaged.clone())).await.expect("checked");
            assert!(!checked.is_right && checked.rehashed.is_none() && checked.damage.is_some(), "{damaged}");
        }
        assert_eq!(passwords.check("secret", Some(phc)).await.expect("checked").damage, None);

        let codes = ["one code", "another code"].map(str::to_owned);
        let mut phcs = passwords.hash_set(codes.to_vec()).await.expect("hashed");
        let [first, second] = [phcs[0].clone(), phcs[1].clone()];
        let found =
            async |code: &str, phcs: &[String]| passwords.find_in_set(code, phcs.to_vec()).await.expect("found");
        assert_eq!(found("one code", &phcs).await, Found { phc: Some(first), damage: None });
        phcs[0] = cut;
        let one = found("one code", &phcs).await;
        assert!(one.phc.is_none() && one.damage.is_some());
        let other = found("another code", &phcs).await;
        assert!(other.phc == Some(second) && other.damage.is_some(), "what is whole still counts");
        assert!(found("another code", &phcs[..1]).await.phc.is_none());
    }

    #[tokio::test]
    async fn a_hash_of_lower_cost_is_made_anew_when_the_password_is_right() {
        let cheap = Passwords::new(CHEAP).expect("cheap");
        let dearer = Passwords::new(PasswordCost { passes: 2, ..CHEAP }).expect("cheap");
        let phc = cheap.hash("secret").await.expect("hashed");
        assert!(dearer.check("wrong", Some(phc.clone())).await.expect("checked").rehashed.is_none());
        let rehashed = dearer.check("secret", Some(phc)).await.expect("checked").rehashed.expect("made anew");
        let again = dearer.check("secret", Some(rehashed)).await.expect("checked");
        assert_eq!(again, Checked { is_right: true, rehashed: None, damage: None });
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_to_come_again() {
        let passwords = Passwords::with_queue(CHEAP, 0).expect("cheap");
        let error = passwords.check("secret", None).await.expect_err("full");
        assert_eq!((error.kind(), error.problem().retry_after), (ProblemKind::Busy, Some(RETRY_AFTER)));
    }
}
