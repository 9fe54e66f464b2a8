//! The keys under which secrets lie in the database: a file that nobody else can read.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;

use super::{ConfigError, Reader};

const NAME: &str = "NIPPO_DATA_KEY";
/// What the file is read up to: far more than any number of keys needs.
const MOST_BYTES: u64 = 64 * 1024;

/// A key of 256 bits with the name by which what it sealed refers to it.
#[derive(Clone)]
pub struct DataKey {
    /// Its name: letters, digits and hyphens.
    pub id: String,
    /// Its bits.
    pub bits: Arc<Zeroizing<[u8; 32]>>,
}

impl DataKey {
    /// A key by its bits.
    #[must_use]
    pub fn new(id: impl Into<String>, bits: [u8; 32]) -> Self {
        Self { id: id.into(), bits: Arc::new(Zeroizing::new(bits)) }
    }

    /// Reads `name:base64`.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (id, text) = line.trim().split_once(':')?;
        let is_name = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let bits = Zeroizing::new(BASE64.decode(text.trim().as_bytes()).ok()?);
        let bits: [u8; 32] = bits.as_slice().try_into().ok()?;
        is_name.then(|| Self::new(id, bits))
    }
}

/// Says nothing of the bits.
impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    /// The keys of the file: the first seals, all open. None in the demo, which makes its own.
    pub(super) fn data_keys(&self, demo: bool) -> Result<Vec<DataKey>, ConfigError> {
        if demo {
            return Ok(Vec::new());
        }
        match self.text(NAME) {
            None => Err(ConfigError::Unsafe(
                "NIPPO_DATA_KEY is required: a file with the key of what is sealed (or use --demo)",
            )),
            Some(path) => read(Path::new(&path)),
        }
    }
}

fn read(path: &Path) -> Result<Vec<DataKey>, ConfigError> {
    let unreadable = |error: io::Error| ConfigError::unreadable(NAME, &format!("a file that can be read ({error})"));
    let file = File::open(path).map_err(unreadable)?;
    if is_open_to_others(&file.metadata().map_err(unreadable)?) {
        return Err(ConfigError::Unsafe("NIPPO_DATA_KEY can be read by others: chmod 600 the file"));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Option<Vec<DataKey>> = lines.map(DataKey::parse).collect();
    let is_once = |keys: &Vec<DataKey>| {
        let mut ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        ids.sort_unstable();
        ids.windows(2).all(|pair| pair[0] != pair[1])
    };
    keys.filter(|keys| !keys.is_empty() && is_once(keys))
        .ok_or_else(|| ConfigError::unreadable(NAME, "lines of NAME:BASE64, each with a name of its own and 32 bytes"))
}

#[cfg(unix)]
pub(super) fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}
