//! Cuts the widget's module where its sources say so (`#[wasm_split]`), and lets the glue fetch what was cut off.

use crate::{Result, pin};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};

/// How the module names its loaders' file. There is no such file: its text goes into the glue.
const LOADERS: &str = "./loaders.js";
const GLUE: &str = "./storefront.js";
/// How often the bundle is cut anew.
const PINNED_MOST: usize = 3;

pub struct Split {
    /// For wasm-bindgen.
    pub main: PathBuf,
    /// Name and module of each file that was cut off.
    pub parts: Vec<(String, Vec<u8>)>,
    /// Which of them each part of the sources needs.
    pub needs: BTreeMap<String, Vec<String>>,
    /// JavaScript that fetches them.
    pub loaders: String,
}

pub fn split(module: &[u8], folder: &Path) -> Result<Split> {
    let main = folder.join("storefront.wasm");
    let mut module = module.to_vec();
    let mut made = cut(&module, folder, &main)?;
    // What is pinned takes with it what it calls, so that new small files may remain: seldom, and fewer each time.
    for _ in 0..PINNED_MOST {
        let small = pin::small(&made.split_modules)?;
        if small.is_empty() {
            break;
        }
        module = pin::pinned(&module, &small)?;
        made = cut(&module, folder, &main)?;
    }
    let mut parts = Vec::new();
    let mut gone = Vec::new();
    let mut whole = fs::read(&main)?;
    for path in made.split_modules {
        let name = path.file_name().ok_or("a part without a name")?.to_string_lossy().into_owned();
        // Written out again without names and without the room that linkers leave in every number: half the size.
        let mut config = walrus::ModuleConfig::new();
        config.generate_name_section(false).generate_producers_section(false);
        let bytes = fs::read(&path)?;
        if let Some(constants) = pin::constants(&bytes)?.filter(|_| name.starts_with("chunk_")) {
            whole = pin::with_constants(&whole, &constants)?;
            gone.push(name);
            continue;
        }
        let mut part = config.parse(&bytes).map_err(|e| format!("{name}: {e:#}"))?;
        parts.push((name, part.emit_wasm()));
    }
    parts.sort();
    fs::write(&main, whole)?;
    let mut loaders = shorter(&bare(&fs::read_to_string(folder.join(LOADERS))?));
    for file in &gone {
        loaders = without(&loaders, file)?;
    }
    let file = |stem: String| format!("{stem}.wasm");
    let left = |files: Vec<String>| files.into_iter().map(file).filter(|file| !gone.contains(file)).collect();
    let needs = made.prefetch_map.into_iter().map(|(part, files)| (part, left(files))).collect();
    Ok(Split { main, parts, needs, loaders })
}

fn cut(module: &[u8], folder: &Path, main: &Path) -> Result<wasm_split_cli_support::SplitWasm> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let mut options = Options::new(module);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = GLUE;
    options.link_name = LOADERS;
    transform(options).map_err(|e| format!("splitting the bundle: {e:#}").into())
}

/// One script of the glue and the loaders, which would otherwise import each other under names that carry their hashes.
pub fn join(glue: &str, loaders: &str) -> Result<String> {
    let imports_glue = format!("import {{ initSync }} from \"{GLUE}\";");
    if !loaders.contains(&imports_glue) {
        return Err("the loaders of the bundle's parts have another form than expected".into());
    }
    let mut loaders = loaders.replace(&imports_glue, "");
    let mut names = Vec::new();
    for line in loaders.lines() {
        names.extend(line.strip_prefix("export const ").and_then(|rest| rest.split(' ').next()).map(str::to_owned));
    }
    loaders = loaders.replace("export const ", "const ");
    let object = format!("{{ {} }}", names.join(", "));
    let from = format!("from \"{LOADERS}\"");
    let mut imported = String::new();
    // The glue imports them once for every function; one object does for all.
    let mut first: Option<String> = None;
    let mut rest = String::new();
    for line in glue.lines() {
        match line.strip_prefix("import * as ").filter(|line| line.contains(&from)) {
            // The glue reads them when it starts the module, after the loaders at its end exist.
            Some(line) => {
                let name = line.split(' ').next().unwrap_or_default();
                let same = first.get_or_insert_with(|| object.clone()).clone();
                imported += &format!("const {name} = {same};\n");
                first = Some(name.to_owned());
            }
            None => {
                rest += line;
                rest.push('\n');
            }
        }
    }
    if imported.is_empty() || names.is_empty() || rest.contains("\nimport ") {
        return Err("wasm-bindgen's glue imports the bundle's parts in another way than expected".into());
    }
    Ok(format!("{rest}{loaders}{imported}"))
}

/// Without a file that there is no more, and without those who wait for it.
fn without(loaders: &str, file: &str) -> Result<String> {
    let name = format!("__{}", file.trim_end_matches(".wasm"));
    let declared = format!("const {name} = part(");
    let kept: Vec<&str> = loaders.lines().filter(|line| !line.starts_with(&declared)).collect();
    if kept.len() + 1 != loaders.lines().count() {
        return Err(format!("the loaders do not declare {file} in one line").into());
    }
    let text = kept.join("\n") + "\n";
    Ok(text.replace(&format!("{name}, "), "").replace(&format!(", {name}]"), "]").replace(&format!("[{name}]"), "[]"))
}

/// Every loader spells out the same few lines; here they share them. Left as they are if they look different one day.
fn shorter(js: &str) -> String {
    const BEFORE: &str = "makeLoad(() => {\nconst src = fetch(new URL(\"";
    const AFTER: &str = "\", import.meta.url));\nsrc.catch(() => {});\n\
        return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n}\n, ";
    if js.matches(BEFORE).count() != js.matches(AFTER).count() {
        return js.into();
    }
    let part = format!("const part = (file, needs) => {BEFORE}{AFTER}needs);\n").replace("\"\"", "file");
    part + &js.replace(BEFORE, "part(\"").replace(AFTER, "\", ")
}

/// Without comments and indentation: everybody downloads it.
fn bare(js: &str) -> String {
    let says = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/*");
    js.lines().map(str::trim).filter(says).map(|line| format!("{line}\n")).collect()
}

/// The glue, asking for this part at its real address.
pub fn address(glue: &str, name: &str, file: &str) -> Result<String> {
    let asked = format!("\"./{name}\"");
    if glue.matches(&asked).count() != 1 {
        return Err(format!("the glue does not ask for {name} exactly once").into());
    }
    Ok(glue.replace(&asked, &format!("\"./{file}\"")))
}
