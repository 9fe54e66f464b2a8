//! Writes files with their compressed forms beside them and says how large each is.

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

/// Writes each file, its `.br` and its `.gz`; prints their sizes; returns the brotli bytes of all.
pub fn written(out: &Path, assets: &[(&str, Asset)], effort: Effort) -> Outcome<usize> {
    let mut total = 0;
    for (path, content) in assets.iter().flat_map(|(_, asset)| &asset.files) {
        let (brotli, gzip) = (brotli(content, effort.brotli)?, gzip(content, effort.gzip)?);
        println!("{:>10} {:>10} {:>10}  {}", content.len(), gzip.len(), brotli.len(), path.display());
        total += brotli.len();
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(beside(&path, "br"), brotli)?;
        fs::write(beside(&path, "gz"), gzip)?;
        fs::write(path, content)?;
    }
    Ok(total)
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
