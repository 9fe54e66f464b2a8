//! Builds the bundle that browsers load: `cargo run -p bundler -- --profile wasm-release`.
//!
//! For each of the programs: cargo → wasm-bindgen as a library (its version is the one of `Cargo.lock`, so the two
//! can't differ) → its script minified by terser → names that carry a hash of the content, under `assets/` → brotli and
//! gzip beside each file → the page, the one file whose name never changes.

mod compress;
mod options;
mod style;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use compress::Effort;
use options::Options;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A program of the screens: the name of its binary, the page that loads it, and the parts of the words that it says.
struct Program {
    name: &'static str,
    page: &'static str,
    words: &'static [&'static str],
}

/// The program in which one reports.
const FIRST: &str = "web";

const PROGRAMS: [Program; 5] = [
    Program { name: FIRST, page: "index.html", words: &["", "form", "problems", "help"] },
    Program { name: "access", page: "access.html", words: &["", "form", "problems", "access"] },
    Program { name: "office", page: "office.html", words: &["", "form", "problems", "office"] },
    Program { name: "figures", page: "figures.html", words: &["", "form", "problems", "figures"] },
    Program { name: "collect", page: "collect.html", words: &["", "form", "problems", "collect"] },
];

/// The asset that no first load needs: whoever chose English loads it in place of the other table, which is larger.
const LATER: &str = "words-en";

fn main() -> ExitCode {
    match Options::parse(env::args().skip(1)).and_then(|options| bundle(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundler: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bundle(options: &Options) -> Outcome<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let out = options.out.clone().unwrap_or_else(|| web.join("dist"));
    let target = target_directory()?;
    compile(&web, &target, &options.profile)?;
    fs::create_dir_all(&out)?;
    let mut there = BTreeSet::new();
    for program in &PROGRAMS {
        let style = style::sheet(&web, program.name != FIRST)?;
        let assets = assets(program, &web, &target, &options.profile, style)?;
        let total = written(&out, program, assets, Effort::of(&options.profile), &mut there)?;
        if let Some(limit) = options.max_brotli.filter(|limit| total > *limit) {
            return Err(format!("{} has {total} bytes in brotli, over {limit}", program.name).into());
        }
    }
    // What an earlier build left, so that nothing stale is embedded.
    compress::removed_others(&out, &there)
}

/// All that a browser loads of a program, its page last.
fn assets(
    program: &Program,
    web: &Path,
    target: &Path,
    profile: &str,
    style: Vec<u8>,
) -> Outcome<Vec<(&'static str, Asset)>> {
    let staging = target.join("bundle").join(profile).join(program.name);
    bind(web, target, profile, program.name, &staging)?;
    let [japanese, english] = words::LANGUAGES.map(|language| table(program, web, language));
    let mut assets = vec![
        ("glue", Asset::below(program.name, &staging, &format!("{}.js", program.name))?),
        ("wasm", Asset::hashed(program.name, "wasm", fs::read(staging.join(format!("{}_bg.wasm", program.name)))?)),
        ("style", Asset::hashed("style", "css", style)),
        ("words-ja", japanese?),
        (LATER, english?),
    ];
    let boot = filled(&fs::read_to_string(web.join("boot.js"))?, &assets);
    assets.push(("boot", Asset::hashed("boot", "js", boot.into_bytes())));
    let page = filled(&fs::read_to_string(web.join("index.html"))?, &assets);
    assets.push(("page", Asset { url: String::new(), files: vec![(program.page.into(), page.into_bytes())] }));
    Ok(assets)
}

/// Writes a program's files, says how large they are, and returns the bytes of a first load.
fn written(
    out: &Path,
    program: &Program,
    assets: Vec<(&'static str, Asset)>,
    effort: Effort,
    there: &mut BTreeSet<PathBuf>,
) -> Outcome<usize> {
    let (later, first): (Vec<_>, Vec<_>) = assets.into_iter().partition(|(name, _)| *name == LATER);
    println!("{:>10} {:>10} {:>10}  file of {}", "plain", "gzip", "brotli", program.name);
    let total = compress::written(out, &first, effort, there)?;
    println!("first load of {} in brotli: {total} bytes", program.name);
    let later = compress::written(out, &later, effort, there)?;
    println!("later, when the other language is wanted: {later} bytes");
    Ok(total)
}

/// The target directory that this very program was built into: the WASM build shares it.
fn target_directory() -> Outcome<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program has no target directory above it")?;
    Ok(target.to_path_buf())
}

fn compile(web: &Path, target: &Path, profile: &str) -> Outcome<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--package", "web", "--target", "wasm32-unknown-unknown", "--profile", profile])
        .arg("--target-dir")
        .arg(target)
        .current_dir(web)
        .status()?;
    if status.success() { Ok(()) } else { Err("cargo could not build the screens".into()) }
}

/// Lets wasm-bindgen write a program's script, its module and `snippets/` into the staging directory.
fn bind(web: &Path, target: &Path, profile: &str, program: &str, staging: &Path) -> Outcome<()> {
    emptied(staging)?;
    let module = target.join("wasm32-unknown-unknown").join(profile).join(program).with_extension("wasm");
    Bindgen::new()
        .web(true)?
        .input_path(module)
        .out_name(program)
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(staging)?;
    minify(web, &staging.join(program).with_extension("js"))
}

/// Writes a script anew without what only people read, in place: a fifth less to send.
fn minify(web: &Path, script: &Path) -> Outcome<()> {
    let terser = web.join("node_modules/terser/bin/terser");
    let status = Command::new("node")
        .arg(terser)
        .arg(script)
        .args(["--module", "--compress", "passes=2", "--mangle", "--output"])
        .arg(script)
        .status()
        .map_err(|error| format!("node: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("terser failed; are the npm packages of web/ installed (npm ci)?".into())
    }
}

/// The texts of a program in a language.
fn table(program: &Program, web: &Path, language: &str) -> Outcome<Asset> {
    let parts = words::parts(&web.join("locales"), language)?;
    Ok(Asset::hashed(&format!("words-{language}"), "json", words::table(&parts, program.words).into_bytes()))
}

/// What one placeholder stands for: the address of its first file, and all its files.
pub struct Asset {
    url: String,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Asset {
    fn hashed(stem: &str, extension: &str, content: Vec<u8>) -> Self {
        let path = format!("assets/{stem}-{}.{extension}", digest([content.as_slice()]));
        Self { url: format!("/{path}"), files: vec![(path.into(), content)] }
    }

    /// A script with the snippets that it imports by relative names: a folder of its own carries the hash of them all.
    fn below(stem: &str, staging: &Path, script: &str) -> Outcome<Self> {
        let mut sources = vec![(PathBuf::from(script), fs::read(staging.join(script))?)];
        let mut folders = vec![staging.join("snippets")];
        while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
            for path in sorted_files(&folder)? {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push((path.strip_prefix(staging)?.to_path_buf(), fs::read(&path)?));
                }
            }
        }
        let folder = format!("assets/{stem}-{}", digest(sources.iter().map(|(_, content)| content.as_slice())));
        let files = sources.into_iter().map(|(path, content)| (Path::new(&folder).join(path), content)).collect();
        Ok(Self { url: format!("/{folder}/{script}"), files })
    }
}

/// A template with the address of each asset in place of `{{name}}`.
fn filled(template: &str, assets: &[(&str, Asset)]) -> String {
    assets.iter().fold(template.to_owned(), |text, (name, asset)| text.replace(&format!("{{{{{name}}}}}"), &asset.url))
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    parts.into_iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn sorted_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Makes a folder that holds nothing.
fn emptied(folder: &Path) -> Outcome<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
