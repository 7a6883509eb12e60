//! Compiles the widget to WebAssembly and gathers everything that is served from memory: the bundle, the loader, the
//! styles and the demo shop, each hashed and compressed once, here, so that the binary needs no file beside it.
//!
//! `WIDGET_BUILD=skip` leaves the bundle out (for editors and for work on the server alone).

#[path = "build/bundle.rs"]
mod bundle;
#[path = "build/parts.rs"]
mod parts;
#[path = "build/pin.rs"]
mod pin;
#[path = "build/shorten.rs"]
mod shorten;

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed=WIDGET_BUILD");
    for watched in [
        "widget/src",
        "widget/Cargo.toml",
        "shared/src",
        "shared/locales",
        "shared/build.rs",
        "static/loader.js",
        "static/notices.js",
        "static/identify.js",
        "static/aftercart.d.ts",
        "static/styles",
        "static/icons",
        "static/demo",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    // A package with settings of its own in the profile loses the profile's `strip`.
    if env::var("PROFILE")? == "release" && env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        println!("cargo::rustc-link-arg-bins=-Wl,--strip-all");
    }

    let mut assets = Assets::new(&out)?;
    let (mut bundle, desk) = match env::var("WIDGET_BUILD").as_deref() {
        Ok("skip") => {
            if env::var("PROFILE")? == "release" {
                return Err("WIDGET_BUILD=skip would make a release without a widget; unset it".into());
            }
            let none = || bundle::Bundle { js: "export default function(){}".into(), ..Default::default() };
            (none(), none())
        }
        _ => (bundle::storefront(&root, &out)?, bundle::desk(&root, &out)?),
    };
    for (name, wasm) in &bundle.parts {
        let path = assets.hashed(&format!("storefront-{name}"), "wasm", wasm)?;
        bundle.js = parts::address(&bundle.js, name, &path)?;
    }
    fs::write(out.join("parts.rs"), parts_table(&bundle.needs))?;
    assets.hashed("storefront.js", "js", bundle.js.as_bytes())?;
    assets.hashed("storefront.wasm", "wasm", &bundle.wasm)?;
    assets.hashed("desk.js", "js", desk.js.as_bytes())?;
    assets.hashed("desk.wasm", "wasm", &desk.wasm)?;
    assets.hashed("desk.css", "css", desk_styles(&root)?.as_bytes())?;

    let read = |path: &str| fs::read(root.join(path)).map_err(|e| format!("{path}: {e}"));
    let text = |path: &str| -> Result<String> { Ok(minify(&String::from_utf8(read(path)?)?)) };
    assets.fixed("aftercart.js", "js", shorten::shorten(&text("static/loader.js")?).as_bytes())?;
    assets.fixed("notices.js", "js", shorten::shorten(&text("static/notices.js")?).as_bytes())?;
    assets.hashed("identify.js", "js", text("static/identify.js")?.as_bytes())?;
    assets.fixed("aftercart.d.ts", "ts", &read("static/aftercart.d.ts")?)?;
    assets.tree("icons", &root.join("static/icons"))?;
    assets.tree("shop", &root.join("static/demo/shop"))?;
    assets.tree("demo/articles", &root.join("static/demo/articles"))?;
    assets.tree("demo/orders", &root.join("static/demo/orders"))?;
    assets.finish()?;

    let boot = minify(&String::from_utf8(read("widget/src/boot.js")?)?);
    fs::write(out.join("boot.js"), boot)?;
    fs::write(out.join("shell.html"), read("widget/src/surfaces/storefront/shell.html")?)?;
    fs::write(out.join("styles.css"), styles(&root)?)?;
    fs::write(out.join("desk.html"), read("widget/src/surfaces/desk/shell.html")?)?;
    fs::write(out.join("desk_boot.js"), minify(&String::from_utf8(read("widget/src/surfaces/desk/boot.js")?)?))?;
    Ok(())
}

/// What shoppers' pages wear. A `part.css` is none of them: it travels inside the part of the bundle that needs it.
fn styles(root: &Path) -> Result<String> {
    sheets(root, |path| path.ends_with("style.css"))
}

/// What the desk wears: the kit, and sheets of its own.
fn desk_styles(root: &Path) -> Result<String> {
    let kit = ["ui/icon", "ui/button", "ui/skeleton"].map(|folder| root.join("widget/src").join(folder));
    sheets(root, |path| {
        path.to_string_lossy().ends_with("desk.css") || kit.iter().any(|folder| *path == folder.join("style.css"))
    })
}

/// Tokens first, then the wanted sheets in a stable order.
fn sheets(root: &Path, wanted: impl Fn(&Path) -> bool) -> Result<String> {
    let mut files = Vec::new();
    walk(&root.join("widget/src"), &mut files)?;
    let mut css = fs::read_to_string(root.join("static/styles/tokens.css"))?;
    for sheet in files.iter().filter(|path| wanted(path)) {
        css.push_str(&fs::read_to_string(sheet)?);
    }
    Ok(minifier::css::minify(&css).map(|css| css.to_string()).unwrap_or(css))
}

/// For `include!`: each part of the bundle with the assets that it is made of.
fn parts_table(needs: &BTreeMap<String, Vec<String>>) -> String {
    let part = |(part, files): (&String, &Vec<String>)| {
        let names: Vec<String> = files.iter().map(|file| format!("storefront-{file}")).collect();
        format!("({part:?}, &{names:?} as &[&str])")
    };
    format!("&[{}]", needs.iter().map(part).collect::<Vec<_>>().join(", "))
}

fn minify(js: &str) -> String {
    minifier::js::minify(js).map_or_else(|_| js.to_owned(), |short| short.to_string())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Writes each file and its brotli twin to OUT_DIR and a table of them for `include!`.
struct Assets {
    out: PathBuf,
    table: String,
    seen: usize,
}

impl Assets {
    fn new(out: &Path) -> Result<Assets> {
        let out = out.join("assets");
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(&out)?;
        Ok(Assets { out, table: String::from("&[\n"), seen: 0 })
    }

    /// Under a name that changes with its content: cached for ever. Returns that name.
    fn hashed(&mut self, name: &str, kind: &str, bytes: &[u8]) -> Result<String> {
        let (stem, extension) = name.rsplit_once('.').ok_or("an asset needs an extension")?;
        let file = format!("{stem}-{}.{extension}", &digest(bytes)[..16]);
        self.add(name, &format!("assets/{file}"), kind, bytes, true)?;
        Ok(file)
    }

    /// Under a name that stays: revalidated by its ETag.
    fn fixed(&mut self, path: &str, kind: &str, bytes: &[u8]) -> Result<()> {
        self.add(path, path, kind, bytes, false)
    }

    fn tree(&mut self, prefix: &str, folder: &Path) -> Result<()> {
        let mut files = Vec::new();
        walk(folder, &mut files)?;
        for file in files {
            let relative = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            let kind = file.extension().unwrap_or_default().to_string_lossy().into_owned();
            self.fixed(&format!("{prefix}/{relative}"), &kind, &fs::read(&file)?)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, path: &str, kind: &str, bytes: &[u8], immutable: bool) -> Result<()> {
        let content_type = match kind {
            "js" => "text/javascript; charset=utf-8",
            "wasm" => "application/wasm",
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" | "jsonl" => "application/json",
            "ts" | "txt" | "md" => "text/plain; charset=utf-8",
            other => return Err(format!("{path}: no content type is known for .{other}").into()),
        };
        let raw = self.out.join(format!("{}.raw", self.seen));
        let packed = self.out.join(format!("{}.br", self.seen));
        fs::write(&raw, bytes)?;
        // The demo's data is read by the importers and never served.
        let served = !path.starts_with("demo/");
        let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
        brotli.write_all(if served { bytes } else { b"" })?;
        fs::write(&packed, brotli.into_inner())?;
        self.seen += 1;
        writeln!(
            self.table,
            "Asset {{ name: {name:?}, path: {path:?}, content_type: {content_type:?}, etag: \"\\\"{}\\\"\", immutable: {immutable}, raw: include_bytes!({raw:?}), brotli: include_bytes!({packed:?}) }},",
            &digest(bytes)[..24],
        )?;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.table.push(']');
        fs::write(self.out.join("table.rs"), self.table)?;
        Ok(())
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
