//! Writes files with their compressed forms beside them and says how large each is.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Asset, Outcome};

/// How hard to compress.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    brotli: i32,
    gzip: Compression,
}

impl Effort {
    /// A bundle for tests is compressed quickly, one for people as small as can be.
    pub fn of(profile: &str) -> Self {
        if profile == "wasm-release" {
            Self { brotli: 11, gzip: Compression::best() }
        } else {
            Self { brotli: 2, gzip: Compression::fast() }
        }
    }
}

/// Writes each file, its `.br` and its `.gz`; prints their sizes; notes what belongs there; returns the brotli bytes of all.
pub fn written(out: &Path, assets: &[(&str, Asset)], effort: Effort, there: &mut BTreeSet<PathBuf>) -> Outcome<usize> {
    let mut total = 0;
    for (path, content) in assets.iter().flat_map(|(_, asset)| &asset.files) {
        let (brotli, gzip) = (brotli(content, effort.brotli)?, gzip(content, effort.gzip)?);
        println!("{:>10} {:>10} {:>10}  {}", content.len(), gzip.len(), brotli.len(), path.display());
        total += brotli.len();
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        for (path, content) in [(beside(&path, "br"), &brotli), (beside(&path, "gz"), &gzip), (path, content)] {
            write_if_other(&path, content)?;
            there.insert(path);
        }
    }
    Ok(total)
}

/// Leaves a file alone that has the content already: what embeds it needn't be built again then.
fn write_if_other(path: &Path, content: &[u8]) -> Outcome<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    Ok(fs::write(path, content)?)
}

/// Removes every file below a folder that doesn't belong there.
pub fn removed_others(folder: &Path, there: &BTreeSet<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            removed_others(&path, there)?;
            // It fails where something is left in it.
            let _ = fs::remove_dir(&path);
        } else if !there.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn brotli(content: &[u8], quality: i32) -> Outcome<Vec<u8>> {
    // A window that holds the whole file, so that its end can repeat its beginning.
    let parameters =
        brotli::enc::BrotliEncoderParams { quality, lgwin: 24, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8], level: Compression) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_left_alone_and_what_is_stale_goes() {
        let folder = std::env::temp_dir().join(format!("nippo-bundler-{}", std::process::id()));
        fs::create_dir_all(folder.join("old")).unwrap();
        let (kept, stale) = (folder.join("kept"), folder.join("old/stale"));
        fs::write(&kept, "same").unwrap();
        fs::write(&stale, "old").unwrap();
        let before = fs::metadata(&kept).unwrap().modified().unwrap();
        write_if_other(&kept, b"same").unwrap();
        assert_eq!(fs::metadata(&kept).unwrap().modified().unwrap(), before);
        write_if_other(&kept, b"other").unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"other");
        removed_others(&folder, &BTreeSet::from([kept.clone()])).unwrap();
        assert!(kept.exists() && !stale.exists() && !folder.join("old").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
