//! Turns `locales/*.json`, and `locales/desk/*.json` for the shop's people, into one method a text on `Messages`, so that a
//! missing key, a missing translation or a misspelt placeholder is a compile error and no text is looked up by name at run
//! time. What a program does not call is not in it: shoppers download nothing of the desk's words.

use serde_json::{Map, Value};
use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

/// File name, variant of `Locale`, and the locale whose text stands in while one is not written yet.
const LOCALES: [(&str, &str, Option<&str>); 3] =
    [("en", "En", None), ("zh-CN", "ZhCn", None), ("zh-TW", "ZhTw", Some("zh-CN"))];

fn main() {
    let texts: BTreeMap<&str, BTreeMap<String, String>> = LOCALES.map(|(tag, ..)| (tag, read(tag))).into();
    let mut code = String::from("impl Messages {\n");
    for key in texts["en"].keys() {
        method(&mut code, key, &texts);
    }
    code.push_str("}\n");
    for (tag, ..) in LOCALES {
        if let Some(stray) = texts[tag].keys().find(|key| !texts["en"].contains_key(*key)) {
            fail(&format!("locales/{tag}.json has `{stray}`, which locales/en.json lacks"));
        }
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("messages.rs"), code).expect("OUT_DIR can be written");
}

fn read(tag: &str) -> BTreeMap<String, String> {
    let mut texts = file(&format!("locales/{tag}.json"));
    let desk = format!("locales/desk/{tag}.json");
    println!("cargo::rerun-if-changed=locales/desk");
    if Path::new(&desk).exists() {
        for (key, text) in file(&desk) {
            if texts.insert(key.clone(), text).is_some() {
                fail(&format!("{desk}: `{key}` stands in locales/{tag}.json, too"));
            }
        }
    }
    texts
}

fn file(path: &str) -> BTreeMap<String, String> {
    println!("cargo::rerun-if-changed={path}");
    let file = fs::read_to_string(path).unwrap_or_else(|e| fail(&format!("{path}: {e}")));
    let sections: Map<String, Value> = serde_json::from_str(&file).unwrap_or_else(|e| fail(&format!("{path}: {e}")));
    let mut texts = BTreeMap::new();
    for (section, entries) in &sections {
        let entries = entries.as_object().unwrap_or_else(|| fail(&format!("{path}: `{section}` is not an object")));
        for (name, text) in entries {
            let text = text.as_str().unwrap_or_else(|| fail(&format!("{path}: `{section}.{name}` is not a text")));
            texts.insert(format!("{section}.{name}"), text.to_owned());
        }
    }
    texts
}

fn method(code: &mut String, key: &str, texts: &BTreeMap<&str, BTreeMap<String, String>>) {
    let names = placeholders(&texts["en"][key]);
    let params: String = names.iter().map(|name| format!(", {name}: &str")).collect();
    let returns = if names.is_empty() { "&'static str" } else { "String" };
    let name = key.replace(['.', '-'], "_");
    let _ = writeln!(code, "    /// {}", texts["en"][key].replace('\n', " "));
    let open = if names.is_empty() { "" } else { "let text = " };
    let _ = writeln!(code, "    pub fn {name}(self{params}) -> {returns} {{\n        {open}match self.locale {{");
    for (tag, variant, fallback) in LOCALES {
        let text = texts[tag].get(key).or_else(|| texts[fallback?].get(key));
        let text = text.unwrap_or_else(|| fail(&format!("locales/{tag}.json lacks `{key}`")));
        if placeholders(text) != names {
            fail(&format!("locales/{tag}.json: `{key}` has other {{placeholders}} than the English text"));
        }
        let _ = writeln!(code, "            Locale::{variant} => {text:?},");
    }
    let pairs: String = names.iter().map(|name| format!("(\"{name}\", {name}), ")).collect();
    let close = if names.is_empty() { String::new() } else { format!(";\n        fill(text, &[{pairs}])") };
    let _ = writeln!(code, "        }}{close}\n    }}");
}

/// The names between braces, sorted, each once.
fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

fn fail(message: &str) -> ! {
    println!("cargo::error={message}");
    std::process::exit(1);
}
