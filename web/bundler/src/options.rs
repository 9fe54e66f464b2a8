//! What the command line asks for.

use std::path::PathBuf;

use crate::Outcome;

/// How to call the bundler.
const USAGE: &str = "usage: bundler --profile wasm-dev|wasm-release [--out FOLDER] [--max-brotli BYTES]";

/// One run of the bundler.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The cargo profile of the WASM build.
    pub profile: String,
    /// Where the bundle goes; `web/dist` unless told.
    pub out: Option<PathBuf>,
    /// More bytes than this in brotli are a failure.
    pub max_brotli: Option<usize>,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self { profile: "wasm-dev".to_owned(), out: None, max_brotli: None };
        while let Some(flag) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            match (flag.as_str(), value) {
                ("--profile", profile) if ["wasm-dev", "wasm-release"].contains(&profile.as_str()) => {
                    options.profile = profile;
                }
                ("--out", folder) => options.out = Some(std::path::absolute(folder)?),
                ("--max-brotli", bytes) => options.max_brotli = Some(bytes.parse()?),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Outcome<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_limit_and_a_profile_are_read() {
        let options = parsed("--profile wasm-release --max-brotli 250000").unwrap();
        assert_eq!((options.profile.as_str(), options.max_brotli), ("wasm-release", Some(250_000)));
    }

    #[test]
    fn an_unknown_profile_is_refused() {
        assert!(parsed("--profile release").is_err());
    }

    #[test]
    fn a_flag_without_its_value_is_refused() {
        assert!(parsed("--out").is_err());
    }
}
