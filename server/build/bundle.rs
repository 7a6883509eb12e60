//! The widget, from its sources to what a browser downloads.

use crate::{Result, parts};
use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

const TARGET: &str = "wasm32-unknown-unknown";

#[derive(Default)]
pub struct Bundle {
    /// The glue between the browser and WebAssembly.
    pub js: String,
    pub wasm: Vec<u8>,
    /// What is downloaded later: the name by which the glue asks for it, and the module.
    pub parts: Vec<(String, Vec<u8>)>,
    /// Which of them each part of the widget needs.
    pub needs: BTreeMap<String, Vec<String>>,
}

/// The shoppers' bundle: cargo, then the splitter and wasm-bindgen on what it made.
pub fn storefront(root: &Path, out: &Path) -> Result<Bundle> {
    // The splitter moves functions: it must know every place that names one.
    let module = compiled(root, out, "storefront", &["-Clink-arg=--emit-relocs"])?;
    let folder = out.join("bundle");
    let _ = fs::remove_dir_all(&folder);
    let split = parts::split(&module, &folder)?;
    // By these names the parts reach what they share with the rest.
    let (js, wasm) = bound(&split.main, &folder.join("bindgen"), true)?;
    Ok(Bundle { js: parts::join(&js, &split.loaders)?, wasm, parts: split.parts, needs: split.needs })
}

/// The desk's, in one piece: whoever works with it has it for the day.
pub fn desk(root: &Path, out: &Path) -> Result<Bundle> {
    let module = compiled(root, out, "desk", &[])?;
    let folder = out.join("desk");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let main = folder.join("desk.wasm");
    fs::write(&main, module)?;
    let (js, wasm) = bound(&main, &folder.join("bindgen"), false)?;
    Ok(Bundle { js, wasm, ..Bundle::default() })
}

/// The module of one of the widget's programs. Their libraries are compiled once: nothing but what is asked of the widget's
/// own crate tells them apart.
fn compiled(root: &Path, out: &Path, program: &str, linking: &[&str]) -> Result<Vec<u8>> {
    let profile = if env::var("PROFILE")? == "release" { "widget" } else { "widget-dev" };
    // OUT_DIR is <target>/<profile>/build/<package>/out: the widget builds beside it, never in the locked directory.
    let target_dir = out.ancestors().nth(4).ok_or("OUT_DIR has an unknown form")?.join("widget");
    let build = |root: &Path| {
        let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        cargo.current_dir(root).args(["rustc", "--package", "aftercart-widget", "--bin", program]);
        cargo.args(["--no-default-features", "--features", program]);
        cargo.args(["--target", TARGET, "--profile", profile, "--target-dir"]).arg(&target_dir);
        // What cargo tells this script is about the server's build and would be taken for the widget's.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            let ours =
                ["CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|p| name.starts_with(p));
            if ours
                || [
                    "CARGO_ENCODED_RUSTFLAGS",
                    "RUSTFLAGS",
                    "CARGO_TARGET_DIR",
                    "RUSTC_WRAPPER",
                    "RUSTC_WORKSPACE_WRAPPER",
                    "RUSTC",
                ]
                .contains(&name.as_ref())
            {
                cargo.env_remove(name.as_ref());
            }
        }
        cargo.env("CARGO_BUILD_BUILD_DIR", &target_dir);
        if !linking.is_empty() {
            cargo.arg("--").args(linking);
        }
        cargo.output()
    };
    ensure_target()?;
    let made = build(root)?;
    if !made.status.success() {
        return Err(format!("the widget does not compile:\n{}", String::from_utf8_lossy(&made.stderr))
            .replace('\n', "\ncargo::error=")
            .into());
    }
    Ok(fs::read(target_dir.join(TARGET).join(profile).join(program).with_extension("wasm"))?)
}

/// What wasm-bindgen makes of a module: the glue, and the module that goes with it.
fn bound(module: &Path, folder: &Path, keep_exports: bool) -> Result<(String, Vec<u8>)> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(keep_exports)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .map_err(|e| format!("wasm-bindgen: {e:#}"))?;
    let name = module.file_stem().ok_or("a module without a name")?.to_string_lossy().into_owned();
    let wasm = fs::read(folder.join(format!("{name}_bg.wasm")))?;
    if wasm.is_empty() {
        return Err("the widget's bundle is empty".into());
    }
    Ok((fs::read_to_string(folder.join(format!("{name}.js")))?, wasm))
}

/// A fresh machine has no WebAssembly target; rustup can add it without anybody reading a manual.
fn ensure_target() -> Result<()> {
    let sysroot =
        Command::new(env::var("RUSTC").unwrap_or_else(|_| "rustc".into())).args(["--print", "sysroot"]).output()?;
    let sysroot = Path::new(String::from_utf8(sysroot.stdout)?.trim()).to_owned();
    if sysroot.join("lib/rustlib").join(TARGET).exists() {
        return Ok(());
    }
    println!("cargo::warning=adding the {TARGET} target with rustup (once)");
    match Command::new("rustup").args(["target", "add", TARGET]).output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(failed) => Err(format!(
            "the widget needs the {TARGET} target and `rustup target add {TARGET}` failed: {}",
            String::from_utf8_lossy(&failed.stderr).lines().last().unwrap_or("no reason given")
        )
        .into()),
        Err(_) => Err(format!(
            "the widget needs Rust's {TARGET} target: install rustup, or the target by your system's means"
        )
        .into()),
    }
}
