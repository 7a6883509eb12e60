//! Cuts the widget's module where its sources say so (`#[wasm_split]`), and lets the glue fetch what was cut off.

use crate::Result;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};

/// How the module names its loaders' file. There is no such file: its text goes into the glue.
const LOADERS: &str = "./loaders.js";
const GLUE: &str = "./storefront.js";

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
    fs::create_dir_all(folder)?;
    let main = folder.join("storefront.wasm");
    let mut options = Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = GLUE;
    options.link_name = LOADERS;
    let made = transform(options).map_err(|e| format!("splitting the bundle: {e:#}"))?;
    let mut parts = Vec::new();
    for path in made.split_modules {
        let name = path.file_name().ok_or("a part without a name")?.to_string_lossy().into_owned();
        // Written out again without names and without the room that linkers leave in every number: half the size.
        let mut config = walrus::ModuleConfig::new();
        config.generate_name_section(false).generate_producers_section(false);
        let mut part = config.parse(&fs::read(&path)?).map_err(|e| format!("{name}: {e:#}"))?;
        parts.push((name, part.emit_wasm()));
    }
    parts.sort();
    let loaders = fs::read_to_string(folder.join(LOADERS))?;
    let file = |stem: String| format!("{stem}.wasm");
    let needs =
        made.prefetch_map.into_iter().map(|(part, files)| (part, files.into_iter().map(file).collect())).collect();
    Ok(Split { main, parts, needs, loaders })
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
    loaders = shorter(&bare(&loaders.replace("export const ", "const ")));
    let object = format!("{{ {} }}", names.join(", "));
    let from = format!("from \"{LOADERS}\"");
    let mut imported = String::new();
    let mut rest = String::new();
    for line in glue.lines() {
        match line.strip_prefix("import * as ").filter(|line| line.contains(&from)) {
            // The glue reads them when it starts the module, after the loaders at its end exist.
            Some(line) => {
                let name = line.split(' ').next().unwrap_or_default();
                imported += &format!("const {name} = {object};\n");
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
